#!/usr/bin/env bash
# Make the virtual environment: the locked development tools, and LaunchGuard itself from this checkout.
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

# uv installs the same packages in a tenth of the time; pip brings it, and is asked only when the lock names another one.
locked=$(sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements/uv.txt)
if [ "$("$venv/bin/uv" --version 2>/dev/null | cut -d ' ' -f 2)" != "$locked" ]; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: \
        --require-hashes --requirement requirements/uv.txt
fi
install=("$venv/bin/uv" pip install --quiet --python "$venv/bin/python")
"${install[@]}" --only-binary :all: --require-hashes --requirement requirements/dev.txt
# The build backend is a locked one, too: without isolation it comes from the line above.
"${install[@]}" --no-deps --no-build-isolation --editable .
