"""The guides for the collective, followed literally: each command of each, in its order, and each piece of configuration.

What only a whole machine has (apt, systemd, other users) is left to tests/package/run."""
import datetime
import html
import os
import pathlib
import re
import subprocess
import unittest
import zoneinfo

from lab import VIBRISSE, Lab, wait_for

GUIDES = pathlib.Path(os.environ["SOURCE"]) / "packaging/guides"
OF_THE_MACHINE = ("apt ", "systemctl ", "runuser ", "chown ", "usermod ", "cp ", "mv ", "rm ", "ln ", "nano ", "certbot ", "echo ", "tar ",
                  "vibrisse alert test ")  # there is no relay


def blocks(guide, language):
    text = (GUIDES / guide).read_text(encoding="utf-8")
    return [block for of, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.S | re.M) if of == language]


class Collective(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.close)
        self.web = self.lab.web()
        self.lab.configure({"pad": self.web.url}, more="sandbox: required")
        self.lab.start()
        wait_for("the pad is up", lambda: self.lab.state("chat-perche/pad") == "up")
        self.web.stop()
        wait_for("it is down", lambda: self.lab.state("chat-perche/pad") == "down")
        self.web.start()
        wait_for("it is up again", lambda: self.lab.state("chat-perche/pad") == "up")

    def here(self, command):
        """The same with the folders and the days of this test."""
        now = datetime.datetime.now(datetime.timezone.utc)
        paris = now.astimezone(zoneinfo.ZoneInfo("Europe/Paris"))
        tomorrow = (paris + datetime.timedelta(days=1)).strftime("%Y-%m-%dT12:00")  # at 02:00 there is none in March
        year = (paris - datetime.timedelta(days=1)).year  # one with a whole day
        for there, ours in (("/etc/vibrisse/vibrisse.yaml", self.lab.config), ("/var/lib/vibrisse", self.lab.data),
                            ("/root/vibrisse.tar.gz", self.lab.path("v.tar.gz")), ("report-2026", self.lab.path("report")),
                            ("report 2026", f"report {year}"), ("report/2026", f"report/{year}"), ("2027-02-01", f"{year + 2}-02-01"),
                            ("2027-01-10T02:00", tomorrow), ("2027-01-03T14:30", now.strftime("%Y-%m-%dT%H:%M:%SZ"))):
            command = command.replace(there, ours)
        if " restore " in command:
            command = command.replace(self.lab.data, self.lab.path("restored"))
        return re.sub(r"^vibrisse", VIBRISSE, command)

    def follow(self, guide):
        commands = [line for block in blocks(guide, "") for line in block.splitlines() if not line.startswith(OF_THE_MACHINE)]
        self.assertGreater(len(commands), 8)
        for command in commands:
            self.assertTrue(command.startswith("vibrisse "), command)
            done = subprocess.run(self.here(command), shell=True, capture_output=True, text=True, timeout=120, check=False)
            self.assertEqual(done.returncode, 0, f"{command}: {done.stdout}{done.stderr}")
        self.assertTrue(os.path.exists(self.lab.path("restored", "ledger.sqlite")))

    def test_in_french(self):
        self.follow("collective.fr.md")

    def test_in_english(self):
        self.follow("collective.en.md")


class Both(unittest.TestCase):
    def test_pieces_of_configuration(self):
        lab = Lab()
        self.addCleanup(lab.close)
        for guide in ("collective.fr.md", "collective.en.md"):
            pieces = blocks(guide, "yaml")
            self.assertEqual(len(pieces), 2)
            for piece in pieces:
                config = lab.write("piece.yaml", "collective: {name: Essai}\ndata: data\nhosters:\n  - hoster: own\n    name: Own\n    services:\n"
                                   "      - {id: pad, url: 'https://pad.exemple.example/'}\n" + piece)
                done = lab.run("check-config", "-c", config)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        # The secrets are there while the unit runs; a target is called as the guide calls it.
        self.assertIn("not checked", done.stdout + done.stderr)
        [test] = [line for block in blocks("collective.fr.md", "") for line in block.splitlines() if line.startswith("vibrisse alert test ")]
        done = lab.run("alert", "test", "nobody", "-c", config)
        self.assertIn(f"has no target 'nobody'; it has {test.split()[3]}", done.stderr)

    def test_what_cron_does(self):
        lab = Lab()
        self.addCleanup(lab.close)
        lab.configure({"pad": lab.web().url})
        self.assertEqual(lab.run("run", "-c", lab.config, "--once").returncode, 0)
        for guide in ("collective.fr.md", "collective.en.md"):
            [line] = blocks(guide, "cron")
            command = line.split(" root ")[1].replace("\\%", "%").replace("/var/lib/vibrisse", lab.data).replace("/root", lab.path("."))
            done = subprocess.run(command.replace("vibrisse backup", f"{VIBRISSE} backup"), shell=True, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            [made] = pathlib.Path(lab.folder).glob("vibrisse-2*.tar.gz")
            made.unlink()

    def test_the_same_commands_in_both(self):
        for what in ("", "yaml", "cron"):
            self.assertEqual(blocks("collective.fr.md", what), blocks("collective.en.md", what))

    def test_paths_that_are_named_exist(self):
        """Of the hoster's guides: what it says is on the site is there."""
        lab = Lab()
        self.addCleanup(lab.close)
        lab.configure({"pad": lab.web().url})
        config = pathlib.Path(lab.config)
        ours = 'collective: {address: "https://etat.exemple.example/", contact: equipe@exemple.example, '
        config.write_text(config.read_text(encoding="utf-8").replace("collective: {", ours), encoding="utf-8")
        self.assertEqual(lab.run("run", "-c", lab.config, "--once").returncode, 0)
        for language, named in (("fr", ("« D’où viennent ces informations »", "« Un badge pour vos propres pages »", "« Nous écrire »")),
                                ("en", ("“Where this comes from”", "“A badge for your own pages”", "“Write to us”"))):
            guide = f"hoster.{language}.md"
            text = (GUIDES / guide).read_text(encoding="utf-8")
            page = html.unescape((pathlib.Path(lab.site) / language / "h/chat-perche/index.html").read_text(encoding="utf-8"))
            for words in named:
                self.assertIn(words, " ".join(text.split()))
                self.assertIn(words[1:-1].strip(), page)
            [badge] = blocks(guide, "html")
            self.assertIn(badge.strip(), page.replace("\u00a0", " "))
            paths = set(re.findall(r"(?:`|exemple\.example)(/[a-z0-9./-]+)", text)) - {"/fr/register/", "/en/register/"}
            self.assertGreater(len(paths), 6)
            for path in paths:
                self.assertTrue(os.path.exists(lab.site + path), f"{guide}: {path}")


if __name__ == "__main__":
    unittest.main()
