#!/usr/bin/env bash
# Makes all packages: eng/pack.sh [FOLDER [VERSION]]. The folder is artifacts/packages when it is left out.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
folder="${1:-$root/artifacts/packages}"
options=()
[[ $# -ge 2 ]] && options+=("-p:PackageVersion=$2")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

mkdir -p "$folder"
if [[ $# -lt 2 ]]; then
  # Packages of the same version that an earlier run left in the machine's folder would be taken for the new ones.
  for id in kerneldsl kerneldsl.abstractions kerneldsl.runtime kerneldsl.runtime.cuda kerneldsl.profiling kerneldsl.virtualgpu kerneldsl.kernels kdsl; do
    rm -rf "${NUGET_PACKAGES:-$HOME/.nuget/packages}/$id/0.1.0"
  done
fi

for project in runtime/KernelDsl.Abstractions runtime/KernelDsl.Runtime runtime/KernelDsl.Runtime.Cuda runtime/KernelDsl.Profiling runtime/KernelDsl.VirtualGpu generators/KernelDsl kernels/KernelDsl.Kernels compiler/KernelDsl.Tool; do
  dotnet pack "$project" -c Release -v quiet --nologo -nodeReuse:false -o "$folder" "${options[@]}" < /dev/null
done
ls "$folder"
