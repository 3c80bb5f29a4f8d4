"""News: the readers' side of INN."""
import os
import shutil

import real
from real import Row

INN = """
mta: "/bin/false %s"
organization: Essai
pathhost: good.test
domain: good.test
server: 127.0.0.1
enableoverview: true
runasuser: $user
runasgroup: $group
pathnews: $folder
pathbin: $folder/bin
pathetc: $folder
pathrun: $folder
pathlog: $folder
pathtmp: $folder
pathdb: $folder
pathspool: $folder
pathhttp: $folder
patharticles: $folder
pathoverview: $folder
nnrpdloadlimit: 0
hismethod: hisv6
ovmethod: tradindexed
tlscertfile: $cert
tlskeyfile: $key
tlscafile: $root
"""

READERS = """
auth all {
    hosts: "*"
    default: "<guest>"
}
access all {
    users: "*"
    newsgroups: "*"
    access: R
}
"""


class Inn(real.Server):
    """One socket a process: nntp on IPv4."""
    program, package = "nnrpd", "inn2"
    ports = ("nntp",)
    families = ("ipv4",)
    rows = [Row("nntp://good.test:{nntp}", tls=True)]
    more = ()
    has_articles = True

    @classmethod
    def find(cls):
        return real.find_program("news/bin/nnrpd")

    @classmethod
    def environment(cls):
        return {**super().environment(), "INNCONF": os.path.join(cls.folder, "inn.conf")}

    def configure(self):
        self.write("inn.conf", INN)
        # nnrpd has its port bound by this, which here needs none of the rights that it usually has.
        helper = shutil.copyfile(os.path.join(os.path.dirname(self.executable), "innbind"),
                                 os.path.join(self.folder_of("bin"), "innbind"))
        os.chmod(helper, 0o700)
        self.write("storage.conf", "")
        for name in ("active", "newsgroups", "history"):
            self.write(name, "")
        if self.has_articles:
            self.prepare(os.path.join(os.path.dirname(self.executable), "makehistory"), "-O", "-x")  # an empty index
        address = real.LOOPBACK[self.families[0]]
        return [self.executable, "-D", "-f", "-p", str(self.port["nntp"]),
                "-6" if self.families[0] == "ipv6" else "-4", address, "-c", self.write("readers.conf", READERS), *self.more]


class InnUnderTls(Inn):
    families = tuple(real.FAMILIES[-1:])
    rows = [Row("nntps://good.test:{nntp}", tls=True)]
    more = ("-S",)


class InnWithoutItsArticles(Inn):
    rows = [Row("nntp://good.test:{nntp}")]
    has_articles = False

    def test_answers(self):
        self.assert_rows(self.rows, "down", "banner_refused")


if __name__ == "__main__":
    real.main()
