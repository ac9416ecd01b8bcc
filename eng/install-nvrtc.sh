#!/usr/bin/env bash
# Unpacks NVIDIA's run-time compiler (NVRTC) from Debian's non-free component into .tools/nvrtc.
# Nothing outside .tools changes: the package lists, the cache and the source list are private to this script,
# and the packages are unpacked, not installed.
#
#   eng/install-nvrtc.sh                     NVRTC, enough for `kdsl emit --target ptx|cubin`
#   eng/install-nvrtc.sh --with-tools        also ptxas, nvdisasm and cuobjdump
#   eng/install-nvrtc.sh --with-libcuda      also the driver library, which answers "no device" where there is no GPU
#   eng/install-nvrtc.sh --allow-unverified  goes on when no key on this machine signs the Debian suite (it says so)
set -euo pipefail

readonly SUITE=trixie
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
tools="${KDSL_TOOLS_DIR:-$root/.tools}"
target="$tools/nvrtc"
with_tools=false
with_libcuda=false
allow_unverified=false

say() { printf 'install-nvrtc: %s\n' "$*" >&2; }
fail() { printf 'install-nvrtc: error: %s\n' "$1" >&2; shift; for line in "$@"; do printf '  %s\n' "$line" >&2; done; exit 1; }

for argument in "$@"; do
  case "$argument" in
    --with-tools) with_tools=true ;;
    --with-libcuda) with_libcuda=true ;;
    --allow-unverified) allow_unverified=true ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) printf 'install-nvrtc: unknown option %s (try --help)\n' "$argument" >&2; exit 2 ;;
  esac
done

# Whether a pattern names at least one file.
have() { compgen -G "$1" > /dev/null; }

packages=()
plan() {
  packages=()
  have "$target/usr/lib/*/libnvrtc.so.12" && have "$target/usr/lib/*/libnvrtc-builtins.so.12.*" || packages+=(libnvrtc12 libnvrtc-builtins12.4)
  if $with_tools; then
    [[ -x "$target/usr/bin/ptxas" ]] || packages+=(nvidia-cuda-toolkit)
  fi
  if $with_libcuda; then
    have "$target/usr/lib/*/nvidia/current/libcuda.so.1" || packages+=(libcuda1)
  fi
}

