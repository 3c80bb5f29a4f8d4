"""What the processes of a running monitor have given up; what a process can still do is tested beside monitor/sandbox."""
import os
import signal
import tempfile
import unittest

import together
from lab import Lab, wait_for

RELAY = 'channel: mail, from: v@exemple.example, to: [t@exemple.example]'


def sandboxed(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        said = dict(line.split(":", 1) for line in file)
    return (said["NoNewPrivs"].strip(), said["Seccomp"].strip()) == ("1", "2")


class Sandbox(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.web = self.lab.web()

    def start(self, services=None, more=""):
        self.lab.configure(services or {"pad": self.web.url}, more=more)
        self.lab.start()
        wait_for("the pad is up", lambda: self.lab.state("chat-perche/pad") == "up")

    def processes(self):
        """By their names, once the server is noted."""
        serve = wait_for("a server", self.lab.server_pid)
        return {"keeper": self.lab.monitor.pid, "serve": serve, **self.lab.children()}

    def wait_until_sandboxed(self, *names):
        """Each gives up what it does not need only when it knows its work."""
        wait_for("all of them run", lambda: set(self.processes()) == set(names))
        for name, pid in self.processes().items():
            wait_for(f"the {name} is in it", lambda pid=pid: sandboxed(pid))

    def script(self, body):
        path = self.lab.write("check_it", "#!/bin/sh\n" + body)
        os.chmod(path, 0o700)
        return path

    def refused(self, reason, **how):
        self.lab.configure({"pad": self.web.url}, **how)
        done = self.lab.run("run", "-c", self.lab.config, "--once")
        self.assertEqual(done.returncode, 1)
        self.assertIn(reason, done.stderr)

    def test_every_process_is_in_it(self):
        self.start(more="alerts: {targets: [{name: tech, channel: ntfy, url: 'http://127.0.0.1:9', topic: t}], "
                        "routes: [{to: tech}], allow: [127.0.0.0/8]}\nsandbox: required")
        self.wait_until_sandboxed("keeper", "prober", "serve", "courier")
        self.assertNotIn("sandbox", self.lab.said())

    def test_a_program_runs_but_writes_no_record(self):
        record = tempfile.TemporaryDirectory(dir="/dev/shm")  # not below /tmp
        self.addCleanup(record.cleanup)
        self.lab.data = f"{record.name}/data"
        tried = self.script(f"touch {self.lab.data}/planted 2>/dev/null && echo it wrote into the record && exit 2\n"
                            "file=$(mktemp) && rm $file && echo it has temporary files\n")
        self.start({"pad": [f"{{id: c, url: 'command://localhost{tried}', family: ipv4}}"]})
        self.wait_until_sandboxed("keeper", "prober", "serve")
        (line,) = self.lab.status()["services"][0]["lines"]
        self.assertEqual((line["outcome"], line["detail"]), ("up", "it has temporary files"))

    def test_what_was_given_up_does_not_come_back(self):
        self.start()
        service = self.lab.path("hosters.d", "chat-perche.yaml")
        with open(service, "a", encoding="utf-8") as file:
            file.write("  - {id: own, name: Own, checks: ['command://localhost/bin/true']}\n")
        self.lab.monitor.send_signal(signal.SIGHUP)
        wait_for("it is refused", lambda: "restart the monitor" in self.lab.said())
        self.assertEqual(len(self.lab.status()["services"]), 1)

    def test_without(self):
        self.start(more="sandbox: off")
        self.assertFalse(any(map(sandboxed, self.processes().values())))
        self.assertIn("this monitor has no sandbox", self.lab.said())

    def test_a_local_mail_program_needs_rights(self):
        mail = f"alerts: {{targets: [{{name: tech, {RELAY}}}], routes: [{{to: tech}}]}}"
        self.start(more=mail)
        self.assertFalse(sandboxed(self.lab.monitor.pid))
        self.assertIn("mail goes by a local program", self.lab.said())
        self.assertEqual(self.lab.stop(), 0)
        self.refused("cannot be had with mail by a local program", more=f"{mail}\nsandbox: required")


if __name__ == "__main__":
    together.main()
