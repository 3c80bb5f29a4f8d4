#!/bin/bash
# Nothing half-done and nothing of the workshop is left in the tree; every text file is UTF-8 without trailing blanks.
. "$(dirname "$0")/lib.bash"
export LC_ALL=C.UTF-8

mapfile -t files < <(
    c_files
    shell_files
    find . -path ./build -prune -o \( -name CMakeLists.txt -o -name '*.cmake' -o -name '*.yaml' -o -name '*.py' \) -print |
        grep -v node_modules
)

# each WHAT COMMAND... : complains of every line that the command prints.
each()
{
    local line
    while read -r line; do
        complain "$line$1"
    done < <("${@:2}")
}

half_done()
{
    grep -nHE '\b(TODO|FIXME|XXX|HACK)\b' "${files[@]}" | grep -v 'XXX\.\|\.XXX\|leftovers'
}

if [ ${#files[@]} -gt 0 ]; then
    each '' half_done
    each ': blanks at the end of a line' grep -lE '[[:blank:]]+$' "${files[@]}"
    each ': not UTF-8' grep -laxv '.*' "${files[@]}"
    each ': no line end at its end' grep -LzP '\n\z' "${files[@]}"
fi
finish "${#files[@]}" files
