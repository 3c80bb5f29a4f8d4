# shellcheck shell=bash
# What the lints share. SOURCE, BUILD and CC come from the environment that ctest gives.
set -u
: "${SOURCE:?}" "${BUILD:?}" "${CC:=cc}"
cd "$SOURCE" || exit 1
bad=0

# complain WORD... : notes a fault and goes on, so that one run shows all of them.
complain()
{
    printf '%s\n' "$*" >&2
    bad=$((bad + 1))
}

# finish COUNT WHAT : a lint that looked at nothing proves nothing.
finish()
{
    [ "$1" -gt 0 ] || complain "no $2 found to look at"
    printf '%s %s looked at, %s faults\n' "$1" "$2" "$bad"
    [ "$bad" = 0 ]
    exit
}

# shellcheck disable=SC2034 # for those who source this
layers=(monitor/base monitor/model monitor/config monitor/net monitor/register probes monitor/prober monitor/alert web monitor/keeper monitor/command)

c_files()
{
    find monitor probes web tests -name node_modules -prune -o \( -name '*.c' -o -name '*.h' \) -print | sort
}

shell_files()
{
    {
        find packaging .ci etc tests -type f -not -path '*/node_modules/*' -print
        find monitor probes web -type f -perm -u+x -print
    } | sort | while read -r file; do
        case $file in
        *.sh | *.bash) echo "$file" ;;
        *) head -n 1 "$file" | tr -d '\0' | grep -q '^#!.*\(ba\)\{0,1\}sh' && echo "$file" ;;
        esac
    done
}

# include_flags LAYER-FOLDER : the include options that a file of this folder is compiled with.
include_flags()
{
    grep -A 1 '"command"' "$BUILD/compile_commands.json" | grep -B 1 "\"file\": \"$SOURCE/$1/[^/]*\.c\"" | head -n 1 |
        grep -oE '(-iquote|-isystem) [^ ]+|-I[^ ]+'
}
