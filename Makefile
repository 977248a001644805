# Everything runs in a virtual environment of its own under .venv; nothing else is touched.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
ARGS ?=
SECONDS := 900
# Two workers that take work from each other, each with servers of its own; one where all share the server that is named.
WORKERS := $(if $(CMDB_TEST_NEO4J_URI),0,2)
# The tests that use tests.effort.
CAMPAIGNS := tests/ingest/test_killed_imports.py tests/store/test_neo4j_crash.py tests/practices/effects/test_oracle.py
# Each of these is held to 95 % by itself, not only all together.
GATED := cmdb/model/* cmdb/identify.py cmdb/reconcile/* cmdb/ingest/* impact/*

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

.PHONY: setup
setup: $(INSTALLED_DEV) ## Make .venv with everything needed to develop

.PHONY: demo
demo: $(INSTALLED) ## Import the sample estate, print the blast radius of a change, serve GraphQL
	@$(BIN)/cmdb demo $(ARGS)

.PHONY: test
test: $(INSTALLED_DEV) ## Run every test, with a real Neo4j of both lines (ARGS=tests/impact for a part)
ifeq ($(ARGS),)
	@$(BIN)/python -m pytest -m gated --cov -n 2 --dist worksteal --durations=5
	@set -f; for part in $(GATED); do \
	  $(BIN)/coverage report --include="$$part" --fail-under=95 >$(VENV)/coverage.txt || { cat $(VENV)/coverage.txt; exit 1; }; \
	done
	@CMDB_REQUIRE_NEO4J=1 $(BIN)/python -m pytest -m "not gated" -n $(WORKERS) --dist worksteal --durations=12
else
	@CMDB_REQUIRE_NEO4J=1 $(BIN)/python -m pytest $(ARGS)
endif

.PHONY: fuzz
fuzz: $(INSTALLED_DEV) ## Read changed inputs of every format for SECONDS=900, in search of faults
	@$(BIN)/python -m tests.importers.fuzzing --seconds $(SECONDS) $(ARGS)

.PHONY: check
check: $(INSTALLED_DEV) ## Lint, types, layers and the shape of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_shape.py

.PHONY: bench
bench: $(INSTALLED_DEV) ## Measure impact and import on this machine
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: campaign
campaign: $(INSTALLED_DEV) ## Run the long form of the tests that have one: imports killed sixty times, effects by brute force
	@CMDB_REQUIRE_NEO4J=1 CMDB_TEST_FULL=1 $(BIN)/python -m pytest -q -s --timeout 1800 $(CAMPAIGNS)

.PHONY: docs
docs: $(INSTALLED) ## Write the reference pages that are derived from the code
	@$(BIN)/cmdb schema reference > docs/catalogue.md

.PHONY: format
format: $(INSTALLED_DEV) ## Mend what the linter and the formatter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: neo4j-cache
neo4j-cache: $(INSTALLED) ## Fetch the Neo4j servers that the tests start
	@$(BIN)/python -c "from cmdb.app.neo4j_local import RELEASES, resolve_libraries; [print(resolve_libraries(known.version)) for known in RELEASES]"

.PHONY: clean
clean: ## Remove .venv and everything that was made
	rm -rf $(VENV) .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist htmlcov

$(BIN)/python:
	@for python in python3.13 python3.12 python3.11 python3; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$($$python --version)"; \
	    exec $$python -m venv $(VENV); \
	  fi; \
	done; \
	echo "Python 3.11 or newer with its venv module is needed and none of python3.13, python3.12, python3.11, python3 is one." >&2; \
	echo "Install one (Debian: apt-get install python3 python3-venv), then run make again." >&2; \
	exit 1

$(INSTALLED): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing cmdb into $(VENV)"
	@$(PIP) --editable .
	@touch $@

$(INSTALLED_DEV): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing cmdb and its development tools into $(VENV)"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(INSTALLED)
