"""`vibrisse run` is given orders of all kinds one after the other, while what it measures comes and goes: it follows each or
refuses it with a sentence, ends when it is told to, and `verify` finds nothing wrong with its record.

VIBRISSE_TURMOIL_S=240 goes on for so long; the suite does it for some seconds. VIBRISSE_SEED repeats the orders, not what
happens between them."""
import base64
import contextlib
import datetime
import os
import random
import signal
import time
import unittest

from lab import Lab, wait_for
from test_word import result

LASTS = int(os.environ.get("VIBRISSE_TURMOIL_S", "20"))
SEED = int(os.environ.get("VIBRISSE_SEED", str(random.randrange(1 << 30))))
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
SERVICES, HOURS = 12, 5
PAGES = ("/fr/", "/metrics", "/api/v1/services.json", "/fr/h/chat-perche/", "/incidents.atom")
FOLLOWED, REFUSED = 0, (1, 2)


def stamp(seconds=0):
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


class Turmoil(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.webs = [self.lab.web() for _ in range(6)]
        self.dice = random.Random(SEED)
        self.count = self.ends = 0
        self.copy = self.lab.path("copy.tar.gz")
        self.configure()
        self.replay()
        self.lab.start()
        wait_for("it is up", lambda: self.lab.state("chat-perche/s1") == "up", 60)

    def checks(self, i):
        """Those of every second show what orders do to changes, those of every minute what they do to a long record."""
        interval = "1s" if i % 2 else "1m"
        return f'{{url: "{self.webs[i % len(self.webs)].url}", interval: {interval}, timeout: 1s, slow: 0s}}'

    def replay(self):
        now = int(time.time()) // 60 * 60
        done = self.lab.run("replay", "-c", self.lab.config, input="".join(
            result(at, service=f"chat-perche/s{i}") + "\n" for at in range(now - HOURS * 3600, now, 60)
            for i in range(0, SERVICES, 2)))
        self.assertEqual(done.returncode, 0, done.stderr)

    def configure(self, services=SERVICES, zone="Europe/Paris", languages="fr, en"):
        """A monitor that reads it while it is written keeps the one before."""
        self.lab.configure(
            {f"s{i}": [self.checks(i)] for i in range(services)},
            more=("alerts:\n  allow: [127.0.0.0/8]\n  targets:\n"
                  f'    - {{name: tech, channel: webhook, url: "http://127.0.0.1:9/", secret: {SECRET}}}\n'
                  "  routes: [{to: tech, hears: [down]}]\n"))
        with open(self.lab.config, encoding="utf-8") as file:
            text = file.read().replace("Europe/Paris", zone).replace("[fr, en]", f"[{languages}]")
        self.lab.write("vibrisse.yaml", text)

    def subject(self):
        return self.dice.choice(["chat-perche", self.service()])

    def service(self):
        return f"chat-perche/s{self.dice.randrange(SERVICES)}"

    def say(self, command, action, *args):
        """The year's report says with an option what the others say with a word."""
        return self.lab.run(command, action, "-c", self.lab.config, *args)

    # ---- orders ----

    def comment(self):
        return self.say("report", str(datetime.date.today().year), "--comment", "chat-perche", "--fr", f"Mot {self.count}",
                        "--by", f"moi{self.count % 50}")

    def draft(self):
        return self.say("report", str(datetime.date.today().year), "--draft", "--until", stamp(40 * 86400)[:10])

    def announce(self):
        return self.say("maintenance", "add", self.subject(), "--from", stamp(self.dice.choice([1, 86400])), "--for", "1m",
                        "--fr", "Mise à jour", "--by", "moi")

    def cancel(self):
        return self.say("maintenance", "cancel", str(self.dice.randrange(1, self.count + 5)), "--by", "moi")

    def annotate(self):
        return self.say("incident", self.dice.choice(["annotate", "dispute"]), self.service(), "--at", stamp(), "--fr",
                        f"Panne {self.count}", "--by", "moi")

    def acknowledge(self):
        return self.say("alert", "ack", self.subject())

    def silence(self):
        return self.say("alert", "silence", self.subject(), "--for", "1m")

    def ask(self):
        return self.dice.choice([lambda: self.say("alert", "list"),
                                 lambda: self.lab.run("status", "-c", self.lab.config)])()

    def backup(self):
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.copy)
        done = self.lab.run("backup", "--data", self.lab.data, "--out", self.copy)
        self.assertEqual(done.returncode, 0, done.stderr)

    def look(self):
        self.lab.get(self.dice.choice(PAGES))

    def flip(self):
        web = self.dice.choice(self.webs)
        web.status = 503 if web.status == 200 else 200

    def reload(self):
        self.lab.monitor.send_signal(signal.SIGHUP)

    def change(self):
        self.configure(self.dice.choice([8, 10, SERVICES]), self.dice.choice(["Europe/Paris", "UTC", "Pacific/Auckland"]),
                       self.dice.choice(["fr, en", "fr", "en, fr"]))
        self.reload()

    def kill_child(self):
        with contextlib.suppress(ProcessLookupError):
            for pid in sorted(self.lab.children().values())[:1]:
                os.kill(pid, signal.SIGKILL)

    def start_again(self):
        self.ends += 1
        self.lab.start()
        wait_for("it answers", self.lab.status, 60)

    def kill(self):
        self.lab.monitor.kill()
        self.lab.monitor.wait()
        self.start_again()

    def restart(self):
        self.assertEqual(self.lab.stop(), 0)
        self.start_again()

    def verify(self, config):
        verified = self.lab.run("verify", "-c", config)
        self.assertEqual(verified.returncode, 0, f"seed {SEED}: {verified.stdout}{verified.stderr}")
        self.assertNotIn(", 0 hours compared", verified.stdout)

    def check_copy(self):
        """It was made while the monitor wrote."""
        done = self.lab.run("restore", "--data", self.lab.path("restored"), "--in", self.copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.lab.config, encoding="utf-8") as file:
            text = file.read().replace(f"data: {self.lab.data}\n", f"data: {self.lab.path('restored')}\n")
        self.verify(self.lab.write("restored.yaml", text))

    def test_orders_of_all_kinds(self):
        often = [self.comment, self.flip, self.reload, self.change]
        kinds = 3 * often + 2 * [self.draft, self.announce, self.cancel, self.annotate, self.acknowledge, self.silence, self.ask,
                                 self.look] + [self.backup, self.kill, self.kill_child, self.restart]
        ends = time.monotonic() + LASTS
        while time.monotonic() < ends:
            self.count += 1
            order = self.dice.choice(kinds)
            done = order()
            where = f"order {self.count} of seed {SEED}, {order.__name__}"
            self.assertIsNone(self.lab.monitor.poll(), f"{where}: the monitor ended\n{self.lab.said()[-4000:]}")
            if done and done.returncode != FOLLOWED:
                self.assertIn(done.returncode, REFUSED, where)
                self.assertNotIn("hung up", done.stderr, where)
        self.backup()
        print(f"{self.count} orders, {self.ends} kills and restarts among them", flush=True)
        self.assertEqual(self.lab.stop(), 0)
        self.verify(self.lab.config)
        self.check_copy()


if __name__ == "__main__":
    unittest.main()
