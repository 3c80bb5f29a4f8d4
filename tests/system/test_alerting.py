"""`vibrisse run` alerts: a service that is stopped and started, a receiver that is not always there, a monitor that is
killed. Each transition arrives exactly once; twice only after a crash, and then under the same id.

VIBRISSE_KILLS=200 kills the monitor so often while it delivers; the suite does it a few times. VIBRISSE_SEED repeats."""
import base64
import collections
import contextlib
import datetime
import http.server
import json
import os
import random
import signal
import sqlite3
import threading
import time
import unittest

import together
from lab import Lab, free_port, wait_for

KILLS = int(os.environ.get("VIBRISSE_KILLS", "6"))
SEED = int(os.environ.get("VIBRISSE_SEED", str(random.randrange(1 << 30))))
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
PAD = "chat-perche/pad"

Message = collections.namedtuple("Message", "at id kind thread opens rows")


class Receiver:
    """Takes webhooks; can be told to answer otherwise, to be away, and to be slow."""

    def __init__(self):
        self.taken, self.tried, self.status, self.delay = [], [], 204, 0
        self.server, self.port = None, free_port()
        self.start()

    def start(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["data"]
                message = Message(time.time(), self.headers["webhook-id"], data["kind"], data["thread"],
                                  data.get("opens", False),
                                  data["rows"])
                receiver.tried.append(message)
                status = receiver.status
                time.sleep(receiver.delay)
                if status < 300:
                    receiver.taken.append(message)
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True
            request_queue_size = 128
            daemon_threads = True

        self.server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def kinds(self):
        return [message.kind for message in self.taken]


class Alerting(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)
        self.pad = self.lab.web()
        self.configure()

    def services(self):
        return {"pad": [f'{{url: "{self.pad.url}", interval: 1s, timeout: 1s, slow: 0s}}']}

    def configure(self, route="hears: [down]", targets="", more=""):
        self.lab.configure(
            self.services(),
            more=(f"{more}\n"
                  "alerts:\n"
                  "  allow: [127.0.0.0/8]\n"
                  "  targets:\n"
                  f'    - {{name: tech, channel: webhook, url: "http://127.0.0.1:{self.receiver.port}/", secret: {SECRET}}}\n'
                  f"{targets}"
                  f"  routes: [{{to: tech, {route}}}]\n"))

    def start(self, state="up"):
        self.lab.start()
        self.wait_state(state)

    def wait_state(self, state):
        wait_for(f"{PAD} is {state}", lambda: self.lab.state(PAD) == state, 60)

    def wait_taken(self, count, seconds=300):
        """The next try may be as late as the receiver was dead for."""
        wait_for(f"{count} messages, of {self.receiver.taken}", lambda: len(self.receiver.taken) >= count, seconds)

    def alert(self, *args, status=0):
        done = self.lab.run("alert", args[0], "-c", self.lab.config, *args[1:])
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def listed(self):
        return json.loads(self.alert("list", "--json"))

    def verdicts(self, state):
        """When the ledger was told that the service became so, in s."""
        with contextlib.closing(sqlite3.connect(os.path.join(self.lab.data, "ledger.sqlite"))) as ledger:
            rows = ledger.execute("select recorded_ms from event join subject on subject.id = event.subject where name = ?"
                                  " and kind = 'state' and state = ? order by seq", (PAD, state)).fetchall()
        return [row[0] / 1000 for row in rows]

    def deliveries(self):
        """What the ledger has of each, for whoever wonders why something came otherwise."""
        with contextlib.closing(sqlite3.connect(os.path.join(self.lab.data, "ledger.sqlite"))) as ledger:
            return ledger.execute("select id, kind, state, created_ms, due_ms, tries, why from delivery order by number").fetchall()

    def check_once_each(self, kinds):
        self.assertEqual(self.receiver.kinds(), kinds)
        self.assertEqual(len({message.id for message in self.receiver.taken}), len(kinds))
        for begin, end in zip(self.receiver.taken[::2], self.receiver.taken[1::2]):
            self.assertTrue(begin.opens and not end.opens)
            self.assertEqual(begin.thread, end.thread)
            self.assertEqual([row["service"] for row in begin.rows + end.rows], [PAD, PAD])


class Transitions(Alerting):
    def test_each_once(self):
        self.start()
        self.assertEqual(self.alert("list"), "nothing goes on that anybody is alerted of\n")
        for turn in (1, 2):
            self.pad.stop()
            self.wait_taken(2 * turn - 1)
            self.pad.start()
            self.wait_taken(2 * turn)
        self.wait_state("up")
        time.sleep(3)  # nothing more comes
        self.check_once_each(["down", "recovery"] * 2)
        self.assertNotEqual(self.receiver.taken[0].thread, self.receiver.taken[2].thread)
        told, verdict = self.receiver.taken[0].at, self.verdicts("down")[0]
        print(f"from the verdict in the ledger to the message accepted: {told - verdict:.2f} s")
        wait_for("a quiet list", lambda: self.listed() == {"alerts": [], "messages": [], "silences": []})
        self.assertEqual(self.lab.stop(), 0)
        self.assertEqual(self.listed(), {"alerts": [], "messages": [], "silences": []})
        verified = self.lab.run("verify", "-c", self.lab.config)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_no_courier_for_nobody(self):
        self.lab.configure(self.services())
        self.start()
        self.assertNotIn("courier", self.lab.children())
        self.configure()
        self.lab.monitor.send_signal(signal.SIGHUP)
        wait_for("a courier", lambda: "courier" in self.lab.children())
        self.pad.stop()
        self.wait_taken(1)

    def test_receiver_dead_and_back(self):
        self.receiver.stop()
        self.start()
        self.pad.stop()
        self.wait_state("down")
        wait_for("a try that failed", lambda: [m for m in self.listed()["messages"] if m["tries"]])
        self.receiver.start()
        self.wait_taken(1)
        self.pad.start()
        self.wait_taken(2)
        self.check_once_each(["down", "recovery"])

    def test_errors_and_an_orderly_restart_in_between(self):
        self.receiver.status = 503
        self.start()
        self.pad.stop()
        wait_for("a try", lambda: self.receiver.tried)
        self.assertEqual(self.lab.stop(), 0)
        [message] = self.listed()["messages"]
        self.assertEqual((message["kind"], message["state"], message["target"]), ("down", "pending", "tech"))
        self.receiver.status = 204
        self.start("down")
        self.wait_taken(1)
        self.pad.start()
        self.wait_taken(2)
        self.check_once_each(["down", "recovery"])
        self.assertEqual({m.id for m in self.receiver.tried if m.kind == "down"}, {self.receiver.taken[0].id})

    def test_over_before_it_was_told(self):
        """One message with its end, not two in a row."""
        self.receiver.stop()
        self.start()
        self.pad.stop()
        self.wait_state("down")
        wait_for("a try that failed", lambda: [m for m in self.listed()["messages"] if m["tries"]])
        self.pad.start()
        self.wait_state("up")
        wait_for("the end", lambda: [m for m in self.listed()["messages"] if m["kind"] == "recovery"])
        self.receiver.start()
        self.wait_taken(1)
        time.sleep(2)
        self.assertEqual([(m.kind, m.opens) for m in self.receiver.taken], [("recovery", True)])

    def test_refused_is_final(self):
        self.receiver.status = 410
        self.start()
        self.pad.stop()
        wait_for("a refusal", lambda: [m for m in self.listed()["messages"] if m["state"] == "refused"])
        self.assertEqual(len(self.receiver.tried), 1)
        wait_for("it is said", lambda: "an alert was refused" in self.lab.said())

    def test_stopped_while_a_receiver_thinks(self):
        """An orderly end waits for the answer: it is not sent again."""
        self.receiver.delay = 1.5
        self.start()
        self.pad.stop()
        wait_for("a try", lambda: self.receiver.tried)
        self.assertEqual(self.lab.stop(), 0)
        self.receiver.delay = 0
        self.assertEqual(self.listed()["messages"], [])
        self.start("down")
        self.pad.start()
        self.wait_taken(2)
        self.check_once_each(["down", "recovery"])
        self.assertEqual(len(self.receiver.tried), 2)

    def test_flapping_is_told_once_and_its_end(self):
        self.configure("hears: [down, flapping]")
        self.start()
        deadline = time.monotonic() + 90
        while "flapping" not in self.receiver.kinds() and time.monotonic() < deadline:
            self.pad.status = 200 if self.pad.status == 503 else 503
            time.sleep(1.5)
        self.pad.status = 200
        wait_for("its end", lambda: "steady" in self.receiver.kinds(), 90)
        time.sleep(3)  # nothing more comes
        told = self.receiver.taken
        first = self.receiver.kinds().index("flapping")
        self.assertEqual(self.receiver.kinds()[first:], ["flapping", "steady"])
        self.assertEqual(told[first].thread, told[-1].thread)

    def test_many_that_waited_are_a_digest_after_a_restart(self):
        """Hosters that share nothing but the receiver, which is dead; so is the monitor for a while."""
        sentinels = ", ".join(f'"{self.lab.web().url}"' for _ in range(3))  # so many are not our own fault
        self.configure(more=f"sentinels: [{sentinels}]")
        hosters = [f"h{i:02d}" for i in range(12)]
        webs = [self.lab.web(host=f"127.0.{i + 1}.1") for i in range(len(hosters))]
        for name, web in zip(hosters, webs):
            self.lab.write(f"hosters.d/{name}.yaml", f"hoster: {name}\nname: {name}\nservices:\n  - id: pad\n    checks:\n"
                           f'      - {{url: "{web.url}", interval: 1s, timeout: 1s, slow: 0s}}\n')
        self.receiver.stop()
        self.lab.start()
        wait_for("all are up", lambda: {self.lab.state(f"{name}/pad") for name in hosters} == {"up"}, 90)
        for web in webs:
            web.stop()
        wait_for("a try that failed", lambda: [m for m in self.listed()["messages"] if m["tries"]], 120)
        wait_for("all are told", lambda: {a["told"] for a in self.listed()["alerts"]} == {"down"} and
                 len(self.listed()["alerts"]) == len(hosters), 120)
        self.assertEqual(self.lab.stop(), 0)
        before = self.deliveries()
        self.receiver.start()
        self.lab.start()
        wait_for("all of it", lambda: sum(len(m.rows) for m in self.receiver.taken) >= len(hosters), 300)
        time.sleep(3)  # nothing more comes
        self.assertIn("digest", self.receiver.kinds(), f"\nat the stop: {before}\nnow: {self.deliveries()}\n"
                      f"taken: {self.receiver.taken}\nsaid: {self.lab.said()}")
        self.assertLessEqual(len(self.receiver.taken), 2)
        rows = [row["service"] for message in self.receiver.taken for row in message.rows]
        self.assertEqual(sorted(rows), [f"{name}/pad" for name in hosters])

    def test_courier_dies(self):
        self.receiver.delay = 30
        self.start()
        self.pad.stop()
        wait_for("a try", lambda: self.receiver.tried)
        os.kill(self.lab.children()["courier"], signal.SIGKILL)
        self.receiver.delay = 0
        wait_for("another try", lambda: len(self.receiver.tried) > 1)
        self.assertEqual(len({m.id for m in self.receiver.tried}), 1)


class Words(Alerting):
    def test_acknowledge(self):
        """Running: it is asked of the monitor; an escalation that waits for it is dropped."""
        self.configure("hears: [down], escalate: [sms], accept: acknowledged",
                       f'    - {{name: sms, channel: webhook, url: "http://127.0.0.1:9/", secret: {SECRET}}}\n')
        self.start()
        self.assertIn("nothing that somebody was alerted of", self.alert("ack", PAD, status=1))
        self.pad.stop()
        self.wait_taken(1)
        wait_for("a way that waits, and it alone", lambda: [m["target"] for m in self.listed()["messages"]] == ["sms"])
        self.assertIn(PAD, self.alert("ack", self.receiver.taken[0].thread))
        [standing] = self.listed()["alerts"]
        self.assertTrue(standing["acknowledged"])
        self.assertEqual((standing["thread"], standing["held"]), (self.receiver.taken[0].thread, standing["held"]))
        self.assertEqual(self.listed()["messages"], [])
        self.lab.stop()
        self.assertTrue(self.listed()["alerts"][0]["acknowledged"])
        self.assertIn(PAD, self.alert("ack", PAD))  # without a monitor

    def test_silence(self):
        self.assertIn("no hoster or service", self.alert("silence", "chat-perche/nothing", "--for", "1h", status=2))
        self.assertIn("give one of", self.alert("silence", PAD, status=2))
        self.lab.start()
        self.wait_state("up")
        self.lab.stop()
        self.alert("silence", "chat-perche", "--for", "1h")  # without a monitor
        self.start()
        self.assertEqual([s["subject"] for s in self.listed()["silences"]], ["chat-perche"])
        self.pad.stop()
        self.wait_state("down")
        wait_for("why it waits", lambda: [a for a in self.listed()["alerts"] if a["held"] == "silence"])
        self.assertEqual(self.receiver.tried, [])
        self.alert("silence", "chat-perche", "--end")
        self.wait_taken(1)

    def test_maintenance(self):
        self.start()
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
        form = "%Y-%m-%dT%H:%M:%SZ"
        done = self.lab.run("maintenance", "add", "-c", self.lab.config, PAD, "--from", begin.strftime(form), "--to",
                            end.strftime(form), "--fr", "Mise à jour", "--by", "Essai")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.pad.stop()
        wait_for("why it waits", lambda: [a for a in self.listed()["alerts"] if a["held"] == "maintenance"])
        self.assertEqual(self.receiver.tried, [])


class Kills(Alerting):
    def test_killed_while_it_delivers(self):
        chance = random.Random(SEED)
        print(f"VIBRISSE_KILLS={KILLS} VIBRISSE_SEED={SEED}", flush=True)
        self.start()
        for turn in range(KILLS):
            known = {message.id for message in self.receiver.taken}
            (self.pad.start if turn % 2 else self.pad.stop)()
            self.let_pass(chance, len(self.receiver.tried))
            self.lab.monitor.kill()
            self.lab.monitor.wait()
            self.lab.log.close()
            self.lab.start()
            self.receiver.delay = 0
            wait_for(f"the message of turn {turn}", lambda: {m.id for m in self.receiver.taken} - known, 120)
        time.sleep(2)
        self.check(KILLS)

    def let_pass(self, chance, tried):
        """Some time at random; or until the receiver has a message that it has not answered."""
        in_the_midst = chance.random() < 0.4
        self.receiver.delay = chance.choice([0.2, 0.5]) if in_the_midst else chance.choice([0, 0, 0.1])
        if in_the_midst:
            wait_for("a try", lambda: len(self.receiver.tried) > tried, 120)
        else:
            time.sleep(chance.uniform(0.5, 7))

    def check(self, kills):
        first = {}
        for message in self.receiver.taken:
            known = first.setdefault(message.id, message)
            self.assertEqual(known[2:], message[2:])
        told = list(first.values())
        self.assertEqual([m.kind for m in told], (["down", "recovery"] * kills)[:kills])
        for begin, end in zip(told[::2], told[1::2]):
            self.assertEqual(begin.thread, end.thread)
        print(f"{kills} kills, {len(told)} transitions, each told; {len(self.receiver.taken) - len(told)} told again under "
              "the same id", flush=True)
        wait_for("it runs, and is not killed by what should end it", self.lab.status)
        self.assertEqual(self.lab.stop(), 0)
        verified = self.lab.run("verify", "-c", self.lab.config)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)


if __name__ == "__main__":
    together.main()
