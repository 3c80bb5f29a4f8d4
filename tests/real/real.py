"""What tests with real servers share: finding a server's program, running it on loopback, asking vibrisse about it."""
import atexit
import concurrent.futures
import glob
import grp
import json
import os
import pwd
import shutil
import signal
import socket
import string
import subprocess
import sys
import tempfile
import threading
import time
import unittest

VIBRISSE, SOURCE = os.environ["VIBRISSE"], os.environ["SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "lib"))

from ports import FAMILIES, LOOPBACK, free_port  # noqa: E402

# Programs of packages that may not be installed (packaging/dependencies, [unpacked]) lie below.
UNPACKED = os.path.join(SOURCE, "build", "servers")
PLACES = ["/usr/sbin", "/usr/bin", "/usr/lib", "/usr/local/sbin", "/usr/local/bin"]
# packaging/test sets it: where all was installed, nothing may be left out.
REQUIRED = os.environ.get("VIBRISSE_REAL") == "required"
SKIPPED = 77
ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")
USER = "nobody" if ROOT else pwd.getpwuid(os.geteuid()).pw_name
GROUP = grp.getgrgid(NOBODY.pw_gid if ROOT else os.getegid()).gr_name
READY_WITHIN_S = 120


def find_program(name):
    """Its path, or None."""
    for place in [UNPACKED + place for place in PLACES] + PLACES:
        path = os.path.join(place, name)
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return None


def find_folder(name):
    """Where a package keeps its modules: "/usr/lib/x86_64-linux-gnu/NAME", whatever the machine is."""
    return next(iter(glob.glob(f"/usr/lib/*/{name}")), None)


def read_end(path):
    """The last words of a file; "" when there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()[-3000:]
    except OSError:
        return ""


def kernel_address(text):
    """As /proc/net/tcp writes it: words of 32 bits, each in the machine's own order."""
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    packed = socket.inet_pton(family, text)
    return "".join(f"{int.from_bytes(packed[at:at + 4], sys.byteorder):08X}" for at in range(0, len(packed), 4))


def open_ports():
    """What is bound in this network namespace, TCP only when it listens: {("tcp", address, 25), ("udp6", address, 53), ...},
    addresses as the kernel writes them."""
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        if not os.path.exists(f"/proc/net/{table}"):
            continue
        with open(f"/proc/net/{table}", encoding="ascii") as file:
            for line in file.readlines()[1:]:
                _, local, _, state = line.split()[:4]
                if table.startswith("udp") or state == "0A":
                    address, port = local.rsplit(":", 1)
                    found.add((table, address, int(port, 16)))
    return found


def listens(found, kind, address, port):
    """On the address itself, on every one of its family, or on [::], which usually takes IPv4, too."""
    six = ":" in address
    own = kind + ("6" if six else "")
    return any(row in found for row in [
        (own, kernel_address(address), port), (own, kernel_address("::" if six else "0.0.0.0"), port),
        (kind + "6", kernel_address("::"), port)])


class Certificates:
    """Made once a run by tests/lib/net/pki.sh: good.pem for good.test, expired.pem, …; each .pem with its .key."""
    folder = None

    @classmethod
    def path(cls, name):
        if not cls.folder:
            cls.folder = tempfile.mkdtemp(prefix="vibrisse-pki-")
            atexit.register(shutil.rmtree, cls.folder, ignore_errors=True)
            subprocess.run(["bash", os.path.join(SOURCE, "tests/lib/net/pki.sh"), cls.folder], check=True,
                           stdout=subprocess.DEVNULL)
        return os.path.join(cls.folder, name)


def probe(family, url, *options, trusting="root.pem"):
    """One attempt: the result line. The name is never looked up."""
    told = [] if "address=" in " ".join(options) else ["-o", "address=" + LOOPBACK[family]]
    for option in options:
        told += ["-o", option]
    done = subprocess.run(
        [VIBRISSE, "probe", "--json", "--ca-file", Certificates.path(trusting), "--allow-net", "127.0.0.0/8",
         "--allow-net", "::1/128", "--timeout", "20s", "-o", "slow=0s", *told, url], capture_output=True, text=True, timeout=120)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if len(lines) != 1:
        raise AssertionError(f"{url} {options}: {len(lines)} results, {done.stderr}")
    return lines[0]


def prober_results(url, count, servers, **options):
    """The first `count` result lines of a check, each of another family, by a prober that asks these name servers."""
    orders = [
        {"v": 1, "order": "watch", "service": "hoster/service", "role": "essential", "family": "both", "id": "c", "url": url,
         "interval_ms": 60000, "timeout_ms": 20000, "slow_ms": 0, "options": list(options.items())},
        {"v": 1, "order": "go", "vantage": "here", "at_once": True, "allow": ["127.0.0.0/8", "::1/128"],
         "user_agent_url": "https://example.org/robot", "servers": servers, "ca_file": Certificates.path("root.pem"),
         "rechecks_ms": []}]
    with subprocess.Popen([VIBRISSE, "prober"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as prober:
        patience = threading.Timer(60, prober.kill)
        patience.start()
        prober.stdin.write("".join(json.dumps(order) + "\n" for order in orders))
        prober.stdin.flush()
        found = {}
        while len(found) < count:
            said = prober.stdout.readline()
            if not said:
                raise AssertionError(f"{url}: {len(found)} results instead of {count}")
            line = json.loads(said)
            if "heartbeat" not in line:
                found[line["family"]] = line
        prober.stdin.close()
        prober.stdout.read()
        patience.cancel()
        if prober.wait(60) != 0:
            raise AssertionError(f"the prober ended with {prober.returncode}")
    return list(found.values())


class Row:
    """One URL to ask: {name} stands for a port. tls: its certificate is looked at. mistrust: what a certificate that is not
    to be trusted makes of it. down: the reason when its server has stopped."""

    def __init__(self, url, *options, tls=False, mistrust="down", down="connect_refused"):
        self.url, self.options, self.tls, self.mistrust, self.down = url, options, tls, mistrust, down


class Server(unittest.TestCase):
    """One real server: what a subclass says about it, and the tests that all share. Tests run in the order of their
    names: test_stopped is the last, and its server stays down."""
    program = ""                # found in the usual places
    package = ""                # what to install
    ports = ()                  # names of TCP ports
    udp_ports = ()
    closed_ports = ()           # in the configuration, but nobody listens there
    rows = ()
    given_ports = {}            # not of our choice
    families = tuple(FAMILIES)
    needs_root = False          # else it runs as the caller, or as nobody when that is root
    stop_signal = signal.SIGTERM

    def configure(self):
        """Writes what the server reads. Returns its command line, which stays in the foreground."""
        raise NotImplementedError

    def run(self, result=None):
        """As ever, and when it fails, with the server's last words."""
        bad = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > bad:
            print(f"--- {self.id()}: {self.program} said:\n{self.said()}---", file=sys.stderr)

    # --- tests that every server passes

    def test_answers(self):
        for row, family, line in self.ask(self.rows):
            with self.subTest(url=row.url, family=family):
                self.assert_up(line)
                self.assertEqual(line["family"], family)
                self.assertEqual("certificate" in line, row.tls, line)
                if row.tls:
                    self.assertEqual((line["certificate"]["subject"], line["certificate"]["chain_ok"]),
                                     ("good.test", True))
                    self.assertIn("tls", line["phases"])

    def test_certificate_for_another_name(self):
        self.assert_mistrusted("tls_hostname", name="other.test")

    def test_certificate_of_unknown_authority(self):
        self.assert_mistrusted("tls_untrusted", "tls_incomplete_chain", trusting="stranger.pem")

    def test_stopped(self):
        type(self).stop()
        for row, family, line in self.ask(self.rows):
            with self.subTest(url=row.url, family=family):
                self.assertEqual((line["outcome"], line["reason"]), ("down", row.down), line)

    # --- what tests use

    def assert_rows(self, rows, outcome, *reasons, **how):
        """Each of the rows, on each family, ends like this."""
        for row, family, line in self.ask(rows, **how):
            with self.subTest(url=row.url, options=row.options, family=family):
                self.assertEqual(line["outcome"], outcome, line)
                self.assertIn(line["reason"], reasons, line)

    def assert_mistrusted(self, *reasons, **how):
        for mistrust in ("down", "degraded", "up"):
            rows = [row for row in self.rows if row.tls and row.mistrust == mistrust]
            self.assert_rows(rows, mistrust, *(("ok",) if mistrust == "up" else reasons), **how)

    def assert_up(self, line):
        self.assertEqual((line["outcome"], line["reason"]), ("up", "ok"), line)

    def ask(self, rows, name="good.test", trusting="root.pem"):
        """[(row, family, result line)]: every row on every family of the server, four at a time."""
        def one(asked):
            row, family = asked
            url = row.url.format(**self.port).replace("good.test", name)
            return row, family, probe(family, url, *row.options, trusting=trusting)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(one, [(row, family) for row in rows for family in self.families]))

    # --- what configure() uses

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def folder_of(self, *parts):
        os.makedirs(self.path(*parts), mode=0o700, exist_ok=True)
        return self.path(*parts)

    def write(self, name, text, **more):
        """A file with $names filled in: the ports, $folder, $user, the certificate and whatever else is given."""
        values = dict(self.port, folder=self.folder, user=self.user(), group=self.group(), cert=self.path("good.pem"), key=self.path("good.key"),
                      root=self.path("root.pem"), **more)
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(string.Template(text).substitute(values))
        return path

    def prepare(self, *command, **how):
        """Runs a tool to its end, as the server's user."""
        self.own_all()
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=180, cwd=self.folder, env=self.environment(),
                              **{**self.identity(), **how}, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: {done.returncode}: {done.stdout[-2000:]}")

    @classmethod
    def addresses(cls, bracketed=False):
        return [f"[{LOOPBACK[family]}]" if bracketed and family == "ipv6" else LOOPBACK[family] for family in cls.families]

    @classmethod
    def user(cls):
        return "root" if cls.needs_root else USER

    @classmethod
    def group(cls):
        return "root" if cls.needs_root else GROUP

    # --- the server's life

    @classmethod
    def setUpClass(cls):
        cls.folder = cls.child = None
        cls.executable = cls.find()
        if not cls.executable:
            if REQUIRED:
                raise AssertionError(f"{cls.program} is missing: packaging/test installs {cls.package}")
            raise unittest.SkipTest(f"{cls.program} is missing: install {cls.package}")
        if cls.needs_root and not ROOT:
            raise unittest.SkipTest(f"{cls.program} runs as root only")
        cls.addClassCleanup(cls.clean)
        for left in (2, 1, 0):
            if cls.start():
                return
            said, ended = cls.said(), cls.child.poll() is not None
            cls.clean()
            if not left or not ended:
                raise AssertionError(f"{cls.program} does not start:\n{said}")

    @classmethod
    def find(cls):
        return find_program(cls.program)

    @classmethod
    def start(cls):
        """False when it ended, or does not listen: somebody may have been faster to take a port."""
        cls.folder = tempfile.mkdtemp(prefix=f"vibrisse-{cls.__name__.lower()}-", dir="/tmp")
        cls.port = {name: free_port() for name in (*cls.ports, *cls.udp_ports, *cls.closed_ports)}
        cls.port.update(cls.given_ports)
        for name in ("good.pem", "good.key", "expired.pem", "expired.key", "root.pem", "root.key"):
            shutil.copy(Certificates.path(name), os.path.join(cls.folder, name))
            os.chmod(os.path.join(cls.folder, name), 0o600)
        cls.own_all()
        old = os.umask(0o077)
        command = cls().configure()
        os.umask(old)
        cls.own_all()
        with open(os.path.join(cls.folder, "said"), "wb") as log:
            cls.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=cls.folder,
                                         env=cls.environment(), start_new_session=True, **cls.identity())
        return cls.wait_until_ready()

    @classmethod
    def identity(cls):
        if ROOT and not cls.needs_root:
            return {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []}
        return {}

    @classmethod
    def own_all(cls):
        if ROOT and not cls.needs_root:
            for place, _, files in os.walk(cls.folder):
                for path in [place] + [os.path.join(place, name) for name in files]:
                    os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid, follow_symlinks=False)

    @classmethod
    def environment(cls):
        return {"PATH": os.pathsep.join(PLACES), "HOME": cls.folder, "TMPDIR": cls.folder, "LANG": "C.UTF-8",
                "LD_LIBRARY_PATH": os.pathsep.join(UNPACKED + place for place in ("/usr/lib/postfix", "/usr/lib/news"))}

    @classmethod
    def wait_until_ready(cls):
        wanted = [(kind, address, cls.port[name]) for kind, names in (("tcp", cls.ports), ("udp", cls.udp_ports))
                  for name in names for address in cls.addresses()]
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline and cls.child.poll() is None:
            found = open_ports()
            if all(listens(found, *one) for one in wanted):
                return True
            time.sleep(0.05)
        return False

    @classmethod
    def said(cls):
        return read_end(os.path.join(cls.folder, "said"))

    @classmethod
    def stop(cls):
        """Itself, and then whatever of its children is still there: they are one process group."""
        if not cls.child:
            return
        if cls.child.poll() is None:
            cls.child.send_signal(cls.stop_signal)
            try:
                cls.child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(cls.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        cls.child.wait()
        cls.child = None

    @classmethod
    def clean(cls):
        cls.stop()
        if cls.folder:
            shutil.rmtree(cls.folder, ignore_errors=True)
            cls.folder = None


def main():
    """unittest's, but 77 (left out) when nothing at all could run."""
    program = unittest.main(exit=False, verbosity=1)
    result = program.result
    if not result.wasSuccessful() or result.testsRun == 0 and not result.skipped:
        sys.exit(1)
    for _, why in result.skipped:
        print(f"skipped: {why}", file=sys.stderr)
    sys.exit(SKIPPED if result.testsRun == 0 else 0)
