#!/usr/bin/env bash
# Times the generator on 200 specs of one kernel each, every measurement in a process of its own: first run and one edit.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
dotnet build bench/KernelDsl.Benchmarks -c Release -v quiet --nologo -clp:NoSummary -nodeReuse:false
program="artifacts/bin/KernelDsl.Benchmarks/release/KernelDsl.Benchmarks.dll"
for mode in design build cuda; do
  for run in 1 2 3; do
    dotnet "$program" generator 200 "$mode"
  done
done
