"""Files and shells: vsftpd, OpenSSH."""
import real
from real import Row

VSFTPD = """
listen=$four
listen_ipv6=$six
listen_address=127.0.0.1
listen_address6=::1
listen_port=$port
background=NO
run_as_launching_user=YES
anonymous_enable=YES
local_enable=NO
anon_root=$folder
secure_chroot_dir=$folder
seccomp_sandbox=NO
ssl_enable=$tls
allow_anon_ssl=YES
implicit_ssl=$implicit
rsa_cert_file=$cert
rsa_private_key_file=$key
ssl_tlsv1=NO
xferlog_enable=NO
"""

SSHD = """
$listen
HostKey $folder/host_key
PidFile none
UsePAM no
StrictModes no
AuthorizedKeysFile none
PasswordAuthentication no
"""


class Vsftpd(real.Server):
    """One socket a process: this one speaks IPv4 or IPv6, with or without TLS."""
    program, package = "vsftpd", "vsftpd"
    ports = ("port",)
    rows = [Row("ftp://good.test:{port}", tls=True)]
    families = ("ipv4",)
    tls, implicit = "YES", "NO"

    def configure(self):
        six = "ipv6" in self.families
        path = self.write("vsftpd.conf", VSFTPD, four="NO" if six else "YES", six="YES" if six else "NO", tls=self.tls,
                          implicit=self.implicit)
        return [self.executable, path]


class VsftpdUnderTls(Vsftpd):
    rows = [Row("ftps://good.test:{port}", tls=True)]
    families = tuple(real.FAMILIES[-1:])
    implicit = "YES"


class VsftpdInClear(Vsftpd):
    rows = [Row("ftp://good.test:{port}", "starttls=optional")]
    families = tuple(real.FAMILIES[-1:])
    tls = "NO"

    def test_required_encryption(self):
        self.assert_rows([Row("ftp://good.test:{port}")], "down", "starttls_missing")


class OpenSsh(real.Server):
    program, package = "sshd", "openssh-server"
    ports = ("ssh",)
    rows = [Row("ssh://good.test:{ssh}")]

    def configure(self):
        self.prepare("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.path("host_key"))
        listen = "\n".join(f"ListenAddress {address}:{self.port['ssh']}" for address in self.addresses(True))
        return [self.executable, "-D", "-e", "-f", self.write("sshd_config", SSHD, listen=listen)]


if __name__ == "__main__":
    real.main()
