#!/usr/bin/env bash
# Size and start-up of the attention sample, published ahead of time and run by the .NET runtime: medians of 15 runs of the whole process, which reads and
# writes an .npz file, runs the kernel once and compares it with plain loops.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 KDSL_DEVICE=cpu
work="$root/artifacts/aot"
rm -rf "$work"
mkdir -p "$work"
eng/pack.sh "$work/artifacts/packages" 0.1.0-aot > /dev/null
cp -r samples "$work/samples"
export KernelDslVersion=0.1.0-aot NUGET_PACKAGES="$work/nuget" NUGET_FALLBACK_PACKAGES="${NUGET_PACKAGES:-$HOME/.nuget/packages}"
cd "$work/samples/Attention"
dotnet publish -c Release -f net8.0 -r linux-x64 -v quiet --nologo -nodeReuse:false -o "$work/native" > /dev/null
dotnet build -c Release -f net10.0 -v quiet --nologo -nodeReuse:false > /dev/null

median() { # runs a command 15 times and prints the median of its milliseconds
  for _ in $(seq 15); do
    local begin end
    begin=$(date +%s%N)
    "$@" > /dev/null
    end=$(date +%s%N)
    echo $(((end - begin) / 1000000))
  done | sort -n | sed -n 8p
}

echo "ahead of time, .NET 8: $(($(stat -c %s "$work/native/Attention") / 1024)) KiB, median $(median "$work/native/Attention" - - 0) ms for the whole process"
echo "just in time, .NET 10: median $(median dotnet bin/Release/net10.0/Attention.dll - - 0) ms for the whole process"
"$work/native/Attention" - - 0
