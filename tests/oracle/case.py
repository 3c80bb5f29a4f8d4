"""One random year: its record as the program makes it, and its seconds as they should be."""
import bisect
import contextlib
import glob
import json
import os
import re
import sqlite3
import subprocess
import zoneinfo
from datetime import datetime, timedelta, timezone

import maintenance
import notices
import seconds
import years

OUTCOMES = {"unknown": seconds.UNKNOWN, "up": seconds.UP, "degraded": seconds.DEGRADED, "down": seconds.DOWN}


FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")  # of the package faketime
STAMP = slice(len('{"v":1,"time":"'), len('{"v":1,"time":"2024-02-29T12:34:56.789'))  # of a result line


def rfc3339(at):
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def still_clock(at):
    """The environment in which the time is `at` and stays so."""
    return {"LD_PRELOAD": FAKETIME[0], "FAKETIME": rfc3339(at).translate({ord("T"): " ", ord("Z"): None}), "TZ": "UTC",
            "DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}


class Case:
    """One year: its record as the program makes it, and the seconds."""

    def __init__(self, lab, seed, results):
        self.lab, self.seed = lab, seed
        author = years.Author(seed, results)
        self.year, self.random = author.year(), author.random
        self.config = lab.write(f"{seed}.yaml", self.year.configuration())
        self.data = lab.path(f"data-{seed}")
        self.lines = self.year.lines()
        self.services = {name: self.service(checks) for name, checks in self.year.services.items()}
        self.notices = notices.Secretary(seed, self.year).notices()
        self.calendars = {name: maintenance.Calendar(self.notices, f"h/{name}", self.year.zone, range(
            self.year.number - 1, self.year.number + 2)) for name in self.services}

    def service(self, checks):
        return seconds.Service([(check.essential, check.interval,
                                 [[(at, OUTCOMES[outcome]) for at, outcome, _ in results]
                                  for results in check.families.values()]) for check in checks],
                               self.year.begin, self.year.length)

    def run(self, *args, **how):
        return subprocess.run([os.environ["VIBRISSE"], *args], capture_output=True, text=True, timeout=180, **how)

    def feed(self, text, *names, data=None):
        """What the replay of lines, or of files, says."""
        done = self.run("replay", "-c", self.config, "--data", data or self.data, *names, input=text)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def replay(self, cuts=3, data=None):
        """In a few pieces: the monitor was restarted."""
        places = sorted(self.random.randint(0, len(self.lines)) for _ in range(self.random.randint(0, cuts)))
        for low, high in zip([0, *places], [*places, len(self.lines)]):
            said = self.feed("".join(self.lines[low:high]), data=data)
            assert "refused" not in said, said

    def replay_as_lived(self, every=1.0):
        """The maintenances are announced and cancelled between the results, as the clock had it then; a part of them,
        one after the other without results in between, since the figures should not know the difference."""
        times = [line[STAMP] for line in self.lines]
        words = sorted([(notice.announced, notice) for notice in self.notices] +
                       [(notice.cancelled, notice) for notice in self.notices if notice.cancelled is not None],
                       key=lambda word: word[0])
        fed, numbers = 0, {}
        for at, notice in words:
            place = bisect.bisect_left(times, rfc3339(at)[:-1])
            if place > fed and self.random.random() < every:
                self.feed("".join(self.lines[fed:place]))
                fed = place
            self.say(at, notice, numbers)
        self.lines, whole = self.lines[fed:], self.lines
        self.replay()
        self.lines = whole

    def as_people_write(self, at):
        """Sometimes by the clock of the collective, but for the second one of an hour that comes twice."""
        zone = zoneinfo.ZoneInfo(self.year.zone)
        clock = maintenance.civil(at, zone)
        by_clock = self.random.random() < 0.5 and maintenance.instant(clock, zone) == at
        return clock.isoformat(self.random.choice("T ")) if by_clock else rfc3339(at)

    def say(self, at, notice, numbers):
        """An operator's word, at a clock that stands still at that time."""
        if id(notice) in numbers:
            word = ["cancel", str(numbers[id(notice)])]
        else:
            word = ["add", notice.subject or "--all", "--from", self.as_people_write(notice.begin), "--to", rfc3339(notice.end),
                    "--en", "Update", *(["--every", notice.every] if notice.every else [])]
        done = self.run("maintenance", word[0], "-c", self.config, "--data", self.data, *word[1:], "--by", "H", "--json",
                        env={**os.environ, **still_clock(at)})
        assert done.returncode == 0, f"{notice}: {done.stderr}"
        said = json.loads(done.stdout)
        assert said["recorded"][:19] == rfc3339(at)[:19], said
        numbers[id(notice)] = said["seq"]

    def told(self, start, end, data=None):
        """The figures by service or hoster; numbers as text, as they stand."""
        done = self.run("availability", "-c", self.config, "--data", data or self.data, "--json",
                        "--from", start, "--to", end)
        assert done.returncode == 0, done.stderr
        accounts = json.loads(done.stdout, parse_float=str, parse_int=str)
        return {account.get("service", account.get("hoster")): account for account in accounts}

    def events(self, data=None):
        """As the ledger has them for ever, but for when they were written."""
        with contextlib.closing(sqlite3.connect(f"file:{data or self.data}/ledger.sqlite?mode=ro", uri=True)) as ledger:
            return [re.sub(r'"recorded_ms":\d+', "", canonical)
                    for canonical, in ledger.execute("select canonical from leaf order by seq")]

    def blips(self):
        """What the ledger lists of failures that were not confirmed: rows as seconds.Line has them, by line."""
        found = {}
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/ledger.sqlite?mode=ro", uri=True)) as ledger:
            for name, at, detail in ledger.execute("select name, at, detail from event join subject on subject.id = subject"
                                                   " where kind = 'blip' order by seq"):
                facts = json.loads(detail)
                found.setdefault(name, []).append((at, facts["until"], facts["results"], OUTCOMES[facts["then"]]))
        return found

    def lines_of(self):
        for name, service in self.services.items():
            for check, lines in zip(self.year.services[name], service.lines):
                for family, line in zip(check.families, lines):
                    yield f"h/{name}/{check.id}/{family}/essai", line

    def civil(self, month=1, day=1, year=0):
        return self.year.civil(self.year.number + year, month, day)

    def periods(self):
        """As the command takes them, and in seconds."""
        number, chance, limits = self.year.number, self.random, (self.year.begin, self.year.begin + self.year.length)
        yield str(number), str(number + 1), self.civil(), self.civil(year=1)
        day = chance.randint(25, 31)  # clocks change in these, in Europe
        yield f"{number}-03-{day}", f"{number}-04", self.civil(3, day), self.civil(4)
        month = chance.choice((3, 4, 9, 10))
        yield f"{number}-{month:02}", f"{number}-{month + 1:02}", self.civil(month), self.civil(month + 1)
        for _ in range(2):
            start = self.edge() if chance.random() < 0.6 else chance.randint(*limits)
            end = self.edge() if chance.random() < 0.6 else start + chance.randint(1, 86400)
            if end < start:
                start, end = end, start
            end += end == start
            yield rfc3339(start), rfc3339(end), start, end

    def edge(self):
        """Where an outage begins or ends, or beside it."""
        edges = [at for service in self.services.values() for outage in service.outages for at in outage[:2]]
        return self.random.choice(edges or [self.year.begin + 86400]) + self.random.choice((-1, 0, 0, 1))

    def latencies(self, service, start, end):
        """Of good results, in the civil days that the period touches."""
        zone = zoneinfo.ZoneInfo(self.year.zone)
        first = datetime.fromtimestamp(start, zone).replace(hour=0, minute=0, second=0)
        last = datetime.fromtimestamp(end - 1, zone).replace(hour=0, minute=0, second=0) + timedelta(days=1)
        low, high = first.timestamp() * 1000, last.timestamp() * 1000
        return [total for check in self.year.services[service] for results in check.families.values()
                for at, outcome, total in results
                if low <= at < high and outcome in ("up", "degraded") and total is not None]
