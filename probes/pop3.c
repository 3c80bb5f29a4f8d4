/* Mailboxes: POP3 (RFC 1939, 2449), in clear with STLS (RFC 2595) or under TLS at once (RFC 8314). No login. */
#include "dialogue_run.h"
#include "macros.h"

/* A server may know no capabilities at all. */
#define CAPA                                                                                       \
    .name = "CAPA", .say = "CAPA\r\n", .await = AWAIT_LISTING, .good = "+OK", .refused = "-ERR",   \
    .optional = true

static const struct dialogue_step steps[] = {
    {.name = "greeting", .await = AWAIT_LINE, .good = "+OK", .refused = "-ERR"},
    {CAPA, .offers = "STLS"},
    {.name = "STLS",
     .say = "STLS\r\n",
     .await = AWAIT_LINE,
     .good = "+OK",
     .refused = "-ERR",
     .upgrade = true},
    {CAPA, .when = NOTE_UPGRADED},
    {.name = "QUIT", .say = "QUIT\r\n", .await = AWAIT_LINE, .good = "+OK", .parting = true},
};

static const struct dialogue_script in_clear = {.steps = steps, .count = ARRAY_LEN(steps)};
static const struct dialogue_script under_tls = {
    .steps = steps, .count = ARRAY_LEN(steps), .tls_first = true};

static const struct schema_row rows[] = {DIALOGUE_STARTTLS_ROW};

extern const struct probe_type probe_pop3, probe_pop3s;

const struct probe_type probe_pop3 = {
    .name = "pop3",
    .options = {"pop3", rows, ARRAY_LEN(rows)},
    DIALOGUE_TYPE(110, &in_clear),
};

const struct probe_type probe_pop3s = {
    .name = "pop3s",
    .options = {"pop3s", NULL, 0},
    DIALOGUE_TYPE(995, &under_tls),
};
