#!/bin/sh
# The packages of the tests' OpenID Connect portal (services/gateway/tests/oidc), if they are not there yet.
set -eu
PATH=$(deploy/setup/node.sh):$PATH
export PATH npm_config_update_notifier=false
root=$PWD
cd services/gateway/tests/oidc
wanted=$(cat package-lock.json package.json | cksum)
[ "$(cat node_modules/.installed 2>/dev/null)" = "$wanted" ] && exit 0

# Two calls at the same time would overwrite each other's files.
if command -v flock >/dev/null 2>&1 && [ -z "${PORTAL_LOCKED:-}" ]; then
  mkdir -p "$root/var"
  cd "$root"
  exec env PORTAL_LOCKED=1 flock "$root/var/oidc-portal.lock" "$0"
fi
echo "Installing the OpenID Connect portal of the tests …" >&2
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
echo "$wanted" > node_modules/.installed
