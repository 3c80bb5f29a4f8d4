#include "software.h"

#define SECOND INT64_C(1000)
#define DAY    (24 * 3600 * SECOND)

const struct schema_row software_file_rows[SOFTWARE_FILE_ROWS] = {
    {.name = "software",
     .type = SCHEMA_OTHER,
     .required = true,
     .doc = "A list of maps: one for each software.",
     .example = "[{name: Etherpad, checks: [{id: health, path: health}]}]"},
};

const struct schema_row software_rows[SOFTWARE_ROWS] = {
    {.name = "name",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct software, name),
     .min = 1,
     .max = 100,
     .required = true,
     .doc = "Its name. Case, accents, spaces, hyphens and a version behind it do not matter.",
     .example = "Etherpad"},
    {.name = "aliases",
     .type = SCHEMA_OTHER,
     .doc = "A list: other names of it, or of software that is checked in the same way.",
     .example = "[Etherpad Lite]"},
    {.name = "users",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct software, users),
     .min = 1,
     .max = 300,
     .doc = "Where it tells how many people use it, as a path like that of a check.",
     .example = "/.well-known/nodeinfo"},
    {.name = "note",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct software, note),
     .min = 1,
     .max = 500,
     .doc = "What people should know of these checks; where there are none, why.",
     .example = "Its answer is static: the database is not tested."},
    {.name = "checks",
     .type = SCHEMA_OTHER,
     .doc = "A list of maps: the checks that such a service gets.",
     .example = "[{id: health, path: health, expect: {json: /status = pass}}]"},
};

static const char *const strength_words[] = {"weak", "medium", "strong", NULL};

const struct schema_row software_check_rows[SOFTWARE_CHECK_ROWS] = {
    {.name = "id",
     .type = SCHEMA_ID,
     .offset = offsetof(struct software_check, check.id),
     .required = true,
     .doc = "The id of the check within its service. It stays for ever, since the record goes by "
            "it.",
     .example = "health"},
    {.name = "path",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct software_check, path),
     .max = 300,
     .doc = "What is asked for, from the url of the service as a folder; with / before it, from "
            "its host; empty, the url itself. Where the answer is 404 or 410, the url is looked at "
            "instead. One of path and url is given.",
     .example = "health"},
    {.name = "url",
     .type = SCHEMA_URL,
     .offset = offsetof(struct software_check, check.url),
     .doc = "The address to probe, with {host} for the host of the service, or {authority} for its "
            "host and port where it is given by https. A service whose own url has the same scheme "
            "is probed there, and gets the others, too.",
     .example = "mumble://{host}"},
    {.name = "web",
     .type = SCHEMA_BOOL,
     .offset = offsetof(struct software_check, web),
     .preset = "no",
     .doc =
         "Whether url serves for a service that is given by a page, too: the host is the same by "
         "the way the software is made. Else it serves where the url of the service has another "
         "scheme than http and https.",
     .example = "yes"},
    {.name = "strength",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct software_check, strength),
     .preset = "weak",
     .words = strength_words,
     .doc = "What a good answer proves: that the process answers, that parts behind it do, that "
            "its database does.",
     .example = "strong"},
    {.name = "role",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct software_check, check.role),
     .preset = "essential",
     .words = role_words,
     .doc = "As of a check.",
     .example = "extra"},
    {.name = "interval",
     .type = SCHEMA_DURATION,
     .offset = offsetof(struct software_check, check.interval_ms),
     .min = SECOND,
     .max = DAY,
     .doc = "The shortest interval, for a check that costs the service much.",
     .example = "5m"},
    {.name = "expect",
     .type = SCHEMA_OTHER,
     .doc = "A map: what a good answer has, as of a check.",
     .example = "{json: /status = pass}"},
};
