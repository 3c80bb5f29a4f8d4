/* What is said of configurations that are wrong, each fault with its place, and what becomes of good ones. */
#include "draft.h"

#include "buffer.h"
#include "options.h"
#include "fake_probes.h"
#include "macros.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

/* Line 1 of a main file; what a row gives begins in line 2. */
#define HEAD "collective: {name: C}\n"
/* The shortest hoster that is whole. */
#define BODY "hosters: [{hoster: h, services: [{id: s, url: \"alpha://x\"}]}]\n"
/* A check stands in line 4, its first key in column 15. */
#define CHECK(check) HEAD "hosters:\n  - hoster: h\n    services: [{id: s, checks: [" check "]}]\n"

/* The first entry stands in line 5, its first key in column 6. */
#define ROUTES                                                                                     \
    "alerts:\n  targets: [{name: night, channel: bell, url: \"https://b/\"}]\n  routes:\n    - "

struct row {
    const char *main, *hoster; /* hoster NULL = no further file */
    const char *faults;        /* a line each */
};

static const struct row rows[] = {
    /* form */
    {"", NULL, "main:1:1: the file is empty\n"},
    {"a: [", NULL, "main:2:1: did not find expected node content while parsing a flow node\n"},
    {"a: b\n\tc: d\n", NULL, "main:2:1: a tab stands where only spaces may indent\n"},
    {"a: \"b\n", NULL, "main:2:1: found unexpected end of stream while scanning a quoted scalar\n"},
    {"a: b\nc: \xFF\n", NULL, "main:2:4: invalid leading UTF-8 octet\n"},
    {"a: \x01\n", NULL, "main:1:4: control characters are not allowed\n"},
    {"\xFF\xFE"
     "a\0",
     NULL, "main:1:1: the file is UTF-16: save it as UTF-8\n"},
    {"a", NULL, "main:1:1: the configuration takes a map, not one value\n"},
    {"[a]", NULL, "main:1:1: the configuration takes a map, not a list\n"},
    {HEAD BODY "---\na: b\n", NULL,
     "main:3:1: a second document begins here: put it into a file of its own\n"},
    {"a: &x b\n", NULL, "main:1:4: anchors (&name) have no use here\n"},
    {"a: &x [b]\n", NULL, "main:1:4: anchors (&name) have no use here\n"},
    {"a: *x\n", NULL, "main:1:4: aliases (*name) have no use here\n"},
    {"a: !!str b\n", NULL, "main:1:4: tags (!name) have no use here\n"},
    {"a: !x {b: c}\n", NULL, "main:1:4: tags (!name) have no use here\n"},
    {"[a]: b\n", NULL, "main:1:1: a key must be one word, not a list or map\n"},
    {"a: \"b\\0c\"\n", NULL,
     "main:1:4: a line end, control or invisible character stands in a value\n"},
    {"a: \"b\\u202Ec\"\n", NULL,
     "main:1:4: a line end, control or invisible character stands in a value\n"},
    {"a: |\n  b\n", NULL,
     "main:1:4: a line end, control or invisible character stands in a value\n"},
    {"a: [[[[[[[[[[[[[[[[b]]]]]]]]]]]]]]]]\n", NULL,
     "main:1:19: lists and maps are nested more than 16 deep\n"},
    /* keys */
    {HEAD BODY "lisen: 127.0.0.1:80\n", NULL,
     "main:3:1: unknown key \"lisen\", did you mean \"listen\"?\n"},
    {HEAD BODY "unheard-of: 1\n", NULL, "main:3:1: unknown key \"unheard-of\"\n"},
    {HEAD BODY "data: a\nsite: b\ndata: c\n", NULL,
     "main:5:1: \"data\" is already given in line 3\n"},
    {BODY, NULL, "main:1:1: the configuration needs the key \"collective\"\n"},
    {HEAD BODY "data:\n", NULL, "main:3:6: data has no value: give one or remove the key\n"},
    {HEAD BODY "network: ~\n", NULL,
     "main:3:10: network has no value: give one or remove the key\n"},
    {HEAD BODY "data: [a]\n", NULL,
     "main:3:7: data takes one value such as /var/lib/vibrisse, not a list\n"},
    {HEAD BODY "vantage: paris\n", NULL, "main:3:10: vantage takes a map, not one value\n"},
    {HEAD BODY "sentinels: \"alpha://x\"\n", NULL,
     "main:3:12: sentinels takes a list such as [\"tcp://192.0.2.1:443\"], not one value\n"},
    {HEAD, NULL,
     "main:1:1: no hoster is given: describe one in a file that include names, or below hosters\n"},
    {HEAD "hosters: []\n", NULL,
     "main:1:1: no hoster is given: describe one in a file that include names, or below hosters\n"},
    {HEAD "hosters: {}\n", NULL, "main:2:10: hosters takes a list, not a map\n"},
    /* collective */
    {"collective: {}\n" BODY, NULL, "main:1:13: collective needs the key \"name\"\n"},
    {"collective: {name: C, languages: [fr, xx]}\n" BODY, NULL,
     "main:1:39: a language is a code of two small letters such as fr or en, not \"xx\"\n"},
    {"collective: {name: C, languages: []}\n" BODY, NULL,
     "main:1:34: languages needs at least one language\n"},
    {"collective: {name: C, languages: [fr, en, fr]}\n" BODY, NULL,
     "main:1:34: languages has \"fr\" twice\n"},
    {"collective: {name: C, languages: [a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a]}\n" BODY, NULL,
     "main:1:34: languages may not have more than 16 items\nmain:1:34: languages needs at least "
     "one language\n"},
    {"collective: {name: C, timezone: Europe/Atlantis}\n" BODY, NULL,
     "main:1:33: this machine knows no time zone \"Europe/Atlantis\"\n"},
    {"collective: {name: C, website: \"ftp://x\"}\n" BODY, NULL,
     "main:1:32: an address that begins with https:// or http:// is needed, not \"ftp://x\"\n"},
    {"collective: {name: C, contact: me}\n" BODY, NULL,
     "main:1:32: a mail address or an https:// address is needed, not \"me\"\n"},
    /* settings */
    {HEAD BODY "vantage: {name: Paris}\n", NULL,
     "main:3:17: name must be 1 to 64 of a-z, 0-9 and -, not \"Paris\"\n"},
    {HEAD BODY "defaults: {intervall: 1s, timeout: 10, slow: -1s, recheck: [5s, x]}\n", NULL,
     "main:3:12: unknown key \"intervall\", did you mean \"interval\"?\n"
     "main:3:36: timeout must be a duration such as 250ms, 10s, 5m, 6h or 30d, not \"10\"\n"
     "main:3:46: slow must be a duration such as 250ms, 10s, 5m, 6h or 30d, not \"-1s\"\n"
     "main:3:65: recheck must be a duration such as 250ms, 10s, 5m, 6h or 30d, not \"x\"\n"},
    {HEAD BODY "defaults: {interval: 0s}\n", NULL,
     "main:3:22: interval must be from 1s to 1d, not 0s\n"},
    {HEAD BODY "defaults: {recheck: [5s, 5s]}\n", NULL,
     "main:3:21: recheck must rise: each is counted from the same result\n"},
    {HEAD BODY "network: {allow: [10.0.0.0/99], resolvers: [dns.example]}\n", NULL,
     "main:3:19: a network is an address and a prefix such as 10.0.0.0/8 or fd00::/8, not "
     "\"10.0.0.0/99\"\n"
     "main:3:45: a resolver is an address such as 192.0.2.53 or 192.0.2.53:5353, not "
     "\"dns.example\"\n"},
    {HEAD BODY "vantage: {addresses: [192.0.2.7, paris]}\n", NULL,
     "main:3:34: \"paris\" is no IPv4 or IPv6 address\n"},
    {HEAD BODY "sentinels: [\"alfa://x\", \"alpha://u:p@x\"]\n", NULL,
     "main:3:13: there is no probe for alfa://, did you mean alpha://?\n"
     "main:3:25: sentinels must not hold a user name or password\n"},
    {HEAD BODY "series: {profile: tiny, flush: 1s}\n", NULL,
     "main:3:19: profile must be one of standard, compact, not \"tiny\"\n"
     "main:3:32: flush must be from 10s to 1d, not 1s\n"},
    /* known, but not there yet */
    {HEAD "alerts: {mails: [a@b]}\n" BODY, NULL,
     "main:2:10: unknown key \"mails\", did you mean \"mail\"?\n"},
    {HEAD "alerts: {mail: {to: x, fron: y, from: nobody}, routes: [{mail: a@b}]}\n" BODY, NULL,
     "main:2:17: unknown key \"to\"\n"
     "main:2:24: unknown key \"fron\", did you mean \"from\"?\n"
     "main:2:64: mail: nobody hears it\n"},
    {HEAD ROUTES "{to: nigh, hears: [down, recovery, loud], after: 8d, remind: 5s}\n" BODY, NULL,
     "main:5:56: after must be from 0ms to 7d, not 8d\n"
     "main:5:68: remind takes a duration from 1m to 30d, or never, not \"5s\"\n"
     "main:5:12: there is no target \"nigh\", did you mean \"night\"?\n"
     "main:5:32: leave recovery out: that it is over is told to whoever heard of it\n"
     "main:5:42: hears must be one of down, degraded, certificate, flapping, monitor, not "
     "\"loud\"\n"},
    {HEAD ROUTES "{to: night, mail: a@b, hears: [], escalate: [sms, night]}\n" BODY, NULL,
     "main:5:7: an entry of alerts needs one of to and mail\n"
     "main:5:52: there is no target \"sms\"; the main file has them below alerts: targets\n"
     "main:5:37: hears is empty: leave the entry out\n"},
    {HEAD ROUTES "{to: night, quiet-hours: \"7:00-22:00\"}\n    - {to: night, quiet-hours: "
                 "\"22:00-24:00\"}\n    - {to: night, quiet-hours: \"22:00-22:00\", accept: yes}\n"
                 "    - {severe: perhaps, mail: x}\n" BODY,
     NULL,
     "main:5:32: quiet-hours takes two times of the day such as 22:00-07:00\n"
     "main:6:32: quiet-hours takes two times of the day such as 22:00-07:00\n"
     "main:7:32: quiet-hours takes two times of the day such as 22:00-07:00\n"
     "main:7:55: accept must be one of delivered, acknowledged, not \"yes\"\n"
     "main:8:16: severe must be yes or no, not \"perhaps\"\n"
     "main:8:31: mail must have 3 to 59 bytes, this has 1\n"},
    {HEAD "alerts:\n  targets:\n    - {name: n, channel: bel}\n    - {name: n}\n    - {channel: "
          "bell, url: \"https://b/\"}\n" BODY,
     NULL,
     "main:4:26: there is no channel \"bel\", did you mean bell?\n"
     "main:5:7: a target needs the key \"channel\"\n"
     "main:6:7: a target needs the key \"name\"\n"},
    {HEAD "alerts:\n  targets:\n    - {name: n, channel: bell, url: \"https://b/\", toke: x}\n"
          "    - {name: m, channel: bell, url: {file: /x}}\n"
          "    - {name: o, channel: bell, url: \"https://b/\", token: {file: x}}\n"
          "    - {name: p, channel: bell, url: \"https://b/\", token: {env: VIBRISSE_NOT_THERE}}\n"
          "    - {name: q, channel: bell, url: \"https://b/\", to: nobody}\n" BODY,
     NULL,
     "main:4:51: unknown key \"toke\", did you mean \"token\"?\n"
     "main:5:37: url takes one value, not a map\n"
     "main:6:58: a secret is given as {file: /etc/vibrisse/token} or {env: TOKEN}, the path from "
     "the root on\n"
     "main:7:7: token: the environment has no VIBRISSE_NOT_THERE\n"
     "main:8:7: bell: nobody hears it\n"},
    {HEAD "alerts: {contacts: yes}\n" BODY, NULL,
     "main:2:20: contacts are asked by mail, and it is not said how mail goes: give alerts: {mail: "
     "{from: vibrisse@exemple.example}}\n"
     "main:2:20: contacts answer by a link to the site, and it is not said where visitors find it: "
     "give collective: {address: \"https://statut.exemple.example/\"}\n"},
    {HEAD "alerts: {contacts: perhaps}\n" BODY, NULL,
     "main:2:20: contacts must be yes or no, not \"perhaps\"\n"},
    {HEAD "alerts: {allow: [x], resolvers: [y]}\n" BODY, NULL,
     "main:2:18: a network is an address and a prefix such as 10.0.0.0/8 or fd00::/8, not \"x\"\n"
     "main:2:34: a resolver is an address such as 192.0.2.53 or 192.0.2.53:5353, not \"y\"\n"},
    {HEAD "alerts: {heartbeats: \"https://b/\", heartbeat-every: 1ms}\n" BODY, NULL,
     "main:2:53: heartbeat-every must be from 1s to 1h, not 1ms\n"
     "main:2:22: heartbeats takes a list such as [{env: HEARTBEAT}], not one value\n"},
    /* The URL is a secret: no sentence shows it. */
    {HEAD
     "alerts: {heartbeats: [\"https://b/\", \"ftp://secret\", {env: VIBRISSE_NOT_THERE}, {a: b}, "
     "\"\"]}\n" BODY,
     NULL,
     "main:2:37: a heartbeat is a URL that begins with https://\n"
     "main:2:53: heartbeats: the environment has no VIBRISSE_NOT_THERE\n"
     "main:2:80: a secret is given as {file: /etc/vibrisse/token} or {env: TOKEN}, the path from "
     "the root on\n"
     "main:2:88: a heartbeat is a URL that begins with https://\n"},
    {HEAD BODY
     "register: [{every: 1s}, {chatonsinfos: \"https://x/\", librehost: \"https://x/\"}]\n",
     NULL,
     "main:3:20: every must be from 5m to 30d, not 1s\n"
     "main:3:12: an entry of register needs one of chatonsinfos and librehost\n"
     "main:3:25: an entry of register needs one of chatonsinfos and librehost\n"},
    /* hosters and services */
    {HEAD, "hoster: Chat\nservices: []\n",
     "file:1:9: hoster must be 1 to 64 of a-z, 0-9 and -, not \"Chat\"\n"
     "file:2:11: a hoster needs at least one service\n"},
    {HEAD, "name: X\n",
     "file:1:1: a hoster needs the key \"hoster\"\nfile:1:1: a hoster needs the key "
     "\"services\"\n"},
    {HEAD, "hoster: ../../etc/x\nservices: {id: s}\n",
     "file:1:9: hoster must be 1 to 64 of a-z, 0-9 and -, not \"../../etc/x\"\n"
     "file:2:11: services takes a list such as [{id: pad, url: \"https://pad.example.org/\"}], not "
     "a map\n"},
    {HEAD BODY, "hoster: h\nservices: [{id: t, url: \"alpha://x\"}]\n",
     "file:1:9: the hoster \"h\" is already given in main:2\n"},
    {HEAD,
     "hoster: h\nservices:\n  - {id: s, url: \"alpha://x\"}\n  - {id: s, url: \"alpha://x\"}\n",
     "file:4:10: the service \"h/s\" is already given in file:3\n"},
    {HEAD, "hoster: h\nalerts: [{mail: a@b}]\nservices: [{id: s, url: \"alpha://x\"}]\n",
     "file:2:17: it is not said how mail goes: give alerts: {mail: {from: "
     "vibrisse@exemple.example}} in the main file\n"},
    {HEAD,
     "hoster: h\nalerts: [{to: x, hears: [monitor]}, night]\nservices:\n"
     "  - {id: s, url: \"alpha://x\", alerts: {to: x}}\n",
     "file:2:15: there is no target \"x\"; the main file has them below alerts: targets\n"
     "file:2:26: of the monitor itself only routes of the main file's alerts are told\n"
     "file:2:37: an entry of alerts takes a map, not one value\n"
     "file:4:39: alerts takes a list such as [{to: night}], not a map\n"},
    {HEAD,
     "hoster: h\nservices:\n  - {id: a, url: \"alpha://x\", parent: b}\n"
     "  - {id: b, url: \"alpha://x\", parent: h/a}\n  - {id: c, url: \"alpha://x\", parent: "
     "c}\n  - {id: d, url: \"alpha://x\", parent: x/y}\n",
     "file:3:39: parent: h/a would hang on itself\n"
     "file:4:39: parent: h/b would hang on itself\n"
     "file:5:39: parent: h/c would hang on itself\n"
     "file:6:39: parent: there is no service \"x/y\"\n"},
    {HEAD, "hoster: h\nname: {fr: X, french: Y, en: }\nservices: [{id: s, url: \"alpha://x\"}]\n",
     "file:2:15: a language is a code of two small letters such as fr or en, not \"french\"\n"
     "file:2:30: name has no value: give one or remove the key\n"},
    {HEAD, "hoster: h\nname: {}\nservices: [{id: s, url: \"alpha://x\"}]\n",
     "file:2:7: name has no text: give one or remove the key\n"},
    {HEAD, "hoster: h\nkind: {}\nservices: [{id: s, kind: [], url: \"alpha://x\"}]\n",
     "file:2:7: kind has no text: give one or remove the key\n"
     "file:3:26: kind takes one value such as {fr: Carnets, en: Pads}, not a list\n"},
    {HEAD, "hoster: h\nservices: [{id: s}, text, {id: t, counted: perhaps, url: \"alpha://x\"}]\n",
     "file:2:12: a service needs a url or checks\n"
     "file:2:21: a service takes a map, not one value\n"
     "file:2:44: counted must be yes or no, not \"perhaps\"\n"},
    {HEAD, "hoster: h\nservices: [{id: s, url: \"javascript://x\"}]\n",
     "file:2:25: there is no probe for javascript://\n"},
    {HEAD,
     "hoster: h\nservices: [{id: s, url: \"http://x/\"}]\n", /* opened, but the test has no such probe */
     "file:2:25: there is no probe for http://, did you mean https://?\n"},
    /* checks */
    {CHECK("{url: \"alpha://x\", intervall: 5m}"), NULL,
     "main:4:52: unknown key \"intervall\", did you mean \"interval\"?\n"},
    {CHECK("{url: \"alpha://x\", folow: yes}"), NULL,
     "main:4:52: unknown key \"folow\", did you mean \"follow\"?\n"},
    {CHECK("{url: \"alpha://x\", quite-other: yes}"), NULL,
     "main:4:52: unknown key \"quite-other\"\n"},
    {CHECK("{url: \"alpha://x\", expect: {statsu: 200}}"), NULL,
     "main:4:61: unknown key \"statsu\", did you mean \"status\"?\n"},
    {CHECK("{url: \"alpha://x\", expect: {follow: yes}}"), NULL,
     "main:4:61: unknown key \"follow\"\n"},
    {CHECK("{url: \"alpha://x\", expect: 200}"), NULL,
     "main:4:60: expect takes a map such as {status: [200]}, not one value\n"},
    {CHECK("{url: \"alpha://x\", expect: {status: [200, \"2,4\"]}}"), NULL,
     "main:4:75: an item of expect-status may not hold a comma\n"},
    {CHECK("{url: \"alpha://x\", expect: {status: {a: b}}}"), NULL,
     "main:4:69: expect-status takes one value, not a map\n"},
    {CHECK("{url: \"alpha://x\", expect: {status: }}"), NULL,
     "main:4:69: expect-status has no value: give one or remove the key\n"},
    {CHECK("{url: \"alpha://x\", expect-status: 200, expect: {status: 200}}"), NULL,
     "main:4:81: expect-status is already given outside expect\n"},
    {CHECK("{url: \"alpha://x\", most: 2MiB, method: put}"), NULL,
     "main:4:58: most must be from 1B to 1MiB, not 2MiB\n"
     "main:4:72: method must be one of get, head, not \"put\"\n"},
    {CHECK("{url: \"alphas://x\", method: head, most: 1KiB}"), NULL,
     "main:4:33: alphas: head goes without most\n"},
    {CHECK("\"beta://x\""), NULL,
     "main:4:33: this check needs the option \"question\"\n"
     "main:4:33: this check needs the option \"expect-answer\"\n"},
    {CHECK("{url: \"beta://x\"}"), NULL,
     "main:4:33: this check needs the option \"question\"\n"
     "main:4:33: this check needs the option \"expect-answer\"\n"},
    {CHECK("{url: \"beta://x\", question: why, expect: {answer: 43}}"), NULL,
     "main:4:83: expect-answer must be from 1 to 42, not 43\n"},
    {CHECK("{url: \"alpha://x\", expect: {status: []}}"), NULL,
     "main:4:69: expect-status needs at least one item\n"},
    {CHECK("{url: \"alpha://x\", expect: {status: [\"\"]}}"), NULL,
     "main:4:70: an item of expect-status may not be empty\n"},
    {CHECK("{url: \"alpha://x\", expect: {status: [[2]]}}"), NULL,
     "main:4:70: expect-status takes one value, not a list\n"},
    {CHECK("{id: a}"), NULL, "main:4:33: a check needs the key \"url\"\n"},
    {CHECK("[\"alpha://x\"]"), NULL, "main:4:33: a check takes a map, not a list\n"},
    {CHECK(""), NULL, "main:4:32: checks is empty: give one or remove the key\n"},
    {CHECK("\"file:///etc/passwd\", \"aplha://x\", \"alpha\""), NULL,
     "main:4:33: there is no probe for file://\n"
     "main:4:55: there is no probe for aplha://, did you mean alpha://?\n"
     "main:4:68: url must be an address such as imaps://mail.chat-perche.example\n"},
    {CHECK("{id: a, url: \"alpha://x\"}, \"alpha://x\", {id: a, url: \"alpha://y\"}"), NULL,
     "main:4:78: another check of this service has the id \"a\"\n"},
    {CHECK("{url: \"alpha://x\", interval: 5s}"), NULL,
     "main:4:62: the timeout 10s is longer than the interval 5s\n"},
    {CHECK("{url: \"alpha://x\", interval: 5s, timeout: 6s}"), NULL,
     "main:4:75: the timeout 6s is longer than the interval 5s\n"},
    {CHECK("\"alpha://x\"") "defaults: {interval: 5s}\n", NULL,
     "main:5:22: the timeout 10s is longer than the interval 5s\n"},
    {CHECK("{url: \"alpha://x\", address: x.example, role: main, family: ipv5}"), NULL,
     "main:4:61: \"x.example\" is no IPv4 or IPv6 address\n"
     "main:4:78: role must be one of essential, extra, not \"main\"\n"
     "main:4:92: family must be one of both, ipv4, ipv6, not \"ipv5\"\n"},
    {CHECK("{url: \"alpha://x\", address: 192.0.2.1, family: ipv6}"), NULL,
     "main:4:61: the address 192.0.2.1 is not ipv6, which family asks for\n"},
    /* every fault of every file */
    {HEAD "listen: 80\ndata:\n", "hoster: h\nservices: [{id: s, url: x}]\n",
     "main:2:9: '80' is no ADDR:PORT; write for example 127.0.0.1:8080 or [::1]:8080\n"
     "main:3:6: data has no value: give one or remove the key\n"
     "file:2:25: url must be an address such as https://pad.chat-perche.example/\n"},
};

