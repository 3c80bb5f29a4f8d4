"""The examples for web servers, as these servers themselves read them."""

import os
import shutil
import subprocess
import tempfile
import unittest

SOURCE = os.environ["SOURCE"]


class Snippets(unittest.TestCase):
    def test_nginx_takes_its_own(self):
        nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        if not nginx:
            self.skipTest("nginx is not installed")
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(SOURCE, "packaging/web/nginx.conf"), encoding="utf-8") as file:
                snippet = file.read()
            # Names and ports need no right of ours: only the grammar and the words are looked at.
            snippet = snippet.replace("listen 80;", "listen 127.0.0.1:18099;").replace("listen [::]:80;", "")
            path = os.path.join(folder, "nginx.conf")
            with open(path, "w", encoding="utf-8") as file:
                scratch = "".join(f"{what}_temp_path {folder}/{what};\n"
                                  for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
                file.write(f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
                           f"http {{\naccess_log off;\n{scratch}{snippet}}}\n")
            done = subprocess.run([nginx, "-t", "-e", "stderr", "-q", "-p", folder, "-c", path], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
