"""mysql:// against MariaDB itself, where it is installed, with the least patience for visitors that it has; and a server that
has none left."""
import contextlib
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

from lab import VIBRISSE, free_port, wait_for

UP, DEGRADED, DOWN, UNKNOWN = 0, 1, 2, 3
SERVER = shutil.which("mariadbd", path="/usr/sbin:/usr/bin")
INSTALL = shutil.which("mariadb-install-db")
CLIENT = shutil.which("mariadb")


def probe(port, *args):
    done = subprocess.run([VIBRISSE, "probe", "--json", "--allow-net", "127.0.0.0/8", "-o", "address=127.0.0.1", *args,
                           f"mysql://localhost:{port}"], capture_output=True, text=True, timeout=120)
    line = json.loads(done.stdout)
    return done.returncode, line["reason"], line.get("detail", ""), line


class TurnedAway(unittest.TestCase):
    """Errors in place of a greeting."""

    def serve(self, code, words):
        error = b"\xff" + code.to_bytes(2, "little") + words
        server = socket.create_server(("127.0.0.1", 0))

        def work():
            visitor, _ = server.accept()
            with visitor:
                visitor.sendall(len(error).to_bytes(3, "little") + b"\x00" + error)
                visitor.recv(1)

        thread = threading.Thread(target=work)
        thread.start()
        self.addCleanup(server.close)
        self.addCleanup(thread.join)
        return server.getsockname()[1]

    def test_reasons(self):
        for code, words, status, reason in ((1040, b"#08004Too many connections", DOWN, "banner_refused"),
                                            (1129, b"Host is blocked", UNKNOWN, "blocked"),
                                            (1130, b"Host is not allowed", UNKNOWN, "blocked")):
            got = probe(self.serve(code, words))
            self.assertEqual(got[:2], (status, reason))
            self.assertEqual(got[2], f"{code}: " + words.decode().removeprefix("#08004"))

    def test_nobody(self):
        self.assertEqual(probe(free_port())[:2], (DOWN, "connect_refused"))


