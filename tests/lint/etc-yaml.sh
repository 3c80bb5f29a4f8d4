#!/bin/bash
# Every configuration that we ship is one. Files without `collective:` are fragments, read through those that have it;
# files that begin with `software:` are catalogues, which a configuration names.
. "$(dirname "$0")/lib.bash"
: "${VIBRISSE:?}"

count=0
while read -r file; do
    grep -q '^collective:' "$file" || continue
    count=$((count + 1))
    "$VIBRISSE" check-config -c "$file" >/dev/null || complain "$file: see above"
done < <(find etc -name '*.yaml' | sort)

# As members would use it: the copy in the binary may be an older one.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while read -r file; do
    grep -q '^software:' "$file" || continue
    count=$((count + 1))
    cat >"$work/main.yaml" <<YAML
collective: {name: Essai}
software: [$PWD/$file]
hosters: [{hoster: essai, services: [{id: essai, url: "https://essai.example/"}]}]
YAML
    "$VIBRISSE" check-config -c "$work/main.yaml" >/dev/null || complain "$file: see above"
done < <(find etc -name '*.yaml' | sort)

# Every fragment belongs to one of them: its name is in no summary, but a broken copy is a fault that is told.
while read -r file; do
    grep -qE '^(collective|software):' "$file" && continue
    grep -rqE "include:.*$(basename "$(dirname "$file")")/" etc --include='*.yaml' ||
        complain "$file is included by no configuration"
done < <(find etc -name '*.yaml' | sort)
finish "$count" configurations
