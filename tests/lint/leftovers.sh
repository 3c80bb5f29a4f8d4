#!/bin/bash
# Nothing half-done and nothing of the workshop is left in the tree; every text file is UTF-8 without trailing blanks.
. "$(dirname "$0")/lib.bash"

count=0
while read -r file; do
    count=$((count + 1))
    while read -r line; do
        complain "$file:$line"
    done < <(grep -nE '\b(TODO|FIXME|XXX|HACK)\b' "$file" | grep -v 'XXX\.\|\.XXX\|leftovers')
    ! grep -qE '[[:blank:]]+$' "$file" || complain "$file: blanks at the end of a line"
    iconv -f utf-8 -t utf-8 "$file" >/dev/null 2>&1 || complain "$file: not UTF-8"
    [ -z "$(tail -c 1 "$file" | tr -d '\n')" ] || complain "$file: no line end at its end"
done < <(
    c_files
    shell_files
    find . -path ./build -prune -o \( -name CMakeLists.txt -o -name '*.cmake' -o -name '*.yaml' -o -name '*.py' \) -print |
        grep -v node_modules
)
finish "$count" files
