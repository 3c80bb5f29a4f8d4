"""The pages of incidents: each has its address from when it is one, and keeps it."""
import datetime
import json
import re
import unittest
from pathlib import Path
from urllib.parse import urljoin

import feed_reader
import together
from lab import Lab, wait_for
from test_word import PAD, PARIS, result, stamp

EVIL = "<script>alert(1)</script> \"'&]]> {date} "
PAGE = re.compile(r"incidents/chat-perche/pad/\d{8}T\d{6}Z/")


class Rendered(unittest.TestCase):
    """A record of two days, with an incident of twenty minutes and an interruption of five."""

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.lab.configure({"pad": "http://127.0.0.1:9/"}, interval="1m")
        self.begin = 1772409600  # 2026-03-02T00:00:00Z
        self.place = "incidents/chat-perche/pad/20260302T100000Z/"

    def replay(self, minutes, detail=""):
        """Down from 10:00 to 10:20 and from 12:00 to 12:05."""
        down = set(range(600, 620)) | set(range(720, 725))
        lines = [json.dumps({**json.loads(result(self.begin + minute * 60, "connect_refused" if minute in down else "ok")),
                             "detail": detail if minute in down else ""}) for minute in minutes]
        done = self.lab.run("replay", "-c", self.lab.config, input="\n".join(lines) + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)

    def render(self, minute):
        done = self.lab.run("render", "-c", self.lab.config, "--at", stamp(self.begin + minute * 60))
        self.assertEqual(done.returncode, 0, done.stderr)

    def read(self, path):
        return Path(self.lab.site, path).read_text(encoding="utf-8")

    def pages(self, language):
        return sorted(str(path.parent.relative_to(Path(self.lab.site, language))) + "/"
                      for path in Path(self.lab.site, language, "incidents").glob("*/*/*Z/index.html"))

    def test_same_address(self):
        self.replay(range(0, 606))
        self.render(605)
        self.assertEqual(self.pages("fr"), [])
        self.replay(range(606, 615))
        self.render(614)
        self.assertEqual(self.pages("fr"), [self.place])
        open_page = self.read(f"fr/{self.place}index.html")
        self.assertIn("En cours", open_page)
        self.assertIn("Page produite le", open_page)
        self.replay(range(615, 800))
        self.render(799)
        for language, ended in (("fr", "Terminé"), ("en", "Ended")):
            self.assertEqual(self.pages(language), [self.place])
            page = self.read(f"{language}/{self.place}index.html")
            self.assertIn(ended, page)
            # The brackets: last good, first bad, last bad, first good, in Paris.
            for clock in ("10:59:00", "11:00:00", "11:19:00", "11:20:00"):
                self.assertIn(clock, page)
            self.assertRegex(page, r'<th scope="row">http</th>')
            self.assertIn("essai", page)
            self.assertIn(f'href="../{self.place}"', self.read(f"{language}/incidents/index.html"))
            self.assertIn(f'href="../../{self.place}"', self.read(f"{language}/incidents/2026-03/index.html"))
            self.assertIn(self.place, self.read(f"{language}/h/chat-perche/index.html"))
            self.assertIn(self.place, self.read(f"{language}/h/chat-perche/pad/index.html"))

    def test_links_resolve(self):
        self.replay(range(0, 800))
        self.render(799)
        for path in ("incidents.atom", "h/chat-perche/incidents.atom", "h/chat-perche/pad/incidents.atom"):
            entries = feed_reader.read(Path(self.lab.site, path).read_bytes())["entries"]
            found = [urljoin("/" + path, entry["link"]).lstrip("/") for entry in entries]
            self.assertIn(f"fr/{self.place}", found)
            for link in found:
                self.assertTrue(Path(self.lab.site, link.split("#")[0], "index.html").is_file(), link)
            if path != "incidents.atom":  # the short one has no page of its own
                self.assertIn("fr/h/chat-perche/pad/#inc-h", found)
        service = json.loads(self.read("api/v1/services/chat-perche/pad.json"))
        self.assertEqual([outage["page"] for outage in service["outages"]], [f"fr/{self.place}", None])
        incidents = json.loads(self.read("api/v2/incidents.json"))["incidents"]
        self.assertTrue(incidents[0]["shortlink"].endswith(f"fr/{self.place}"), incidents[0]["shortlink"])

    def test_past_is_not_written_again(self):
        self.replay(range(0, 800))
        self.render(799)
        page = Path(self.lab.site, f"fr/{self.place}index.html")
        before = page.stat().st_mtime_ns, page.read_bytes()
        self.replay(range(800, 900))
        self.render(899)
        self.assertEqual((page.stat().st_mtime_ns, page.read_bytes()), before)

    def test_hostile_words(self):
        self.replay(range(0, 800), detail=EVIL)
        done = self.lab.run("incident", "annotate", "-c", self.lab.config, PAD, "--at", stamp(self.begin + 36000),
                            "--fr", EVIL, "--by", EVIL, "--link", "https://a.example/?a=1&b=2")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.lab.run("render", "-c", self.lab.config)  # now: it was said today
        self.assertEqual(done.returncode, 0, done.stderr)
        for path in (f"fr/{self.place}index.html", "fr/incidents/2026-03/index.html"):
            page = self.read(path)
            self.assertNotIn("<script", page)
            self.assertRegex(page, "«[\u00a0\u202f]&lt;script&gt;")
        self.assertIn("&lt;script&gt;", self.read(f"en/{self.place}index.html"))


class Running(unittest.TestCase):
    def test_outage_has_a_page(self):
        lab = Lab()
        self.addCleanup(lab.close)
        web = lab.web()
        lab.configure({"pad": web.url})
        config = Path(lab.config)
        config.write_text(config.read_text(encoding="utf-8").replace("recheck:", "incident-after: 8s, recheck:"), encoding="utf-8")
        lab.start()
        wait_for("pad is up", lambda: lab.state(PAD) == "up")
        wait_for("there is a journal", lambda: lab.get("/fr/incidents/")[0] == 200)
        web.stop()
        wait_for("the journal links to it", lambda: PAGE.search(lab.page("/fr/incidents/")), seconds=120)
        place = PAGE.search(lab.page("/fr/incidents/"))[0]
        wait_for("it is there", lambda: "En cours" in lab.page(f"/fr/{place}"))
        began = datetime.datetime.strptime(place.split("/")[-2], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        month = began.astimezone(PARIS).strftime("%Y-%m")
        wait_for("its month has it", lambda: place in lab.page(f"/en/incidents/{month}/"))
        web.start()
        wait_for("it has ended", lambda: "Terminé" in lab.page(f"/fr/{place}"))
        self.assertEqual(set(PAGE.findall(lab.page("/fr/incidents/"))), {place})
        wait_for("the feed leads there", lambda: f"fr/{place}" in lab.page("/incidents.atom"))
        done = lab.run("incident", "annotate", "-c", lab.config, PAD, "--at",
                       re.sub(r".*/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/", r"\1-\2-\3T\4:\5:\6Z", place),
                       "--fr", "Disque plein.", "--by", "Équipe")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        wait_for("the word is told", lambda: "Disque plein." in lab.page(f"/fr/{place}"))
        wait_for("in its month, too", lambda: "Disque plein." in lab.page(f"/fr/incidents/{month}/"))
        self.assertEqual(lab.stop(), 0)


if __name__ == "__main__":
    together.main()
