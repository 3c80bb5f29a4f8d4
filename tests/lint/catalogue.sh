#!/usr/bin/env bash
# Every message of the source is in every catalogue and translated, none is left over or doubtful, placeholders are
# the same on both sides, apostrophes are typographic, and French has its no-break spaces: narrow ones before ; ! ? % and
# inside « », a wide one before a colon. tests/system/test_catalogue.py proves that each of these is found.
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
import glob, json, re, sys

NARROW, WIDE = "\u202f", "\u00a0"
ANY = [("'", "a straight apostrophe")]  # what may not be, and why
FRENCH = ANY + [
    (f"(?<!{NARROW})[;!?»](?!\\w)|(?<=[\\d}}\\s])(?<!{NARROW})%", "no narrow no-break space before a sign"),
    (f"«(?!{NARROW})", "no narrow no-break space after «"),
    (f"(?<!{WIDE}):(?=\\s|$)", "no no-break space before a colon"),
    ("\\d \\d|\\d (?:h|min|s|ms|j|[KMG]io)\\b", "a number that can break"),
    ("\\.\\.\\.", "three points for an ellipsis"),
]
bad = 0

def look(file, text, rules):
    global bad
    for pattern, fault in rules:
        if re.search(pattern, text):
            print(f"{file}: {fault}: {text!r}", file=sys.stderr)
            bad = 1

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
            look(file, text, FRENCH if file.endswith("fr.po") else ANY)
        entry = {}

# What is put together of several texts, as it stands on a page.
for file in glob.glob("tests/unit/web/golden/*.fr.html"):
    page = open(file, encoding="utf-8").read()
    page = re.sub(r"<(code|pre)\b.*?</\1>", "_", page, flags=re.S)
    page = re.sub(r"<li><b>.*?</b>", "<li>", page)  # large figures may break
    page = re.sub(r"</?(?:a|b|span|strong|time)\b[^>]*>", "", page)
    page = re.sub(r"<[^>]*>", "\n", page)
    for text in re.sub(r"&#?\w+;", "_", page).split("\n"):
        if text.strip():
            look(file, text.strip(), FRENCH)
sys.exit(bad)
PYTHON

exit $status
