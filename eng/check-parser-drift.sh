#!/usr/bin/env bash
# Fails, with the difference, when the committed parser is not what Kdsl.g4 generates.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
fresh="$(mktemp -d)"
trap 'rm -rf "$fresh"' EXIT

"$root/eng/regenerate-parser.sh" "$fresh"
if ! diff -ru "$root/compiler/KernelDsl.Compiler/Syntax/Grammar/Generated" "$fresh"; then
  echo "The generated parser is stale: run eng/regenerate-parser.sh and commit the result." >&2
  exit 1
fi
