"""What happens: episodes of each service, and hours in which nobody looks. Seconds of Unix time."""
import random
from typing import NamedTuple, Optional

MINUTE, HOUR, DAY = 60, 3600, 86400

TROUBLES = [  # reason, detail, from which phase on it answers nothing
    ("http_status", "HTTP 502", "total"), ("http_status", "HTTP 502", "total"), ("http_status", "HTTP 500", "total"),
    ("connect_refused", "", "resolve"), ("connect_timeout", "", "resolve"), ("timeout", "", "tls"),
    ("body_mismatch", "", "total"), ("dns_servfail", "", ""), ("closed_early", "", "tls"),
]
PHASES = {reason: phase for reason, _, phase in TROUBLES} | {
    "tls_expired": "connect", "slow": "total", "tls_expires_soon": "total", "blocked": "total", "unreachable": "resolve"}
OUTCOMES = {"slow": "degraded", "tls_expires_soon": "degraded", "blocked": "unknown"}


class Episode(NamedTuple):
    begin: int
    end: int
    reason: str
    detail: str = ""
    family: Optional[str] = None   # None = both
    check: Optional[str] = None    # None = all

    @property
    def outcome(self):
        return OUTCOMES.get(self.reason, "down")


class Story:
    def __init__(self, seed, until, days):
        self.random = random.Random(f"{seed} {until}")
        self.until, self.begin = until, until - days * DAY
        self.off = [self.most_of_a_day(33.4, 19 * HOUR), self.ago(121.6, 40 * MINUTE), self.ago(247.2, 5 * HOUR)]
        self.late = {"une-pelote-bleue": until - 91 * DAY, "zone-calme/images": until - 34 * DAY}

    def ago(self, days, length):
        begin = int(self.until - days * DAY)
        return begin, begin + length

    def most_of_a_day(self, days, length):
        """From one o'clock on: at whatever hour the story ends, it misses one day and not two halves."""
        begin = int(self.until - days * DAY) // DAY * DAY + HOUR
        return begin, begin + length

    def since(self, hoster, service):
        return max(self.begin, self.late.get(hoster, 0), self.late.get(f"{hoster}/{service}", 0))

    def nobody_looks(self, at):
        return any(begin <= at < end for begin, end in self.off)

    def episodes(self, hoster, service):
        """In order of their beginning; a later one speaks over an earlier one."""
        told = self.told(f"{hoster}/{service}") + self.told(hoster)
        luck = self.luck(self.since(hoster, service)) if hoster != "une-pelote-bleue" else []
        return sorted(told + [episode for episode in luck if not any(
            episode.begin < other.end and other.begin < episode.end for other in told)])

    def told(self, whom):
        """The stories told by hand: days before the end, how long, what."""
        end = self.until + DAY
        rows = {
            "chat-perche": [(75.47, 19 * MINUTE, "connect_timeout"), (9.52, 50 * MINUTE, "connect_refused")],
            "chat-perche/chat": [(0.14, DAY, "slow")],
            "chat-perche/pad": [(19.28, 100 * MINUTE, "http_status", "HTTP 502"), (61.1, 66 * MINUTE, "slow")],
            "chat-perche/nuage": [(140.3, 4 * HOUR, "connect_timeout", "", "ipv6")],
            "chat-perche/mail": [(212.6, 7 * HOUR, "starttls_missing", "", None, "smtp"), (44.2, 3 * HOUR, "timeout", "", None, "webmail")],
            "gouttiere-libre": [(56.3, 14 * MINUTE, "unreachable")],
            "gouttiere-libre/visio": [(0.05, DAY, "http_status", "HTTP 503")],
            "nid-d-octets": [(28.6, 9 * MINUTE, "connect_refused"), (0.23, DAY, "connect_timeout")],
            "kiosque-libre/video": [(1.4, 10 * HOUR, "slow"), (0.3, 2 * DAY, "tls_expires_soon")],
            "cafe-des-octets/listes": [(83.2, 9 * HOUR, "tls_expired")],
            "cafe-des-octets/nuage": [(0.2, DAY, "connect_timeout", "", "ipv6")],
            "sobre-et-libre": [(0.07, DAY, "http_status", "HTTP 503")],
            "octet-felin/git": [(100.4, 43 * HOUR + 20 * MINUTE, "connect_timeout"), (45.1, 55 * MINUTE, "http_status", "HTTP 500")],
            "abricot-numerique/nuage": [(0.5, DAY, "blocked", "HTTP 429")],
            "zone-calme/images": [(400, 402 * DAY, "connect_timeout")],
            "bac-a-sable/git": [(7 + day, 4 * MINUTE, "closed_early") for day in (0, 0.03, 0.06, 0.09, 0.12)],
        }
        return [Episode(self.ago(row[0], 0)[0], min(end, self.ago(row[0], row[1])[1]), *row[2:]) for row in rows.get(whom, [])]

    def luck(self, since):
        """Some services break often, most hardly ever."""
        luck = self.random
        found, years = [], (self.until - since) / (366 * DAY)
        for _ in range(min(40, int(years * luck.lognormvariate(1.2, 1.0)))):
            reason, detail, _ = luck.choice(TROUBLES)
            length = int(min(2 * DAY, max(MINUTE, luck.lognormvariate(7.2, 1.5))))
            found.append(self.somewhen(since, length, reason, detail))
        for _ in range(int(years * luck.randrange(12))):
            found.append(self.somewhen(since, 7, *luck.choice(TROUBLES)[:2]))   # a blip
        for _ in range(round(years * luck.choice([0, 0, 0, 1, 1, 2]))):
            found.append(self.somewhen(since, luck.randint(20, 300) * MINUTE, "slow", ""))
        for _ in range(round(years * luck.choice([0, 0, 1]))):
            found.append(self.somewhen(since, luck.randint(1, 40) * HOUR, "unreachable", "", "ipv6"))
        return found

    def somewhen(self, since, length, *what):
        begin = self.random.randrange(since + DAY, max(since + DAY + 1, self.until - 2 * DAY))
        return Episode(begin, begin + length, *what)
