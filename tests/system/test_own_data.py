"""API and open data of a rendered record, read by other programs and held against `availability --json`."""
import csv
import datetime
import glob
import itertools
import json
import os
import re
import time
import unittest
import zoneinfo
from pathlib import Path

from lab import Lab
from test_word import result, stamp

FIGURES = ("up_s", "degraded_s", "down_s", "unknown_s", "maintenance_s", "availability", "availability_low",
           "availability_high", "availability_excluding_maintenance", "coverage", "outages", "incidents",
           "longest_outage_s", "mttr_s", "median_outage_s", "latency_ms")
SUMS = ("up_s", "degraded_s", "down_s", "unknown_s", "maintenance_s", "maintenance_up_s", "maintenance_down_s",
        "least_up_s", "most_up_s", "outages", "incidents")
DAYS = 430
HOURS = 24 * DAYS
FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")


class OwnData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.lab.configure({"pad": "http://127.0.0.1:9/"}, interval="1h")
        cls.begin = begin = int(time.time()) // 86400 * 86400 - DAYS * 86400
        last = HOURS - 12 * 24
        down = {last + hour for hour in (30, 31, 32, 100, 101, 102, 103, *range(200, 230))}
        down.update(hour for first in range(50, last, 333) for hour in range(first, first + 3 + first % 40))
        cls.blips = {300, last + 60, last + 61, last + 80}  # one or two failures in a row
        down |= cls.blips
        unseen = {*range(last + 120, last + 140), *range(700, 760), *range(5000, 5100)}
        lines = [result(begin + hour * 3600, "connect_refused" if hour in down else "ok")
                 for hour in range(HOURS) if hour not in unseen]
        cls.announce(last + 24 * 9 - 20)
        cls.must("replay", "-c", cls.lab.config, input="\n".join(lines) + "\n")
        cls.now = begin + HOURS * 3600 + 6 * 3600
        cls.render()

    @classmethod
    def tearDownClass(cls):
        cls.lab.close()

    @classmethod
    def must(cls, *args, **how):
        done = cls.lab.run(*args, **how)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @classmethod
    def announce(cls, hour):
        """Maintenance over midnight, half of it within an interruption; announced in time, for which the clock is turned back."""
        if not FAKETIME:
            return
        begin = cls.begin + hour * 3600
        cls.must("maintenance", "add", "-c", cls.lab.config, "chat-perche/pad", "--from", stamp(begin), "--for", "7h",
                 "--fr", "Travaux", "--by", "Équipe", env={
                     **os.environ, "LD_PRELOAD": FAKETIME[0], "FAKETIME": time.strftime("@%F %T", time.gmtime(begin - 86400)),
                     "TZ": "UTC", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                     "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"})

    @classmethod
    def render(cls, later=0):
        cls.must("render", "-c", cls.lab.config, "--at", stamp(cls.now + later))

    def text(self, path):
        return Path(self.lab.site, path).read_text(encoding="utf-8")

    def json(self, path):
        return json.loads(self.text(path))

    def told(self, begin, end):
        told = json.loads(self.must("availability", "-c", self.lab.config, "--json", "--from", begin, "--to", end))
        return {entry.get("service") or entry.get("hoster"): entry for entry in told}

    def test_figures(self):
        service = self.json("api/v1/services/chat-perche/pad.json")
        hoster = self.json("api/v1/hosters/chat-perche.json")
        period = service["last_90_days"]
        told = self.told(period["from"], period["to"])
        for key in FIGURES:
            self.assertEqual(period[key], told["chat-perche/pad"][key], key)
            self.assertEqual(hoster["last_90_days"][key], told["chat-perche"][key], key)
        self.assertEqual(len(service["outages"]), period["outages"])
        self.assertGreater(period["outages"], 1)
        self.assertEqual(hoster["services"][0]["last_90_days"], period)
        listed = self.json("api/v1/collective.json")["hosters"][0]["services"][0]
        self.assertEqual({key: service[key] for key in listed}, listed)

    def test_blips(self):
        """Listed, the newest first, and in no figure: those are of the same record, as another command tells it."""
        begins = [hour for hour in sorted(self.blips, reverse=True)
                  if hour - 1 not in self.blips and hour > HOURS - 90 * 24]
        blips = self.json("api/v1/services/chat-perche/pad.json")["blips"]
        self.assertEqual(blips["count"], len(begins))
        for hour, blip in zip(begins, blips["newest"]):
            length = 2 if hour + 1 in self.blips else 1
            self.assertEqual(blip, {"from": stamp(self.begin + hour * 3600), "to": stamp(self.begin + (hour + length) * 3600),
                                    "check": "http", "family": "ipv4", "vantage": "essai", "results": length, "then": "up",
                                    "reason": "connect_refused", "evidence": ""})
        for outage in self.json("api/v1/services/chat-perche/pad.json")["outages"]:
            self.assertNotIn(outage["from"], [blip["from"] for blip in blips["newest"]])
        self.assertIn(f"{len(begins)} échecs isolés", self.text("fr/h/chat-perche/pad/index.html"))
        self.assertIn(f"{len(begins)} isolated failures", self.text("en/h/chat-perche/pad/index.html"))

    def tables(self):
        """{suffix of the resource's name: rows}, each row with the names of its schema."""
        tables = {}
        for resource in self.json("data/datapackage.json")["resources"]:
            schema = self.json("data/" + resource["schema"])
            text = Path(self.lab.site, "data", resource["path"]).read_bytes().decode("utf-8")
            reader = csv.DictReader(text.splitlines())
            rows = list(reader)
            names = [field["name"] for field in schema["fields"]]
            self.assertEqual(reader.fieldnames, names, resource["path"])
            self.assertEqual(schema["primaryKey"], [names[0], "hoster_id", "service_id"])
            self.fit_rows(schema, rows)
            if not resource["name"].endswith("usage"):  # of which nobody here tells
                tables[resource["name"].removeprefix("chat-perche").lstrip(".") or "daily"] = rows
        return tables

    def fit_rows(self, schema, rows):
        """By the types and constraints of Table Schema."""
        patterns = {"date": r"\d{4}-\d\d-\d\d", "yearmonth": r"\d{4}-\d\d", "year": r"\d{4}", "string": ".*",
                    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "integer": r"\d+", "number": r"[01]\.\d{5}"}
        for field, row in itertools.product(schema["fields"], rows):
            value, constraints = row[field["name"]], field["constraints"]
            self.assertTrue(value or not constraints.get("required"), (field["name"], row))
            self.assertTrue(not value or re.fullmatch(patterns[field["type"]], value), (field, value))
            if value and "maximum" in constraints:
                self.assertLessEqual(float(value), constraints["maximum"])

    def equal(self, row, told):
        for key in FIGURES[:-1]:
            value = json.loads(row[key]) if row[key] else None
            self.assertEqual(value, told[key], (row, key))
        if told["coverage"]:
            self.assertEqual(self.cut(row["least_up_s"], row), told["availability_low"])
            self.assertGreaterEqual(told["availability_high"], self.cut(row["most_up_s"], row))

    @staticmethod
    def cut(seconds, row):
        whole = int(row["up_s"]) + int(row["down_s"]) + int(row["unknown_s"])
        return int(seconds) * 100000 // whole / 100000

    def test_tables_equal_availability(self):
        tables = self.tables()
        self.assertEqual({name: len(rows) for name, rows in tables.items()},
                         {"daily": 366, "monthly": self.months(), "yearly": self.years()})
        for row in tables["daily"][:3] + tables["daily"][-14:]:
            told = self.told(self.midnight(row["day"]), self.midnight(self.next_day(row["day"])))
            self.equal(row, told["chat-perche/pad"])
        for row in tables["monthly"] + tables["yearly"]:
            self.equal(row, self.told(row["from"], row["to"])["chat-perche/pad"])

    @classmethod
    def local(cls, seconds):
        return datetime.datetime.fromtimestamp(seconds, zoneinfo.ZoneInfo("Europe/Paris"))

    def months(self):
        first, last = self.local(self.begin), self.local(self.now) - datetime.timedelta(days=1)
        return 12 * (last.year - first.year) + last.month - first.month + 1

    def years(self):
        return (self.local(self.now) - datetime.timedelta(days=1)).year - self.local(self.begin).year + 1

    def test_tables_add_up(self):
        """Days to months, and months to years: independently, from what is published."""
        tables = self.tables()
        days = {}
        for row in tables["daily"]:
            days.setdefault(row["day"][:7], []).append(row)
        whole = [row for row in tables["monthly"] if row["month"] in list(days)[1:]]
        self.assertGreaterEqual(len(whole), 11)
        for row in whole:
            self.add_up(days[row["month"]], row)
        for row in tables["yearly"]:
            self.add_up([month for month in tables["monthly"] if month["month"].startswith(row["year"])], row)

    @unittest.skipUnless(FAKETIME, "needs libfaketime")
    def test_maintenance_is_told(self):
        for rows in self.tables().values():
            told = [row for row in rows if int(row["maintenance_s"])]
            self.assertEqual(sum(int(row["maintenance_s"]) for row in rows), 7 * 3600)
            self.assertTrue(any(int(row["maintenance_up_s"]) for row in told))
            self.assertTrue(any(int(row["maintenance_down_s"]) for row in told))
            for row in told:
                self.assertNotEqual(row["availability"], row["availability_excluding_maintenance"])

    def add_up(self, parts, row):
        for key in SUMS:
            self.assertEqual(sum(int(part[key]) for part in parts), int(row[key]), (row, key))
        up, down, unknown = (int(row[key]) for key in ("up_s", "down_s", "unknown_s"))
        self.assertEqual(up * 100000 // (up + down) / 100000, float(row["availability"]))
        self.assertEqual((up + down) * 100000 // (up + down + unknown) / 100000, float(row["coverage"]))
        up, down = up - int(row["maintenance_up_s"]), down - int(row["maintenance_down_s"])
        self.assertEqual(up * 100000 // (up + down) / 100000, float(row["availability_excluding_maintenance"]))

    @staticmethod
    def next_day(day):
        return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()

    @staticmethod
    def midnight(day):
        """Of the collective's zone, in UTC."""
        local = datetime.datetime.fromisoformat(day).replace(tzinfo=zoneinfo.ZoneInfo("Europe/Paris"))
        return local.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def test_status_page(self):
        for folder, name in (("", "Collectif Essai"), ("h/chat-perche/", "Le Chat Perché")):
            summary = self.json(folder + "api/v2/summary.json")
            self.assertEqual(summary["page"]["name"], name)
            self.assertEqual(set(summary), {"page", "status", "components", "incidents", "scheduled_maintenances"})
            for part in ("status", "components"):
                alone = self.json(f"{folder}api/v2/{part}.json")
                self.assertEqual(alone, {"page": summary["page"], part: summary[part]})
            incidents = self.json(folder + "api/v2/incidents.json")["incidents"]
            self.assertTrue(incidents)
            self.assertEqual(incidents, sorted(incidents, key=lambda one: one["started_at"], reverse=True))
            for one in incidents:
                self.assertEqual(one["incident_updates"][-1]["status"], "investigating")
                self.assertEqual(one["status"] == "resolved", one["resolved_at"] is not None)

    def test_openapi(self):
        """What is documented is there, and has just the members that are documented."""
        api = self.json("api/v1/openapi.json")
        self.assertTrue(api["openapi"].startswith("3.1"))
        for path, item in api["paths"].items():
            content = item["get"]["responses"]["200"]["content"]
            if "application/json" not in content:
                continue
            if path == "/healthz":
                continue  # no file
            value = self.json(path[1:].format(hoster="chat-perche", service="pad", language="fr"))
            self.fit(api, content["application/json"]["schema"], value, path)

    def fit(self, api, schema, value, where):
        if "$ref" in schema:
            schema = api["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        kinds = schema.get("type", [])
        kind = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number",
                type(None): "null"}[type(value)]
        kinds = [kinds] if isinstance(kinds, str) else kinds
        self.assertTrue(not kinds or kind in kinds or kind == "integer" and "number" in kinds, (where, kind, kinds))
        if kind == "object" and "properties" in schema:
            self.assertEqual(set(schema["required"]) - set(value), set(), where)
            self.assertEqual(set(value) - set(schema["properties"]), set(), where)
            for key in value:
                self.fit(api, schema["properties"][key], value[key], f"{where}.{key}")
        if kind == "array":
            for inner in value:
                self.fit(api, schema["items"], inner, where + "[]")
        if "enum" in schema:
            self.assertIn(value, schema["enum"], where)

    def test_same_bytes(self):
        files = [path for path in Path(self.lab.site).rglob("*") if path.suffix in (".json", ".csv")]
        self.assertGreater(len(files), 12)
        before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
        self.render(120)
        for path, (content, made) in before.items():
            self.assertEqual(path.read_bytes(), content, path)
            if path.name != "openapi.json":
                self.assertEqual(path.stat().st_mtime_ns, made, path)


if __name__ == "__main__":
    unittest.main()
