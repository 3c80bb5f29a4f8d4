"""Directories, databases, queues: OpenLDAP, PostgreSQL, Redis, Mosquitto."""
import contextlib
import glob
import os
import socket
import struct

import real
from real import Row

SLAPD = """
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $folder/slapd.pid
TLSCertificateFile $cert
TLSCertificateKeyFile $key
TLSCACertificateFile $root
database mdb
suffix "dc=good,dc=test"
directory $folder/mdb
"""

REDIS = """
bind $listen
port $redis
tls-port $rediss
tls-cert-file $cert
tls-key-file $key
tls-ca-cert-file $root
tls-auth-clients no
protected-mode no
save ""
daemonize no
dir $folder
"""

MARIADB = {
    "ssl_cert": "good.pem", "ssl_key": "good.key", "datadir": "data", "socket": "socket", "pid_file": "pid", "tmpdir": "",
}

MOSQUITTO = """
persistence false
allow_anonymous true
$listeners
"""

SESSIONS = 3  # that PostgreSQL has to give


class OpenLdap(real.Server):
    program, package = "slapd", "slapd"
    ports = ("ldap", "ldaps")
    rows = [Row("ldap://good.test:{ldap}", tls=True), Row("ldaps://good.test:{ldaps}", tls=True)]

    def configure(self):
        self.folder_of("mdb")
        urls = " ".join(f"{scheme}://{address}:{self.port[scheme]}/" for scheme in self.ports
                        for address in self.addresses(True))
        return [self.executable, "-d", "0", "-f", self.write("slapd.conf", SLAPD), "-h", urls]


class PostgreSql(real.Server):
    program, package = "postgres", "postgresql"
    ports = ("postgres",)
    rows = [Row("postgres://good.test:{postgres}", tls=True, mistrust="degraded")]

    @classmethod
    def find(cls):
        return max(glob.glob("/usr/lib/postgresql/*/bin/postgres"), default=None)

    tls = "on"

    def configure(self):
        self.prepare(os.path.join(os.path.dirname(self.executable), "initdb"), "--no-sync", "-A", "trust", "-D",
                     self.path("data"))
        settings = {"listen_addresses": ",".join(self.addresses()), "port": self.port["postgres"], "ssl": self.tls,
                    "ssl_cert_file": self.path("good.pem"), "ssl_key_file": self.path("good.key"),
                    "unix_socket_directories": self.folder, "fsync": "off", "max_connections": SESSIONS,
                    "superuser_reserved_connections": 0}
        return [self.executable, "-D", self.path("data")] + [f"--{name}={value}" for name, value in settings.items()]

    def test_crowded(self):
        """Every session that it has to give is taken."""
        words = b"".join(word.encode() + b"\0" for word in ("user", real.USER, "database", "postgres", ""))
        with contextlib.ExitStack() as crowd:
            for _ in range(SESSIONS):
                visitor = crowd.enter_context(socket.create_connection(("127.0.0.1", self.port["postgres"]), timeout=30))
                visitor.sendall(struct.pack("!II", 8 + len(words), 3 << 16) + words)
                self.assertEqual(visitor.recv(1), b"R")
            self.assert_rows(self.rows, "down", "banner_refused")


class PostgreSqlInClear(PostgreSql):
    rows = [Row("postgres://good.test:{postgres}", "starttls=optional")]
    tls = "off"

    def test_required_encryption(self):
        self.assert_rows([Row("postgres://good.test:{postgres}")], "down", "starttls_missing")


class MariaDb(real.Server):
    """One address a process: this one speaks IPv4."""
    program, package = "mariadbd", "mariadb-server-core"
    ports = ("mysql",)
    families = ("ipv4",)
    rows = [Row("mysql://good.test:{mysql}", tls=True, mistrust="degraded")]
    more = ()

    def configure(self):
        self.prepare("mariadb-install-db", "--no-defaults", f"--datadir={self.path('data')}", "--auth-root-authentication-method=normal",
                     "--skip-test-db")
        paths = [f"--{name}={self.path(path)}" for name, path in MARIADB.items()]
        return [self.executable, "--no-defaults", *paths, f"--bind-address={self.addresses()[0]}",
                f"--port={self.port['mysql']}", "--innodb-buffer-pool-size=8M", "--max-connect-errors=3", *self.more]

    def test_many_visits(self):
        """A visit like ours counts as none of the broken ones for which a server shuts us out."""
        for _ in range(2):
            self.assert_rows(self.rows * 4, "up", "ok")


class MariaDbInClear(MariaDb):
    families = tuple(real.FAMILIES[-1:])
    rows = [Row("mysql://good.test:{mysql}", "starttls=optional")]
    more = ("--skip-ssl",)

    def test_required_encryption(self):
        self.assert_rows([Row("mysql://good.test:{mysql}")], "down", "starttls_missing")


class Redis(real.Server):
    program, package = "redis-server", "redis-server"
    ports = ("redis", "rediss")
    rows = [Row("redis://good.test:{redis}"), Row("tls://good.test:{rediss}", tls=True)]

    def configure(self):
        return [self.executable, self.write("redis.conf", REDIS, listen=" ".join(self.addresses()))]


class Mosquitto(real.Server):
    program, package = "mosquitto", "mosquitto"
    ports = ("mqtt", "mqtts")
    rows = [Row("mqtt://good.test:{mqtt}"), Row("mqtts://good.test:{mqtts}", tls=True)]

    def configure(self):
        tls = f"certfile {self.path('good.pem')}\nkeyfile {self.path('good.key')}\n"
        listeners = "".join(f"listener {self.port[name]} {address}\n{more}" for name, more in (("mqtt", ""), ("mqtts", tls))
                            for address in self.addresses())
        return [self.executable, "-c", self.write("mosquitto.conf", MOSQUITTO, listeners=listeners)]


if __name__ == "__main__":
    real.main()
