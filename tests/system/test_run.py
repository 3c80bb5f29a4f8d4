"""The whole path: real servers in, a public page out; and what remains when a process is killed."""
import json
import os
import signal
import sqlite3
import subprocess
import unittest

import together
from lab import Lab, wait_for

PAD, PAGE = "chat-perche/pad", "/fr/h/chat-perche/pad/"


def spans(lab, subject):
    """(at, before, from, to) of every change of state, oldest first, read by another program than ours."""
    with sqlite3.connect(f"file:{lab.data}/ledger.sqlite?mode=ro", uri=True) as ledger:
        return ledger.execute("select at, before, was, state from event join subject on subject.id = event.subject"
                              " where kind = 'state' and name = ? order by seq", (subject,)).fetchall()


class Run(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)

    def start(self):
        self.web = self.lab.web()
        self.lab.configure({"pad": self.web.url})
        self.lab.start()
        wait_for("pad is up", lambda: self.lab.state(PAD) == "up")
        wait_for("its page says so", lambda: "Disponible" in self.lab.page(PAGE))

    def blips(self):
        path = f"{self.lab.site}/api/v1/services/{PAD}.json"
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return json.load(file)["blips"]["newest"]

    def test_outage_and_return(self):
        self.start()
        self.web.failing = 1
        wait_for("the page lists a failure that was not confirmed", lambda: "Échecs isolés" in self.lab.page(PAGE))
        wait_for("and so does the API", self.blips)
        self.assertEqual((self.blips()[0]["check"], self.blips()[0]["family"]), ("http", "ipv4"))
        self.web.stop()
        wait_for("the page says «Indisponible»", lambda: "Indisponible" in self.lab.page(PAGE))
        self.web.start()
        wait_for("the page says «Disponible»", lambda: "Disponible" in self.lab.page(PAGE))
        wait_for("the return is in the ledger", lambda: len(spans(self.lab, PAD)) == 3)

        changes = spans(self.lab, PAD)
        self.assertEqual([change[3] for change in changes], ["up", "down", "up"])
        down, up = changes[1], changes[2]
        self.assertLess(down[1], down[0], "the last good result comes before the first bad one")
        self.assertLess(up[1], up[0], "the last bad result comes before the first good one")
        self.assertGreaterEqual(up[1], down[0])
        wait_for("rrdtool sees it, too", lambda: abs(self.down_by_rrdtool(down[0]) - (up[0] - down[0])) < 0.01,
                 seconds=200)
        self.assertEqual(self.lab.stop(), 0)

    def down_by_rrdtool(self, begin):
        """Seconds down in the file, by a program that knows nothing of us. A row is whole when its minute is over."""
        file = f"{self.lab.data}/series/{PAD}/avail.rrd"
        if not os.path.exists(file):  # it comes with the first flush
            return 0
        out = subprocess.run(["rrdtool", "fetch", file, "AVERAGE", "--start", str(begin - 600)],
                             capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}).stdout
        rows = [line.split(":")[1].split() for line in out.splitlines() if ":" in line]
        return sum(float(row[1]) for row in rows if "nan" not in row[1]) * 60

    def test_killed_prober(self):
        self.start()
        killed = self.lab.children()["prober"]
        os.kill(killed, signal.SIGKILL)
        wait_for("another prober", lambda: self.lab.children().get("prober", killed) != killed)
        first = self.lab.status()["measured"]
        wait_for("measuring goes on", lambda: self.lab.status()["measured"] > first)
        self.assertEqual(self.lab.state(PAD), "up")
        self.assertEqual(self.lab.stop(), 0)
        with sqlite3.connect(f"{self.lab.data}/ledger.sqlite") as ledger:
            blind = ledger.execute("select before, at from event where kind = 'blind'").fetchall()
        self.assertEqual(len(blind), 1)
        self.assertNotIn("down", [change[3] for change in spans(self.lab, PAD)])

    def test_killed_server(self):
        self.start()
        os.kill(self.lab.children()["serve"], signal.SIGKILL)
        wait_for("pages are served again", lambda: self.lab.get(PAGE)[0] == 200)

    def test_killed_keeper(self):
        self.start()
        self.web.stop()
        wait_for("pad is down", lambda: self.lab.state(PAD) == "down")
        wait_for("it is in the ledger", lambda: [c[3] for c in spans(self.lab, PAD)] == ["up", "down"])
        before = spans(self.lab, PAD)
        self.lab.monitor.kill()
        self.lab.monitor.wait()
        self.assertEqual(self.lab.get(PAGE)[0], 200, "the pages outlive the keeper")
        self.lab.start()
        wait_for("the new monitor believes what the old one did", lambda: self.lab.state(PAD) == "down")
        self.web.start()
        wait_for("pad is up", lambda: self.lab.state(PAD) == "up")
        wait_for("its page says so", lambda: "Disponible" in self.lab.page(PAGE))
        self.assertEqual(self.lab.stop(), 0)
        after = spans(self.lab, PAD)
        self.assertEqual(after[:2], before, "nothing that was recorded is lost or changed")
        self.assertEqual(after[-1][3], "up")

    def test_reload(self):
        self.start()
        other = self.lab.web(status=502)
        self.lab.configure({"pad": self.web.url, "mail": other.url})
        self.lab.monitor.send_signal(signal.SIGHUP)
        wait_for("the new service is measured", lambda: self.lab.state("chat-perche/mail") == "down")
        self.assertEqual(self.lab.state(PAD), "up", "state follows a service by its id")
        self.lab.write("vibrisse.yaml", "nonsense: [")
        self.lab.monitor.send_signal(signal.SIGHUP)
        wait_for("the fault is said", lambda: "the old one stays in force" in self.lab.said())
        first = wait_for("still running", self.unconfigured_measured)
        wait_for("and measuring", lambda: self.unconfigured_measured() > first)

    def test_gone_while_stopped(self):
        web = self.lab.web()
        self.lab.configure({"pad": web.url, "mail": web.url})
        self.lab.run("run", "-c", self.lab.config, "--once", check=True)
        mail = f"{self.lab.site}/fr/h/chat-perche/mail"
        self.assertTrue(os.path.exists(f"{mail}/index.html"))
        self.lab.configure({"pad": web.url})
        self.lab.run("run", "-c", self.lab.config, "--once", check=True)
        self.assertFalse(os.path.exists(mail), "its last page would say for ever what was true then")
        self.assertTrue(os.path.exists(f"{self.lab.site}{PAGE}index.html"))

    def unconfigured_measured(self):
        """The configuration is broken on disk: the page tells that measuring goes on."""
        status, body = self.lab.get("/healthz")
        return body if status == 200 else None

    def test_once(self):
        web = self.lab.web()
        self.lab.configure({"pad": web.url, "mail": "http://127.0.0.1:9/"})
        done = self.lab.run("run", "-c", self.lab.config, "--once")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(f"{self.lab.site}{PAGE}index.html", encoding="utf-8") as page:
            self.assertIn("Disponible", page.read())
        with open(f"{self.lab.site}/fr/h/chat-perche/mail/index.html", encoding="utf-8") as page:
            self.assertIn("Indisponible", page.read())

    def test_two_at_once(self):
        self.start()
        done = self.lab.run("run", "-c", self.lab.config)
        self.assertEqual(done.returncode, 1)
        self.assertIn("another vibrisse records", done.stderr)

    def test_unusable_folder(self):
        self.lab.configure({"pad": "http://127.0.0.1:9/"})
        self.lab.write("data/ledger.sqlite", "this is no ledger, it is a letter to grandmother " * 100)
        done = self.lab.run("run", "-c", self.lab.config)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_render_again(self):
        self.start()
        self.assertEqual(self.lab.stop(), 0)
        elsewhere = self.lab.path("elsewhere")
        done = self.lab.run("render", "-c", self.lab.config, "--site", elsewhere)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(os.path.exists(f"{elsewhere}{PAGE}index.html"))


if __name__ == "__main__":
    together.main()
