#!/bin/bash
# What systemd itself says of our units, and of the files by which it makes user and folders: it finds no fault, and the
# exposure is at most 1.2, with the drop-in for ICMP 1.5.
. "$(dirname "$0")/lib.bash"
: "${VIBRISSE:?}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unit=$work/vibrisse.service

# silent WHAT COMMAND... : what has something to say has found a fault.
silent()
{
    local what=$1 words
    shift
    words=$("$@" 2>&1) && [ -z "$words" ] || complain "$what: ${words:-failed}"
}

# judge TENTHS-AT-MOST WHAT
judge()
{
    silent "$2" systemd-analyze verify --man=no "$unit"
    systemd-analyze security --offline=yes --threshold="$1" "$unit" >"$work/said" 2>&1 ||
        complain "$2: $(tail -n 1 "$work/said"), more than $1 tenths"
}

# The program is not installed here, nor is its manual.
sed "s|/usr/bin/vibrisse |$VIBRISSE |" packaging/systemd/vibrisse.service >"$unit"
judge 12 vibrisse.service
# systemd looks only for what ExecStart= names.
while read -r program; do
    [ -x "$program" ] || complain "vibrisse.service: there is no $program"
done < <(sed -n 's/^Exec\(StartPre\|Reload\)=\([^ ]*\).*/\2/p' "$unit")
mkdir "$unit.d"
cp packaging/systemd/icmp.conf "$unit.d/"
judge 15 'with icmp.conf'

# The user first: the folders are its own. Cleaning reads the rules and, in an empty root, does nothing by them.
mkdir -p "$work/root/etc"
systemd-sysusers --root="$work/root" "$PWD/packaging/systemd/sysusers.conf" >"$work/said" 2>&1 || complain "$(<"$work/said")"
silent tmpfiles.conf systemd-tmpfiles --clean --root="$work/root" "$PWD/packaging/systemd/tmpfiles.conf"
finish 4 units
