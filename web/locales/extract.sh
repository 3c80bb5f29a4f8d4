#!/usr/bin/env bash
# extract.sh            prints the messages of the source as a template (POT)
# extract.sh merge      merges them into the catalogues beside this script
# Run from the root of the source.
set -euo pipefail
cd "$(dirname "$0")/../.."

template() {
  find web monitor/model monitor/alert monitor/register -name '*.[ch]' | LC_ALL=C sort |
    xgettext --files-from=- --output=- --language=C --from-code=UTF-8 --no-location --sort-output --no-wrap \
      --package-name=vibrisse --keyword --keyword=N_ --keyword=NC_:1c,2 \
      --keyword=sheet_say_plural:2,3 --keyword=sheet_text_plural:2,3 --keyword=words_plural:2,3 \
      --flag=N_:1:no-c-format --flag=sheet_say_plural:2:no-c-format --flag=sheet_text_plural:2:no-c-format
}

if [ "${1:-}" = merge ]; then
  pot=$(mktemp)
  trap 'rm -f "$pot"' EXIT
  template >"$pot"
  for catalogue in web/locales/*.po; do
    msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-wrap --sort-output "$catalogue" "$pot"
  done
else
  template
fi
