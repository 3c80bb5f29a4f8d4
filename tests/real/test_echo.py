"""Echo: the kernel itself."""
import json
import os
import shutil
import subprocess
import unittest

import real

# In a network of its own, where loopback is told not to answer.
DEAF = """
ip link set lo up &&
echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all &&
echo 1 >/proc/sys/net/ipv6/icmp/echo_ignore_all &&
exec "$@"
"""


def pings():
    """Whether the system lets us: root may, and the groups that ping sockets are open to."""
    with open("/proc/sys/net/ipv4/ping_group_range", encoding="ascii") as file:
        first, last = map(int, file.read().split())
    return real.ROOT or any(first <= group <= last for group in [os.getegid(), *os.getgroups()])


class Echo(unittest.TestCase):
    def test_answers(self):
        for family in real.FAMILIES:
            line = real.probe(family, "icmp://good.test")
            said = (line["outcome"], line["reason"], line["family"])
            self.assertEqual(said, ("up", "ok", family) if pings() else ("unknown", "self", family), line)

    @unittest.skipUnless(real.ROOT and shutil.which("ip"), "root alone can make a network of its own, by ip")
    def test_silence(self):
        deaf = ["unshare", "--net", "sh", "-c", DEAF, "sh"]
        if subprocess.run([*deaf, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            self.skipTest("no network of its own may be made here")
        for family in real.FAMILIES:
            done = subprocess.run([*deaf, real.VIBRISSE, "probe", "--json", "--timeout", "1s", "--allow-net", "127.0.0.0/8",
                                   "--allow-net", "::1/128", "-o", "address=" + real.LOOPBACK[family], "icmp://good.test"],
                                  capture_output=True, text=True, timeout=60, check=False)
            line = json.loads(done.stdout)
            self.assertEqual((line["outcome"], line["reason"]), ("down", "timeout"), line)


if __name__ == "__main__":
    real.main()