plan
if [[ ${#packages[@]} -eq 0 ]]; then
  exit 0
fi

for program in apt-get dpkg; do
  command -v "$program" > /dev/null || fail "this machine has no $program, and this script takes NVRTC from Debian's packages." \
    "Install NVRTC in the way of your system (any CUDA 11.8 to 13) and set KDSL_NVRTC to the library or its folder," \
    "for example: export KDSL_NVRTC=/usr/local/cuda/lib64"
done

distribution="$(. /etc/os-release 2> /dev/null && printf '%s' "${ID:-unknown}")"
codename="$(. /etc/os-release 2> /dev/null && printf '%s' "${VERSION_CODENAME:-}")"

# The machine's own Debian source: prints "URI<tab>Signed-By" of each one, in the order of the files.
# A source counts when one of its suites is a Debian release, so that third-party sources do not.
debian_sources() {
  local files=() file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [[ -r "$file" ]] && files+=("$file")
  done
  [[ ${#files[@]} -gt 0 ]] || return 0
  awk -v codename="$codename" '
    function is_release(s) { return s == codename || s ~ /^(stable|oldstable|testing|unstable|sid|bullseye|bookworm|trixie|forky)$/ }
    function flush_stanza(   i, n, m, suites, uris, good) {
      if (types ~ /(^| )deb( |$)/ && enabled != "no") {
        n = split(suite_line, suites, " "); good = 0
        for (i = 1; i <= n; i++) if (is_release(suites[i])) good = 1
        m = split(uri_line, uris, " ")
        if (good && m > 0 && signed !~ /BEGIN PGP/) print uris[1] "\t" signed
        else if (good && m > 0) print uris[1] "\t"
      }
      types = suite_line = uri_line = signed = enabled = field = ""
    }
    FNR == 1 { flush_stanza(); deb822 = (FILENAME ~ /\.sources$/) }
    { sub(/\r$/, "") }
    deb822 && /^#/ { next }
    deb822 && /^[ \t]*$/ { flush_stanza(); next }
    deb822 && /^[^ \t]/ {
      field = tolower($0); sub(/:.*/, "", field)
      value = $0; sub(/^[^:]*:[ \t]*/, "", value)
      if (field == "types") types = value
      else if (field == "suites") suite_line = value
      else if (field == "uris") uri_line = value
      else if (field == "signed-by") signed = value
      else if (field == "enabled") enabled = tolower(value)
      next
    }
    deb822 {
      value = $0; sub(/^[ \t]+/, " ", value)
      if (field == "suites") suite_line = suite_line value
      else if (field == "uris") uri_line = uri_line value
      else if (field == "signed-by") signed = signed value
      next
    }
    !deb822 && /^[ \t]*deb[ \t]/ {
      line = $0; sub(/#.*/, "", line); sub(/^[ \t]*deb[ \t]+/, "", line); key = ""
      if (match(line, /^\[[^]]*\]/)) {
        options = substr(line, 2, RLENGTH - 2); line = substr(line, RLENGTH + 1)
        if (match(options, /signed-by=[^ \t]+/)) key = substr(options, RSTART + 10, RLENGTH - 10)
      }
      count = split(line, part, " ")
      if (count >= 3 && is_release(part[2])) print part[1] "\t" key
    }
    END { flush_stanza() }
  ' "${files[@]}"
}

uri=""
key=""
while IFS=$'\t' read -r candidate candidate_key; do
  case "$candidate" in
    http://* | https://* | mirror+http://* | mirror+https://*) uri="$candidate"; key="$candidate_key"; break ;;
  esac
done < <(debian_sources)

[[ -n "$uri" ]] || fail "found no Debian package source on this machine (its /etc/os-release says '$distribution')." \
  "This script reuses the address of the machine's own Debian source. On another system install NVRTC in its own way" \
  "(any CUDA 11.8 to 13; on Ubuntu the package nvidia-cuda-toolkit) and set KDSL_NVRTC to the library or its folder."

# The key that the machine trusts for Debian, or Debian's keyring; without either, apt's own trusted keys decide.
if [[ -z "$key" && -r /usr/share/keyrings/debian-archive-keyring.gpg ]]; then
  key=/usr/share/keyrings/debian-archive-keyring.gpg
fi

mkdir -p "$tools"
exec 9> "$tools/.install-nvrtc.lock"
command -v flock > /dev/null && flock 9
plan # another run may have done the work while this one waited
if [[ ${#packages[@]} -eq 0 ]]; then
  exit 0
fi

work="$(mktemp -d "$tools/.install-nvrtc.XXXXXX")"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/lists/partial "$work"/cache/archives/partial "$work"/parts "$work"/debs "$work"/unpacked

write_source() { # $1: further options
  local options="$1"
  [[ -n "$key" ]] && options="$options signed-by=$key"
  options="${options# }"
  printf 'deb %s%s %s non-free\n' "${options:+[$options] }" "$uri" "$SUITE" > "$work/sources.list"
}

# With the lists, the cache, the sources and the pins of this run only. The update hooks of the machine are not ours to run.
private_apt() {
  apt-get -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts="$work/parts" \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$work/parts" \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root \
    -o APT::Default-Release="$SUITE" -o Acquire::Languages=none -o Acquire::Retries=3 -o Debug::NoLocking=true \
    -o APT::Update::Post-Invoke= -o APT::Update::Post-Invoke-Success= "$@"
}

say "unpacking ${packages[*]} of Debian $SUITE (non-free) into ${target#"$root"/}"
write_source ""
if ! private_apt update -o APT::Update::Error-Mode=any > "$work/log" 2>&1 < /dev/null; then
  if grep -Eq 'NO_PUBKEY|not signed|EXPKEYSIG|unsigned|public key is not available' "$work/log"; then
    cat "$work/log" >&2
    $allow_unverified || fail "no key on this machine verifies the Debian suite $SUITE." \
      "Update the package debian-archive-keyring and run this again, or run" \
      "eng/install-nvrtc.sh --allow-unverified to take the packages without a check of their signature."
    say "warning: going on WITHOUT a check of the signature, as --allow-unverified asks"
    key=""
    write_source "trusted=yes"
    private_apt update > "$work/log" 2>&1 < /dev/null || { cat "$work/log" >&2; fail "cannot read the package list of $SUITE."; }
  else
    cat "$work/log" >&2
    fail "cannot read the package list of the suite $SUITE from the machine's own Debian source (see above)." \
      "A network or a mirror that carries $SUITE and its non-free component is needed. Or install NVRTC in another way and set KDSL_NVRTC."
  fi
fi

if ! (cd "$work/debs" && private_apt download "${packages[@]}") > "$work/log" 2>&1 < /dev/null; then
  cat "$work/log" >&2
  fail "cannot download ${packages[*]} (see above)."
fi

for package in "$work"/debs/*.deb; do
  dpkg -x "$package" "$work/unpacked"
done

# Copied over what is there and the library last, so that a broken run is never taken for a finished one.
mkdir -p "$target"
find "$work/unpacked" -name 'libnvrtc.so*' -prune -o \( -type f -o -type l \) -print | while IFS= read -r file; do
  place="$target/${file#"$work/unpacked"/}"
  mkdir -p "$(dirname "$place")"
  mv -f "$file" "$place"
done
find "$work/unpacked" -name 'libnvrtc.so*' | sort -r | while IFS= read -r file; do
  place="$target/${file#"$work/unpacked"/}"
  mkdir -p "$(dirname "$place")"
  mv -f "$file" "$place"
done

plan
[[ ${#packages[@]} -eq 0 ]] || fail "the packages were unpacked but do not hold what was expected: ${packages[*]}"
say "done"
