/* Who hears of what, while the monitor runs: the policy of alerts (policy.h) is told what the records say, what it tells
 * goes into the outbox, and from there to the courier. What is told is written down in the same commit as the change that
 * it tells of, and handed over only then; so no end of ours loses a message, and one that is sent twice has the same id.
 * Only a ledger that cannot be written for long does not hold alerts back. The recorder's thread; time is passed in. */
#ifndef VIBRISSE_HERALD_H
#define VIBRISSE_HERALD_H

#include "config.h"
#include "errands.h"
#include "ledger.h"
#include "pipeline.h"
#include "vantage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct herald;

enum {
    HERALD_UNDER_WAY = 16,         /* messages that the courier has at most */
    HERALD_PATIENCE_MS = 30 * 1000 /* with a ledger that cannot be written */
};

/* How a line gets to the courier of that number (herald_courier()), or nowhere when there is another by now. Takes over
 * `line` (malloc). */
typedef void herald_carry_fn(void *owner, int64_t courier, char *line, size_t length);

/* Finds again what an earlier run left in the ledger, and writes along with the pipeline's commits from now on. All is
 * borrowed. `now` in ms, as everywhere here. */
struct herald *herald_new(const struct config *config, struct ledger *ledger,
                          struct pipeline *pipeline, int64_t now);
void herald_free(struct herald *herald); /* NULL is fine */
/* To whom messages go; without, they wait. */
void herald_employ(struct herald *herald, herald_carry_fn *carry, void *owner);

/* The pipeline has taken another configuration; the one before is still there. */
void herald_reload(struct herald *herald, const struct config *config, int64_t now);

/* Something of the service changed (index into collective.services). */
void herald_service(struct herald *herald, size_t service, int64_t now);
/* Looks at all of them: what only time changes. */
void herald_look(struct herald *herald, int64_t now);
/* How well we see. While we see nothing, what seems to change waits. */
void herald_vantage(struct herald *herald, const struct vantage *vantage, int64_t now);

/* Decides what is to be told. */
void herald_turn(struct herald *herald, int64_t now);
/* Something waits for a commit of the pipeline. */
bool herald_is_urgent(const struct herald *herald);
/* Hands over what is written down. */
void herald_send(struct herald *herald, int64_t now);

/* ms; so long the oldest alert waits that should have gone and of which nobody has heard; 0 = none does. As of half a
 * minute ago at most. */
int64_t herald_unheard(const struct herald *herald);

/* A courier was started: what the one before had is sent anew. Numbers rise. */
void herald_courier(struct herald *herald, int64_t courier, int64_t now);
void herald_answer(struct herald *herald, const struct errand_answer *answer, int64_t now);

/* What an operator says or asks: one JSON object in, one out, with a line end. What changes waits for the commit.
 *
 *     {"action":"list"}
 *     {"action":"acknowledge","of":"THREAD or hoster/service"}
 *     {"action":"silence","subject":"hoster/service, hoster or nothing = everything","until":"2026-12-01T02:00:00Z"}
 *
 *     {"action":"consent", …}                          see consent.h; without a word, all contacts:
 *     {"action":"consent","word":"stop","address":"tech@alpha.example"}      an operator's word: {} or a fault
 *
 *     {"contacts":[…]}
 *     {"alerts":[…],"messages":[…],"silences":[…]}      {"services":[…]}      {"until":"…"}      {"fault":"a sentence"} */
enum { HERALD_WORD_MAX = 1024, HERALD_ANSWER_MAX = 8 * 1024 * 1024 };
void herald_word(struct herald *herald, const char *request, int64_t now, struct buffer *answer);

#endif
