#!/bin/sh
# Sees to it that the system packages of the named groups are installed: system-packages.sh run [test]
# Exit 0: all there. Exit 2: something is missing and only root can install it; the message names it.
set -eu
here=$(dirname "$0")

present() {
  case $1 in
    /*) for file in $1; do [ -e "$file" ] && return 0; done; return 1 ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing=""
for wanted in "$@"; do
  while read -r group package probe; do
    [ "$group" = "$wanted" ] || continue
    present "$probe" || missing="$missing $package"
  done < "$here/system-packages.txt"
done
# Debian's python3 comes without the part that makes virtual environments.
if [ ! -x .venv/bin/python ] && ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
  missing="$missing python3-venv"
fi
missing=${missing# }
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "Missing on this machine, by the names that Debian gives them: $missing" >&2
  echo "Install them with your system's package manager, then call make again." >&2
  exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "Missing on this machine: $missing" >&2
  echo "Install them once as root, then call make again:" >&2
  echo "    apt-get update && apt-get install --no-install-recommends $missing" >&2
  exit 2
fi

# Tests start a broker and a database of their own: the system's are not to be started by their installation.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
fi
echo "Installing $missing …" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# shellcheck disable=SC2086 # one word per package
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 $missing; } > "$log" 2>&1 < /dev/null; then
  tail -n 30 "$log" >&2
  rm -f "$log"
  echo "The system packages could not be installed: $missing" >&2
  exit 2
fi
rm -f "$log"
