"""A live monitor, a target of each channel, receivers that die and return: each transition arrives once on each of them.
IRC and XMPP do so with real servers, see tests/real/test_alerts_*.py."""
import collections
import contextlib
import http.server
import os
import threading
import time

import test_alerting
import together
from lab import free_port, wait_for
from test_channels import MailServer

HTTP = {
    "webhook": f"secret: {test_alerting.SECRET}",
    "ntfy": "topic: t",
    "gotify": "token: A1",
    "matrix": 'room: "!r:m.example", token: syt',
    "mattermost": "",
    "slack": "",
    "rocketchat": "",
    "discord": "",
    "telegram": 'chat: "-100", token: "1:A"',
    "signal": 'to: "+33612345678"',
    "mastodon": 'to: "@me@s.example", token: T',
    "alertmanager": "",
    "pagerduty": "key: R0",
}
ANSWERS = {"rocketchat": b'{"success":true}', "telegram": b'{"ok":true}',
           "signal": b'{"jsonrpc":"2.0","result":{"timestamp":1}}'}
NAMES = [*HTTP, "mail", "command"]


class Everybody:
    """What HTTP channels write to, told apart by the first part of the path."""

    def __init__(self):
        self.got, self.port, self.server = collections.Counter(), free_port(), None

    def start(self):
        everybody = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def take(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                name = self.path.split("?")[0].split("/")[1]
                everybody.got[name] += 1
                body = ANSWERS.get(name, b"{}")
                with contextlib.suppress(OSError):
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            do_POST = do_PUT = take

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


class EveryChannel(test_alerting.Alerting):
    def setUp(self):
        super().setUp()
        self.everybody, self.relays, self.relay_port = Everybody(), [], free_port()
        self.gate, self.told = self.lab.path("gate"), self.lab.path("told")
        self.addCleanup(self.die)
        self.lab.configure(self.services(), more="\n".join(
            ["alerts:", "  allow: [127.0.0.0/8]", "  targets:", *self.targets(), "  routes:",
             *(f"    - {{to: {name}, hears: [down]}}" for name in NAMES)]))

    def targets(self):
        url = f"http://127.0.0.1:{self.everybody.port}"
        program = self.lab.write("program", f"#!/bin/sh\ncat >/dev/null\n[ -e {self.gate} ] || exit 75\necho >>{self.told}\n")
        os.chmod(program, 0o755)
        for name, options in HTTP.items():
            yield f'    - {{name: {name}, channel: {name}, url: "{url}/{name}"{options and ", "}{options}}}'
        yield ("    - {name: mail, channel: mail, to: a@x.example, from: v@x.example, security: none,"
               f' server: "smtp://127.0.0.1:{self.relay_port}"}}')
        yield f"    - {{name: command, channel: command, command: {program}}}"

    def die(self):
        self.everybody.stop()
        if self.relays and self.relays[-1].socket.fileno() >= 0:
            self.relays[-1].close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.gate)

    def live(self):
        self.everybody.start()
        self.relays.append(MailServer(port=self.relay_port))
        self.lab.write("gate", "")

    def arrived(self):
        count = dict(self.everybody.got)
        count["mail"] = sum(len(relay.mails) for relay in self.relays)
        with contextlib.suppress(FileNotFoundError), open(self.told, encoding="ascii") as file:
            count["command"] = len(file.readlines())
        return count

    def all_fail_once(self):
        wait_for("a try of each, that failed", lambda: {m["target"] for m in self.listed()["messages"] if m["tries"]} ==
                 set(NAMES), 120)

    def all_have(self, count):
        wait_for(f"{count} on each", lambda: self.arrived() == {name: count for name in NAMES}, 300)

    def test_each_dies_and_returns(self):
        self.start()
        for count, change in ((1, self.pad.stop), (2, self.pad.start)):
            self.die()
            change()
            self.all_fail_once()
            self.live()
            self.all_have(count)
        wait_for("nothing is left", lambda: self.listed()["messages"] == [])
        time.sleep(3)  # nothing more comes
        self.all_have(2)


if __name__ == "__main__":
    together.main()
