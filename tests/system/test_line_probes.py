"""Line protocols from outside: `vibrisse probe` against small servers."""
import json
import socketserver
import subprocess
import threading
import unittest

from lab import VIBRISSE, wait_for

UP, DOWN, UNKNOWN, USAGE = 0, 2, 3, 2


class Lines:
    """A server that says its greeting and then an answer to each line it hears."""

    def __init__(self, greeting, answers):
        lines = self
        self.heard = []

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(greeting)
                for line in self.rfile:
                    lines.heard.append(line.decode().rstrip())
                    word = line.split()[0].upper()
                    if word not in answers:
                        break
                    self.wfile.write(answers[word])

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


SMTP = {b"EHLO": b"250-mail.test\r\n250 HELP\r\n", b"QUIT": b"221 bye\r\n"}


class LineProbes(unittest.TestCase):
    def serve(self, *args):
        lines = Lines(*args)
        self.addCleanup(lines.stop)
        return lines

    def probe(self, *args):
        done = subprocess.run([VIBRISSE, "probe", "--json", "--allow-net", "127.0.0.0/8", *args], capture_output=True,
                              text=True, timeout=120)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return done, lines[0] if lines else None

    def test_good(self):
        lines = self.serve(b"220 mail.test ESMTP\r\n", SMTP)
        done, line = self.probe("-o", "starttls=never", "-o", "ehlo=client.test", f"smtp://127.0.0.1:{lines.port}")
        self.assertEqual((done.returncode, line["reason"], line["check"]), (UP, "ok", "smtp"), done.stderr)
        wait_for("the server has heard the parting", lambda: len(lines.heard) == 2)
        self.assertEqual(lines.heard, ["EHLO client.test", "QUIT"])
        for phase in ("connect", "first_byte", "total"):
            self.assertIn(phase, line["phases"])

    def test_without_starttls(self):
        lines = self.serve(b"220 mail.test ESMTP\r\n", SMTP)
        done, line = self.probe(f"smtp://127.0.0.1:{lines.port}")
        self.assertEqual((done.returncode, line["reason"]), (DOWN, "starttls_missing"))

    def test_refused(self):
        lines = self.serve(b"421 too busy\r\n", {})
        done, line = self.probe(f"submission://127.0.0.1:{lines.port}")
        self.assertEqual((done.returncode, line["reason"]), (DOWN, "banner_refused"))
        self.assertIn("421 too busy", line["detail"])

    def test_blocked(self):
        lines = self.serve(b"554 5.7.1 you are on a list\r\n", {})
        done, line = self.probe(f"smtp://127.0.0.1:{lines.port}")
        self.assertEqual((done.returncode, line["reason"]), (UNKNOWN, "blocked"))

    def test_not_its_protocol(self):
        lines = self.serve(b"220 mail.test ESMTP\r\n", SMTP)
        for scheme in ("imap", "pop3", "sieve", "irc", "redis", "xmpp"):
            done, line = self.probe(f"{scheme}://127.0.0.1:{lines.port}")
            self.assertEqual((done.returncode, line["reason"]), (DOWN, "protocol_error"), scheme)

    def test_options(self):
        for args, said in [
            (["-o", "starttls=perhaps", "smtp://mail.test"], "always, optional, never"),
            (["-o", "ehlo=a b", "smtp://mail.test"], "ehlo must be like"),
            (["-o", "starttls=never", "imaps://mail.test"], "no option"),
        ]:
            done, _ = self.probe(*args)
            self.assertEqual(done.returncode, USAGE)
            self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main()
