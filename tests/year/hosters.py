"""Who offers what. Every name is made up."""
import json
import os

ZONE = "example"

# What stands above the services of several hosters, where English has another word.
GROUPS = {"Rédaction": "Writing", "Fichiers": "Files", "Visioconférence": "Video calls", "Sondages": "Polls", "Messagerie": "Messaging",
          "Courriel": "E-mail", "Dépôts de code": "Code hosting", "Vidéos": "Videos", "Publication": "Publishing", "Hébergement": "Hosting"}

# id: name in French and English, group, software, checks as (id, url, role)
KINDS = {
    "pad": ("Pads", "Pads", "Rédaction", "Etherpad", [("sante", "https://{at}/health", "essential"), ("page", "https://{at}/", "essential")]),
    "calc": ("Tableur", "Spreadsheet", "Rédaction", "EtherCalc", [("page", "https://{at}/", "essential")]),
    "nuage": ("Fichiers et agendas", "Files and calendars", "Fichiers", "Nextcloud", [("nextcloud", "https://{at}/status.php", "essential")]),
    "images": ("Images", "Images", "Fichiers", "Lutim", [("page", "https://{at}/", "essential")]),
    "visio": ("Visioconférence", "Video calls", "Visioconférence", "Jitsi Meet", [("page", "https://{at}/", "essential")]),
    "sondage": ("Sondages", "Polls", "Sondages", "Framadate", [("page", "https://{at}/", "essential")]),
    "chat": ("Messagerie instantanée", "Instant messaging", "Messagerie", "Matrix", [("matrix", "matrix://{at}", "essential")]),
    "mail": ("Courriel", "E-mail", "Courriel", "Postfix",
             [("smtp", "smtp://mx.{host}", "essential"), ("imaps", "imaps://mail.{host}", "essential"), ("webmail", "https://{at}/", "extra")]),
    "listes": ("Listes de diffusion", "Mailing lists", "Courriel", "Sympa", [("page", "https://{at}/sympa", "essential")]),
    "git": ("Dépôts de code", "Code hosting", "Dépôts de code", "Forgejo", [("sante", "https://{at}/api/healthz", "essential"), ("ssh", "ssh://{at}", "extra")]),
    "video": ("Vidéos", "Videos", "Vidéos", "PeerTube", [("page", "https://{at}/api/v1/config", "essential")]),
    "blog": ("Blogs", "Blogs", "Publication", "WordPress", [("page", "https://{at}/", "essential")]),
    "form": ("Formulaires", "Forms", "Sondages", "Yakforms", [("page", "https://{at}/", "essential")]),
    "noms": ("Noms de domaine", "Domain names", "Hébergement", None, [("dns", "dns://ns1.{host}/{host}?type=SOA", "essential")]),
}

HOSTERS = [
    ("abricot-numerique", "Abricot Numérique", "Ariège", ["pad", "nuage"]),
    ("bac-a-sable", "Bac à Sable Partagé", "Québec", ["git", "pad", "form"]),
    ("cafe-des-octets", "Café des Octets", "Liège", ["visio", "nuage", "listes"]),
    ("chat-perche", "Le Chat Perché", "Drôme", ["pad", "chat", "nuage", "mail"]),
    ("echeveau", "Écheveau", "Alsace", ["sondage", "images"]),
    ("gouttiere-libre", "La Gouttière Libre", "Bretagne", ["nuage", "visio", "mail", "noms"]),
    ("kiosque-libre", "Kiosque Libre", "Gironde", ["blog", "video", "pad"]),
    ("nid-d-octets", "Nid d’Octets", "Jura", ["pad", "calc", "nuage"]),
    ("octet-felin", "L’Octet Félin", "Morvan", ["chat", "git", "visio"]),
    ("sobre-et-libre", "Sobre et Libre", "Cévennes", ["nuage", "mail", "sondage"]),
    ("une-pelote-bleue", "Une Pelote Bleue", "Namur", ["nuage", "calc", "form"]),
    ("zone-calme", "Zone Calme", None, ["pad", "images"]),
]


def services():
    """Yields (hoster, service, [(check, url, role)])."""
    for hoster, _, _, offered in HOSTERS:
        for service in offered:
            host = f"{hoster}.{ZONE}"
            yield hoster, service, [(check, url.format(at=f"{service}.{host}", host=host), role)
                                    for check, url, role in KINDS[service][4]]


def hoster_yaml(hoster, name, place, offered):
    rows = [f"hoster: {hoster}", f"name: {json.dumps(name, ensure_ascii=False)}",
            "kind: {fr: association, en: non-profit}", f"website: https://{hoster}.{ZONE}/"]
    rows += [f"place: {json.dumps(place, ensure_ascii=False)}"] if place else []
    rows.append("services:")
    checks = {service: found for of, service, found in services() if of == hoster}
    for service in offered:
        french, english, kind, software, _ = KINDS[service]
        rows += [f"  - id: {service}", f"    name: {{fr: {french}, en: {english}}}", f"    kind: {{fr: {kind}, en: {GROUPS[kind]}}}",
                 f"    url: https://{service}.{hoster}.{ZONE}/"]
        rows += [f"    software: {software}"] if software else []
        rows.append("    checks:")
        rows += [f"      - {{id: {check}, url: \"{url}\", role: {role}}}" for check, url, role in checks[service]]
    return "\n".join(rows) + "\n"


def write(folder, minutes):
    """The configuration, below `folder`."""
    os.makedirs(os.path.join(folder, "hosters.d"), exist_ok=True)
    for row in HOSTERS:
        with open(os.path.join(folder, "hosters.d", f"{row[0]}.yaml"), "w", encoding="utf-8") as file:
            file.write(hoster_yaml(*row))
    with open(os.path.join(folder, "vibrisse.yaml"), "w", encoding="utf-8") as file:
        file.write(f"""collective: {{name: Les Chats d’Exemple, website: "https://chats.example/", address: "https://etat.chats.example/",
             contact: contact@chats.example, languages: [fr, en], timezone: Europe/Paris}}
vantage: {{name: paris}}
defaults: {{interval: {minutes}m, timeout: 10s, slow: 2s}}
data: {json.dumps(os.path.join(folder, "data"))}
site: {json.dumps(os.path.join(folder, "site"))}
include: [hosters.d/*.yaml]
""")
