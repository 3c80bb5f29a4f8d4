"""The figures against an arithmetic of their own: random years, counted second by second (tests/oracle/).

VIBRISSE_YEARS=200 looks at so many years instead of a few; VIBRISSE_SEED=N looks at one again."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.environ["SOURCE"], "tests", "oracle"))

import seconds  # noqa: E402
from case import Case, rfc3339  # noqa: E402
from lab import Lab  # noqa: E402

YEARS = int(os.environ.get("VIBRISSE_YEARS", "24"))
FEW = 4000  # results of one year
RESULTS = int(os.environ.get("VIBRISSE_RESULTS", 10000 if YEARS > 100 else FEW))
SEED = os.environ.get("VIBRISSE_SEED")


def shares(told):
    """As whole hundred-thousandths, read from the text: a double would do, but why trust it."""
    return {key: None if value is None else int(value.replace(".", "")) if key in
            ("availability", "availability_low", "availability_high", "availability_excluding_maintenance",
             "coverage") else int(value)
            for key, value in told.items()}


def worst_windows(told):
    return {int(window["window_s"]): int(window["down_s"]) for window in told["worst_windows"]}


def hours(file):
    """(end, up, down and, in the standard profile, maint) of every hour that rrdtool knows."""
    def rrdtool(*args):
        return subprocess.run(["rrdtool", *args], capture_output=True, text=True, check=True,
                              env={**os.environ, "LC_ALL": "C"}).stdout

    last = int(rrdtool("last", file)) // 3600 * 3600
    out = rrdtool("fetch", file, "AVERAGE", "-r", "3600", "-s", str(last - 380 * 86400), "-e", str(last - 1))
    rows = [line.replace(":", " ").split() for line in out.splitlines() if ":" in line]
    return [(int(row[0]), *map(float, row[1:])) for row in rows if "nan" not in row[1]]


class Availability(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if os.access("/dev/shm", os.W_OK):
            tempfile.tempdir = "/dev/shm"  # what is under test is arithmetic, not the disk
        self.lab = Lab()
        self.addCleanup(self.lab.close)

    def test_years(self):
        self.blips = 0
        for seed in [int(SEED)] if SEED else range(YEARS):
            with self.subTest(f"VIBRISSE_SEED={seed}"):
                case = Case(self.lab, seed, RESULTS)
                self.look_at(case)
                shutil.rmtree(case.data)
        self.assertTrue(self.blips or SEED, "no year had a failure that was not confirmed")

    def look_at(self, case):
        case.replay_as_lived(every=0.5)
        self.compare_blips(case)
        for start_text, end_text, start, end in case.periods():
            told = case.told(start_text, end_text)
            figures = {name: service.figures(start, end, case.year.incident_after, case.calendars[name].part(start, end))
                       for name, service in case.services.items()}
            latencies = {name: case.latencies(name, start, end) for name in figures}
            where = f"seed {case.seed}, {start_text} to {end_text}, "
            for name, figure in figures.items():
                self.compare(where + name, told[f"h/{name}"], figure, latencies[name])
                if end - start < 5 * 86400:
                    self.assertEqual(worst_windows(told[f"h/{name}"]), case.services[name].worst_windows(start, end))
            counted = [name for name in figures if name not in case.year.uncounted] or list(figures)
            self.compare(where + "hoster", told["h"], seconds.total([figures[name] for name in counted]),
                         [value for name in counted for value in latencies[name]])

    def compare_blips(self, case):
        """What was not confirmed is listed in the ledger, by itself; what may still be is not."""
        ledger = case.blips()
        for name, line in case.lines_of():
            listed = [blip for blip in ledger.get(name, []) if blip[0] < line.open]
            self.assertEqual(listed, line.blips, f"seed {case.seed}, {name}")
            self.blips += len(listed)

    def compare(self, where, told, figures, latencies):
        promised = seconds.promised(figures)
        self.assertEqual(shares({key: told[key] for key in promised}), promised, where)
        self.assertEqual(int(told["latency_ms"]["n"]), len(latencies), where)
        for hundredths in (50, 95, 99):
            value = told["latency_ms"][f"p{hundredths}"]
            if not latencies or hundredths == 99 and len(latencies) < 1000:
                self.assertIsNone(value, where)
            else:
                exact = seconds.percentile(latencies, hundredths)
                self.assertLessEqual(abs(float(value) - exact), exact / 16 + 0.05, where)

    def test_rrdtool(self):
        """Hour by hour, and in sum: what another program reads out of our files is what was measured."""
        for profile, seed in (("standard", 1013), ("standard", 1016), ("compact", 1001)):
            case = Case(self.lab, seed, FEW)  # years of which maintenance is known to be among the hours
            case.year.profile = profile
            self.lab.write(f"{seed}.yaml", case.year.configuration())
            case.replay_as_lived()
            self.assertEqual(case.run("verify", "-c", case.config, "--data", case.data).returncode, 0)
            for name, service in case.services.items():
                self.compare_hours(case, name, service)
                if profile == "standard":
                    self.compare_maintenance(case, name, service)

    def compare_hours(self, case, name, service):
        file = f"{case.data}/series/h/{name}/avail.rrd"
        rows = hours(file)
        self.assertGreater(len(rows), 24)
        sums = {"up": 0, "down": 0}
        for end, up, down, *_ in rows:
            part = service.part(end - 3600, end)
            self.assertAlmostEqual(up * 3600, part.count(seconds.UP) + part.count(seconds.DEGRADED), places=4)
            self.assertAlmostEqual(down * 3600, part.count(seconds.DOWN), places=4)
            sums["up"] += up * 3600
            sums["down"] += down * 3600
        told = case.told(rfc3339(rows[0][0] - 3600), rfc3339(rows[-1][0]))[f"h/{name}"]
        for key, value in sums.items():
            exact = int(told[f"{key}_s"])
            self.assertLessEqual(abs(value - exact), 1e-9 * exact, f"{name}, {key}: {value} and {exact}")

    def compare_maintenance(self, case, name, service):
        """What counts of it, as long as the state is known."""
        whole = 0
        for end, *_, maint in hours(f"{case.data}/series/h/{name}/avail.rrd"):
            maintenance = case.calendars[name].part(end - 3600, end)
            known = sum(maintained and state != seconds.UNKNOWN
                        for maintained, state in zip(maintenance, service.part(end - 3600, end)))
            self.assertAlmostEqual(maint * 3600, known, places=4, msg=f"{name}, to {rfc3339(end)}")
            whole += known
        self.assertGreater(whole, 0, "nothing was compared: take another seed")


if __name__ == "__main__":
    unittest.main()
