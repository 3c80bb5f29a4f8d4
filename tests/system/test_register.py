"""vibrisse register: the command agrees with the table of tests/register, and says what a person or a program needs."""
import json
import os
import re
import subprocess
import tempfile
import unittest

VIBRISSE = os.environ["VIBRISSE"]
TABLE = os.path.join(os.environ["SOURCE"], "tests", "register")
MERELY_MISSING = {"wished", "mandatory", "no_services", "json_wished", "json_mandatory"}


def register(*arguments, given=b"", **more):
    done = subprocess.run([VIBRISSE, "register", *arguments], input=given, capture_output=True, timeout=60, **more)
    assert b"Sanitizer" not in done.stderr, done.stderr.decode()
    return done


def table():
    """Each snippet: title, bytes, what is found in it, what it says."""
    for name in sorted(os.listdir(TABLE)):
        if not name.endswith(".txt"):
            continue
        with open(os.path.join(TABLE, name), encoding="utf-8") as file:
            for text in re.split(r"^=== ", file.read(), flags=re.M)[1:]:
                title, rest = text.split("\n", 1)
                body, rest = rest.split("--- findings\n", 1)
                found, says = rest.split("--- says\n", 1)
                yield title, as_bytes(title, body), sorted(found.split("\n")[:-1]), says.strip("\n").split("\n")


def as_bytes(title, text):
    text = text.replace("⍰", "\0").replace("␠", " ")
    for mark, end in (("[crlf]", "\r\n"), ("[cr]", "\r")):
        if mark in title:
            text = text.replace("\n", end)
    encoding = "latin-1" if "[latin1]" in title else "utf-16" if "[utf16]" in title else "utf-8"
    return (b"\xef\xbb\xbf" if "[bom]" in title else b"") + text.encode(encoding)


