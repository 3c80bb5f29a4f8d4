"""A federation of small hosters whose files have every quirk that such files have, with what must come of each: the web that
serves them (nginx over HTTPS, an own authority, name servers of its own) and the register that is to be found."""
import json
import os
import random
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import real

DOMAIN = "minous.example"
OURS, FORBIDDEN = "127.0.0.2", "127.0.0.1"  # where nginx listens; where names lead that shall not be followed
FEDERATION = "federation." + DOMAIN
WELL_KNOWN = "/.well-known/chatonsinfos/"

CONFIG = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 1000; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    ssl_certificate {folder}/good.pem;
    ssl_certificate_key {folder}/good.key;
    types {{ }}
    default_type "text/plain; charset=utf-8";
    gzip on;
    gzip_types text/plain;
    server {{
        listen {ours}:{port} ssl default_server;
        root {folder}/www/$host;
        location / {{ try_files $uri @page; }}
        location @page {{ default_type text/html; return 200 "<!doctype html><title>Etherpad</title><p>Bonjour"; }}
        location {well_known} {{ }}
        location /.well_known/ {{ }}
        location /gone/ {{ return 410; }}
        location /round/ {{ return 302 https://$host:{port}/round/; }}
        location /hop/ {{ rewrite ^/hop/(.*)$ https://$host:{port}{well_known}$1 redirect; }}
        location /inside/ {{ return 302 https://inside.{domain}:{port}$uri; }}
        location /literal/ {{ return 302 https://{forbidden}:{port}$uri; }}
        location /scheme/ {{ return 302 file:///etc/passwd; }}
        location /status.php {{
            default_type application/json;
            return 200 '{{"installed":true,"maintenance":false,"needsDbUpgrade":false,"version":"28.0.1.1","productname":"Nextcloud"}}';
        }}
        location = /health {{ default_type application/json; return 200 '{{"status":"pass","releaseId":"1.9.7"}}'; }}
    }}
    server {{
        listen {ours}:{port} ssl;
        server_name expired.{domain};
        ssl_certificate {folder}/expired.pem;
        ssl_certificate_key {folder}/good.key;
        root {folder}/www/expired.{domain};
    }}
    server {{
        listen {forbidden}:{port} ssl;
        location / {{ return 200 "file.class=organization\\norganization.name=Inside\\n"; }}
    }}
}}
"""


class Names:
    """Name servers that know every name of our domain: A records, of a name the given ones in turn, else OURS."""

    def __init__(self):
        self.special = {}
        self.asked = {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                question, sender = self.socket.recvfrom(2048)
            except OSError:
                return
            self.socket.sendto(self.answer(question), sender)

    def answer(self, question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode().lower())
            at += 1 + question[at]
        name, kind = ".".join(labels), int.from_bytes(question[at + 1:at + 3], "big")
        known = name.endswith(DOMAIN)
        addresses = self.addresses(name) if known and kind == 1 else []
        head = question[:2] + (b"\x81\x80" if known else b"\x81\x83") + b"\0\1" + len(addresses).to_bytes(2, "big") + b"\0\0\0\0"
        rows = b"".join(b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4" + socket.inet_aton(address) for address in addresses)
        return head + question[12:at + 5] + rows

    def addresses(self, name):
        turns = self.special.get(name, [[OURS]])
        count = self.asked[name] = self.asked.get(name, 0) + 1
        return turns[min(count, len(turns)) - 1]

    def close(self):
        self.socket.close()


class Endless:
    """A server whose answer never ends."""

    def __init__(self):
        self.socket = socket.create_server((OURS, 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
                with client:
                    client.recv(4096)
                    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nfile.class = organization\n")
                    while True:
                        client.sendall(b"# encore et encore\n" * 1000)
            except OSError:
                if self.socket.fileno() < 0:
                    return

    def close(self):
        self.socket.close()


class Member:
    """What one hoster publishes, and what is to be found of it. `shape` changes the bytes of its files; `lines` and those of
    its services are added to what every file has, or stand in place of it."""

    def __init__(self, key, **how):
        self.key = key
        self.host = how.pop("host", f"{key}.{DOMAIN}")
        self.place = how.pop("place", WELL_KNOWN)
        self.lines = how.pop("lines", {})
        self.services = how.pop("services", [{"key": "nuage"}])
        self.shape = how.pop("shape", lambda text: text.encode())
        self.raw = how.pop("raw", None)                  # the organization's file itself
        self.sub = how.pop("sub", "subs.{key} = {url}")  # how the federation lists it
        self.listed = how.pop("listed", "subs.{key} = {url}")  # how it lists its services
        self.more = how.pop("more", "")                  # lines as they are
        self.name = how.pop("name", f"Nom de {key}")
        self.id = how.pop("id", key)
        self.member = how.pop("member", True)            # it is found at all
        self.fate = how.pop("fate", "measured")
        self.every = how.pop("every", [])                # codes of what is found in each of its files
        self.found = how.pop("found", [])                # in the organization's
        self.reason = how.pop("reason", "ok")
        assert not how, how


def properties(lines):
    return "".join(f"{key} = {value}\n" for key, value in lines.items() if value is not None)


class Town:
    """The whole of it in a folder. Files can be changed while it is served."""

    def __init__(self, members, federation_more=""):
        self.folder = tempfile.mkdtemp(prefix="vibrisse-federation-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        self.port = real.free_port()
        self.names, self.endless = Names(), Endless()
        self.members, self.federation_more = members, federation_more
        self.child = None
        self.make_certificates()
        self.write_all()

    # --- addresses

    def url(self, host, path):
        return f"https://{host}:{self.port}{path}"

    @property
    def register(self):
        return self.url(FEDERATION, "/f.properties")

    def organization(self, member):
        if "{endless}" in member.sub:
            return f"http://{member.host}:{self.endless.port}/o"
        return self.url(member.host, member.place + "organization.properties")

    def file_of(self, member, service):
        if "at" in service:
            return service["at"].format(port=self.port, domain=DOMAIN)
        return self.url(member.host, member.place.replace("/hop/", WELL_KNOWN) + service["key"] + ".properties")

    def website(self, member, service):
        website = service.get("website", "https://{host}:{port}/")
        return website and website.format(key=service["key"], host=member.host.replace(f".{DOMAIN}", f"-{service['key']}.{DOMAIN}"),
                                          port=self.port)

    # --- files

    def put(self, host, path, data):
        """At once, as a whole; with another time than before."""
        name = os.path.join(self.folder, "www", host, path.lstrip("/").replace("hop/", WELL_KNOWN.lstrip("/")))
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name + "~", "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        os.replace(name + "~", name)

    def remove(self, host, path):
        os.unlink(os.path.join(self.folder, "www", host, path.lstrip("/")))

    def write_all(self):
        self.write_federation()
        for member in self.members:
            self.write_member(member)

    def write_federation(self, left_out=()):
        lines = {"file.class": "federation", "file.protocol": "ChatonsInfos-0.5", "file.datetime": "2026-01-02T03:04:05",
                 "file.generator": "essai", "federation.name": "MINOUS", "federation.description": "Collectif d'essai",
                 "federation.website": "https://minous.example/", "federation.contact.email": "contact@minous.example"}
        text = "# [File]\n" + properties(lines) + "# [Subs]\n"
        for member in self.members:
            if member.key not in left_out:
                text += member.sub.format(key=member.key, url=self.organization(member), endless=self.endless.port) + "\n"
        self.put(FEDERATION, "/f.properties", text + self.federation_more.format(port=self.port, domain=DOMAIN))

    def organization_text(self, member):
        lines = {"file.class": "organization", "file.protocol": "ChatonsInfos-0.5", "file.datetime": "2026-01-01T00:00:00",
                 "file.generator": "essai", "organization.name": f"Nom de {member.key}", "organization.description": "Hébergeur d'essai",
                 "organization.website": self.url(member.host, "/"), "organization.contact.email": f"tech@{member.host}",
                 "organization.status.level": "ACTIVE", "organization.memberof.chatons.status.level": "ACTIVE",
                 "organization.memberof.chatons.startdate": "2018-11-20", "organization.country.name": "France",
                 "organization.country.code": "FR", "organization.type": "ASSOCIATION"}
        lines.update({key: value for key, value in member.lines.items()})
        subs = [member.listed.format(key=service["key"], url=self.file_of(member, service)) for service in member.services]
        return properties(lines) + "\n".join(subs) + "\n" + member.more.format(port=self.port, domain=DOMAIN)

    def service_text(self, member, service):
        lines = {"file.class": "service", "file.protocol": "ChatonsInfos-0.5", "file.datetime": "2026-01-01T00:00:00",
                 "file.generator": "essai", "service.name": f"Nom de {service['key']}", "service.description": "Un service",
                 "service.website": self.website(member, service), "service.startdate": "2019-01-08",
                 "service.status.level": "OK", "service.registration": "Free", "service.registration.load": "OPEN",
                 "service.install.type": "DISTRIBUTION", "software.name": service.get("software", "Nextcloud"),
                 "software.license.url": "https://spdx.org/licenses/AGPL-3.0-only.html", "software.license.name": "AGPL-3.0-only",
                 "host.name": "Nous", "host.server.distribution": "Debian", "host.server.type": "VIRTUAL",
                 "host.provider.type": "HOSTEDSERVER", "host.country.name": "France", "host.country.code": "FR"}
        lines.update(service.get("lines", {}))
        return properties(lines) + service.get("more", "").format(port=self.port, domain=DOMAIN)

    def write_member(self, member):
        raw = member.raw(self) if member.raw else member.shape(self.organization_text(member))
        if raw is not None:
            self.put(member.host, member.place + "organization.properties", raw)
        for service in member.services:
            if "at" in service:
                continue
            raw = service["raw"] if "raw" in service else member.shape(self.service_text(member, service))
            if raw is not None:
                self.put(member.host, member.place + service["key"] + ".properties", raw)
            if "metrics" in service:
                self.put(member.host, member.place + "metrics.properties", service["metrics"])
            if "nodeinfo" in service:
                self.put_nodeinfo(self.website(member, service))

    def put_nodeinfo(self, website):
        host = website.split("/")[2].split(":")[0]
        self.put(host, "/.well-known/nodeinfo", json.dumps({"links": [
            {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": website + "nodeinfo/2.0"}]}))
        self.put(host, "/nodeinfo/2.0", json.dumps({
            "version": "2.0", "software": {"name": "friendica", "version": "2024.03"}, "usage":
            {"users": {"total": 120, "activeHalfyear": 60, "activeMonth": 30}, "localPosts": 4321}}))

    # --- the servers

    def openssl(self, *args):
        subprocess.run(["openssl", *args], check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def make_certificates(self):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
                     "-out", "ca.pem", "-subj", "/CN=Essai", "-days", "300")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "good.key",
                     "-out", "good.csr", "-subj", f"/CN=*.{DOMAIN}")
        with open(os.path.join(self.folder, "names"), "w", encoding="ascii") as file:
            file.write(f"subjectAltName=DNS:*.{DOMAIN}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
        for name, days in (("good", "200"), ("expired", "-1")):
            self.openssl("x509", "-req", "-in", "good.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                         "-out", f"{name}.pem", "-days", days, "-extfile", "names")

    def start(self):
        config = os.path.join(self.folder, "nginx.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(folder=self.folder, ours=OURS, forbidden=FORBIDDEN, port=self.port, domain=DOMAIN,
                                     well_known=WELL_KNOWN))
        user = ["-g", "user root;"] if real.ROOT else []
        with open(os.path.join(self.folder, "said"), "wb") as said:
            self.child = subprocess.Popen([real.find_program("nginx"), "-e", "stderr", "-p", self.folder, "-c", config, *user],
                                          stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.child.poll() is None:
            with socket.socket() as sock:
                if sock.connect_ex((OURS, self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("nginx does not start: " + real.read_end(os.path.join(self.folder, "said")))

    def asked(self):
        """The paths that were asked for since the last time."""
        path = os.path.join(self.folder, "access.log")
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.readlines()
        with open(path, "r+", encoding="utf-8") as file:
            file.truncate(0)
        return lines

    def stop(self):
        if self.child:
            self.child.terminate()
            self.child.wait(30)
        self.names.close()
        self.endless.close()
        shutil.rmtree(self.folder, ignore_errors=True)


# --- the members

def plain(number):
    software = ("Etherpad", "etherpad-lite", "Nextcloud 28.0.1", "Logiciel inconnu")
    return Member(f"membre-{number:02d}",
                  services=[{"key": "nuage"}, {"key": "pad", "software": software[number % len(software)]}])


FATES = {"ON": "measured", "OK": "measured", "MAINTENANCE": "measured", "WARNING": "measured", "ALERT": "measured",
         "DOWN": "measured", "ERROR": "measured", "OFF": "over", "OVER": "over", "DRAFT": "draft", "VOID": "draft", "zzz": "measured"}


def stated(level):
    found = {"OFF": ["end_missing"], "OVER": ["end_missing"], "zzz": ["unknown_word"]}
    return {"key": level.lower(), "lines": {"service.status.level": level}, "fate": FATES[level], "found": found.get(level, [])}


PAST = {"service.enddate": "2020-01-01", "service.status.level": "OVER"}
HTML = b"<!DOCTYPE html>\n<html><head><title>Bienvenue</title></head><body>Rien ici</body></html>\n"

QUIRKS = [
    # encodings and line ends
    Member("crlf", shape=lambda text: text.replace("\n", "\r\n").encode()),
    Member("cr", every=["cr_only"], shape=lambda text: text.replace("\n", "\r").encode()),
    Member("bom", every=["bom"], shape=lambda text: b"\xef\xbb\xbf" + text.encode()),
    Member("latin", shape=lambda text: text.encode("latin-1"), found=["latin1"], lines={"organization.name": "L'Abri côtier"},
           name="L'Abri côtier"),
    Member("accents", lines={"organization.name": "Été à Noël œuf ß"}, name="Été à Noël œuf ß"),
    Member("utf-seize", shape=lambda text: text.encode("utf-16"), member=False, found=["utf16"]),
    Member("nuls", shape=lambda text: text.replace("a", "\0").encode(), member=False, found=["binary"]),
    # how lines are written
    Member("apostrophes", sub="subs.{key} = '{url}'", listed="subs.{key} = '{url}'", found=["quotes"]),
    Member("guillemets", sub='subs.{key}="{url}"', listed='subs.{key}="{url}"', found=["quotes"]),
    Member("cle-url", listed="subs.{key}:https://ex.example/a.properties = '{url}'", found=["key_colon", "quotes"]),
    Member("deux-points", lines={"organization.description": "a = b : c; https://x.example/?a=b"}),
    Member("doublon", more="organization.name = Le dernier compte\n", name="Le dernier compte", found=["duplicate"]),
    Member("capitales", lines={"file.class": "Organization", "file.protocol": "StatoolInfos-0.1"}),
    Member("soulignement", place="/.well_known/chatonsinfos/", found=["well_known"]),
    Member("sans-classe", lines={"file.class": None}, found=["no_class"]),
    Member("sans-nom", lines={"organization.name": None}, name=f"sans-nom.{DOMAIN}", found=["required"]),
    Member("inconnues", more="organization.couleur = bleu\ncrawl.crawler = StatoolInfos\n", found=["unknown_key"]),
    Member("fautes", more="organization.socialnetworks.pixelfeld = https://pix.example/a\norganization.funding.Tipee = https://t.example/\n",
           found=["key_case", "misspelt_key"]),
    Member("nulles", lines={"organization.logo": "null"}, found=["null"]),
    Member("lignes", lines={"organization.description": "Une<br/>deux\\ntrois"}),
    # who is there
    Member("partie", lines={"organization.memberof.chatons.status.level": "AWAY",
                            "organization.memberof.chatons.enddate": "2020-01-01"}, fate="over"),
    Member("fermee", lines={"organization.status.level": "AWAY", "organization.enddate": "2020-01-01"}, fate="over"),
    Member("au-repos", lines={"organization.status.level": "IDLE"}),
    Member("sortie", lines={"organization.memberof.chatons.enddate": "2020-01-01"}, fate="over", found=["end_active"]),
    Member("etats", services=[stated(level) for level in FATES]),
    Member("services-clos", services=[{"key": "clos", "lines": PAST, "fate": "over"}, {"key": "nuage"}]),
    Member("vide-de-services", services=[]),
    # services
    Member("dates", services=[{"key": "a", "lines": {"service.startdate": "08/01/2019"}, "found": ["date_form"]},
                              {"key": "b", "lines": {"service.startdate": "2019-01-08T10:11:12"}, "found": ["date_form"]}]),
    Member("barres", services=[{"key": "nuage", "website": "https://{host}:{port}//", "found": ["url_slashes"]}]),
    Member("nu", services=[{"key": "nuage", "website": "{host}:{port}", "url": "https://{host}:{port}", "found": ["url_bare"]}]),
    Member("en-clair", services=[{"key": "nuage", "website": "http://{host}/", "url": "http://{host}/", "found": ["not_https"]}]),
    Member("sans-adresse", services=[{"key": "nuage", "website": None, "fate": "unmeasured", "url": None, "found": ["required"]}]),
    Member("scripts", services=[{"key": "a", "website": "javascript:alert(1)", "fate": "unmeasured", "url": None, "found": ["url_scheme"]},
                                {"key": "b", "website": "file:///etc/passwd", "fate": "unmeasured", "url": None, "found": ["url_scheme"]},
                                {"key": "c", "website": "https://u:p@x.example/", "fate": "unmeasured", "url": None, "found": ["url_login"]},
                                {"key": "d", "website": "http://localhost/", "fate": "unmeasured", "url": None, "found": ["url_local"]},
                                {"key": "e", "website": "http://169.254.169.254/", "fate": "unmeasured", "url": None, "found": ["url_local"]},
                                {"key": "f", "website": "http://0x7f.1/", "fate": "unmeasured", "url": None, "found": ["url_local"]},
                                {"key": "g", "website": "gopher://x.example/", "fate": "unmeasured", "url": None, "found": ["url_scheme"]}]),
    Member("memes", services=[{"key": "a", "website": "https://{host}:{port}/"}, {"key": "b", "website": "https://{host}:{port}/"}]),
    Member("hotes-vides", services=[{"key": "nuage", "lines": {"host.name": "", "host.server.type": "NANO",
                                                                 "host.provider.type": "OUTSOURCED"},
                                     "found": ["combination"]}]),
    Member("mesures", services=[{"key": "nuage", "more": "subs.m = https://mesures.{domain}:{port}" + WELL_KNOWN + "metrics.properties\n",
                                 "metrics": "file.class = metrics\nmetrics.http.visits.humans.2025.months=,73,33,10\n"
                                            "metrics.service.accounts.2025.months = 10;11;;;;;;;;;;13\n"
                                            "metrics.service.accounts.active.2025.months = ;;;;;;;;;;;7\n"}]),
    Member("usages", services=[{"key": "social", "software": "Friendica", "nodeinfo": True},
                               {"key": "discret", "software": "Castopod"}]),
    Member("federee", services=[{"key": "videos", "software": "PeerTube"}]),
    Member("formats", services=[{"key": "nuage", "lines": {"service.name": "%n%s%n", "software.name": "=HYPERLINK(1)"},
                                 "name": "%n%s%n", "software": "=HYPERLINK(1)"}]),
    Member("balises", services=[{"key": "nuage", "lines": {"service.name": "<script>alert(1)</script>]]>"},
                                 "name": "<script>alert(1)</script>]]>"}]),
    # files that are not what they should be
    Member("page", raw=lambda town: HTML, member=False, found=["html"]),
    Member("vide", raw=lambda town: b"", member=False, found=["empty"]),
    Member("geant", raw=lambda town: b"# x\n" * (10 * 1024 * 1024 // 4), member=False, reason="body_too_large", found=["too_large"]),
    Member("mauvaise-classe", raw=lambda town: b"file.class = service\nservice.name = x\nservice.website = https://x.example/\n",
           member=False, found=["wrong_class"]),
    Member("metrique", raw=lambda town: b"file.class = metrics\nmetrics.x.2025.months=1\n", member=False, found=["wrong_class"]),
    Member("absente", raw=lambda town: None, member=False, reason="http_status"),
    Member("retiree", place="/gone/", raw=lambda town: None, member=False, reason="http_status"),
    Member("expired", member=False, reason="tls_expired"),
    Member("rond", place="/round/", raw=lambda town: None, member=False, reason="http_redirect_loop"),
    Member("bond", place="/hop/"),
    Member("dedans", place="/inside/", raw=lambda town: None, member=False, reason="refused_by_policy"),
    Member("litteral", place="/literal/", raw=lambda town: None, member=False, reason="refused_by_policy"),
    Member("fichier", place="/scheme/", raw=lambda town: None, member=False, reason="protocol_error"),
    Member("service-page", services=[{"key": "nuage", "raw": HTML, "fate": None, "found": ["html"]}, {"key": "pad"}]),
    # who lists whom
    Member("boucle", more="subs.moi = https://boucle.{domain}:{port}" + WELL_KNOWN + "organization.properties\n"
                          "subs.haut = https://federation.{domain}:{port}/f.properties\n"),
    Member("voleuse", services=[{"key": "nuage"}, {"key": "pris", "at": "https://membre-01.{domain}:{port}" + WELL_KNOWN + "pad.properties",
                                                   "elsewhere": True}]),
    Member("jumelle"),
    Member("jumelle2", sub="subs.jumelle_ = {url}", id="jumelle-"),  # and letters of its address
    # names that lead where nobody else may go
    Member("inside", raw=lambda town: None, member=False, reason="refused_by_policy"),
    Member("rebond", services=[{"key": "nuage", "fate": None, "reason": "refused_by_policy"}]),
    Member("melange"),
    Member("sans-fin", sub="subs.{key} = http://sans-fin.minous.example:{endless}/o", member=False, reason="body_too_large",
           found=["too_large"]),
]

FEDERATION_MORE = ("subs.encore = https://membre-02.{domain}:{port}" + WELL_KNOWN + "organization.properties\n"
                   "subs.moi = https://federation.{domain}:{port}/f.properties\n"
                   "subs.locale = http://127.0.0.1/x.properties\n")


def build_town():
    random.seed(7)
    town = Town([plain(number) for number in range(12)] + QUIRKS, FEDERATION_MORE)
    town.names.special[f"inside.{DOMAIN}"] = [[FORBIDDEN]]
    town.names.special[f"rebond.{DOMAIN}"] = [[OURS], [FORBIDDEN]]
    town.names.special[f"melange.{DOMAIN}"] = [[FORBIDDEN, OURS]]
    return town
