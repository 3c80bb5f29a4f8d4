"""Pages: nginx. And what it serves for others: well-known documents."""
import real
from real import Row

CONFIG = """
daemon off;
master_process off;
pid $folder/nginx.pid;
error_log stderr warn;
events { worker_connections 100; }
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    ssl_certificate $cert;
    ssl_certificate_key $key;
    server {
        $listen
        server_name good.test;
        location / { return 200 "bonjour\\n"; }
        location = /broken { return 503; }
        location = /robots-only { return 429; }
        location = /elsewhere { return 302 /; }
        location = /loop { return 302 /loop; }
        location = /.well-known/health.json { return 200 '{"status": "pass"}'; }
        location = /.well-known/nodeinfo {
            return 200 '{"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1",
                                    "href": "https://good.test:$https/nodeinfo/2.1"}]}';
        }
        location = /nodeinfo/2.1 {
            return 200 '{"version": "2.1", "software": {"name": "mastodon", "version": "4"}, "protocols": ["activitypub"],
                         "services": {"inbound": [], "outbound": []}, "openRegistrations": false,
                         "usage": {"users": {"total": 7}}, "metadata": {}}';
        }
        location = /.well-known/matrix/client { return 200 '{"m.homeserver": {"base_url": "https://good.test:$https"}}'; }
        location = /.well-known/matrix/server { return 200 '{"m.server": "good.test:$https"}'; }
        location = /_matrix/client/versions { return 200 '{"versions": ["v1.11"]}'; }
        location = /_matrix/federation/v1/version { return 200 '{"server": {"name": "Essai", "version": "1"}}'; }
    }
    server {
        $listen_expired
        ssl_certificate $expired;
        ssl_certificate_key $expired_key;
        return 200 "never seen\\n";
    }
}
"""


class Nginx(real.Server):
    program, package = "nginx", "nginx"
    ports = ("http", "https", "expired")
    rows = [
        Row("http://good.test:{http}/", "expect-body-contains=bonjour"),
        Row("https://good.test:{https}/", "expect-body-contains=bonjour", tls=True),
        Row("https://good.test:{https}/elsewhere", tls=True),
        Row("https://good.test:{https}/.well-known/health.json", "expect-json=/status = pass", tls=True),
        Row("nodeinfo://good.test:{https}", "software=mastodon", tls=True),
        Row("matrix://good.test:{https}", tls=True),
        Row("tls://good.test:{https}", tls=True),
        Row("tcp://good.test:{http}"),
    ]

    def listen(self, **ports):
        return "".join(f"listen {address}:{port}{how};" for address in self.addresses(True)
                       for port, how in ports.values())

    def configure(self):
        path = self.write(
            "nginx.conf", CONFIG, expired=self.path("expired.pem"), expired_key=self.path("expired.key"),
            listen=self.listen(http=(self.port["http"], ""), https=(self.port["https"], " ssl")),
            listen_expired=self.listen(https=(self.port["expired"], " ssl")))
        return [self.executable, "-e", "stderr", "-p", self.folder, "-c", path]

    def test_bad_answers(self):
        url = "https://good.test:{https}"
        self.assert_rows([Row(url + "/broken")], "down", "http_status")
        self.assert_rows([Row(url + "/loop")], "down", "http_redirect_loop")
        self.assert_rows([Row(url + "/", "expect-body-contains=bonsoir")], "down", "body_mismatch")
        self.assert_rows([Row("nodeinfo://good.test:{https}", "software=peertube")], "down", "body_mismatch")
        self.assert_rows([Row("nodeinfo://good.test:{https}/nowhere")], "down", "protocol_error")
        self.assert_rows([Row("wss://good.test:{https}/")], "down", "http_status", "protocol_error")
        self.assert_rows([Row(url + "/robots-only")], "unknown", "blocked")
        self.assert_rows([Row("https://good.test:{http}/"), Row("tls://good.test:{http}")], "down", "tls_handshake")

    def test_expired_certificate(self):
        self.assert_rows([Row("https://good.test:{expired}/"), Row("tls://good.test:{expired}")], "down", "tls_expired")


if __name__ == "__main__":
    real.main()
