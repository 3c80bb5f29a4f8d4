#!/bin/bash
# The pages of the manual as two typesetters see them: neither finds anything to say.
. "$(dirname "$0")/lib.bash"

count=0
cd "$BUILD/packaging" || exit 1
for page in *.1 *.5; do
    [ -e "$page" ] || continue
    count=$((count + 1))
    # "Referenced manual not found" looks into this folder, too: the pages refer to each other.
    words=$(mandoc -Tlint "$page" 2>&1; groff -ww -mandoc -Tutf8 -z "$page" 2>&1)
    [ -z "$words" ] || complain "$words"
done
finish "$count" pages
