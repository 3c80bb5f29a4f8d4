#!/bin/bash
# No two of our headers have the same name: a file that sees both would get whichever its path tells of first.
. "$(dirname "$0")/lib.bash"

count=0
declare -A homes=()
for layer in "${layers[@]}"; do
    for header in "$layer"/*.h; do
        [ -e "$header" ] || continue
        count=$((count + 1))
        name=${header##*/}
        [ -z "${homes[$name]:-}" ] || complain "$header has the name of ${homes[$name]}: rename one of them"
        homes[$name]=$header
    done
done
finish "$count" headers
