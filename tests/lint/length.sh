#!/bin/bash
# No function over 100 lines, no C file over 600; tests, which are long rows of tables, may have 1000. A function's body is what stands between a { and a } in column 0,
# which clang-format gives to functions only.
. "$(dirname "$0")/lib.bash"

most_function=100 count=0
while read -r file; do
    count=$((count + 1))
    most_file=600
    [[ $file != tests/* ]] || most_file=1000
    lines=$(wc -l <"$file")
    [ "$lines" -le $most_file ] || complain "$file has $lines lines, at most $most_file are wanted"
    while read -r fault; do
        complain "$fault"
    done < <(awk -v most=$most_function '
        /^\{/ { start = FNR; name = before }
        /^\}/ && start {
            if (FNR - start - 1 > most)
                printf "%s:%d: %d lines, at most %d are wanted: %s\n", FILENAME, start, FNR - start - 1, most, name
            start = 0
        }
        { before = $0 }' "$file")
done < <(c_files)
finish "$count" files
