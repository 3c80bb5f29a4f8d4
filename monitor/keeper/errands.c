#include "errands.h"

#include "errand.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static int write_carry(const struct config_target *target, const struct delivery *delivery,
                       const char *leave, struct buffer *out, enum outbox_end *ret_end,
                       struct fault *fault)
{
    struct arena arena = {0};
    struct errand_target errand = {
        .name = target->who.name, .channel = target->channel, .option_count = target->option_count};
    struct alert *alert = mem_alloc(sizeof *alert);
    int rc = 0;
    *ret_end = OUTBOX_LATER; /* somebody may give us the right to read the secret */
    if (config_target_options(target, &arena, &errand.options, fault)) {
        rc = -1;
    } else if (!alert_read(delivery->text, strlen(delivery->text), alert)) {
        *ret_end = OUTBOX_REFUSED;
        rc = fault_set(fault, "its text is damaged");
    } else {
        text_copy(alert->leave, sizeof alert->leave, leave);
        errand_write_carry(&errand, alert, out);
    }
    free(alert);
    arena_free(&arena);
    return rc;
}

int errands_carry(const struct config *config, const struct delivery *delivery, const char *leave,
                  struct buffer *out, enum outbox_end *ret_end, struct fault *fault)
{
    const struct config_target *target = config_target(config, delivery->target);
    if (target)
        return write_carry(target, delivery, leave, out, ret_end, fault);
    *ret_end = OUTBOX_REFUSED;
    return fault_set(fault, "the configuration has no target of that name any more");
}

void errands_answer(const struct receipt *receipt, struct errand_answer *ret)
{
    static const enum outbox_end ends[CHANNEL_END_COUNT] = {
        [CHANNEL_DELIVERED] = OUTBOX_DELIVERED,
        [CHANNEL_REFUSED] = OUTBOX_REFUSED,
        [CHANNEL_LATER] = OUTBOX_LATER,
    };
    *ret = (struct errand_answer){.end = ends[receipt->verdict.end],
                                  .after_s = receipt->verdict.after_s};
    text_copy(ret->id, sizeof ret->id, receipt->id);
    text_copy(ret->why, sizeof ret->why, receipt->verdict.detail);
}