static int read_row(const char *main, const char *hoster, struct config **ret,
                    struct fault_list *faults)
{
    struct draft draft;
    draft_init(&draft, &fake_probes, faults);
    draft_main(&draft, "main", main, strlen(main));
    if (hoster)
        draft_hoster(&draft, "file", hoster, strlen(hoster));
    int rc = draft_finish(&draft, ret);
    draft_fini(&draft);
    return rc;
}

static char *joined(const struct fault_list *faults)
{
    struct buffer all;
    buffer_init(&all, 1024 * 1024);
    for (size_t i = 0; i < faults->count; i++)
        buffer_printf(&all, "%s\n", faults->texts[i]);
    return buffer_take(&all, NULL);
}

static void test_faults(void **state)
{
    (void)state;
    size_t bad = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fault_list faults = {0};
        struct config *config = NULL;
        int rc = read_row(rows[i].main, rows[i].hoster, &config, &faults);
        char *all = joined(&faults);
        if (rc != -1 || config || strcmp(all, rows[i].faults) != 0) {
            print_error("row %zu: %s\nsays\n%s\nnot\n%s", i, rows[i].main, all, rows[i].faults);
            bad++;
        }
        config_free(config);
        free(all);
        fault_list_free(&faults);
    }
    assert_int_equal(bad, 0);
}

