# `make demo` shows the product, `make test` runs the tests, `make check` is what CI runs. Each does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test check lint format types bench mutants lock picture clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml scripts/setup.sh scripts/system-packages.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" bash scripts/setup.sh
	@touch $@

demo: $(READY)  ## a launch that holds and one that does not, against an embedded site
	@$(BIN)/launchguard demo

test: $(READY)  ## the whole test suite
	@bash scripts/system-packages.sh
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not load"
	@$(BIN)/python -m pytest -n 3 --dist worksteal -m load

check: lint types test  ## format, lint, types, tests: what CI runs

lint: $(READY)  ## formatting and lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

format: $(READY)  ## format the code and apply the safe fixes
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

types: $(READY)  ## mypy, strict
	@$(BIN)/mypy

bench: $(READY)  ## the measurements, as ratios within one run; minutes
	@$(BIN)/python -m benchmarks

mutants: $(READY)  ## break what decides, and count what the tests notice; up to two hours
	@$(BIN)/python scripts/mutants.py

lock: $(READY)  ## the hash-locked dependencies of the GitHub Action
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash scripts/action/lock.sh

picture: $(READY)  ## the README's picture, from a real run of the demo
	@PATH="$(CURDIR)/$(BIN):$$PATH" python scripts/picture.py docs/demo.svg -- launchguard demo

clean:  ## remove what the targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
