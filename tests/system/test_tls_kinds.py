"""Good and bad TLS of many kinds, and what is told of each: what a person would say who had looked at it.

Each kind is served three times, by HTTPS, by IMAPS and by IMAP with STARTTLS, and once more by SMTP, where whatever is
wrong with a certificate keeps no mail from arriving. All are tried in one go."""
import ctypes
import datetime
import json
import os
import re
import selectors
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from lab import VIBRISSE

HOST = "good.test"
SAN = "subjectAltName=DNS:good.test,IP:127.0.0.1\n"
CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
DAY = 1.0

CONFIG = """
[ca]
default_ca = any
[any]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
unique_subject = no
policy = policy
default_md = sha256
[policy]
commonName = optional
[req]
distinguished_name = name
string_mask = utf8only
[name]
"""


# ---- certificates ----

class Pki:
    """Authorities and certificates in a folder of their own, made by openssl."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        self.write("ca.cnf", CONFIG.format(folder=folder))
        self.write("index.txt", "")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def openssl(self, *args, **how):
        done = subprocess.run(["openssl", *args], capture_output=True, cwd=self.folder, check=False, **how)
        if done.returncode:
            raise AssertionError(f"openssl {' '.join(args)}: {done.stderr.decode()}")
        return done.stdout

    def key(self, name, *how):
        if not os.path.exists(self.path(name + ".key")):
            how = how or ("EC", "-pkeyopt", "ec_paramgen_curve:P-256")
            self.openssl("genpkey", "-algorithm", how[0], *how[1:], "-out", name + ".key")
            self.openssl("req", "-new", "-config", "ca.cnf", "-key", name + ".key", "-subj", "/CN=x",
                         "-out", name + ".csr")
        return name

    def root(self, name, subject, begin=-10 * DAY, end=3650 * DAY, key=None, extensions=CA):
        """A certificate signed by itself."""
        return self.make(name, None, subject, extensions, begin, end, key or self.key(name))

    def make(self, name, issuer, subject="/CN=good.test", extensions=SAN, begin=-1 * DAY, end=89 * DAY, key="leaf",
             md="sha256", sigopt=()):
        """`begin` and `end` in days from now, or as openssl writes them."""
        self.count += 1
        by = ["-cert", issuer + ".pem", "-keyfile", issuer + ".key"] if issuer else ["-selfsign", "-keyfile", key + ".key"]
        extensions = self.write(f"{self.count}.ext", extensions or "\n")
        options = [part for option in sigopt for part in ("-sigopt", option)]
        self.openssl("ca", "-batch", "-notext", "-utf8", "-config", "ca.cnf", *by, "-in", key + ".csr", "-subj", subject,
                     "-out", name + ".pem", "-extfile", extensions, "-startdate", stamp(begin), "-enddate", stamp(end),
                     "-md", md, *options)
        if not os.path.exists(self.path(name + ".key")):
            os.link(self.path(key + ".key"), self.path(name + ".key"))
        return name

    def chain(self, names):
        self.count += 1
        return self.write(f"chain-{self.count}.pem", b"".join(self.read(name + ".pem") for name in names))


def stamp(when):
    if isinstance(when, str):
        return when
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=when)
    return moment.strftime("%Y%m%d%H%M%SZ")


# ---- stapled statuses ----

def der_parts(data):
    """The elements that a DER element holds, each as (begin, end) with its header."""
    def header(at):
        length, size = data[at + 1], 2
        if length & 0x80:
            size += length & 0x7F
            length = int.from_bytes(data[at + 2:at + size], "big")
        return size, length
    at, parts = header(0)[0], []
    while at < len(data):
        size, length = header(at)
        parts.append((at, at + size + length))
        at += size + length
    return parts


class Statuses:
    """OCSP responses about a certificate. Their signer has an RSA key, so that a signature made anew fits in its place."""

    def __init__(self, pki, issuer):
        self.pki, self.issuer = pki, issuer

    def make(self, name, state, signer=None):
        signer = signer or self.issuer
        pki = self.pki
        serial = pki.openssl("x509", "-in", name + ".pem", "-noout", "-serial").decode().strip().split("=")[1]
        row = {"good": f"V\t350101000000Z\t\t{serial}\tunknown\t/CN=x\n",
               "revoked": f"R\t350101000000Z\t250101000000Z\t{serial}\tunknown\t/CN=x\n", "unknown": ""}[state]
        pki.write("status.txt", row)
        pki.openssl("ocsp", "-index", "status.txt", "-CA", self.issuer + ".pem", "-rsigner", signer + ".pem", "-rkey",
                    signer + ".key", "-issuer", self.issuer + ".pem", "-cert", name + ".pem", "-respout", "status.der",
                    "-ndays", "1", "-noverify", "-resp_no_certs")
        return pki.read("status.der")

    def expire(self, response):
        """The same as it would have been a year ago, signed anew."""
        basic = response[response.index(b"\x04\x82", 20) + 4:]
        begin, end = der_parts(basic)[0]
        old = re.sub(rb"\x18\x0f(\d{4})", lambda found: b"\x18\x0f%d" % (int(found[1]) - 1), basic[begin:end])
        self.pki.write("tbs.der", old)
        signature = self.pki.openssl("dgst", "-sha256", "-sign", self.issuer + ".key", "tbs.der")
        return response.replace(basic[begin:end], old)[:-256] + signature


LIBSSL = ctypes.CDLL("libssl.so.3")
LIBSSL.SSL_ctrl.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_long, ctypes.c_void_p]
LIBSSL.SSL_CTX_callback_ctrl.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
LIBCRYPTO = ctypes.CDLL("libcrypto.so.3")
LIBCRYPTO.CRYPTO_malloc.argtypes = [ctypes.c_size_t, ctypes.c_char_p, ctypes.c_int]
LIBCRYPTO.CRYPTO_malloc.restype = ctypes.c_void_p
SET_STATUS_CALLBACK, SET_STATUS_RESPONSE = 63, 71  # of <openssl/ssl.h>, <openssl/tls1.h>
STAPLERS = []


def staple(context, response):
    """What Python's ssl does not offer: its SSL_CTX is the first member of the object."""
    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    def answer(connection, _):
        copy = LIBCRYPTO.CRYPTO_malloc(len(response), b"", 0)
        ctypes.memmove(copy, response, len(response))
        LIBSSL.SSL_ctrl(connection, SET_STATUS_RESPONSE, len(response), copy)
        return 0
    STAPLERS.append(answer)
    inner = ctypes.c_void_p.from_address(id(context) + object.__basicsize__)
    LIBSSL.SSL_CTX_callback_ctrl(inner, SET_STATUS_CALLBACK, ctypes.cast(answer, ctypes.c_void_p))