static struct config *good(const char *main, const char *hoster)
{
    struct fault_list faults = {0};
    struct config *config = NULL;
    if (read_row(main, hoster, &config, &faults))
        fail_msg("%s", faults.texts[0]);
    fault_list_free(&faults);
    return config;
}

static void test_presets(void **state)
{
    (void)state;
    struct config *config = good(HEAD BODY, NULL);
    const struct collective *collective = &config->collective;
    assert_string_equal(config->file, "main");
    assert_string_equal(collective->name, "C");
    assert_string_equal(collective->languages[0], "fr");
    assert_string_equal(collective->languages[1], "en");
    assert_null(collective->languages[2]);
    assert_string_equal(collective->timezone, "UTC");
    assert_string_equal(collective->vantage, "main");
    assert_null(config->data);
    assert_null(config->site);
    assert_null(config->listen);
    assert_null(config->allow[0]);
    assert_null(config->resolvers[0]);
    assert_null(config->sentinels[0]);
    assert_int_equal(config->rechecks_ms[0], 5000);
    assert_int_equal(config->rechecks_ms[1], 10000);
    assert_int_equal(config->rechecks_ms[2], 20000);
    assert_int_equal(config->rechecks_ms[3], 0);
    assert_int_equal(config->interval_ms, 60000);
    assert_int_equal(config->incident_after_ms, 600000);
    assert_int_equal(config->series_profile, SERIES_STANDARD);
    assert_int_equal(config->series_flush_ms, 3600000);
    const struct service *service = collective_service(collective, "h/s");
    assert_true(service->counted);
    assert_string_equal(wording_in(&service->name, "fr"), "s");
    assert_string_equal(wording_in(&service->hoster->name, "en"), "h");
    const struct check *check = service_check(service, "alpha");
    assert_string_equal(check->url, "alpha://x");
    assert_int_equal(check->interval_ms, 60000);
    assert_int_equal(check->timeout_ms, 10000);
    assert_int_equal(check->slow_ms, 5000);
    assert_int_equal(check->role, ROLE_ESSENTIAL);
    assert_int_equal(check->family, WISH_BOTH);
    assert_int_equal(check->option_count, 0);
    config_free(config);
}

