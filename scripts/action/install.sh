#!/usr/bin/env bash
# Makes a private virtual environment under RUNNER_TEMP and prints the path of its Python; all else goes to stderr.
#
# Only the locked dependencies are installed. LaunchGuard itself stays where the runner has put the action: a .pth file
# leads there, so nothing is built, and the code is exactly that of the action's ref.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"  # away from the checked-out repository: its uv.toml has no say here
requirements="$root/requirements"

fail() {
  echo "::error title=LaunchGuard::$1" >&2
  exit 2
}

find_python() {
  local name
  for name in python3 python python3.14 python3.13 python3.12 python3.11; do
    if "$name" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
      command -v "$name"
      return
    fi
  done
  fail "LaunchGuard needs Python 3.11 or newer, and the PATH has $(python3 --version 2>&1 || true). Add actions/setup-python with python-version 3.12 before this step."
}

# Another action ref, lock or Python in the same job gets an environment of its own.
python=$(find_python)
key=$({ cat "$requirements"/*.txt; echo "$root"; "$python" -I -VV; } | cksum | tr -d ' ')
# Outside of a job there is no folder that is surely ours: a name that can be foreseen may be somebody else's already,
# with a Python in it that we would run. A new one is made for every call then.
temporary=${RUNNER_TEMP:-$(mktemp -d)}
venv="$temporary/launchguard/venv-$key"

bin="$venv/bin"
[ -d "$venv/Scripts" ] && bin="$venv/Scripts"

if [ ! -f "$venv/.ready" ]; then
  rm -rf "$venv"
  "$python" -I -m venv --without-pip "$venv" >&2 || fail "Python could not make a virtual environment with $python -m venv."
  uv=$(command -v uv || true)
  if [ -z "$uv" ]; then
    "$python" -I -m pip --python "$bin/python" install --quiet --no-compile --no-input --disable-pip-version-check \
      --only-binary :all: --require-hashes --requirement "$requirements/uv.txt" >&2 \
      || fail "Neither uv nor pip could be used to install LaunchGuard's dependencies."
    uv="$bin/uv"
  fi
  "$uv" pip install --quiet --python "$bin/python" --only-binary :all: --require-hashes \
    --requirement "$requirements/action.txt" >&2 || fail "LaunchGuard's dependencies could not be installed; the log says why."
  site=$("$bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  echo "$root/src" > "$site/launchguard.pth"
  touch "$venv/.ready"
fi

echo "$bin/python"
