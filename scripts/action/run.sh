#!/usr/bin/env bash
# What action.yml runs: LaunchGuard in an environment of its own, then the verdict.
set -euo pipefail

# A step that dies has to leave a refusal behind, not a hole: later values replace these.
printf 'verdict=error\nexit-code=2\n' >> "$GITHUB_OUTPUT"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$(bash "$here/install.sh")

# Isolated mode and PYTHONSAFEPATH: a yaml.py in the checked-out repository must never be imported.
export PYTHONSAFEPATH=1
exec "$python" -I -m launchguard action
