"""Announced maintenance once more, by brute force: every day is looked at whether it is one of the rule's, every second
of a civil year whether it was announced in time. Written from the rules as published."""
import bisect
import calendar
import dataclasses
import zoneinfo
from datetime import datetime, timedelta

YEAR_MOST = 12 * 3600  # that counts, of a service and civil year
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def civil(at, zone):
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None)


def instant(clock, zone):
    """Of an hour that comes twice the first one; one that is left out by the offset before it. Both are fold=0."""
    return int(clock.replace(tzinfo=zone, fold=0).timestamp())


class Rule:
    """A recurrence by days, from the day of the first occurrence on."""

    def __init__(self, text, first, zone):
        self.zone, self.first = zone, civil(first, zone)
        self.parts = dict(part.split("=") for part in text.split(";"))
        self.interval = int(self.parts.get("INTERVAL", 1))
        self.count = int(self.parts.get("COUNT", 10000))
        self.until = self.read_until(self.parts.get("UNTIL"))

    def read_until(self, text):
        """A day, a civil time, or an instant."""
        if not text:
            return None
        if text.endswith("Z"):
            return calendar.timegm(datetime.strptime(text, "%Y%m%dT%H%M%SZ").timetuple())
        clock = datetime.strptime(text, "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")
        return instant(clock if "T" in text else clock + timedelta(days=1, seconds=-1), self.zone)

    def steps(self, day):
        """Days, weeks, months or years since the first."""
        first = self.first.date()
        return {"DAILY": (day - first).days,
                "WEEKLY": ((day - timedelta(day.weekday())) - (first - timedelta(first.weekday()))).days // 7,
                "MONTHLY": (day.year - first.year) * 12 + day.month - first.month,
                "YEARLY": day.year - first.year}[self.parts["FREQ"]]

    def is_weekday(self, day, name):
        """MO, or 2MO, -1MO: counted within the month."""
        if WEEKDAYS[day.weekday()] != name[-2:]:
            return False
        last = calendar.monthrange(day.year, day.month)[1]
        return name[:-2] in ("", str((day.day - 1) // 7 + 1), str(-((last - day.day) // 7 + 1)))

    def is_monthday(self, day, number):
        last = calendar.monthrange(day.year, day.month)[1]
        return number in (str(day.day), str(day.day - last - 1))

    def has(self, day):
        frequency, first = self.parts["FREQ"], self.first.date()
        named = {name: self.parts[name].split(",") for name in ("BYMONTH", "BYDAY", "BYMONTHDAY") if name in self.parts}
        if frequency == "WEEKLY":
            named.setdefault("BYDAY", [WEEKDAYS[first.weekday()]])
        if frequency in ("MONTHLY", "YEARLY") and "BYDAY" not in named:
            named.setdefault("BYMONTHDAY", [str(first.day)])
        if frequency == "YEARLY":
            named.setdefault("BYMONTH", [str(first.month)])
        return (self.steps(day) % self.interval == 0
                and ("BYMONTH" not in named or str(day.month) in named["BYMONTH"])
                and ("BYDAY" not in named or any(self.is_weekday(day, name) for name in named["BYDAY"]))
                and ("BYMONTHDAY" not in named or any(self.is_monthday(day, name) for name in named["BYMONTHDAY"])))

    def begins(self, end):
        clock, left = self.first, self.count
        while left and (at := instant(clock, self.zone)) < end and (self.until is None or at <= self.until):
            if self.has(clock.date()):
                left -= 1
                yield at
            clock += timedelta(days=1)


@dataclasses.dataclass
class Maintenance:
    subject: str       # "hoster/service", "hoster", or "" for all
    begin: int         # of the first occurrence
    end: int
    every: str         # or None
    announced: int     # in s
    cancelled: int     # in s, or None

    def concerns(self, service):
        return self.subject in ("", service, service.split("/")[0])

    def begins(self, zone, end):
        return Rule(self.every, self.begin, zone).begins(end) if self.every else iter([self.begin])

    def timely(self, zone, end):
        """What was announced before it began, up to where it was cancelled."""
        for at in self.begins(zone, end):
            to = at + self.end - self.begin
            to = to if self.cancelled is None else min(to, self.cancelled)
            if self.announced <= at < to:
                yield at, to


class Calendar:
    """What counts of the maintenances of one service: the first twelve hours of each civil year."""

    def __init__(self, maintenances, service, zone, years):
        self.zone, self.years = zoneinfo.ZoneInfo(zone), {}
        maintenances = [maintenance for maintenance in maintenances if maintenance.concerns(service)]
        end = instant(datetime(years[-1] + 1, 1, 1), self.zone)
        stretches = [stretch for maintenance in maintenances for stretch in maintenance.timely(self.zone, end)]
        for year in years:
            low, high = (instant(datetime(year + i, 1, 1), self.zone) for i in (0, 1))
            self.years[low, high] = self.fill(low, high, stretches)

    @staticmethod
    def fill(low, high, stretches):
        seconds = bytearray(high - low)
        for begin, end in stretches:
            begin, end = max(begin, low) - low, min(end, high) - low
            if begin < end:
                seconds[begin:end] = bytes((1,)) * (end - begin)
        if seconds.count(1) > YEAR_MOST:
            end = bisect.bisect_left(range(len(seconds)), YEAR_MOST, key=lambda end: seconds.count(1, 0, end))
            seconds[end:] = bytes(len(seconds) - end)
        return seconds

    def part(self, start, end):
        """A byte for every second, 1 in maintenance."""
        part = bytearray()
        for (low, high), seconds in self.years.items():
            if start < high and low < end:
                part += seconds[max(start, low) - low:min(end, high) - low]
        assert len(part) == end - start
        return part
