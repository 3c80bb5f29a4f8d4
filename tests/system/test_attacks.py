"""What attackers try on a monitor by way of what it watches: names, connections, TLS, HTTP and other protocols. Each row has an
outcome that is no crash and no blank cheque, within a bound of time and of memory.

Left to others: forged and giant echo replies (unit/net/test_echo.c, unit/probes/test_icmp.c), loss, blackholes and ICMP errors
(unit/net/test_fetch.c, test_wire.c), odd certificates, orders and staples (test_tls_kinds.py), TLS kinds of each protocol
(tests/probes/*.play), floods of every scheme (unit/probes/test_plays.c), 10,000 tarpits (tests/bench), our own exhaustion
(unit/*/test_*_faults.c). HTTP/2 is not spoken, so its attacks (70) find nobody."""
import concurrent.futures
import ctypes
import gzip
import itertools
import json
import os
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import unittest

import test_dns
from lab import VIBRISSE, free_port
from test_tls_kinds import CA, DAY, LIBSSL, Pki

TIMEOUT = 3  # seconds, as the probes are told
LATE = 60  # seconds until a probe is given up; machines are noisy
ATTEMPTS = 20  # while the machine is too busy for our prober to say anything of others
MEMORY = 64 * 1024  # KiB above what a good probe takes
OK = b"HTTP/1.1 200 OK\r\n"
GZIP = OK + b"Content-Encoding: gzip\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def moved(to):
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to + b"\r\n\r\n"


def bomb():
    """200 MB from 200 KB."""
    return gzip.compress(bytes(200_000_000), 1)


def say(*parts, ask=True, pause=0.0):
    """Says the parts, each again and again when it is a list."""
    def act(connection):
        if ask:
            connection.recv(65536)
        for part in parts:
            while isinstance(part, list):
                connection.sendall(part[0])
                time.sleep(pause)
            connection.sendall(part)
    return act


def greet(*parts, **how):
    return say(*parts, ask=False, **how)


def hold(*parts, ask=True):
    def act(connection):
        say(*parts, ask=ask)(connection)
        while connection.recv(65536):
            pass
    return act


