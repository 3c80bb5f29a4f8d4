"""Our figures in the form of ChatonsInfos: read by a reader of its own, held against `availability --json`, and linted."""
import datetime
import json
import subprocess
import time
import unittest
import zoneinfo
from pathlib import Path

from lab import VIBRISSE, Lab
from test_word import result, stamp

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
DAYS = 430
ADDRESS = "https://etat.example/"


def read(text):
    """Keys and values of a file of properties, as the format has them."""
    found = {}
    for line in text.split("\n"):
        if line.strip() and not line.startswith("#"):
            key, value = line.split("=", 1)
            assert key.strip() not in found, line
            value = value.strip()
            if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1]
            found[key.strip()] = value
    return found


def midnight(day):
    return datetime.datetime(day.year, day.month, day.day, tzinfo=PARIS)


def periods(year, kind):
    """[(begin, end)] of a year, as ISO 8601 and the calendar have them."""
    if kind == "months":
        starts = [datetime.date(year, month, 1) for month in range(1, 13)] + [datetime.date(year + 1, 1, 1)]
    elif kind == "weeks":
        day, starts = datetime.date.fromisocalendar(year, 1, 1), []
        while day <= datetime.date.fromisocalendar(year + 1, 1, 1):
            starts.append(day)
            day += datetime.timedelta(7)
    else:
        length = (datetime.date(year + 1, 1, 1) - datetime.date(year, 1, 1)).days
        starts = [datetime.date(year, 1, 1) + datetime.timedelta(number) for number in range(length + 1)]
    return list(zip(map(midnight, starts), map(midnight, starts[1:])))


class Infos(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)
        cls.lab.configure({"pad": "http://127.0.0.1:9/", "nuage": "http://127.0.0.1:9/"}, interval="1h")
        text = Path(cls.lab.config).read_text(encoding="utf-8")
        cls.lab.write("vibrisse.yaml", text.replace("collective: {", f'collective: {{address: "{ADDRESS}", website: '
                                                    '"https://essai.example/", contact: a@essai.example, '))
        begin = int(time.time()) // 86400 * 86400 - DAYS * 86400
        cls.first = midnight(datetime.datetime.fromtimestamp(begin, PARIS))
        lines = []
        for hour in range(24 * DAYS):
            for service, bad in (("pad", hour % 333 < 5 or 9000 < hour < 9100), ("nuage", hour % 500 < 4)):
                if 3000 <= hour < 3100 or (service == "nuage" and hour < 24 * 200):
                    continue
                lines.append(result(begin + hour * 3600, "connect_refused" if bad else "ok", service=f"chat-perche/{service}"))
        cls.must("replay", "-c", cls.lab.config, input="\n".join(lines) + "\n")
        cls.now = begin + DAYS * 86400 + 6 * 3600
        cls.today = midnight(datetime.datetime.fromtimestamp(cls.now, PARIS))
        cls.must("render", "-c", cls.lab.config, "--at", stamp(cls.now))

    @classmethod
    def must(cls, *args, **how):
        done = cls.lab.run(*args, **how)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def file(self, path):
        return read(Path(self.lab.site, path).read_text(encoding="utf-8"))

    def told(self, begin, end):
        told = json.loads(self.must("availability", "-c", self.lab.config, "--json",
                                    "--from", begin.isoformat(), "--to", end.isoformat()))
        return {entry.get("service") or entry.get("hoster"): entry for entry in told}

    def test_chain(self):
        """From the federation to each file, by what they list."""
        seen, waiting, classes = {}, [ADDRESS + "data/chatonsinfos.properties"], []
        while waiting:
            url = waiting.pop()
            self.assertNotIn(url, seen)
            self.assertTrue(url.startswith(ADDRESS))
            seen[url] = found = self.file(url[len(ADDRESS):])
            classes.append(found["file.class"])
            waiting += [value for key, value in found.items() if key.startswith("subs.")]
        self.assertEqual(sorted(classes), ["federation", *3 * ["metrics"], "organization", "service", "service"])
        written = {ADDRESS + str(path.relative_to(self.lab.site)) for path in Path(self.lab.site).rglob("*.properties")}
        self.assertEqual(set(seen), written)

    def test_lint(self):
        """No error and no warning but that something is not told that we do not know."""
        files = [str(path) for path in Path(self.lab.site).rglob("*.properties")]
        done = subprocess.run([VIBRISSE, "register", "lint", "--json", *files], capture_output=True, timeout=60, check=False)
        for file in json.loads(done.stdout):
            for finding in file["findings"]:
                self.assertIn(finding["code"], ("mandatory", "wished"), (file["file"], finding))

    def test_figures(self):
        """Every month, and a choice of weeks and days, of each service and of the hoster."""
        compared = 0
        for key, path in (("chat-perche/pad", "chat-perche/pad/"), ("chat-perche/nuage", "chat-perche/nuage/"),
                          ("chat-perche", "chat-perche/")):
            found = self.file(f"data/chatonsinfos/{path}metrics.properties")
            lists = {name: value.split(",") for name, value in found.items() if name.split(".")[-1] in ("months", "weeks", "days")}
            self.assertGreater(len(lists), 10, key)
            for kind, step in (("months", 1), ("weeks", 9), ("days", 61)):
                for year in {int(name.split(".")[-2]) for name in lists if name.endswith(kind)}:
                    for number, (begin, end) in list(enumerate(periods(year, kind)))[::step]:
                        begin, end = max(begin, self.first), min(end, self.today)
                        if begin < end:
                            compared += self.compare(key, lists, f"{year}.{kind}", number, self.told(begin, end)[key])
        self.assertGreater(compared, 60)

    def compare(self, key, lists, where, number, told):
        def value(path):
            values = lists.get(f"metrics.uptime.{path}.{where}", [])
            return values[number] if number < len(values) else ""
        place = (key, where, number)
        if told["availability"] is None or (key == "chat-perche/nuage" and not value("coverage")):
            self.assertEqual(value("availability"), "", place)
            return 0
        self.assertEqual(round(float(value("availability")) * 1000), round(told["availability"] * 100000), place)
        if key == "chat-perche/pad": # of the others, the record begins later
            self.assertEqual(round(float(value("coverage")) * 1000), round(told["coverage"] * 100000), place)
        self.assertEqual(int(value("outages")), told["outages"], place)
        self.assertEqual(int(value("down")), told["down_s"], place)
        if value("latency"):
            self.assertAlmostEqual(float(value("latency")), told["latency_ms"]["p50"], delta=0.06, msg=place)
        return 1

    def test_lists_are_whole(self):
        """No longer than their period, and nothing of today."""
        found = self.file("data/chatonsinfos/chat-perche/pad/metrics.properties")
        years = {name.split(".")[-2] for name in found if name.endswith(".days")}
        yesterday = self.today - datetime.timedelta(1)
        self.assertEqual(years, {str(year) for year in (self.today.year - 1, self.today.year) if
                                 self.first.year <= year <= yesterday.year})
        days = found[f"metrics.uptime.availability.{yesterday.year}.days"].split(",")
        self.assertEqual(len(days), yesterday.timetuple().tm_yday)
        self.assertEqual(found["file.datetime"], self.today.strftime("%Y-%m-%dT00:00:00"))

    def test_written_when_it_changes(self):
        paths = list(Path(self.lab.site).rglob("*.properties"))
        before = {path: path.stat().st_mtime_ns for path in paths}
        self.must("render", "-c", self.lab.config, "--at", stamp(self.now + 60))
        self.assertEqual({path: path.stat().st_mtime_ns for path in paths}, before)


if __name__ == "__main__":
    unittest.main()
