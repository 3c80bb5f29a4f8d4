"""Is it us? An own line that is cut is nobody's outage; what is one is told in time."""
import os
import shutil
import subprocess
import unittest

import together
from doubts import Doubt
from lab import VIBRISSE, wait_for


class OwnLine(Doubt):
    def test_cut(self):
        """Sentinels and services fall silent all at once."""
        services, sentinels = [self.lab.web() for _ in range(2)], [self.lab.web() for _ in range(3)]
        self.configure({f"h{i}/s": web.url for i, web in enumerate(services)}, [web.url for web in sentinels])
        self.start()
        for web in services + sentinels:
            web.stop()
        wait_for("we are blind", lambda: self.senses()["ipv4"] == "blind")
        wait_for("results say so", lambda: self.all_lines_say("self"))
        self.keep_it_so(4)
        self.assertIn("none of 3 sentinels answers over IPv4 (connect_refused)", self.lines("h0/s")["ipv4"][2])
        self.assertIn("We are blind on ipv4 since", self.lab.run("status", "-c", self.lab.config).stdout)
        for web in services + sentinels:
            web.start()
        self.assertIn("ipv4 blind: none of 3 sentinels answers over IPv4", self.end("ipv4"))

    @unittest.skipUnless(os.getuid() == 0 and shutil.which("unshare") and shutil.which("ip"),
                         "needs a network of its own")
    def test_really_cut(self):
        """In a network of its own, whose line goes down: what is far is unreachable, or does not answer."""
        script = f"""
            set -e
            ip link set lo up
            ip link add near type veth peer name far
            ip addr add 192.0.2.1/24 dev near; ip link set near up; ip link set far up
            exec {VIBRISSE} run -c {self.lab.config}"""
        self.configure({f"h{i}/s": f"tcp://192.0.2.{9 + i}:80" for i in range(2)},
                       [f"tcp://192.0.2.{19 + i}:80" for i in range(3)])
        with open(self.lab.config, encoding="utf-8") as file:
            text = file.read().replace('"::1/128"]', '"::1/128", "192.0.2.0/24"]')
        self.lab.write("vibrisse.yaml", text)
        self.lab.log = open(self.lab.path("log"), "a", encoding="utf-8")
        self.lab.monitor = subprocess.Popen(["unshare", "-n", "bash", "-c", script], stderr=self.lab.log,
                                            stdout=self.lab.log)
        wait_for("it runs", lambda: os.path.exists(f"{self.lab.data}/control") and self.lab.status())
        wait_for("we are blind", lambda: self.senses()["ipv4"] == "blind")
        wait_for("results say so", lambda: self.lines("h1/s") and self.all_lines_say("self"))
        self.keep_it_so(4)
        self.assertEqual(self.lab.stop(), 0)
        self.assert_no_down()

    def test_ipv6_lost(self):
        """What is lost on one family only is no outage and no degradation; the other family is judged as ever."""
        four = [self.lab.web() for _ in range(4)]
        six = [self.lab.web(host="::1") for _ in range(4)]
        self.configure({"h0/s": [four[0].url, six[0].url]}, [web.url for web in four[1:] + six[1:]])
        self.start()
        for web in six:
            web.stop()
        wait_for("we are blind on IPv6", lambda: self.senses()["ipv6"] == "blind")
        wait_for("results say so", lambda: self.lines("h0/s")["ipv6"][1] == "self")
        self.keep_it_so(8)
        self.assertEqual(self.senses()["ipv4"], "good")
        self.assertEqual(self.lines("h0/s")["ipv4"][0], "up")
        four[0].stop()
        wait_for("IPv4 is judged", lambda: self.lines("h0/s")["ipv4"][:2] == ("down", "connect_refused"))
        four[0].start()
        for web in six:
            web.start()
        wait_for("all are up again", self.all_are_up)

    def test_one_sentinel_dead(self):
        """One of three changes nothing: an outage is told, and in time."""
        service, other = self.lab.web(), self.lab.web()
        sentinels = [self.lab.web() for _ in range(3)]
        self.configure({"h0/s": service.url, "h1/s": other.url}, [web.url for web in sentinels])
        self.start()
        sentinels[0].stop()
        self.keep_it_so(4)
        self.assertTrue(self.all_are_up())
        service.stop()
        wait_for("it is down, in time", lambda: self.lab.state("h0/s") == "down")
        self.assertEqual(self.lab.state("h1/s"), "up")
        self.assertEqual(self.senses()["ipv4"], "good")
        self.assertEqual(self.lab.stop(), 0)
        self.assertEqual(self.events("vantage"), [])

    def test_all_services_of_all_hosters(self):
        """With sentinels that answer, even that is told as it is."""
        services, sentinels = [self.lab.web() for _ in range(6)], [self.lab.web() for _ in range(3)]
        self.configure({f"h{i // 2}/s{i % 2}": web.url for i, web in enumerate(services)},
                       [web.url for web in sentinels])
        self.start()
        for web in services:
            web.stop()
        wait_for("all are down, in time", lambda: all(self.lab.state(key) == "down" for key in self.services))


class NoSentinels(Doubt):
    def test_mass(self):
        """Everything at once: it is us. One alone: it is not."""
        services = [self.lab.web() for _ in range(6)]
        self.configure({f"h{i // 2}/s{i % 2}": web.url for i, web in enumerate(services)})
        self.start()
        for web in services:
            web.stop()
        wait_for("it is taken for us", lambda: self.senses()["ipv4"] == "impaired")
        wait_for("results say so", lambda: self.all_lines_say("self"))
        self.keep_it_so(4)
        for web in services:
            web.start()
        wait_for("all are up again", self.all_are_up)
        wait_for("we are well again", lambda: self.senses()["ipv4"] == "good")
        self.assert_no_down()
        services[0].stop()
        wait_for("it is down", lambda: self.lab.state("h0/s0") == "down")
        self.assertEqual(self.lab.stop(), 0)
        self.assertEqual({event[0] for event in self.events("state") if event[1] == "down"} - {"h0/s0"},
                         {subject for subject in (event[0] for event in self.events("state"))
                          if subject.startswith("h0/s0/")})

if __name__ == "__main__":
    together.main()
