#!/bin/bash
# All C files are as clang-format 14 leaves them.
. "$(dirname "$0")/lib.bash"

format=$(command -v clang-format-14 || command -v clang-format) || {
    complain "clang-format is not installed"
    finish 0 files
}
mapfile -t files < <(c_files)
while read -r file; do
    complain "$file: run clang-format -i on it"
done < <(printf '%s\n' "${files[@]}" | xargs -n 40 "$format" --dry-run -Werror 2>&1 | sed -nE 's/^([^:]+):[0-9]+:[0-9]+: error.*/\1/p' | sort -u)
finish ${#files[@]} files
