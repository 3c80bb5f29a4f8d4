"""What each software of etc/software.yaml answers to its checks: when it is well, under maintenance, and when something is
wrong. Written from the documented shape of the answers, not recorded. An answer is (status, body) or (status, body,
headers); None for maintenance = the software has no such look, and a bare 503 is played."""
import json

NGINX = (200, "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n"
              "<h1>Welcome to nginx!</h1>\n<p>If you see this page, the nginx web server is successfully installed and\n"
              "working. Further configuration is required.</p>\n</body>\n</html>\n")
APACHE = (200, "<html><body><h1>It works!</h1></body></html>\n")
GATEWAY = (200, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
                "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n")
BLOG = (200, "<!DOCTYPE html><html><head><title>Le blog du village</title></head><body><p>Bonjour.</p></body></html>")
BROKEN = (500, "Internal Server Error")
CLOSED = (503, "Service Unavailable", {"Retry-After": "120"})


def page(text, status=200):
    return status, f"<!DOCTYPE html><html><head><title>{text}</title></head><body><div id='app'></div></body></html>"


def say(value, status=200):
    return status, json.dumps(value), {"Content-Type": "application/json"}


def marked(text):
    """A page that is known by a word of its own."""
    return {"page": (page(text), None, BLOG)}


def plain(wrong=NGINX):
    """A page of which nothing is sure."""
    return {"page": (page("Accueil"), None, wrong)}


def health(good, wrong=BROKEN, check="health"):
    return {check: (good, None, wrong)}


def nextcloud(wrong, **differs):
    status = {"installed": True, "maintenance": False, "needsDbUpgrade": False, "version": "28.0.1.1",
              "versionstring": "28.0.1", "edition": "", "productname": "Nextcloud", "extendedSupport": False}
    return say({**status, **differs}) if not wrong else wrong


DRUPAL = {"page": (page("Formulaires | Accueil"), page("Site en maintenance | Formulaires", 503), APACHE)}
NODEINFO = say({"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0",
                           "href": "https://pod.example/nodeinfo/2.0"}]})