# ---- servers ----

def converse(stream, greeting, answers):
    if greeting:
        stream.write(greeting)
        stream.flush()
    for line in stream:
        for word, answer in answers.items():
            if word in line.upper():
                stream.write(answer)
                stream.flush()
                if word == b"STARTTLS":
                    return True
                break
    return False


SECURE_IMAP = {b"A1 ": b"* CAPABILITY IMAP4rev1\r\na1 OK\r\n", b"A3 ": b"* CAPABILITY IMAP4rev1\r\na3 OK\r\n",
               b"LOGOUT": b"* BYE\r\na4 OK\r\n"}
CLEAR_IMAP = {b"A1 ": b"* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n", b"STARTTLS": b"a2 OK\r\n"}
CLEAR_SMTP = {b"EHLO": b"250-mail\r\n250 STARTTLS\r\n", b"STARTTLS": b"220 go\r\n"}
SECURE_SMTP = {b"EHLO": b"250 mail\r\n", b"QUIT": b"221 bye\r\n"}
HTTP = {b"GET": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"}
# scheme: greeting and answers in clear (None = TLS comes first), greeting and answers under TLS
SCHEMES = {
    "https": (None, None, b"", HTTP),
    "imaps": (None, None, b"* OK ready\r\n", SECURE_IMAP),
    "imap": (b"* OK ready\r\n", CLEAR_IMAP, b"", SECURE_IMAP),
    "smtp": (b"220 mail\r\n", CLEAR_SMTP, b"", SECURE_SMTP),
}


class Servers:
    """All kinds on ports of their own, behind one thread that accepts and one more for each connection."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.running = True
        self.thread = threading.Thread(target=self.accept, daemon=True)

    def add(self, scheme, context):
        listener = socket.create_server(("127.0.0.1", 0))
        self.selector.register(listener, selectors.EVENT_READ, (scheme, context))
        return listener.getsockname()[1]

    def accept(self):
        while self.running:
            for key, _ in self.selector.select(0.2):
                connection, _ = key.fileobj.accept()
                threading.Thread(target=self.serve, args=[connection, *key.data], daemon=True).start()

    @staticmethod
    def serve(connection, scheme, context):
        in_clear, clear_answers, greeting, answers = SCHEMES[scheme]
        try:
            connection.settimeout(60)
            with connection:
                if in_clear:
                    with connection.makefile("rwb", buffering=0) as stream:
                        if not converse(stream, in_clear, clear_answers):
                            return
                with context.wrap_socket(connection, server_side=True) as secured:
                    with secured.makefile("rwb") as stream:
                        converse(stream, greeting, answers)
        except (OSError, ValueError):
            pass  # the visitor did not like what it saw

    def close(self):
        self.running = False
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


# ---- kinds ----

class Kind:
    """`words` are part of what is told; `fails`: no TLS comes about, which keeps mail from arriving, too."""

    def __init__(self, name, chain, reason="ok", words="", notices=(), *, host=HOST, key=None, ciphers=None, newest=None,
                 dh=None, status=None, fails=False):
        self.name, self.chain, self.reason, self.words, self.notices = name, chain, reason, words, sorted(notices)
        self.host, self.ciphers, self.newest, self.dh, self.status = host, ciphers, newest, dh, status
        self.key, self.fails = key or chain[0], fails
        self.asked = set()  # by SNI

    def context(self, pki):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers((self.ciphers or "ALL") + ":@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        if self.newest:
            context.maximum_version = self.newest
        if self.dh:
            context.load_dh_params(pki.path(self.dh))
        context.load_cert_chain(pki.chain(self.chain), pki.path(self.key + ".key"))
        context.sni_callback = lambda connection, name, of: self.asked.add(name)
        if self.status:
            staple(context, self.status)
        return context

    def outcome(self, scheme):
        if self.reason == "ok":
            return "up"
        if self.reason == "tls_expires_soon" or (scheme == "smtp" and not self.fails):
            return "degraded"
        return "down"


def authorities(pki):
    pki.key("leaf")
    pki.root("root", "/CN=Test Root")
    pki.root("stranger", "/CN=Test Stranger")
    pki.make("inter", "root", "/CN=Test Intermediate", CA, -5 * DAY, 1000 * DAY, pki.key("inter"))
    pki.make("lower", "inter", "/CN=Test Lower", CA, -5 * DAY, 1000 * DAY, pki.key("lower"))
    pki.root("fresh", "/CN=Test Fresh")
    pki.root("stale", "/CN=Test Stale", -900 * DAY, -30 * DAY)
    pki.make("crossed", "fresh", "/CN=Test Stale", CA, -50 * DAY, 900 * DAY, "stale")
    pki.make("under-stale", "stale", "/CN=Test Under Stale", CA, -50 * DAY, 900 * DAY, pki.key("under-stale"))
    pki.root("outdated", "/CN=Test Outdated", -900 * DAY, -30 * DAY)
    pki.root("pinned", "/CN=good.test", key="leaf", extensions=SAN)
    return ["root", "fresh", "stale", "outdated", "pinned"]


def names(pki):
    def kind(name, san, *more, **how):
        pki.make(name, "inter", extensions=f"subjectAltName={san}\n" if san else "basicConstraints=CA:FALSE\n")
        return Kind(name, [name, "inter"], *more, **how)
    good = ["good", "inter"]
    return [
        Kind("good", [pki.make(*good), "inter"]),
        Kind("by address", good, host="127.0.0.1"),
        Kind("in capitals", good, host="GOOD.test"),
        Kind("with the root's dot", good, host="good.test."),
        kind("wildcard", "DNS:*.wild.test", host="a.wild.test"),
        kind("wildcard-two", "DNS:*.wild.test", "tls_hostname", "is for *.wild.test, not for a.b.wild.test",
             host="a.b.wild.test"),
        kind("wildcard-none", "DNS:*.wild.test", "tls_hostname", "not for wild.test", host="wild.test"),
        kind("wildcard-part", "DNS:goo*.wild.test", "tls_hostname", "is for goo*.wild.test", host="good.wild.test"),
        kind("wildcard-top", "DNS:*.test", "tls_hostname", "is for *.test, not for good.test"),
        kind("wildcard-inside", "DNS:good.*.test", "tls_hostname", "not for good.any.test", host="good.any.test"),
        kind("other", "DNS:other.test", "tls_hostname", "is for other.test, not for good.test"),
        kind("unnamed", None, "tls_hostname", "no name at all (a common name does not count)"),
        kind("address-as-name", "DNS:127.0.0.1", "tls_hostname", "not for 127.0.0.1", host="127.0.0.1"),
        kind("no-address", "DNS:good.test", "tls_hostname", "not for 127.0.0.1", host="127.0.0.1"),
        kind("dotted", "DNS:good.test.", "tls_hostname", "is for good.test., not for good.test"),
        kind("idn", "DNS:xn--caf-dma.test", host="xn--caf-dma.test"),
        kind("idn-raw", "DNS:caf\u00e9.test", "tls_hostname", "not for xn--caf-dma.test", host="xn--caf-dma.test"),
        kind("nul", "DER:30138211" + b"good.test\0bad.tes".hex(), "tls_hostname", "not for good.test"),
        kind("mail", "email:post@good.test", "tls_hostname", "no name at all"),
    ]


def times(pki):
    def kind(name, begin, end, *more):
        pki.make(name, "inter", begin=begin, end=end)
        return Kind(name, [name, "inter"], *more)
    minute = DAY / 1440
    pki.make("ended", "root", "/CN=Test Ended", CA, -90 * DAY, -3 * DAY, pki.key("ended"))
    pki.make("by-ended", "ended")
    pki.make("ending", "root", "/CN=Test Ending", CA, -90 * DAY, 5 * DAY, pki.key("ending"))
    pki.make("by-ending", "ending")
    pki.make("expired-other", "inter", extensions="subjectAltName=DNS:other.test\n", begin=-90 * DAY, end=-2.5 * DAY)
    return [
        kind("expired", -90 * DAY, -2.5 * DAY, "tls_expired", "certificate expired 2 d ago"),
        kind("expired-now", -90 * DAY, -minute, "tls_expired", "certificate expired"),
        Kind("expired-other", ["expired-other", "inter"], "tls_expired", "certificate expired 2 d ago"),
        kind("future", 3.5 * DAY, 90 * DAY, "tls_not_yet_valid", "certificate becomes valid in 3 d"),
        kind("future-soon", 10 * minute, 90 * DAY, "tls_not_yet_valid", "certificate becomes valid in"),
        Kind("by-ended", ["by-ended", "ended"], "tls_expired", "an issuer's certificate expired 3 d ago"),
        Kind("by-ending", ["by-ending", "ending"], "tls_expires_soon", "an issuer's certificate expires in 4 d"),
        kind("90 days, 25 left", -65 * DAY, 25 * DAY),
        kind("90 days, 20 left", -70 * DAY, 20 * DAY, "ok", "", ["renew_soon"]),
        kind("90 days, 9 left", -81 * DAY, 9.5 * DAY, "tls_expires_soon", "certificate expires in 9 d"),
        kind("45 days, 12 left", -33 * DAY, 12 * DAY),
        kind("45 days, 10 left", -35 * DAY, 10 * DAY, "ok", "", ["renew_soon"]),
        kind("45 days, 5 left", -40 * DAY, 5.4 * DAY, "tls_expires_soon", "certificate expires in 5 d"),
        kind("6 days, 2 left", -4 * DAY, 2 * DAY),
        kind("6 days, 1 left", -5 * DAY, DAY, "ok", "", ["renew_soon"]),
        kind("6 days, half of one left", -5.5 * DAY, 0.52 * DAY, "tls_expires_soon", "certificate expires in 12 h"),
        kind("a year, 31 days left", -334 * DAY, 31 * DAY),
        kind("a year, 20 days left", -345 * DAY, 20 * DAY, "ok", "", ["renew_soon"]),
        kind("a year, 13 days left", -352 * DAY, 13.5 * DAY, "tls_expires_soon", "certificate expires in 13 d"),
        kind("two years", -1 * DAY, 730 * DAY, "ok", "", ["long_lived"]),
        kind("until 2049", -1 * DAY, "20491231235959Z", "ok", "", ["long_lived"]),
        kind("until 2050", -1 * DAY, "20500101000000Z", "ok", "", ["long_lived"]),
        kind("for ever", -1 * DAY, "99991231235959Z", "ok", "", ["long_lived"]),
    ]


def chains(pki):
    def issued(name, by, **how):
        return pki.make(name, by, **how)
    pki.root("self", "/CN=good.test", end=89 * DAY, key="leaf", extensions=SAN)
    aia = "authorityInfoAccess=caIssuers;URI:http://ca.test/inter.cer\n"
    issued("strange", "stranger")
    issued("fetchable", "inter", extensions=SAN + aia)
    issued("low", "lower")
    issued("on-stale", "under-stale")
    issued("on-outdated", "outdated")
    pki.make("inter-old", "root", "/CN=Test Intermediate", CA, -500 * DAY, -30 * DAY, "inter")
    ok = ["good", "inter"]
    return [
        Kind("self-signed", ["self"], "tls_self_signed", "signed by itself"),
        Kind("self-signed and in our store", ["pinned"], notices=["long_lived"]),
        Kind("unknown authority", ["strange", "stranger"], "tls_untrusted", "not known to us: Test Stranger",
             ["root_sent"]),
        Kind("lone leaf", ["good"], "tls_incomplete_chain", "certificate of the issuer, Test Intermediate"),
        Kind("lone leaf that says where", ["fetchable"], "tls_incomplete_chain",
             "Test Intermediate (it is at http://ca.test/inter.cer)"),
        Kind("upper intermediate missing", ["low", "lower"], "tls_untrusted", "not known to us: Test Intermediate"),
        Kind("two intermediates", ["low", "lower", "inter"]),
        Kind("out of order", ["low", "inter", "lower"], notices=["disordered"]),
        Kind("twice the same", ok + ["inter"], notices=["useless_sent"]),
        Kind("an unrelated one", ok + ["stranger"], notices=["useless_sent"]),
        Kind("root sent along", ok + ["root"], notices=["root_sent"]),
        Kind("old intermediate besides", ["good", "inter-old", "inter"]),
        Kind("old intermediate alone", ["good", "inter-old"], "tls_expired", "an issuer's certificate expired 30 d ago"),
        Kind("cross-signed out of an expired root", ["on-stale", "under-stale", "crossed"]),
        Kind("expired root", ["on-outdated"], "tls_expired", "an authority's certificate in its chain is out of date"),
    ]


def rights(pki):
    """What certificates may be used for."""
    def below(name, extensions, *more, subject=None, **how):
        """A leaf under an intermediate of its own, which has these extensions."""
        own = name + "-ca"
        pki.make(own, "root", subject or f"/CN=Test {name}", extensions, -5 * DAY, 900 * DAY, pki.key(own))
        pki.make(name, own)
        return Kind(name, [name, own], *more, **how)

    def leaf(name, extensions, *more, key="leaf", **how):
        pki.make(name, "inter", extensions=SAN + extensions, key=key)
        return Kind(name, [name, "inter"], *more, **how)
    pki.key("rsa", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    pki.make("by-leaf", "good", "/CN=Test Below Leaf", key=pki.key("below-leaf"))
    pki.openssl("x509", "-req", "-in", pki.key("v1-ca") + ".csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial",
                "7", "-days", "900", "-out", "v1-ca.pem")
    pki.make("by-v1", "v1-ca")
    narrow = pki.make("narrow", "root", "/CN=Test Narrow", CA.replace("TRUE", "TRUE,pathlen:0"), -5 * DAY, 900 * DAY,
                      pki.key("narrow"))
    pki.make("narrow-lower", narrow, "/CN=Test Narrow Lower", CA, -5 * DAY, 900 * DAY, pki.key("narrow-lower"))
    pki.make("too-deep", "narrow-lower")
    extensions = pki.write("negative.ext", SAN)
    pki.openssl("x509", "-req", "-in", "leaf.csr", "-CA", "inter.pem", "-CAkey", "inter.key", "-set_serial", "-5",
                "-days", "90", "-extfile", extensions, "-out", "negative.pem")
    pki.make("nameless", "inter", "/", extensions=SAN.replace("=", "=critical,"))
    return [
        Kind("issued by a leaf", ["by-leaf", "good", "inter"], "tls_untrusted", "invalid CA certificate"),
        Kind("issued by a version 1", ["by-v1", "v1-ca"], "tls_untrusted", "invalid CA certificate"),
        below("unmarked", "keyUsage=critical,keyCertSign\n", "tls_untrusted", "invalid CA certificate"),
        Kind("too deep", ["too-deep", "narrow-lower", "narrow"], "tls_untrusted", "path length"),
        below("constrained", CA + "nameConstraints=critical,permitted;DNS:other.test\n", "tls_untrusted", "subtree"),
        below("within-constraints", CA + "nameConstraints=critical,permitted;DNS:good.test,permitted;IP:127.0.0.1/255.255.255.255\n"),
        below("mail-only", CA + "extendedKeyUsage=emailProtection\n", "tls_untrusted", "purpose"),
        leaf("client", "extendedKeyUsage=clientAuth\n", "tls_untrusted", "purpose"),
        leaf("any-purpose", "extendedKeyUsage=anyExtendedKeyUsage\n", "tls_untrusted", "purpose"),
        leaf("server", "extendedKeyUsage=serverAuth\n"),
        leaf("critical", "1.2.3.4=critical,ASN1:NULL\n", "tls_untrusted", "critical extension"),
        leaf("authority", "basicConstraints=critical,CA:TRUE\n", "tls_untrusted", "Firefox takes"),
        leaf("encipher-only", "keyUsage=critical,keyEncipherment\n", "tls_untrusted", "may not be used to sign", key="rsa"),
        Kind("negative serial number", ["negative", "inter"], key="leaf"),
        Kind("empty subject", ["nameless", "inter"]),
    ]


def strengths(pki):
    def leaf(name, how, *more, **options):
        pki.make(name, "inter", key=pki.key("key-" + name, *how))
        return Kind(name, [name, "inter"], *more, **options)

    def below(name, how, md, *more):
        own = name + "-ca"
        pki.make(own, "root", f"/CN=Test {name}", CA, -5 * DAY, 900 * DAY, pki.key(own, *how), md=md)
        pki.make(name, own)
        return Kind(name, [name, own], *more)

    def curve(name):
        return ("EC", "-pkeyopt", "ec_paramgen_curve:" + name)

    def rsa(bits, kind="RSA"):
        return (kind, "-pkeyopt", f"rsa_keygen_bits:{bits}")
    pki.make("sha1", "inter", md="sha1")
    pki.key("rsa-ca", *rsa(2048))
    pki.make("rsa-ca", "root", "/CN=Test RSA", CA, -5 * DAY, 900 * DAY, "rsa-ca")
    pki.make("md5", "rsa-ca", md="md5")
    pki.make("pss-signed", "rsa-ca", sigopt=["rsa_padding_mode:pss", "rsa_pss_saltlen:32"])
    pki.openssl("dhparam", "-dsaparam", "-out", "dh1024.pem", "1024")
    pki.openssl("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", "dh2048.pem")
    rsa_kind = leaf("rsa-2048", rsa(2048))
    tls = ssl.TLSVersion
    return [
        rsa_kind,
        leaf("p-384", curve("P-384")),
        leaf("p-521", curve("P-521"), "tls_handshake", "Chrome takes no key on the curve P-521"),
        leaf("ed25519", ("ED25519",), "tls_handshake", "browsers take no Edwards key"),
        leaf("rsa-pss", rsa(2048, "RSA-PSS"), "tls_handshake", "for PSS alone"),
        leaf("rsa-1024", rsa(1024), "tls_weak_key", "RSA 1024"),
        below("weak-issuer", rsa(1024), "sha256", "tls_weak_key", "key below 112 bits of security in the chain"),
        Kind("pss-signed", ["pss-signed", "rsa-ca"], notices=["rare_signature"]),
        Kind("sha-1", ["sha1", "inter"], "tls_weak_signature", "SHA-1"),
        Kind("md5", ["md5", "rsa-ca"], "tls_weak_signature", "MD5"),
        below("sha-1-above", curve("P-256"), "sha1", "tls_weak_signature", "in the chain"),
        Kind("TLS 1.0", ["good", "inter"], "tls_old_protocol", "at most TLSv1", newest=tls.TLSv1),
        Kind("TLS 1.1", ["good", "inter"], "tls_old_protocol", "at most TLSv1.1", newest=tls.TLSv1_1),
        Kind("TLS 1.2", ["good", "inter"], newest=tls.TLSv1_2),
        Kind("static RSA", rsa_kind.chain, notices=["no_forward_secrecy"], newest=tls.TLSv1_2, ciphers="AES128-GCM-SHA256"),
        Kind("DHE 2048", rsa_kind.chain, notices=["old_exchange"], newest=tls.TLSv1_2, dh="dh2048.pem",
             ciphers="DHE-RSA-AES128-GCM-SHA256"),
        Kind("DHE 1024", rsa_kind.chain, "tls_handshake", "Diffie-Hellman with 1024 bits", ["old_exchange"],
             newest=tls.TLSv1_2, dh="dh1024.pem", ciphers="DHE-RSA-AES128-GCM-SHA256"),
        Kind("no common cipher", ["good", "inter"], "tls_handshake", "handshake failure", newest=tls.TLSv1_2,
             ciphers="AES128-GCM-SHA256", fails=True),
    ]


def staples(pki):
    statuses = Statuses(pki, "rsa-ca")
    pki.key("rsa-stranger", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    pki.root("rsa-stranger", "/CN=Test RSA Stranger")
    pki.make("stapled", "rsa-ca")
    pki.make("demanding", "rsa-ca", extensions=SAN + "tlsfeature=status_request\n")
    good, mandatory = statuses.make("stapled", "good"), statuses.make("demanding", "good")

    def kind(name, status, *more, leaf="stapled"):
        return Kind("staple: " + name, [leaf, "rsa-ca"], *more, status=status)
    useless = ("ok", "", ["staple_useless"])
    return [
        kind("good", good),
        kind("revoked", statuses.make("stapled", "revoked"), "tls_revoked", "revoked, as the status"),
        kind("unknown", statuses.make("stapled", "unknown"), "tls_staple_invalid", "does not know it"),
        kind("expired", statuses.expire(good), *useless),
        kind("by a stranger", statuses.make("stapled", "revoked", "rsa-stranger"), *useless),
        kind("broken", good[:-1] + bytes([good[-1] ^ 1]), "tls_staple_invalid", "none of this certificate"),
        kind("of another one", mandatory, "tls_staple_invalid", "none of this certificate"),
        kind("nonsense", b"nonsense", "tls_staple_invalid", "none of this certificate"),
        kind("an excuse", b"\x30\x03\x0a\x01\x03", *useless),
        kind("demanded and good", mandatory, leaf="demanding"),
        kind("demanded and missing", None, "tls_staple_missing", "and the server staples none", leaf="demanding"),
        kind("demanded and expired", statuses.expire(mandatory), "tls_staple_missing", "is out of date",
             ["staple_useless"], leaf="demanding"),
    ]


class TlsKinds(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vibrisse-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.pki = Pki(cls.folder)
        roots = authorities(cls.pki)
        cls.kinds = [kind for make in (names, times, chains, rights, strengths, staples) for kind in make(cls.pki)]
        cls.pki.write("store.pem", b"".join(cls.pki.read(name + ".pem") for name in roots))

    def test_names_asked_for(self):
        """SNI has names in lower case, no addresses and no dot at the end (RFC 6066 section 3)."""
        for name, asked in (("good", HOST), ("by address", None), ("with the root's dot", HOST)):
            kind = next(kind for kind in self.kinds if kind.name == name)
            servers = Servers()
            context = kind.context(self.pki)
            urls = [f"{scheme}://{kind.host}:{servers.add(scheme, context)}" for scheme in SCHEMES]
            servers.thread.start()
            self.addCleanup(servers.close)
            kind.asked.clear()
            self.assertEqual(self.probe(urls).returncode, 0)
            self.assertEqual(kind.asked, {asked})

    def test_for_people(self):
        kind = next(kind for kind in self.kinds if kind.name == "root sent along")
        servers = Servers()
        url = f"https://{HOST}:{servers.add('https', kind.context(self.pki))}"
        servers.thread.start()
        self.addCleanup(servers.close)
        done = self.probe([url])
        self.assertIn("certificate: 88 days left, its root is sent along, which nobody needs", done.stdout, done.stderr)

    def probe(self, urls, *more):
        return subprocess.run([VIBRISSE, "probe", "--ca-file", self.pki.path("store.pem"), "--allow-net", "127.0.0.0/8",
                               "--timeout", "50s", "-o", "address=127.0.0.1", *more, *urls],
                              capture_output=True, text=True, timeout=180, check=False)

    def probe_all(self):
        """The result of each kind by each scheme."""
        servers = Servers()
        urls = {}
        for kind in self.kinds:
            context = kind.context(self.pki)
            for scheme in SCHEMES:
                urls[kind, scheme] = f"{scheme}://{kind.host}:{servers.add(scheme, context)}"
        servers.thread.start()
        try:
            done = self.probe(urls.values(), "--json")
        finally:
            servers.close()
        results = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(results), len(urls), done.stderr)
        return dict(zip(urls, results))

    def test_every_kind(self):
        self.assertGreaterEqual(len(self.kinds), 50)
        for (kind, scheme), result in self.probe_all().items():
            with self.subTest(kind=kind.name, scheme=scheme):
                said = (result["outcome"], result["reason"], result.get("certificate", {}).get("notices", []))
                self.assertEqual(said, (kind.outcome(scheme), kind.reason, kind.notices), result["detail"])
                self.assertIn(kind.words, result["detail"])
                if kind.reason not in ("ok", "tls_expires_soon") and scheme == "smtp" and not kind.fails:
                    self.assertIn("clients that do not verify still connect", result["detail"])


if __name__ == "__main__":
    unittest.main()
