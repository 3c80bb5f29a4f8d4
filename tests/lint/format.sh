#!/bin/bash
# All C files are as clang-format 14 leaves them.
. "$(dirname "$0")/lib.bash"

format=$(command -v clang-format-14 || command -v clang-format) || {
    complain "clang-format is not installed"
    finish 0 files
}
count=0
while read -r file; do
    count=$((count + 1))
    "$format" --dry-run -Werror "$file" 2>/dev/null || complain "$file: run clang-format -i on it"
done < <(c_files)
finish "$count" files
