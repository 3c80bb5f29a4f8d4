"""The yearly report against truths of the tests' own: random years counted second by second (tests/oracle/), and a small
collective whose year is made here. And what `report --check` makes of a folder that somebody altered."""
import contextlib
import csv
import datetime
import functools
import glob
import hashlib
import html.parser
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import unittest
import zoneinfo

sys.path.insert(0, os.path.join(os.environ["SOURCE"], "tests", "oracle"))

import seconds  # noqa: E402
from case import Case, rfc3339, still_clock  # noqa: E402
from lab import Lab  # noqa: E402

HOUR, DAY = 3600, 86400
DURATIONS = (600, 1800, HOUR, 4 * HOUR, DAY)
DOWN = (HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 32 * HOUR, 3 * DAY)
PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def quick_lab():
    if os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"  # what is under test is arithmetic, not the disk
    return Lab()


def rank(values, percent):
    values = sorted(values)
    return values[max(-(-percent * len(values) // 100), 1) - 1] if values else None


def spread(values):
    return {"count": len(values), "few": len(values) < 5, "least": min(values, default=None), "p10": rank(values, 10), "p25": rank(values, 25),
            "median": seconds.median(values) if values else None, "p75": rank(values, 75), "p90": rank(values, 90),
            "p95": rank(values, 95), "most": max(values, default=None),
            "mean": sum(values) // len(values) if values else None}


def classes(bounds, values):
    edges = [0, *bounds, None]
    return [{"from_s": low, "to_s": high, "count": sum(value >= low and (high is None or value < high) for value in values)}
            for low, high in zip(edges, edges[1:])]


def e5(value):
    return value if value is None else round(value * 100000)


SHARES = ("availability", "availability_low", "availability_high", "availability_excluding_maintenance", "coverage")


def as_told(told):
    return {key: e5(value) if key in SHARES else value for key, value in told.items()}


def sum_of(figures, services):
    """The object «sum» of a report, out of the oracle's figures added up."""
    down = figures["down outside"]
    doubt = figures["up"] - figures["least"]
    sure = figures["most"] - figures["up"] - figures["unknown"]
    return {**seconds.promised(figures), "services": services,
            "maintenance_up_s": figures["up"] - figures["up outside"],
            "maintenance_down_s": figures["down"] - down, "least_up_s": figures["least"], "most_up_s": figures["most"],
            "down_apart_from_maintenance_s": down, "down_each_s": down // services,
            "least_down_each_s": max(0, down - sure) // services,
            "most_down_each_s": (down + doubt + figures["unknown"]) // services,
            "outages_ended": len(figures["ended"]), "few": len(figures["ended"]) < 5}


def worst(parts, wide):
    """`parts`: (outages, begin, end) of each service."""
    found = None
    for outages, begin, end in parts:
        if end - begin < wide:
            continue
        edges = {begin, end - wide} | {at for low, high in outages for at in (low, high - wide)}
        for at in edges:
            at = min(max(at, begin), end - wide)
            found = max(found or 0, sum(max(0, min(high, at + wide) - max(low, at)) for low, high in outages))
    return found


class Folder:
    """A published report."""

    def __init__(self, path, year):
        self.path, self.year = path, year
        with open(f"{path}/report-{year}.json", encoding="utf-8") as file:
            self.report = json.load(file)

    def table(self, name):
        with open(f"{self.path}/{name}-{self.year}.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def at_path(report, path):
    for part in path.split("."):
        report = report[int(part)] if isinstance(report, list) else report[part]
    return report


class Figures(html.parser.HTMLParser):
    """The figures that a page says are members of the report's JSON, and the words of the page."""

    def __init__(self, path):
        super().__init__()
        self.figures, self.words, self.links = [], "", []
        with open(path, encoding="utf-8") as file:
            self.feed(file.read())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "data":
            self.figures.append((attrs["data-of"], attrs["value"]))
        if tag in ("a", "link") and "href" in attrs:
            self.links.append(attrs["href"])

    def handle_data(self, data):
        self.words += data


class RandomYears(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.lab = quick_lab()
        self.addCleanup(self.lab.close)

    def test_years(self):
        counted = []
        for seed in (2, 5, 46, 75):
            with self.subTest(seed=seed):
                case = Case(self.lab, seed, 12000)
                case.replay_as_lived()
                counted.append(self.look_at(case))
        self.assertEqual({True, False}, set(counted), "all of them are alike: take other seeds")

    def look_at(self, case):
        year, out = case.year.number, self.lab.path(f"out-{case.seed}")
        done = case.run("report", str(year), "-c", case.config, "--data", case.data, "--out", out)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        out = f"{out}/report/{year}"
        folder = Folder(out, year)
        low, high = case.civil(), case.civil(year=1)
        rows = {row["service_id"]: row for row in folder.table("services")}
        part = {name: (instant(row["from"]), high) for name, row in rows.items()}
        for name, (begin, _) in part.items():
            self.assertTrue(low <= begin < high)
            self.assertEqual(civil(begin, case.year.zone).time(), datetime.time(0))
            self.assertFalse(any(case.services[name].part(low, begin)), "it was measured before")
        counts = [name for name in rows if name not in case.year.uncounted] or list(rows)
        if case.year.uncounted == set(case.year.services):
            counts = list(rows)
        member = folder.report["members"][0]
        known = seconds.join([case.services[name].part(low, high) for name in counts]) if counts else b""
        measured = len(known) - known.count(0)
        self.assertEqual(member["measured_s"], measured)
        self.assertEqual(member["counted"], 2 * measured >= high - low)
        self.compare(case, member, counts, part)
        if member["counted"]:
            self.compare_collective(case, folder.report, counts, part)
        done = case.run("report", "--check", out)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return member["counted"]

    def figures(self, case, counts, part, low, high):
        found = []
        for name in counts:
            begin, end = max(low, part[name][0]), min(high, part[name][1])
            if begin < end:
                found.append(case.services[name].figures(begin, end, case.year.incident_after,
                                                         case.calendars[name].part(begin, end)))
        return found

    def compare(self, case, told, counts, part):
        low, high = case.civil(), case.civil(year=1)
        each = self.figures(case, counts, part, low, high)
        self.assertEqual(told["sum"]["services"], len(each))
        if not each:
            return
        whole = seconds.total(each)
        self.assertEqual(as_told(told["sum"]), sum_of(whole, len(each)))
        self.assertEqual(told["durations"], {"whole_s": spread(whole["ended"]),
                                             "classes": classes(DURATIONS, whole["ended"])})
        parts = [(case.services[name].outages, *part[name]) for name in counts]
        windows = {wide: worst(parts, wide) for wide in seconds.WINDOWS}
        self.assertEqual({one["window_s"]: one["down_s"] for one in told["worst_windows"]},
                         {wide: down for wide, down in windows.items() if down is not None})
        latencies = [value for name in counts for value in case.latencies(name, *part[name])]
        self.assertEqual(told["answers"]["count"], len(latencies))
        for hundredths in (50, 95) if latencies else ():
            exact = seconds.percentile(latencies, hundredths)
            self.assertLessEqual(abs(told["answers"][f"p{hundredths}_ms"] - exact), exact / 16 + 0.05)

    def compare_collective(self, case, told, counts, part):
        low, high = case.civil(), case.civil(year=1)
        self.compare(case, told, counts, part)
        each = self.figures(case, counts, part, low, high)
        self.assertEqual(told["services_down_s"], spread([figure["down outside"] for figure in each]))
        down = [sum(figure["down outside"] for figure in each) // len(each)]
        self.assertEqual(told["hosters_down_s"], spread(down))
        self.assertEqual(told["hosters_down_classes"], classes(DOWN, down))
        for month in told["months"]:
            begin, end = case.civil(month["month"]), case.civil(month["month"] % 12 + 1, year=month["month"] // 12)
            figures = self.figures(case, counts, part, begin, end)
            self.assertEqual(as_told(month["sum"]), sum_of(seconds.total(figures), len(figures)), month["month"])
            self.assertEqual(month["down_s"], spread([figure["down outside"] for figure in figures]))
        self.compare_days(case, told, counts, part)
        self.compare_clock(case, told, counts, part)

    def compare_days(self, case, told, counts, part):
        begins = [instant(day["from"]) for day in told["days"]]
        self.assertEqual(begins, [midnight(civil(case.civil(), case.year.zone).date() + datetime.timedelta(i), case.year.zone)
                                  for i in range(len(begins))])
        for day, begin, end in zip(told["days"], begins, [*begins[1:], case.civil(year=1)]):
            there = [(case.services[name], max(begin, part[name][0])) for name in counts if part[name][0] < end]
            total = sum(end - since for _, since in there)
            known = [service.part(since, end) for service, since in there]
            measured = total - sum(states.count(0) for states in known)
            hit = any(low < end and high > since for service, since in there for low, high in service.outages)
            self.assertEqual(day, {"from": day["from"], "hosters_hit": int(hit), "total_s": total, "measured_s": measured,
                                   "measured": total > 0 and 2 * measured >= total})

    def compare_clock(self, case, told, counts, part):
        hours, days = [[0, 0] for _ in range(24)], [[0, 0] for _ in range(7)]
        for name in counts:
            service, (begin, end) = case.services[name], part[name]
            for at, _ in service.outages:
                clock = civil(at, case.year.zone)
                if begin <= at < end:
                    hours[clock.hour][0] += 1
                    days[clock.isoweekday() % 7][0] += 1
            states = service.part(begin, end)
            for at in range(begin, end, 900):
                down = states.count(seconds.DOWN, at - begin, at - begin + 900)
                if down:
                    clock = civil(at, case.year.zone)
                    hours[clock.hour][1] += down
                    days[clock.isoweekday() % 7][1] += down
        self.assertEqual([[one["outages"], one["down_s"]] for one in told["hours"]], hours)
        self.assertEqual([[one["outages"], one["down_s"]] for one in told["weekdays"]], days)


def instant(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def civil(at, zone):
    return datetime.datetime.fromtimestamp(at, zoneinfo.ZoneInfo(zone) if isinstance(zone, str) else zone)


def midnight(date, zone):
    zone = zoneinfo.ZoneInfo(zone) if isinstance(zone, str) else zone
    return int(datetime.datetime.combine(date, datetime.time(0), zone).timestamp())


def paris(*date):
    return int(datetime.datetime(*date, tzinfo=PARIS).timestamp())


YEAR = 2025
BEGIN, END = paris(YEAR, 1, 1), paris(YEAR + 1, 1, 1)


def certificate(number, begin, end, issuer):
    def sha256(what):
        return hashlib.sha256(f"{what} {number}".encode()).hexdigest()

    return (f',"certificate":{{"sha256":"{sha256("leaf")}","key_sha256":"{sha256("key")}",'
            f'"subject":"CN=a.example","issuer":"{issuer}","names":"a.example","not_before":"{rfc3339(begin)}",'
            f'"not_after":"{rfc3339(end)}","key":"EC 256","protocol":"TLSv1.3","sans":1,"chain_ok":true}}')


class Village:
    """Seven hosters with one service each, looked at every hour at the full hour by both families; of one outage after the
    other it is known from when to when. The last one came in autumn."""

    hosters = ("ada", "bea", "cleo", "dora", "emma", "fee", "gina")
    tells = {"ada": ("total", "month"), "bea": ("total", "halfyear"), "gina": ("total",)}  # by NodeInfo, of its users
    quiet_since = {"bea": paris(YEAR, 6, 5, 12)}
    kinds = {"ada": "pads", "bea": "pads", "cleo": "mail"}
    hosting = {"ada": "home", "bea": "outsourced"}
    late = {"gina": paris(YEAR, 10, 1)}
    silent = (paris(YEAR, 11, 20), paris(YEAR, 11, 23))  # nothing was measured at all
    no_ipv6 = ("cleo",)
    ipv6_fails = {"dora": paris(YEAR, 12, 5), "emma": paris(YEAR, 12, 30)}  # to the end; for most of its month the one
    outages = {
        "ada": [(paris(YEAR, 3, 30, 1), 3 * HOUR)],  # over the change of the clock
        "bea": [(paris(YEAR, 5, 5, 10), 5 * HOUR), (paris(YEAR, 12, 31, 22), 6 * HOUR)],
        "cleo": [(paris(YEAR, 1, 31, 20), 10 * HOUR), (paris(YEAR, 8, 1), 4 * DAY)],
        "dora": [], "emma": [(paris(YEAR, 10, 26, 1), 4 * HOUR)],
        "fee": [(paris(YEAR, 6, 1 + i, 12), 3 * HOUR) for i in range(6)],
        "gina": [(paris(YEAR, 11, 11, 11), 30 * HOUR)],
    }
    expired = "fee"  # the first of its outages
    # (of what, begin, length, announced so long before, cancelled so long before or None, how often, rule)
    announced = [
        ("ada", paris(YEAR, 4, 10, 2), 4 * HOUR, 10 * DAY, None, 1, None),
        ("gina/s", paris(YEAR, 11, 11, 10), 2 * HOUR, 3 * HOUR, None, 1, None),  # its interruption began in it and went on
        ("--all", paris(YEAR, 2, 3, 2), 2 * HOUR, -HOUR, None, 1, None),
        ("cleo/s", paris(YEAR, 6, 20, 2), 2 * HOUR, 5 * DAY, DAY, 1, None),
        ("dora/s", paris(YEAR, 9, 2, 4), HOUR, 20 * DAY, None, 3, "FREQ=MONTHLY;COUNT=3"),
        ("emma/s", END + 5 * DAY, HOUR, 20 * DAY, None, 1, None),  # next year's
    ]
    movements = [(BEGIN - 1, "zoe", "left"), (BEGIN, "hugo", "joined"), (BEGIN + DAY, "hugo/s", "joined"),
                 (BEGIN + DAY, "hugo/t", "joined"), (BEGIN + 90 * DAY, "hugo/s", "moved to https://hugo.example/"),
                 (BEGIN + 200 * DAY, "hugo/t", "left"), (END - 1, "zoe", "left"), (END, "ines", "joined")]
    # (sense or None for nothing measured at all, condition, begin, end)
    sights = [(None, "blind", paris(YEAR, 3, 3, 10), paris(YEAR, 3, 3, 12)), ("ipv4", "blind", paris(YEAR, 3, 3, 11), paris(YEAR, 3, 3, 13)),
              ("ipv6", "impaired", paris(YEAR, 7, 1), paris(YEAR, 7, 1, 5)), ("resolver", "blind", paris(YEAR, 7, 1, 4), paris(YEAR, 7, 1, 6)),
              (None, "blind", END - HOUR, END + HOUR)]
    # (first seen, valid from, valid to, issuer)
    certificates = {
        "ada": [(BEGIN - DAY, BEGIN - 30 * DAY, BEGIN + 60 * DAY, "A"), (BEGIN + 40 * DAY, BEGIN + 40 * DAY, BEGIN + 400 * DAY, "=B")],
        "fee": [(BEGIN - DAY, BEGIN - 2 * DAY, BEGIN + 100 * DAY, "A"),
                (BEGIN + 101 * DAY, BEGIN + 101 * DAY, BEGIN + 466 * DAY, "A")],
    }

    def __init__(self, lab):
        self.lab = lab
        text = ["collective: {name: Village, languages: [fr, en], timezone: Europe/Paris}", "vantage: {name: essai}",
                "defaults: {interval: 1h, incident-after: 4h}", "hosters:"]
        for name in self.hosters:
            kind = f", kind: {self.kinds[name]}" if name in self.kinds else ""
            kind += f", hosting: {self.hosting[name]}" if name in self.hosting else ""
            text += [f"  - hoster: {name}", f"    name: {name.capitalize()}", "    services:",
                     f"      - {{id: s, name: S{kind}, checks: [{{id: c, url: \"https://{name}.example/\"}}]}}"]
        self.config = lab.write("village.yaml", "\n".join(text) + "\n")
        self.data = lab.path("village")
        for notice in self.announced:
            self.announce(*notice)
        done = lab.run("replay", "-c", self.config, "--data", self.data, input="".join(self.lines()))
        assert done.returncode == 0, done.stderr
        self.write_down()

    def announce(self, what, begin, length, before, cancelled, _, rule):
        said = self.maintenance(begin - before, "add", what, "--from", rfc3339(begin), "--to", rfc3339(begin + length),
                                "--en", "Update", *(("--every", rule) if rule else ()))
        if cancelled is not None:
            self.maintenance(begin - cancelled, "cancel", str(said["seq"]))

    def maintenance(self, at, *words):
        done = self.lab.run("maintenance", *words, "-c", self.config, "--data", self.data, "--by", "H", "--json",
                            env={**os.environ, **still_clock(at)})
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def write_down(self):
        """What only a monitor that runs writes: who came and went, and how it saw itself."""
        events = [("member", subject, at, 0, what) for at, subject, what in self.movements]
        for sense, condition, begin, end in self.sights:
            events += [("vantage", "", begin, 0, f"{sense} {condition}: why"), ("vantage", "", end, 0, f"{sense} good")] \
                if sense else [("blind", "", end, begin, "prober ended")]
        with contextlib.closing(sqlite3.connect(f"{self.data}/ledger.sqlite")) as ledger, ledger:
            for kind, subject, at, before, detail in events:
                ledger.execute("insert or ignore into subject (name) values (?)", (subject,))
                ledger.execute("insert into event (seq, recorded_ms, kind, subject, at, before, detail)"
                               " select (select max(seq) + 1 from event), ?1 * 1000, ?2, id, ?1, ?3, ?4 from subject"
                               " where name = ?5", (at, kind, before, detail, subject))

    def lines(self):
        for at in range(BEGIN - DAY, END + DAY, HOUR):
            for name in self.hosters:
                if at < self.late.get(name, 0) or self.silent[0] <= at < self.silent[1]:
                    continue
                shown = [one for one in self.certificates.get(name, []) if one[0] <= at]
                number = f"{name} {len(shown)}"
                more = certificate(number, *shown[-1][1:]) if shown else ""
                for family in ("ipv4",) if name in self.no_ipv6 else ("ipv4", "ipv6"):
                    yield self.line(at, name, family, more)

    def line(self, at, name, family, more):
        down = [index for index, (begin, length) in enumerate(self.outages[name]) if begin <= at < begin + length]
        outcome, reason = ("up", "ok")
        if down:
            outcome, reason = "down", "tls_expired" if name == self.expired and down == [0] else "timeout"
        elif family == "ipv6" and at >= self.ipv6_fails.get(name, END + 2 * DAY):
            outcome, reason = "down", "timeout"
        phases = '"phases":{"total":50.000},' if outcome == "up" else ""
        told = self.users(name, at) if outcome == "up" else None
        more += f',"users":{json.dumps(told)}' if told else ""
        return (f'{{"v":1,"time":"{rfc3339(at)[:-1]}.000Z","vantage":"essai","service":"{name}/s","check":"c",'
                f'"family":"{family}","outcome":"{outcome}","reason":"{reason}",{phases}"detail":"-"{more}}}\n')

    def users(self, name, at):
        if at >= self.quiet_since.get(name, END + 2 * DAY):
            return None
        hour = (at - BEGIN) // HOUR
        numbers = {"total": 20000 + hour, "month": 500 + hour % 77, "halfyear": 9000 + hour % 1001}
        return {key: numbers[key] for key in self.tells.get(name, ())}

    def readings(self, name):
        """Of each month the newest that is kept: the first one of its last day on which there was any."""
        newest = {}
        for at in range(BEGIN, END, HOUR):
            day = civil(at, PARIS).date()
            if '"users":{' not in self.line(at, name, "ipv4", "") or at < self.late.get(name, 0) or self.silent[0] <= at < self.silent[1]:
                continue
            if newest.get(day.month, (None,))[0] != day:
                newest[day.month] = (day, at, self.users(name, at))
        return {month: (at, told) for month, (_, at, told) in newest.items()}

    def say(self, word, name, begin, *more):
        return self.lab.run("incident", word, "-c", self.config, "--data", self.data, f"{name}/s", "--at", rfc3339(begin),
                            *more, "--en", "Words", "--by", "Someone")

    def report(self, out, *more):
        return self.lab.run("report", str(YEAR), "-c", self.config, "--data", self.data, "--out", out, *more)


@functools.cache
def one_village():
    lab = quick_lab()
    unittest.addModuleCleanup(lab.close)
    return Village(lab)


class OneVillage(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.village = one_village()
        cls.lab = cls.village.lab
        for word, name, index, more in (("annotate", "bea", 0, ("--cause", "power")), ("annotate", "cleo", 1, ("--cause", "network")),
                                        ("dispute", "cleo", 1, ()), ("annotate", "fee", 0, ())):
            done = cls.village.say(word, name, cls.village.outages[name][index][0], *more)
            assert done.returncode == 0, done.stderr
        cls.out = cls.lab.path("out")
        done = cls.village.report(cls.out)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        cls.root, cls.out = cls.out, f"{cls.out}/report/{YEAR}"
        cls.folder = Folder(cls.out, YEAR)
        cls.told = cls.folder.report

    def down(self, name):
        """Seconds of this year."""
        return sum(min(begin + length, END) - begin for begin, length in Village.outages[name])

    def counted(self):
        return [name for name in Village.hosters if name not in Village.late]

    def ended(self):
        return [length for name in self.counted() for begin, length in Village.outages[name] if begin + length <= END]

    def test_who_counts(self):
        members = {member["hoster"]: member for member in self.told["members"]}
        self.assertEqual(list(members), sorted(Village.hosters))
        self.assertEqual([name for name, member in members.items() if member["counted"]], self.counted())
        self.assertEqual((self.told["hosters"], self.told["hosters_counted"], self.told["services_counted"]), (7, 6, 6))
        self.assertEqual(members["gina"]["sum"]["down_s"], self.down("gina"))
        self.assertEqual(self.told["sum"]["down_s"], sum(map(self.down, self.counted())))
        self.assertFalse(self.told["partial"])
        self.assertFalse(self.told["few"])

    def test_distributions(self):
        down = [self.down(name) for name in self.counted()]
        self.assertEqual(self.told["hosters_down_s"], spread(down))
        self.assertEqual(self.told["services_down_s"], spread(down))
        self.assertEqual(self.told["hosters_down_classes"], classes(DOWN, down))
        self.assertEqual(self.told["durations"], {"whole_s": spread(self.ended()), "classes": classes(DURATIONS, self.ended())})

    def test_outages(self):
        began = [(begin, length) for name in self.counted() for begin, length in Village.outages[name]]
        self.assertEqual(self.told["sum"]["outages"], len(began))
        self.assertEqual(self.told["sum"]["incidents"], sum(length >= 4 * HOUR for _, length in began))
        self.assertEqual(self.told["sum"]["outages_ended"], len(began) - 1)  # one went on into the next year
        for month in self.told["months"]:
            low, high = paris(YEAR, month["month"], 1), paris(YEAR + month["month"] // 12, month["month"] % 12 + 1, 1)
            self.assertEqual(month["sum"]["outages"], sum(low <= begin < high for begin, _ in began))
            self.assertEqual(month["sum"]["down_s"], sum(max(0, min(begin + length, high) - max(begin, low))
                                                         for begin, length in began))

    def test_days(self):
        """A result speaks for two intervals: of the first silent day one hour is known."""
        counted = self.counted()
        for day in self.told["days"]:
            begin = instant(day["from"])
            date = civil(begin, PARIS).date()
            end = midnight(date + datetime.timedelta(1), PARIS)
            silent = Village.silent[0] <= begin < Village.silent[1]
            known = (HOUR if begin == Village.silent[0] else 0) if silent else end - begin
            self.assertEqual(day, {
                "from": rfc3339(begin), "total_s": 6 * (end - begin), "measured_s": 6 * known, "measured": not silent,
                "hosters_hit": sum(any(at < end and at + length > begin for at, length in Village.outages[name]) for name in counted)})
        self.assertEqual(len(self.told["days"]), 365)
        months = {month["month"]: month for month in self.told["days_by_month"]}
        self.assertEqual(months[11], {"month": 11, "days": 30, "hit": 0, "unmeasured": 3, "most_hosters": 0})
        self.assertEqual(months[6], {"month": 6, "days": 30, "hit": 6, "unmeasured": 0, "most_hosters": 1})

    def test_days_on_the_page(self):
        """What was not measured is no quiet day: it has no line, but a frame, and is told in words."""
        for language, said in (("fr", "3 jours n’ont pas été mesurés."), ("en", "3 days were not measured.")):
            with open(f"{self.root}/{language}/report/{YEAR}/index.html", encoding="utf-8") as file:
                text = file.read()
            self.assertIn(said, text.replace("\u202f", " "))
            drawn = text.split('class="day"')[1].split(' d="')[1].split('"')[0]
            first = (Village.silent[0] - BEGIN) // DAY
            self.assertEqual(sorted({*range(365)} - {int(one.split(".")[0]) for one in drawn.split("M")[1:]}),
                             [first, first + 1, first + 2])
            frames = text.split('class="hole"')[1].split(' d="')[1].split('"')[0]
            self.assertEqual(frames, f"M{first} 1h3v91h-3z")

    def test_clock(self):
        hours = [0] * 24
        for name in self.counted():
            for begin, length in Village.outages[name]:
                for at in range(begin, min(begin + length, END), HOUR):
                    hours[civil(at, PARIS).hour] += HOUR
        self.assertEqual([one["down_s"] for one in self.told["hours"]], hours)
        self.assertEqual(hours[2], 7 * HOUR, "in March there is no such hour, in October there are two")

    def test_kinds(self):
        kinds = {kind["kind"]: kind for kind in self.told["kinds"]}
        self.assertEqual(list(kinds), ["", "mail", "pads"])
        self.assertEqual(kinds["pads"]["hosters"], 2)
        self.assertTrue(kinds["pads"]["few"])
        self.assertEqual(kinds["pads"]["down_s"], spread([self.down("ada"), self.down("bea")]))

    def test_hosting(self):
        told = {row["hoster_id"]: row["hosting"] for row in self.folder.table("services")}
        self.assertEqual(told, {name: Village.hosting.get(name, "") for name in Village.hosters})
        groups = {"unknown": ["cleo", "dora", "emma", "fee"], "home": ["ada"], "outsourced": ["bea"]}
        self.assertEqual([group["hosting"] for group in self.told["hosting"]], list(groups))
        for group in self.told["hosting"]:
            down = [self.down(name) for name in groups[group["hosting"]]]
            self.assertEqual((group["hosters"], group["few"], group["down_s"], group["sum"]["down_s"]),
                             (len(down), True, spread(down), sum(down)))
        for member in self.told["members"]:
            self.assertEqual(member["hosting"], [{"name": Village.hosting.get(member["hoster"], "unknown"), "count": 1}])

    def test_usage(self):
        readings = {name: self.village.readings(name) for name in Village.tells}
        names = {"users_total": "total", "users_active_month": "month", "users_active_halfyear": "halfyear"}

        def use(told):
            return {"services": len(told), "few": len(told) < 5, **{
                column: {"services": sum(key in one for one in told),
                         "sum": sum(one[key] for one in told if key in one) if any(key in one for one in told) else None}
                for column, key in names.items()}}

        def newest(name):
            return [readings[name][max(readings[name])][1]] if name in readings else []

        self.assertEqual(self.told["usage"], use(newest("ada") + newest("bea")))
        self.assertEqual(self.told["usage_by_month"], [
            {"month": month, **use([readings[name][month][1] for name in ("ada", "bea") if month in readings[name]])}
            for month in range(1, 13)])
        for member in self.told["members"]:
            self.assertEqual(member["usage"], use(newest(member["hoster"])))
        self.assertEqual(self.folder.table("usage"), [
            {"month": f"{YEAR}-{month:02}", "hoster_id": name, "service_id": "s", "source": "nodeinfo", "read": rfc3339(at),
             "local_posts": "", **{column: str(told.get(key, "")) for column, key in names.items()}}
            for name in sorted(readings) for month, (at, told) in sorted(readings[name].items())])
        self.assertEqual(max(readings["bea"]), 6)
        self.assertEqual(self.told["not_measured"], ["dane"])

    def test_words(self):
        self.assertEqual(self.told["words"], {"outages": 12, "few": False, "explained": 3, "disputed": 1, "causes": [
            {"name": cause, "count": 1} for cause in ("power", "network")]})

    def test_ipv6(self):
        self.assertEqual(self.told["ipv6"], {"known": 6, "few": False, "published": 5, "working": 4})

    def test_certificates(self):
        told = self.told["certificates"]
        self.assertEqual((told["services"], told["few"]), (2, True))
        self.assertEqual(told["issuers"], [{"name": "=B", "count": 1}, {"name": "A", "count": 1}])
        self.assertEqual(told["protocols"], [{"name": "TLSv1.3", "count": 2}])
        self.assertEqual(told["lifetimes_s"], spread([360 * DAY, 365 * DAY]))
        self.assertEqual(told["renewed_in_advance_s"], spread([20 * DAY]))
        self.assertEqual(told["renewed_late"], 1)
        self.assertEqual((told["expired"], told["expired_s"]), (1, spread([3 * HOUR])))

    def test_maintenance(self):
        held = [notice for notice in Village.announced if BEGIN <= notice[1] < END]
        good = [notice for notice in held if notice[3] > 0 and notice[4] is None]
        day_ahead = [notice for notice in good if notice[3] >= DAY]

        def overran(what, begin, length):
            return any(begin <= at < begin + length < at + lasted for name in Village.hosters if what in (name, f"{name}/s", "--all")
                       for at, lasted in Village.outages[name])

        def times(notices):
            return sum(notice[5] for notice in notices)

        self.assertEqual(self.told["maintenance"], {
            "announced": times(held), "cancelled": times(notice for notice in held if notice[4] is not None),
            "late": times(notice for notice in held if notice[3] < 0), "in_time": times(good), "day_ahead": times(day_ahead),
            "kept": times(notice for notice in good if not overran(*notice[:3]))})
        self.assertEqual((times(good), times(day_ahead)), (5, 4))
        self.assertEqual(self.told["sum"]["maintenance_s"], sum(
            length * often for what, _, length, _, _, often, _ in good if what.split("/")[0] in self.counted()))

    def test_movements(self):
        moved = [(subject, what) for at, subject, what in Village.movements if BEGIN <= at < END]

        def count(word, service):
            return sum(what.split()[0] == word and ("/" in subject) == service for subject, what in moved)

        self.assertEqual(self.told["movements"], {
            "hosters_joined": count("joined", False), "hosters_left": count("left", False), "services_joined": count("joined", True),
            "services_left": count("left", True), "moved": count("moved", True)})
        self.assertEqual(len(moved), 6)

    def test_own_sight(self):
        def hours(*conditions):
            return {at for _, condition, begin, end in Village.sights if condition in conditions
                    for at in range(begin, min(end, END), HOUR)}

        blind = hours("blind")
        self.assertEqual(self.told["monitor"], {
            "total_s": END - BEGIN, "blind_s": len(blind) * HOUR, "impaired_s": len(hours("impaired") - blind) * HOUR,
            "blind_count": sum(at - HOUR not in blind for at in blind),
            "availability": (END - BEGIN - len(blind) * HOUR) * 100000 // (END - BEGIN) / 100000})

    def test_answers(self):
        good = sum(civil(at, PARIS).year == YEAR and '"up"' in self.village.line(at, name, family, "")
                   for name in self.counted() for family in (("ipv4",) if name in Village.no_ipv6 else ("ipv4", "ipv6"))
                   for at in range(BEGIN, END, HOUR) if not Village.silent[0] <= at < Village.silent[1])
        self.assertEqual((self.told["answers"]["count"], self.told["answers"]["few"]), (good, False))
        self.assertLessEqual(abs(self.told["answers"]["p95_ms"] - 50), 50 / 16)

    def test_package(self):
        with open(f"{self.out}/datapackage.json", encoding="utf-8") as file:
            package = json.load(file)
        listed = {resource["path"]: resource for resource in package["resources"]}
        there = {os.path.basename(path) for path in glob.glob(f"{self.out}/*")} - {"datapackage.json"}
        self.assertEqual(set(listed), there)
        for path, resource in listed.items():
            with open(f"{self.out}/{path}", "rb") as file:
                content = file.read()
            self.assertEqual(resource["bytes"], len(content))
            self.assertEqual(resource["hash"], "sha256:" + hashlib.sha256(content).hexdigest())
            if path.endswith(".csv"):
                head = content.decode().split("\r\n")[0].split(",")
                self.assertEqual([field["name"] for field in resource["schema"]["fields"]], head, path)

    def test_formulas(self):
        issuers = [row["issuer"] for row in self.folder.table("services")]
        self.assertIn("'=B", issuers)

    def test_partial(self):
        out = self.lab.path("partial")
        done = self.village.report(out, "--at", rfc3339(paris(YEAR, 7, 1, 15)))
        self.assertEqual(done.returncode, 0, done.stderr)
        out = f"{out}/report/{YEAR}"
        told = Folder(out, YEAR).report
        self.assertTrue(told["partial"])
        self.assertEqual(told["to"], rfc3339(paris(YEAR, 7, 1)))
        self.assertEqual(len(told["months"]), 6)
        self.assertEqual(told["sum"]["down_s"], sum(
            length for name in self.counted() for begin, length in Village.outages[name] if begin < paris(YEAR, 7, 1)))
        self.assertEqual(self.lab.run("report", "--check", out).returncode, 0)

    def test_draft(self):
        self.assertEqual((self.told["draft"], self.told["comments_until"]), (False, None))
        out = self.lab.path("draft")
        done = self.village.report(out, "--at", "2026-01-02", "--draft", "--until", "2026-02-01")
        self.assertEqual(done.returncode, 0, done.stderr)
        out = f"{out}/report/{YEAR}"
        told = Folder(out, YEAR).report
        self.assertEqual((told["draft"], told["comments_until"]), (True, rfc3339(paris(2026, 2, 1))))
        self.assertEqual(self.lab.run("report", "--check", out).returncode, 0)
        done = self.village.report(out, "--at", "2026-01-02", "--draft", "--until", "2026-01-02")
        self.assertEqual(done.returncode, 2)

    def test_earlier(self):
        """The first day of the next year beside this year: those who count in both."""
        out = self.lab.path("next")
        done = self.lab.run("report", str(YEAR + 1), "-c", self.village.config, "--data", self.village.data, "--out", out,
                            "--at", rfc3339(END + DAY))
        self.assertEqual(done.returncode, 0, done.stderr)
        told = Folder(f"{out}/report/{YEAR + 1}", YEAR + 1).report
        then = [self.down(name) for name in self.counted()]
        now = [sum(max(0, begin + length - END) for begin, length in Village.outages[name]) for name in self.counted()]
        earlier = told["earlier"]
        self.assertTrue(told["partial"])
        self.assertEqual(told["hosters_counted"], 7)
        self.assertEqual((earlier["year"], earlier["partial"], earlier["hosters_in_both"]), (YEAR, False, 6))
        self.assertEqual((earlier["median_down_each_then_s"], earlier["median_down_each_now_s"]),
                         (seconds.median(then), seconds.median(now)))
        self.assertEqual((earlier["then"]["down_s"], earlier["now"]["down_s"]), (sum(then), sum(now)))
        self.assertEqual((earlier["outages_then"], earlier["explained_then"]), (12, 0), "it was said later")
        self.assertEqual((earlier["ipv6_known_then"], earlier["ipv6_published_then"]), (6, 5))
        self.assertIsNone(self.told["earlier"] and self.told["earlier"]["median_down_each_then_s"])
        with open(f"{out}/en/report/{YEAR + 1}/index.html", encoding="utf-8") as page:
            self.assertIn("This year is not over: what is known of it stands beside the year before.", page.read())

    def pages(self, language):
        return sorted(glob.glob(f"{self.root}/{language}/report/{YEAR}/**/index.html", recursive=True))

    def test_pages_say_what_the_report_says(self):
        """Every figure of every page, in both languages, is that of the JSON."""
        said = {}
        for language in ("fr", "en"):
            pages = self.pages(language)
            self.assertEqual(len(pages), 2 + self.told["hosters"])
            for path in pages:
                page = Figures(path)
                for of, value in page.figures:
                    self.assertEqual(float(value), float(at_path(self.told, of)), (path, of))
                said.setdefault(os.path.relpath(path, f"{self.root}/{language}"), []).append(page.figures)
        for path, (french, english) in said.items():
            self.assertEqual(sorted(french), sorted(english), path)
        first = dict(said[f"report/{YEAR}/index.html"][0])
        for of in ("hosters_down_s.median", "sum.down_each_s", "sum.least_down_each_s", "sum.most_down_each_s", "sum.coverage",
                   "sum.outages", "monitor.availability", "months.0.down_s.median", "weekdays.1.outages", "hours.0.down_s",
                   "worst_windows.0.down_s", "maintenance.announced", "certificates.expired", "words.explained", "days_by_month.10.unmeasured",
                   "hosting.0.down_s.median", "usage.users_total.sum", "usage_by_month.0.users_active_month.sum",
                   "movements.hosters_joined", "hosters_counted"):
            self.assertIn(of, first)

    def test_few_cases_say_so(self):
        """As often as a figure of the page rests on few."""
        for language, mark in (("fr", "Peu de cas"), ("en", "Few cases")):
            first = Figures(f"{self.root}/{language}/report/{YEAR}/index.html").words
            # Expired certificates, renewed ones, the certificates of two; three figures of use. No others.
            self.assertEqual(first.count(mark), 6, first)
            dora = Figures(f"{self.root}/{language}/report/{YEAR}/h/dora/index.html").words
            self.assertEqual(dora.count(mark), 1, "IPv6 of one service")

    def test_what_is_declared_stands_beside_the_figures(self):
        for language, home, accounts in (("fr", "chez l’hébergeur (1)", "comptes"), ("en", "at the hoster’s home (1)", "accounts")):
            for page in ("h", "h/ada"):
                self.assertIn(home, Figures(f"{self.root}/{language}/report/{YEAR}/{page}/index.html").words)
            words = Figures(f"{self.root}/{language}/report/{YEAR}/h/ada/index.html").words.replace("\u202f", " ").replace("\u00a0", " ")
            self.assertRegex(words, rf"\d {accounts}")

    def test_durations_are_words(self):
        """From a minute on without seconds."""
        for path in self.pages("fr"):
            self.assertNotRegex(Figures(path).words, r"(?:min|h|j)\s\d+\ss\b", path)

    def test_pages_work_by_themselves(self):
        for language in ("fr", "en"):
            for path in self.pages(language):
                for link in Figures(path).links:
                    if link.startswith(("#", "http", "mailto:")):
                        continue
                    target = os.path.normpath(os.path.join(os.path.dirname(path), link.split("#")[0]))
                    self.assertTrue(os.path.isfile(target) or os.path.isfile(f"{target}/index.html"), (path, link))

    def test_hosters_are_not_ranked(self):
        page = Figures(f"{self.root}/fr/report/{YEAR}/h/index.html")
        ids = [member["hoster"] for member in self.told["members"]]
        self.assertEqual(ids, sorted(ids))
        listed = [link[:-1] for link in page.links if link[:-1] in ids]
        self.assertEqual(listed, ids)
        first = Figures(f"{self.root}/fr/report/{YEAR}/index.html").words
        self.assertFalse([name for name in ids if f" {name} " in first])

    def test_pages_say_what_they_are_not(self):
        out = self.lab.path("pages-draft")
        self.village.report(out, "--at", rfc3339(paris(YEAR, 7, 1, 15)), "--draft", "--until", f"{YEAR + 1}-02-01")
        words = Figures(f"{out}/fr/report/{YEAR}/index.html").words
        self.assertIn("Ébauche.", words)
        self.assertIn("Année incomplète.", words)
        self.assertNotIn("Ébauche.", Figures(f"{self.root}/fr/report/{YEAR}/index.html").words)

    def test_check_agrees(self):
        done = self.lab.run("report", "--check", self.out)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def alter(self, file, old, new):
        """A copy in which something was replaced once, and the package made to fit; what the check says of it."""
        out = self.lab.path("altered")
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(self.out, out)
        with open(f"{out}/{file}", encoding="utf-8", newline="") as opened:
            text = opened.read()
        self.assertIn(old, text)
        text = text.replace(old, new, 1)
        with open(f"{out}/{file}", "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
        with open(f"{out}/datapackage.json", encoding="utf-8") as opened:
            package = json.load(opened)
        for resource in package["resources"]:
            if resource["path"] == file:
                resource["bytes"] = len(text.encode())
                resource["hash"] = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
        with open(f"{out}/datapackage.json", "w", encoding="utf-8") as opened:
            json.dump(package, opened)
        return self.lab.run("report", "--check", out)

    def test_every_number_of_the_report_is_looked_at(self):
        """Each figure in turn is made wrong: none may pass. All at once, so that it does not take an hour: as many
        differences are told as there are figures."""
        report = json.loads(json.dumps(self.told))
        skip = ("year", "incident_after_s", "earlier", "draft", "comments_until", "final", "corrections", "comments")
        count = 0

        def spoil(value, key=""):
            nonlocal count
            if isinstance(value, dict):
                return {name: inner if name in skip or isinstance(inner, str) else spoil(inner, name)
                        for name, inner in value.items()}
            if isinstance(value, list):
                return [spoil(inner) if not isinstance(inner, str) else inner for inner in value]
            count += 1
            return not value if isinstance(value, bool) else 17 if value is None else value + 1

        spoiled = spoil(report)
        with open(f"{self.out}/report-{YEAR}.json", encoding="utf-8") as file:
            text = file.read()
        done = self.alter(f"report-{YEAR}.json", text, json.dumps(spoiled))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stdout.splitlines()), count)

    def test_alterations(self):
        stretch = next(row for row in self.folder.table("stretches") if row["state"] == "down")
        for file, old, new, said in (
                (f"stretches-{YEAR}.csv", f"{stretch['to']},{stretch['before']},down", f"{stretch['to']},{stretch['before']},up", "no such interruption"),
                (f"stretches-{YEAR}.csv", "\"s\"", "\"t\"", "there is no service"),
                (f"outages-{YEAR}.csv", ",1,0,", ",0,0,", "words.explained"),
                (f"outages-{YEAR}.csv", "tls_expired", "timeout", "certificates.expired"),
                (f"answers-{YEAR}.csv", "\r\n\"ada\"", "\r\n\"bea\"", "answers.count"),
                (f"certificates-{YEAR}.csv", "\r\n\"ada\"", "\r\n\"gina\"", "renewed_in_advance_s"),
                (f"hosters-{YEAR}.csv", ",true", ",false", "counted is published as false"),
                (f"services-{YEAR}.csv", "working", "failing", "ipv6.working"),
                (f"usage-{YEAR}.csv", "\"ada\",\"s\",nodeinfo", "\"cleo\",\"s\",nodeinfo", "usage.services is published as 2"),
                (f"services-{YEAR}.csv", ",home,", ",bay,", "hosting"),
                (f"report-{YEAR}.json", "\"from\":\"2024-12-31T23:00:00Z\"", "\"from\":\"2024-12-31T22:00:00Z\"", "is not the year")):
            with self.subTest(file=file, old=old):
                done = self.alter(file, old, new)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn(said, done.stdout)

    def test_sums(self):
        out = self.lab.path("bytes")
        shutil.copytree(self.out, out)
        with open(f"{out}/sights-{YEAR}.csv", "a", encoding="utf-8") as file:
            file.write("\r\n")
        done = self.lab.run("report", "--check", out)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"sights-{YEAR}.csv has another sum", done.stdout)

    def test_no_period(self):
        for new in ("2147483647", "-5"):
            done = self.alter(f"report-{YEAR}.json", f"\"year\":{YEAR}", f"\"year\":{new}")
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("no period", done.stderr)

    def test_missing(self):
        out = self.lab.path("missing")
        shutil.copytree(self.out, out)
        os.remove(f"{out}/outages-{YEAR}.csv")
        done = self.lab.run("report", "--check", out)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("outages", done.stderr)

    def test_arguments(self):
        for arguments in ([], ["20x5"], ["2025"], ["2025", "2026", "--out", "x"], ["2025", "--check", "x"], ["--nonsense"],
                          ["2025", "--out", "x", "--draft"], ["2025", "--out", "x", "--until", "2026"]):
            done = self.lab.run("report", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn("vibrisse report --help", done.stderr)
        for arguments in (["2025", "--final", "--draft", "--until", "2027"], ["2025", "--correct"], ["2025", "--comment", "ada"],
                          ["2025", "--out", "x", "--fr", "y"], ["2025", "--out", "x", "--by", "y"], ["2025", "--list"]):
            done = self.lab.run("report", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
        self.assertIn("--check DIR", self.lab.run("report", "--help").stdout)
        done = self.village.report(self.lab.path("future"), "--at", str(YEAR))
        self.assertEqual(done.returncode, 1)
        self.assertIn("no whole day yet", done.stderr)


class Editions(unittest.TestCase):
    """A report becomes final, is commented, corrected, backed up and found altered; the ledger keeps each word. One story."""
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        village = one_village()
        cls.lab, cls.data = village.lab, village.lab.path("editions")
        shutil.copytree(village.data, cls.data)
        with open(village.config, encoding="utf-8") as file:
            cls.text = file.read()
        cls.config = cls.lab.write("editions.yaml", cls.text)
        cls.kept = f"{cls.data}/reports"
        cls.folder = f"{cls.kept}/report/{YEAR}"

    def report(self, *words, year=YEAR, at=None):
        return self.lab.run("report", *((str(year),) if year else ()), "-c", self.config, "--data", self.data,
                            *words, env={**os.environ, **still_clock(at)} if at else None)

    def good(self, *words, **how):
        done = self.report(*words, **how)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        return done.stdout

    def bad(self, *words, **how):
        done = self.report(*words, **how)
        self.assertEqual(done.returncode, 1, done.stdout)
        return done.stderr

    def events(self):
        with contextlib.closing(sqlite3.connect(f"{self.data}/ledger.sqlite")) as ledger:
            return [(seq, subject, at, json.loads(detail)) for seq, subject, at, detail in ledger.execute(
                "select seq, name, at, detail from event join subject on subject.id = event.subject"
                " where kind = 'report' order by seq")]

    def words(self, page="", language="fr"):
        return Figures(f"{self.kept}/{language}/report/{YEAR}/{page}index.html").words.replace("\xa0", " ")

    def sums(self):
        found = {}
        for path in glob.glob(f"{self.folder}/*"):
            with open(path, "rb") as file:
                found[os.path.basename(path)] = hashlib.sha256(file.read()).hexdigest()
        return found

    def test_story(self):
        day = [paris(YEAR + 1, 2, 1 + i, 12) for i in range(9)]
        self.draft(day)
        self.final(day)
        self.corrected(day)
        self.restored()
        self.altered()

    def draft(self, day):
        self.assertIn("not over", self.bad("--final", at=paris(YEAR, 12, 31, 12)))
        self.assertEqual(self.events(), [])
        self.good("--draft", "--until", rfc3339(day[2]), at=day[0])
        self.assertIn("Ébauche.", self.words())
        self.assertIn("no hoster", self.bad("--comment", "zoe", "--en", "x", "--by", "Zoe", at=day[1]))
        self.good("--comment", "cleo", "--en", "The <mill> burned", "--by", "Cleo", at=day[1])
        self.good("--comment", "cleo", "--fr", "Le moulin a brûlé", "--en", "The <mill> burned down", "--by", "Cleo", at=day[1])

    def final(self, day):
        self.assertIn("not final yet", self.bad("--correct", "--en", "x", "--by", "H", at=day[3]))
        out = self.lab.path("published")
        self.assertIn("is final", self.good("--final", "--by", "The collective", "--out", out, at=day[3]))
        _, subject, at, facts = self.events()[-1]
        self.assertEqual((subject, at, facts["action"], facts["year"], facts["by"]), ("", day[3], "final", YEAR, "The collective"))
        self.assertEqual({file["path"]: file["sha256"] for file in facts["files"]}, self.sums())
        self.assertNotIn("Ébauche.", self.words())
        self.assertIn("Définitif. Depuis le 4 février 2026.", self.words())
        self.assertIn("Final. Since 4 February 2026.", self.words(language="en"))
        self.assertIn("The <mill> burned down", self.words("h/cleo/", "en"))
        self.assertIn("Le moulin a brûlé", self.words("h/cleo/"))
        self.assertNotIn("Le moulin", self.words("h/ada/"))
        told = Folder(self.folder, YEAR).report
        self.assertEqual((told["final"], told["corrections"]), (rfc3339(day[3]), []))
        self.assertEqual(told["comments"], [{"hoster": "cleo", "at": rfc3339(day[1]), "by": "Cleo", "text": {
            "fr": "Le moulin a brûlé", "en": "The <mill> burned down"}}])
        for folder in (self.folder, f"{out}/report/{YEAR}"):
            said = self.lab.run("report", "--check", folder, "-c", self.config, "--data", self.data)
            self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
            self.assertIn("every file is what the ledger says", said.stdout)
        self.shown("final, as known on 4 February 2026")
        self.repeated(day)

    def shown(self, words):
        """On the site, which is made from the record alone."""
        site = self.lab.path("site")
        done = self.lab.run("render", "-c", self.config, "--data", self.data, "--site", site)
        self.assertEqual(done.returncode, 0, done.stderr)
        page = Figures(f"{site}/en/data/index.html")
        self.assertIn(f"../report/{YEAR}/", page.links)
        self.assertIn(words, page.words.replace("\xa0", " "))
        done = self.lab.run("report", "--check", f"{site}/report/{YEAR}", "-c", self.config, "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        with open(f"{site}/en/report/{YEAR}/index.html", encoding="utf-8") as there, \
                open(f"{self.kept}/en/report/{YEAR}/index.html", encoding="utf-8") as kept:
            self.assertEqual(there.read(), kept.read())

    def repeated(self, day):
        before, sums = self.events(), self.sums()
        os.remove(f"{self.folder}/hosters-{YEAR}.csv")
        self.assertIn("still the same", self.good("--final", at=day[4]))
        self.assertEqual((self.events(), self.sums()), (before, sums))
        self.assertIn("as known at", self.bad("--final", "--at", rfc3339(day[4]), at=day[4]))
        self.assertIn("there is no draft any more", self.bad("--draft", "--until", rfc3339(day[8]), at=day[4]))
        self.lab.write("editions.yaml", self.text.replace("Ada", "Ada & sisters"))
        self.assertIn("a correction is needed", self.bad("--final", at=day[4]))
        self.assertEqual((self.events(), self.sums()), (before, sums))

    def corrected(self, day):
        first = self.events()[-1][0]
        said = "Ada has <sisters>"
        self.assertIn("is corrected", self.good("--correct", "--en", said, "--by", "The collective", at=day[5]))
        seq, _, at, facts = self.events()[-1]
        self.assertEqual((at, facts["action"], facts["of"], facts["text"]), (day[5], "correct", first, {"en": said}))
        self.assertEqual({file["path"]: file["sha256"] for file in facts["files"]}, self.sums())
        self.assertIn("still the same", self.good("--final", at=day[6]))
        self.assertIn(f"Corrigé. Le 6 février 2026 : “{said}” — The collective", self.words())
        self.assertIn("Depuis le 4 février", self.words())
        with open(f"{self.kept}/fr/report/{YEAR}/index.html", encoding="utf-8") as file:
            self.assertIn('lang="en">“Ada has &lt;sisters&gt;”', file.read())
        with open(f"{self.folder}/datapackage.json", encoding="utf-8") as file:
            package = json.load(file)
        self.assertEqual(package["version"], "1.1")
        for page in package["pages"]:
            with open(f"{self.kept}/{page['path']}", "rb") as file:
                self.assertEqual(page["hash"], "sha256:" + hashlib.sha256(file.read()).hexdigest())
        listed = self.good("--list", year=None)
        self.assertEqual([line.split()[:4] for line in listed.splitlines()], [
            [str(YEAR), "event", str(event[0]), word] for event, word in zip(self.events(), ("comment", "comment", "final", "corrected"))])
        self.assertIn(f"in place of event {first}", listed)
        self.shown("final and corrected, as known on 6 February 2026")

    def restored(self):
        archive, elsewhere = self.lab.path("backup.tar.gz"), self.lab.path("elsewhere")
        for words in (("backup", "--data", self.data, "--out", archive), ("restore", "--data", elsewhere, "--in", archive)):
            done = self.lab.run(*words)
            self.assertEqual(done.returncode, 0, done.stderr)
        done = self.lab.run("report", "--check", f"{elsewhere}/reports/report/{YEAR}", "-c", self.config, "--data", elsewhere)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for language in ("fr", "en"):
            self.assertTrue(os.path.isfile(f"{elsewhere}/reports/{language}/report/{YEAR}/h/cleo/index.html"))

    def verified(self):
        done = self.lab.run("verify", "-c", self.config, "--data", self.data)
        return done.stdout + done.stderr

    def altered(self):
        """Somebody changed a table and made the package to fit: only the ledger knows. Or a page."""
        page = f"{self.kept}/en/report/{YEAR}/index.html"
        with open(page, "a", encoding="utf-8") as file:
            file.write("<!-- -->")
        done = self.lab.run("report", "--check", self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.splitlines(), [f"en/report/{YEAR}/index.html has another {what} than datapackage.json says"
                                                    for what in ("size", "sum")])
        os.remove(page)
        self.assertIn("cannot open", self.lab.run("report", "--check", self.folder).stdout)
        os.remove(f"{self.folder}/hosters-{YEAR}.csv")
        self.assertIn(f"hosters-{YEAR}.csv is in the ledger, and not in the folder", self.verified())
        self.good("--final")
        self.assertNotIn(f"-{YEAR}", self.verified())
        with open(f"{self.folder}/datapackage.json", "a", encoding="utf-8") as file:
            file.write("\n")
        self.assertEqual(self.lab.run("report", "--check", self.folder).returncode, 0)
        done = self.lab.run("report", "--check", self.folder, "-c", self.config, "--data", self.data)
        self.assertEqual(done.returncode, 1)
        self.assertIn("datapackage.json has another sum than the ledger says", done.stdout)


if __name__ == "__main__":
    unittest.main()
