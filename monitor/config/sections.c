#include "sections.h"

#include "alerts.h"
#include "hoster.h"
#include "macros.h"
#include "registers.h"
#include "routes.h"
#include "software.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#define SCHEMA(title, rows)                                                                        \
    {                                                                                              \
        title, rows, ARRAY_LEN(rows)                                                               \
    }

static const char *const sandbox_words[] = {"off", "wanted", "required", NULL};

static const struct schema_row main_rows[] = {
    {.name = "collective",
     .type = SCHEMA_OTHER,
     .required = true,
     .doc = "A map: who publishes these measurements.",
     .example = "{name: Collectif Exemple, languages: [fr, en]}"},
    {.name = "data",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct config, data),
     .min = 1,
     .max = 1000,
     .doc =
         "The folder of the record: ledger and series. --data on the command line comes before it.",
     .example = "/var/lib/vibrisse"},
    {.name = "site",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct config, site),
     .min = 1,
     .max = 1000,
     .doc =
         "The folder that the pages are written into. --site on the command line comes before it.",
     .example = "/var/lib/vibrisse/site"},
    {.name = "listen",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct config, listen),
     .doc = "The address and port at which visitors are served. Without it the pages are written "
            "and served by nobody.",
     .example = "127.0.0.1:8080"},
    {.name = "vantage",
     .type = SCHEMA_OTHER,
     .doc = "A map: the place we look from.",
     .example = "{name: paris}"},
    {.name = "defaults",
     .type = SCHEMA_OTHER,
     .doc = "A map: what holds for every check that does not say otherwise.",
     .example = "{interval: 60s, timeout: 10s}"},
    {.name = "network",
     .type = SCHEMA_OTHER,
     .doc = "A map: how we meet the network.",
     .example = "{user-agent-url: \"https://exemple.example/robot\"}"},
    {.name = "sandbox",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct config, sandbox),
     .preset = "wanted",
     .words = sandbox_words,
     .doc = "Whether the monitor's processes give up what they never do: writing elsewhere than in "
            "`data` and `site`, "
            "running programs, and the like (Landlock and seccomp). `wanted` goes on without what "
            "the kernel does not have "
            "and says so in the log; `required` does not start then. Programs of checks and alerts "
            "can be run all the same, "
            "but not gain rights (setuid). There is none where mail goes by a local program "
            "instead of a `server`.",
     .example = "required"},
    {.name = "series",
     .type = SCHEMA_OTHER,
     .doc = "A map: how measurements are kept.",
     .example = "{profile: compact}"},
    {.name = "sentinels",
     .type = SCHEMA_OTHER,
     .doc = "A list of probe URLs of several operators that should always answer. When they fail, "
            "it is our own network that is down, and nobody else is called so.",
     .example = "[\"tcp://192.0.2.1:443\", \"dns://192.0.2.53/example.org\"]"},
    {.name = "register",
     .type = SCHEMA_OTHER,
     .doc = "A list of maps: federations whose members are read from the files that they publish.",
     .example = "[{chatonsinfos: \"https://exemple.example/chatons.properties\", every: 6h}]"},
    {.name = "include",
     .type = SCHEMA_OTHER,
     .doc = "A list of files, relative to this one, each of which describes one hoster. * and ? "
            "stand for parts of a name.",
     .example = "[hosters.d/*.yaml]"},
    {.name = "software",
     .type = SCHEMA_OTHER,
     .doc = "A list of files, as include has them, that say how to check services made with a "
            "software: see below. What they name comes before what is known already.",
     .example = "[software.yaml]"},
    {.name = "hosters",
     .type = SCHEMA_OTHER,
     .doc = "A list of maps: hosters described here, with the same keys as in a file of their own.",
     .example = "[{hoster: chat-perche, services: [{id: pad, url: "
                "\"https://pad.chat-perche.example/\"}]}]"},
    {.name = "alerts",
     .type = SCHEMA_OTHER,
     .doc = "A map: where alerts can be sent, and who is told of everything.",
     .example = "{targets: [{name: tech, channel: mail, to: [tech@exemple.example], from: "
                "vibrisse@exemple.example}]}"},
};