static void test_settings(void **state)
{
    (void)state;
    struct config *config =
        good("collective: {name: C, website: \"https://c/\", contact: a@b, languages: [en], "
             "timezone: Europe/Paris}\n"
             "data: /d\nsite: /s\nlisten: \"[::1]:80\"\nvantage: {name: paris, addresses: "
             "[192.0.2.7, \"2001:db8::7\"]}\n"
             "defaults: {interval: 5m, timeout: 15s, slow: 0s, recheck: [1s], incident-after: 1m}\n"
             "network: {allow: [10.0.0.0/8, \"::1\"], user-agent-url: \"https://c/r\", ca-file: "
             "ca.pem,\n"
             "          resolvers: [192.0.2.53]}\n"
             "sentinels: [\"alpha://a\", \"alphas://b\"]\nseries: {profile: compact, flush: 10s}\n"
             "register: []\nalerts: {}\n" BODY,
             NULL);
    assert_string_equal(config->collective.website, "https://c/");
    assert_string_equal(config->collective.contact, "a@b");
    assert_string_equal(config->collective.languages[0], "en");
    assert_string_equal(config->collective.timezone, "Europe/Paris");
    assert_string_equal(config->collective.vantage, "paris");
    assert_string_equal(config->addresses[0], "192.0.2.7");
    assert_string_equal(config->addresses[1], "2001:db8::7");
    assert_null(config->addresses[2]);
    assert_int_equal(config->timeout_ms, 15000);
    assert_int_equal(config->slow_ms, 0);
    assert_string_equal(config->data, "/d");
    assert_string_equal(config->site, "/s");
    assert_string_equal(config->listen, "[::1]:80");
    assert_int_equal(config->rechecks_ms[0], 1000);
    assert_int_equal(config->rechecks_ms[1], 0);
    assert_int_equal(config->interval_ms, 300000);
    assert_int_equal(config->incident_after_ms, 60000);
    assert_string_equal(config->allow[1], "::1");
    assert_null(config->allow[2]);
    assert_string_equal(config->user_agent_url, "https://c/r");
    assert_string_equal(config->ca_file, "ca.pem");
    assert_string_equal(config->resolvers[0], "192.0.2.53");
    assert_string_equal(config->sentinels[1], "alphas://b");
    assert_int_equal(config->series_profile, SERIES_COMPACT);
    assert_int_equal(config->series_flush_ms, 10000);
    const struct check *check = collective_service(&config->collective, "h/s")->checks;
    assert_int_equal(check->interval_ms, 300000);
    assert_int_equal(check->timeout_ms, 15000);
    assert_int_equal(check->slow_ms, 0);
    config_free(config);
}

