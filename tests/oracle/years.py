"""Random years of results: services that fail, crawl, hide and recover; a prober that looks at them, and fails, too."""
import bisect
import calendar
import dataclasses
import datetime
import json
import math
import random
import zoneinfo

MINUTE, HOUR, DAY = 60, 3600, 86400
MARGIN = 3 * DAY  # that the seconds under examination reach beyond the year at either side
REASONS = {"up": "ok", "degraded": "slow", "down": "connect_refused", "unknown": "self"}
INTERVALS = (MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR)


@dataclasses.dataclass
class Check:
    id: str
    essential: bool
    interval: int
    families: dict  # name: [(ms, outcome, total in ms or None), ...], in order of time


@dataclasses.dataclass
class Year:
    zone: str
    number: int
    profile: str
    begin: int      # of the seconds under examination
    length: int
    incident_after: int
    services: dict  # id: [Check, ...]
    uncounted: set

    def civil(self, *date):
        return int(datetime.datetime(*date, tzinfo=zoneinfo.ZoneInfo(self.zone)).timestamp())

    def lines(self):
        """All result lines in order of time."""
        found = []
        for service, checks in self.services.items():
            for check in checks:
                for family, results in check.families.items():
                    found += [(at, service, check.id, family, outcome, total) for at, outcome, total in results]
        found.sort(key=lambda result: result[0])
        return [line(*result) for result in found]

    def configuration(self):
        text = ["collective: {name: Essai, timezone: %s}" % self.zone, "vantage: {name: essai}",
                f"defaults: {{interval: 1h, incident-after: {self.incident_after}s}}",
                f"series: {{profile: {self.profile}}}", "hosters:", "  - hoster: h", "    name: H", "    services:"]
        for service, checks in self.services.items():
            counted = "no" if service in self.uncounted else "yes"
            text += [f"      - id: {service}", f"        name: {service}", f"        counted: {counted}",
                     "        checks:"]
            for check in checks:
                role = "essential" if check.essential else "extra"
                text.append(f"          - {{id: {check.id}, url: \"tcp://{check.id}.example:443\","
                            f" interval: {check.interval}s, role: {role}}}")
        return "\n".join(text) + "\n"


days = {}


