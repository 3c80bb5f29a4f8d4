"""A strict reader of iCalendar (RFC 5545), as far as a calendar of events goes: ValueError where it is none."""
import re

NEEDED = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE"}
TEXTS = {"SUMMARY", "DESCRIPTION", "NAME", "X-WR-CALNAME", "COMMENT"}


def content_lines(data):
    if not data.endswith(b"\r\n") or b"\n" in data.replace(b"\r\n", b"") or b"\r" in data.replace(b"\r\n", b""):
        raise ValueError("lines end in CRLF")
    for line in data.split(b"\r\n"):
        if len(line) > 75:
            raise ValueError(f"a line of {len(line)} bytes")
        line.decode("utf-8")  # no character is cut
    text = data.decode("utf-8").replace("\r\n ", "")
    if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        raise ValueError("a control character")
    return text.split("\r\n")[:-1]


def plain(text):
    if re.search(r"(?<!\\)(\\\\)*[;,]|(?<!\\)(\\\\)*\\[^\\;,nN]", text):
        raise ValueError(f"not escaped: {text}")
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], text)


def read(data):
    """(properties of the calendar, [properties of each event])"""
    calendar, events, inside = {}, [], []
    for line in content_lines(data):
        match = re.fullmatch(r"([A-Z][A-Z0-9-]*)((?:;[A-Z-]+=[^;:\"]+)*):(.*)", line, re.S)
        if not match:
            raise ValueError(f"no content line: {line!r}")
        name, value = match[1], match[3]
        if name == "BEGIN":
            inside.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            if inside.pop() != value:
                raise ValueError(f"END:{value}")
        elif inside in (["VCALENDAR"], ["VCALENDAR", "VEVENT"]):
            here = events[-1] if inside[-1] == "VEVENT" else calendar
            if name in here:
                raise ValueError(f"{name} twice")
            here[name] = plain(value) if name in TEXTS else value
    if inside or calendar.get("VERSION") != "2.0" or not calendar.get("PRODID"):
        raise ValueError("no whole calendar")
    for event in events:
        if NEEDED - set(event):
            raise ValueError(f"an event without {NEEDED - set(event)}")
        for name in ("DTSTAMP", "DTSTART", "DTEND"):
            if not re.fullmatch(r"\d{8}T\d{6}Z", event[name]):
                raise ValueError(f"{name}:{event[name]}")
        if event["STATUS"] not in ("CONFIRMED", "CANCELLED") or event["DTSTART"] >= event["DTEND"]:
            raise ValueError(str(event))
    if len({event["UID"] for event in events}) != len(events):
        raise ValueError("two events of one name")
    return calendar, events
