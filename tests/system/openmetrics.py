"""A strict reader of OpenMetrics 1.0 text, as far as we use it: what it does not expect is an error."""
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,(?=[a-zA-Z_])|$)')
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (-?[0-9]+(?:\.[0-9]+)?)$")
SUFFIXES = {"gauge": [""], "counter": ["_total"], "stateset": [""], "info": ["_info"]}


def labels_of(text):
    labels, at = {}, 0
    while at < len(text or ""):
        match = LABEL.match(text, at)
        assert match, f"bad labels: {text}"
        assert match[1] not in labels, f"label twice: {text}"
        labels[match[1]] = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], match[2])
        at = match.end()
    return labels


def check_value(kind, name, labels, value):
    if kind == "stateset":
        assert name in labels and value in ("0", "1"), f"{name}: no state"
    if kind == "counter":
        assert float(value) >= 0, f"{name} is negative"
    if kind == "info":
        assert value == "1", f"{name} is not 1"


def read(text):
    """{name: {"type": ..., "unit": ..., "samples": {((label, value), ...): float}}}; AssertionError says what is wrong."""
    assert text.endswith("# EOF\n") and "\r" not in text
    families, family, told = {}, None, set()
    for line in text.split("\n")[:-2]:
        meta = re.fullmatch(rf"# (TYPE|UNIT|HELP) ({NAME}) (.+)", line)
        if meta:
            key, name, value = meta.groups()
            if name != family:
                assert name not in families, f"{name} comes in two parts"
                family, told = name, set()
                families[name] = {"type": None, "unit": None, "samples": {}}
            assert key not in told and not families[name]["samples"], f"{line}: misplaced"
            told.add(key)
            if key == "UNIT":
                assert name.endswith("_" + value), f"{name} does not end with its unit"
            if key != "HELP":
                families[name][key.lower()] = value
            continue
        match = SAMPLE.match(line)
        assert match and family, f"no sample: {line}"
        known, labels = families[family], labels_of(match[2])
        assert match[1] in [family + suffix for suffix in SUFFIXES[known["type"]]], f"{line}: not of {family}"
        check_value(known["type"], family, labels, match[3])
        key = tuple(sorted(labels.items()))
        assert key not in known["samples"], f"{line}: twice"
        known["samples"][key] = float(match[3])
    return families
