"""Probes of one packet, from the command line and from a configuration."""
import json
import os
import socket
import struct
import subprocess
import tempfile
import threading
import unittest

from lab import VIBRISSE, free_port

UP, DOWN, USAGE = 0, 2, 2


class Packets(unittest.TestCase):
    def serve(self, answer):
        """A UDP port that answers every packet by `answer(bytes)`; None = not at all."""
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]

        def work():
            while True:
                question, visitor = server.recvfrom(2000)
                if question == b"stop":
                    return
                reply = answer(question)
                if reply is not None:
                    server.sendto(reply, visitor)

        def stop():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"stop", ("127.0.0.1", port))
            thread.join()
            server.close()

        thread = threading.Thread(target=work)
        thread.start()
        self.addCleanup(stop)
        return port

    def probe(self, *args):
        done = subprocess.run([VIBRISSE, "probe", "--json", "--allow-net", "127.0.0.0/8", *args], capture_output=True,
                              text=True, timeout=120, env=os.environ)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def test_ntp(self):
        port = self.serve(lambda question: struct.pack("!BBBb", 0x24, 2, 6, -20) + bytes(20) + question[40:48] + bytes(16))
        status, (line,), _ = self.probe(f"ntp://127.0.0.1:{port}")
        self.assertEqual((status, line["reason"], line["check"]), (UP, "ok", "ntp"))
        self.assertGreater(line["phases"]["first_byte"], 0)

    def test_dns(self):
        def answer(question):
            record = b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x3c\x00\x06\x05hello"
            return question[:2] + b"\x84\x00\x00\x01\x00\x01\x00\x00\x00\x00" + question[12:-11] + record

        url = f"dns://127.0.0.1:{self.serve(answer)}/example.org?type=TXT"
        status, (line,), _ = self.probe("-o", 'expect-record="hello"', url)
        self.assertEqual((status, line["reason"]), (UP, "ok"))
        status, (line,), _ = self.probe("-o", "expect-record=bye", url)
        self.assertEqual((status, line["reason"]), (DOWN, "body_mismatch"))
        self.assertIn('one is: "hello"', line["detail"])

    def test_silence_and_refusal(self):
        port = self.serve(lambda question: None)
        status, (line,), _ = self.probe("-t", "600ms", f"ntp://127.0.0.1:{port}")
        self.assertEqual((status, line["reason"]), (DOWN, "timeout"))
        status, (line,), _ = self.probe("-t", "600ms", "-o", "send=\\xff\\xff", f"udp://127.0.0.1:{port}")
        self.assertEqual((status, line["reason"]), (UP, "ok"))
        status, (line,), _ = self.probe(f"udp://127.0.0.1:{free_port()}")
        self.assertEqual((status, line["reason"]), (DOWN, "connect_refused"))

    def test_urls_that_do_not_do(self):
        for url, words in (("tcp://127.0.0.1", "no port of its own"), ("icmp://127.0.0.1:7", "knows no ports"),
                           ("dns://127.0.0.1", "which name?"), ("dns://127.0.0.1/a?type=AXFR", "type must be one of")):
            status, lines, said = self.probe(url)
            self.assertEqual((status, lines), (USAGE, []), url)
            self.assertIn(words, said)

    def test_configuration(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "some.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write("collective: {name: Some}\nhosters:\n  - hoster: one\n    name: One\n    services:\n"
                           "      - id: game\n        name: Game\n        checks:\n          - url: udp://game.example.org\n"
                           "          - {url: \"dns://ns.example.org/example.org?type=SOA\", expect: {record: ns.example.org}}\n"
                           "          - {url: \"udp://game.example.org:7\", send: '\\xff', expect: {answer: '\\x00'}}\n")
            done = subprocess.run([VIBRISSE, "check-config", "-c", path], capture_output=True, text=True, timeout=60)
        self.assertNotEqual(done.returncode, 0)
        said = done.stdout + done.stderr
        self.assertIn("some.yaml:9:18: udp has no port of its own: write one, as in udp://game.example.org:4242", said)
        self.assertEqual(len(said.splitlines()), 1, said)


if __name__ == "__main__":
    unittest.main()
