#!/usr/bin/env bash
# Builds everything once and runs all tests. The last line is "N passed, N failed" (", N skipped" when some were).
# Works on a fresh clone on bare Debian with the .NET SDK, git and bash; what it adds goes to .tools/ and artifacts/.
set -uo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
results="$root/artifacts/test-results"
extra_failures=0

say() { printf '== %s\n' "$*"; }

say "NVRTC"
if command -v apt-get > /dev/null && command -v dpkg > /dev/null && [[ -z "${KDSL_NVRTC:-}" ]]; then
  # Without it the tests that compile CUDA C are skipped, and the count at the end says so.
  eng/install-nvrtc.sh --with-tools --with-libcuda < /dev/null || say "going on without NVRTC"
fi

if [[ "${CI:-}" == true ]] && ! command -v g++ > /dev/null && command -v apt-get > /dev/null && [[ "$(id -u)" -eq 0 ]]; then
  # The linker of programs published ahead of time, and the host compiler that runs emitted CUDA text. Without them those tests are skipped.
  say "host compiler"
  { apt-get update -q && apt-get install -q -y --no-install-recommends g++ zlib1g-dev; } < /dev/null > /dev/null 2>&1 || say "going on without a host compiler"
fi

if [[ -x eng/check-parser-drift.sh ]] && command -v npm > /dev/null; then
  say "parser drift"
  if ! eng/check-parser-drift.sh < /dev/null; then
    say "the committed parser is not what the grammar makes"
    extra_failures=$((extra_failures + 1))
  fi
fi

say "build"
if ! dotnet build KernelDsl.sln -c Release -v quiet --nologo -clp:NoSummary -nodeReuse:false < /dev/null; then
  echo "0 passed, 1 failed"
  exit 1
fi

say "tests"
rm -rf "$results"
mkdir -p "$results"
broken=0
for project in tests/*/*.Tests.csproj; do
  [[ -f "$project" ]] || continue
  name="$(basename "$project" .csproj)"
  if ! dotnet test "$project" -c Release --no-build --nologo -v quiet --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
    --results-directory "$results" "$@" < /dev/null; then
    # A run that died is a failure too, also when all tests before that passed.
    if [[ ! -f "$results/$name.trx" ]] || grep -q 'run was aborted' "$results/$name.trx"; then
      broken=$((broken + 1))
    fi
  fi
done

# Each .trx has one element <Counters total=… passed=… failed=… … />.
counter() { # $1: attribute
  local sum=0 value
  for value in $(cat "$results"/*.trx 2> /dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*'); do sum=$((sum + value)); done
  echo "$sum"
}

total="$(counter total)"
passed="$(counter passed)"
executed="$(counter executed)"
failed=$((executed - passed + broken + extra_failures))
skipped=$((total - executed))
if [[ "$total" -eq 0 && "$failed" -eq 0 ]]; then
  failed=1
fi

if [[ "$skipped" -gt 0 ]]; then
  echo "$passed passed, $failed failed, $skipped skipped"
else
  echo "$passed passed, $failed failed"
fi
[[ "$failed" -eq 0 ]]
