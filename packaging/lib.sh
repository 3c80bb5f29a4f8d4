# shellcheck shell=bash
# What start and test share. Sourced by bash; needs bash and apt only.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
policy=/usr/sbin/policy-rc.d

say()
{
    printf '%s\n' "$*" >&2
}

die()
{
    say "$(basename "$0"): $*"
    exit 1
}

# packages GROUP... : the names in packaging/dependencies under [GROUP].
packages()
{
    local line wanted=no group
    while read -r line; do
        line=${line%%#*}
        line=${line//[[:space:]]/}
        case $line in
        '') ;;
        \[*\])
            wanted=no
            for group; do
                [ "$line" = "[$group]" ] && wanted=yes
            done
            ;;
        *) [ $wanted = no ] || echo "$line" ;;
        esac
    done <"$root/packaging/dependencies"
}

# Names of what is installed, and of what it stands in for: a nodejs from elsewhere provides npm and conflicts with it.
# shellcheck disable=SC2016 # the dollars are dpkg's
installed()
{
    dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' 2>/dev/null |
        sed -n 's/^installed //p' | tr ',' '\n' | sed 's/(.*//; s/[[:space:]]//g'
}

installed_packages()
{
    # shellcheck disable=SC2016 # the dollars are dpkg's
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p'
}

missing()
{
    packages "$@" | sort -u | grep -vxFf <(installed)
}

as_root()
{
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# A package may bring system services (nginx does). Nobody asked for one to run on this machine: while apt works,
# policy-rc.d forbids starting any, and afterwards what was there before is put back.
forbid_services()
{
    as_root sh -c '
        if [ -e "$1" ] && [ ! -e "$1.before-vibrisse" ]; then mv "$1" "$1.before-vibrisse"; fi
        printf "#!/bin/sh\nexit 101\n" >"$1" && chmod 755 "$1"' sh "$policy"
}

allow_services()
{
    as_root sh -c '
        rm -f "$1"
        if [ -e "$1.before-vibrisse" ]; then mv "$1.before-vibrisse" "$1"; fi' sh "$policy"
}

apt_install()
{
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove \
            -o DPkg::Lock::Timeout=300 "$@"
}

# units BEFORE : those that came with the packages that were not in the list BEFORE.
units()
{
    local package
    for package in $(installed_packages | grep -vxFf "$1"); do
        dpkg-query -L "$package" 2>/dev/null |
            sed -nE 's,^(/usr)?/lib/systemd/system/([^/]*\.(service|socket|timer|path))$,\2,p; s,^/etc/init\.d/([^/]*)$,\1.service,p'
    done | sort -u
}

# policy-rc.d keeps new services from being started now; this keeps them from being started at the next boot.
disable_services()
{
    local brought
    mapfile -t brought < <(units "$1")
    [ ${#brought[@]} -gt 0 ] && command -v systemctl >/dev/null || return 0
    as_root systemctl disable --quiet "${brought[@]}" >/dev/null 2>&1 || true
}

# install_missing GROUP... : installs what is not there yet, and only that.
install_missing()
{
    local wanted log before rc=0
    mapfile -t wanted < <(missing "$@")
    [ ${#wanted[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        die "these Debian packages are missing: ${wanted[*]}. Installing them needs root or sudo, and this is neither."
    fi
    command -v apt-get >/dev/null || die "there is no apt-get here; install these by hand: ${wanted[*]}"
    say "Installing ${#wanted[@]} Debian packages: ${wanted[*]}"
    log=$(mktemp) before=$(mktemp)
    installed_packages >"$before"
    trap allow_services EXIT
    forbid_services
    apt_install "${wanted[@]}" >"$log" 2>&1 </dev/null || rc=$?
    disable_services "$before"
    allow_services
    trap - EXIT
    rm -f "$before"
    if [ $rc != 0 ]; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "apt-get could not install the packages; its last words are above"
    fi
    rm -f "$log"
}

# unpack GROUP FOLDER : what cannot be installed without taking the place of something of this machine's (its mail server,
# its clock) is only laid out in a folder. Nothing there may gain rights by being run.
unpack()
{
    local package log
    for package in $(packages "$1"); do
        [ -e "$2/.$package" ] && continue
        say "Unpacking $package..."
        mkdir -p "$2/new"
        log=$(mktemp)
        if ! (cd "$2/new" && fetch "$package" && dpkg-deb -x ./*.deb "$2") >"$log" 2>&1; then
            tail -n 20 "$log" >&2
            die "apt-get could not fetch $package; its last words are above"
        fi
        rm -rf "$2/new" "$log"
        chmod -R a-s "$2"
        touch "$2/.$package"
    done
}

fetch()
{
    apt-get download -qq "$1" || { as_root apt-get update -qq && apt-get download -qq "$1"; }
}

# What failed, without all that was built before it.
show_failure()
{
    if grep -q '^FAILED:' "$1"; then
        grep -v '^\[' "$1" >&2
    else
        cat "$1" >&2
    fi
}

# build PRESET [CMAKE-BUILD-OPTION...] : quiet when it works.
build()
{
    local preset=$1 log status rc=0
    shift
    log=$(mktemp)
    say "Building ($preset)..."
    cmake -S "$root" --preset "$preset" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; return 1; }
    if [ -t 2 ]; then
        NINJA_STATUS='  [%f/%t] ' cmake --build "$root/build/$preset" "$@" 2>&1 | tee "$log" |
            while IFS= read -r status; do
                case $status in
                '  ['*) printf '\r\033[K%.70s' "$status" >&2 ;;
                esac
            done
        rc=${PIPESTATUS[0]}
        printf '\r\033[K' >&2
    else
        cmake --build "$root/build/$preset" "$@" >"$log" 2>&1 || rc=$?
    fi
    [ "$rc" = 0 ] || show_failure "$log"
    rm -f "$log"
    return "$rc"
}
