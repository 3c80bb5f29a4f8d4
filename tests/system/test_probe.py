"""`vibrisse probe` from outside: what it prints, how it exits, what it refuses."""
import json
import os
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from lab import VIBRISSE, Web, free_port

LOOPBACK = ["--allow-net", "127.0.0.0/8"]
UP, DEGRADED, DOWN, UNKNOWN, USAGE = 0, 1, 2, 3, 2


def probe(*args, **env):
    return subprocess.run([VIBRISSE, "probe", *args], capture_output=True, text=True, timeout=120,
                          env={**os.environ, **env})


class Probe(unittest.TestCase):
    def web(self, **how):
        web = Web(**how)
        self.addCleanup(web.stop)
        return web

    def lines(self, *args):
        done = probe("--json", *LOOPBACK, *args)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def test_up(self):
        web = self.web()
        done = probe(*LOOPBACK, web.url)
        self.assertEqual(done.returncode, UP, done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        for word in (web.url, "IPv4", "up", "127.0.0.1", "answers normally", "connect", "total"):
            self.assertIn(word, done.stdout)
        self.assertNotIn("\033", done.stdout)

    def test_result_lines(self):
        web = self.web()
        status, lines = self.lines(web.url)
        self.assertEqual(status, UP)
        (line,) = lines
        self.assertEqual({key: line[key] for key in ("v", "vantage", "service", "check", "family", "outcome", "reason",
                                                     "address", "attempt")},
                         {"v": 1, "vantage": "local", "service": "local/probe", "check": "http", "family": "ipv4",
                          "outcome": "up", "reason": "ok", "address": "127.0.0.1", "attempt": 1})
        self.assertGreater(line["phases"]["total"], 0)

    def test_down(self):
        self.assertEqual(probe(*LOOPBACK, self.web(status=500).url).returncode, DOWN)
        status, (line,) = self.lines(f"http://127.0.0.1:{free_port()}/")
        self.assertEqual((status, line["reason"]), (DOWN, "connect_refused"))

    def test_slow_is_degraded(self):
        def answer_late(server):
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                time.sleep(0.1)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        with socket.create_server(("127.0.0.1", 0)) as server:
            thread = threading.Thread(target=answer_late, args=[server])
            thread.start()
            self.addCleanup(thread.join)
            status, (line,) = self.lines("-o", "slow=20ms", f"http://127.0.0.1:{server.getsockname()[1]}/")
        self.assertEqual((status, line["outcome"], line["reason"]), (DEGRADED, "degraded", "slow"))

    def test_silence_is_a_timeout(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"http://127.0.0.1:{server.getsockname()[1]}/"
            for patience in ("300ms", "3s", "30s"):  # to connect within
                status, (line,) = self.lines("--timeout", patience, url)
                if line["reason"] != "connect_timeout":
                    break
        self.assertEqual((status, line["reason"]), (DOWN, "timeout"))
        self.assertLess(line["phases"].get("total", 300), 5000)

    def test_the_worst_counts(self):
        up, refused = self.web().url, f"http://127.0.0.1:{free_port()}/"
        self.assertEqual(probe(*LOOPBACK, up, refused).returncode, DOWN)
        self.assertEqual(probe(*LOOPBACK, up, "http://10.0.0.1/").returncode, UNKNOWN)
        self.assertEqual(probe(*LOOPBACK, refused, "http://10.0.0.1/").returncode, DOWN)

    def test_private_networks_are_refused(self):
        for url in ("http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
                    "http://169.254.169.254/", "http://[64:ff9b::7f00:1]/", "http://10.0.0.1/", "http://0.0.0.0/"):
            done = probe("--json", url)
            self.assertEqual(done.returncode, UNKNOWN, url)
            for line in done.stdout.splitlines():
                self.assertEqual(json.loads(line)["reason"], "refused_by_policy", url)
        self.assertEqual(probe("--allow-net", "10.0.0.0/8", "http://127.0.0.1/").returncode, UNKNOWN)

    def test_address_instead_of_resolving(self):
        web = self.web()
        status, (line,) = self.lines("-o", "address=127.0.0.1", f"http://name.invalid:{web.port}/")
        self.assertEqual((status, line["address"], line["family"]), (UP, "127.0.0.1", "ipv4"))
        self.assertNotIn("resolve", line["phases"])

    def test_one_family(self):
        with socket.socket(socket.AF_INET6) as sock:
            try:
                sock.bind(("::1", 0))
            except OSError:
                self.skipTest("no IPv6 here")
            port = sock.getsockname()[1]
        both = ["--allow-net", "::1/128", f"http://localhost:{port}/"]
        self.assertEqual({line["family"] for line in self.lines(*both)[1]}, {"ipv4", "ipv6"})
        self.assertEqual([line["family"] for line in self.lines("--ipv4", *both)[1]], ["ipv4"])
        self.assertEqual([line["family"] for line in self.lines("--ipv6", *both)[1]], ["ipv6"])
        self.assertEqual([line["family"] for line in self.lines("-o", "family=ipv6", *both)[1]], ["ipv6"])

    def test_usage(self):
        for args, said in [
            ([], "at least one URL"),
            (["htps://example.org"], "did you mean https?"),
            (["example.org"], "no address"),
            (["https://user:secret@example.org"], "user name or password"),
            (["-o", "famly=ipv4", "https://example.org"], "did you mean family?"),
            (["-o", "expect-statis=200", "https://example.org"], "did you mean expect-status?"),
            (["-o", "family=ipv5", "https://example.org"], "one of both, ipv4, ipv6"),
            (["-o", "url=http://x", "https://example.org"], "no option"),
            (["-o", "nonsense", "https://example.org"], "key=value"),
            (["--timeout", "10", "https://example.org"], "duration"),
            (["--allow-net", "everything", "https://example.org"], "no network"),
            (["-o", "address=localhost", "https://example.org"], "literal"),
            (["--ipv4", "https://[::1]/"], "no ipv4 address"),
            (["--colour", "https://example.org"], "unknown option"),
        ]:
            done = probe(*args)
            self.assertEqual(done.returncode, USAGE, args)
            self.assertIn(said, done.stderr)
            self.assertNotIn("secret", done.stderr)
            self.assertEqual(done.stdout, "")

    def test_authorities_that_cannot_be_read(self):
        with tempfile.NamedTemporaryFile() as empty:
            done = probe("--ca-file", empty.name, "https://127.0.0.1/")
        self.assertEqual(done.returncode, UNKNOWN)
        self.assertIn(empty.name, done.stderr)


if __name__ == "__main__":
    unittest.main()
