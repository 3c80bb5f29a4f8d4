"""What tests of the record share: a stream of results, a folder that records them, and what must be true of it afterwards."""
import contextlib
import datetime
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile

VIBRISSE = os.environ["VIBRISSE"]
BEGIN = int(datetime.datetime(2026, 3, 2, tzinfo=datetime.timezone.utc).timestamp())
INTERVAL = 60
SERVICES = ("chat", "mail", "pad")
HOSTER = "chat-perche"

# What the flush and the commit ask of the system. Reads are among them: between two of them memory is written.
CALLS = ("openat", "read", "write", "pread64", "pwrite64", "fsync", "fdatasync", "syncfs", "ftruncate", "renameat", "unlink",
         "unlinkat", "mkdirat", "mkdir", "fcntl", "mmap", "munmap", "madvise", "fadvise64", "close", "exit_group")

CERTIFICATE = {"subject": "CN=pad", "issuer": "CN=ca", "not_before": "2026-01-01T00:00:00Z", "not_after": "2027-01-01T00:00:00Z",
               "key": "EC 256", "protocol": "TLSv1.3", "sans": 2, "chain_ok": True}


def stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Stream:
    """Results of three services on two families, with outages of all lengths; the same ones for the same seed."""

    def __init__(self, seed, begin=BEGIN):
        self.random = random.Random(seed)
        self.now = begin
        self.up = {(service, family): True for service in SERVICES for family in ("ipv4", "ipv6")}

    def line(self, service, family):
        if self.random.random() < 0.06:
            self.up[service, family] = not self.up[service, family]
        up = self.up[service, family]
        result = {"v": 1, "time": stamp(self.now + self.random.randrange(20)), "vantage": "essai",
                  "service": f"{HOSTER}/{service}", "check": "web", "family": family,
                  "outcome": "up" if up else "down", "reason": "ok" if up else "refused",
                  "detail": "", "address": "192.0.2.1", "attempt": 1,
                  "phases": {"connect": round(10 * self.random.random(), 3), "total": round(100 * self.random.random(), 3)}}
        if service == "pad" and up:
            result["certificate"] = {"sha256": f"{self.now // 86400:064x}", **CERTIFICATE}
        return json.dumps(result)

    def take(self, minutes):
        """The lines of so many minutes, as one text."""
        lines = []
        for _ in range(minutes):
            lines += [self.line(*key) for key in self.up]
            self.now += INTERVAL
        return "\n".join(lines) + "\n"


class Record:
    """A configuration, and a data folder that `replay` records into."""

    def __init__(self, data=None, profile="standard"):
        self.folder = tempfile.mkdtemp(prefix="vibrisse-record-")
        self.data = data or os.path.join(self.folder, "data")
        self.config = os.path.join(self.folder, "vibrisse.yaml")
        checks = "\n".join(f"  - {{id: {name}, name: {name}, checks: [{{id: web, url: 'https://{name}.example/'}}]}}" for name in SERVICES)
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("collective: {name: Essai, languages: [fr, en], timezone: Europe/Paris}\n"
                       f"vantage: {{name: essai}}\ndefaults: {{interval: {INTERVAL}s}}\n"
                       f"series: {{profile: {profile}}}\ninclude: [hosters.d/*.yaml]\n")
        os.mkdir(os.path.join(self.folder, "hosters.d"))
        with open(os.path.join(self.folder, "hosters.d", "a.yaml"), "w", encoding="utf-8") as file:
            file.write(f"hoster: {HOSTER}\nname: Le Chat\nservices:\n{checks}\n")

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, name, *args):
        return [VIBRISSE, name, "-c", self.config, "--data", self.data, *args]

    def run(self, name, *args, before=(), **how):
        """A finished subcommand; `before` is what runs it: strace and its options."""
        environment = dict(os.environ)
        if before:  # the leak sanitizer does not work in a process that is traced
            environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        return subprocess.run([*before, *self.command(name, *args)], capture_output=True, text=True, check=False,
                              timeout=180, env=environment, **how)

    def replay(self, lines="", before=()):
        return self.run("replay", before=before, input=lines)

    def differences(self):
        """What verify has to say; "" of a record to be trusted."""
        done = self.run("verify")
        return "" if done.returncode == 0 and not done.stdout else done.stdout + done.stderr

    def availability(self):
        return json.loads(self.run("availability", "--json").stdout)

    def query(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/ledger.sqlite?mode=ro", uri=True)) as ledger:
            return ledger.execute(sql).fetchall()

    def changes(self):
        return self.query("select name, at, before, was, state, reason from event join subject on subject.id = subject"
                          " where kind = 'state' order by seq")

    def frontiers(self):
        return dict(self.query("select name, until from frontier join subject on subject.id = subject"))

    def series(self, service, name="avail.rrd"):
        return os.path.join(self.data, "series", HOSTER, service, name)


def injected(call, what):
    """How to run a program whose calls of this name meet something."""
    return ("strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:{what}")


def points(record, lines, calls):
    """(call, n): the system calls that recording the lines took after the data folder was opened, each the n-th of its name."""
    with tempfile.NamedTemporaryFile("r", prefix="vibrisse-calls-") as trace:
        done = record.replay(lines, before=("strace", "-f", "-qq", "-o", trace.name, "-e", "trace=" + ",".join(calls)))
        assert done.returncode == 0, done.stderr
        counts, found, inside = dict.fromkeys(calls, 0), [], False
        for line in trace:
            call = re.match(r"\d+ +(\w+)\(", line)
            if not call or call[1] not in counts:
                continue
            counts[call[1]] += 1
            inside = inside or "ledger.sqlite" in line
            if inside:
                found.append((call[1], counts[call[1]]))
    return found


class Keeping:
    """A record that is made of chunks, and what was acknowledged of it."""

    def __init__(self, seed, data=None):
        self.record = Record(data)
        self.stream = Stream(seed)
        self.random = random.Random(seed)
        self.lines = self.stream.take(10)
        self.acknowledged, self.frontiers = [], {}
        self.chunks = [self.lines]

    def next(self):
        self.lines = self.stream.take(self.random.randrange(1, 30))
        self.chunks.append(self.lines)

    def acknowledge(self):
        """The chunk was reported to be recorded."""
        self.acknowledged, self.frontiers = self.record.changes(), self.record.frontiers()
        self.next()

    def fault(self):
        """What is wrong after the next start; "" = nothing."""
        done = self.record.replay()
        if done.returncode or re.search("sanitizer|cannot", done.stderr, re.I):
            return done.stderr
        if self.record.changes()[:len(self.acknowledged)] != self.acknowledged:
            return "a change that was acknowledged is not there"
        now = self.record.frontiers()
        if any(now.get(subject, 0) < until for subject, until in self.frontiers.items()):
            return "a time that was acknowledged is not there"
        return self.record.differences()

    def undisturbed(self):
        """The changes as a record has them that nothing happened to."""
        other = Record()
        try:
            for lines in self.chunks:
                done = other.replay(lines)
                assert done.returncode == 0, done.stderr
            return other.changes()
        finally:
            other.close()
