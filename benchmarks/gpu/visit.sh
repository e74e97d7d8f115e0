#!/usr/bin/env bash
# Everything that a machine with an NVIDIA GPU can tell about this program, in the order of worth, in so many minutes.
#
#   visit.sh FOLDER OUT [MINUTES]
#
# FOLDER is what pack.sh made. Each step leaves its output in OUT/<step>.txt; OUT/summary.txt has a line per step:
# 'ok', 'failed CODE' or 'not started', seconds, and the command. Later steps go on after a failed one.
#   CONFIG=cityscapes_to_acdc   the configuration that is timed
#   CISS_JAVA_OPTIONS           for java, such as -Dciss.cuda.path=FOLDER
set -uo pipefail
folder=$(cd "${1:?usage: visit.sh FOLDER OUT [MINUTES]}" && pwd)
mkdir -p "${2:?usage: visit.sh FOLDER OUT [MINUTES]}"
out=$(cd "$2" && pwd)
end=$((SECONDS + 60 * ${3:-9}))
config=${CONFIG:-cityscapes_to_acdc}

unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
tar -C "$unpacked" -xJf "$folder/java.tar.xz"
java=("$unpacked/java/bin/java" --enable-native-access=ALL-UNNAMED ${CISS_JAVA_OPTIONS:-})
ciss=("${java[@]}" -jar "$folder/ciss.jar")
tests=("${java[@]}" -cp "$folder/ciss.jar:$folder/tests.jar")
peer=(python3 "$folder/ciss_torch.py" time --device cuda --backbone b5 --channels 256 --crop 1024 --detail 512)

# step NAME SECONDS COMMAND...: at most so long, and not beyond the end
step() {
  local name=$1 limit=$2 start=$SECONDS code
  shift 2
  local left=$((end - SECONDS))
  if [ $left -lt 5 ]; then
    echo "not started      0 s  $name: $*" >>"$out/summary.txt"
    return
  fi
  timeout $((limit < left ? limit : left)) "$@" >"$out/$name.txt" 2>&1
  code=$?
  local verdict=ok
  [ $code -eq 0 ] || verdict="failed $code"
  printf '%-12s %4d s  %s: %s\n' "$verdict" $((SECONDS - start)) "$name" "$*" | tee -a "$out/summary.txt"
}

: >"$out/summary.txt"
step device 20 nvidia-smi
step doctor 60 "${ciss[@]}" doctor --gpu
step cases_fp32 120 "${tests[@]}" ciss.tensor.cuda.CudaCaseTable FP32
step cases_fp32_again 120 "${tests[@]}" ciss.tensor.cuda.CudaCaseTable FP32
step cases_equal_bytes 5 cmp "$out/cases_fp32.txt" "$out/cases_fp32_again.txt"
step cases_tf32 120 "${tests[@]}" ciss.tensor.cuda.CudaCaseTable TF32
step cases_bf16 120 "${tests[@]}" ciss.tensor.cuda.CudaCaseTable BF16
step phases 30 "${tests[@]}" ciss.tensor.cuda.CudaPhases
# The losses of each iteration, its state; the last line is the number of graphs and waits, which differs.
step graphs_on 60 "${tests[@]}" ciss.tensor.cuda.CudaReplay 8
step graphs_off 60 env CISS_CUDA_GRAPHS=0 "${tests[@]}" ciss.tensor.cuda.CudaReplay 8
step graphs_equal_bytes 5 diff <(sed '$d' "$out/graphs_on.txt") <(sed '$d' "$out/graphs_off.txt")
# The kinds that are computed on the device; pack.sh's Java lacks what some others read pictures with.
kinds='{mit,segmentor,upsampled_ce,uda_step,class_mix,color_jitter,gaussian_blur,label_downscale,fda,reinhard,pair_pipeline}'
for precision in fp32 tf32 bf16; do
  step "verify_$precision" 120 "${ciss[@]}" verify --device cuda --precision $precision --kind "$kinds"
done
for precision in fp32 tf32 bf16; do
  step "step_$precision" 120 "${ciss[@]}" bench step "$config" --device cuda --precision $precision --iterations 5
done
for precision in tf32 bf16; do
  step "peer_$precision" 90 "${peer[@]}" --precision $precision --iterations 5
done
for precision in tf32 bf16; do
  step "ops_$precision" 90 "${ciss[@]}" bench ops "$config" --device cuda --precision $precision --seconds 0.05
done
for precision in tf32 bf16; do
  step "peer_compiled_$precision" 200 "${peer[@]}" --precision $precision --compile --iterations 5
done
for tool in memcheck racecheck; do
  step "$tool" 200 compute-sanitizer --tool $tool --error-exitcode 9 "${tests[@]}" ciss.tensor.cuda.CudaCaseTable FP32
done
cat "$out/summary.txt"
! grep -q '^failed' "$out/summary.txt"
