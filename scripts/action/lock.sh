#!/usr/bin/env bash
# Pins what the action installs, with hashes, for every platform and Python from 3.11 on. Needs uv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

lock() {
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
    --no-emit-index-url --no-emit-find-links --only-binary :all: "$@"
}

lock --upgrade pyproject.toml --output-file requirements/action.txt
echo 'uv>=0.9' | lock --upgrade - --output-file requirements/uv.txt
