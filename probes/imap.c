/* Mailboxes: IMAP (RFC 9051), in clear with STARTTLS or under TLS at once (RFC 8314). No login. */
#include "dialogue_run.h"
#include "macros.h"

#define OFFERS "* CAPABILITY& STARTTLS|* OK [CAPABILITY& STARTTLS"

/* A server may say untagged lines ("* ...") at any time. */
#define TAGGED(its_name, tag)                                                                      \
    .name = its_name, .say = tag " " its_name "\r\n", .await = AWAIT_UNTIL, .good = tag " OK",     \
    .refused = tag " NO|" tag " BAD|* BYE", .between = "* "

static const struct dialogue_step steps[] = {
    {.name = "greeting",
     .await = AWAIT_LINE,
     .good = "* OK|* PREAUTH",
     .refused = "* BYE",
     .offers = OFFERS},
    {TAGGED("CAPABILITY", "a1"), .offers = OFFERS},
    {TAGGED("STARTTLS", "a2"), .upgrade = true},
    {TAGGED("CAPABILITY", "a3"), .when = NOTE_UPGRADED},
    {.name = "LOGOUT",
     .say = "a4 LOGOUT\r\n",
     .await = AWAIT_UNTIL,
     .good = "a4 ",
     .parting = true},
};

static const struct dialogue_script in_clear = {.steps = steps, .count = ARRAY_LEN(steps)};
static const struct dialogue_script under_tls = {
    .steps = steps, .count = ARRAY_LEN(steps), .tls_first = true};

static const struct schema_row rows[] = {DIALOGUE_STARTTLS_ROW};

extern const struct probe_type probe_imap, probe_imaps;

const struct probe_type probe_imap = {
    .name = "imap",
    .options = {"imap", rows, ARRAY_LEN(rows)},
    DIALOGUE_TYPE(143, &in_clear),
};

const struct probe_type probe_imaps = {
    .name = "imaps",
    .options = {"imaps", NULL, 0},
    DIALOGUE_TYPE(993, &under_tls),
};
