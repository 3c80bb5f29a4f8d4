#!/usr/bin/env python3
"""Files of ChatonsInfos as hosters have them, into a folder: a service, an organization with thirty services, its metrics."""
import pathlib
import sys

SITE = "https://abri.example/"
SERVICE = {
    "file": {"class": "service", "protocol": "ChatonsInfos-0.5", "datetime": "2026-01-01T00:00:00", "generator": "à la main"},
    "service": {"name": "Nuage", "description": "Des fichiers, des agendas et des contacts", "website": SITE, "logo": SITE + "logo.png",
                "legal.url": SITE + "cgu", "guide.technical": SITE + "doc", "guide.user": SITE + "aide",
                "contact.url": SITE + "contact", "contact.email": "tech@abri.example", "startdate": "2019-01-08", "enddate": "",
                "status.level": "OK", "status.description": "", "registration": "Free;Member", "registration.load": "OPEN",
                "install.type": "DISTRIBUTION"},
    "software": {"name": "Nextcloud", "website": "https://nextcloud.com/", "license.url": "https://spdx.org/licenses/AGPL-3.0-only.html",
                 "license.name": "AGPL-3.0-only", "version": "28.0.1", "source.url": "https://github.com/nextcloud/server",
                 "modules": "Calendar;Talk"},
    "host": {"name": "L'Abri", "description": "Un serveur à la maison", "server.distribution": "Debian", "server.type": "VIRTUAL",
             "provider.type": "HOSTEDSERVER", "provider.hypervisor": "KVM", "country.name": "France", "country.code": "FR"},
    "subs": {"metrics": SITE + ".well-known/chatonsinfos/metrics.properties"}}
ORGANIZATION = {
    "file": {**SERVICE["file"], "class": "organization"},
    "organization": {"name": "L'Abri côtier", "description": "Hébergeur associatif", "type": "ASSOCIATION", "website": SITE,
                     "logo": SITE + "logo.png", "owner.name": "L'association", "owner.website": SITE, "contact.url": SITE + "contact",
                     "contact.email": "tech@abri.example", "legal.url": SITE + "cgu", "guide.technical": SITE + "doc",
                     "guide.user": SITE + "aide", "status.level": "ACTIVE", "startdate": "2015-03-01",
                     "memberof.chatons.status.level": "ACTIVE", "memberof.chatons.startdate": "2018-11-20",
                     "country.name": "France", "country.code": "FR", "geolocation.latitude": "48,1173",
                     "geolocation.longitude": "-1,6778", "socialnetworks.mastodon": "https://social.example/@abri",
                     "socialnetworks.peertube": "https://video.example/abri", "chatrooms.xmpp": "xmpp:abri@chat.example?join",
                     "chatrooms.irc": "irc://irc.example/abri", "funding.liberapay": "https://liberapay.com/abri"},
    "subs": {f"service-{number}": f"{SITE}.well-known/chatonsinfos/service-{number}.properties" for number in range(30)}}
PATHS = ("http.visits", "http.visits.humans", "http.hits", "http.hits.ipv4", "http.hits.ipv6", "http.errors", "service.users",
         "service.accounts", "service.accounts.active", "service.files.bytes")
PERIODS = (("months", 12), ("weeks", 52), ("days", 365))


def metrics():
    found = {}
    for path in PATHS:
        found[f"{path}.name"] = path
        for year in range(2019, 2026):
            for period, length in PERIODS:
                found[f"{path}.{year}.{period}"] = ",".join(str((number * 7919 + year) % 5000) for number in range(length))
    return {"file": {**SERVICE["file"], "class": "metrics"}, "metrics": found}


def main(folder):
    for name, sections in (("service", SERVICE), ("organization", ORGANIZATION), ("metrics", metrics())):
        text = "\n".join(f"# [{section.capitalize()}]\n" + "".join(f"{section}.{key} = {value}\n" for key, value in keys.items())
                         for section, keys in sections.items())
        pathlib.Path(folder, name).write_text(text, encoding="utf-8")


main(sys.argv[1])