static const struct schema_row collective_rows[] = {
    {.name = "name",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct collective, name),
     .min = 1,
     .max = 200,
     .required = true,
     .doc = "The name of the collective, as shown on every page.",
     .example = "Collectif Exemple"},
    {.name = "website",
     .type = SCHEMA_URL,
     .offset = offsetof(struct collective, website),
     .doc = "Its own site.",
     .example = "https://exemple.example/"},
    {.name = "address",
     .type = SCHEMA_URL,
     .offset = offsetof(struct collective, address),
     .doc = "Where visitors find these pages. Feeds, badges and calendars name it, since they are "
            "read elsewhere. Without it their links are relative.",
     .example = "https://etat.exemple.example/"},
    {.name = "contact",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct collective, contact),
     .min = 1,
     .max = 254,
     .doc = "A mail address or page for questions about the measurements.",
     .example = "contact@exemple.example"},
    {.name = "source",
     .type = SCHEMA_URL,
     .offset = offsetof(struct collective, source),
     .doc = "Where visitors can have the source of this program, as its licence (AGPL) asks.",
     .example = "https://git.exemple.example/vibrisse"},
    {.name = "languages",
     .type = SCHEMA_OTHER,
     .preset = "[fr, en]",
     .doc = "A list: the languages of the pages; the first one is that of texts which name none.",
     .example = "[fr, en]"},
    {.name = "timezone",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct collective, timezone),
     .min = 1,
     .max = 64,
     .preset = "UTC",
     .doc = "The time zone of the pages: days, months and years begin there.",
     .example = "Europe/Paris"},
};

static const struct schema_row vantage_rows[] = {
    {.name = "name",
     .type = SCHEMA_ID,
     .offset = offsetof(struct collective, vantage),
     .preset = "main",
     .doc = "A short name that goes with every measurement. It stays for ever.",
     .example = "paris"},
    {.name = "addresses",
     .type = SCHEMA_OTHER,
     .doc = "A list: our own addresses, told on the pages so that hosters can recognise us.",
     .example = "[192.0.2.7, \"2001:db8::7\"]"},
};

static const struct schema_row defaults_rows[] = {
    {.name = "interval",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct defaults, check.interval_ms),
     .min = SECOND,
     .max = DAY,
     .preset = "60s",
     .doc = "From the beginning of one attempt to the next.",
     .example = "5m"},
    {.name = "timeout",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct defaults, check.timeout_ms),
     .min = SECOND / 10,
     .max = 5 * MINUTE,
     .preset = "10s",
     .doc = "An attempt that takes longer has failed. Not longer than the interval.",
     .example = "15s"},
    {.name = "slow",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct defaults, check.slow_ms),
     .min = 0,
     .max = 5 * MINUTE,
     .preset = "5s",
     .doc = "A good answer that takes longer is degraded; 0s means never.",
     .example = "3s"},
    {.name = "recheck",
     .type = SCHEMA_OTHER,
     .preset = "[5s, 10s, 20s]",
     .doc = "A list of rising durations: when to look again after a first changed result, each "
            "counted from that result.",
     .example = "[5s, 10s, 20s]"},
    {.name = "incident-after",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct defaults, incident_after_ms),
     .min = 0,
     .max = 30 * DAY,
     .preset = "10m",
     .doc = "An outage at least this long is an incident of the public journal. Shorter ones are "
            "recorded and counted.",
     .example = "15m"},
};

static const struct schema_row network_rows[] = {
    {.name = "allow",
     .type = SCHEMA_OTHER,
     .doc = "A list of private networks that may be probed. All others are refused, whatever name "
            "leads there.",
     .example = "[10.0.0.0/8, \"fd00::/8\"]"},
    {.name = "user-agent-url",
     .type = SCHEMA_URL,
     .offset = offsetof(struct config, user_agent_url),
     .doc = "A page about our robot, named in every HTTP request.",
     .example = "https://exemple.example/robot"},
    {.name = "ca-file",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct config, ca_file),
     .min = 1,
     .max = 1000,
     .doc = "A PEM file with the authorities to trust instead of the system's.",
     .example = "/etc/ssl/certs/ca-certificates.crt"},
    {.name = "resolvers",
     .type = SCHEMA_OTHER,
     .doc = "A list of DNS resolvers to ask instead of the system's.",
     .example = "[192.0.2.53, \"[2001:db8::53]:5353\"]"},
};

static const char *const profile_words[] = {"standard", "compact", NULL};

