"""`vibrisse prober` as its keeper sees it: orders in, result lines and heartbeats out, no trace on the disk."""
import json
import os
import signal
import subprocess
import tempfile
import unittest

from lab import VIBRISSE, Web, wait_for


class Prober(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.web = Web()
        self.addCleanup(self.web.stop)
        self.process = subprocess.Popen([VIBRISSE, "prober"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        bufsize=1, cwd=self.folder.name)
        self.addCleanup(self.end)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def order(self, *checks, **rules):
        for check in checks:
            self.process.stdin.write(json.dumps({
                "v": 1, "order": "watch", "service": "hoster/service", "role": "essential", "family": "both",
                "interval_ms": 1000, "timeout_ms": 5000, "slow_ms": 0, "options": [], **check}) + "\n")
        self.process.stdin.write(json.dumps({
            "v": 1, "order": "go", "vantage": "here", "at_once": True, "user_agent_url": "https://example.org/robot",
            "allow": ["127.0.0.0/8"], "servers": [], "rechecks_ms": [100, 200, 300], **rules}) + "\n")
        self.process.stdin.flush()

    def result(self):
        while True:
            line = json.loads(self.process.stdout.readline())
            if "heartbeat" not in line:
                return line

    def test_results_until_the_input_ends(self):
        self.order({"id": "web", "url": self.web.url})
        self.assertEqual(self.result()["outcome"], "up")
        self.web.stop()
        while self.result()["outcome"] == "up":
            pass
        self.assertEqual([self.result()["attempt"] for _ in range(2)], [2, 3])
        self.web.start()
        self.process.stdin.close()
        self.assertEqual(self.process.wait(60), 0)
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_ends_when_nobody_takes_its_results(self):
        self.order({"id": "web", "url": self.web.url})
        self.result()
        self.process.stdout.close()
        self.assertEqual(self.process.wait(60), 0)

    def test_our_own_resolver_gone(self):
        self.order({"id": "web", "url": "http://name.example/"}, servers=["127.0.0.1:1"])
        result = self.result()
        self.assertEqual((result["outcome"], result["reason"]), ("unknown", "self"))

    def test_new_rules_hold_at_once(self):
        self.order({"id": "web", "url": self.web.url}, allow=[])
        self.assertEqual(self.result()["reason"], "refused_by_policy")
        self.order({"id": "web", "url": self.web.url})
        wait_for("the exception is in force", lambda: self.result()["reason"] == "ok")

    def test_ctrl_c_is_not_for_it(self):
        self.order({"id": "web", "url": self.web.url})
        self.result()
        self.process.send_signal(signal.SIGINT)
        for _ in range(3):
            self.assertEqual(self.result()["outcome"], "up")

    def test_a_terminal_or_a_file_is_no_keeper(self):
        with tempfile.TemporaryFile() as file:
            done = subprocess.run([VIBRISSE, "prober"], stdin=file, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("pipe", done.stderr)


if __name__ == "__main__":
    unittest.main()
