#!/usr/bin/env bash
# The system packages that the tests need. Installed where that is allowed, otherwise named in one line.
set -euo pipefail
# Package by program: a package is installed where its program is not there.
declare -A wanted=([apache2]=apache2 [git]=git [nginx]=nginx-light [varnishd]=varnish)
missing=()
for program in "${!wanted[@]}"; do
    command -v "$program" >/dev/null 2>&1 || [ -x "/usr/sbin/$program" ] || missing+=("${wanted[$program]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    # The tests start servers of their own: none that is installed here starts by itself, or takes a port.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"
else
    echo "The tests need these system packages: ${missing[*]} (on Debian and Ubuntu: sudo apt-get install ${missing[*]})" >&2
    exit 2
fi
