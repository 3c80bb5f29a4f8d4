#!/bin/bash
# Every header compiles alone, seeing what its layer sees, and can be included twice.
. "$(dirname "$0")/lib.bash"

count=0
for layer in "${layers[@]}"; do
    mapfile -t flags < <(include_flags "$layer" | tr ' ' '\n')
    for header in "$layer"/*.h; do
        [ -e "$header" ] && [ ${#flags[@]} -gt 0 ] || continue
        count=$((count + 1))
        printf '#include "%s"\n#include "%s"\n' "${header##*/}" "${header##*/}" |
            "$CC" -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only "${flags[@]}" -x c - ||
            complain "$header does not compile alone"
    done
done
finish "$count" headers