class Lint(unittest.TestCase):
    def test_table(self):
        """All snippets as files; those that belong somewhere in a run of their own."""
        rows = list(table())
        self.assertGreater(len(rows), 100)
        groups = {}
        for row in rows:
            belongs = re.search(r"\[class=(\w+)\]", row[0])
            groups.setdefault(belongs[1] if belongs else "", []).append(row)
        for belongs, group in groups.items():
            self.lint_group(["--class", belongs] if belongs else [], group)

    def lint_group(self, options, group):
        with tempfile.TemporaryDirectory() as folder:
            names = [os.path.join(folder, str(number)) for number in range(len(group))]
            for name, row in zip(names, group):
                with open(name, "wb") as file:
                    file.write(row[1])
            files = json.loads(register("lint", "--json", *options, *names).stdout)
            text = register("lint", *options, *names).stdout.decode().splitlines()
            good = []
            for name, row, file in zip(names, group, files, strict=True):
                with self.subTest(row[0]):
                    self.assertEqual(file["file"], name)
                    self.check_findings(row, file)
                    self.check_lines(file["findings"], [line for line in text if line.startswith(name + ":")], name)
                if all(one["severity"] == "notice" for one in file["findings"]):
                    good.append(name)
            self.check_status(options, good, [name for name in names if name not in good])

    def check_findings(self, row, file):
        title, _, wanted, says = row
        told = [f"{one['line']} {one['severity']} {one['code']}" for one in file["findings"]
                if "[all]" in title or one["code"] not in MERELY_MISSING]
        self.assertEqual(sorted(told), wanted)
        declared = json.dumps(file["declares"], ensure_ascii=False, separators=(",", ":"))
        for part in says:
            self.assertIn(part, declared)

    def check_status(self, options, good, bad):
        if good:
            self.assertEqual(register("lint", *options, *good).returncode, 0)
        for name in bad[::10]:
            self.assertEqual(register("lint", *options, name).returncode, 1, name)

    def check_lines(self, found, lines, name):
        self.assertEqual(len(lines), len(found))
        for one, line in zip(found, lines):
            advice = f" ({one['advice']})" if "advice" in one else ""
            self.assertEqual(line, f"{name}:{one['line']}: {one['severity']}: {one['message']}{advice}")

    def test_several_files(self):
        with tempfile.TemporaryDirectory() as folder:
            names = [os.path.join(folder, name) for name in ("good", "bad", "page")]
            texts = ("file.class=metrics\nmetrics.a.2025.months=1\n", "file.class=chat\nsubs.a=b", "<html></html>")
            for name, text in zip(names, texts):
                with open(name, "w", encoding="utf-8") as file:
                    file.write(text)
            self.assertEqual(register("lint", names[0]).returncode, 0)
            done = register("lint", *names)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stdout.decode(), f"(?m)^{names[1]}:1: error: the class \"chat\" is not known")
            self.assertRegex(done.stdout.decode(), f"(?m)^{names[2]}:1: error: this is an HTML page")
            self.assertIn("good: metrics, 0 errors, 0 warnings, 3 notices.", done.stderr.decode())
            self.assertEqual([file["file"] for file in json.loads(register("lint", "--json", *names).stdout)], names)

    def test_unreadable(self):
        for file, words in (("/nonexistent", "No such file"), ("/", "is a folder"), ("/dev/zero", "not a regular file")):
            done = register("lint", file)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn(words, done.stderr.decode())

    def test_too_large(self):
        """Neither a large file nor one without an end is read to its end."""
        with open("/dev/zero", "rb") as endless:
            done = subprocess.run([VIBRISSE, "register", "lint", "-"], stdin=endless, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("standard input is larger than 1024 KiB", done.stderr.decode())
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"subs.a = https://a.example/\n" * 400000)
            file.flush()
            done = register("lint", file.name)
            self.assertEqual(done.returncode, 1)
            self.assertIn("is larger than 1024 KiB", done.stderr.decode())

    def test_deep_json(self):
        done = register("lint", "-", given=b'{"name":' + b"[" * 30000)
        self.assertEqual(done.returncode, 1)
        self.assertIn("-:1: error: this is no JSON", done.stdout.decode())

    def test_language(self):
        """What is found is told in French; what programs go by stays as it is."""
        given = "file.class = service\nservice.name = x\nservice.website = http://a.example/\n".encode()
        english, french = (json.loads(register("lint", "--json", *options, "-", given=given).stdout)[0]["findings"]
                           for options in ((), ("--language", "fr")))
        self.assertEqual([one["code"] for one in french], [one["code"] for one in english])
        self.assertIn("service.website is not encrypted: http://a.example/", [one["message"] for one in english])
        self.assertIn("service.website n’est pas chiffré\u00a0: http://a.example/", [one["message"] for one in french])
        self.assertIn("Écrivez https://, si l’hôte y répond.", [one.get("advice") for one in french])
        line = register("lint", "--language", "fr", "-", given=given).stdout.decode()
        self.assertIn("-:3: warning: service.website n’est pas chiffré", line)

    def test_brief(self):
        given = b"file.class = organization\n" + b"".join(b"subs.a%d = http:/\n" % i for i in range(900))
        file = json.loads(register("lint", "--json", "--brief", "-", given=given).stdout)[0]
        self.assertEqual((file["class"], len(file["findings"])), ("organization", 100))
        self.assertGreater(file["left_out"], 800)
        self.assertNotIn("declares", file)

    def test_lost(self):
        """A program learns why an address cannot be had."""
        done = register("lint", "--json", "http://127.0.0.1:9/x.properties")
        file = json.loads(done.stdout)[0]
        self.assertEqual((done.returncode, file["file"], file["findings"]), (1, "http://127.0.0.1:9/x.properties", []))
        self.assertEqual(file["reason"], "refused_by_policy")

    def test_usage(self):
        for arguments, words in (((), "it takes"), (("lint",), "which files?"), (("lnit", "x"), "not 'lnit'"),
                                 (("lint", "--class", "servise", "-"), "did you mean 'service'?"),
                                 (("fetch",), "which register?"), (("fetch", "ftp://a.example/"), "no address of the web"),
                                 (("lint", "--language", "xx", "-"), "no texts in 'xx'"),
                                 (("lint", "--allow-net", "10.0.0.0/99", "-"), "--allow-net"),
                                 (("lint", "--resolver", "dns.example", "-"), "--resolver takes an address")):
            done = register(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(words, done.stderr.decode())
            self.assertEqual(done.stdout, b"")
        self.assertEqual(register("--help").returncode, 0)


class Init(unittest.TestCase):
    ANSWERS = ("Foyer libre\nDes services libres\n\nhttps://foyer.example/\ntech@foyer.example\n\n\n\n\n\n01/02/2019\n"
               "2020-02-03\n\nNuage\nnuage.foyer.example\n\nNextcloud\n" + 12 * "\n" + "\n").encode()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def init(self, answers=ANSWERS):
        return register("init", "--dir", self.folder, given=answers)

    def test_written(self):
        """Lint finds nothing in what init wrote, and it says what was written and what to do with it."""
        done = self.init()
        self.assertEqual(done.returncode, 0, done.stderr)
        names = done.stdout.decode().split()
        self.assertEqual(sorted(names), ["foyer-libre-nuage.properties", "foyer-libre.properties"])
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(names))
        self.assertIn("https://foyer.example/.well-known/chatonsinfos/foyer-libre.properties", done.stderr.decode())
        checked = register("lint", *(os.path.join(self.folder, name) for name in names))
        self.assertEqual((checked.returncode, checked.stdout), (0, b""))

    def test_never_overwrites(self):
        """A file or a link that leads nowhere: both are left alone."""
        self.assertEqual(self.init().returncode, 0)
        before = {name: os.stat(os.path.join(self.folder, name)).st_mtime_ns for name in os.listdir(self.folder)}
        os.symlink("/nonexistent/x", os.path.join(self.folder, "foyer.properties"))
        done = self.init(self.ANSWERS.replace(b"2020-02-03\n", b"2020-02-03\nfoyer\nmaison\n"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("there is a file foyer-libre.properties already", done.stderr.decode())
        self.assertIn("there is a file foyer.properties already", done.stderr.decode())
        for name, time in before.items():
            self.assertEqual(os.stat(os.path.join(self.folder, name)).st_mtime_ns, time)
        self.assertIn("maison-nuage.properties", os.listdir(self.folder))

    def test_answers_that_end(self):
        done = self.init(b"Foyer libre\n")
        self.assertEqual((done.returncode, os.listdir(self.folder)), (1, []))
        self.assertIn("nothing is written", done.stderr.decode())

    def test_no_folder(self):
        done = register("init", "--dir", "/nonexistent")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nonexistent: No such file or directory", done.stderr.decode())
        self.assertEqual(register("init", "x").returncode, 2)


if __name__ == "__main__":
    unittest.main()
