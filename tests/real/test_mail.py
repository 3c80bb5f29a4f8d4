"""Mail on its way: Postfix."""
import os

import real
from real import Row

MAIN = """
compatibility_level = 3.6
queue_directory = $folder/spool
data_directory = $folder/data
config_directory = $folder
daemon_directory = $daemons
command_directory = $commands
shlib_directory = $libraries
meta_directory = $folder
mail_owner = nobody
setgid_group = games
default_privs = daemon
import_environment = MAIL_CONFIG POSTLOG_SERVICE POSTLOG_HOSTNAME LD_LIBRARY_PATH LANG=C
export_environment = LD_LIBRARY_PATH LANG=C
maillog_file = $folder/log
maillog_file_prefixes = $folder
myhostname = good.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = all
inet_protocols = $protocols
alias_maps =
alias_database =
local_recipient_maps =
smtpd_tls_cert_file = $cert
smtpd_tls_key_file = $key
smtpd_tls_security_level = may
smtputf8_enable = no
"""

MASTER = """
$services
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
"""

HOW = {
    "smtp": "",
    "submission": "-o smtpd_tls_security_level=encrypt",
    "smtps": "-o smtpd_tls_wrappermode=yes",
    "clear": "-o smtpd_tls_security_level=none",
    "closed": "-o smtpd_delay_reject=no -o smtpd_client_restrictions=defer",
    "walled": "-o smtpd_delay_reject=no -o smtpd_client_restrictions=reject",
    "expired": "-o smtpd_tls_cert_file=$folder/expired.pem -o smtpd_tls_key_file=$folder/expired.key",
}


class Postfix(real.Server):
    program, package = "master", "postfix"
    ports = tuple(HOW)
    needs_root = True
    rows = [Row("smtp://good.test:{smtp}", tls=True, mistrust="degraded"),
            Row("submission://good.test:{submission}", tls=True), Row("smtps://good.test:{smtps}", tls=True),
            Row("smtp://good.test:{clear}", "starttls=optional")]

    @classmethod
    def find(cls):
        return real.find_program("postfix/sbin/master")

    @classmethod
    def environment(cls):
        # As the command postfix has it, which would start it in the background.
        return {**super().environment(), "POSTLOG_SERVICE": "postlog", "POSTLOG_HOSTNAME": "good.test"}

    @classmethod
    def said(cls):
        return super().said() + real.read_end(os.path.join(cls.folder, "log"))

    def configure(self):
        below = self.executable.removesuffix("/usr/lib/postfix/sbin/master")
        services = "\n".join(f"{address}:{self.port[name]} inet n - n - - smtpd {how}"
                             for name, how in HOW.items() for address in self.addresses(True))
        self.write("main.cf", MAIN, daemons=os.path.dirname(self.executable), commands=below + "/usr/sbin",
                   libraries=below + "/usr/lib/postfix", protocols="all" if len(self.families) > 1 else "ipv4")
        self.write("master.cf", MASTER, services=services.replace("$folder", self.folder))
        for place in ("", "spool", "spool/pid", "spool/private", "spool/public", "spool/maildrop", "data"):
            os.chmod(self.folder_of(place), 0o755)
        for place in ("spool/private", "spool/public", "spool/maildrop", "data"):
            os.chown(self.path(place), real.NOBODY.pw_uid, real.NOBODY.pw_gid)
        return [self.executable, "-c", self.folder, "-d"]

    def test_bad_answers(self):
        self.assert_rows([Row("smtp://good.test:{clear}")], "down", "starttls_missing")
        self.assert_rows([Row("submission://good.test:{expired}")], "down", "tls_expired")
        self.assert_rows([Row("smtp://good.test:{closed}")], "down", "banner_refused")
        self.assert_rows([Row("smtp://good.test:{walled}")], "unknown", "blocked")


if __name__ == "__main__":
    real.main()
