#!/usr/bin/env bash
# Times `kdsl check` on a file of 200 kernels, as a whole process: seconds and the largest resident memory, and the same for an empty file.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
./kdsl --version > /dev/null
dotnet build bench/KernelDsl.Benchmarks -c Release -v quiet --nologo -clp:NoSummary
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
dotnet artifacts/bin/KernelDsl.Benchmarks/release/KernelDsl.Benchmarks.dll kernels 200 "$work/kernels200.kdsl"
printf 'module Empty;\n' > "$work/empty.kdsl"
tool="artifacts/bin/KernelDsl.Tool/release/kdsl.dll"
for file in empty kernels200; do
  for run in 1 2 3 4 5; do
    begin="$(date +%s%N)"
    dotnet "$tool" check "$work/$file.kdsl" > "$work/out.txt" &
    pid=$!
    peak=0
    while kill -0 "$pid" 2> /dev/null; do
      now="$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status" 2> /dev/null || true)"
      [[ -n "$now" && "$now" -gt "$peak" ]] && peak="$now"
      sleep 0.02
    done
    wait "$pid"
    end="$(date +%s%N)"
    echo "$file run $run: $(((end - begin) / 1000000)) ms, peak $((peak / 1024)) MiB, $(tail -n 1 "$work/out.txt")"
  done
done
