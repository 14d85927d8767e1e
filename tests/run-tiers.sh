#!/bin/bash
# All tests but the long ones, in tiers from fast to slow: a failing tier ends the run. Called by `make test`.
set -eu -o pipefail
bin=.venv/bin
rm -f .coverage .coverage.* coverage.json

tier() {
  local name=$1
  shift
  echo "=== $name"
  local code=0
  $bin/python "${under[@]}" -m pytest -q "$@" || code=$?
  # 5: this tier holds no test yet.
  if [ "$code" -ne 0 ] && [ "$code" -ne 5 ]; then
    echo "=== failed: $name" >&2
    exit "$code"
  fi
}

existing() {
  for path in "$@"; do [ -e "$path" ] && printf '%s\n' "$path"; done
}

mapfile -t parts < <(existing shared services deploy tests/architecture tests/contracts)
mapfile -t whole < <(existing tests/acceptance tests/drills tests/chaos tests/browser)
# Two at once, a file at a time: most tests wait for a disk or a process half of their time.
both=(-n 2 --dist loadfile)
# Coverage starts before pytest, so that what is imported early is counted, and follows into child processes.
under=(-m coverage run)
tier "fast: rules, contracts, wiring" "${both[@]}" -m "not postgres and not rabbitmq and not pdf and not sign_on and not soak" "${parts[@]}"
echo "=== the web application's own parts"
deploy/setup/web.sh test
# One tier of these, since each tier collects all tests anew, which takes half a minute.
tier "databases, broker, documents, portals" "${both[@]}" -m "(postgres or rabbitmq or pdf or sign_on) and not soak" "${parts[@]}"

# Coverage is judged before the whole platform runs, which would take a third longer under it: what counts has direct tests.
echo "=== coverage"
$bin/python -m coverage combine --quiet
$bin/python tests/check_coverage.py

under=()
if [ "${#whole[@]}" -gt 0 ]; then
  # The embedded set-up in one worker, RabbitMQ and PostgreSQL in the other.
  tier "the whole platform: acceptance, drills, chaos" -n 2 --dist loadgroup -m "not soak" "${whole[@]}"
fi
