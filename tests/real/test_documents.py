"""Documents that lead to each other, served by nginx: Matrix, with its API on another port, and NodeInfo."""
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
    default_type application/json;
    server {
        $listen_domain
        location = /.well-known/matrix/client {
            return 200 '{"m.homeserver": {"base_url": "https://good.test:$home/"}}';
        }
        location = /.well-known/matrix/server { return 200 '{"m.server": "good.test:$home"}'; }
        location = /.well-known/nodeinfo {
            return 200 '{"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1",
                                    "href": "https://good.test:$home/nodeinfo/2.1"}]}';
        }
    }
    server {
        $listen_home
        location = /_matrix/client/versions { return 200 '{"versions": ["r0.6.1", "v1.11"]}'; }
        location = /_matrix/federation/v1/version {
            return 200 '{"server": {"name": "Synapse", "version": "1.98.0"}}';
        }
        location = /nodeinfo/2.1 {
            return 200 '{"version": "2.1", "software": {"name": "forgejo", "version": "7.0.1"},
                         "usage": {"users": {"total": 120, "activeMonth": 30, "activeHalfyear": 60}}}';
        }
    }
    server {
        $listen_cut_off
        location = /.well-known/matrix/client { return 404; }
        location = /.well-known/matrix/server { return 200 '{"m.server": "good.test:$cut_off"}'; }
        location = /_matrix/client/versions { return 200 '{"versions": ["v1.11"]}'; }
        location / { return 502; }
    }
}
"""


class Documents(real.Server):
    program, package = "nginx", "nginx"
    ports = ("domain", "home", "cut_off")
    rows = [Row("matrix://good.test:{domain}", tls=True),
            Row("nodeinfo://good.test:{domain}", "software=Forgejo", tls=True)]

    def configure(self):
        listen = {f"listen_{name}": "".join(f"listen {address}:{port} ssl;" for address in self.addresses(True))
                  for name, port in self.port.items()}
        return [self.executable, "-e", "stderr", "-p", self.folder, "-c", self.write("nginx.conf", CONFIG, **listen)]

    def test_remarks(self):
        for _, _, line in self.ask(self.rows[:1]):
            self.assertEqual(line["detail"], "client API v1.11; federation: Synapse 1.98.0")
        for _, _, line in self.ask(self.rows[1:]):
            self.assertEqual(line["users"], {"total": 120, "month": 30, "halfyear": 60})

    def test_bad_answers(self):
        self.assert_rows([Row("matrix://good.test:{cut_off}")], "degraded", "http_status")
        self.assert_rows([Row("matrix://good.test:{cut_off}", "federation=no")], "up", "ok")
        self.assert_rows([Row("nodeinfo://good.test:{cut_off}")], "down", "http_status")
        self.assert_rows([Row("nodeinfo://good.test:{domain}", "software=mastodon")], "down", "body_mismatch")


if __name__ == "__main__":
    real.main()
