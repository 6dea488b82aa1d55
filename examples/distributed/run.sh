#!/usr/bin/env bash
# One run, sent by a master and three workers on this machine:
#     examples/distributed/run.sh ORIGIN [further options of `launchguard run`]
# ORIGIN is a server on this machine, like http://127.0.0.1:3000. MASTER=127.0.0.1:PORT chooses another port.
set -euo pipefail

origin=$1
shift
master=${MASTER:-127.0.0.1:5557}
workers=()

finish() {
  kill "${workers[@]}" 2>/dev/null || true
  wait "${workers[@]}" || true
}
trap finish EXIT

for _ in 1 2 3; do
  # Every worker says itself which servers of its machine it loads; the master cannot.
  launchguard worker --master "$master" --loopback-origin "$origin" &
  workers+=($!)
done

launchguard run "$(dirname "$0")/campaign.yml" --load-only --base-url "$origin" \
  --expect-workers 3 --master-bind "$master" "$@"
