/* Where an operator's word is taken: checked, written into the ledger, and nothing of the past changed by it. The command
 * that it comes from sends it to the running monitor, the ledger's one writer, or, when none runs, takes it itself. */
#ifndef VIBRISSE_DESK_H
#define VIBRISSE_DESK_H

#include "buffer.h"
#include "config.h"
#include "fault.h"
#include "ledger.h"
#include "memory.h"

#include <stdint.h>

enum { DESK_REQUEST_MAX = 24 * 1024 }; /* bytes */

struct desk {
    const struct config *config;
    struct ledger *ledger;
    struct memory *memory;
};

/* One JSON object in one line:
 *
 *     {"kind":"maintenance","subject":"chat-perche/pad","at":"2026-12-01T02:00:00Z","facts":{"action":"add",…}}
 *     {"kind":"maintenance","facts":{"action":"cancel","of":17,"by":"…"}}
 *     {"kind":"annotation","subject":"chat-perche/pad","at":"…","facts":{"action":"annotate",…}}
 *     {"kind":"report","at":"…","facts":{"action":"final",…}}
 *     {"kind":"report","subject":"chat-perche","facts":{"action":"comment",…}}
 *
 * with facts as maintenance.h, annotation.h and edition.h have them. `at` of an annotation is any time of the outage, or after
 * it; it is told of the outage's begin. `at` of an edition is as of when it is. *ret is the event as it is on disk now, its facts the arena's. -1 and a sentence: nothing
 * was written. */
int desk_take(const struct desk *desk, const char *request, int64_t now_ms, struct arena *arena,
              struct event *ret, struct fault *fault);

/* The answer to who asked, one JSON object and a line end:
 *
 *     {"seq":17,"kind":"maintenance","subject":"…","at":"…","recorded":"…","facts":{…}}
 *     {"fault":"a sentence"} */
void desk_write_answer(const struct event *event, struct buffer *out);
void desk_write_refusal(const struct fault *fault, struct buffer *out);

#endif
