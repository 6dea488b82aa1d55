#!/usr/bin/env bash
# Proves the lower bounds in pyproject.toml: the fast half of the suite with the lowest version that each one allows.
#
# Only the project's own dependencies are low; the tools that test it, and what a dependency brings along, are not what
# a bound speaks of. A tool that asks for more than the project does (check-jsonschema of click) runs with less here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export VENV=.venv-lowest
bash scripts/setup.sh

uv="$VENV/bin/uv"
low="$VENV/lowest.txt"
"$uv" pip compile --quiet --python "$VENV/bin/python" --resolution lowest-direct --only-binary :all: --no-header \
  --no-emit-index-url --no-emit-find-links pyproject.toml --output-file "$low"
"$uv" pip install --quiet --python "$VENV/bin/python" --only-binary :all: --requirement "$low"
"$VENV/bin/python" -m pytest -n 2 --dist worksteal -m "not load" "$@"