static const struct schema_row series_rows[] = {
    {.name = "profile",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct config, series_profile),
     .preset = "standard",
     .words = profile_words,
     .doc = "How much detail the series keep, and so how much room they take.",
     .example = "compact"},
    {.name = "flush",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct config, series_flush_ms),
     .min = 10 * SECOND,
     .max = DAY,
     .preset = "1h",
     .doc = "How long measurements wait in the journal before they go to the series. Longer spares "
            "the disk; nothing is lost by a crash either way.",
     .example = "10m"},
};

static const struct schema_row check_rows[] = {
    {.name = "id",
     .type = SCHEMA_ID,
     .offset = offsetof(struct check, id),
     .doc = "The id of the check within its service. Without one it is the scheme of the URL, then "
            "scheme-2, scheme-3; give ids where the order may change, since the record goes by "
            "them.",
     .example = "page"},
    {.name = "url",
     .type = SCHEMA_URL,
     .offset = offsetof(struct check, url),
     .required = true,
     .doc = "What to probe; the scheme is the name of the probe.",
     .example = "imaps://mail.chat-perche.example"},
    {.name = "interval",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct check, interval_ms),
     .min = SECOND,
     .max = DAY,
     .doc = "As in defaults, for this check.",
     .example = "5m"},
    {.name = "timeout",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct check, timeout_ms),
     .min = SECOND / 10,
     .max = 5 * MINUTE,
     .doc = "As in defaults, for this check.",
     .example = "15s"},
    {.name = "slow",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct check, slow_ms),
     .min = 0,
     .max = 5 * MINUTE,
     .doc = "As in defaults, for this check.",
     .example = "2s"},
    {.name = "role",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct check, role),
     .preset = "essential",
     .words = role_words,
     .doc = "The service is down when an essential check is down; an extra one only degrades it.",
     .example = "extra"},
    {.name = "family",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct check, family),
     .preset = "both",
     .words = family_wish_words,
     .doc = "Which of the address families that the target publishes are tried.",
     .example = "ipv4"},
    {.name = "address",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct check, address),
     .min = 1,
     .max = 45,
     .doc = "Connect to this address instead of resolving the name; the name still serves for "
            "verification.",
     .example = "192.0.2.7"},
    {.name = "expect",
     .type = SCHEMA_OTHER,
     .doc = "A map: what a good answer has. Each key is an option of the probe whose name begins "
            "with expect-.",
     .example = "{status: [200, 204], body-contains: Etherpad}"},
};

static const struct section_rule main_rules[] = {{"listen", value_endpoint}, {NULL, NULL}};
static const struct section_rule collective_rules[] = {
    {"website", value_web},     {"address", value_web},       {"source", value_web},
    {"contact", value_contact}, {"timezone", value_timezone}, {NULL, NULL}};
static const struct section_rule network_rules[] = {{"user-agent-url", value_web}, {NULL, NULL}};
static const struct section_rule target_rules[] = {
    {"language", value_language}, {"daily-test", value_clock}, {NULL, NULL}};
static const struct section_rule register_rules[] = {
    {"chatonsinfos", value_web}, {"librehost", value_web}, {NULL, NULL}};
static const struct section_rule hoster_rules[] = {
    {"website", value_web}, {"source", value_web}, {NULL, NULL}};
static const struct section_rule service_rules[] = {
    {"url", value_link}, {"source", value_web}, {NULL, NULL}};
static const struct section_rule unmeasured_rules[] = {{"source", value_web}, {NULL, NULL}};
static const struct section_rule check_rules[] = {
    {"url", value_probe_url}, {"address", value_address}, {NULL, NULL}};

static const struct section_rule software_check_rules[] = {{"url", value_pattern}, {NULL, NULL}};

