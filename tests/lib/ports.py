"""Ports of loopback for servers that tests start, many tests at a time."""
import fcntl
import os
import random
import socket
import tempfile

LOCKS = os.path.join(tempfile.gettempdir(), f"vibrisse-ports-{os.getuid()}")
# Below the ports that the system lends to clients: nobody gets one between its choice and the server's start.
RANGE = range(12000, 32000)
kept = []


def has_ipv6():
    with socket.socket(socket.AF_INET6) as sock:
        try:
            sock.bind(("::1", 0))
            return True
        except OSError:
            return False


LOOPBACK = {"ipv4": "127.0.0.1", "ipv6": "::1"}
FAMILIES = ["ipv4", "ipv6"] if has_ipv6() else ["ipv4"]


def is_free(port):
    for family in FAMILIES:
        kind = socket.AF_INET if family == "ipv4" else socket.AF_INET6
        for how in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(kind, how) as sock:
                try:
                    sock.bind((LOOPBACK[family], port))
                except OSError:
                    return False
    return True


def is_ours(port):
    """True: no test gets it until this process ends."""
    lock = os.open(os.path.join(LOCKS, str(port)), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return False
    kept.append(lock)
    return True


def free_ports(count):
    """The first of so many in a row: of this process until it ends, for TCP and UDP."""
    os.makedirs(LOCKS, mode=0o700, exist_ok=True)
    while True:
        first = random.choice(RANGE)
        if all(is_ours(port) and is_free(port) for port in range(first, first + count)):
            return first


def free_port():
    return free_ports(1)
