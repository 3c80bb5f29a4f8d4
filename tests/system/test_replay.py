"""Result lines in every order and cut, good ones and bad ones: one record, whatever comes."""
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.environ["SOURCE"], "tests", "oracle"))

from case import Case  # noqa: E402
from lab import Lab  # noqa: E402


class Replay(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if os.access("/dev/shm", os.W_OK):
            tempfile.tempdir = "/dev/shm"  # nothing here is about disks
        self.lab = Lab()
        self.addCleanup(self.lab.close)

    def figures(self, case, data=None):
        return case.told(str(case.year.number), str(case.year.number + 1), data)

    def test_any_chunking(self):
        for seed in range(2000, 2004):
            with self.subTest(seed):
                case = Case(self.lab, seed, 1500)
                case.feed("".join(case.lines))
                events = case.events()
                self.assertTrue(events)
                for cuts in (5, 25):
                    data = self.lab.path(f"{seed}-{cuts}")
                    case.replay(cuts, data)
                    self.assertEqual(case.events(data), events)
                    self.assertEqual(self.figures(case, data), self.figures(case))

    def test_cut_at_every_line(self):
        """Around a change every result is the last of a run once."""
        case = Case(self.lab, 2007, 400)
        low = next(i for i, line in enumerate(case.lines) if i > 20 and '"down"' in line) - 3
        high = low + 25
        case.feed("".join(case.lines))
        data = self.lab.path("piecemeal")
        for start, end in ((0, low), *((i, i + 1) for i in range(low, high)), (high, len(case.lines))):
            self.assertNotIn("refused", case.feed("".join(case.lines[start:end]), data=data))
        self.assertEqual(case.events(data), case.events())
        self.assertEqual(self.figures(case, data), self.figures(case))

    def test_files_or_standard_input(self):
        case = Case(self.lab, 2008, 1000)
        middle = len(case.lines) // 2
        one = self.lab.write("one.jsonl", "".join(case.lines[:middle]))
        two = self.lab.write("two.jsonl", "".join(case.lines[middle:]).rstrip("\n"))
        case.feed(None, one, two)
        other, third = self.lab.path("other"), self.lab.path("third")
        case.feed("".join(case.lines), data=other)
        case.feed("".join(case.lines[middle:]), one, "-", data=third)
        for data in other, third:
            self.assertEqual(case.events(data), case.events())
            self.assertEqual(self.figures(case, data), self.figures(case))

    def test_repeated(self):
        """However a part of it is said again, nothing counts twice."""
        case = Case(self.lab, 2009, 1000)
        places = [case.random.randint(1, len(case.lines)) for _ in range(12)]
        for end in [*sorted(places), len(case.lines), len(case.lines)]:
            case.feed("".join(case.lines[:end]))
        whole = self.lab.path("whole")
        case.feed("".join(case.lines), data=whole)
        self.assertEqual(case.events(whole), case.events())
        self.assertEqual(self.figures(case, whole), self.figures(case))
        said = case.feed("".join(case.lines))
        self.assertRegex(said, rf"\b{len(case.lines)} refused: the record is already past them")
        self.assertRegex(said, r"\b0 results taken")


GOOD = {"v": 1, "time": "2025-03-01T12:00:00.500Z", "vantage": "essai", "service": "h/s", "check": "c",
        "family": "ipv4", "outcome": "up", "reason": "ok", "detail": "", "phases": {"total": 20.5}}
PAST, NOBODY, FOREIGN = "the record is already past them", "no such service or check", "another vantage"
TIME, UNREADABLE = "in the future or before 2000", "no result lines"


def line(**how):
    return json.dumps({**GOOD, **how}).encode()


def raw(old, new):
    return line().replace(old, new)


BAD = {
    "a result without the end of its line, cut off": (line()[:-20], UNREADABLE),
    "not JSON": (b"hello", UNREADABLE),
    "empty": (b"", UNREADABLE),
    "an array": (b"[]", UNREADABLE),
    "a number": (b"1", UNREADABLE),
    "half an object": (b"{", UNREADABLE),
    "two objects": (line() + line(), UNREADABLE),
    "1 MB of nothing": (b"x" * 1000000, UNREADABLE),
    "1 MB of detail": (line(detail="x" * 1000000), UNREADABLE),
    "a version to come": (line(v=2), UNREADABLE),
    "a version of another kind": (line(v="1"), UNREADABLE),
    "no version": (raw(b'"v": 1, ', b""), UNREADABLE),
    "no time": (raw(b'"time"', b'"tide"'), UNREADABLE),
    "no date": (line(time="2025-02-30T12:00:00Z"), UNREADABLE),
    "an hour too much": (line(time="2025-03-01T25:00:00Z"), UNREADABLE),
    "a time that is a number": (line(time=1740830400), UNREADABLE),
    "a time of year 99999": (line(time="99999-01-01T00:00:00Z"), UNREADABLE),
    "1970": (line(time="1970-01-01T00:00:00Z"), TIME),
    "1999": (line(time="1999-12-31T23:59:59.999Z"), TIME),
    "2100": (line(time="2100-01-01T00:00:00Z"), TIME),
    "9999": (line(time="9999-12-31T23:59:59Z"), TIME),
    "twice": (line(), PAST),
    "out of order": (line(time="2025-03-01T11:00:00Z", outcome="down", reason="timeout"), PAST),
    "long ago": (line(time="2001-01-01T00:00:00Z", outcome="down", reason="timeout"), PAST),
    "NaN": (raw(b"20.5", b"NaN"), UNREADABLE),
    "infinite": (raw(b"20.5", b"Infinity"), UNREADABLE),
    "more than a double": (raw(b"20.5", b"1e999"), UNREADABLE),
    "negative": (line(phases={"total": -1}), UNREADABLE),
    "a phase of a day": (line(phases={"total": 86400e3}), UNREADABLE),
    "a phase that is a text": (line(phases={"total": "20"}), UNREADABLE),
    "an unknown service": (line(service="h/other"), NOBODY),
    "an unknown hoster": (line(service="other/s"), NOBODY),
    "a service that is a path": (line(service="../s"), UNREADABLE),
    "a service without a hoster": (line(service="s"), UNREADABLE),
    "an unknown check": (line(check="other", time="2025-03-01T13:00:00Z"), NOBODY),
    "an unknown family": (line(family="ipv5"), UNREADABLE),
    "an unknown outcome": (line(outcome="sideways"), UNREADABLE),
    "a forged vantage": (line(vantage="elsewhere"), FOREIGN),
    "a vantage that is no name": (line(vantage="<b>"), UNREADABLE),
    "no UTF-8": (raw(b'"detail": ""', b'"detail": "\xff\xfe"'), UNREADABLE),
    "half a surrogate": (raw(b'"detail": ""', b'"detail": "\\ud800"'), UNREADABLE),
    "NUL": (raw(b'"detail": ""', b'"detail": "\0"'), UNREADABLE),
    "an escaped NUL in a name": (raw(b'"c"', b'"c\\u0000"'), UNREADABLE),
    "a line of NUL": (b"\0" * 100, UNREADABLE),
    "a nest": (b'{"v":1,"x":' + b"[" * 8000, UNREADABLE),
    "a whole nest": (b"[" * 8000 + b"]" * 8000, UNREADABLE),
}


class BadInput(unittest.TestCase):
    def setUp(self):
        if os.access("/dev/shm", os.W_OK):
            tempfile.tempdir = "/dev/shm"  # nothing here is about disks
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.configure()

    def configure(self, vantage="vantage: {name: essai}\n"):
        self.lab.write("vibrisse.yaml", "collective: {name: Essai}\n" + vantage + "hosters:\n"
                       "  - hoster: h\n    name: H\n    services:\n      - id: s\n        name: S\n"
                       "        checks:\n          - {id: c, url: \"tcp://s.example:443\"}\n")

    def replay(self, *lines):
        path = self.lab.path("lines")
        with open(path, "wb") as file:
            file.write(b"\n".join(lines))
        return self.lab.run("replay", "-c", self.lab.config, "--data", self.lab.data, path)

    def record(self):
        done = self.lab.run("availability", "-c", self.lab.config, "--data", self.lab.data, "--json", "--from", "2000",
                            "--to", "2027")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_bad_lines(self):
        self.assertEqual(self.replay(line()).returncode, 0)
        before = self.record()
        self.assertIn('"up_s":120,', before)
        for name, (text, why) in BAD.items():
            with self.subTest(name):
                done = self.replay(text)
                if text:
                    self.assertIn(why, done.stderr)
                    self.assertRegex(done.stderr, rf"\b1 refused: .*{why}")
                self.assertRegex(done.stderr, r"\b0 results taken")
                self.assertEqual(done.returncode, 1 if why == UNREADABLE and text else 0, done.stderr)
                self.assertNotIn("Sanitizer", done.stderr)
        self.assertEqual(self.record(), before)

    def test_all_at_once(self):
        """Between bad lines the good ones count, and every one is in the sums."""
        texts = [text for text, _ in BAD.values() if text]
        good = [line(time=f"2025-03-01T12:0{minute}:00Z") for minute in range(1, 10)]
        done = self.replay(line(), *[part for i, text in enumerate(texts) for part in (text, *good[i:i + 1])])
        self.assertEqual(done.returncode, 1)
        counts = {what: int(number) for number, what in
                  (row.split(maxsplit=1) for row in done.stderr.splitlines() if row.split()[0].isdigit())}
        refused = sum(number for what, number in counts.items() if what.startswith("refused"))
        self.assertEqual(counts["lines read"], len(texts) + 10)
        self.assertEqual(counts["results taken"], 10)
        self.assertEqual(refused, len(texts))
        self.assertIn('"up_s":660,', self.record())

    def test_default_vantage(self):
        """A configuration that names none is at «main», and says so to whom it refuses."""
        self.configure(vantage="")
        self.assertIn("another vantage", self.replay(line()).stderr)
        self.assertRegex(self.replay(line(vantage="main")).stderr, r"\b1 results taken")

    def test_what_is_new_is_ignored(self):
        """Unknown keys and reasons, phases and certificates of a later prober do no harm."""
        done = self.replay(line(new={"a": [1]}, reason="not_known_yet", phases={"total": 20, "quic": "fast"}))
        self.assertRegex(done.stderr, r"\b1 results taken")
        self.assertIn('"n":1,', self.record())


if __name__ == "__main__":
    unittest.main()
