#include "outbox_inside.h"

#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

bool outbox_is_end(enum alert_kind kind)
{
    return kind == ALERT_RECOVERY || kind == ALERT_STEADY || kind == ALERT_RESTORED;
}

bool outbox_was_told(const struct mailbox *box, const char *thread)
{
    for (size_t i = 0; i < box->count; i++) {
        const struct delivery *delivery = box->list[i];
        if (strcmp(delivery->thread, thread) == 0 &&
            (delivery_is_told(delivery) || delivery->state == DELIVERY_MERGED))
            return true;
    }
    return false;
}

/* ---- an end and its beginning ---- */

static bool read_back(const struct delivery *delivery, struct alert *alert)
{
    return delivery->text && alert_read(delivery->text, strlen(delivery->text), alert);
}

static void make_open(struct outbox *outbox, struct delivery *end)
{
    if (end->opens || !read_back(end, outbox->alert))
        return;
    outbox->alert->opens = end->opens = true;
    free(end->text);
    end->text = outbox_text(outbox->alert);
    outbox_change(outbox, end);
}

static bool names(const struct alert *alert, const char *service)
{
    for (size_t i = 0; i < alert->row_count; i++)
        if (strcmp(alert->rows[i].service, service) == 0)
            return true;
    return false;
}

/* Of each that the earlier one tells of the end tells as well. Of those beyond the rows only the number is known. */
static bool covers(struct outbox *outbox, const struct delivery *end,
                   const struct delivery *earlier)
{
    const struct alert *before = outbox->other;
    if (end->total < earlier->total || !read_back(end, outbox->alert) ||
        !read_back(earlier, outbox->other))
        return false;
    if (before->total > before->row_count)
        return end->total == earlier->total;
    for (size_t i = 0; i < before->row_count; i++)
        if (!names(outbox->alert, before->rows[i].service))
            return false;
    return true;
}

static void swallow(struct outbox *outbox, struct delivery *end, struct delivery *earlier)
{
    if (earlier->kind == ALERT_REMINDER) {
        outbox_finish(outbox, earlier, DELIVERY_DROPPED, "it is over");
        return;
    }
    if (outbox_is_end(earlier->kind) || !covers(outbox, end, earlier))
        return; /* of a group only a part is over */
    if (earlier->opens)
        make_open(outbox, end);
    outbox_finish(outbox, earlier, DELIVERY_MERGED, end->id);
    outbox_rebind(outbox, earlier->id, NULL);
}

static struct delivery *pending_end(const struct mailbox *box, const char *thread, size_t *ret_at)
{
    for (size_t i = box->count; i-- > 0;) {
        struct delivery *delivery = box->list[i];
        if (delivery->state == DELIVERY_PENDING && outbox_is_end(delivery->kind) &&
            strcmp(delivery->thread, thread) == 0) {
            *ret_at = i;
            return delivery;
        }
    }
    return NULL;
}

void outbox_collapse(struct outbox *outbox, struct mailbox *box, const char *thread)
{
    size_t at;
    struct delivery *end = pending_end(box, thread, &at);
    for (size_t i = 0; end && i < at; i++)
        if (box->list[i]->state == DELIVERY_PENDING && strcmp(box->list[i]->thread, thread) == 0)
            swallow(outbox, end, box->list[i]);
}

/* ---- many at once ---- */

static bool joins_crowd(const struct delivery *delivery, int64_t now)
{
    return delivery->state == DELIVERY_PENDING && (delivery->due <= now || delivery->tries) &&
           delivery->kind != ALERT_TEST && delivery->kind != ALERT_CONFIRM;
}

static size_t crowd_of(const struct mailbox *box, int64_t now)
{
    size_t count = 0;
    for (size_t i = 0; i < box->count; i++)
        count += joins_crowd(box->list[i], now);
    return count;
}

static void add_rows(struct alert *digest, const struct alert *from)
{
    for (size_t i = 0; i < from->row_count && digest->row_count < ALERT_ROWS_MAX; i++)
        digest->rows[digest->row_count++] = from->rows[i];
    digest->total += from->total;
    digest->at = from->at;
    if (from->severity > digest->severity)
        digest->severity = from->severity;
    text_copy(digest->language, sizeof digest->language, from->language);
}

static void begin_digest(struct alert *digest, const struct mailbox *box, const char *first)
{
    char text[ALERT_ID_SIZE + 16];
    *digest = (struct alert){.kind = ALERT_DIGEST, .opens = true};
    text_copy(digest->target, sizeof digest->target, box->target);
    text_format(text, sizeof text, "digest\n%s", first);
    alert_name(text, digest->thread);
}

/* Beyond the rows of one message only the number is told, so the gravest go first. */
static void add_crowd(struct outbox *outbox, const struct mailbox *box, int64_t now,
                      enum alert_severity severity)
{
    for (size_t i = 0; i < box->count; i++)
        if (joins_crowd(box->list[i], now) && read_back(box->list[i], outbox->other) &&
            outbox->other->severity == severity)
            add_rows(outbox->alert, outbox->other);
}

static void merge_crowd(struct outbox *outbox, struct mailbox *box, int64_t now, const char *id)
{
    for (size_t i = 0; i < box->count; i++) {
        struct delivery *delivery = box->list[i];
        if (!joins_crowd(delivery, now))
            continue;
        outbox_finish(outbox, delivery, DELIVERY_MERGED, id);
        outbox_rebind(outbox, delivery->id, id);
    }
}

static const char *first_of_crowd(const struct mailbox *box, int64_t now)
{
    for (size_t i = 0; i < box->count; i++)
        if (joins_crowd(box->list[i], now))
            return box->list[i]->id;
    return "";
}

void outbox_crowd(struct outbox *outbox, struct mailbox *box, int64_t now)
{
    struct delivery delivery;
    if (crowd_of(box, now) <= OUTBOX_CROWD)
        return;
    begin_digest(outbox->alert, box, first_of_crowd(box, now));
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--)
        add_crowd(outbox, box, now, (enum alert_severity)severity);
    alert_identify(outbox->alert);
    outbox_describe(outbox->alert, now, &delivery);
    delivery.text = outbox_text(outbox->alert);
    merge_crowd(outbox, box, now, outbox->alert->id);
    outbox_change(outbox, outbox_put(box, &delivery));
}
