#!/bin/bash
# Each large library is known in one place only, so that it can be replaced, mocked and reasoned about there.
. "$(dirname "$0")/lib.bash"

count=0
# fence HEADER-PATTERN MOST PLACE-PATTERN : at most MOST of our files include it, all of them at PLACE-PATTERN.
fence()
{
    local files file
    count=$((count + 1))
    mapfile -t files < <(grep -lE "#include <$1>" -r monitor probes web --include='*.[ch]' | sort)
    [ ${#files[@]} -le "$2" ] || complain "<$1> is included in ${#files[@]} files, at most $2 are wanted: ${files[*]}"
    for file in "${files[@]}"; do
        [[ $file =~ $3 ]] || complain "$file includes <$1>, which is for $3 only"
    done
}

fence 'rrd\.h' 1 '^monitor/keeper/series'
fence 'yaml\.h' 1 '^monitor/config/'
fence 'curl/curl\.h' 3 '^monitor/(net/(exchange|transfer)|alert/carrier)\.c'
fence 'ares\.h' 2 '^monitor/net/'
fence 'sqlite3\.h' 9 '^monitor/keeper/ledger'
fence 'microhttpd\.h' 9 '^web/'
fence 'brotli/encode\.h' 1 '^web/'
fence 'zlib\.h' 2 '^(web/|monitor/keeper/journal)'
fence 'archive(_entry)?\.h' 1 '^monitor/keeper/bundle'
fence 'libical/ical\.h' 1 '^monitor/keeper/recurrence'
fence 'seccomp\.h' 1 '^monitor/sandbox/'
fence 'linux/landlock\.h' 1 '^monitor/sandbox/'
fence 'strophe\.h' 1 '^monitor/alert/jabber'
fence 'openssl/.*' 99 '^(monitor/net/|monitor/alert/|probes/|monitor/keeper/bundle_sums)'

# The model and the base are pure of the loop and of the network.
while read -r line; do
    complain "$line: neither base nor model does I/O of that kind"
done < <(grep -nE '#include <(uv|netdb|openssl/[a-z]+|curl/curl)\.h>' -r monitor/base monitor/model)
finish "$count" libraries
