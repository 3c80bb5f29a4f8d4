/* News: NNTP (RFC 3977), in clear with STARTTLS (RFC 4642) or under TLS at once (RFC 8143). No login. */
#include "dialogue_run.h"
#include "macros.h"

/* 502 is for what we are not allowed; 480 and 483 want a login or TLS first: that lives, too. */
#define CAPABILITIES                                                                               \
    .name = "CAPABILITIES", .say = "CAPABILITIES\r\n", .await = AWAIT_LISTING, .good = "101",      \
    .refused = "48|50", .optional = true

static const struct dialogue_step steps[] = {
    {.name = "greeting",
     .await = AWAIT_LINE,
     .good = "200|201",
     .refused = "4|5",
     .blocked = "502 You have no permission"},
    {CAPABILITIES, .offers = "STARTTLS"},
    {.name = "STARTTLS",
     .say = "STARTTLS\r\n",
     .await = AWAIT_LINE,
     .good = "382",
     .refused = "4|5",
     .upgrade = true},
    {CAPABILITIES, .when = NOTE_UPGRADED},
    {.name = "QUIT", .say = "QUIT\r\n", .await = AWAIT_LINE, .good = "205", .parting = true},
};

static const struct dialogue_script in_clear = {.steps = steps, .count = ARRAY_LEN(steps)};
static const struct dialogue_script under_tls = {
    .steps = steps, .count = ARRAY_LEN(steps), .tls_first = true};

static const struct schema_row rows[] = {DIALOGUE_STARTTLS_ROW};

extern const struct probe_type probe_nntp, probe_nntps;

const struct probe_type probe_nntp = {
    .name = "nntp",
    .options = {"nntp", rows, ARRAY_LEN(rows)},
    DIALOGUE_TYPE(119, &in_clear),
};

const struct probe_type probe_nntps = {
    .name = "nntps",
    .options = {"nntps", NULL, 0},
    DIALOGUE_TYPE(563, &under_tls),
};
