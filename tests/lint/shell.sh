#!/bin/bash
# All shell scripts pass shellcheck.
. "$(dirname "$0")/lib.bash"

command -v shellcheck >/dev/null || {
    complain "shellcheck is not installed"
    finish 0 scripts
}
count=0
while read -r file; do
    count=$((count + 1))
    shellcheck -x -P "$SOURCE" -P "$(dirname "$file")" -S warning -e SC2046,SC1090,SC1091,SC2154 "$file" >&2 || complain "$file: see above"
done < <(shell_files)
finish "$count" scripts
