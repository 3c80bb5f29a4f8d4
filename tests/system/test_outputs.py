"""The files beside the pages, as programs read them, of a record with hostile words."""
import json
import os
import time
import unittest
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import urljoin

import calendar_reader
import feed_reader
from lab import Lab
from test_word import PAD, result, stamp

HOSTILE = "<script>alert(1)</script> \"'&]]> =HYPERLINK(1) 🐈 " + "mot " * 30  # as much as a configuration allows
UNSEEN = "\u202e\u2066\ufeff\ufffe\u0001"


class Hostile(unittest.TestCase):
    """One interruption, and every word that a stranger can give is hostile."""

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.lab.configure({"pad": "http://127.0.0.1:9/"}, interval="1h")
        self.configure(HOSTILE)
        self.begin = int(time.time()) // 3600 * 3600 - 5 * 86400
        self.replay(range(0, 100))

    def configure(self, word):
        quoted = "'" + word.replace("'", "''") + "'"
        config = Path(self.lab.config).read_text(encoding="utf-8")
        address = "" if "address:" in config else ', address: "https://etat.essai.example/"'
        Path(self.lab.config).write_text(
            config.replace("timezone: Europe/Paris", "timezone: Europe/Paris" + address), encoding="utf-8")
        self.lab.write("hosters.d/chat-perche.yaml", "\n".join([
            "hoster: chat-perche", f"name: {quoted}", "services:", "  - id: pad", f"    name: {quoted}",
            "    checks: ['http://127.0.0.1:9/']"]) + "\n")

    def replay(self, hours):
        lines = []
        for hour in hours:
            line = json.loads(result(self.begin + hour * 3600, "connect_refused" if 50 <= hour < 60 else "ok"))
            lines.append(json.dumps({**line, "detail": UNSEEN + HOSTILE[:80]}))
        done = self.lab.run("replay", "-c", self.lab.config, input="\n".join(lines) + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)

    def render(self, hour):
        done = self.lab.run("render", "-c", self.lab.config, "--at", stamp(self.begin + int(hour * 3600)))
        self.assertEqual(done.returncode, 0, done.stderr)

    def read(self, path):
        return Path(self.lab.site, path).read_bytes()

    def test_feeds(self):
        self.render(99)
        for path in ("incidents.atom", "h/chat-perche/incidents.atom", "h/chat-perche/pad/incidents.atom"):
            feed = feed_reader.read(self.read(path))
            self.assertEqual(feed["lang"], "fr")
            self.assertEqual(feed["links"]["self"], "https://etat.essai.example/" + path)
            [entry] = feed["entries"]
            self.assertIn("<script>alert(1)</script>", entry["title"])
            self.assertIn("🐈", entry["title"])
            self.assertFalse(set(UNSEEN) & set(entry["story"].text))
            self.assertNotIn("script", entry["story"].tags)
            self.assertEqual(int(entry["published"].timestamp()), self.begin + 50 * 3600)
            self.assertEqual(int(entry["updated"].timestamp()), self.begin + 60 * 3600)
            self.assertEqual(urljoin(feed["links"]["self"], entry["link"]),
                             "https://etat.essai.example/fr/incidents/chat-perche/pad/"
                             + stamp(self.begin + 50 * 3600).replace("-", "").replace(":", "") + "/")
        page = self.read("fr/h/chat-perche/index.html").decode()
        self.assertIn('href="../../../h/chat-perche/incidents.atom"', page)

    def test_badges(self):
        self.render(99)
        drawn = {"clipPath", "rect", "g", "path", "circle", "text", "title"}
        for key in ("chat-perche", "chat-perche/pad"):
            for name in ("{}.fr", "{}.en", "{}-90d.fr", "{}-90d.en"):
                root = ET.fromstring(self.read(f"badge/{name.format(key)}.svg"))
                title = root.find("{http://www.w3.org/2000/svg}title").text
                self.assertEqual(root.get("role"), "img")
                self.assertEqual(root.get("aria-label"), title)
                self.assertIn("<script>alert(1)</script>", title)
                for element in list(root.iter())[1:]:
                    self.assertIn(element.tag.removeprefix("{http://www.w3.org/2000/svg}"), drawn)
                    self.assertFalse([name for name in element.keys() if name.startswith("on") or "href" in name])
            for name in ("", ".fr", ".en"):
                shield = json.loads(self.read(f"badge/{key}{name}.json"))
                self.assertEqual(set(shield), {"schemaVersion", "label", "message", "color", "cacheSeconds"})
                self.assertEqual(shield["schemaVersion"], 1)
                self.assertTrue(shield["message"])
                self.assertRegex(shield["color"], "^[0-9a-f]{6}$")
        page = self.read("fr/h/chat-perche/index.html").decode()
        self.assertIn("&lt;img src=&quot;https://etat.essai.example/badge/chat-perche.fr.svg&quot;", page)
        self.assertIn("](https://etat.essai.example/badge/chat-perche.fr.svg)](https://etat.essai.example/fr/h/chat-perche/)", page)
        self.assertNotIn("[![<", page)

    def say(self, *args):
        done = self.lab.run(args[0], args[1], "-c", self.lab.config, *args[2:])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_calendar(self):
        self.render(99)
        self.assertEqual(calendar_reader.read(self.read("maintenance.ics"))[1], [])
        begin = self.begin + 8 * 86400
        words = "Travaux; rideau, \\ " + HOSTILE[:200] + " é🐈" * 60
        self.say("maintenance", "add", "chat-perche", "--from", stamp(begin), "--to", stamp(begin + 3600), "--fr", words,
                 "--by", "Équipe; nuit")
        self.say("maintenance", "add", PAD, "--from", stamp(begin + 86400), "--to", stamp(begin + 90000), "--fr", "Bref",
                 "--by", "Équipe", "--every", "FREQ=DAILY;COUNT=3")
        self.render(121)
        calendar, events = calendar_reader.read(self.read("maintenance.ics"))
        self.assertEqual(len(events), 4)
        self.assertIn("Collectif Essai", calendar["X-WR-CALNAME"])
        self.assertEqual(events[0]["DTSTART"], stamp(begin).replace("-", "").replace(":", ""))
        self.assertTrue(events[0]["DESCRIPTION"].startswith("Travaux; rideau, \\ <script>alert(1)</script>"))
        self.assertTrue(events[0]["DESCRIPTION"].endswith("Équipe; nuit"))
        self.assertEqual({event["STATUS"] for event in events}, {"CONFIRMED"})
        self.say("maintenance", "cancel", events[1]["UID"].split("-")[1], "--by", "Équipe")
        self.render(121)
        after = calendar_reader.read(self.read("maintenance.ics"))[1]
        self.assertEqual([event["UID"] for event in after], [event["UID"] for event in events])
        self.assertEqual([event["STATUS"] for event in after], ["CONFIRMED"] + 3 * ["CANCELLED"])
        self.assertEqual([event["SEQUENCE"] for event in after], ["0", "1", "1", "1"])

    def test_note_is_an_update(self):
        self.render(99)
        before = feed_reader.read(self.read("incidents.atom"))["entries"][0]
        done = self.lab.run("incident", "annotate", "-c", self.lab.config, PAD, "--at", stamp(self.begin + 50 * 3600),
                            "--fr", "<b>Panne</b> ]]>", "--by", "<i>Équipe</i>")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.render(121)  # an hour from now: it was said today
        after = feed_reader.read(self.read("incidents.atom"))["entries"][0]
        self.assertEqual(after["id"], before["id"])
        self.assertGreater(after["updated"], before["updated"])
        self.assertIn("«\u202f<b>Panne</b> ]]>\u202f»", after["story"].text)

    def test_same_bytes_are_not_written(self):
        self.render(98)
        files = [path for path in Path(self.lab.site).rglob("*.*") if path.suffix in (".atom", ".svg", ".ics")
                 and path.name != "icon.svg"]
        self.assertTrue(files)
        for path in files:
            os.utime(path, (1, 1))
        self.render(98.5)  # of the same day, whatever the hour: a new day has other 90 days
        self.assertEqual([path for path in files if path.stat().st_mtime != 1], [])

    def test_who_left(self):
        self.render(99)
        self.lab.write("hosters.d/chat-perche.yaml", "hoster: nid\nname: Nid\nservices:\n  - id: pad\n    name: Pad\n"
                                                     "    checks: ['http://127.0.0.1:9/']\n")
        self.render(99)
        self.assertEqual([str(path) for path in Path(self.lab.site).rglob("*chat-perche*")], [])


if __name__ == "__main__":
    unittest.main()
