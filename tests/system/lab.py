"""What system tests share: a folder of their own, real servers on loopback, a running monitor."""
import contextlib
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, os.path.join(os.environ["SOURCE"], "tests", "lib"))

from ports import free_port  # noqa: E402

VIBRISSE = os.environ["VIBRISSE"]


def wait_for(what, condition, seconds=60):
    """Polls until condition() is true; its value. Deadlines are generous: machines are noisy."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"after {seconds} s still not: {what}")


class Web:
    """A web server that can be stopped and started again on its port, and answers as told."""

    def __init__(self, status=200, body=b"hello", host="127.0.0.1"):
        self.status, self.body, self.host, self.headers = status, body, host, {}
        self.failing = 0  # so many of the next answers are errors
        self.port = free_port()
        self.server = None
        self.start()

    def start(self):
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                fails = web.failing > 0
                web.failing -= fails
                self.send_response(503 if fails else web.status)
                self.send_header("Content-Length", str(len(web.body)))
                for name, value in web.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):  # who was killed meanwhile reads no more
                    self.wfile.write(web.body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True
            request_queue_size = 128  # many checks at once may find its thread late
            address_family = socket.AF_INET6 if ":" in web.host else socket.AF_INET

        self.server = Server((self.host, self.port), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def url(self):
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


class Lab:
    """A folder with a configuration, a record and a site; removed at the end."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="vibrisse-test-")
        self.data, self.site = self.path("data"), self.path("site")
        self.config = self.path("vibrisse.yaml")
        self.listen = f"127.0.0.1:{free_port()}"
        self.webs, self.monitor, self.log = [], None, None

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def close(self):
        self.stop()
        for web in self.webs:
            web.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def web(self, **how):
        self.webs.append(Web(**how))
        return self.webs[-1]

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def configure(self, services, interval="5s", more="", network=""):
        """services: {id: url or list of check lines}. One hoster, «chat-perche»."""
        lines = [
            "collective: {name: Collectif Essai, languages: [fr, en], timezone: Europe/Paris}",
            f"data: {self.data}", f"site: {self.site}", f"listen: {self.listen}",
            "vantage: {name: essai}",
            f"defaults: {{interval: {interval}, timeout: 3s, slow: 2s, recheck: [1s, 2s, 3s]}}",
            f'network: {{allow: ["127.0.0.0/8", "::1/128"], {network}}}',
            "series: {flush: 10s}",
            "include: [hosters.d/*.yaml]", more]
        self.write("vibrisse.yaml", "\n".join(lines) + "\n")
        hoster = ["hoster: chat-perche", "name: Le Chat Perché", "services:"]
        for name, checks in services.items():
            checks = [f'"{checks}"'] if isinstance(checks, str) else checks
            hoster += [f"  - id: {name}", f"    name: {name.capitalize()}", "    checks:"]
            hoster += [f"      - {check}" for check in checks]
        self.write("hosters.d/chat-perche.yaml", "\n".join(hoster) + "\n")

    def run(self, *args, check=False, **how):
        return subprocess.run([VIBRISSE, *args], capture_output=True, text=True, check=check, timeout=180, **how)

    def start(self, **environment):
        self.log = open(self.path("log"), "a", encoding="utf-8")
        self.monitor = subprocess.Popen([VIBRISSE, "run", "-c", self.config], stderr=self.log, stdout=self.log,
                                        env={**os.environ, **environment})

    def stop(self):
        """SIGTERM, and the exit status. A monitor that was killed may have left its server: that ends, too."""
        status = None
        if self.monitor:
            if self.monitor.poll() is None:
                self.monitor.send_signal(signal.SIGTERM)
            status = self.monitor.wait(timeout=60)
            self.monitor = None
        if self.log:
            self.log.close()
            self.log = None
        pid = self.server_pid()
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        return status

    def said(self):
        with open(self.path("log"), encoding="utf-8") as file:
            return file.read()

    def children(self):
        """pid by the name of the subcommand."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError, IndexError):  # ended meanwhile
                with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
                if parent == self.monitor.pid:
                    with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
                        found[file.read().split("\0")[1]] = int(pid)
        return found

    def is_frozen(self, pid):
        """SIGSTOP has arrived: until then, a signal that ends the process ends it."""
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "T"

    def server_pid(self):
        """Of the server that the monitor noted, if it is one still."""
        try:
            with open(os.path.join(self.data, "server.pid"), encoding="utf-8") as file:
                pid = int(file.read().split()[0])
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
                return pid if self.site in file.read() else None
        except (OSError, ValueError, IndexError):
            return None

    def status(self):
        done = self.run("status", "-c", self.config, "--json")
        return json.loads(done.stdout) if done.returncode == 0 else None

    def state(self, service):
        status = self.status()
        for known in status["services"] if status else []:
            if known["service"] == service:
                return known["state"]
        return None

    def get(self, path):
        """(status, body) of a page as visitors get it; (0, '') when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://{self.listen}{path}", timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def page(self, path):
        return self.get(path)[1]


def digest(text):
    """What the ledger stores of an event's canonical bytes: base/hash.h, as a signed number."""
    mask, value = (1 << 64) - 1, 0xcbf29ce484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001b3 & mask
    for factor in (0xff51afd7ed558ccd, 0xc4ceb9fe1a85ec53):
        value = (value ^ value >> 33) * factor & mask
    value ^= value >> 33
    return value - (1 << 64) if value >> 63 else value