static void check_route(const struct alert_route *route, const char *target, unsigned subjects)
{
    assert_string_equal(route->target->name, target);
    assert_int_equal(route->subjects, subjects);
}

static void test_alerts(void **state)
{
    (void)state;
    const unsigned all = (1U << ALERTING_COUNT) - 1, services = all & ~(1U << ALERTING_MONITOR);
    struct config *config = good(
        HEAD "alerts:\n  mail: {from: v@c, password: {env: PATH}}\n"
             "  targets: [{name: night, channel: bell, url: \"https://b/\"}, {name: sms, "
             "channel: bell, url: \"https://c/\", language: fr}]\n"
             "  routes: [{to: sms}, {mail: t@h}]\n",
        "hoster: h\nalerts: [{mail: t@h, hears: [down, certificate]}]\nservices:\n"
        "  - {id: s, url: \"alpha://x\", parent: t}\n"
        "  - {id: t, url: \"alpha://x\", alerts: [{to: night, after: 5m, remind: never, "
        "quiet-hours: \"22:00-07:30\", severe: no, escalate: [sms], accept: acknowledged}]}\n");
    const struct config_alerts *alerts = &config->alerts;
    assert_int_equal(alerts->target_count, 3);
    assert_int_equal(alerts->everywhere.count, 2);
    check_route(&alerts->everywhere.list[0], "sms", all);
    check_route(&alerts->everywhere.list[1], "mail:t@h", all);
    assert_int_equal(alerts->everywhere.list[0].remind_ms, 3600000);
    assert_true(alerts->everywhere.list[0].severe);
    const struct config_target *mail = config_target(config, "mail:t@h");
    assert_string_equal(mail->channel, "mail");
    assert_int_equal(mail->option_count, 3);
    assert_string_equal(mail->options[0].value, "t@h");
    assert_int_equal(mail->options[2].place, PLACE_ENVIRONMENT);
    const struct hoster *hoster = &config->collective.hosters[0];
    check_route(&hoster->alerts.list[0], "mail:t@h",
                1U << ALERTING_DOWN | 1U << ALERTING_CERTIFICATE);
    assert_ptr_equal(hoster->alerts.list[0].target, &mail->who);
    const struct service *service = collective_service(&config->collective, "h/t");
    const struct alert_route *route = service->alerts.list;
    check_route(route, "night", services);
    assert_int_equal(route->after_ms, 300000);
    assert_int_equal(route->remind_ms, 0);
    assert_int_equal(route->quiet.from, 22 * 60);
    assert_int_equal(route->quiet.to, 7 * 60 + 30);
    assert_false(route->severe);
    assert_int_equal(route->accept, ACCEPT_ACKNOWLEDGED);
    assert_string_equal(route->escalate[0]->name, "sms");
    assert_string_equal(route->escalate[0]->language, "fr");
    assert_null(route->escalate[1]);
    assert_string_equal(collective_service(&config->collective, "h/s")->parent, "h/t");
    config_free(config);
}

