#!/usr/bin/env bash
# Times the virtual GPU on one core: lane operations per second of arithmetic and of memory with and without checks, and a tensor-core product of 64 x 64 x 64.
# An argument gives the milliseconds of each measurement (300).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build bench/KernelDsl.VirtualGpu.Benchmarks -c Release -v quiet --nologo -clp:NoSummary
dotnet artifacts/bin/KernelDsl.VirtualGpu.Benchmarks/release/KernelDsl.VirtualGpu.Benchmarks.dll "$@"