const struct section sections[SECTION_COUNT] = {
    [SECTION_MAIN] = {"The main file", "Names what is measured, from where, and where it is kept.",
                      SCHEMA("the configuration", main_rows), main_rules},
    [SECTION_COLLECTIVE] = {"collective", "Who publishes these measurements.",
                            SCHEMA("collective", collective_rows), collective_rules},
    [SECTION_VANTAGE] = {"vantage", "The place we look from.", SCHEMA("vantage", vantage_rows),
                         NULL},
    [SECTION_DEFAULTS] = {"defaults", "What holds for every check that does not say otherwise.",
                          SCHEMA("defaults", defaults_rows), NULL},
    [SECTION_NETWORK] = {"network", "How we meet the network.", SCHEMA("network", network_rows),
                         network_rules},
    [SECTION_SERIES] = {"series", "How measurements are kept.", SCHEMA("series", series_rows),
                        NULL},
    [SECTION_ALERTS] = {"alerts", "Where messages go when something changes.",
                        SCHEMA("alerts", alerts_rows), NULL},
    [SECTION_TARGET] = {"A target of alerts",
                        "An entry of targets: these keys and those of its channel. A secret may be "
                        "given as {file: PATH} or {env: NAME}.",
                        SCHEMA("a target", alerts_target_rows), target_rules},
    [SECTION_ROUTE] = {"A list of alerts",
                       "An entry of alerts of a hoster or a service, or of routes: who is told of "
                       "what. That it is over is told to whoever was told of it.",
                       SCHEMA("an entry of alerts", route_rows), route_rules},
    [SECTION_REGISTER] = {"register", "One federation; one of chatonsinfos and librehost is given.",
                          SCHEMA("an entry of register", registers_rows), register_rules},
    [SECTION_HOSTER] = {"A hoster", "A file named by include, or an entry of hosters.",
                        SCHEMA("a hoster", hoster_rows), hoster_rules},
    [SECTION_SERVICE] = {"A service", "An entry of services.",
                         SCHEMA("a service", hoster_service_rows), service_rules},
    [SECTION_UNMEASURED] = {"A service that is not measured",
                            "An entry of unmeasured; a crawl of a register fills them in.",
                            SCHEMA("an entry of unmeasured", hoster_unmeasured_rows),
                            unmeasured_rules},
    [SECTION_CHECK] =
        {"A check",
         "An entry of checks: a URL alone, or a map of these keys and those of its probe.",
         SCHEMA("a check", check_rows), check_rules},
    [SECTION_CATALOGUE] = {"Software", "A file named by software in the main file.",
                           SCHEMA("a file of software", software_file_rows), NULL},
    [SECTION_SOFTWARE] = {"A software", "An entry of software.",
                          SCHEMA("a software", software_rows), NULL},
    [SECTION_SOFTWARE_CHECK] =
        {"A check of a software",
         "An entry of the checks of a software: these keys and those of its probe.",
         SCHEMA("a check of software", software_check_rows), software_check_rules},
};

const struct item items[ITEM_COUNT] = {
    [ITEM_LANGUAGE] = {{.name = "languages", .type = SCHEMA_TEXT, .example = "[fr, en]"},
                       value_language,
                       sizeof(const char *),
                       16},
    [ITEM_RECHECK] = {{.name = "recheck",
                       .type = SCHEMA_DURATION,
                       .min = SECOND / 10,
                       .max = 10 * MINUTE,
                       .example = "[5s, 10s, 20s]"},
                      NULL,
                      sizeof(int64_t),
                      10},
    [ITEM_ALLOW] = {{.name = "allow", .type = SCHEMA_TEXT, .example = "[10.0.0.0/8]"},
                    value_network,
                    sizeof(const char *),
                    256},
    [ITEM_RESOLVER] = {{.name = "resolvers", .type = SCHEMA_TEXT, .example = "[192.0.2.53]"},
                       value_server,
                       sizeof(const char *),
                       16},
    [ITEM_SENTINEL] = {{.name = "sentinels",
                        .type = SCHEMA_URL,
                        .example = "[\"tcp://192.0.2.1:443\"]"},
                       value_probe_url,
                       sizeof(const char *),
                       16},
    [ITEM_INCLUDE] = {{.name = "include",
                       .type = SCHEMA_TEXT,
                       .min = 1,
                       .max = 1000,
                       .example = "[hosters.d/*.yaml]"},
                      NULL,
                      sizeof(const char *),
                      64},
    [ITEM_ALIAS] = {{.name = "aliases",
                     .type = SCHEMA_TEXT,
                     .min = 1,
                     .max = 100,
                     .example = "[Etherpad Lite]"},
                    NULL,
                    sizeof(const char *),
                    32},
    [ITEM_ADDRESS] = {{.name = "addresses",
                       .type = SCHEMA_TEXT,
                       .max = 45,
                       .example = "[192.0.2.7, \"2001:db8::7\"]"},
                      value_address,
                      sizeof(const char *),
                      16},
};
