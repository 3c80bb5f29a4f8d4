"""The catalogue of software: every entry against a good, a maintenance and a wrong answer, by the real binary."""
import asyncio
import json
import os
import re
import subprocess
import tempfile
import threading
import unittest
import urllib.parse

from lab import VIBRISSE, Lab, wait_for
from software_answers import ANSWERS, CLOSED, ELSEWHERE

SOURCE = os.environ["SOURCE"]
CATALOGUE = os.path.join(SOURCE, "etc/software.yaml")
GOOD, MAINTENANCE, WRONG = range(3)
HEAD = "collective: {name: C}\ndefaults: {interval: 5m, slow: 0s}\n"


def names():
    with open(CATALOGUE, encoding="utf-8") as file:
        return re.findall(r"^  - name: (.+)$", file.read(), re.MULTILINE)


def value(text):
    return json.loads(text) if text.startswith('"') else text


def effective(folder, services, more=""):
    """{service: [check]} as `check-config --print` has them; of a check its id, url and options, those below `expect` by
    their whole names. `services`: {id: (url, software)}."""
    path = os.path.join(folder, "main.yaml")
    lines = [f'      - {{id: {name}, url: "{url}", software: "{software}"}}'
             for name, (url, software) in services.items()]
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEAD + more + "hosters:\n  - hoster: h\n    services:\n" + "\n".join(lines) + "\n")
    done = subprocess.run([VIBRISSE, "check-config", "-c", path, "--print"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found, checks, prefix = {}, None, ""
    for line in done.stdout.splitlines():
        match = re.match(r"( *)(- )?([a-z-]+): ?(.*)$", line)
        depth, key, text = len(match[1] + (match[2] or "")), match[3], match[4]
        if depth == 8 and key == "id":
            checks = found[value(text)] = []
        elif depth == 12:
            if key == "id":
                checks.append({})
            prefix = key + "-" if key == "expect" else ""
            if key != "expect":
                checks[-1][key] = value(text)
        elif depth == 14 and prefix:
            checks[-1][prefix + key] = value(text)
    return found


class Servers:
    """A web server on many addresses of 127.0.0.0/8, each with answers of its own: {address: {target: answer}}."""

    def __init__(self, addresses):
        self.answers = {address: {} for address in addresses}
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self.open(), self.loop).result(60)

    async def open(self):
        first, *others = self.answers
        server = await asyncio.start_server(self.serve, first, 0)
        port = server.sockets[0].getsockname()[1]
        self.servers = [server, await asyncio.start_server(self.serve, others, port)]
        return port

    async def serve(self, reader, writer):
        request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        target = request.split(" ")[1]
        address = writer.get_extra_info("sockname")[0]
        status, body, headers = (*self.answers[address].get(target, (404, "not here")), {})[:3]
        lines = [f"HTTP/1.1 {status} X", "Connection: close", f"Content-Length: {len(body.encode())}"]
        lines += [f"{name}: {text}" for name, text in headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        await writer.drain()
        writer.close()

    def close(self):
        for server in self.servers:
            self.loop.call_soon_threadsafe(server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


class Prober:
    """`vibrisse prober` for one turn of checks."""

    NO_OPTION = {"id", "url", "interval", "timeout", "slow", "role", "family"}

    def __init__(self):
        self.orders = []

    def watch(self, service, check):
        options = [[name, text] for name, text in check.items() if name not in self.NO_OPTION]
        self.orders.append({"v": 1, "order": "watch", "service": service, "id": check["id"], "url": check["url"],
                            "role": "essential", "family": "ipv4", "interval_ms": 3600000, "timeout_ms": 60000,
                            "slow_ms": 0, "options": options})

    def results(self):
        """{(service, check): result}, the first of each."""
        go = {"v": 1, "order": "go", "vantage": "here", "at_once": True, "allow": ["127.0.0.0/8"], "servers": [],
              "rechecks_ms": [600000]}
        process = subprocess.Popen([VIBRISSE, "prober"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        found = {}
        try:
            process.stdin.write("".join(json.dumps(order) + "\n" for order in [*self.orders, go]))
            process.stdin.flush()
            while len(found) < len(self.orders):
                line = json.loads(process.stdout.readline())
                if "heartbeat" not in line:
                    found[line["service"], line["check"]] = line
        finally:
            process.stdin.close()
            process.stdout.close()
            process.wait(60)
        return found


class Catalogue(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_every_entry_has_its_answers(self):
        self.assertGreater(len(names()), 90)
        self.assertEqual(sorted(names()), sorted({*ANSWERS, *ELSEWHERE} - {"DNS resolver"}))

    def test_other_protocols(self):
        services = {f"s{i}": (ELSEWHERE[name][0], name) for i, name in enumerate(ELSEWHERE)}
        found = effective(self.folder, services)
        for i, (name, (_, wanted)) in enumerate(ELSEWHERE.items()):
            self.assertEqual([check["url"] for check in found[f"s{i}"]], wanted, name)

    def prepare(self):
        """Servers for every entry and answer, in folders below which the services live; and their checks."""
        addresses = {(name, kind): f"127.{1 + kind}.1.{1 + i}" for i, name in enumerate(ANSWERS) for kind in range(3)}
        servers = Servers(addresses.values())
        self.addCleanup(servers.close)
        services = {f"s{i}-{kind}": (f"http://{addresses[name, kind]}:{servers.port}/sub/folder", name)
                    for i, name in enumerate(ANSWERS) for kind in range(3)}
        checks = effective(self.folder, services)
        self.cases = []  # (service, entry, kind, check)
        for i, (name, answers) in enumerate(ANSWERS.items()):
            for kind in range(3):
                web = [check for check in checks[f"s{i}-{kind}"] if check["url"].startswith("http")]
                self.assertEqual({check["id"] for check in web}, set(answers), name)
                for check in web:
                    target = "/" + check["url"].split("/", 3)[3]
                    answer = answers[check["id"]][kind] or CLOSED
                    servers.answers[addresses[name, kind]][target] = answer
                    self.cases.append((f"h/s{i}-{kind}", name, kind, check))
        return servers

    def judge(self, name, kind, check, result):
        says_so = ANSWERS[name][check["id"]][MAINTENANCE] is not None
        reasons = [{"ok"}, {"in_maintenance"} if says_so else {"http_status"}, {"http_status", "body_mismatch"}][kind]
        self.assertIn(result["reason"], reasons, (name, check, result))
        self.assertEqual(result["outcome"], "down" if kind else "up")
        self.assertNotIn("generic check", result.get("detail", ""))
        looks = [option for option in check if option.startswith("maintenance-")]
        self.assertEqual(bool(looks), says_so, (name, check))

    def test_every_entry_good_in_maintenance_and_wrong(self):
        self.prepare()
        prober = Prober()
        for service, _, _, check in self.cases:
            prober.watch(service, check)
        results = prober.results()
        for service, name, kind, check in self.cases:
            self.judge(name, kind, check, results[service, check["id"]])

    def test_every_path_falls_back_to_the_page(self):
        servers = self.prepare()
        for address, answers in servers.answers.items():
            page = (200, "<title>Accueil</title>") if address.startswith("127.1.") else (502, "Bad Gateway")
            answers.clear()
            answers["/sub/folder"] = page
        prober = Prober()
        cases = [case for case in self.cases if case[3]["url"].split("/", 3)[3] != "sub/folder"]
        for service, _, _, check in cases:
            prober.watch(service, check)
        results = prober.results()
        self.assertGreater(len(cases), 150)
        for service, name, kind, check in cases:
            result = results[service, check["id"]]
            self.assertEqual(result["reason"], "http_status" if kind else "ok", (name, result))
            path = urllib.parse.urlsplit(check["url"]).path
            self.assertIn(f"generic check: {path}", result["detail"])
            self.assertIn("answers 404", result["detail"])


class Visitors(unittest.TestCase):
    """Software and url alone, through the whole house."""

    def test_maintenance_is_the_word_on_the_page(self):
        lab = Lab()
        self.addCleanup(lab.close)
        web = lab.web(body=b'{"installed":true,"maintenance":true,"needsDbUpgrade":false}')
        lab.configure({}, interval="3s")
        lab.write("hosters.d/chat-perche.yaml", "hoster: chat-perche\nservices:\n"
                  f'  - {{id: nuage, url: "{web.url}", software: nextcloud}}\n')
        lab.start()
        wait_for("the French page says so", lambda: "il se dit en maintenance" in lab.page("/fr/h/chat-perche/nuage/"))
        self.assertIn("it says that it is under maintenance", lab.page("/en/h/chat-perche/nuage/"))
        self.assertEqual(lab.state("chat-perche/nuage"), "down")


class Extension(unittest.TestCase):
    """What members write into files of their own."""

    setUp = Catalogue.setUp

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def check_config(self, services, more=""):
        main = self.write("main.yaml", f"{HEAD}{more}hosters:\n  - hoster: h\n    services:\n{services}")
        return subprocess.run([VIBRISSE, "check-config", "-c", main], capture_output=True, text=True, timeout=60)

    def test_a_file_adds_and_replaces(self):
        self.write("ours.yaml", "software:\n"
                                "  - {name: Tracim, checks: [{id: api, path: api/system/about, expect: {json: /name = Tracim}}]}\n"
                                "  - {name: Next-Cloud, checks: [{id: ours, path: /ping, interval: 10m}]}\n")
        found = effective(self.folder, {"a": ("https://a.example/x/", "TRACIM 4.0"), "b": ("https://b.example/x/", "nextcloud"),
                                        "c": ("https://c.example/", "ownCloud")}, "software: [ours.yaml]\n")
        self.assertEqual([(check["id"], check["url"], check["expect-json"]) for check in found["a"]],
                         [("api", "https://a.example/x/api/system/about", "/name = Tracim")])
        self.assertEqual([(check["id"], check["url"], check["interval"]) for check in found["b"]],
                         [("ours", "https://b.example/ping", "10m")])
        self.assertEqual([check["id"] for check in found["c"]], ["nextcloud", "page"])

    def test_faults_stand_where_they_are(self):
        ours = self.write("ours.yaml", "software:\n"
                                       "  - name: A\n"
                                       "    cheks: []\n"
                                       "    checks:\n"
                                       "      - {id: a, path: a, expect: {jsn: /a = b}}\n"
                                       "      - {id: a, path: b, url: \"mumble://{host}\"}\n"
                                       "      - {id: c, path: c, maintenance-json: a = b}\n"
                                       "      - {id: d, url: \"xmpp://example.org\"}\n"
                                       "      - {id: e}\n"
                                       "  - {name: a}\n"
                                       "  - {checks: []}\n")
        done = self.check_config('      - {id: a, url: "https://a.example/"}\n', "software: [ours.yaml]\n")
        self.assertEqual(done.returncode, 1)
        self.assertEqual([line.removeprefix(ours) for line in done.stderr.splitlines()], [
            ':3:5: unknown key "cheks", did you mean "checks"?',
            ':5:35: unknown key "jsn", did you mean "json"?',
            ":6:9: a check of software needs one of path and url",
            ':6:14: another check of this software has the id "a"',
            ':7:9: maintenance-json must be like /status = ok or /status, not "a = b"',
            ":8:22: a url of software must hold {host}, as in mumble://{host}",
            ":9:9: a check of software needs one of path and url",
            ":10:5: a software without checks needs a note that says why",
            ':10:5: "A" is known by the name "a", too',
            ':11:5: a software needs the key "name"'])

    def test_no_such_file(self):
        done = self.check_config('      - {id: a, url: "https://a.example/"}\n', "software: [none.yaml]\n")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(':3:12: there is no file "none.yaml"', done.stderr)

    def test_what_is_not_known_is_noted(self):
        done = self.check_config('      - {id: a, url: "https://a.example/", software: Netxcloud}\n'
                                 '      - {id: b, url: "https://b.example/", software: Wire Guard}\n'
                                 '      - {id: c, url: "https://c.example/", software: Zzyzx Quux}\n'
                                 '      - {id: d, url: "https://d.example/", software: Prosody}\n'
                                 '      - {id: e, software: Netxcloud, checks: ["https://e.example/"]}\n')
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "1 hoster, 5 services, 5 checks: no fault.\n")
        notes = done.stderr.splitlines()
        self.assertEqual(len(notes), 4)
        self.assertRegex(notes[0], r'^note: .*main.yaml:6:\d+: only the url is checked: "Netxcloud" is not known, '
                                   r'did you mean "Nextcloud"\?$')
        self.assertRegex(notes[1], "^note: .*:7:.*: only the url is checked: WireGuard never answers strangers")
        self.assertRegex(notes[2], 'only the url is checked: "Zzyzx Quux" is not known$')
        self.assertRegex(notes[3], "only the url is checked: give its url as xmpp://")


if __name__ == "__main__":
    unittest.main()
