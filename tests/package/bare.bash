# shellcheck shell=bash
# What run and container share: name spaces of their own, in which nothing stays mounted, a bare Debian 12, and the last line.
# Sourced by bash; whoever sources it says `begin` once it knows what it was asked for.
[ -n "${VIBRISSE_APART-}" ] || [ "$(id -u)" != 0 ] || ! unshare --mount true 2>/dev/null ||
    VIBRISSE_APART=1 exec unshare --mount --propagation private "$0" "$@" # nothing stays mounted, however this ends
# shellcheck source=packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../packaging/lib.sh"
mirror=http://deb.debian.org/debian security=http://deb.debian.org/debian-security
work='' bare='' passed=0 cleaning='' said=1

# The comment at the top of who asks.
usage()
{
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
    exit "$1"
}

# begin COMMAND : from here on there is a folder to work in, and a last line. COMMAND lets go of what would otherwise stay.
begin()
{
    cleaning=$1
    exec {said}>&1 # whatever is redirected when we end
    work=$(mktemp -d)
    bare=${bare:-$work/bare}
    trap end EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# What ends us before the last line has failed, unless it was said to be no fault of the package's.
end()
{
    local rc=$?
    "$cleaning" || true
    umount "$work" 2>/dev/null || true
    rm -rf --one-file-system "$work" || true
    case $rc in
    0) echo "$passed passed, 0 failed" >&"$said" ;;
    77) ;;
    *) echo "$passed passed, 1 failed" >&"$said" ;;
    esac
    exit "$rc"
}

# held WHAT COMMAND... : one of the things that are counted. Nothing in there ends by itself (set -e).
held()
{
    say "$1..."
    "${@:2}" || die "$1: that did not hold"
    passed=$((passed + 1))
}

skip()
{
    echo "skipped: $*"
    exit 77
}

mirror_answers()
{
    /usr/lib/apt/apt-helper -o Acquire::Retries=5 download-file "$mirror/dists/bookworm/Release" "$work/Release" >"$work/log" 2>&1
}

check_apart()
{
    [ "$(id -u)" = 0 ] || skip 'it needs root: chroot, mounts, name spaces'
    [ -n "${VIBRISSE_APART-}" ] || skip 'this machine permits no name spaces'
    [ "$(dpkg --print-architecture 2>/dev/null)" ] && [ -x /usr/lib/apt/apt-helper ] || skip 'this is no Debian'
    mirror_answers || skip "$mirror does not answer: $(tail -n 1 "$work/log")"
}

# work_in_memory FREE SIZE (GiB) : thousands of small files that apt syncs, and nobody needs afterwards.
work_in_memory()
{
    local free_kb
    free_kb=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)
    [ "${free_kb:-0}" -lt $(($1 * 1024 * 1024)) ] || mount -t tmpfs -o size="$2g",mode=700 tmpfs "$work"
}

# Only what the way to the mirror needs is taken along.
inside()
{
    local system=$1
    shift
    # shellcheck disable=SC2016 # for the shell inside
    unshare --mount --pid --fork --kill-child sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$system" \
        /usr/bin/env -i ${http_proxy:+"http_proxy=$http_proxy"} HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# What the mirror has now; a system that was kept knows of packages that are gone.
refresh()
{
    inside "$1" apt-get update -qq -o Acquire::Retries=5 -o APT::Update::Error-Mode=any >"$work/log" 2>&1 ||
        skip "$mirror or $security does not answer: $(tail -n 1 "$work/log")"
}

# A system that has never seen a compiler, made once.
make_bare()
{
    local lock
    mkdir -p "$bare"
    exec {lock}>"$bare/lock"
    flock "$lock" # one at a time
    if [ -e "$bare/ready" ]; then
        refresh "$bare/run"
        return
    fi
    rm -rf --one-file-system "$bare/run"
    say 'Making a bare Debian 12...'
    debootstrap --variant=minbase --include=ca-certificates bookworm "$bare/run" "$mirror" >"$work/debootstrap.log" 2>&1 ||
        skip "debootstrap failed: $(tail -n 1 "$work/debootstrap.log")"
    printf '#!/bin/sh\nexit 101\n' >"$bare/run/usr/sbin/policy-rc.d"
    chmod +x "$bare/run/usr/sbin/policy-rc.d"
    printf 'deb %s bookworm main\ndeb %s bookworm-updates main\ndeb %s bookworm-security main\n' "$mirror" "$mirror" "$security" >"$bare/run/etc/apt/sources.list"
    refresh "$bare/run"
    touch "$bare/ready"
}

