"""A whole invented site: well-formed, no dead link, nothing that the content security policy forbids."""
import os
import re
import subprocess
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import feed_reader

VOID = {"meta", "link", "br", "wbr", "img", "hr", "input"}
EMPTY = {"path", "use", "circle", "rect"}
FORBIDDEN = {"script", "style", "iframe", "object", "embed", "base", "form"}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.faults, self.used = [], [], [], [], []
        self.headings = 0
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append(f"left open: {self.open}")

    def look(self, tag, attrs):
        if tag in FORBIDDEN:
            self.faults.append(f"<{tag}>")
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> repeats an attribute")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag} {name}>")
            if name == "id":
                self.ids.append(value)
            if name == "href":
                (self.used if tag == "use" else self.links).append(value)
            if name in ("aria-labelledby",):
                self.used.append("#" + value)
        if tag == "h1":
            self.headings += 1

    def handle_starttag(self, tag, attrs):
        self.look(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.look(tag, attrs)
        if tag not in EMPTY:
            self.faults.append(f"<{tag}/>")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing at {self.getpos()}")


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = Path(cls.folder.name)
        program = Path(os.environ["BUILD"]) / "tests" / "test_year"
        subprocess.run([program], check=True, env={**os.environ, "SAMPLE": cls.folder.name},
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(cls.root.rglob("*.html"))}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_there_are_many(self):
        self.assertGreater(len(self.pages), 500)

    def test_well_formed(self):
        for path, page in self.pages.items():
            self.assertEqual(page.faults, [], path)
            self.assertEqual(page.headings, 1, path)
            self.assertEqual(len(page.ids), len(set(page.ids)), path)
            for name in page.used:
                self.assertIn(name.lstrip("#"), page.ids, path)

    def target(self, path, link):
        base = self.root if link.startswith("/") else path.parent
        target = (base / unquote(link).lstrip("/")).resolve()
        return target / "index.html" if target.is_dir() else target

    def test_no_dead_link(self):
        for path, page in self.pages.items():
            for link in page.links:
                parts = urlsplit(link)
                if parts.scheme:
                    self.assertIn(parts.scheme, ("http", "https", "mailto"), path)
                    continue
                target = self.target(path, parts.path) if parts.path else path
                self.assertTrue(target.is_file(), f"{path}: {link}")
                if parts.fragment:
                    self.assertIn(parts.fragment, self.pages[target].ids, f"{path}: {link}")

    def assert_there(self, path, link):
        """A relative link from the file leads to a page."""
        if urlsplit(link).scheme:
            return
        self.assertTrue(self.target(path, urlsplit(link).path).is_file(), f"{path}: {link}")

    def test_feeds(self):
        feeds = sorted(self.root.rglob("*.atom"))
        self.assertGreater(len(feeds), 300)
        names = {}
        for path in feeds:
            feed = feed_reader.read(path.read_bytes())
            self.assertLessEqual(len(feed["entries"]), 50)
            for link in feed["links"].values():
                self.assert_there(path, link)
            for entry in feed["entries"]:
                self.assertEqual(names.setdefault(entry["id"], entry["title"]), entry["title"])
                for link in (entry["link"], *entry["story"].links):
                    self.assert_there(path, link)
            self.assertEqual(subprocess.run(["xmllint", "--noout", "--nonet", path], check=False).returncode, 0, path)
        self.assertTrue(feed_reader.read((self.root / "incidents.atom").read_bytes())["entries"])

    def test_one_place_for_the_notice(self):
        for path in self.pages:
            text = path.read_text(encoding="utf-8")
            expected = 0 if path == self.root / "index.html" else 1
            self.assertEqual(text.count("<!--stale-->"), expected, path)
            self.assertEqual(len(re.findall("<!--(?!/?form-->)", text)), expected, path)

    def test_french_spaces(self):
        bad = re.compile("[ \u00a0][;!?»%]| :|«[ \u00a0]")
        for path in (self.root / "fr").rglob("*.html"):
            text = re.sub(r"<[^>]*>", "\n", path.read_text(encoding="utf-8"))
            self.assertIsNone(bad.search(text), path)


if __name__ == "__main__":
    unittest.main()