ANSWERS = {
    "Nextcloud": {
        "nextcloud": (nextcloud(None), nextcloud(None, maintenance=True), nextcloud(None, installed=False)),
        "page": (page("Connexion – Nextcloud"),
                 (503, "<h2>Maintenance mode</h2>", {"X-Nextcloud-Maintenance-Mode": "1"}), BROKEN)},
    "OpenCloud": health((200, "ok")),
    "Seafile": health((200, '"pong"'), BLOG, "ping"),
    "Send": health((200, "{}"), (500, "{}"), "heartbeat"),
    "Plik": health(say({"version": "1.3.8", "goVersion": "go1.21"}), BLOG, "version"),
    "Lufi": marked("Lufi"),
    "Lutim": marked("Lutim"),
    "Lstu": marked("Lstu"),
    "Jirafeau": marked("Jirafeau, your web file repository"),
    "PsiTransfer": marked("PsiTransfer"),
    "Filebrowser": health(say({"status": "OK"}), GATEWAY),
    "Collabora": health((200, '<?xml version="1.0"?><wopi-discovery><net-zone name="external-http"/></wopi-discovery>'),
                        BLOG, "discovery"),
    "ONLYOFFICE": health((200, "true"), (200, "false")),
    "Radicale": {"page": ((401, "", {"WWW-Authenticate": 'Basic realm="Agenda"'}), None, BROKEN)},
    "Stirling-PDF": health(say({"version": "0.30.0", "status": "UP"}), say({"status": "DOWN"}), "status"),

    "Etherpad": {
        "health": (say({"status": "pass", "releaseId": "1.9.7"}), None, say({"status": "fail"})),
        "page": (page("Etherpad"), None, NGINX)},
    "HedgeDoc": {"health": (say({"ready": True}), say({"ready": False}), BLOG)},
    "CodiMD": health((403, "forbidden"), BROKEN, "status"),
    "CryptPad": health((200, 'define(function(){ return {"httpUnsafeOrigin": "https://crypt.example"}; });'), BLOG,
                       "config"),
    "EtherCalc": marked("EtherCalc"),
    "Scrumblr": marked("scrumblr"),
    "Excalidraw": marked("Excalidraw | Hand-drawn look"),
    "Outline": health((200, "OK")),
    "Wiki.js": health(say({"ok": True})),
    "BookStack": health(say({"database": True, "cache": True, "session": True}),
                        say({"database": False, "cache": True, "session": True}), "status"),
    "MediaWiki": health(say({"query": {"general": {"sitename": "Wiki", "generator": "MediaWiki 1.39"}}}),
                        say({"error": {"code": "internal_api_error_DBQueryError"}}), "siteinfo"),
    "DokuWiki": {"page": ((200, '<html><head><meta name="generator" content="DokuWiki"/></head></html>'), None, BLOG)},
    "YesWiki": plain(),
    "Memos": health((200, "Service ready.")),

    "Framadate": {"page": ((200, '<html><link href="css/frama.css"><title>Sondages</title></html>'), None, BLOG)},
    "Yakforms": DRUPAL,
    "LimeSurvey": plain(APACHE),
    "Kanboard": health(say("Database connection is OK"), (503, "Database connection failed")),
    "Wekan": {"page": ((200, "<script>__meteor_runtime_config__ = {}</script>"), None, BLOG)},
    "Vikunja": health((200, "OK")),
    "Penpot": health((200, "OK"), BROKEN, "ready"),
    "NocoDB": health(say({"message": "OK", "uptime": 5.2}), BLOG),
    "Odoo": health(say({"status": "pass"}), say({"status": "fail"})),
    "uMap": marked("uMap"),

    "PrivateBin": {
        "page": ((200, '<script src="js/privatebin.js"></script>'), None, BLOG),
        "paste": (say({"status": 1, "message": "Paste does not exist, has expired or has been deleted."}), None, BLOG)},
    "Polr": plain(),
    "rs-short": plain(GATEWAY),
    "Shlink": health(say({"status": "pass", "version": "3.7.3"}), say({"status": "fail"}, 503)),
    "Vaultwarden": health((200, '"2026-01-02T03:04:05.678Z"'), BLOG, "alive"),
    "Passbolt": health((200, "OK"), BLOG),
    "SearXNG": health((200, "OK"), BLOG),
    "FreshRSS": health(page("FreshRSS API endpoints"), BLOG, "api"),
    "Miniflux": health((200, "OK"), BROKEN),
    "Wallabag": health(say({"appname": "wallabag", "version": "2.6.8", "allowed_registration": False}), BLOG, "info"),
    "linkding": health(say({"version": "1.22.0", "status": "healthy"}), BLOG),
    "LanguageTool": health((200, "OK"), BLOG),

    "Mattermost": health(say({"status": "OK", "database_status": "OK"}),
                         say({"status": "UNHEALTHY", "database_status": "UNHEALTHY"}, 500), "ping"),
    "Rocket.Chat": health(say({"version": "6.5", "success": True}), say({"success": False}), "info"),
    "Zulip": health(say({"result": "success", "zulip_version": "8.0"}), say({"result": "error"}), "settings"),
    "Matrix": {
        "client": (say({"versions": ["r0.6.1", "v1.1"]}), None, say({"versions": []})),
        "federation": (say({"server": {"name": "Synapse", "version": "1.98.0"}}), None, BLOG)},
    "Element": health((200, "1.11.50"), BROKEN, "version"),
    "Jitsi Meet": {
        "config": ((200, "var config = {hosts: {domain: 'meet.example'}};"), None, BLOG),
        "bosh": ((200, "<body xmlns='http://jabber.org/protocol/httpbind' type='terminate' condition='improper-addressing'/>"),
                 None, (502, "Bad Gateway"))},
    "BigBlueButton": health((200, "<response><returncode>SUCCESS</returncode><version>2.0</version></response>"),
                            (200, "<response><returncode>FAILED</returncode></response>"), "api"),
    "Galène": health(say([{"name": "public", "clientCount": 0}]), BLOG, "groups"),
    "Discourse": health((200, "ok"), BROKEN, "status"),

    "Mastodon": {"health": ((200, "OK"), None, BROKEN), "streaming": ((200, "OK"), None, (502, "Bad Gateway"))},
    "Pleroma": health(say({"uri": "https://social.example", "title": "Social"}), say({"error": "Internal server error"}),
                      "instance"),
    "PeerTube": health(say({"instance": {"name": "Vidéos"}, "serverVersion": "6.0.2"}), BLOG, "config"),
    "Mobilizon": health(say({"data": {"config": {"name": "Agenda"}}}), say({"errors": [{"message": "boom"}]}), "graphql"),
    "Funkwhale": health(say({"version": "2.0", "software": {"name": "funkwhale", "version": "1.4.0"}}), BLOG, "nodeinfo"),
    "Castopod": health((200, "✨ All good!"), BROKEN),
    "Diaspora": health(NODEINFO, say({"links": []}), "nodeinfo"),

    "Forgejo": health(say({"status": "pass", "checks": {"database:ping": [{"status": "pass"}]}}),
                      say({"status": "fail", "checks": {"database:ping": [{"status": "fail"}]}}, 503)),
    "GitLab": {"login": ((200, '<meta content="GitLab" property="og:site_name">'),
                         (503, "<title>GitLab is not responding</title><h1>Deploy in progress</h1>"), BLOG)},

    "Roundcube": health(page("Courriel"), GATEWAY, "ping"),
    "SOGo": marked("SOGo"),
    "RainLoop": plain(),
    "Mailcow": plain(),
    "Stalwart": health((200, ""), BROKEN),
    "Sympa": marked("Listes - sympa"),
    "Mailman": {"page": ((200, '<link href="/static/postorius/style.css">'), None, BLOG)},
    "Listmonk": health(say({"data": True}), BLOG),

    "WordPress": {"page": (page("Un blog sur nginx : Welcome to nginx!"),
                           (503, "<div class='wp-die-message'>Brièvement indisponible pour cause de maintenance planifiée. "
                                 "Veuillez revenir dans quelques instants.</div>"), NGINX)},
    "SPIP": plain(),
    "Drupal": DRUPAL,
    "Piwigo": health((200, '<?xml version="1.0"?><rsp stat="ok"><username>guest</username></rsp>'), BLOG, "status"),
    "web hosting": plain(APACHE),
    "Umami": health(say({"ok": True}), BROKEN, "heartbeat"),
    "Keycloak": health(say({"issuer": "https://id.example/realms/master"}), BLOG, "realm"),

    "Jellyfin": health((200, "Healthy"), (200, "Degraded")),
    "Navidrome": health((200, "."), BROKEN, "ping"),
    "ntfy": health(say({"healthy": True}), say({"healthy": False})),
    "n8n": health(say({"status": "ok"}), BLOG),
    "Traccar": health(say({"id": 1, "registration": False}), BLOG, "server"),
}

