"""What the tests of "is it us?" share: services of several hosters, sentinels, and what the record says in the end."""
import contextlib
import os
import sqlite3
import unittest

from lab import Lab, wait_for

INTERVAL = 5


class Doubt(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)

    def events(self, kind):
        with contextlib.closing(sqlite3.connect(f"file:{self.lab.data}/ledger.sqlite?mode=ro", uri=True)) as ledger:
            return ledger.execute("select name, state, at, before, detail from event join subject"
                                  " on subject.id = event.subject where kind = ? order by seq", (kind,)).fetchall()

    def assert_no_down(self):
        self.assertEqual([event for event in self.events("state") if event[1] == "down"], [])

    def senses(self):
        return {sense: state["condition"] for sense, state in self.lab.status()["senses"].items()}

    def lines(self, service):
        """What the newest result of each family of a service says: {family: (outcome, reason, detail)}."""
        for known in self.lab.status()["services"]:
            if known["service"] == service:
                return {line["family"]: (line["outcome"], line["reason"], line["detail"])
                        for line in known["lines"]}
        return {}

    def configure(self, hosters, sentinels=(), network="", more=""):
        """hosters: {"hoster/service": url}."""
        urls = ", ".join(f'"{url}"' for url in sentinels)
        self.lab.configure({}, interval=f"{INTERVAL}s", more=f"sentinels: [{urls}]\n{more}", network=network)
        os.unlink(self.lab.path("hosters.d/chat-perche.yaml"))
        by_hoster = {}
        for key, url in hosters.items():
            by_hoster.setdefault(key.split("/")[0], []).append((key.split("/")[1], url))
        for hoster, services in by_hoster.items():
            lines = [f"hoster: {hoster}", f"name: {hoster}", "services:"]
            for service, url in services:
                lines += [f"  - id: {service}", f"    name: {service}", "    checks:"]
                lines += [f'      - "{one}"' for one in ([url] if isinstance(url, str) else url)]
            self.lab.write(f"hosters.d/{hoster}.yaml", "\n".join(lines) + "\n")
        self.services = list(hosters)

    def start(self, **environment):
        self.lab.start(**environment)
        wait_for("all are up", self.all_are_up)

    def all_are_up(self):
        status = self.lab.status()
        return status and all(known["state"] == "up" for known in status["services"])

    def all_lines_say(self, reason):
        return all(line[1] == reason for service in self.services for line in self.lines(service).values())

    def keep_it_so(self, intervals):
        """Long enough for rechecks, and for the counting rules to say down."""
        first = self.lab.status()["results"]["taken"]
        wanted = intervals * len(self.services)
        wait_for("more results", lambda: self.lab.status()["results"]["taken"] >= first + wanted)

    def end(self, *senses):
        """All works again: nobody was ever down, and what we could not see is in the ledger."""
        wait_for("all are up again", self.all_are_up)
        for sense in senses:
            wait_for(f"{sense} is good again", lambda s=sense: self.senses()[s] == "good", seconds=120)
        self.assertEqual(self.lab.stop(), 0)
        self.assert_no_down()
        told = [event[4] for event in self.events("vantage")]
        for sense in senses:
            self.assertIn(f"{sense} good", told)
            self.assertTrue([detail for detail in told if detail.startswith((f"{sense} blind:", f"{sense} impaired:"))])
        return told
