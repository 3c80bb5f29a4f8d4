"""Random announcements of maintenance for a year: once or recurring, in time or late, one over the other, cancelled, over
changes of the clock and New Year, of a service, its hoster or all."""
import math
import random
import zoneinfo
from datetime import datetime, timedelta

from maintenance import Maintenance, Rule, WEEKDAYS, civil, instant

MINUTE, HOUR, DAY = 60, 3600, 86400
CLOCKS = ((0, 0), (1, 30), (2, 0), (2, 30), (2, 50), (3, 15), (23, 30), (14, 30))  # in Paris and on Chatham clocks change


class Secretary:
    def __init__(self, seed, year):
        self.random, self.year = random.Random(f"notices {seed}"), year
        self.zone = zoneinfo.ZoneInfo(year.zone)
        self.failures = [at // 1000 for checks in year.services.values() for check in checks
                         for results in check.families.values() for at, outcome, _ in results if outcome == "down"]
        self.changes = list(self.odd_hours())

    def odd_hours(self):
        """Clock times that are left out or come twice."""
        for at in range(self.year.begin, self.year.begin + self.year.length, HOUR):
            before, after = (datetime.fromtimestamp(at + i * HOUR, self.zone) for i in (0, 1))
            if before.utcoffset() != after.utcoffset():
                at = min(before, after, key=lambda clock: clock.utcoffset())
                for minute in (-30, -1, 0, 15, 30, 45, 90):
                    yield at.replace(tzinfo=None) + timedelta(minutes=minute)

    def notices(self):
        return [self.notice() for _ in range(self.random.choice((0, 1, 2, 3, 4, 5, 6)))]

    def notice(self):
        chance = self.random
        begin = self.begin()
        length = int(math.exp(chance.uniform(math.log(MINUTE), math.log(chance.choice((HOUR, 6 * HOUR, 20 * HOUR, 3 * DAY))))))
        every = self.rule(civil(begin, self.zone)) if chance.random() < 0.5 else None
        if every:
            begin = instant(civil(begin, self.zone), self.zone)  # the first one of an hour that comes twice
        notice = Maintenance(self.subject(), begin, begin + length, every, 0, None)
        notice.announced = begin - self.lead() + (self.some_occurrence(notice) - begin) * chance.choice((0, 0, 0, 1))
        if chance.random() < 0.3:
            notice.cancelled = self.cancellation(notice)
        return notice

    def subject(self):
        return self.random.choice(("", "h", *(f"h/{service}" for service in self.year.services)))

    def begin(self):
        """Often where something was the case, or where clocks and years turn."""
        chance, number = self.random, self.year.number
        kind = chance.choice(("any", "failure", "failure", "night", "change", "turn"))
        if kind == "failure" and self.failures:
            return chance.choice(self.failures) + chance.choice((-HOUR, -MINUTE, -1, 0, 1, MINUTE))
        if kind == "night":
            day = datetime(number, chance.choice((3, 4, 9, 10)), 1) + timedelta(chance.randint(0, 30))
            hour, minute = chance.choice(CLOCKS)
            return instant(day.replace(hour=hour, minute=minute), self.zone)
        if kind == "change" and self.changes:
            return instant(chance.choice(self.changes) - timedelta(7 * chance.randint(0, 8)), self.zone)
        if kind == "turn":
            return self.year.civil(number + chance.choice((0, 1)), 1, 1) - chance.randint(0, 10 * HOUR)
        return self.year.begin + chance.randint(-30 * DAY, self.year.length)

    def rule(self, first):
        chance, weekday = self.random, WEEKDAYS[first.weekday()]
        last = (first.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
        others = sorted({weekday, *chance.sample(WEEKDAYS, 2)}, key=WEEKDAYS.index)
        text = chance.choice((
            "FREQ=DAILY", "FREQ=WEEKLY", f"FREQ=WEEKLY;BYDAY={weekday}", f"FREQ=WEEKLY;BYDAY={','.join(others)}",
            "FREQ=MONTHLY", f"FREQ=MONTHLY;BYDAY={(first.day - 1) // 7 + 1}{weekday}",
            f"FREQ=MONTHLY;BYDAY=-{(last.day - first.day) // 7 + 1}{weekday}",
            f"FREQ=MONTHLY;BYMONTHDAY={first.day - last.day - 1}", f"FREQ=DAILY;BYDAY={','.join(others)}",
            "FREQ=YEARLY", f"FREQ=YEARLY;BYMONTH={first.month};BYDAY=-{(last.day - first.day) // 7 + 1}{weekday}"))
        text += chance.choice(("", "", f";INTERVAL={chance.randint(2, 4)}"))
        return text + chance.choice(("", f";COUNT={chance.randint(1, 40)}", ";UNTIL=" + self.until(first)))

    def until(self, first):
        day = first + timedelta(self.random.choice((0, 7, 21, 60, 200)), self.random.choice((-1, 0, 0, 1, HOUR)))
        day = max(day, first)
        at = datetime.utcfromtimestamp(instant(day, self.zone))
        return self.random.choice((f"{day:%Y%m%d}", f"{day:%Y%m%dT%H%M%S}", f"{at:%Y%m%dT%H%M%SZ}"))

    def lead(self):
        """Mostly in time; at the very second, too."""
        chance = self.random
        return chance.choice((0, 0, 1, chance.randint(1, DAY), chance.randint(1, 60 * DAY), chance.randint(1, 60 * DAY),
                              -1, -chance.randint(1, DAY)))

    def some_occurrence(self, notice):
        return self.random.choice(list(notice.begins(self.zone, self.year.begin + self.year.length))[:400] or [notice.begin])

    def cancellation(self, notice):
        """While something of it is to come."""
        low, length = notice.announced, notice.end - notice.begin
        high = self.some_occurrence(notice) + length - 1
        within = high + 1 - length + self.random.choice((-1, 0, 1, self.random.randint(0, length - 1)))
        at = self.random.choice((within, within, low, self.random.randint(min(low, high), high)))
        return at if low <= at <= high else None
