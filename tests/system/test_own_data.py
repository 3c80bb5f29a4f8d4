"""API and open data of a rendered record, read by other programs and held against `availability --json`."""
import csv
import datetime
import json
import time
import unittest
import zoneinfo
from pathlib import Path

from lab import Lab
from test_word import result, stamp

FIGURES = ("up_s", "degraded_s", "down_s", "unknown_s", "maintenance_s", "availability", "availability_low",
           "availability_high", "availability_excluding_maintenance", "coverage", "outages", "incidents",
           "longest_outage_s", "mttr_s", "median_outage_s", "latency_ms")
HOURS = 24 * 12


class OwnData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.lab.configure({"pad": "http://127.0.0.1:9/"}, interval="1h")
        begin = int(time.time()) // 86400 * 86400 - 12 * 86400
        down = {30, 31, 32, 100, 101, 102, 103, *range(200, 230)}
        unseen = range(120, 140)
        lines = [result(begin + hour * 3600, "connect_refused" if hour in down else "ok")
                 for hour in range(HOURS) if hour not in unseen]
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

    def test_csv(self):
        package, schema = self.json("data/datapackage.json"), self.json("data/schema.json")
        [resource] = package["resources"]
        self.assertEqual(resource["schema"], "schema.json")
        text = Path(self.lab.site, "data", resource["path"]).read_bytes().decode("utf-8")
        rows = list(csv.DictReader(text.splitlines()))
        self.assertEqual(list(rows[0]), [field["name"] for field in schema["fields"]])
        self.assertGreater(len(rows), 10)
        for row in rows[:12]:
            told = self.told(self.midnight(row["day"]), self.midnight(self.next_day(row["day"])))["chat-perche/pad"]
            for key in ("up_s", "degraded_s", "down_s", "unknown_s", "maintenance_s", "outages"):
                self.assertEqual(int(row[key]), told[key], (row["day"], key))

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
            value = self.json(path[1:].format(hoster="chat-perche", service="pad"))
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
            self.assertEqual(set(schema["required"]), set(value), where)
            for key, inner in schema["properties"].items():
                self.fit(api, inner, value[key], f"{where}.{key}")
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