def stamp(ms):
    day, rest = divmod(ms, DAY * 1000)
    if day not in days:
        days[day] = (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat()
    return (f"{days[day]}T{rest // 3600000:02}:{rest // 60000 % 60:02}:{rest // 1000 % 60:02}.{rest % 1000:03}Z")


def line(at, service, check, family, outcome, total):
    phases = "" if total is None else f'"phases":{{"total":{total:.3f}}},'
    return (f'{{"v":1,"time":"{stamp(at)}","vantage":"essai","service":"h/{service}","check":"{check}",'
            f'"family":"{family}","outcome":"{outcome}","reason":"{REASONS[outcome]}",{phases}"detail":"at {at}"}}\n')


class Stretches:
    """Times (s) at which something was the case, as sorted edges."""

    def __init__(self, stretches=()):
        self.edges = []
        for low, high in sorted(stretches):
            if self.edges and low <= self.edges[-1]:
                self.edges[-1] = max(high, self.edges[-1])
            else:
                self.edges += [low, high]

    def has(self, at):
        return bisect.bisect_right(self.edges, at) % 2 == 1

    def end(self, at):
        return self.edges[bisect.bisect_right(self.edges, at)]


class Author:
    def __init__(self, seed, results):
        self.random = random.Random(seed)
        self.results = results  # about as many, over all lines
        self.number = self.random.choice((2019, 2020, 2022, 2023, 2024, 2024, 2025))

    def some(self, most, shortest, longest):
        """A few stretches of the time that is measured, short ones more often than long ones."""
        found = []
        for _ in range(self.random.randint(0, most)):
            low = self.random.uniform(self.low, self.high)
            length = math.exp(self.random.uniform(math.log(shortest), math.log(longest)))
            found.append((low, low + length))
        return found

    def year(self):
        chance = self.random
        zone = chance.choice(("UTC", "Europe/Paris", "Europe/Dublin", "Pacific/Chatham"))
        begin = calendar.timegm((self.number, 1, 1, 0, 0, 0)) - MARGIN
        length = (366 if calendar.isleap(self.number) else 365) * DAY + 2 * MARGIN
        shapes = [[chance.choice(INTERVALS) for _ in range(chance.choice((1, 1, 2, 3)))]
                  for _ in range(chance.choice((1, 1, 2)))]
        rate = sum(2 / interval for shape in shapes for interval in shape)
        measured = min(self.results / rate, length)
        self.low = begin + chance.uniform(0, length - measured) * chance.choice((0, 1))
        self.high = self.low + measured
        self.blind = Stretches(self.some(6, MINUTE, 10 * DAY))
        services = {f"s{i}": self.service(shape) for i, shape in enumerate(shapes)}
        uncounted = {name for name in services if chance.random() < 0.2}
        return Year(zone, self.number, chance.choice(("standard", "compact")), begin, length,
                    chance.choice((0, 5 * MINUTE, 10 * MINUTE, HOUR)), services, uncounted)

    def service(self, intervals):
        self.outages = self.some(15, MINUTE, 4 * DAY)
        self.slow = self.some(5, MINUTE, 5 * DAY)
        chance = self.random
        return [self.check(i, interval, i == 0 or chance.random() < 0.5) for i, interval in enumerate(intervals)]

    def check(self, i, interval, essential):
        families = self.random.choice((("ipv4",), ("ipv6",), ("ipv4", "ipv6"), ("ipv4", "ipv6")))
        mine = self.some(6, MINUTE, 3 * DAY)
        noise = self.random.choice((0, 0, 0.01, 0.1, 0.4))
        return Check(f"c{i}", essential, interval,
                     {family: self.line(interval, mine, noise if family == families[-1] else 0, len(families))
                      for family in families})

    def line(self, interval, more, noise, families):
        """What a prober sees that begins on time, looks again after a change, and sometimes cannot look."""
        chance = self.random
        self.down = Stretches(self.outages + more + (self.some(8, MINUTE, 6 * DAY) if families > 1 else []))
        self.crawls, self.blocked = Stretches(self.slow + self.some(2, MINUTE, DAY)), Stretches(self.some(3, 1, DAY))
        at, end = self.low + chance.uniform(0, interval), self.high
        if chance.random() < 0.2:
            at = chance.uniform(at, end)  # published late
        if chance.random() < 0.2:
            end = chance.uniform(at, end)  # withdrawn
        results, last = {}, None
        while at < end:
            if self.blind.has(at):
                at = self.blind.end(at) + chance.uniform(0, interval)
                continue
            last = self.look(results, at, last, interval, noise)
            at += interval * chance.choice((1, 1, 1, 1, 1, 1, 1, 1, 1, chance.uniform(0.2, 2.4)))
        return sorted(results.values())

    def look(self, results, at, last, interval, noise):
        first = self.see(results, at, noise)
        if last and (first == "down") != (last == "down"):
            for wait in (5, 10, 20):
                if wait < interval / 2:
                    first = self.see(results, at + wait, noise)
        return first

    def see(self, results, at, noise):
        chance, outcome = self.random, "up"
        if self.blocked.has(at):
            outcome = "unknown"
        elif self.down.has(at):
            outcome = "down"
        elif self.crawls.has(at):
            outcome = "degraded"
        if noise and chance.random() < noise:
            outcome = chance.choice(("up", "degraded", "down", "down", "unknown"))
        ms = int(at * 1000)
        total = round(chance.lognormvariate(4, 1), 3)
        results[ms] = (ms, outcome, total if chance.random() < 0.95 else None)
        return outcome
