# `make demo` shows the product, `make test` runs the tests, `make check` is what CI runs. Each does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test check lint format types bench mutants coverage docs lock lowest picture clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml requirements/dev.txt requirements/uv.txt scripts/setup.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" bash scripts/setup.sh
	@touch $@

demo: $(READY)  ## a launch that holds and one that does not, against an embedded site
	@$(BIN)/launchguard demo

test: $(READY)  ## the whole test suite
	@bash scripts/system-packages.sh
	@$(BIN)/python scripts/suite.py

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

lock: $(READY)  ## newer versions for the hash-locked dependencies in requirements/
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash scripts/lock.sh --upgrade

coverage: $(READY)  ## how much of the code the fast tests reach, in percent
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not load" --cov --cov-report=
	@$(BIN)/coverage report --format=total

lowest:  ## the fast tests with the lowest versions that pyproject.toml allows, in .venv-lowest
	@PYTHON="$(PYTHON)" bash scripts/lowest.sh

mutants: $(READY)  ## break what decides, and count what the tests notice; up to two hours
	@$(BIN)/python scripts/mutants.py

docs: $(READY)  ## the documents that are made from the code: the checks, the channels, the keys
	@$(BIN)/python -m launchguard.checking.docs
	@$(BIN)/python -m launchguard.channels.docs
	@$(BIN)/python -m launchguard.manifest.reference

picture: $(READY)  ## the README's picture, from a real run of the demo
	@PATH="$(CURDIR)/$(BIN):$$PATH" python scripts/picture.py docs/demo.svg -- launchguard demo

clean:  ## remove what the targets made
	rm -rf $(VENV) .venv-lowest .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage build dist
