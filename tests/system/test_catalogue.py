"""The lint of the catalogues finds what it is there to find: a mistake is planted in a copy of the source."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(os.environ["SOURCE"])
NARROW, WIDE = "\u202f", "\u00a0"
PLACES = ("web", "monitor", "tests/lint", "tests/unit/web/golden")

# what: (a pattern of the French catalogue, in its place, what the lint says)
MISTAKES = {
    "a plain space before a colon": (f"{WIDE}:", " :", "no no-break space before a colon"),
    "no space before a colon": (f"{WIDE}:", ":", "no no-break space before a colon"),
    "a plain space before a semicolon": (f"{NARROW};", " ;", "no narrow no-break space before a sign"),
    "a wide space before a semicolon": (f"{NARROW};", f"{WIDE};", "no narrow no-break space before a sign"),
    "no space before a question mark": (rf"{NARROW}\?", "?", "no narrow no-break space before a sign"),
    "a plain space before a percent sign": (f"{NARROW}%", " %", "no narrow no-break space before a sign"),
    "no space before a percent sign": (f"{NARROW}%", "%", "no narrow no-break space before a sign"),
    "a plain space after an opening quotation mark": (f"«{NARROW}", "« ", "no narrow no-break space after «"),
    "a plain space before a closing quotation mark": (f"{NARROW}»", " »", "no narrow no-break space before a sign"),
    "a straight apostrophe": ('(?m)^(msgstr ".*)’', "\\1'", "a straight apostrophe"),
    "three points": ('(?m)^(msgstr ".*)\\."$', '\\1..."', "three points"),
    "another placeholder": (r'(?m)^(msgstr ".*)\{date\}', r"\1{day}", "other placeholders"),
    "an empty text": ('(?m)^msgstr "Méthode"$', 'msgstr ""', "untranslated"),
    "a doubtful text": ('(?m)^(msgid "Method")$', r"#, fuzzy\n\1", "fuzzy"),
    "an unused text": (r"\Z", '\nmsgid "Never shown"\nmsgstr "Jamais montré"\n', "missing (-) or unused (+)"),
    "a missing text": ('(?m)^(#.*\n)?msgid "Method"\nmsgstr "Méthode"\n', "", "missing (-) or unused (+)"),
}


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        for place in PLACES:
            shutil.copytree(SOURCE / place, cls.folder / place)
        cls.french = cls.folder / "web/locales/fr.po"
        cls.text = cls.french.read_text(encoding="utf-8")

    def tearDown(self):
        self.french.write_text(self.text, encoding="utf-8")

    def lint(self):
        return subprocess.run(["bash", "tests/lint/catalogue.sh"], cwd=self.folder, env=os.environ | {"SOURCE": str(self.folder)},
                              capture_output=True, text=True)

    def test_clean(self):
        done = self.lint()
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_mistakes(self):
        for mistake, (pattern, instead, said) in MISTAKES.items():
            with self.subTest(mistake):
                planted, count = re.subn(pattern, instead, self.text, count=1)
                self.assertEqual(count, 1, "there is nothing to spoil")
                self.french.write_text(planted, encoding="utf-8")
                done = self.lint()
                self.assertEqual(done.returncode, 1)
                self.assertIn(said, done.stderr)

    def test_english(self):
        english = self.folder / "web/locales/en.po"
        kept = english.read_text(encoding="utf-8")
        self.addCleanup(english.write_text, kept, encoding="utf-8")
        english.write_text(re.sub('(?m)^(msgstr ".*)’', r"\1'", kept, count=1), encoding="utf-8")
        self.assertIn("en.po: a straight apostrophe", self.lint().stderr)

    def test_new_text_in_the_source(self):
        source = self.folder / "web/planted.c"
        source.write_text('void planted(struct sheet *sheet) { sheet_say(sheet, N_("A new text"), NULL); }\n')
        self.addCleanup(source.unlink)
        self.assertIn("missing (-) or unused (+)", self.lint().stderr)

    def test_page_put_together(self):
        page = self.folder / "tests/unit/web/golden/collective.fr.html"
        kept = page.read_text(encoding="utf-8")
        self.addCleanup(page.write_text, kept, encoding="utf-8")
        page.write_text(kept.replace(f"{WIDE}:", " :", 1), encoding="utf-8")
        self.assertIn("no no-break space before a colon", self.lint().stderr)


if __name__ == "__main__":
    unittest.main()
