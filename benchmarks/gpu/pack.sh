#!/usr/bin/env bash
# Packs what visit.sh needs on a machine that has a GPU but neither Java nor Maven nor a network: a trimmed Java, the jar
# without oneDNN, and the operation case table with its references.
#
#   mvn -DskipTests package && benchmarks/gpu/pack.sh [FOLDER]       # .carry unless given; git ignores that
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-.carry}
jar=target/ciss.jar
[ -f "$jar" ] && [ -d target/test-classes/ciss ] || { echo "error: build first: mvn -DskipTests package" >&2; exit 2; }

java_home=${CISS_JAVA:-}
for home in "$java_home" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  if [ -x "$home/bin/jlink" ] && grep -Eq '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$home/release" 2>/dev/null; then
    java_home=$home
    break
  fi
done
[ -x "$java_home/bin/jlink" ] || { echo "error: no JDK 25 with jlink; name its folder in CISS_JAVA" >&2; exit 5; }

mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$java_home/bin/jlink" --add-modules java.base,java.logging,java.management,java.sql,java.xml,jdk.httpserver,jdk.management,jdk.unsupported,jdk.zipfs \
  --strip-debug --no-header-files --no-man-pages --compress zip-6 --output "$work/java"
tar -C "$work" -cJf "$folder/java.tar.xz" java
cp "$jar" "$folder/ciss.jar"
python3 - "$folder/ciss.jar" <<'PY'
# Only the CPU needs oneDNN, two thirds of the jar.
import os, sys, zipfile
path = sys.argv[1]
with zipfile.ZipFile(path) as old, zipfile.ZipFile(path + ".new", "w", zipfile.ZIP_DEFLATED) as new:
    for entry in old.infolist():
        if "libdnnl" not in entry.filename:
            new.writestr(entry, old.read(entry))
os.replace(path + ".new", path)
PY
"$java_home/bin/jar" --create --file "$folder/tests.jar" -C target/test-classes ciss
cp benchmarks/peers/ciss_torch.py benchmarks/peers/ciss_torch_runs.py benchmarks/gpu/visit.sh "$folder/"
du -sh "$folder"