@unittest.skipUnless(SERVER and INSTALL and CLIENT, "mariadb-server is not installed")
class MariaDB(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vibrisse-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                        "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       cwd=cls.folder, check=True, capture_output=True)
        os.chmod(cls.folder + "/key.pem", 0o644)
        os.chmod(cls.folder, 0o755)
        if os.getuid() == 0:
            shutil.chown(cls.folder, cls.user)
        subprocess.run([INSTALL, "--no-defaults", f"--datadir={cls.folder}/data", f"--user={cls.user}",
                        "--auth-root-authentication-method=normal", "--skip-test-db"], check=True, capture_output=True, timeout=120)

    @contextlib.contextmanager
    def server(self, *args):
        port, path = free_port(), self.folder + "/socket"
        with subprocess.Popen([SERVER, "--no-defaults", f"--datadir={self.folder}/data", f"--user={self.user}", f"--socket={path}",
                               f"--port={port}", "--bind-address=127.0.0.1", f"--pid-file={self.folder}/pid", *args],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                wait_for("mariadb", lambda: server.poll() is None and self.ask(path, "SELECT 1").returncode == 0)
                yield port, lambda words: self.ask(path, words).stdout
            finally:
                server.terminate()

    def ask(self, path, words):
        return subprocess.run([CLIENT, "--no-defaults", "-u", "root", "-S", path, "-N", "-e", words], capture_output=True, text=True,
                              timeout=60)

    def test_with_tls(self):
        with self.server(f"--ssl-cert={self.folder}/cert.pem", f"--ssl-key={self.folder}/key.pem") as (port, ask):
            trusted = ["--ca-file", self.folder + "/cert.pem"]
            status, reason, detail, line = probe(port, *trusted)
            self.assertEqual((status, reason, detail), (UP, "ok", ""))
            for phase in ("connect", "tls", "first_byte", "total"):
                self.assertGreaterEqual(line["phases"][phase], 0)
            self.assertEqual(probe(port)[:2], (DEGRADED, "tls_self_signed"))
            self.assertEqual(probe(port, "-o", "starttls=never")[:3], (UP, "ok", ""))
            ask("SET GLOBAL require_secure_transport=ON")
            self.assertEqual(probe(port, *trusted)[:2], (UP, "ok"))
            counted = dict(line.split("\t") for line in ask("SHOW GLOBAL STATUS LIKE 'Abort%'").splitlines())
            self.assertEqual(counted["Aborted_clients"], "0")
            self.assertNotIn("vibrisse", ask("SELECT user FROM mysql.user"))
        self.assertEqual(probe(port)[:2], (DOWN, "connect_refused"))

    def test_without_tls(self):
        with self.server("--skip-ssl") as (port, ask):
            for option, status, reason in (("always", DOWN, "starttls_missing"), ("optional", UP, "ok"), ("never", UP, "ok")):
                self.assertEqual(probe(port, "-o", "starttls=" + option)[:2], (status, reason))
            ask("SET GLOBAL max_connections=10")
            with contextlib.ExitStack() as visitors:
                def is_full():
                    """The client that has just asked may still be on its way out, and a place becomes free."""
                    visitors.enter_context(socket.create_connection(("127.0.0.1", port))).recv(1)
                    return probe(port)[:3] == (DOWN, "banner_refused", "1040: Too many connections")

                wait_for("nobody more is let in", is_full)

    def test_who_is_let_in_without_a_password(self):
        """An account for everybody is not logged in to."""
        with self.server("--skip-ssl") as (port, ask):
            ask("CREATE USER ''@'localhost'; CREATE USER vibrisse@'localhost'; CREATE USER vibrisse@'127.0.0.1'")
            self.assertEqual(probe(port, "-o", "starttls=never")[:3], (UP, "ok", ""))
            ask("DROP USER ''@'localhost', vibrisse@'localhost', vibrisse@'127.0.0.1'")
        with self.server("--skip-ssl", "--skip-grant-tables") as (port, _):
            self.assertEqual(probe(port, "-o", "starttls=never")[:3], (UP, "ok", "it lets anybody in"))

    @unittest.skipUnless(os.getuid() == 0 and shutil.which("unshare") and shutil.which("ip"), "needs a network of its own")
    def test_visits_are_no_connect_errors(self):
        """From an address that has none of loopback's privileges, at a server that blocks at the first error."""
        script = f"""
            set -e
            ip link set lo up; ip address add 198.18.0.1/32 dev lo
            echo '198.18.0.1 monitor.test' > {self.folder}/hosts; mount --bind {self.folder}/hosts /etc/hosts
            {SERVER} --no-defaults --datadir={self.folder}/data --user={self.user} --socket={self.folder}/socket --port=3306 \\
              --bind-address=198.18.0.1 --pid-file={self.folder}/pid --max-connect-errors=1 \\
              --ssl-cert={self.folder}/cert.pem --ssl-key={self.folder}/key.pem >/dev/null 2>&1 &
            trap 'kill $!; wait $!' EXIT
            until {CLIENT} --no-defaults -u root -S {self.folder}/socket -e "CREATE USER somebody@'%'" 2>/dev/null; do sleep 0.1; done
            visit() {{ {VIBRISSE} probe --json --allow-net 198.18.0.0/15 -o address=198.18.0.1 "$@" mysql://monitor.test || :; }}
            for i in 1 2 3 4; do visit; visit -o starttls=never; done
            for i in 1 2; do bash -c 'read -N 1 < /dev/tcp/198.18.0.1/3306' || :; sleep 0.5; done
            visit
        """
        done = subprocess.run(["unshare", "-n", "-m", "bash", "-c", script], capture_output=True, text=True, timeout=180)
        reasons = [json.loads(line)["reason"] for line in done.stdout.splitlines()]
        self.assertEqual(reasons, ["tls_self_signed", "ok"] * 4 + ["blocked"], done.stderr)


if __name__ == "__main__":
    unittest.main()
