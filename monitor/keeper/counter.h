/* Where the server asks for what visitors put into its forms: a Unix socket of its own in the data folder, at which nothing
 * is taken but these requests. One JSON line of at most 2 KiB; the answer is one document of at most 256 KiB:
 *
 *     {"form":"register","url":"https://…","language":"fr"}
 *     {"outcome":"read","report":[{"file":"https://…","class":"service","findings":[…],"left_out":0}]}
 *     {"outcome":"read","report":[{"file":"https://…","reason":"dns_nxdomain","status":0,"detail":"…",…}]}
 *     {"outcome":"busy"}: too many ask    "late": the file took too long    "failed"    "refused": no such request
 *
 *     {"form":"consent","word":"look","token":"…","language":"fr"}: answered as herald_word() does, see consent.h
 *
 * A report is that of `vibrisse register lint --json --brief`. All on the loop's thread. */
#ifndef VIBRISSE_COUNTER_H
#define VIBRISSE_COUNTER_H

#include "config.h"
#include "control.h"
#include "fault.h"
#include "proofreader.h"

#include <uv.h>

#define COUNTER_NAME "forms" /* below the data folder */

enum { COUNTER_REQUEST_MAX = 2048, COUNTER_URL_MAX = 1024, COUNTER_ANSWER_MAX = 256 * 1024 };

struct counter { /* embedded by the owner, zeroed */
    struct control *control;
    struct proofreader proofreader;
    /* Hands on what owners of addresses say, and leads to one control_answer(). */
    void (*consent)(void *owner, struct control_asker *asker, const char *request);
    void *owner;
};

/* `consent` and `owner` are set. -1 and a sentence when it cannot be opened. `program` is ours. */
int counter_open(struct counter *counter, uv_loop_t *loop, const char *data, const char *program,
                 struct fault *fault);
void counter_order(struct counter *counter, const struct config *config);
void counter_stop(struct counter *counter);  /* nobody is let wait any more */
void counter_close(struct counter *counter); /* afterwards: hangs up */
void counter_fini(struct counter *counter);  /* when the loop is done */

#endif
