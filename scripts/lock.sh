#!/usr/bin/env bash
# Pins, with hashes and for every platform and Python from 3.11 on, what development and the action install. Needs uv.
#
# One resolution decides: that of the development environment. What the action installs and the installer itself are
# held to it, so that the tests have run with what users get. `scripts/lock.sh --upgrade` takes the newest versions;
# without it the locked ones stay wherever pyproject.toml allows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lock() {
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
    --no-emit-index-url --no-emit-find-links --only-binary :all: "$@"
}

lock pyproject.toml --group dev --output-file requirements/dev.txt "$@"
# The two below start from nothing: what they may choose is in dev.txt alone.
lock pyproject.toml --constraint requirements/dev.txt --upgrade --output-file requirements/action.txt
echo uv | lock - --constraint requirements/dev.txt --upgrade --output-file requirements/uv.txt
