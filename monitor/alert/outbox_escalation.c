#include "outbox_inside.h"

#include "text.h"

#include <string.h>

/* Whether the one waits for the other, or for the same as the other did. */
static bool waits_for(const struct delivery *waiting, const struct delivery *other)
{
    if (waiting->state != DELIVERY_PENDING || !waiting->unless[0] || waiting == other)
        return false;
    return strcmp(waiting->unless, other->id) == 0 || strcmp(waiting->unless, other->unless) == 0;
}

void outbox_spare(struct outbox *outbox, const struct delivery *accepted)
{
    for (size_t i = 0; i < outbox->count; i++) {
        for (size_t j = 0; j < outbox->boxes[i]->count; j++) {
            struct delivery *delivery = outbox->boxes[i]->list[j];
            if (waits_for(delivery, accepted) && delivery->accept == ACCEPT_DELIVERED)
                outbox_finish(outbox, delivery, DELIVERY_DROPPED, "another way accepted it");
        }
    }
}

void outbox_hurry(struct outbox *outbox, const struct delivery *failed, int64_t now)
{
    struct delivery *next = NULL;
    for (size_t i = 0; i < outbox->count; i++) {
        for (size_t j = 0; j < outbox->boxes[i]->count; j++) {
            struct delivery *delivery = outbox->boxes[i]->list[j];
            if (waits_for(delivery, failed) && (!next || delivery->due < next->due))
                next = delivery;
        }
    }
    if (!next || next->due <= now)
        return;
    next->due = now;
    outbox_change(outbox, next);
}

void outbox_rebind(struct outbox *outbox, const char *id, const char *to)
{
    for (size_t i = 0; i < outbox->count; i++) {
        for (size_t j = 0; j < outbox->boxes[i]->count; j++) {
            struct delivery *delivery = outbox->boxes[i]->list[j];
            if (delivery->state != DELIVERY_PENDING || strcmp(delivery->unless, id) != 0)
                continue;
            if (!to) {
                outbox_finish(outbox, delivery, DELIVERY_DROPPED, "it is over, and was not told");
                continue;
            }
            text_copy(delivery->unless, sizeof delivery->unless, to);
            outbox_change(outbox, delivery);
        }
    }
}

void outbox_acknowledge(struct outbox *outbox, const char *thread)
{
    for (size_t i = 0; i < outbox->count; i++) {
        for (size_t j = 0; j < outbox->boxes[i]->count; j++) {
            struct delivery *delivery = outbox->boxes[i]->list[j];
            if (delivery->state == DELIVERY_PENDING && strcmp(delivery->thread, thread) == 0 &&
                (delivery->unless[0] || delivery->kind == ALERT_REMINDER))
                outbox_finish(outbox, delivery, DELIVERY_DROPPED, "somebody takes care");
        }
    }
}
