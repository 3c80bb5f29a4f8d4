/* Rules for sorting mail: ManageSieve (RFC 5804). It greets with its capabilities, and again by itself under TLS. No login. */
#include "dialogue_run.h"
#include "macros.h"

#define CAPABILITIES                                                                               \
    .await = AWAIT_UNTIL, .good = "OK", .refused = "NO|BYE", .between = "\"", .name = "greeting"

static const struct dialogue_step steps[] = {
    {CAPABILITIES, .offers = "\"STARTTLS\""},
    {.name = "STARTTLS",
     .say = "STARTTLS\r\n",
     .await = AWAIT_LINE,
     .good = "OK",
     .refused = "NO|BYE",
     .upgrade = true},
    {CAPABILITIES, .when = NOTE_UPGRADED},
    {.name = "LOGOUT", .say = "LOGOUT\r\n", .await = AWAIT_LINE, .good = "OK", .parting = true},
};

static const struct dialogue_script script = {.steps = steps, .count = ARRAY_LEN(steps)};

static const struct schema_row rows[] = {DIALOGUE_STARTTLS_ROW};

extern const struct probe_type probe_sieve;

const struct probe_type probe_sieve = {
    .name = "sieve",
    .options = {"sieve", rows, ARRAY_LEN(rows)},
    DIALOGUE_TYPE(4190, &script),
};
