/* A dialogue over the network, as a probe: what the rows of all line protocols have for `start` and `cancel`. The connection
 * is wire.h's, the conversation dialogue.h's; here are the phases, the time and the result.
 *
 * `first_byte` counts from when the connection (or TLS, where it comes first) stands to the other side's first byte, `total`
 * up to when the service is proved: the parting that follows is a courtesy of one second at most. */
#ifndef VIBRISSE_DIALOGUE_RUN_H
#define VIBRISSE_DIALOGUE_RUN_H

#include "dialogue.h"
#include "probe.h"
#include "schema.h"
#include "wire.h"

#include <stddef.h>

enum { DIALOGUE_EHLO_SIZE = 256 };

struct dialogue_options {
    int starttls;     /* enum dialogue_starttls */
    const char *ehlo; /* NULL = from the user agent */
};

extern const char *const dialogue_starttls_words[];

/* The row of the option `starttls`. */
#define DIALOGUE_STARTTLS_ROW                                                                      \
    {                                                                                              \
        .name = "starttls", .type = SCHEMA_ENUM,                                                   \
        .offset = offsetof(struct dialogue_options, starttls), .preset = "always",                 \
        .words = dialogue_starttls_words,                                                          \
        .doc = "Whether TLS must be offered and taken (always), is taken when it is offered "      \
               "(optional), or is not asked for (never).",                                         \
        .example = "optional"                                                                      \
    }

/* In run->state. The probe's own. */
struct dialogue_run {
    struct probe_run *run;
    struct dialogue dialogue;
    struct mono started, ready;
    char ehlo[DIALOGUE_EHLO_SIZE];
    struct wire wire;
};

void dialogue_run_start(struct probe_run *run); /* type->protocol is a struct dialogue_script */
void dialogue_run_cancel(struct probe_run *run);

/* The name that we go by: the option, else the host of the page that the user agent names, else "monitor.invalid". */
void dialogue_run_ehlo(const char *option, const char *user_agent, char ret[DIALOGUE_EHLO_SIZE]);

/* The rest of a probe_type after its name and options. */
#define DIALOGUE_TYPE(its_port, its_script)                                                        \
    .port = its_port, .options_size = sizeof(struct dialogue_options),                             \
    .run_size = sizeof(struct dialogue_run), .start = dialogue_run_start,                          \
    .cancel = dialogue_run_cancel, .protocol = its_script

#endif
