"""What is announced and said, each at its time."""
import glob
import os
import subprocess
import time

from story import DAY, HOUR, MINUTE

FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")  # of the package faketime


def rfc3339(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def maintenance(until):
    """(said at, arguments)"""
    return [
        (until - 364 * DAY, ["chat-perche", "--from", rfc3339(until - 9.52 * DAY - 10 * MINUTE), "--for", "70m",
                             "--fr", "Changement de disques.", "--en", "Replacing disks.", "--by", "Le Chat Perché"]),
        (until - 350 * DAY, ["octet-felin", "--from", rfc3339(until - 340 * DAY), "--for", "45m", "--every", "FREQ=MONTHLY",
                             "--fr", "Mises à jour du système.", "--en", "Updates of the system.", "--by", "L’Octet Félin"]),
        (until - 2 * DAY, ["sobre-et-libre", "--from", rfc3339(until - 2 * HOUR), "--for", "4h",
                           "--fr", "Déménagement vers une autre salle.", "--en", "Moving to another room.", "--by", "Sobre et Libre"]),
        (until - 0.02 * DAY, ["gouttiere-libre/visio", "--from", rfc3339(until - 0.05 * DAY), "--for", "4h",
                              "--fr", "Réparation en cours.", "--en", "Being repaired.", "--by", "La Gouttière Libre"]),
        (until - DAY, ["chat-perche/nuage", "--from", rfc3339(until + 3 * DAY), "--for", "90m",
                       "--fr", "Passage à la version 32 de Nextcloud.", "--en", "Upgrade to Nextcloud 32.",
                       "--link", "https://chat-perche.example/nouvelles/42", "--by", "Le Chat Perché"]),
        (until - DAY, ["abricot-numerique", "--from", rfc3339(until + 9 * DAY), "--for", "2h",
                       "--fr", "Nouveau routeur.", "--by", "Abricot Numérique"]),
    ]


def incidents(until):
    return [
        (until - 19 * DAY, "annotate", ["chat-perche/pad", "--at", rfc3339(until - 19.28 * DAY + 95 * MINUTE), "--cause", "disk-full",
                                        "--fr", "Le disque des pads était plein : nous avons supprimé d’anciennes sauvegardes et ajouté une alerte.",
                                        "--en", "The disk of the pads was full: we removed old backups and added an alert.",
                                        "--link", "https://chat-perche.example/nouvelles/37", "--by", "Le Chat Perché"]),
        (until - 75 * DAY, "annotate", ["chat-perche/nuage", "--at", rfc3339(until - 75.47 * DAY + 2 * HOUR), "--cause", "power",
                                        "--fr", "Coupure de courant dans toute la vallée.", "--by", "Le Chat Perché"]),
        (until - 98 * DAY, "annotate", ["octet-felin/git", "--at", rfc3339(until - 100 * DAY), "--cause", "hardware",
                                        "--fr", "Carte mère en panne, remplacée par celle d’un membre.",
                                        "--en", "A motherboard failed and was replaced by a member’s own.", "--by", "L’Octet Félin"]),
        (until - 44 * DAY, "dispute", ["octet-felin/git", "--at", rfc3339(until - 45.1 * DAY + 2 * HOUR),
                                       "--fr", "Nos journaux montrent que la forge répondait ; seule la page de santé était cassée.",
                                       "--en", "Our logs show that the forge answered; only its health page was broken.",
                                       "--by", "L’Octet Félin"]),
        (until - 82 * DAY, "annotate", ["cafe-des-octets/listes", "--at", rfc3339(until - 83.2 * DAY + 5 * HOUR), "--cause", "certificate",
                                        "--fr", "Le renouvellement automatique avait échoué sans que personne ne le voie.",
                                        "--by", "Café des Octets"]),
        (until - 2 * HOUR, "annotate", ["nid-d-octets/pad", "--at", rfc3339(until - 2 * HOUR), "--cause", "network",
                                        "--fr", "Notre fournisseur a une panne de fibre, un technicien est en route.",
                                        "--by", "Nid d’Octets"]),
    ]


def say(vibrisse, folder, at, arguments):
    settings = {"LD_PRELOAD": FAKETIME[0], "FAKETIME": f"@{rfc3339(at)[:-1].replace('T', ' ')}",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC",
                "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"} if FAKETIME else {}
    command = [vibrisse, *arguments[:2], "-c", os.path.join(folder, "vibrisse.yaml"), *arguments[2:]]
    subprocess.run(command, env=os.environ | settings, check=True, stdout=subprocess.DEVNULL)


def announce(vibrisse, folder, until, begin):
    for at, arguments in sorted(maintenance(until)):
        say(vibrisse, folder, max(at, begin), ["maintenance", "add", *arguments])


def explain(vibrisse, folder, until, begin):
    for at, verb, arguments in sorted(incidents(until)):
        if at >= begin:
            say(vibrisse, folder, at, ["incident", verb, *arguments])