def reset(*parts, ask=True):
    def act(connection):
        say(*parts, ask=ask)(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return act


def shut_window(connection):
    """Takes nothing, not even what the kernel would have room for."""
    threading.Event().wait(LATE)


def drip(pause):
    return say(OK + b"X: ", [b"x"], pause=pause)


def starttls_injection(connection):
    connection.sendall(b"220 mail\r\n")
    connection.recv(4096)
    connection.sendall(b"250-mail\r\n250 STARTTLS\r\n")
    connection.recv(4096)
    connection.sendall(b"220 go\r\n250 mail\r\n")
    connection.recv(4096)


def record(kind, body, version=b"\3\3"):
    return bytes([kind]) + version + struct.pack("!H", len(body)) + body


def hello_retry_without_end(connection):
    """A handshake message that is announced with 16 MB and comes in ever so small records."""
    connection.recv(65536)
    connection.sendall(record(22, b"\x02\xff\xff\xff"))
    while True:
        connection.sendall(record(22, b"x"))


XMPP = b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
LAUGHS = b"<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
BAD = {"protocol_error"}
CUT = {"connect_reset", "closed_early"}
LARGE = {"body_too_large", "protocol_error"}
NO_JSON = {"body_mismatch", "protocol_error"}
COMPRESSED = ("-o", "expect-body-contains=x", "-o", "compression=yes")
JSON = ("-o", "expect-json=/a = 1")
OTHER_FAMILY = {"refused_by_policy", "dns_no_address"}
NO_TLS = {"tls_handshake", "protocol_error"}

# number in the list of attacks, name, scheme, what the server does, reasons that are right, more arguments
ROWS = [
    (37, "RST at once", "http", reset(ask=False), CUT),
    (38, "RST after the request", "http", reset(), CUT),
    (38, "RST in the body", "http", reset(OK + b"Content-Length: 99\r\n\r\nhalf"), CUT),
    (39, "accepts, then silence", "http", hold(), {"timeout"}),
    (39, "accepts, then silence", "imap", hold(ask=False), {"timeout"}),
    (40, "a byte at a time", "http", drip(0.2), {"timeout"}),
    (40, "a byte at a time", "smtp", greet([b"2"], pause=0.2), {"timeout"}),
    (41, "zero window", "http", shut_window, {"timeout"}, "-o", "method=POST", "-o", "body=" + "x" * 16_000),
    (42, "FIN without data", "http", say(), CUT),
    (42, "FIN without data", "ssh", greet(), CUT),
    (48, "silent after ClientHello", "https", hold(), {"timeout"}),
    (49, "junk instead of TLS", "https", say(b"\x16\x03\x03\xff\xffjunk"), NO_TLS | CUT),
    (49, "empty records", "https", say([record(22, b"")]), NO_TLS | CUT),
    (49, "empty records", "imaps", say([record(22, b"")]), NO_TLS | CUT),
    (49, "an oversized record", "https", say(b"\x16\x03\x03\x7f\xff" + bytes(32767)), NO_TLS | CUT),
    (49, "a flood of ChangeCipherSpec", "imaps", say([record(20, b"\1")]), NO_TLS | CUT),
    (49, "a flood of alerts", "https", say([record(21, b"\1\0")]), NO_TLS | CUT),
    (49, "plain HTTP", "https", say(b"HTTP/1.1 400 Bad Request\r\n\r\n"), NO_TLS),
    (50, "a handshake message without end", "https", hello_retry_without_end, NO_TLS | CUT),
    (50, "a handshake message without end", "imaps", hello_retry_without_end, NO_TLS | CUT),
    (58, "refuses our name by an alert", "https", say(record(21, b"\2\x70")), NO_TLS),
    (60, "redirects to itself", "http", say(moved(b"/")), {"http_redirect_loop"}),
    (61, "redirects to 10/8", "http", say(moved(b"http://10.0.0.1/")), {"refused_by_policy"}),
    (61, "redirects to ::1", "http", say(moved(b"http://[::1]/")), OTHER_FAMILY),
    (61, "redirects to metadata", "http", say(moved(b"http://169.254.169.254/latest")), {"refused_by_policy"}),
    (61, "redirects to metadata in one number", "http", say(moved(b"http://2852039166/")), {"refused_by_policy"}),
    (61, "redirects to a mapped address", "http", say(moved(b"http://[::ffff:10.0.0.1]/")), OTHER_FAMILY),
    (61, "redirects to a file", "http", say(moved(b"file:///etc/passwd")), BAD),
    (61, "redirects to gopher", "http", say(moved(b"gopher://127.0.0.1:25/_QUIT")), BAD),
    (62, "a header line without end", "http", say(OK + b"X: ", [b"x" * 65536]), BAD),
    (62, "headers without end", "http", say(OK, [b"X-Header: yes\r\n" * 1000]), BAD),
    (62, "5,000 cookies", "http", say(OK + b"Set-Cookie: a=b; Domain=other.test\r\n" * 5000 + b"\r\n"), BAD),
    (63, "a body without end", "http", say(OK + b"\r\n", [b"x" * 65536]), LARGE),
    (64, "gzip bomb", "http", say(GZIP + bomb()), LARGE, *COMPRESSED),
    (64, "nested gzip", "http", say(OK + b"Content-Encoding: " + b", ".join([b"gzip"] * 30) + b"\r\n\r\nx"), BAD | LARGE,
     *COMPRESSED),
    (64, "gzip that is none", "http", say(GZIP + b"not at all"), BAD, *COMPRESSED),
    (65, "a huge chunk size", "http", say(CHUNKED + b"FFFFFFFFFFFFFFFFF\r\nx"), BAD),
    (65, "a negative chunk size", "http", say(CHUNKED + b"-1\r\nx"), BAD),
    (65, "a largest chunk size", "http", say(CHUNKED + b"7FFFFFFFFFFFFFFF\r\nx"), BAD | CUT | LARGE),
    (65, "chunks without the last", "http", say(CHUNKED + b"1\r\nx\r\n"), CUT),
    (66, "Content-Length -1", "http", say(OK + b"Content-Length: -1\r\n\r\nx"), BAD),
    (66, "a body that is too short", "http", say(OK + b"Content-Length: 9\r\n\r\nx"), CUT),
    (66, "a body that is too long", "http", say(OK + b"Content-Length: 1\r\n\r\nxxxxxxxx"), {"ok"}),
    (67, "100 Continue without end", "http", say([b"HTTP/1.1 100 Continue\r\n\r\n"]), BAD),
    (67, "103 Early Hints without end", "http", say([b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n"]), BAD),
    (68, "status 000", "http", say(b"HTTP/1.1 000 \r\n\r\n"), BAD | {"http_status"}),
    (68, "status 999", "http", say(b"HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n"), {"http_status"}),
    (68, "HTTP/9.9", "http", say(b"HTTP/9.9 200 OK\r\n\r\n"), BAD),
    (68, "HTTP/0.9", "http", say(b"<html>hello</html>"), BAD),
    (68, "an SSH banner", "http", say(b"SSH-2.0-OpenSSH_9.2\r\n"), BAD),
    (69, "a NUL in a header", "http", say(OK + b"X: a\0b\r\n\r\n"), BAD),
    (71, "a title of scripts", "http", say(b"HTTP/1.1 500 <script>alert(1)</script>\x1b[2J\r\nContent-Length: 0\r\n\r\n"),
     {"http_status"}),
    (72, "the expected text beyond what is read", "http", say(OK + b"\r\n", b"x" * 3_000_000, b"needle"),
     {"body_mismatch"} | LARGE, "-o", "expect-body-contains=needle"),
    (73, "401 with a realm of 100 KB", "http",
     say(b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"" + b"x" * 100_000 + b"\"\r\n\r\n"), BAD | {"http_status"}),
    (74, "Retry-After: 1e9", "http", say(b"HTTP/1.1 503 No\r\nRetry-After: 1e9\r\nContent-Length: 0\r\n\r\n"),
     {"http_status", "in_maintenance"}),
    (75, "Alt-Svc to loopback", "http",
     say(OK + b"Alt-Svc: h3=\"127.0.0.1:22\"; ma=99999\r\nContent-Length: 0\r\n\r\n"), {"ok"}),
    (76, "headers as slow as can be", "http", say(OK, [b"X: y\r\n"], pause=0.3), {"timeout"}),
    (77, "an SMTP banner of 1 MB", "smtp", greet(b"220 " + b"x" * 1_000_000), BAD),
    (77, "100,000 lines of greeting", "smtp", greet(b"220-x\r\n" * 100_000), BAD),
    (77, "STARTTLS injection", "smtp", starttls_injection, BAD),
    (78, "an IMAP literal of 4 GB", "imap", greet(b"* OK {4294967295}\r\n", [b"x" * 65536]), BAD),
    (79, "a billion laughs", "xmpp", say(LAUGHS + XMPP), BAD | CUT),
    (79, "deep nesting", "xmpp", say(XMPP, [b"<a>" * 1000]), BAD),
    (79, "an attribute without end", "xmpp", say(b"<stream:stream to='", [b"x" * 65536]), BAD),
    (81, "ESC in an SSH banner", "ssh", greet(b"\x1b]0;owned\x07\x1b[2J\r\n" * 3), BAD | CUT),
    (82, "JSON of depth 100,000", "http", say(OK + b"\r\n" + b"[" * 100_000), NO_JSON, *JSON),
    (82, "1e400", "http", say(OK + b'\r\n{"a": 1e400}'), NO_JSON, *JSON),
    (82, "lone surrogates", "http", say(OK + b'\r\n{"a": "\\ud800"}'), NO_JSON, *JSON),
    (82, "duplicate keys", "http", say(OK + b'\r\n{"a": 1, "a": 2}'), NO_JSON, *JSON),
    (82, "a string of 100 MB", "http", say(OK + b'\r\n{"a": "', [b"x" * 65536]), LARGE, *JSON),
]


class Server:
    """Treats every visitor to the same act."""

    def __init__(self, act):
        self.act = act
        self.listener = socket.socket()
        if act is shut_window:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)  # connections inherit it
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.receive, args=[connection], daemon=True).start()

    def receive(self, connection):
        with connection:
            connection.settimeout(LATE)
            try:
                self.act(connection)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except (OSError, ssl.SSLError):
                pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def run(url, *args):
    """The result lines, what else was said, the seconds and the KiB that it took."""
    began = time.monotonic()
    process = subprocess.Popen([VIBRISSE, "probe", "--json", "-4", "-t", f"{TIMEOUT}s", "--allow-net", "127.0.0.0/8", *args, url],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env={**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1"})
    out, err = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    process.stdout.close()
    process.stderr.close()
    return [json.loads(line) for line in out.splitlines()], err.decode(), time.monotonic() - began, usage.ru_maxrss


# ---- TLS that is good, but too much ----

def chain_of(pki, *names):
    """Shows these certificates, the server's first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.chain(names), pki.path("leaf.key"))

    def act(connection):
        with context.wrap_socket(connection, server_side=True) as stream:
            stream.sendall(b"* OK\r\n")
            stream.recv(65536)
    return act


LIBSSL.SSL_new.restype = ctypes.c_void_p
for name in ("SSL_new", "SSL_free", "SSL_accept", "SSL_do_handshake", "SSL_new_session_ticket", "SSL_renegotiate"):
    getattr(LIBSSL, name).argtypes = [ctypes.c_void_p]
for name in ("SSL_set_fd", "SSL_key_update"):
    getattr(LIBSSL, name).argtypes = [ctypes.c_void_p, ctypes.c_int]


def flood(pki, version, message):
    """After the handshake nothing but messages of TLS itself, as fast as can be. Python's ssl has no words for them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = version
    context.load_cert_chain(pki.path("good.pem"), pki.path("leaf.key"))

    def act(connection):
        connection.setblocking(True)
        stream = LIBSSL.SSL_new(ctypes.c_void_p.from_address(id(context) + object.__basicsize__))
        LIBSSL.SSL_set_fd(stream, connection.fileno())
        going, deadline = LIBSSL.SSL_accept(stream) == 1, time.monotonic() + LATE / 2
        while going and time.monotonic() < deadline:
            going = message(stream) == 1 and LIBSSL.SSL_do_handshake(stream) == 1
        LIBSSL.SSL_free(stream)
    return act


def long_chain(pki, length):
    names = ["root"]
    for i in range(length):
        names.insert(0, pki.make(f"link-{i}", names[0], f"/CN=Link {i}", CA, key=pki.key("link")))
    return [pki.make("lowest", names[0])] + names[:-1]


def loop(pki):
    """Each of the two is the other's issuer."""
    for name, issuer, subject in (("first", None, "One"), ("second", "first", "Two"), ("again", "second", "One")):
        pki.make(name, issuer, f"/CN={subject}", CA, key=pki.key("looping"))
    return [pki.make("looped", "again"), "again", "second"]


FLOODED = {"tls_handshake", "timeout"}  # the latter where the server is the slower one


def tls_rows(pki):
    pki.root("root", "/CN=Test Root")
    pki.key("leaf")
    pki.make("good", "root")
    acts = [
        (51, "a chain of 100", chain_of(pki, *long_chain(pki, 100)), {"tls_untrusted"}),
        (51, "a loop", chain_of(pki, *loop(pki)), {"tls_untrusted", "tls_incomplete_chain"}),
        (57, "key updates", flood(pki, ssl.TLSVersion.TLSv1_3, lambda stream: LIBSSL.SSL_key_update(stream, 1)), FLOODED),
        (57, "tickets", flood(pki, ssl.TLSVersion.TLSv1_3, LIBSSL.SSL_new_session_ticket), FLOODED),
        (57, "wishes to negotiate again", flood(pki, ssl.TLSVersion.TLSv1_2, LIBSSL.SSL_renegotiate), FLOODED),
    ]
    return [(number, name, scheme, act, reasons, "--ca-file", pki.path("root.pem"))
            for number, name, act, reasons in acts for scheme in ("https", "imaps")]


class Attacks(unittest.TestCase):
    def test_every_row(self):
        self.try_all(ROWS)

    def test_under_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            self.try_all(tls_rows(Pki(folder)))

    def try_all(self, rows):
        idle = run(f"http://127.0.0.1:{self.serve(say(OK + b'Content-Length: 0' + bytes((13, 10)) * 2)).port}/")
        self.assertEqual(idle[0][0]["reason"], "ok")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            faults = [fault for fault in pool.map(lambda row: self.try_row(row, idle[3]), rows) if fault]
        self.assertEqual(faults, [], "\n" + "\n".join(faults))

    def serve(self, act):
        server = Server(act)
        self.addCleanup(server.close)
        return server

    def try_row(self, row, idle):
        number, name, scheme, act, reasons, *args = row
        lines, said, seconds, memory = run(f"{scheme}://127.0.0.1:{self.serve(act).port}", *args)
        label = f"{number} {scheme}: {name}: "
        if len(lines) != 1 or said:
            return label + f"{len(lines)} results, {said[-2000:]}"
        if lines[0]["reason"] not in reasons:
            return label + f"{lines[0]['reason']} {lines[0].get('detail')}"
        if any(ord(letter) < 32 or ord(letter) == 127 for letter in lines[0].get("detail", "")):
            return label + "control characters " + repr(lines[0]["detail"])
        if seconds > LATE or lines[0]["phases"].get("total", 0) > 1000 * LATE:
            return label + f"{seconds} s"
        return label + f"{memory - idle} KiB" if memory - idle > MEMORY else None


# ---- names ----

A, CNAME, MX, TXT, AAAA = 1, 5, 15, 16, 28


def address(text):
    return A, socket.inet_aton(text)


class Names:
    """A name server for all names, which answers as `reply(question, kind)` says: (flags, [(kind, data)...]), bytes or None."""

    def __init__(self, reply):
        self.reply = reply
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.server = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.asked = 0
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        while True:
            question, visitor = self.socket.recvfrom(4096)
            if not question:
                return
            answer = self.answer(question)
            if answer:
                self.socket.sendto(answer, visitor)

    def answer(self, question):
        end = 12 + question[12:].index(b"\0") + 1
        kind = struct.unpack("!H", question[end:end + 2])[0]
        said = self.reply(self, kind)
        if said is None or isinstance(said, bytes):
            return said and question[:2] + said
        flags, records = said
        fitting = [record for record in records if record[0] in (kind, CNAME)]
        return (question[:2] + struct.pack("!HHHHH", flags, 1, len(fitting), 0, 0) + question[12:end + 4] +
                b"".join(b"\xc0\x0c" + struct.pack("!HHIH", which, 1, 0, len(data)) + data for which, data in fitting))

    def close(self):
        self.socket.sendto(b"", self.socket.getsockname())
        self.thread.join()
        self.socket.close()


FINE, SERVFAIL = 0x8180, 0x8182
NO_NAME = {"dns_servfail", "dns_no_address", "dns_nxdomain", "dns_timeout"}
LOCALHOST = MX, b"\0\0\x09localhost\0"
NUL = b"\x04a\0\n<\x04test\0"


def always(flags, *records):
    return lambda names, kind: (flags, list(records))


def rebind(names, kind):
    """Public at first, then inside."""
    names.asked += kind == A
    return FINE, [address("127.0.0.1" if names.asked == 1 else "10.0.0.1")]


IPV6_DEAD = [f"tcp://[::1]:{free_port()}" for _ in range(3)]

# number, name, the name server's answers, URL ("PORT" is a web server's), reasons of the first results, more orders
NAMES = [
    (26, "rebinding between two attempts", rebind, "http://evil.test:PORT/", [{"ok"}, {"refused_by_policy"}]),
    (26, "metadata", always(FINE, address("169.254.169.254")), "http://evil.test:PORT/", [{"refused_by_policy"}]),
    (27, "public and private", always(FINE, address("10.0.0.1"), address("127.0.0.1")), "http://evil.test:PORT/", [{"ok"}] * 2),
    (28, "more addresses than are kept", always(FINE, *[address(f"10.0.{i}.1") for i in range(28)]), "http://evil.test:PORT/",
     [{"refused_by_policy"}]),
    (29, "a CNAME loop", always(FINE, (CNAME, b"\xc0\x0c")), "http://evil.test:PORT/", [NO_NAME]),
    (30, "no header, nothing", lambda names, kind: b"\x81", "http://evil.test:PORT/", [NO_NAME | {"self"}]),
    (31, "SERVFAIL", always(SERVFAIL), "http://evil.test:PORT/", [{"dns_servfail"}]),
    (32, "a label that points to itself", lambda names, kind: struct.pack("!HHHHH", FINE, 1, 1, 0, 0) + b"\xc0\x0c\0\1\0\1" * 2,
     "http://evil.test:PORT/", [NO_NAME | {"self"}]),
    (33, "NUL in an alias", always(FINE, (CNAME, NUL)), "http://evil.test:PORT/", [NO_NAME]),
    (33, "NUL in a mail server's name", always(FINE, (MX, b"\0\0" + NUL)), "smtp://evil.test", [NO_NAME]),
    (34, "AAAA only, and IPv6 is down", always(FINE, (AAAA, socket.inet_pton(socket.AF_INET6, "::1"))),
     f"http://evil.test:{free_port()}/", [{"self"}] * 2, {"family": "ipv6", "sentinels": IPV6_DEAD}),
    (35, "silence", lambda names, kind: None, "http://evil.test:PORT/", [{"self"}]),
    (61, "redirects to a name that leads inside", always(FINE, address("10.0.0.1")), "http://127.0.0.1:MOVED/",
     [{"refused_by_policy"}]),
    (80, "mail that is sent to localhost", always(FINE, LOCALHOST, address("10.0.0.1")), "smtp://evil.test",
     [{"refused_by_policy", "connect_refused", "self"}]),
]


class LongTexts(test_dns.Server):
    """Answers any question with 64 KB of texts, NUL and ESC among them, for which UDP is too short."""
    texts = test_dns.record(TXT, (b"\xff" + b"x\0\x1b[2J" * 42 + b"end") * 254)

    def __init__(self):
        super().__init__(lambda question: test_dns.answer(question, flags=0x8600))

    def talk(self, visitor):
        size = struct.unpack("!H", visitor.recv(2))[0]
        reply = test_dns.answer(visitor.recv(size), self.texts)
        visitor.sendall(struct.pack("!H", len(reply)) + reply)


class ByName(unittest.TestCase):
    def test_long_texts(self):
        """33 in the list of attacks."""
        server = LongTexts()
        self.addCleanup(server.stop)
        for reason, *args in (["ok"], ["body_mismatch", "-o", 'expect-record="x"']):
            (line,), said, _, _ = run(f"dns://127.0.0.1:{server.port}/evil.test?type=TXT", *args)
            self.assertEqual((line["reason"], said), (reason, ""), line.get("detail"))
            self.assertTrue(line.get("detail", "").isprintable(), line)

    def watch(self, row):
        """The first results of a prober, and its exit status."""
        _, _, reply, url, expected, *more = row
        more = {"family": "ipv4", "sentinels": [], **dict(*more)}
        names, web, moving = Names(reply), Server(say(OK + b"Content-Length: 0\r\n\r\n")), Server(say(moved(b"http://evil.test/")))
        watch = {"v": 1, "order": "watch", "service": "h/s", "id": "x", "role": "essential",
                 "family": more["family"], "interval_ms": 1000, "timeout_ms": 1000 * TIMEOUT, "slow_ms": 0, "options": [],
                 "url": url.replace("PORT", str(web.port)).replace("MOVED", str(moving.port))}
        go = {"v": 1, "order": "go", "vantage": "here", "at_once": True, "user_agent_url": "https://example.org/robot",
              "allow": ["127.0.0.0/8", "::1/128"], "servers": [names.server], "rechecks_ms": [100, 200, 300],
              "sentinels": more["sentinels"]}
        with subprocess.Popen([VIBRISSE, "prober"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as prober:
            watchdog = threading.Timer(LATE, prober.kill)
            watchdog.start()
            prober.stdin.write(json.dumps(watch) + "\n" + json.dumps(go) + "\n")
            prober.stdin.flush()
            lines = (json.loads(line) for line in prober.stdout)
            found = list(itertools.islice((line for line in lines if "heartbeat" not in line), len(expected)))
            prober.stdin.close()
            status = prober.wait()
            watchdog.cancel()
        for server in (names, web, moving):
            server.close()
        return found, status

    def try_row(self, row):
        number, name, _, _, expected, *_ = row
        for _ in range(ATTEMPTS):
            found, status = self.watch(row)
            if not any("stood still" in line.get("detail", "") for line in found):
                break
        else:
            return f"{number}: {name}: our prober stood still {ATTEMPTS} times"
        good = [line["reason"] in reasons for line, reasons in zip(found, expected)]
        if status == 0 and good == [True] * len(expected):
            return None
        return f"{number}: {name}: {status} {[(line['reason'], line.get('detail')) for line in found]}"

    def test_every_row(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            faults = [fault for fault in pool.map(self.try_row, NAMES) if fault]
        self.assertEqual(faults, [], "\n" + "\n".join(faults))


if __name__ == "__main__":
    unittest.main()
