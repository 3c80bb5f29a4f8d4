#!/bin/bash
# What systemd itself says of our units: it finds no fault, and the exposure is at most 1.2, with the drop-in for ICMP 1.5.
. "$(dirname "$0")/lib.bash"
: "${VIBRISSE:?}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unit=$work/vibrisse.service

# exposure TENTHS-AT-MOST WHAT
exposure()
{
    systemd-analyze security --offline=yes --threshold="$1" "$unit" >"$work/said" 2>&1 ||
        complain "$2: $(tail -n 1 "$work/said"), more than $1 tenths"
}

# The program is not installed here, nor is its manual.
sed "s|/usr/bin/vibrisse |$VIBRISSE |" packaging/systemd/vibrisse.service >"$unit"
words=$(systemd-analyze verify --man=no "$unit" 2>&1) || complain "systemd-analyze verify failed"
[ -z "$words" ] || complain "$words"
exposure 12 vibrisse.service
mkdir "$unit.d"
cp packaging/systemd/icmp.conf "$unit.d/"
exposure 15 'with icmp.conf'
finish 2 units