/* A contact is a target of its hoster where that has no alerts of its own; it hears as who is named by nothing but a name. */
static void test_contacts(void **state)
{
    (void)state;
    static const char main_file[] =
        "collective: {name: C, address: \"https://c.example/\"}\nalerts: {contacts: %s, "
        "mail: {from: v@c}}\n";
    static const char hosters[] = "hosters:\n"
                                  "  - hoster: a\n    contact: Tech@a\n"
                                  "    services: [{id: s, url: \"alpha://x\"}]\n"
                                  "  - hoster: b\n    contact: tech@b\n    alerts: [{mail: t@b}]\n"
                                  "    services: [{id: s, url: \"alpha://x\"}]\n"
                                  "  - hoster: c\n    services: [{id: s, url: \"alpha://x\"}]\n";
    char text[1024];
    for (int asked = 0; asked < 2; asked++) {
        int length = snprintf(text, sizeof text, main_file, asked ? "yes" : "no");
        snprintf(text + length, sizeof text - (size_t)length, "%s", hosters);
        struct config *config = good(text, NULL);
        const struct hoster *hoster = config->collective.hosters;
        assert_string_equal(hoster[0].contact, "Tech@a");
        assert_int_equal(hoster[0].alerts.count, asked);
        assert_string_equal(hoster[1].alerts.list[0].target->name, "mail:t@b");
        assert_int_equal(hoster[2].alerts.count, 0);
        assert_int_equal(config->alerts.target_count, 1 + asked);
        if (asked) {
            const struct alert_route *route = hoster[0].alerts.list;
            check_route(route, ALERTING_CONTACT "8-a\ntech@a",
                        ((1U << ALERTING_COUNT) - 1) & ~(1U << ALERTING_MONITOR));
            assert_int_equal(route->remind_ms, 3600000);
            assert_true(route->severe);
            const struct config_target *target = config_target(config, route->target->name);
            assert_string_equal(target->contact_of, "a");
            assert_string_equal(target->address, "Tech@a");
        }
        config_free(config);
    }
}

