"""Mailboxes: Dovecot."""
import real
from real import Row

CONFIG = """
protocols = imap pop3 lmtp sieve
listen = $listen
base_dir = $folder/run
state_dir = $folder/state
default_internal_user = $user
default_internal_group = $group
default_login_user = $user
log_path = /dev/stderr
ssl = $tls
ssl_cert = <$cert
ssl_key = <$key
mail_location = maildir:$folder/mail
passdb {
  driver = static
  args = nopassword=yes
}
userdb {
  driver = static
  args = uid=$user home=$folder
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $imap
  }
  inet_listener imaps {
    port = $imaps
    ssl = yes
  }
}
service pop3-login {
  chroot =
  inet_listener pop3 {
    port = $pop3
  }
  inet_listener pop3s {
    port = $pop3s
    ssl = yes
  }
}
service managesieve-login {
  chroot =
  inet_listener sieve {
    port = $sieve
  }
}
service lmtp {
  inet_listener lmtp {
    port = $lmtp
  }
}
"""


class Dovecot(real.Server):
    program, package = "dovecot", "dovecot-imapd dovecot-pop3d dovecot-lmtpd dovecot-managesieved"
    ports = ("imap", "imaps", "pop3", "pop3s", "sieve", "lmtp")
    rows = [Row(f"{scheme}://good.test:{{{scheme}}}", tls=True) for scheme in ports]
    tls = "yes"

    def configure(self):
        path = self.write("dovecot.conf", CONFIG, tls=self.tls, listen=", ".join(self.addresses()))
        return [self.executable, "-F", "-c", path]


class DovecotInClear(Dovecot):
    """What became of a server whose administrator turned TLS off."""
    ports, closed_ports = ("imap", "pop3", "sieve", "lmtp"), ("imaps", "pop3s")
    rows = [Row(f"{scheme}://good.test:{{{scheme}}}", "starttls=optional") for scheme in ports]
    tls = "no"

    def test_required_encryption(self):
        self.assert_rows([Row(row.url) for row in self.rows], "down", "starttls_missing")


if __name__ == "__main__":
    real.main()
