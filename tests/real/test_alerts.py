"""Alerts into a real mailbox: by Postfix, with encryption, as a thread, once each although it is down for a while."""
import json
import mailbox
import os
import subprocess
import threading
import time

import real
import test_mail

MAIN = test_mail.MAIN + """
virtual_mailbox_domains = good.test
virtual_mailbox_base = $folder
virtual_mailbox_maps = static:box/
virtual_uid_maps = static:$uid
virtual_gid_maps = static:$gid
virtual_minimum_uid = 1
"""

MASTER = test_mail.MASTER + """
qmgr unix n - n 300 1 qmgr
virtual unix - n n - - virtual
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
"""

QUEUES = ("incoming", "active", "deferred", "bounce", "defer", "trace", "flush", "hold", "corrupt", "saved")
DELIVERED_WITHIN_S = 60


def alert(kind, **changes):
    row = {"kind": kind, "before": "up", "after": "down", "reason": "connect_refused", "service": "chat-perche/pad",
           "name": "Carnets", "hoster": "Le Chat Perché", "since": "2026-01-02T03:04:00Z", "detail": "From me\n.\n",
           "sights": [{"vantage": "paris", "family": "ipv6", "outcome": "down"}]}
    if kind == "recovery":
        row.update(before="down", after="up", until="2026-01-02T03:16:00Z", reason="ok", sights=[])
    return {"v": 1, "kind": kind, "severity": "critical", "id": kind.ljust(26, "a"), "thread": "outage-1",
            "opens": kind == "down", "at": "2026-01-02T03:04:00Z", "target": "tech", "language": "fr", "total": 1,
            "rows": [row], **changes}


class Postfix(real.Server):
    program, package = "master", "postfix"
    ports = ("submission", "smtps")
    needs_root = True
    families = ("ipv4",)

    @classmethod
    def find(cls):
        return real.find_program("postfix/sbin/master")

    @classmethod
    def environment(cls):
        return {**super().environment(), "POSTLOG_SERVICE": "postlog", "POSTLOG_HOSTNAME": "good.test"}

    @classmethod
    def said(cls):
        return super().said() + real.read_end(os.path.join(cls.folder, "log"))

    def configure(self):
        below = self.executable.removesuffix("/usr/lib/postfix/sbin/master")
        services = "\n".join(f"127.0.0.1:{self.port[name]} inet n - n - - smtpd {test_mail.HOW[name]}"
                             for name in self.ports)
        self.write("main.cf", MAIN, daemons=os.path.dirname(self.executable), commands=below + "/usr/sbin",
                   libraries=below + "/usr/lib/postfix", protocols="ipv4", uid=real.NOBODY.pw_uid, gid=real.NOBODY.pw_gid)
        self.write("master.cf", MASTER, services=services)
        for place in ("", "spool", "spool/pid"):
            os.chmod(self.folder_of(place), 0o755)
        own = [f"spool/{name}" for name in ("private", "public", "maildrop", *QUEUES)] + ["data", "box"]
        for place in own:
            os.chmod(self.folder_of(place), 0o755)
            os.chown(self.path(place), real.NOBODY.pw_uid, real.NOBODY.pw_gid)
        return [self.executable, "-c", self.folder, "-d"]

    # --- what the tests use

    def send(self, way, *alerts, trusting="root.pem"):
        """By a courier that no resolver answers: the relay's address is fixed. The receipts."""
        scheme = "smtps" if way == "smtps" else "smtp"
        rules = {"v": 1, "errand": "rules", "allow": ["127.0.0.0/8"], "resolvers": ["127.0.0.1:1"],
                 "ca_file": real.Certificates.path(trusting)}
        options = {"to": "tech@good.test", "from": "vibrisse@good.test", "fallback-address": "127.0.0.1",
                   "server": f"{scheme}://good.test:{self.port[way]}"}
        with subprocess.Popen([real.VIBRISSE, "courier"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as courier:
            patience = threading.Timer(120, courier.kill)
            patience.start()
            courier.stdin.write(json.dumps(rules) + "\n")
            receipts = []
            for one in alerts:
                courier.stdin.write(json.dumps({"v": 1, "errand": "carry", "target": "tech", "channel": "mail",
                                                "options": options, "alert": one}) + "\n")
                courier.stdin.flush()
                receipts.append(json.loads(courier.stdout.readline()))
            courier.stdin.close()
            courier.wait()
            patience.cancel()
        return [receipt["end"] for receipt in receipts]

    def mails(self, count):
        """What is in the mailbox by then, in the order of its dates."""
        deadline = time.monotonic() + DELIVERED_WITHIN_S
        while True:
            found = list(mailbox.Maildir(self.path("box")))
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.1)

    # --- tests, in the order of their names

    def test_a_thread(self):
        self.assertEqual(self.send("submission", alert("down"), alert("reminder")), ["delivered"] * 2)
        self.assertEqual(self.send("smtps", alert("recovery")), ["delivered"])
        found = {mail["Message-ID"]: mail for mail in self.mails(3)}
        root = "<outage-1.tech@good.test>"
        self.assertEqual(set(found), {root, f"<{'reminder'.ljust(26, 'a')}@good.test>",
                                      f"<{'recovery'.ljust(26, 'a')}@good.test>"})
        for name, mail in found.items():
            self.assertEqual(mail["Return-Path"], "<vibrisse@good.test>")
            self.assertEqual((mail["In-Reply-To"], mail["References"]), (None, None) if name == root else (root, root))
            self.assertEqual([part.get_content_type() for part in mail.walk()],
                             ["multipart/alternative", "text/plain", "text/html"])
        text = found[root].get_payload(0).get_payload(decode=True).decode()
        self.assertIn("«\u202fFrom me . \u202f»", text)

    def test_b_stranger(self):
        self.assertEqual(self.send("submission", alert("down", thread="outage-2"), trusting="self.pem"), ["later"])

    def test_c_dies_and_returns(self):
        before = len(self.mails(3))
        news = alert("down", thread="outage-3")
        type(self).stop()
        self.assertEqual(self.send("submission", news), ["later"])
        box = [mail.as_bytes() for mail in mailbox.Maildir(self.path("box"))]
        self.assertEqual(len(box), before)
        with open(self.path("said"), "ab") as log:
            type(self).child = subprocess.Popen([self.executable, "-c", self.folder, "-d"], stdin=subprocess.DEVNULL,
                                                stdout=log, stderr=log, cwd=self.folder, env=self.environment(),
                                                start_new_session=True)
        self.assertTrue(self.wait_until_ready())
        self.assertEqual(self.send("submission", news), ["delivered"])
        found = [mail for mail in self.mails(before + 1) if "outage-3" in mail["Message-ID"]]
        self.assertEqual(len(found), 1)


if __name__ == "__main__":
    real.main()