static void test_options(void **state)
{
    (void)state;
    struct config *config = good(CHECK("{id: page, url: \"alpha://x\", interval: 5m, timeout: 1s, "
                                       "slow: 2s, role: extra, family: ipv4,"
                                       " address: 192.0.2.1, method: head, expect: {status: [200, "
                                       "204], body-contains: \"x\"}}"),
                                 NULL);
    const struct check *check = service_check(config->collective.services[0], "page");
    assert_int_equal(check->interval_ms, 300000);
    assert_int_equal(check->timeout_ms, 1000);
    assert_int_equal(check->slow_ms, 2000);
    assert_int_equal(check->role, ROLE_EXTRA);
    assert_int_equal(check->family, WISH_IPV4);
    assert_string_equal(check->address, "192.0.2.1");
    assert_int_equal(check->option_count, 3);
    assert_string_equal(check->options[0].name, "method");
    assert_string_equal(check->options[0].value, "head");
    assert_string_equal(check->options[1].name, "expect-status");
    assert_string_equal(check->options[1].value, "200,204");
    assert_string_equal(check->options[2].name, "expect-body-contains");
    assert_string_equal(check->options[2].value, "x");
    config_free(config);
}

static void test_options_are_bounded(void **state)
{
    (void)state;
    struct buffer text;
    struct fault_list faults = {0};
    struct config *config = NULL;
    buffer_init(&text, 100000);
    buffer_text_add(
        &text, HEAD
        "hosters: [{hoster: h, services: [{id: s, checks: [{url: \"alpha://x\", expect-status: ");
    for (size_t i = 0; i < OPTIONS_BYTES; i++)
        buffer_byte(&text, 'x');
    buffer_text_add(&text, "}]}]}]\n");
    assert_int_equal(read_row(buffer_text(&text), NULL, &config, &faults), -1);
    assert_string_equal(faults.texts[0],
                        "main:2:51: the options of a check may not have more than 24 KiB");
    fault_list_free(&faults);
    buffer_fini(&text);
}

static void test_check_ids(void **state)
{
    (void)state;
    static const char *const ids[] = {"alpha", "alpha-3", "alpha-2", "alphas", "alpha-4"};
    struct config *config = good(CHECK("\"alpha://a\", \"alpha://b\", {id: alpha-2, url: "
                                       "\"alpha://c\"}, \"alphas://d\", \"alpha://e\""),
                                 NULL);
    const struct service *service = config->collective.services[0];
    assert_int_equal(service->check_count, ARRAY_LEN(ids));
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        assert_string_equal(service->checks[i].id, ids[i]);
    config_free(config);
}

static void test_hosters_are_sorted(void **state)
{
    (void)state;
    static const char *const keys[] = {"a/y", "a/z", "b-/s", "b/x", "h/s"};
    struct config *config = good(
        "collective: {name: C, languages: [en]}\n"
        "hosters:\n- {hoster: h, services: [{id: s, url: \"alpha://x\"}]}\n"
        "- {hoster: a, services: [{id: z, url: \"alpha://x\"}, {id: y, url: \"alpha://x\"}]}\n"
        "- {hoster: b-, services: [{id: s, url: \"alpha://x\"}]}\n",
        "hoster: b\nname: {fr: Bé, en: Bee}\nkind: {fr: association, en: non-profit}\nplace: "
        "Ici\nwebsite: \"https://b/\"\n"
        "services: [{id: x, name: Ix, kind: k, software: w, counted: no, url: \"https://x/\"}]\n");
    const struct collective *collective = &config->collective;
    assert_int_equal(collective->service_count, ARRAY_LEN(keys));
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        assert_string_equal(collective->services[i]->key, keys[i]);
        assert_ptr_equal(collective_service(collective, keys[i]), collective->services[i]);
    }
    const struct hoster *hoster = collective_hoster(collective, "b");
    assert_string_equal(wording_in(&hoster->name, "fr"), "Bé");
    assert_string_equal(wording_in(&hoster->kind, "fr"), "association");
    assert_string_equal(wording_in(&hoster->kind, "en"), "non-profit");
    assert_int_equal(collective_hoster(collective, "a")->kind.count, 0);
    assert_string_equal(hoster->place, "Ici");
    assert_string_equal(hoster->website, "https://b/");
    assert_ptr_equal(hoster->services[0].hoster, hoster);
    assert_string_equal(hoster->services[0].name.texts[0].language, "en");
    assert_string_equal(wording_in(&hoster->services[0].kind, "fr"), "k");
    assert_string_equal(hoster->services[0].software, "w");
    assert_false(hoster->services[0].counted);
    for (size_t i = 0; i < collective->hoster_count; i++)
        assert_ptr_equal(collective_hoster(collective, collective->hosters[i].id),
                         &collective->hosters[i]);
    config_free(config);
}

