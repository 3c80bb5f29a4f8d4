"""vibrisse register: a federation with every quirk, crawled from nginx over HTTPS."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

import federation
import real

MERELY_MISSING = {"wished", "mandatory", "no_services"}
OURS = "moniteur." + federation.DOMAIN
# As the catalogue has them, but nobody waits an hour for figures here.
OFTEN = """software:
  - name: Friendica
    checks:
      - {id: page, path: ""}
      - {id: figures, url: "nodeinfo://{authority}", web: yes, role: extra, interval: 10s, figures: yes}
  - name: Castopod
    checks:
      - {id: health, path: health}
      - {id: figures, url: "nodeinfo://{authority}", web: yes, role: extra, interval: 10s, figures: yes}
"""


class Town(unittest.TestCase):
    """The town is built once, and only read."""

    @classmethod
    def setUpClass(cls):
        if not real.find_program("nginx"):
            if real.REQUIRED:
                raise AssertionError("nginx is missing: packaging/test installs it")
            raise unittest.SkipTest("nginx is missing: install nginx")
        cls.town = federation.build_town()
        cls.addClassCleanup(cls.town.stop)
        cls.town.start()

    @classmethod
    def register(cls, action, *arguments):
        town = cls.town
        done = subprocess.run(
            [real.VIBRISSE, "register", action, *arguments, "--ca-file", os.path.join(town.folder, "ca.pem"),
             "--allow-net", f"{federation.OURS}/32", "--resolver", town.names.address],
            capture_output=True, text=True, timeout=120, check=False)
        assert "Sanitizer" not in done.stderr, done.stderr
        return done


def wanted_services(town, member):
    """[(id, url, software, fate, listed elsewhere)], by id."""
    found = []
    for service in member.services:
        fate = service.get("fate", "measured")
        if fate is None:
            continue
        url = town.website(member, service)
        if "url" in service:
            url = service["url"] and service["url"].format(
                host=member.host.replace(".", f"-{service['key']}.", 1), port=town.port)
        elif member.key == "barres":
            url = url[:-1]
        if "at" in service:
            url, software = town.website(town.members[1], {"key": "pad"}), "etherpad-lite"
        else:
            software = service.get("software", "Nextcloud")
        if member.fate == "over" and fate == "measured":
            fate = "over"
        elsewhere = service.get("elsewhere", member.key == "membre-01" and service["key"] == "pad")
        found.append((service["key"], url, software, fate, elsewhere))
    return sorted(found)


class Fetch(Town):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.register("fetch", "--json", cls.town.register)
        cls.found = json.loads(cls.done.stdout)

    def test_there_are_enough(self):
        self.assertGreaterEqual(len(self.town.members), 60)
        self.assertEqual(self.done.returncode, 0, self.done.stderr)

    def test_members(self):
        members = {member["id"]: member for member in self.found["members"]}
        wanted = [member for member in self.town.members if member.member]
        self.assertEqual(len(members), len(wanted))
        for member in wanted:
            with self.subTest(member.key):
                known = [one for one in members if one == member.id or member.id.endswith("-") and one.startswith(member.id)]
                self.assertEqual(len(known), 1)
                found = members[known[0]]
                self.assertEqual((found["name"], found["fate"], found["source"]),
                                 (member.name, member.fate, self.town.organization(member)))
                self.assertEqual([(one["id"], one.get("url"), one["software"], one["fate"], one["listed_elsewhere"])
                                  for one in found["services"]], wanted_services(self.town, member))

    def test_declared_states(self):
        services = next(member["services"] for member in self.found["members"] if member["id"] == "etats")
        for state, wanted in (("maintenance", {"maintenance", "warning"}), ("down", {"down", "error"})):
            self.assertEqual({service["id"] for service in services if service["declared"] == state}, wanted)

    def test_findings(self):
        files = {file["url"]: file for file in self.found["files"]}
        for member in self.town.members:
            wanted = {self.town.organization(member): (member.reason, member.every + member.found)}
            for service in member.services if member.member else ():
                if "at" not in service:
                    wanted[self.town.file_of(member, service)] = (service.get("reason", "ok"),
                                                                  member.every + service.get("found", []))
            for url, (reason, codes) in wanted.items():
                with self.subTest(url):
                    self.assertEqual(files[url]["reason"], reason, files[url])
                    self.assertEqual(sorted({one["code"] for one in files[url]["findings"]} - MERELY_MISSING), sorted(codes))

    def test_each_file_once(self):
        urls = [file["url"] for file in self.found["files"]]
        self.assertEqual(len(urls), len(set(urls)))

    def test_for_people(self):
        done = self.register("fetch", self.town.register)
        self.assertIn("\netats: Nom de etats\n", done.stdout)
        self.assertIn("(measured, declared under maintenance)\n", done.stdout)
        self.assertIn(": error: our own rules forbid us this address (our rules forbid 127.0.0.1)\n", done.stdout)
        self.assertIn(" not readable.\n", done.stderr)
        self.assertNotIn("\r", done.stderr)  # no progress where nobody looks

    def test_no_federation(self):
        done = self.register("fetch", self.town.url(federation.FEDERATION, "/other.properties"))
        self.assertEqual(done.returncode, 1)


class Lint(Town):
    def test_address(self):
        member = next(one for one in self.town.members if one.key == "fautes")
        done = self.register("lint", self.town.organization(member))
        self.assertEqual(done.returncode, 1)
        self.assertIn("organization.properties:16: warning: the key organization.socialnetworks.pixelfeld is not known", done.stdout)
        self.assertIn(": organization, 0 errors, ", done.stderr)

    def test_address_json(self):
        url = self.town.file_of(self.town.members[0], {"key": "pad"})
        done = self.register("lint", "--json", url)
        self.assertEqual(done.returncode, 0, done.stdout)
        (file,) = json.loads(done.stdout)
        self.assertEqual((file["file"], file["declares"]["class"]), (url, "service"))

    def test_not_to_be_had(self):
        url = self.town.url(federation.FEDERATION, "/gone/x")
        done = self.register("lint", url)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(f"{url} cannot be had: its answer is an error", done.stderr)

    def test_too_large(self):
        member = next(one for one in self.town.members if one.key == "geant")
        done = self.register("lint", self.town.organization(member))
        self.assertEqual(done.returncode, 1)
        self.assertIn("error: the file is larger than ", done.stdout)


class Monitor(Town):
    """vibrisse run with the address of a register and no hoster, through the life of a federation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="vibrisse-register-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.config = os.path.join(cls.folder, "vibrisse.yaml")
        cls.configure()

    @classmethod
    def configure(cls, more=""):
        town = cls.town
        software = os.path.join(cls.folder, "software.yaml")
        with open(software, "w", encoding="utf-8") as file:
            file.write(OFTEN)
        with open(cls.config, "w", encoding="utf-8") as file:
            file.write(f"software: [{software}]\n"
                       f"collective: {{name: Minous, address: \"{town.url(OURS, '/')}\"}}\ndata: {cls.folder}/data\nsite: {cls.folder}/site\n"
                       f"register: [{{chatonsinfos: \"{town.register}\"}}]\ndefaults: {{interval: 20s}}\n"
                       f"network: {{allow: [{federation.OURS}/32], ca-file: {town.folder}/ca.pem, "
                       f"resolvers: [\"{town.names.address}\"]}}\n{more}")

    def setUp(self):
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen([real.VIBRISSE, "run", "-c", self.config], stdin=subprocess.DEVNULL,
                                          stdout=subprocess.DEVNULL, stderr=log)
        self.addCleanup(self.end)

    def end(self):
        self.child.terminate()
        self.child.wait(60)
        self.assertNotIn("Sanitizer", self.said())
        self.assertEqual(self.child.returncode, 0, self.said())

    def said(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def command(self, *arguments):
        return subprocess.run([real.VIBRISSE, *arguments, "-c", self.config], capture_output=True, text=True, timeout=60, check=False)

    def wait_for(self, what, condition, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            value = condition()
            if value:
                return value
            self.assertIsNone(self.child.poll(), self.said())
            time.sleep(0.1)
        raise AssertionError(f"after {seconds} s still not: {what}\n{self.said()}")

    def services(self):
        done = self.command("status", "--json")
        return {service["service"]: service for service in json.loads(done.stdout)["services"]} if done.returncode == 0 else {}

    def crawl(self):
        """Another one, to its end."""
        crawls = self.said().count("the registers were read")
        self.child.send_signal(signal.SIGHUP)
        self.wait_for("a crawl", lambda: self.said().count("the registers were read") > crawls)

    def wait_for_services(self, wanted):
        self.wait_for(f"services {sorted(wanted)}", lambda: set(self.services()) == wanted)

    def events(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/data/ledger.sqlite?mode=ro", uri=True)) as ledger:
            rows = ledger.execute("select seq, name, detail from event join subject on subject.id = event.subject"
                                  " where kind = 'member' order by seq").fetchall()
        new = [row[1:] for row in rows if row[0] > getattr(self, "last_seq", 0)]
        self.last_seq = rows[-1][0] if rows else 0
        return new

    def wait_for_events(self, wanted):
        found = []
        self.wait_for(f"events {wanted}", lambda: found.extend(self.events()) or len(found) >= len(wanted))
        self.assertEqual(sorted(found), sorted(wanted))

    def wanted(self):
        """What is measured: hoster/service."""
        found = set()
        for member in self.town.members:
            if member.member and member.fate == "measured" and member.id == member.key:
                found |= {f"{member.id}/{row[0]}" for row in wanted_services(self.town, member) if row[3] == "measured"}
        twin = federation_id(self.services(), "jumelle-")
        return found | ({f"{twin}/nuage"} if twin else set())

    def member(self, key):
        return next(member for member in self.town.members if member.key == key)

    def test_life(self):
        self.wait_for("a first crawl", lambda: "the registers were read" in self.said())
        self.wait_for("all members", lambda: federation_id(self.services(), "jumelle-"))
        first = self.wanted()
        self.assertGreater(len(first), 60)
        self.wait_for_services(first)
        self.wait_for_events([(hoster, "joined") for hoster in {key.split("/")[0] for key in first}])
        self.check_checks()
        for key in ("membre-00/nuage", "membre-00/pad", "membre-03/pad"):
            self.wait_for(f"{key} is up", lambda k=key: self.services()[k]["state"] == "up")
        self.check_page()
        self.check_usage()
        self.check_journal()
        self.check_giving_back(first)
        self.check_unchanged(first)
        self.check_changes(first)
        self.check_return(first)
        self.check_shrinking(first)

    def check_checks(self):
        """Made of the catalogue of software, as if they stood in our own files."""
        printed = self.command("check-config", "--print").stdout
        urls = set(re.findall(r'url: "([^"]*)"', printed))
        for url in ("https://membre-00-nuage.minous.example:{}/status.php", "https://membre-00-pad.minous.example:{}/health",
                    "https://membre-03-pad.minous.example:{}/", "https://barres-nuage.minous.example:{}/status.php",
                    "nodeinfo://federee-videos.minous.example:{}"):
            self.assertIn(url.format(self.town.port), urls)
        self.assertFalse([url for url in urls if "javascript" in url or "localhost" in url or "169.254" in url])

    def published(self, name):
        """A file of the site; pages are made one after the other."""
        path = pathlib.Path(self.folder, "site", name)
        self.wait_for(name, path.exists)
        return path.read_text(encoding="utf-8")

    def check_page(self):
        """Where the facts come from, and who can correct them."""
        member = self.member("membre-00")
        path = os.path.join(self.folder, "site", "fr", "h", "membre-00", "index.html")
        self.wait_for("its page", lambda: os.path.exists(path))
        with open(path, encoding="utf-8") as file:
            page = file.read()
        for url in [self.town.organization(member)] + [self.town.file_of(member, service) for service in member.services]:
            self.assertTrue(f'href="{url}"' in page, url)
        self.assertTrue("D’où viennent ces informations" in page)
        self.assertTrue('daté du <time datetime="2026-01-01">1er\u00a0janvier\u00a02026</time>' in page, re.findall("daté du [^,]*", page))
        self.check_declared()

    def check_usage(self):
        """What software says of its use is told, and that one says nothing is no trouble."""
        read = lambda: json.loads(self.published("api/v1/services/usages/social.json"))
        self.wait_for("figures of use", lambda: "usage" in read())
        told = read()["usage"]
        self.assertEqual([told[key] for key in ("users_total", "users_active_month", "users_active_halfyear", "local_posts")], [120, 30, 60, 4321])
        self.wait_for("them on the page", lambda: "Usage déclaré" in self.published("fr/h/usages/social/index.html"))
        self.wait_for("usages/discret is up", lambda: self.services()["usages/discret"]["state"] == "up")
        self.wait_for("what a file of metrics tells", lambda: "Comptes actifs" in self.published("fr/h/mesures/nuage/index.html"))
        self.assertIn("pour décembre 2025", self.published("fr/h/mesures/nuage/index.html"))
        silent = json.loads(self.published("api/v1/services/usages/discret.json"))
        self.assertNotIn("usage", silent)

    def journal_page(self, language="fr"):
        return self.published(f"{language}/register/index.html")

    def check_journal(self):
        """The journal names every member, leads to its file, and tells what could not be had."""
        self.wait_for("the journal", lambda: "Dernière lecture" in self.journal_page())
        page = self.journal_page()
        for member in self.town.members:
            self.assertTrue(member.id != member.key or f'href="{self.town.organization(member)}"' in page, member.key)
        for words in ("Dernière lecture", "n’a pas pu être lu\u00a0:", "avertissement", "/register/\">Registres</a>"):
            self.assertTrue(words in page, words)
        self.wait_for("the journal in English", lambda: "Last read on" in self.journal_page("en"))

    def check_giving_back(self, services):
        """What we publish in the form of ChatonsInfos is crawled as a federation like any other."""
        site = pathlib.Path(self.folder, "site")
        self.wait_for("files of services", lambda: len(list(site.rglob("service.properties"))) >= len(services))
        self.wait_for("files of metrics", lambda: len(list(site.rglob("metrics.properties"))) > len(services))
        for path in site.rglob("*.properties"):
            self.town.put(OURS, "/" + str(path.relative_to(site)), path.read_bytes())
        done = self.register("fetch", "--json", self.town.url(OURS, "/data/chatonsinfos.properties"))
        found = json.loads(done.stdout)
        told = {f"{member['id']}/{service['id']}": service["fate"] for member in found["members"] for service in member["services"]}
        self.assertEqual(set(told), services)
        self.assertEqual(set(told.values()), {"measured"})
        self.assertEqual({file["class"] for file in found["files"]}, {"federation", "organization", "service", "metrics"})
        for file in found["files"]:
            self.assertEqual((file["state"], file["reason"]), ("fresh", "ok"), file)
            self.assertFalse([one for one in file["findings"] if one["severity"] == "error"], file)

    def check_declared(self):
        """What is declared stands beside what is measured, and what has ended is named."""
        page = self.published("fr/h/etats/index.html")
        for words in ("déclaré\u00a0: en maintenance", "déclaré\u00a0: en difficulté", "déclaré\u00a0: indisponible",
                      "déclaré\u00a0: fonctionne", "Déclaré et non mesuré", "déclaré terminé"):
            self.assertTrue(words in page, words)
        told = json.loads(self.published("api/v1/hosters/etats.json"))
        states = {service["id"]: service["declared"]["state"] for service in told["services"]}
        self.assertEqual({key for key, state in states.items() if state == "maintenance"}, {"maintenance", "warning"})
        self.assertTrue(all(one["fate"] in ("over", "unmeasured") for one in told["unmeasured"]) and told["unmeasured"])

    def check_unchanged(self, first):
        self.town.asked()
        self.crawl()
        files = [line for line in self.town.asked() if ".properties" in line]
        unchanged = [line for line in files if '" 304 ' in line]
        self.assertGreater(len(unchanged), 100)
        self.assertGreater(len(unchanged), 0.85 * len([line for line in files if '" 200 ' in line or '" 304 ' in line]))
        self.wait_for_services(first)
        self.assertEqual(self.events(), [])

    def check_changes(self, first):
        town = self.town
        html, gone, moved, renamed, away = (self.member(f"membre-{number:02d}") for number in (4, 5, 6, 7, 9))
        town.put(html.host, html.place + "organization.properties", federation.HTML)
        town.remove(gone.host, gone.place + "organization.properties")
        for service in gone.services:
            town.remove(gone.host, gone.place + service["key"] + ".properties")
        moved.services[0]["website"] = "https://ailleurs.minous.example:{port}/"
        renamed.sub, renamed.lines = "subs.autre-nom = {url}", {"organization.name": "Un autre nom"}
        away.lines = {"organization.memberof.chatons.status.level": "AWAY"}
        fewer = self.member("membre-08")
        fewer.services.pop()
        for member in (moved, renamed, away, fewer):
            town.write_member(member)
        town.members.append(federation.Member("nouvelle"))
        town.write_member(town.members[-1])
        town.write_federation(left_out={"membre-03"})
        self.crawl()
        self.wait_for_services(first - {"membre-03/nuage", "membre-03/pad", "membre-09/nuage", "membre-09/pad", "membre-08/pad"}
                               | {"nouvelle/nuage"})
        self.wait_for_events([("membre-03", "left"), ("membre-09", "left"), ("membre-08/pad", "left"), ("nouvelle", "joined"),
                              ("membre-06/nuage", f"moved to https://ailleurs.minous.example:{town.port}/")])
        self.assertTrue('"Un autre nom"' in self.command("check-config", "--print").stdout)
        files = {file["url"]: file for file in json.loads(self.command("register", "list", "--json").stdout)["files"]}
        for member, reason in ((html, "ok"), (gone, "http_status")):
            file = files[town.organization(member)]
            self.assertEqual((file["state"], file["reason"]), ("kept", reason))
        self.assertIn(": error: kept, http_status, last good at ", self.command("register", "list").stdout)

    def check_return(self, first):
        town = self.town
        for number in (4, 5, 6, 7, 8, 9):
            town.members[number] = federation.plain(number)
            town.write_member(town.members[number])
        del town.members[-1]
        town.write_federation()
        self.crawl()
        self.wait_for_services(first)
        self.wait_for_events([("membre-03", "joined"), ("membre-09", "joined"), ("membre-08/pad", "joined"), ("nouvelle", "left"),
                              ("membre-06/nuage", f"moved to https://membre-06-nuage.minous.example:{town.port}/")])
        history = self.services()["membre-03/nuage"]
        self.wait_for("it is measured again", lambda: self.services()["membre-03/nuage"]["state"] == "up")
        self.assertTrue(history)

    def check_shrinking(self, first):
        """Half of all gone at once waits for an operator."""
        town = self.town
        kept = {f"membre-{number:02d}" for number in range(4)}
        town.write_federation(left_out={member.key for member in town.members} - kept)
        self.crawl()
        self.wait_for("a word on it", lambda: "half of the members or services are gone" in self.said())
        self.crawl()
        self.assertEqual(set(self.services()), first)
        self.assertEqual(self.events(), [])
        self.assertEqual(self.command("register", "accept").returncode, 0)
        self.crawl()
        self.wait_for_services({f"{hoster}/{service}" for hoster in kept for service in ("nuage", "pad")})
        self.assertFalse(os.path.exists(os.path.join(self.folder, "data", "register", "accept")))


def federation_id(services, prefix):
    return next((key.split("/")[0] for key in services if key.startswith(prefix)), None)


if __name__ == "__main__":
    real.main()
