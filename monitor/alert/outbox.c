#include "outbox_inside.h"

#include "backoff.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

const char *const delivery_state_words[] = {"pending", "flying", "done",    "refused",
                                            "expired", "merged", "dropped", NULL};

/* ---- making ---- */

struct outbox *outbox_new(void)
{
    struct outbox *outbox = mem_zalloc(sizeof *outbox);
    outbox->alert = mem_zalloc(sizeof *outbox->alert);
    outbox->other = mem_zalloc(sizeof *outbox->other);
    return outbox;
}

static void free_delivery(struct delivery *delivery)
{
    free(delivery->text);
    free(delivery);
}

static void free_box(struct mailbox *box)
{
    for (size_t i = 0; i < box->count; i++)
        free_delivery(box->list[i]);
    free(box->list);
    free(box);
}

void outbox_free(struct outbox *outbox)
{
    if (!outbox)
        return;
    for (size_t i = 0; i < outbox->count; i++)
        free_box(outbox->boxes[i]);
    free(outbox->boxes);
    free(outbox->changed);
    free(outbox->alert);
    free(outbox->other);
    free(outbox);
}

static size_t place_of(const struct outbox *outbox, const char *target)
{
    size_t low = 0, high = outbox->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(outbox->boxes[middle]->target, target) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct mailbox *box_of(struct outbox *outbox, const char *target)
{
    size_t i = place_of(outbox, target);
    if (i < outbox->count && strcmp(outbox->boxes[i]->target, target) == 0)
        return outbox->boxes[i];
    void *boxes = outbox->boxes;
    mem_grow(&boxes, &outbox->capacity, outbox->count + 1, sizeof *outbox->boxes);
    outbox->boxes = boxes;
    memmove(&outbox->boxes[i + 1], &outbox->boxes[i], (outbox->count - i) * sizeof *outbox->boxes);
    outbox->count++;
    outbox->boxes[i] = mem_zalloc(sizeof **outbox->boxes);
    text_copy(outbox->boxes[i]->target, ALERT_WORD_SIZE, target);
    return outbox->boxes[i];
}

void outbox_change(struct outbox *outbox, struct delivery *delivery)
{
    if (delivery->changed)
        return;
    void *changed = outbox->changed;
    mem_grow(&changed, &outbox->changed_capacity, outbox->changed_count + 1,
             sizeof *outbox->changed);
    outbox->changed = changed;
    outbox->changed[outbox->changed_count++] = delivery;
    delivery->changed = true;
}

void outbox_finish(struct outbox *outbox, struct delivery *delivery, enum delivery_state state,
                   const char *why)
{
    delivery->state = state;
    text_clean(delivery->why, sizeof delivery->why, why, strlen(why));
    free(delivery->text);
    delivery->text = NULL;
    outbox_change(outbox, delivery);
}

struct delivery *outbox_put(struct mailbox *box, const struct delivery *delivery)
{
    void *list = box->list;
    struct delivery *copy = mem_alloc(sizeof *copy);
    *copy = *delivery;
    copy->changed = false;
    mem_grow(&list, &box->capacity, box->count + 1, sizeof *box->list);
    box->list = list;
    box->list[box->count++] = copy;
    return copy;
}

/* ---- what goes in ---- */

char *outbox_text(const struct alert *alert)
{
    struct buffer text;
    size_t length;
    buffer_init(&text, ALERT_LINE_MAX);
    alert_write(alert, &text);
    return buffer_take(&text, &length);
}

void outbox_describe(const struct alert *alert, int64_t now, struct delivery *ret)
{
    *ret = (struct delivery){.kind = alert->kind,
                             .opens = alert->opens,
                             .total = alert->total,
                             .created = now,
                             .due = now};
    text_copy(ret->id, sizeof ret->id, alert->id);
    text_copy(ret->thread, sizeof ret->thread, alert->thread);
    text_copy(ret->target, sizeof ret->target, alert->target);
}

static struct delivery *find(const struct mailbox *box, const char *id)
{
    for (size_t i = 0; i < box->count; i++)
        if (strcmp(box->list[i]->id, id) == 0)
            return box->list[i];
    return NULL;
}

/* Who said no, and says yes again, is told of the same outage under the same id: that it was dropped then is no reason. */
static bool never_arrived(const struct delivery *delivery)
{
    return delivery->state == DELIVERY_DROPPED || delivery->state == DELIVERY_REFUSED ||
           delivery->state == DELIVERY_EXPIRED;
}

static void put_again(struct outbox *outbox, struct delivery *known,
                      const struct delivery *delivery)
{
    bool changed = known->changed;
    *known = *delivery;
    known->changed = changed;
    outbox_change(outbox, known);
}

/* What has not gone is not needed any more. */
static void drop_pending(struct outbox *outbox, struct mailbox *box, const char *thread,
                         bool reminders, const char *why)
{
    for (size_t i = 0; i < box->count; i++) {
        struct delivery *delivery = box->list[i];
        if (delivery->state == DELIVERY_PENDING && strcmp(delivery->thread, thread) == 0 &&
            (!reminders || delivery->kind == ALERT_REMINDER))
            outbox_finish(outbox, delivery, DELIVERY_DROPPED, why);
    }
}

void outbox_add(struct outbox *outbox, const struct policy_message *message, int64_t now)
{
    const struct alert *alert = message->alert;
    struct mailbox *box = box_of(outbox, alert->target);
    struct delivery delivery, *known = find(box, alert->id);
    if (known && !never_arrived(known))
        return;
    if (message->follows && !outbox_was_told(box, alert->thread)) {
        drop_pending(outbox, box, alert->thread, false, "it is over, and was not told");
        return;
    }
    if (alert->kind == ALERT_REMINDER)
        drop_pending(outbox, box, alert->thread, true, "a newer reminder goes");
    outbox_describe(alert, now, &delivery);
    if (message->due * 1000 > now)
        delivery.due = message->due * 1000;
    if (message->unless)
        text_copy(delivery.unless, sizeof delivery.unless, message->unless);
    delivery.accept = message->accept;
    delivery.text = outbox_text(alert);
    put_again(outbox, known ? known : outbox_put(box, &delivery), &delivery);
    if (outbox_is_end(alert->kind))
        outbox_collapse(outbox, box, alert->thread);
}

void outbox_restore(struct outbox *outbox, const struct delivery *delivery)
{
    struct mailbox *box = box_of(outbox, delivery->target);
    struct delivery restored = *delivery;
    if (find(box, delivery->id))
        return;
    if (restored.state == DELIVERY_FLYING)
        restored.state = DELIVERY_PENDING;
    restored.text = delivery_is_over(&restored) ? NULL : mem_text(delivery->text);
    outbox_put(box, &restored);
}

/* ---- what goes out ---- */

static bool has_failed(const struct mailbox *box, const char *thread)
{
    for (size_t i = 0; i < box->count; i++)
        if (box->list[i]->state > DELIVERY_DONE && strcmp(box->list[i]->thread, thread) == 0)
            return true;
    return false;
}

/* An end whose beginning never arrived. One that is not known of any more is no such thing. */
static bool is_void(const struct mailbox *box, const struct delivery *delivery)
{
    return outbox_is_end(delivery->kind) && !delivery->opens &&
           !outbox_was_told(box, delivery->thread) && has_failed(box, delivery->thread);
}

static bool has_expired(const struct delivery *delivery, int64_t now)
{
    return now - delivery->created > (int64_t)OUTBOX_LIFE_S * 1000;
}

static void expire(struct outbox *outbox, struct mailbox *box, int64_t now)
{
    for (size_t i = 0; i < box->count; i++) {
        struct delivery *delivery = box->list[i];
        if (delivery->state != DELIVERY_PENDING || !has_expired(delivery, now))
            continue;
        outbox_finish(outbox, delivery, DELIVERY_EXPIRED, "it could not be delivered in time");
    }
}

static bool waits_for_earlier(const struct mailbox *box, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (box->list[j]->state == DELIVERY_PENDING &&
            strcmp(box->list[j]->thread, box->list[i]->thread) == 0)
            return true;
    return false;
}

static struct delivery *pick(struct outbox *outbox, struct mailbox *box, int64_t now)
{
    for (size_t i = 0; i < box->count; i++) {
        struct delivery *delivery = box->list[i];
        if (delivery->state != DELIVERY_PENDING || delivery->due > now || waits_for_earlier(box, i))
            continue;
        if (!is_void(box, delivery))
            return delivery;
        outbox_finish(outbox, delivery, DELIVERY_DROPPED, "its beginning was not delivered");
    }
    return NULL;
}

static struct delivery *next_of(struct outbox *outbox, struct mailbox *box, int64_t now)
{
    if (box->flying || box->due > now)
        return NULL;
    expire(outbox, box, now);
    outbox_crowd(outbox, box, now);
    struct delivery *delivery = pick(outbox, box, now);
    if (!delivery)
        return NULL;
    box->flying = delivery;
    delivery->state = DELIVERY_FLYING;
    outbox_change(outbox, delivery);
    return delivery;
}

const struct delivery *outbox_next(struct outbox *outbox, int64_t now)
{
    for (size_t i = 0; i < outbox->count; i++) {
        outbox->turn = (outbox->turn + 1) % outbox->count;
        const struct delivery *delivery = next_of(outbox, outbox->boxes[outbox->turn], now);
        if (delivery)
            return delivery;
    }
    return NULL;
}

/* ---- what became of it ---- */

static int64_t put_off_ms(int64_t after_s)
{
    if (after_s <= 0)
        return 0;
    return (after_s < OUTBOX_PUT_OFF_MOST_S ? after_s : OUTBOX_PUT_OFF_MOST_S) * 1000;
}

static void on_later(struct outbox *outbox, struct mailbox *box, struct delivery *delivery,
                     int64_t after_s, const char *why, int64_t now)
{
    int64_t asked = put_off_ms(after_s);
    int64_t ours = backoff_ms(++delivery->tries, delivery->id);
    delivery->state = DELIVERY_PENDING;
    delivery->due = now + (asked > ours ? asked : ours);
    text_clean(delivery->why, sizeof delivery->why, why, strlen(why));
    outbox_change(outbox, delivery);
    if (++box->failures >= OUTBOX_FAILURES)
        box->due = now + backoff_ms(box->failures, box->target);
    if (now + asked > box->due)
        box->due = now + asked;
    outbox_collapse(outbox, box, delivery->thread);
}

/* The target answers: what waited for it need not wait longer. */
static void wake(struct outbox *outbox, struct mailbox *box, int64_t now)
{
    box->failures = 0;
    box->due = 0;
    for (size_t i = 0; i < box->count; i++) {
        struct delivery *delivery = box->list[i];
        if (delivery->state != DELIVERY_PENDING || !delivery->tries || delivery->due <= now)
            continue;
        delivery->due = now;
        outbox_change(outbox, delivery);
    }
}

static struct mailbox *flying_box(const struct outbox *outbox, const char *id)
{
    for (size_t i = 0; i < outbox->count; i++)
        if (outbox->boxes[i]->flying && strcmp(outbox->boxes[i]->flying->id, id) == 0)
            return outbox->boxes[i];
    return NULL;
}

void outbox_answer(struct outbox *outbox, const char *id, enum outbox_end end, int64_t after_s,
                   const char *why, int64_t now)
{
    struct mailbox *box = flying_box(outbox, id);
    if (!box)
        return;
    struct delivery *delivery = box->flying;
    box->flying = NULL;
    if (end == OUTBOX_LATER) {
        on_later(outbox, box, delivery, after_s, why, now);
        return;
    }
    wake(outbox, box, now);
    if (end == OUTBOX_DELIVERED) {
        outbox_finish(outbox, delivery, DELIVERY_DONE, "");
        outbox_spare(outbox, delivery);
    } else {
        outbox_finish(outbox, delivery, DELIVERY_REFUSED, why);
        outbox_hurry(outbox, delivery, now);
    }
}

void outbox_recall(struct outbox *outbox, int64_t now)
{
    for (size_t i = 0; i < outbox->count; i++) {
        struct mailbox *box = outbox->boxes[i];
        if (!box->flying)
            continue;
        struct delivery *delivery = box->flying;
        box->flying = NULL;
        delivery->state = DELIVERY_PENDING;
        delivery->due = now;
        outbox_change(outbox, delivery);
    }
}

void outbox_drop(struct outbox *outbox, const char *target, const char *why)
{
    for (size_t i = 0; i < outbox->count; i++) {
        struct mailbox *box = outbox->boxes[i];
        for (size_t j = 0; strcmp(box->target, target) == 0 && j < box->count; j++)
            if (box->list[j]->state == DELIVERY_PENDING)
                outbox_finish(outbox, box->list[j], DELIVERY_DROPPED, why);
    }
}

/* ---- what is asked ---- */

int64_t outbox_due(const struct outbox *outbox)
{
    int64_t due = INT64_MAX;
    for (size_t i = 0; i < outbox->count; i++) {
        const struct mailbox *box = outbox->boxes[i];
        for (size_t j = 0; !box->flying && j < box->count; j++) {
            const struct delivery *delivery = box->list[j];
            int64_t at = delivery->due > box->due ? delivery->due : box->due;
            if (delivery->state == DELIVERY_PENDING && at < due && !waits_for_earlier(box, j))
                due = at;
        }
    }
    return due;
}

static bool is_heard(const struct outbox *outbox, const char *thread)
{
    for (size_t i = 0; i < outbox->count; i++)
        for (size_t j = 0; j < outbox->boxes[i]->count; j++)
            if (outbox->boxes[i]->list[j]->state == DELIVERY_DONE &&
                strcmp(outbox->boxes[i]->list[j]->thread, thread) == 0)
                return true;
    return false;
}

/* Since when it should have gone; 0 = it has gone, or its time has not come. Whether strangers' mail works is not ours. */
static int64_t waits_since(const struct delivery *delivery, int64_t now)
{
    if (delivery_is_over(delivery) || text_starts(delivery->target, ALERTING_CONTACT))
        return 0;
    if (delivery->tries)
        return delivery->created;
    return delivery->due <= now ? delivery->due : 0;
}

int64_t outbox_stuck_since(const struct outbox *outbox, int64_t now)
{
    int64_t since = 0;
    for (size_t i = 0; i < outbox->count; i++) {
        for (size_t j = 0; j < outbox->boxes[i]->count; j++) {
            const struct delivery *delivery = outbox->boxes[i]->list[j];
            int64_t waits = waits_since(delivery, now);
            if (waits && (!since || waits < since) && !is_heard(outbox, delivery->thread))
                since = waits;
        }
    }
    return since;
}

const struct delivery *outbox_next_changed(struct outbox *outbox)
{
    if (!outbox->changed_count)
        return NULL;
    struct delivery *delivery = outbox->changed[--outbox->changed_count];
    delivery->changed = false;
    return delivery;
}

void outbox_each(const struct outbox *outbox, outbox_fn *each, void *owner)
{
    for (size_t i = 0; i < outbox->count; i++)
        for (size_t j = 0; j < outbox->boxes[i]->count; j++)
            each(owner, outbox->boxes[i]->list[j]);
}

static bool is_forgotten(const struct delivery *delivery, int64_t now)
{
    return delivery_is_over(delivery) && !delivery->changed &&
           now - delivery->created > (int64_t)OUTBOX_MEMORY_S * 1000;
}

void outbox_sweep(struct outbox *outbox, int64_t now, outbox_fn *gone, void *owner)
{
    for (size_t i = 0; i < outbox->count; i++) {
        struct mailbox *box = outbox->boxes[i];
        size_t kept = 0;
        for (size_t j = 0; j < box->count; j++) {
            if (!is_forgotten(box->list[j], now)) {
                box->list[kept++] = box->list[j];
                continue;
            }
            gone(owner, box->list[j]);
            free_delivery(box->list[j]);
        }
        box->count = kept;
    }
}
