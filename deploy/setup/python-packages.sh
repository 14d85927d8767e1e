#!/bin/sh
# Makes .venv and installs the distributions into it, editable: python-packages.sh run|test
# `test` adds the tools of tools.txt. Versions are those of constraints.txt.
set -eu
here=$(dirname "$0")
group=$1

enough='import sys; raise SystemExit(sys.version_info < (3, 11))'
# A virtual environment that was made in another folder does not work in this one.
if [ "$(cat .venv/.folder 2>/dev/null)" != "$PWD" ] || ! .venv/bin/python -c "$enough" >/dev/null 2>&1; then
  found=""
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c "$enough" >/dev/null 2>&1 && "$candidate" -c 'import ensurepip' >/dev/null 2>&1; then
      found=$candidate
      break
    fi
  done
  if [ -z "$found" ]; then
    echo "Python 3.11 or newer, with its venv module, was not found as python3." >&2
    echo "On Debian 12, as root: apt-get install python3 python3-venv" >&2
    exit 2
  fi
  echo "Making .venv with $("$found" --version) …" >&2
  "$found" -m venv --clear .venv
  echo "$PWD" > .venv/.folder
fi

echo "Installing Python packages …" >&2
set --
for distribution in shared services/permit-sync services/enterprise services/plan services/data services/review services/gateway deploy; do
  set -- "$@" -e "$distribution"
done
[ "$group" = test ] && set -- "$@" -r "$here/tools.txt"
pip() { .venv/bin/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt "$@"; }
# With the build tool in place the distributions need no build environment each, which would take longer than all else.
pip setuptools
pip --no-build-isolation "$@"
