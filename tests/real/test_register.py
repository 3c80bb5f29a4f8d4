"""vibrisse register: a federation with every quirk, crawled from nginx over HTTPS."""
import json
import os
import subprocess
import unittest

import federation
import real

MERELY_MISSING = {"wished", "mandatory", "no_services"}


class Town(unittest.TestCase):
    """The town is built once, and only read."""

    @classmethod
    def setUpClass(cls):
        if not real.find_program("nginx"):
            if real.REQUIRED:
                raise AssertionError("nginx is missing: packaging/test installs it")
            raise unittest.SkipTest("nginx is missing: install nginx")
        cls.town = federation.build_town()
        cls.addClassCleanup(cls.town.stop)
        cls.town.start()

    @classmethod
    def register(cls, action, *arguments):
        town = cls.town
        done = subprocess.run(
            [real.VIBRISSE, "register", action, *arguments, "--ca-file", os.path.join(town.folder, "ca.pem"),
             "--allow-net", f"{federation.OURS}/32", "--resolver", town.names.address],
            capture_output=True, text=True, timeout=120, check=False)
        assert "Sanitizer" not in done.stderr, done.stderr
        return done


def wanted_services(town, member):
    """[(id, url, software, fate, listed elsewhere)], by id."""
    found = []
    for service in member.services:
        fate = service.get("fate", "measured")
        if fate is None:
            continue
        url = town.website(member, service)
        if "url" in service:
            url = service["url"] and service["url"].format(
                host=member.host.replace(".", f"-{service['key']}.", 1), port=town.port)
        elif member.key == "barres":
            url = url[:-1]
        if "at" in service:
            url, software = town.website(town.members[1], {"key": "pad"}), "etherpad-lite"
        else:
            software = service.get("software", "Nextcloud")
        if member.fate == "over" and fate == "measured":
            fate = "over"
        elsewhere = service.get("elsewhere", member.key == "membre-01" and service["key"] == "pad")
        found.append((service["key"], url, software, fate, elsewhere))
    return sorted(found)


class Fetch(Town):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.register("fetch", "--json", cls.town.register)
        cls.found = json.loads(cls.done.stdout)

    def test_there_are_enough(self):
        self.assertGreaterEqual(len(self.town.members), 60)
        self.assertEqual(self.done.returncode, 0, self.done.stderr)

    def test_members(self):
        members = {member["id"]: member for member in self.found["members"]}
        wanted = [member for member in self.town.members if member.member]
        self.assertEqual(len(members), len(wanted))
        for member in wanted:
            with self.subTest(member.key):
                known = [one for one in members if one == member.id or member.id.endswith("-") and one.startswith(member.id)]
                self.assertEqual(len(known), 1)
                found = members[known[0]]
                self.assertEqual((found["name"], found["fate"], found["source"]),
                                 (member.name, member.fate, self.town.organization(member)))
                self.assertEqual([(one["id"], one.get("url"), one["software"], one["fate"], one["listed_elsewhere"])
                                  for one in found["services"]], wanted_services(self.town, member))

    def test_declared_states(self):
        services = next(member["services"] for member in self.found["members"] if member["id"] == "etats")
        quiet = {service["id"] for service in services if not service["alerts"]}
        self.assertEqual(quiet, {"maintenance", "warning", "down", "error"})
        self.assertEqual({service["id"] for service in services if service["maintenance"]}, {"maintenance", "warning"})

    def test_findings(self):
        files = {file["url"]: file for file in self.found["files"]}
        for member in self.town.members:
            wanted = {self.town.organization(member): (member.reason, member.every + member.found)}
            for service in member.services if member.member else ():
                if "at" not in service:
                    wanted[self.town.file_of(member, service)] = (service.get("reason", "ok"),
                                                                  member.every + service.get("found", []))
            for url, (reason, codes) in wanted.items():
                with self.subTest(url):
                    self.assertEqual(files[url]["reason"], reason, files[url])
                    self.assertEqual(sorted({one["code"] for one in files[url]["findings"]} - MERELY_MISSING), sorted(codes))

    def test_each_file_once(self):
        urls = [file["url"] for file in self.found["files"]]
        self.assertEqual(len(urls), len(set(urls)))

    def test_for_people(self):
        done = self.register("fetch", self.town.register)
        self.assertIn("\netats: Nom de etats\n", done.stdout)
        self.assertIn("(measured, declared under maintenance)\n", done.stdout)
        self.assertIn(": error: our own rules forbid us this address (our rules forbid 127.0.0.1)\n", done.stdout)
        self.assertIn(" not readable.\n", done.stderr)
        self.assertNotIn("\r", done.stderr)  # no progress where nobody looks

    def test_no_federation(self):
        done = self.register("fetch", self.town.url(federation.FEDERATION, "/other.properties"))
        self.assertEqual(done.returncode, 1)


class Lint(Town):
    def test_address(self):
        member = next(one for one in self.town.members if one.key == "fautes")
        done = self.register("lint", self.town.organization(member))
        self.assertEqual(done.returncode, 1)
        self.assertIn("organization.properties:16: warning: the key organization.socialnetworks.pixelfeld is not known", done.stdout)
        self.assertIn(": organization, 0 errors, ", done.stderr)

    def test_address_json(self):
        url = self.town.file_of(self.town.members[0], {"key": "pad"})
        done = self.register("lint", "--json", url)
        self.assertEqual(done.returncode, 0, done.stdout)
        (file,) = json.loads(done.stdout)
        self.assertEqual((file["file"], file["declares"]["class"]), (url, "service"))

    def test_not_to_be_had(self):
        url = self.town.url(federation.FEDERATION, "/gone/x")
        done = self.register("lint", url)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(f"{url} cannot be had: its answer is an error", done.stderr)

    def test_too_large(self):
        member = next(one for one in self.town.members if one.key == "geant")
        done = self.register("lint", self.town.organization(member))
        self.assertEqual(done.returncode, 1)
        self.assertIn("error: the file is larger than ", done.stdout)


if __name__ == "__main__":
    real.main()
