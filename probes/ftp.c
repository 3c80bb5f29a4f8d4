/* Files: FTP (RFC 959), in clear with AUTH TLS (RFC 4217) or under TLS at once. No login.
 *
 * FTP need not list what it offers, so TLS is just asked for. What comes to NOOP shows that somebody listens: many servers
 * want a login first and say so with 530. */
#include "dialogue_run.h"
#include "macros.h"

static const struct dialogue_step steps[] = {
    {.name = "greeting",
     .await = AWAIT_LOOSE_REPLY,
     .good = "220",
     .refused = "1|4|5",
     .blocked = "421&from your|421&this IP"},
    {.name = "AUTH TLS",
     .say = "AUTH TLS\r\n",
     .await = AWAIT_LOOSE_REPLY,
     .good = "234",
     .refused = "4|5",
     .upgrade = true,
     .untold = true},
    {.name = "NOOP", .say = "NOOP\r\n", .await = AWAIT_LOOSE_REPLY, .good = "2|5", .refused = "4"},
    {.name = "QUIT", .say = "QUIT\r\n", .await = AWAIT_LOOSE_REPLY, .good = "221", .parting = true},
};

static const struct dialogue_script in_clear = {.steps = steps, .count = ARRAY_LEN(steps)};
static const struct dialogue_script under_tls = {
    .steps = steps, .count = ARRAY_LEN(steps), .tls_first = true};

static const struct schema_row rows[] = {DIALOGUE_STARTTLS_ROW};

extern const struct probe_type probe_ftp, probe_ftps;

const struct probe_type probe_ftp = {
    .name = "ftp",
    .options = {"ftp", rows, ARRAY_LEN(rows)},
    DIALOGUE_TYPE(21, &in_clear),
};

const struct probe_type probe_ftps = {
    .name = "ftps",
    .options = {"ftps", NULL, 0},
    DIALOGUE_TYPE(990, &under_tls),
};
