"""The results that a prober would have found, as lines of the wire format, in order of time."""
import hashlib
import math
import random
import time

import hosters
import story as stories

SHOWN_EVERY = 12  # results, but for the latest: certificates are long, and most say nothing new
RECHECKS = (5, 10, 20)
POOL = 4093  # of random factors; prime, so that lines of several services do not move together
FAMILIES = ("ipv4", "ipv6")
SECURE = ("https", "smtp", "imaps", "matrix")


def rfc3339(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


class Certificates:
    """Of one name: lasts 90 days, is renewed before; one is renewed only after somebody has noticed."""

    def __init__(self, luck, name, begin, end, kept_until):
        self.issued = [begin - luck.randrange(60) * stories.DAY]
        while self.issued[-1] < end:
            self.issued.append(self.issued[-1] + luck.randint(60, 83) * stories.DAY)
        for forgotten, noticed in kept_until:
            self.issued = sorted([at for at in self.issued if not forgotten - 90 * stories.DAY < at <= noticed]
                                 + [forgotten - 90 * stories.DAY, noticed])
        self.texts = [self.text(name, at, number) for number, at in enumerate(self.issued)]

    @staticmethod
    def text(name, at, number):
        def digest(what):
            return hashlib.sha256(f"{name} {what}".encode()).hexdigest()
        issuer = ("E7", "E8", "R12", "E7")[number // 2 % 4]
        return (f',"certificate":{{"sha256":"{digest(number)}","key_sha256":"{digest(number // 3)}","subject":"CN={name}",'
                f'"issuer":"Let\'s Encrypt ({issuer})","names":"{name}","not_before":"{rfc3339(at)}",'
                f'"not_after":"{rfc3339(at + 90 * stories.DAY)}","key":"EC 256","protocol":"TLSv1.3","sans":1,"chain_ok":true}}')

    def at(self, when):
        return self.texts[max(0, sum(at <= when for at in self.issued) - 1)]

    def change(self, when):
        """The next time at which at() changes."""
        return next((at for at in self.issued if at > when), math.inf)


class Line:
    """One check on one family."""

    def __init__(self, story, hoster, service, check, url, family, episodes, certificates, step):
        luck = random.Random(f"{hoster} {service} {check} {family}")
        self.family, self.check = family, check
        self.since, self.latest = story.since(hoster, service), story.until - max(stories.HOUR, 2 * step)
        self.offset = luck.randrange(step * 1000 - 25000)
        self.episodes = [self.noticed(episode, story.begin, step) for episode in episodes
                         if episode.family in (None, family) and episode.check in (None, check)]
        self.base, self.stride = luck.uniform(40, 260), luck.randrange(1, POOL)
        self.failing, self.next, self.certificates = False, 0, certificates
        self.certificate, self.renewal, self.shown = "", -math.inf if certificates else math.inf, 0
        last = luck.randrange(2, 250)
        self.address = f"192.0.2.{last}" if family == "ipv4" else f"2001:db8::{last:x}"
        self.head = f'","vantage":"paris","service":"{hoster}/{service}","check":"{check}","family":"{family}","outcome":"'

    def noticed(self, episode, begin, step):
        """A short one begins just before somebody looks, or few of them would be seen."""
        length = episode.end - episode.begin
        if length >= step:
            return episode
        at = begin + (episode.begin - begin) // step * step + self.offset // 1000
        return episode._replace(begin=at, end=at + length)

    def episode(self, at):
        """Which it is in. Asked in order of time."""
        while self.next < len(self.episodes) and self.episodes[self.next].end <= at:
            self.next += 1
        found = None
        for episode in self.episodes[self.next:self.next + 4]:
            if episode.begin <= at < episode.end:
                found = episode
        return found

    def result(self, stamp, at, attempt, factor):
        if at >= self.renewal:
            self.certificate, self.renewal = self.certificates.at(at), self.certificates.change(at)
            self.shown = 0
        episode = self.episode(at)
        total = self.base * factor
        if episode is None:
            outcome, reason, detail, phase = "up", "ok", "", "total"
        else:
            outcome, reason, detail, phase = episode.outcome, episode.reason, episode.detail, stories.PHASES.get(episode.reason, "tls")
            total = 2000 + total * 8 if reason == "slow" else total
        times = f'"resolve":{min(4, total * .02):.2f}' if phase else ""
        if phase in ("connect", "tls", "total"):
            times += f',"connect":{total * .11:.2f}'
        if phase in ("tls", "total") and self.certificate:
            times += f',"tls":{total * .17:.2f}'
        if phase == "total":
            times += f',"first_byte":{total * .6:.2f},"total":{total:.2f}'
        self.failing = outcome == "down"
        certificate = ""
        if phase in ("connect", "tls", "total"):
            self.shown -= 1
            if self.shown < 0 or at > self.latest:
                certificate, self.shown = self.certificate, SHOWN_EVERY
        return (f'{{"v":1,"time":"{stamp}{self.head}{outcome}","reason":"{reason}","detail":"{detail}","address":"{self.address}",'
                f'"attempt":{attempt},"phases":{{{times}}}{certificate}}}\n')


def make_lines(story, step):
    forgotten = {"cafe-des-octets/listes": [story.ago(83.2, 9 * stories.HOUR)],
                 "kiosque-libre/video": [(story.until + 2 * stories.DAY, story.until + 60 * stories.DAY)]}
    found = []
    for hoster, service, checks in hosters.services():
        episodes = story.episodes(hoster, service)
        for check, url, _ in checks:
            scheme, _, name = url.partition("://")
            luck = random.Random(url)
            certificates = Certificates(luck, name.partition("/")[0], story.begin, story.until,
                                        forgotten.get(f"{hoster}/{service}", ())) if scheme in SECURE else None
            found += [Line(story, hoster, service, check, url, family, episodes, certificates, step) for family in FAMILIES]
    return sorted(found, key=lambda line: line.offset)


def stamps(second):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def write(story, step, out):
    """All results to the open text file."""
    luck = random.Random(story.until)
    pool = [luck.lognormvariate(0, .16) * (luck.uniform(1.5, 4) if luck.random() < .03 else 1) for _ in range(POOL)]
    hours = [1 + .28 * math.exp(-((hour - 20) / 3) ** 2) + .16 * math.exp(-((hour - 10) / 3) ** 2) for hour in range(24)]
    lines = make_lines(story, step)
    for number, begin in enumerate(range(story.begin, story.until - step, step)):
        if story.nobody_looks(begin):
            continue
        busy = hours[begin // 3600 % 24] * (1 + .08 * math.sin(number / 9000))
        batch = []
        for line in lines:
            at, ms = divmod(begin * 1000 + line.offset, 1000)
            if at < line.since:
                continue
            factor, failing = busy * pool[number * line.stride % POOL], line.failing
            batch.append((at * 1000 + ms, line.result(f"{stamps(at)}.{ms:03d}Z", at, 1, factor)))
            if line.failing != failing:
                for attempt, later in enumerate(RECHECKS, 2):
                    batch.append(((at + later) * 1000 + ms,
                                  line.result(f"{stamps(at + later)}.{ms:03d}Z", at + later, attempt, factor)))
        batch.sort()
        out.write("".join([text for _, text in batch]))
