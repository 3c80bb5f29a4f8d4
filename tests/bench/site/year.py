"""A year of a collective as results, sparse but with everything that pages tell: what `site_bench fill` makes a record of."""
import hashlib
import math
import random
import time

HOUR, DAY, YEAR = 3600, 86400, 365 * 86400
INTERVAL = 12 * HOUR  # a result speaks for two intervals: so a year is two million lines, not a billion
VANTAGE = "essai"
INCIDENT_AFTER = "10m"
FAMILIES = ("ipv4", "ipv6")
SERVICES = (("pad", "Pads", "Etherpad"), ("nuage", "Nuage", "Nextcloud"), ("visio", "Visioconférence", "Jitsi Meet"),
            ("mail", "Courriel", None), ("forge", "Forge logicielle", "Forgejo"), ("video", "Vidéos", "PeerTube"),
            ("sondage", "Sondages", "Framadate"), ("lien", "Raccourcisseur", "Lstu"), ("mastodon", "Réseau social", "Mastodon"),
            ("tableau", "Tableaux", "Wekan"))
FAILURES = (("http_status", "HTTP 502, expected 2xx or 3xx"), ("connect_refused", "connection refused by 192.0.2.7:443"),
            ("connect_timeout", "no answer to the connection within 10 s"), ("timeout", "no whole answer within 10 s"),
            ("tls_expired", "the certificate ended 2 h ago"), ("dns_servfail", "SERVFAIL for pad.example"))


def hoster_id(number):
    return f"hebergeur-{number:03d}"


def configuration(hosters, services):
    text = ["collective: {name: Collectif d'essai, website: 'https://collectif.example/', contact: contact@collectif.example,"
            " languages: [fr, en], timezone: Europe/Paris}",
            f"vantage: {{name: {VANTAGE}}}", f"defaults: {{interval: {INTERVAL // HOUR}h, incident-after: {INCIDENT_AFTER}}}",
            "series: {profile: compact}", "hosters:"]
    for number in range(hosters):
        text += [f"  - hoster: {hoster_id(number)}", f"    name: L'hébergeur n° {number}",
                 f"    website: https://h{number}.example/", "    services:"]
        for name, title, software in SERVICES[:services]:
            text += [f"      - id: {name}", f"        name: {title}", f"        url: https://{name}.h{number}.example/",
                     *([f"        software: {software}"] if software else []),
                     f"        checks: [{{id: web, url: 'https://{name}.h{number}.example/'}}]"]
    return "\n".join(text) + "\n"


class Service:
    """The story of one service: outages of minutes and of hours, blips, slow hours, silence, certificates that are renewed."""

    def __init__(self, key, begin, end):
        self.key, self.begin, self.end = key, begin, end
        self.random = random.Random(key)
        self.base_ms = math.exp(self.random.gauss(5, .6))
        self.results = []  # (time, text of the line after the family)
        self.holes = [self.moment() for _ in range(3)]
        self.outages = sorted(self.outage() for _ in range(self.random.randrange(24, 49)))
        for start, length in self.outages:
            self.fail(start, length)
        for _ in range(40):
            self.blip(self.moment())
        self.see_certificates()
        self.watch()

    def moment(self):
        return self.random.randrange(self.begin + DAY, self.end - DAY)

    def outage(self):
        return self.moment(), int(min(60 + math.exp(self.random.gauss(6.5, 1.3)), 11 * HOUR))

    def tell(self, at, outcome, reason, detail="", total=None, more=""):
        phases = f',"phases":{{"connect":{total / 9:.3f},"total":{total:.3f}}}' if total else ""
        self.results.append((at, f'"outcome":"{outcome}","reason":"{reason}","detail":"{detail}"{phases}{more}}}\n'))

    def good(self, at, more=""):
        total = self.base_ms * math.exp(self.random.gauss(0, .3))
        if self.random.random() < .01:
            self.tell(at, "degraded", "slow", "slower than 5 s", 6000 + total)
        else:
            self.tell(at, "up", "ok", "", total, more)

    def fail(self, start, length):
        reason, detail = self.random.choice(FAILURES)
        for after in (0, 5, 15):
            self.tell(start + after, "down", reason, detail)
        for after in (0, 30):
            self.good(start + length + after)

    def blip(self, at):
        if not self.is_down(at):
            self.tell(at, "down", "connect_reset", "reset by the peer")
            self.good(at + 5)

    def see_certificates(self):
        for number, at in enumerate(range(self.begin + HOUR, self.end, 60 * DAY)):
            self.show_certificate(number, at)
        self.show_certificate(number, self.end - 100)

    def show_certificate(self, number, at):
        form = '"%Y-%m-%dT%H:%M:%SZ"'
        digest = hashlib.sha256(f"{self.key} {number}".encode()).hexdigest()
        begin = self.begin + number * 60 * DAY
        self.good(at, f',"certificate":{{"sha256":"{digest}","subject":"CN={self.key}","issuer":"CN=R11,O=Let\'s Encrypt",'
                      f'"not_before":{time.strftime(form, time.gmtime(begin))},'
                      f'"not_after":{time.strftime(form, time.gmtime(begin + 90 * DAY))},'
                      '"key":"EC 256","protocol":"TLSv1.3","sans":1,"chain_ok":true}')

    def is_down(self, at):
        return any(start - 60 <= at <= start + length + 60 for start, length in self.outages)

    def watch(self):
        at = self.begin + self.random.randrange(INTERVAL)
        while at < self.end:
            if not self.is_down(at) and not any(hole <= at < hole + 2 * DAY for hole in self.holes):
                self.good(at)
            at += INTERVAL
        self.good(self.end - 60)


def lines(hosters, services, end):
    """All result lines in order of time."""
    found = []
    for number in range(hosters):
        for name, *_ in SERVICES[:services]:
            key = f"{hoster_id(number)}/{name}"
            for at, rest in Service(key, end - YEAR, end).results:
                found.append((at, key, rest))
    found.sort(key=lambda result: result[0])
    for at, key, rest in found:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        for family in FAMILIES:
            yield (f'{{"v":1,"time":"{stamp}","vantage":"{VANTAGE}","service":"{key}","check":"web","family":"{family}",'
                   f'"attempt":1,{rest}')


# ---- days of 2,880 answers, as a minute's interval gives ----

def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def bucket(ms):
    value = max(int(ms * 1000), 1)
    octave = value.bit_length() - 1
    return octave * 16 + ((value >> octave - 4) & 15 if octave >= 4 else (value << 4 - octave) & 15)


def packed_day(chance, answers=2880):
    """See monitor/model/histogram.h."""
    counts, out, before = {}, b"", 0
    middle, width = chance.gauss(5, .6), chance.uniform(.2, .5)
    for _ in range(answers):
        place = bucket(math.exp(chance.gauss(middle, width)))
        counts[place] = counts.get(place, 0) + 1
    for place in sorted(counts):
        out += varint(place - before) + varint(counts[place])
        before = place
    return out


def fill_days(ledger):
    """Puts days as a monitor finds them, which asks every minute, in place of those of a record that has four answers a day."""
    chance = random.Random(1)
    days = [packed_day(chance) for _ in range(200)]
    with ledger:
        keys = ledger.execute("SELECT subject, day FROM latency").fetchall()
        ledger.executemany("UPDATE latency SET histogram = ? WHERE subject = ? AND day = ?",
                           [(chance.choice(days), *key) for key in keys])
