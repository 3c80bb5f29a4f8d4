"""check-config as people and scripts meet it: exit status, and what goes to which stream."""

import os
import subprocess
import tempfile
import unittest

VIBRISSE = os.environ["VIBRISSE"]
SOURCE = os.environ["SOURCE"]


def check_config(*arguments):
    return subprocess.run([VIBRISSE, "check-config", *arguments], capture_output=True, text=True, timeout=60)


class CheckConfig(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_the_example_has_no_fault(self):
        done = check_config("-c", os.path.join(SOURCE, "etc/vibrisse.yaml"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, "1 hoster, 4 services, 6 checks: no fault.\n")

    def test_every_fault_of_every_file_is_told(self):
        main = self.write("main.yaml", "collective: {name: C}\nlistn: 127.0.0.1:80\ninclude: [h/*.yaml]\n")
        one = self.write("h/one.yaml", 'hoster: one\nservices:\n  - {id: a, url: "httpss://a.example/"}\n')
        done = check_config("-c", main)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(
            done.stderr,
            f'{main}:2:1: unknown key "listn", did you mean "listen"?\n'
            f"{one}:3:18: there is no probe for httpss://, did you mean https://?\n",
        )

    def test_what_is_printed_loads_to_the_same(self):
        first = check_config("-c", os.path.join(SOURCE, "etc/vibrisse.yaml"), "--print")
        self.assertEqual((first.returncode, first.stderr), (0, ""))
        second = check_config("--print", "-c", self.write("printed.yaml", first.stdout))
        self.assertEqual((second.returncode, second.stderr), (0, ""))
        self.assertEqual(second.stdout, first.stdout)
        self.assertIn("body-contains: Etherpad\n", first.stdout)

    def test_missing_file(self):
        path = os.path.join(self.folder.name, "none.yaml")
        done = check_config("-c", path)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, f"{path}:1:1: the file cannot be read: No such file or directory\n")

    def test_pipe_is_not_waited_for(self):
        path = os.path.join(self.folder.name, "pipe")
        os.mkfifo(path)
        done = check_config("-c", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("is not a regular file", done.stderr)

    def test_usage(self):
        for arguments in ([], ["-c"], ["--config"], ["--no-such-option"], ["-c", "a", "b"]):
            done = check_config(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn("Try 'vibrisse check-config --help'.", done.stderr)

    def test_help_goes_to_standard_output(self):
        done = check_config("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Usage: vibrisse check-config -c FILE", done.stdout)

    def test_manual_knows_every_probe(self):
        done = check_config("--manual")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith(".TH VIBRISSE"))
        for word in (".B interval\n", ".B expect\\-body\\-contains\n", ".SS Checks of http\n"):
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    unittest.main()
