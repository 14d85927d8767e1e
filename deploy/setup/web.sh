#!/bin/sh
# The consoles' web application: web.sh build | check | test
# `build` puts it where the gateway serves it from; `check` holds its sources to types and style; `test` runs its unit tests.
set -eu
task=$1
PATH=$(deploy/setup/node.sh):$PATH
export PATH npm_config_update_notifier=false
root=$PWD
built=$root/services/gateway/selfmon_gateway/built
cd services/gateway/web

packages() {
  wanted=$(cat package-lock.json package.json | cksum)
  [ "$(cat node_modules/.installed 2>/dev/null)" = "$wanted" ] && return 0
  echo "Installing the web application's packages …" >&2
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  echo "$wanted" > node_modules/.installed
}

# Two calls at the same time would overwrite each other's files.
if command -v flock >/dev/null 2>&1 && [ -z "${WEB_LOCKED:-}" ]; then
  mkdir -p "$root/var"
  cd "$root"
  exec env WEB_LOCKED=1 flock "$root/var/web.lock" "$0" "$@"
fi

packages
case $task in
  build)
    # Beside the old one, then in its place: a platform that runs goes on serving, and a failed build leaves what was there.
    rm -rf "$built.new" "$built.old"
    WEB_OUT=$built.new npm run --silent build
    touch "$built.new/.complete"
    if [ -e "$built" ]; then mv "$built" "$built.old"; fi
    mv "$built.new" "$built"
    rm -rf "$built.old"
    ;;
  check)
    "$root/.venv/bin/selfmon" openapi > openapi.json
    npm run --silent types -- --silent
    npm run --silent check
    npm run --silent lint
    ;;
  test) npm run --silent test ;;
  *) echo "web.sh build | check | test" >&2; exit 2 ;;
esac
