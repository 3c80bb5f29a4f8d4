"""What the benchmarks share: hosts with certificates of their own behind nginx, the bare client, and what /proc tells."""
import concurrent.futures
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TICK = os.sysconf("SC_CLK_TCK")


def fail(sentence):
    print(f"{pathlib.Path(sys.argv[0]).parent.name}: {sentence}", file=sys.stderr)
    sys.exit(2)


def host(number):
    return f"host-{number:04d}.farm.test"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# ---- certificates ----

def openssl(folder, *arguments):
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        fail(f"openssl {' '.join(arguments)}: {done.stderr}")


def certificate(folder, name, key, subject, issuer, *extensions):
    arguments = ["req", "-x509", "-config", "openssl.cnf", "-newkey", *key, "-nodes", "-subj", f"/CN={subject}",
                 "-days", "90", "-sha384" if issuer else "-sha256", "-keyout", f"{name}.key", "-out", f"{name}.pem"]
    if issuer:
        arguments += ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"]
    for extension in extensions:
        arguments += ["-addext", extension]
    openssl(folder, *arguments)


def leaf(folder, number):
    name = host(number)
    certificate(folder, name, ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], name, "intermediate",
                f"subjectAltName=DNS:{name}", "extendedKeyUsage=serverAuth", "keyUsage=digitalSignature",
                "authorityKeyIdentifier=keyid")
    with open(folder / f"{name}.chain", "w") as chain:
        for part in (name, "intermediate"):
            chain.write((folder / f"{part}.pem").read_text())


def make_certificates(folder, hosts):
    (folder / "openssl.cnf").write_text("[req]\ndistinguished_name = none\n[none]\n")
    authority = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign",
                 "subjectKeyIdentifier=hash"]
    certificate(folder, "root", ["rsa:4096"], "Farm Root", None, *authority)
    certificate(folder, "intermediate", ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "Farm E1", "root",
                *authority, "authorityKeyIdentifier=keyid")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda number: leaf(folder, number), range(hosts)))


# ---- servers ----

NGINX = """
%(user)sdaemon off;
worker_processes 1;
pid nginx.pid;
error_log nginx-error.log warn;
events { worker_connections 4096; }
http {
    log_format farm '$msec $host $http_user_agent';
    access_log access.log farm;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
    server_names_hash_max_size 8192;
    ssl_protocols TLSv1.3;
    ssl_session_tickets off;
    keepalive_timeout 0;
%(servers)s
}
"""

SERVER = """    server {
        %(listen)s server_name %(name)s;
        ssl_certificate %(name)s.chain; ssl_certificate_key %(name)s.key;
        location / { default_type text/html; return 200 "<!DOCTYPE html><title>farm</title>Welcome to $host\\n"; }
    }
"""


def start_nginx(folder, hosts, port, addresses=("127.0.0.1",)):
    listen = " ".join(f"listen {address}:{port} ssl;" for address in addresses)
    servers = "".join(SERVER % {"listen": listen, "name": host(number)} for number in range(hosts))
    user = "user www-data;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX % {"user": user, "servers": servers})
    nginx = subprocess.Popen(["/usr/sbin/nginx", "-p", f"{folder}/", "-c", "nginx.conf", "-e", "nginx-error.log"])
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return nginx
        if nginx.poll() is not None:
            break
        time.sleep(0.1)
    fail("nginx did not start: " + (folder / "nginx-error.log").read_text())


# ---- what is measured ----

def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def tree(root):
    """The process and all that descend from it."""
    parents = {}
    for entry in os.listdir("/proc"):
        stat = read(f"/proc/{entry}/stat") if entry.isdigit() else ""
        if stat:
            parents.setdefault(int(stat.rsplit(")", 1)[1].split()[1]), []).append(int(entry))
    found, todo = [], [root]
    while todo:
        found.append(todo.pop())
        todo += parents.get(found[-1], [])
    return found


class Usage:
    """CPU seconds (with those of children that ended), bytes written and PSS of a process tree."""

    def __init__(self, root):
        self.cpu = self.written = self.pss_kb = 0
        self.cpu_by_name, self.pss_by_name = {}, {}
        for pid in tree(root):
            stat = read(f"/proc/{pid}/stat")
            if not stat:
                continue
            cpu = sum(int(ticks) for ticks in stat.rsplit(")", 1)[1].split()[11:15]) / TICK
            name = " ".join(read(f"/proc/{pid}/cmdline").split("\0")[1:2]) or "?"
            self.cpu += cpu
            self.cpu_by_name[name] = self.cpu_by_name.get(name, 0) + cpu
            self.written += int(re.search(r"^write_bytes: (\d+)", read(f"/proc/{pid}/io") or "write_bytes: 0", re.M)[1])
            pss = int((re.search(r"^Pss: +(\d+)", read(f"/proc/{pid}/smaps_rollup"), re.M) or [0, 0])[1])
            self.pss_kb += pss
            self.pss_by_name[name] = self.pss_by_name.get(name, 0) + pss


def build_bare_client(folder):
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", folder / "bare_client", HERE / "farm/bare_client.c", "-lssl",
                    "-lcrypto"], check=True)


def bare_round(folder, hosts, port):
    done = subprocess.run([folder / "bare_client", folder / "root.pem", str(port), str(hosts)], capture_output=True,
                          text=True)
    if done.returncode:
        fail("the bare client failed: " + done.stderr)
    count, microseconds = done.stdout.split()
    return int(count), int(microseconds) / 1e6


def stop(process):
    if process and process.poll() is None:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Prober:
    """The prober by itself: orders in, results and heartbeats out."""

    def __init__(self, vibrisse, *before):
        self.process = subprocess.Popen([*before, vibrisse, "prober"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def order(self, lines):
        for line in lines:
            self.process.stdin.write((json.dumps({"v": 1, **line}) + "\n").encode())
        self.process.stdin.flush()

    def resident_kb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+)", status, re.M)[1])

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            fail(f"the prober ended with status {self.process.wait()}")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.wait(60):
            fail(f"the prober ended with status {self.process.returncode}")