static void test_services_are_bounded(void **state)
{
    (void)state;
    struct fault_list faults = {0};
    struct config *config = NULL;
    struct draft draft;
    draft_init(&draft, &fake_probes, &faults);
    draft_main(&draft, "main", HEAD, strlen(HEAD));
    for (size_t file = 0; file * 5000 <= DRAFT_SERVICES; file++) {
        struct buffer text;
        buffer_init(&text, DOCUMENT_BYTES);
        buffer_printf(&text, "hoster: h%zu\nservices:\n", file);
        for (size_t i = 0; i < 5000; i++)
            buffer_printf(&text, "- {id: s%zu, url: \"alpha://x\"}\n", i);
        draft_hoster(&draft, "file", buffer_text(&text), text.length);
        buffer_fini(&text);
    }
    assert_int_equal(draft_finish(&draft, &config), -1);
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.texts[0],
                        "file:3:3: there may not be more than 20000 services and 50000 checks");
    draft_fini(&draft);
    fault_list_free(&faults);
}

static void read_checks(struct draft *draft, const char *hoster, size_t services, size_t checks)
{
    struct buffer text;
    buffer_init(&text, DOCUMENT_BYTES);
    buffer_printf(&text, "hoster: %s\nservices:\n", hoster);
    for (size_t i = 0; i < services; i++) {
        buffer_printf(&text, "- {id: s%zu, checks: [", i);
        for (size_t j = 0; j < checks; j++)
            buffer_text_add(&text, "\"alpha://x\",");
        buffer_text_add(&text, "]}\n");
    }
    draft_hoster(draft, "file", buffer_text(&text), text.length);
    buffer_fini(&text);
}

static void test_checks_are_bounded(void **state)
{
    (void)state;
    static const char *const hosters[] = {"a", "b", "c"};
    struct fault_list faults = {0};
    struct draft draft;
    draft_init(&draft, &fake_probes, &faults);
    draft_main(&draft, "main", HEAD, strlen(HEAD));
    for (size_t i = 0; i < 2; i++)
        read_checks(&draft, hosters[i], 391, 64);
    assert_int_equal(faults.count, 0); /* 50048: the bound is looked at before each service */
    read_checks(&draft, hosters[2], 2, 1);
    read_checks(&draft, "d", 1, 65);
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.texts[0],
                        "file:3:3: there may not be more than 20000 services and 50000 checks");
    draft_fini(&draft);
    fault_list_free(&faults);
}

static void test_checks_of_a_service_are_bounded(void **state)
{
    (void)state;
    struct fault_list faults = {0};
    struct draft draft;
    draft_init(&draft, &fake_probes, &faults);
    draft_main(&draft, "main", HEAD, strlen(HEAD));
    read_checks(&draft, "a", 1, 65);
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.texts[0], "file:3:20: a service may not have more than 64 checks");
    draft_fini(&draft);
    fault_list_free(&faults);
}

static void test_bytes_are_bounded(void **state)
{
    (void)state;
    struct fault_list faults = {0};
    struct arena arena = {0};
    char *bytes = calloc(1, DOCUMENT_BYTES + 1);
    memset(bytes, '#', DOCUMENT_BYTES + 1);
    assert_null(document_read("f", bytes, DOCUMENT_BYTES + 1, &arena, &faults));
    assert_string_equal(faults.texts[0], "f:1:1: the file is larger than 1 MiB");
    assert_null(document_read("f", bytes, DOCUMENT_BYTES, &arena, &faults));
    assert_string_equal(faults.texts[1], "f:1:1: the file is empty");
    free(bytes);
    fault_list_free(&faults);
    arena_free(&arena);
}

static void test_keys_are_bounded(void **state)
{
    (void)state;
    struct fault_list faults = {0};
    struct arena arena = {0};
    struct buffer text;
    buffer_init(&text, 10000);
    for (size_t i = 0; i <= DOCUMENT_KEYS; i++)
        buffer_printf(&text, "k%zu: v\n", i);
    assert_null(document_read("f", buffer_text(&text), text.length, &arena, &faults));
    assert_string_equal(faults.texts[0], "f:65:1: a map may not have more than 64 keys");
    buffer_fini(&text);
    fault_list_free(&faults);
    arena_free(&arena);
}

static void test_values_are_bounded(void **state)
{
    (void)state;
    struct fault_list faults = {0};
    struct arena arena = {0};
    struct buffer text;
    buffer_init(&text, DOCUMENT_BYTES);
    for (size_t i = 0; i < DOCUMENT_NODES; i++)
        buffer_text_add(&text, "- \n");
    assert_null(document_read("f", buffer_text(&text), text.length, &arena, &faults));
    assert_string_equal(faults.texts[0], "f:249998:2: the file holds too many values");
    buffer_fini(&text);
    fault_list_free(&faults);
    arena_free(&arena);
}

/* A configuration that was good stays good when a list of faults already holds others. */
static void test_earlier_faults_are_not_ours(void **state)
{
    (void)state;
    struct fault_list faults = {0};
    struct config *config = NULL;
    fault_list_add(&faults, "f", 1, 1, "earlier");
    assert_int_equal(read_row(HEAD BODY, NULL, &config, &faults), 0);
    assert_int_equal(faults.count, 1);
    config_free(config);
    fault_list_free(&faults);
}

static void test_byte_order_mark(void **state)
{
    (void)state;
    config_free(good("\xEF\xBB\xBF" HEAD BODY, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_presets),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_alerts),
        cmocka_unit_test(test_contacts),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_options_are_bounded),
        cmocka_unit_test(test_check_ids),
        cmocka_unit_test(test_hosters_are_sorted),
        cmocka_unit_test(test_services_are_bounded),
        cmocka_unit_test(test_checks_are_bounded),
        cmocka_unit_test(test_checks_of_a_service_are_bounded),
        cmocka_unit_test(test_bytes_are_bounded),
        cmocka_unit_test(test_keys_are_bounded),
        cmocka_unit_test(test_values_are_bounded),
        cmocka_unit_test(test_earlier_faults_are_not_ours),
        cmocka_unit_test(test_byte_order_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
