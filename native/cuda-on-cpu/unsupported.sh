# unsupported.sh SYMBOLS SOURCE: functions that answer "not supported" (801), for each symbol that SOURCE lacks.
cat <<'EOF'
#include <stdio.h>
#include <stdlib.h>
#define MISSING(name) \
  extern "C" __attribute__((visibility("default"))) int name(); \
  int name() { \
    if (getenv("CISS_CPU_TRACE")) fprintf(stderr, "cuda-on-cpu: %s is not supported\n", #name); \
    return 801; \
  }
EOF
while read -r symbol; do
  grep -q "^API $symbol(" "$2" || echo "MISSING($symbol)"
done < "$1"
