"""The manual and the completion say what the program does: their examples are run."""

import os
import re
import subprocess
import tempfile
import unittest

VIBRISSE = os.environ["VIBRISSE"]
SOURCE = os.environ["SOURCE"]
PAGES = os.path.join(os.environ["BUILD"], "packaging")


def examples(page):
    """The text of the section EXAMPLES as a reader sees it."""
    text = subprocess.run(["mandoc", "-Tutf8", "-Owidth=400", os.path.join(PAGES, page)], capture_output=True,
                          text=True, check=True, timeout=60).stdout
    text = re.sub(".\b", "", text)  # bold and underlined, as terminals have them
    return text.split("\nEXAMPLES\n")[1].split("\nSEE ALSO\n")[0]


def program_help(*command):
    return subprocess.run([VIBRISSE, *command, "--help"], capture_output=True, text=True, check=True, timeout=60).stdout


class Manual(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run_it(self, *words, **more):
        return subprocess.run([VIBRISSE, *words], capture_output=True, text=True, timeout=120, cwd=self.folder, **more)

    def configuration(self):
        text = examples("vibrisse.yaml.5")
        return self.write("vibrisse.yaml", text[text.index("collective:") - 7:].replace("\n       ", "\n")[7:])

    def test_the_example_of_a_configuration_is_one(self):
        done = self.run_it("check-config", "-c", self.configuration())
        self.assertEqual((done.returncode, done.stdout), (0, "1 hoster, 2 services, 3 checks: no fault.\n"), done.stderr)

    def test_result_lines_are_taken(self):
        lines = re.findall(r"^ *(\{.*\})$", examples("vibrisse-results.5"), re.MULTILINE)
        self.assertEqual(len(lines), 2)
        done = self.run_it("replay", "-c", self.configuration(), "--data", "record", input="\n".join(lines) + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"\b2 lines read\n +2 results taken\n")
        self.assertNotIn("refused", done.stderr)

    def test_commands_work_as_they_are_written(self):
        configuration, record = self.configuration(), os.path.join(self.folder, "kept")
        self.assertEqual(self.run_it("replay", "-c", configuration, "--data", record, input="").returncode, 0)
        text = examples("vibrisse.1").replace("\\\n", " ")
        commands = re.findall(r"^ *\$ (vibrisse .*)$", text, re.MULTILINE)
        self.assertEqual(len(commands), 6)
        with open(configuration, encoding="utf-8") as file:
            mine = file.read().replace("/var/lib/vibrisse", record)
        self.write("vibrisse.yaml", mine)
        for command in commands:
            command = command.replace("/etc/vibrisse/vibrisse.yaml", configuration).replace("/var/lib/vibrisse", record)
            done = subprocess.run(["bash", "-c", 'vibrisse() { "$VIBRISSE" "$@"; }; ' + command], capture_output=True,
                                  text=True, timeout=120, cwd=self.folder)
            self.assertEqual(done.returncode, 0, command + done.stderr)

    def test_every_command_has_its_section(self):
        with open(os.path.join(PAGES, "vibrisse.1"), encoding="utf-8") as file:
            sections = re.findall(r"^\.Ss (.*)$", file.read(), re.MULTILINE)
        self.assertEqual(sections, re.findall(r"^  ([a-z-]+) ", program_help(), re.MULTILINE))


    def test_the_version_is_that_of_the_manual(self):
        version, schema = self.run_it("--version").stdout.splitlines()
        self.assertRegex(schema, r"^ledger schema \d+$")
        with open(os.path.join(PAGES, "vibrisse.yaml.5"), encoding="utf-8") as file:
            self.assertIn(f'"{version}"', file.readline())


class Completion(unittest.TestCase):
    def complete(self, *words):
        script = ('. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _vibrisse; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script, "bash", os.path.join(PAGES, "vibrisse.bash"), "vibrisse", *words],
                              capture_output=True, text=True, check=True, timeout=60)
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    def test_commands(self):
        commands = re.findall(r"^  ([a-z-]+) ", program_help(), re.MULTILINE)
        self.assertEqual(self.complete(""), set(commands))
        self.assertEqual(self.complete("ver"), {"verify"})
        self.assertEqual(self.complete("--"), {"--help", "--version"})

    def test_every_option_that_is_offered_is_known(self):
        for command in re.findall(r"^  ([a-z-]+) ", program_help(), re.MULTILINE):
            offered = self.complete(command, "--")
            self.assertTrue(offered, command)
            for option in offered:
                done = subprocess.run([VIBRISSE, command, f"{option}=", "--help"], capture_output=True, text=True,
                                      timeout=60)
                self.assertNotIn("unknown option --", done.stderr.replace(f"{option}=", ""), f"{command} {option}")

    def test_every_option_of_the_help_is_offered(self):
        for command in re.findall(r"^  ([a-z-]+) ", program_help(), re.MULTILINE):
            told = set(re.findall(r"^ +(?:-\w, )?(--[a-z][a-z0-9-]*)", program_help(command), re.MULTILINE))
            self.assertLessEqual(told, self.complete(command, "--"), command)

    def test_words_after_a_command(self):
        self.assertEqual(self.complete("maintenance", ""), {"add", "list", "cancel"})
        self.assertEqual(self.complete("register", "l"), {"list", "lint"})


if __name__ == "__main__":
    unittest.main()
