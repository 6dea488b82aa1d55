#!/usr/bin/env bash
# Make the virtual environment and install LaunchGuard with its development tools into it.
set -euo pipefail
python="${PYTHON:-python3}"
venv="${VENV:-.venv}"

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "LaunchGuard needs Python 3.11 or newer; $("$python" --version 2>&1) is what '$python' starts." \
        "Name another one: make PYTHON=python3.12" >&2
    exit 2
fi

if [ ! -x "$venv/bin/python" ]; then
    if ! "$python" -m venv "$venv"; then
        echo "'$python -m venv' failed; on Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 2
    fi
fi
# uv installs the same packages in a tenth of the time; pip brings it.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv>=0.9"
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --editable . --group dev
