#include "mailbag.h"

#include "log.h"
#include "mem.h"

#include <stdlib.h>

static const int64_t silence_ms = 120 * 1000; /* a courier gives each message 35 s */
static const int64_t stop_ms = 4000;          /* for what is under way at the end */

struct parcel { /* one line on its way to the courier */
    struct parcel *next;
    int64_t number;
    char *line;
    size_t length;
};

static void drop(struct parcel *parcel)
{
    free(parcel->line);
    free(parcel);
}

/* ---- what it answers ---- */

static void end_if_idle(struct mailbag *mailbag)
{
    void (*idle)(void *owner) = mailbag->idle;
    if (!idle || (mailbag->under_way && clock_mono().ns < mailbag->patience.ns))
        return;
    mailbag->idle = NULL;
    idle(mailbag->owner);
}

void mailbag_receipt(struct mailbag *mailbag, const struct receipt *receipt)
{
    struct message message = {.kind = MESSAGE_RECEIPT};
    errands_answer(receipt, &message.receipt);
    mailbag->heard = clock_mono();
    if (mailbag->under_way)
        mailbag->under_way--;
    if (mailbag->inbox)
        inbox_put(mailbag->inbox, &message);
    end_if_idle(mailbag);
}

static void tell_number(struct mailbag *mailbag)
{
    struct message message = {.kind = MESSAGE_COURIER, .courier = mailbag->number};
    if (mailbag->inbox && mailbag->number)
        inbox_put(mailbag->inbox, &message);
}

void mailbag_started(struct mailbag *mailbag)
{
    mailbag->number++;
    mailbag->under_way = 0;
    tell_number(mailbag);
    end_if_idle(mailbag);
}

void mailbag_serve(struct mailbag *mailbag, struct inbox *inbox)
{
    mailbag->inbox = inbox;
    tell_number(mailbag);
}

/* ---- what goes to it ---- */

static struct parcel *take_posted(struct mailbag *mailbag)
{
    uv_mutex_lock(&mailbag->lock);
    struct parcel *first = mailbag->first;
    mailbag->first = NULL;
    mailbag->last = &mailbag->first;
    uv_mutex_unlock(&mailbag->lock);
    return first;
}

static void put_back(struct mailbag *mailbag, struct parcel *first)
{
    struct parcel **end = &first;
    uv_mutex_lock(&mailbag->lock);
    while (*end)
        end = &(*end)->next;
    *end = mailbag->first;
    if (!mailbag->first)
        mailbag->last = end;
    mailbag->first = first;
    uv_mutex_unlock(&mailbag->lock);
}

static bool is_wanted(const struct mailbag *mailbag, const struct parcel *parcel)
{
    return parcel->number == mailbag->number && !mailbag->stopping;
}

static bool hand_over(struct mailbag *mailbag, const struct parcel *parcel)
{
    if (!postroom_send(mailbag->post, parcel->line, parcel->length))
        return false;
    if (!mailbag->under_way++)
        mailbag->heard = clock_mono();
    return true;
}

static void empty(struct mailbag *mailbag)
{
    struct parcel *parcel = take_posted(mailbag);
    while (parcel) {
        if (is_wanted(mailbag, parcel) && !hand_over(mailbag, parcel)) {
            put_back(mailbag, parcel); /* it takes nothing now, or has ended */
            return;
        }
        struct parcel *next = parcel->next;
        drop(parcel);
        parcel = next;
    }
}

static void on_posted(uv_async_t *async)
{
    empty(async->data);
}

void mailbag_post(void *owner, int64_t number, char *line, size_t length)
{
    struct mailbag *mailbag = owner;
    struct parcel *parcel = mem_zalloc(sizeof *parcel);
    parcel->number = number;
    parcel->line = line;
    parcel->length = length;
    uv_mutex_lock(&mailbag->lock);
    *mailbag->last = parcel;
    mailbag->last = &parcel->next;
    uv_mutex_unlock(&mailbag->lock);
    uv_async_send(&mailbag->posted);
}

/* ---- its life ---- */

void mailbag_open(struct mailbag *mailbag, uv_loop_t *loop, struct postroom *post)
{
    mailbag->post = post;
    mailbag->last = &mailbag->first;
    uv_mutex_init(&mailbag->lock);
    uv_async_init(loop, &mailbag->posted, on_posted);
    mailbag->posted.data = mailbag;
}

void mailbag_watch(struct mailbag *mailbag)
{
    if (mailbag->under_way && mono_ms_between(mailbag->heard, clock_mono()) > silence_ms) {
        log_event(LOG_LEVEL_WARNING, "the courier is silent and is ended", NULL);
        child_kill(&mailbag->post->courier);
        mailbag->under_way = 0;
    }
    empty(mailbag);
    end_if_idle(mailbag);
}

void mailbag_stop(struct mailbag *mailbag, void (*idle)(void *owner), void *owner)
{
    mailbag->stopping = true;
    mailbag->idle = idle;
    mailbag->owner = owner;
    mailbag->patience = clock_mono();
    mailbag->patience.ns += stop_ms * 1000000;
    end_if_idle(mailbag);
}

void mailbag_close(struct mailbag *mailbag)
{
    uv_close((uv_handle_t *)&mailbag->posted, NULL);
}

void mailbag_fini(struct mailbag *mailbag)
{
    for (struct parcel *parcel = take_posted(mailbag), *next; parcel; parcel = next) {
        next = parcel->next;
        drop(parcel);
    }
    uv_mutex_destroy(&mailbag->lock);
}
