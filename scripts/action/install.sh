#!/usr/bin/env bash
# Makes a private virtual environment under RUNNER_TEMP and prints the path of its Python; all else goes to stderr.
#
# Only the locked dependencies are installed. LaunchGuard itself stays where the runner has put the action: a .pth file
# leads there, so nothing is built, and the code is exactly that of the action's ref.
#
# A later call in the same job uses the environment again, after code of the repository may have run. So the first one
# seals it and the action's own files; the key is the job's token, which comes by standard input and which no such code
# is given.
set -euo pipefail
token=$([ -t 0 ] || cat)

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

sealed() {
  printf '%s' "$token" | "$python" -I "$root/src/launchguard/system/seal.py" "$@"
}

python=$(find_python)

# In a container the folder may not be there, and a home not writable. A folder that everybody may write is never used:
# somebody else's could stand there.
temporary=${RUNNER_TEMP:-}
if [ -z "$temporary" ] || ! mkdir -p "$temporary" 2> /dev/null; then
  temporary=$(mktemp -d)
fi
if [ ! -w "${HOME:-/nonexistent}" ]; then
  export UV_CACHE_DIR="${UV_CACHE_DIR:-$temporary/launchguard/uv}"
fi

# Another action ref, lock, Python or token in the same job gets an environment of its own.
key=$({ cat "$requirements"/*.txt; echo "$root"; "$python" -I -VV; sealed; } | cksum | tr -d ' ')
venv="$temporary/launchguard/venv-$key"

bin="$venv/bin"
[ -d "$venv/Scripts" ] && bin="$venv/Scripts"

# Compiled code is not sealed, because every run writes some; so none is left from an earlier one.
own=("$root/src" "$root/checks" "$root/scripts" "$requirements" "$root/action.yml")
find "$root/src" "$root/checks" "$root/scripts" -name __pycache__ -prune -exec rm -rf {} +

if [ -f "$venv.seal" ]; then
  find "$venv" -name __pycache__ -prune -exec rm -rf {} +
  [ "$(sealed "$venv" "${own[@]}")" = "$(cat "$venv.seal")" ] \
    || fail "What an earlier call in this job installed, or the action itself, was changed since then. Nothing that runs now could be trusted, so nothing runs."
else
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
  find "$venv" -name __pycache__ -prune -exec rm -rf {} +
  sealed "$venv" "${own[@]}" > "$venv.seal"
fi

echo "$bin/python"
