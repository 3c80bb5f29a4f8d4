"""The dead man's switch: receivers outside hear of a monitor that works, and nothing while any part of it does not."""
import contextlib
import http.server
import os
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

import together
from lab import Lab, wait_for

PAD = "chat-perche/pad"
WORDS = {"the record cannot be written", "the pages cannot be written"}


class Receiver:
    """As healthchecks documents itself: /ping/ID, and /start or /fail after it."""

    def __init__(self):
        self.signs, self.answer = [], (200, b"OK")
        self.free = threading.Event()  # else it takes what comes and does not answer
        self.free.set()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                words = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.signs.append((self.path, words, self.headers["User-Agent"]))
                receiver.free.wait(60)
                status, body = receiver.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/3f2b"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def beats(self):
        return sum(path == "/ping/3f2b" for path, _, _ in self.signs)

    def paths(self):
        return {path for path, _, _ in self.signs}


class Supervisor:
    """What systemd is to a service of Type=notify."""

    def __init__(self, lab):
        self.path = lab.path("notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.heard = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        with contextlib.suppress(OSError):
            while (said := self.socket.recv(4096).decode()) != "end":
                self.heard.append(said)

    def close(self):
        self.socket.sendto(b"end", self.path)
        self.socket.close()

    def beats(self):
        return self.heard.count("WATCHDOG=1")


class Heartbeat(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.receivers = [Receiver(), Receiver()]
        for receiver in self.receivers:
            self.addCleanup(receiver.close)
        self.supervisor = Supervisor(self.lab)
        self.addCleanup(self.supervisor.close)

    def start(self):
        self.secret = self.lab.write("heartbeat", self.receivers[1].url + "\n")
        os.chmod(self.secret, 0o600)
        self.web = self.lab.web()
        self.lab.configure({"pad": self.web.url}, more=(
            f'alerts: {{heartbeat-every: 1s, allow: ["127.0.0.0/8"], heartbeats: ["{self.receivers[0].url}",'
            f' {{file: {self.secret}}}]}}'))
        self.lab.start(NOTIFY_SOCKET=self.supervisor.path, WATCHDOG_USEC="2000000")
        self.addCleanup(self.lab.stop)
        self.goes_on()

    def goes_on(self):
        for receiver in self.receivers:
            before = receiver.beats()
            wait_for("signs of life come", lambda r=receiver, b=before: r.beats() > b + 1)

    def watchdog_goes_on(self):
        before = self.supervisor.beats()
        wait_for("the watchdog hears us", lambda: self.supervisor.beats() > before + 1)

    def falls_silent(self):
        """Nothing for so long that beats, which come each second, cannot have missed it by chance."""
        deadline, quiet, seen = time.monotonic() + 90, time.monotonic(), -1
        while time.monotonic() < deadline:
            beats = sum(receiver.beats() for receiver in self.receivers)
            if beats != seen:
                seen, quiet = beats, time.monotonic()
            if time.monotonic() - quiet > 5:
                return
            time.sleep(0.1)
        raise AssertionError("signs of life go on")

    def watchdog_falls_silent(self):
        wait_for("it is not told for longer than it waits", self.watchdog_waits_in_vain)

    def watchdog_waits_in_vain(self):
        before = self.supervisor.beats()
        time.sleep(2.5)
        return self.supervisor.beats() == before

    def test_well(self):
        self.start()
        for receiver in self.receivers:
            self.assertEqual(receiver.signs[0][:2], ("/ping/3f2b/start", "nothing is measured yet"))
            self.assertIn(("/ping/3f2b", "all is well"), [sign[:2] for sign in receiver.signs])
            self.assertEqual(receiver.paths(), {"/ping/3f2b", "/ping/3f2b/start"})
            self.assertTrue(receiver.signs[0][2].startswith("vibrisse/"))
        self.watchdog_goes_on()
        self.assertEqual(self.supervisor.heard[0], "READY=1")
        wait_for("the status says so", lambda: "STATUS=all is well" in self.supervisor.heard)
        self.assertEqual(self.lab.stop(), 0)
        wait_for("it says that it stops", lambda: "STOPPING=1" in self.supervisor.heard)
        self.assertNotIn("3f2b", self.lab.said(), "the URL is a secret")

    def test_frozen_prober(self):
        """It is ended and started again after a while: those that follow are frozen, too."""
        self.start()
        frozen, thaw = set(), threading.Event()

        def freeze():
            while not thaw.wait(0.2):
                pid = self.lab.children().get("prober")
                if pid:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGSTOP)
                        frozen.add(pid)

        thread = threading.Thread(target=freeze)
        thread.start()
        try:
            self.falls_silent()
            wait_for("the status says so", lambda: "STATUS=the prober is silent" in self.supervisor.heard)
            self.watchdog_falls_silent()
            wait_for("the receivers are told", lambda: "/ping/3f2b/fail" in self.receivers[0].paths())
        finally:
            thaw.set()
            thread.join()
            for pid in frozen:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        self.goes_on()
        self.watchdog_goes_on()

    def test_ledger_is_held(self):
        """No restart would mend that, and it would lose what waits: only the receivers are not told."""
        self.start()
        with contextlib.closing(sqlite3.connect(f"{self.lab.data}/ledger.sqlite", isolation_level=None)) as other:
            other.execute("begin immediate")
            self.falls_silent()
            self.watchdog_goes_on()
            wait_for("the receivers are told", lambda: ("/ping/3f2b/fail", "the record cannot be written") in
                     [sign[:2] for sign in self.receivers[1].signs])
            other.execute("rollback")
        self.goes_on()

    def test_full_disk(self):
        disk = tempfile.mkdtemp(prefix="vibrisse-disk-")
        self.addCleanup(os.rmdir, disk)
        if os.getuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", disk], check=False,
                                         capture_output=True).returncode:
            self.skipTest("only root can mount a small disk")
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        self.lab.data, self.lab.site = os.path.join(disk, "data"), os.path.join(disk, "site")
        self.start()
        filler = os.path.join(disk, "filler")
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        self.falls_silent()
        wait_for("the receivers are told", lambda: {words for _, words, _ in self.receivers[0].signs} & WORDS)
        os.remove(filler)
        self.goes_on()

    def test_killed(self):
        self.start()
        self.lab.monitor.kill()
        self.lab.monitor.wait()
        self.lab.log.close()
        self.falls_silent()
        self.assertNotIn("/ping/3f2b/fail", self.receivers[0].paths(), "nobody is left to tell")
        self.lab.monitor = None
        self.lab.start()
        self.goes_on()

    def test_receiver_fails(self):
        """The other hears of us all the same; it is said once, and that it is over."""
        self.receivers[0].answer = (200, b"OK (not found)")
        self.start()
        wait_for("it is said", lambda: "a heartbeat was not taken" in self.lab.said())
        self.receivers[0].answer = (503, b"")
        self.goes_on()
        self.receivers[0].answer = (200, b"OK")
        wait_for("it is over", lambda: "a heartbeat is taken again" in self.lab.said())
        self.assertEqual(self.lab.said().count("a heartbeat was not taken"), 1)

    def test_receiver_hangs(self):
        """It gets no second sign before it answered, and keeps none from the other."""
        self.start()
        self.receivers[0].free.clear()
        before, other = self.receivers[0].beats(), self.receivers[1].beats()
        wait_for("the other hears of us", lambda: self.receivers[1].beats() > other + 5)
        self.assertLessEqual(self.receivers[0].beats(), before + 1)
        self.receivers[0].free.set()
        self.goes_on()

    def test_courier_dies(self):
        self.start()
        os.kill(self.lab.children()["courier"], signal.SIGKILL)
        self.goes_on()

    def test_reload(self):
        self.start()
        with open(self.lab.config, encoding="utf-8") as file:
            text = file.read()
        with open(self.lab.config, "w", encoding="utf-8") as file:
            file.write(text.replace("heartbeats: [", "resolvers: []} #"))
        self.lab.monitor.send_signal(signal.SIGHUP)
        self.falls_silent()
        with open(self.lab.config, "w", encoding="utf-8") as file:
            file.write(text)
        self.lab.monitor.send_signal(signal.SIGHUP)
        self.goes_on()

    def test_check_config(self):
        self.lab.configure({"pad": "http://127.0.0.1:9/"},
                           more=f'alerts: {{heartbeats: ["{self.receivers[0].url}"]}}')
        done = self.lab.run("check-config", "-c", self.lab.config)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("a single heartbeat", done.stdout + done.stderr)
        done = self.lab.run("check-config", "--print", "-c", self.lab.config)
        self.assertIn('heartbeats: ["***"]', done.stdout)
        self.assertNotIn("3f2b", done.stdout + done.stderr)


if __name__ == "__main__":
    together.main()
