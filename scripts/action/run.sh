#!/usr/bin/env bash
# What action.yml runs: LaunchGuard in an environment of its own, then the verdict.
set -euo pipefail

# The token goes on by pipes only. A process's environment can be read by every other process of the same user, also
# after a variable was unset in it; so each process on the way is replaced by the next one.
token=${LG_GITHUB_TOKEN:-}
unset LG_GITHUB_TOKEN

# A step that dies has to leave a refusal behind, not a hole: later values replace these.
printf 'verdict=error\nexit-code=2\n' >> "$GITHUB_OUTPUT"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$(printf '%s' "$token" | bash "$here/install.sh")

# Isolated mode and PYTHONSAFEPATH: a yaml.py in the checked-out repository must never be imported.
export PYTHONSAFEPATH=1
# Some runners hand inputs over under a second name, which the shell cannot unset.
exec env -u INPUT_GITHUB-TOKEN "$python" -I -m launchguard action --token-stdin < <(printf '%s' "$token")
