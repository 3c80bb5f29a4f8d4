/* Mail (RFC 5321), submission (RFC 6409), both under TLS at once (RFC 8314), and delivery to mailboxes (RFC 2033).
 *
 * We never speak before the greeting: some servers make visitors wait to see who does. A refusal with an enhanced code
 * X.7.X (RFC 3463) is about who we are, not about the service. */
#include "dialogue_run.h"
#include "macros.h"
#include "route.h"

#define FOR_WHAT_WE_ARE "%-5.7.|% 5.7.|%-4.7.|% 4.7."

#define GREETING                                                                                   \
    {                                                                                              \
        .name = "greeting", .await = AWAIT_REPLY, .good = "220", .refused = "4|5",                 \
        .blocked = FOR_WHAT_WE_ARE                                                                 \
    }
#define HELLO(word, its_when)                                                                      \
    {                                                                                              \
        .name = word, .say = word " {ehlo}\r\n", .await = AWAIT_REPLY, .good = "250",              \
        .refused = "4|5", .blocked = FOR_WHAT_WE_ARE, .offers = "250-STARTTLS|250 STARTTLS",       \
        .when = its_when                                                                           \
    }
#define STARTTLS                                                                                   \
    {                                                                                              \
        .name = "STARTTLS", .say = "STARTTLS\r\n", .await = AWAIT_REPLY, .good = "220",            \
        .refused = "4|5", .upgrade = true                                                          \
    }
#define QUIT                                                                                       \
    {                                                                                              \
        .name = "QUIT", .say = "QUIT\r\n", .await = AWAIT_REPLY, .good = "221", .parting = true    \
    }

static const struct dialogue_step smtp[] = {
    GREETING, HELLO("EHLO", 0), STARTTLS, HELLO("EHLO", NOTE_UPGRADED), QUIT,
};

static const struct dialogue_step lmtp[] = {
    GREETING, HELLO("LHLO", 0), STARTTLS, HELLO("LHLO", NOTE_UPGRADED), QUIT,
};

/* From server to server TLS is taken as it comes. */
static const struct dialogue_script between = {
    .steps = smtp, .count = ARRAY_LEN(smtp), .rule = TRUST_OPPORTUNISTIC};
static const struct dialogue_script in_clear = {.steps = smtp, .count = ARRAY_LEN(smtp)};
static const struct dialogue_script under_tls = {
    .steps = smtp, .count = ARRAY_LEN(smtp), .tls_first = true};
static const struct dialogue_script delivery = {.steps = lmtp, .count = ARRAY_LEN(lmtp)};

#define EHLO_ROW                                                                                   \
    {                                                                                              \
        .name = "ehlo", .type = SCHEMA_TEXT, .offset = offsetof(struct dialogue_options, ehlo),    \
        .min = 1, .max = DIALOGUE_EHLO_SIZE - 1,                                                   \
        .doc = "The name by which we greet the server. It should be one that leads to us (RFC "    \
               "5321 section 4.1.1.1); the default is the host of the page about our robot, and "  \
               "monitor.invalid when no page is configured.",                                      \
        .example = "monitor.example.org"                                                           \
    }

static const struct schema_row rows[] = {EHLO_ROW, DIALOGUE_STARTTLS_ROW};
static const struct schema_row rows_under_tls[] = {EHLO_ROW};

static int check(const void *object, struct fault *fault)
{
    const struct dialogue_options *options = object;
    if (options->ehlo && !dialogue_is_fit(options->ehlo))
        return fault_set(fault, "ehlo must be like monitor.example.org, not \"%.80s\"",
                         options->ehlo);
    return 0;
}

extern const struct probe_type probe_smtp, probe_submission, probe_smtps, probe_lmtp;

const struct probe_type probe_smtp = {
    .name = "smtp",
    .options = {"smtp", rows, ARRAY_LEN(rows)},
    .check = check,
    .route = &route_mx,
    .dane = true,
    DIALOGUE_TYPE(25, &between),
};

const struct probe_type probe_submission = {
    .name = "submission",
    .options = {"submission", rows, ARRAY_LEN(rows)},
    .check = check,
    DIALOGUE_TYPE(587, &in_clear),
};

const struct probe_type probe_smtps = {
    .name = "smtps",
    .options = {"smtps", rows_under_tls, ARRAY_LEN(rows_under_tls)},
    .check = check,
    DIALOGUE_TYPE(465, &under_tls),
};

const struct probe_type probe_lmtp = {
    .name = "lmtp",
    .options = {"lmtp", rows, ARRAY_LEN(rows)},
    .check = check,
    DIALOGUE_TYPE(24, &delivery),
};
