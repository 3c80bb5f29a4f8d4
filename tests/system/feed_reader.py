"""A strict reader of Atom (RFC 4287): says what a feed lacks, and hands out its entries."""
import datetime
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ONCE = {"feed": ("id", "title", "updated", "generator"), "entry": ("id", "title", "updated", "published", "content")}
NEEDED = {"feed": ("id", "title", "updated", "author"), "entry": ("id", "title", "updated", "link")}
KNOWN = {"feed": {"id", "title", "updated", "author", "link", "generator", "entry"},
         "entry": {"id", "title", "updated", "published", "link", "category", "content"}}
# RFC 4151: tag:authority,date:specific
TAG = re.compile(r"tag:[a-z0-9._-]*@?[a-z0-9-]+(\.[a-z0-9-]+)*,\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*\Z")
BAD_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def moment(text):
    """RFC 3339, with a capital T and Z; raises where it is not."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", text):
        raise ValueError(f"no RFC 3339 time: {text!r}")
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Story(HTMLParser):
    """The HTML within an entry: closed, and without anything that runs."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.links, self.text = [], set(), [], ""
        self.feed(text)
        self.close()
        if self.open:
            raise ValueError(f"left open: {self.open}")

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]
        if any(name.startswith("on") or name == "style" for name, _ in attrs):
            raise ValueError(f"<{tag} {attrs}>")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.text += data


def check_element(element, kind):
    names = [child.tag.removeprefix(ATOM) for child in element]
    for name in NEEDED[kind]:
        if name not in names:
            raise ValueError(f"{kind} without {name}")
    for name in ONCE[kind]:
        if names.count(name) > 1:
            raise ValueError(f"{kind} with two {name}")
    if set(names) - KNOWN[kind]:
        raise ValueError(f"{kind} with {set(names) - KNOWN[kind]}")
    if not TAG.match(element.findtext(ATOM + "id")):
        raise ValueError(f"no tag: {element.findtext(ATOM + 'id')}")
    moment(element.findtext(ATOM + "updated"))
    alternates = [link for link in element.iter(ATOM + "link") if link.get("rel") == "alternate"]
    if kind == "entry" and len(alternates) != 1:
        raise ValueError("an entry has one page")


def read_entry(entry):
    check_element(entry, "entry")
    content = entry.find(ATOM + "content")
    if content.get("type") != "html":
        raise ValueError("content is HTML")
    return {"id": entry.findtext(ATOM + "id"), "title": entry.findtext(ATOM + "title"),
            "published": moment(entry.findtext(ATOM + "published")), "updated": moment(entry.findtext(ATOM + "updated")),
            "link": entry.find(ATOM + "link").get("href"), "story": Story(content.text)}


def read(data):
    """{title, lang, updated, links: {rel: href}, entries}; ValueError or ParseError where it is no good feed."""
    text = data.decode("utf-8")
    if BAD_XML.search(text):
        raise ValueError("a character that XML does not have")
    feed = ET.fromstring(data)
    if feed.tag != ATOM + "feed":
        raise ValueError(feed.tag)
    check_element(feed, "feed")
    if not feed.findtext(f"{ATOM}author/{ATOM}name"):
        raise ValueError("an author has a name")
    links = {link.get("rel"): link.get("href") for link in feed.findall(ATOM + "link")}
    if "self" not in links or "alternate" not in links:
        raise ValueError(f"links: {links}")
    entries = [read_entry(entry) for entry in feed.findall(ATOM + "entry")]
    if len({entry["id"] for entry in entries}) != len(entries):
        raise ValueError("two entries of one name")
    if entries and max(entry["updated"] for entry in entries) > moment(feed.findtext(ATOM + "updated")):
        raise ValueError("older than its entries")
    return {"title": feed.findtext(ATOM + "title"), "lang": feed.get(XML_LANG), "links": links, "entries": entries,
            "updated": moment(feed.findtext(ATOM + "updated"))}
