# The commands of the repository. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
# Compiled modules are kept: the platform starts many processes, and each would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PACKAGES := selfmon_shared selfmon_permit_sync selfmon_enterprise selfmon_plan selfmon_data selfmon_review selfmon_gateway selfmon_deploy
# A virtual environment does not survive a move of its folder: the stamps carry the folder's checksum.
STAMP := .venv/.set-up-$(shell pwd | cksum | cut -d' ' -f1)
SETUP_INPUTS := constraints.txt deploy/setup/python-packages.sh shared/pyproject.toml deploy/pyproject.toml $(wildcard services/*/pyproject.toml)
# The consoles' web application is built again when one of its files has changed; .complete is written last.
WEB := services/gateway/web
WEB_BUILT := services/gateway/selfmon_gateway/built/.complete
WEB_INPUTS := $(shell find $(WEB) -name node_modules -prune -o -type f ! -name 'api-types.d.ts' ! -name openapi.json ! -name components.d.ts ! -path '*/tests/*' ! -name '*.md' -print)
# A single service, for test-one: `make test-one S=plan`.
S ?=

.PHONY: help run demo web test test-one soak lint bench catalogue clean set-up-run set-up-test

help: ## List these commands.
	@sed -nE 's/^([a-z-]+):.*## (.*)$$/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done

run: set-up-run $(WEB_BUILT) ## Set everything up, run the main job, leave the platform running on http://127.0.0.1:8000.
	@exec $(BIN)/selfmon run-embedded --demo

demo: set-up-run $(WEB_BUILT) ## The same without staying: ends with 0 if every step of the main job succeeded, else with 1.
	@exec $(BIN)/selfmon run-embedded --demo --headless

web: set-up-run $(WEB_BUILT) ## Build the consoles' web application, if it has changed.

test: set-up-test $(WEB_BUILT) ## Run all tests but the long ones, fast ones first, and check the coverage.
	@exec tests/run-tiers.sh

test-one: set-up-test $(WEB_BUILT) ## Run the tests of one part: make test-one S=plan (or shared, gateway, deploy …).
	@[ -n "$(S)" ] || { echo "Which one? make test-one S=plan" >&2; exit 2; }
	@folder=$$(ls -d services/$(S) $(S) 2>/dev/null | head -1); [ -n "$$folder" ] || { echo "There is no part named $(S)." >&2; exit 2; }; \
	$(BIN)/python -m pytest -q -m "not soak" $$folder

soak: set-up-test $(WEB_BUILT) ## Run the long tests: chaos for minutes, big volumes.
	@exec $(BIN)/python -m pytest -q -m soak

lint: set-up-test ## Check style, format, types and which way imports run.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(addprefix -p ,$(PACKAGES))
	@$(BIN)/lint-imports
	@deploy/setup/web.sh check

bench: set-up-test ## Measure, side by side in one run, what the architecture promises.
	@exec $(BIN)/selfmon bench

catalogue: set-up-run ## Write docs/events.md, the list of all contract events, from the contracts.
	@exec $(BIN)/selfmon catalogue

clean: ## Remove everything that these commands made in this folder.
	@rm -rf .venv var build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* coverage.json $(WEB)/node_modules services/gateway/selfmon_gateway/built services/gateway/tests/oidc/node_modules
	@find shared services deploy tests -name __pycache__ -prune -exec rm -rf {} +
	@find shared services deploy -maxdepth 2 -name '*.egg-info' -prune -exec rm -rf {} +

set-up-run:
	@deploy/setup/system-packages.sh run
	@$(MAKE) --no-print-directory -s $(STAMP)-run

set-up-test:
	@deploy/setup/system-packages.sh run test
	@$(MAKE) --no-print-directory -s $(STAMP)-test
	@deploy/setup/oidc-portal.sh

$(STAMP)-run: $(SETUP_INPUTS)
	@deploy/setup/python-packages.sh run
	@touch $@

$(STAMP)-test: $(SETUP_INPUTS) deploy/setup/tools.txt
	@deploy/setup/python-packages.sh test
	@touch $(STAMP)-run $@

$(WEB_BUILT): $(WEB_INPUTS) deploy/setup/node.sh deploy/setup/web.sh
	@echo "Building the web application …" >&2
	@deploy/setup/web.sh build