# What is not HTTP: the url that such a service is given, and the addresses that are probed.
ELSEWHERE = {
    "Matrix": ("matrix://example.org", ["matrix://example.org"]),
    "XMPP": ("xmpp://example.org", ["xmpp://example.org", "xmpp-server://example.org"]),
    "Mumble": ("mumble://talk.example.org:64739", ["mumble://talk.example.org:64739"]),
    "IRC": ("ircs://irc.example.org", ["ircs://irc.example.org"]),
    "coturn": ("stun://turn.example.org", ["stun://turn.example.org"]),
    "Postfix": ("smtp://mx.example.org", ["smtp://mx.example.org"]),
    "Dovecot": ("imaps://mail.example.org", ["imaps://mail.example.org"]),
    "Mailcow": ("https://mail.example.org:8443/admin",
                ["https://mail.example.org:8443/admin", "smtp://mail.example.org", "submission://mail.example.org",
                 "imaps://mail.example.org", "sieve://mail.example.org"]),
    "SPF": ("https://example.org/", ["https://example.org/"]),
    "VPS": ("ssh://canari.example.org:2222", ["ssh://canari.example.org:2222"]),
    "DNS resolver": ("dot://[2001:db8::53]/example.org", ["dot://[2001:db8::53]/example.org"]),
    "DNS": ("dns://[2001:db8::53]/example.org", ["dns://[2001:db8::53]/example.org"]),
    "BIND": ("dns://ns1.example.org/example.org?type=SOA", ["dns://ns1.example.org/example.org?type=SOA"]),
    "WireGuard": ("https://vpn.example.org/", ["https://vpn.example.org/"]),
    "OpenVPN": ("https://vpn.example.org/", ["https://vpn.example.org/"]),
    "IPsec": ("https://vpn.example.org/", ["https://vpn.example.org/"]),
    "Luanti": ("udp://play.example.org:30001", ["udp://play.example.org:30001"]),
}
