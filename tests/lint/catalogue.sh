#!/usr/bin/env bash
# Every message of the source is in every catalogue and translated, none is left over or doubtful, placeholders are
# the same on both sides, and French has its no-break spaces.
set -euo pipefail
cd "${SOURCE:-$(dirname "$0")/../..}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
complain() {
  echo "$*" >&2
  status=1
}

web/locales/extract.sh >"$work/source.pot"
msgcat --no-wrap --no-location --sort-output "$work/source.pot" | grep -E '^(msgctxt|msgid|msgid_plural) ' >"$work/wanted"

for catalogue in web/locales/*.po; do
  msgfmt --check --output-file=/dev/null "$catalogue" || complain "$catalogue: not well-formed"
  msgcat --no-wrap --no-location --sort-output "$catalogue" | grep -E '^(msgctxt|msgid|msgid_plural) ' >"$work/have"
  diff -u "$work/wanted" "$work/have" >&2 || complain "$catalogue: messages missing (-) or unused (+); see web/CMakeLists.txt"
  [ -z "$(msgattrib --untranslated "$catalogue")" ] || complain "$catalogue: untranslated texts"
  [ -z "$(msgattrib --only-fuzzy "$catalogue")" ] || complain "$catalogue: fuzzy texts"
  [ -z "$(msgattrib --only-obsolete "$catalogue")" ] || complain "$catalogue: obsolete texts"
done

python3 - web/locales/*.po <<'PYTHON' || status=1
import json, re, sys

bad = 0
for file in sys.argv[1:]:
    entry = {}
    for line in open(file, encoding="utf-8").read().split("\n") + [""]:
        match = re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$', line)
        if match:
            entry[match[1]] = json.loads(match[2])
            continue
        if line or not entry.get("msgid"):
            entry = entry if line else {}
            continue
        wanted = set(re.findall(r"{\w+}", entry["msgid"] + entry.get("msgid_plural", "")))
        for name, text in entry.items():
            if not name.startswith("msgstr"):
                continue
            found = set(re.findall(r"{\w+}", text))
            # one of two plural forms may do without the number
            if found - wanted or (wanted - found) - ({"{n}"} if "msgid_plural" in entry else set()):
                print(f"{file}: other placeholders: {text!r}", file=sys.stderr)
                bad = 1
            if file.endswith("fr.po") and re.search(r" [;:!?»%]|« ", text):
                print(f"{file}: plain space where French has a no-break one: {text!r}", file=sys.stderr)
                bad = 1
        entry = {}
sys.exit(bad)
PYTHON

exit $status
