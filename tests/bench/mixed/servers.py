"""Servers of many protocols for the benchmark of mixed checks, one process, as little work as each protocol allows.

    servers.py FOLDER HOSTS     prints {"smtp": PORT, ...} as one JSON line and serves until its standard input ends
"""
import asyncio
import json
import pathlib
import ssl
import struct
import sys

# What is said first, and what is answered to a line that begins so; None ends the conversation.
DIALOGUES = {
    "smtp": (b"220 mail ESMTP\r\n", {b"EHLO": b"250-mail\r\n250 STARTTLS\r\n", b"STARTTLS": b"220 go\r\n",
                                     b"QUIT": b"221 bye\r\n"}),
    "imap": (b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n",
             {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK done\r\n", b"STARTTLS": b"%s OK go\r\n",
              b"LOGOUT": b"* BYE\r\n%s OK bye\r\n"}),
    "pop3": (b"+OK ready\r\n", {b"CAPA": b"+OK\r\nSTLS\r\n.\r\n", b"STLS": b"+OK go\r\n", b"QUIT": b"+OK bye\r\n"}),
    "redis": (b"", {b"PING": b"+PONG\r\n", b"QUIT": b"+OK\r\n", b"*1": b"", b"$4": b""}),
}
UPGRADES = (b"STARTTLS", b"STLS")


class Server:
    def __init__(self, folder, hosts):
        self.folder = folder
        self.contexts = {name: self.context(name) for name in (f"host-{number:04d}.farm.test" for number in range(hosts))}
        self.entry = self.context("host-0000.farm.test")
        self.entry.sni_callback = self.choose
        self.ports = {}

    def context(self, name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.num_tickets = 0
        context.load_cert_chain(self.folder / f"{name}.chain", self.folder / f"{name}.key")
        return context

    def choose(self, connection, name, _context):
        connection.context = self.contexts[name]

    async def converse(self, kind, reader, writer):
        greeting, answers = DIALOGUES[kind]
        writer.write(greeting)
        while line := await reader.readline():
            tag, _, rest = line.partition(b" ")
            word = (rest if kind == "imap" else line).strip().upper()
            answer = next((answers[key] for key in answers if word.startswith(key)), b"")
            writer.write(answer % ((tag,) * answer.count(b"%s")) if answer else b"")
            await writer.drain()
            if word in UPGRADES:
                await writer.start_tls(self.entry)
            elif word in (b"QUIT", b"LOGOUT"):
                break

    def serve(self, kind):
        async def serve(reader, writer):
            try:
                await self.converse(kind, reader, writer)
            except (OSError, ssl.SSLError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()
        return serve

    async def listen(self, scheme, kind, secure=False):
        server = await asyncio.start_server(self.serve(kind), "127.0.0.1", 0, backlog=1024,
                                            ssl=self.entry if secure else None)
        self.ports[scheme] = server.sockets[0].getsockname()[1]

    async def answer(self, scheme, answer):
        class Datagrams(asyncio.DatagramProtocol):
            def connection_made(self, transport):
                self.transport = transport

            def datagram_received(self, data, address):
                self.transport.sendto(answer(data), address)
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Datagrams, ("127.0.0.1", 0))
        self.ports[scheme] = transport.get_extra_info("sockname")[1]


def dns(question):
    """Its first question answered with one address."""
    end = question.index(b"\0", 12) + 5
    return (question[:2] + b"\x85\x00\x00\x01\x00\x01\x00\x00\x00\x00" + question[12:end] +
            b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01")


def ntp(question):
    """Stratum 1, the time of the question."""
    now = question[40:48]
    return struct.pack("!BBbb", 0x24, 1, 4, -20) + bytes(8) + b"GPS\0" + now + now + now + now


async def main(folder, hosts):
    server = Server(folder, hosts)
    for scheme, kind, secure in [("smtp", "smtp", False), ("submission", "smtp", False), ("imap", "imap", False),
                                 ("imaps", "imap", True), ("pop3", "pop3", False), ("pop3s", "pop3", True),
                                 ("redis", "redis", False), ("tls", "imap", True), ("tcp", "imap", False)]:
        await server.listen(scheme, kind, secure)
    await server.answer("dns", dns)
    await server.answer("ntp", ntp)
    print(json.dumps(server.ports), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
