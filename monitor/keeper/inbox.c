#include "inbox.h"

#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <time.h>

/* Room for so many messages is kept: more came together once, and may not again for days. */
enum { KEPT = 64 };

void inbox_init(struct inbox *inbox)
{
    *inbox = (struct inbox){0};
    pthread_mutex_init(&inbox->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&inbox->filled, &attributes);
    pthread_condattr_destroy(&attributes);
}

void inbox_fini(struct inbox *inbox)
{
    for (size_t i = 0; i < inbox->count; i++) {
        if (inbox->messages[i].kind == MESSAGE_CONFIG)
            config_free(inbox->messages[i].config);
        else if (inbox->messages[i].kind == MESSAGE_WORD)
            free(inbox->messages[i].word.request);
    }
    free(inbox->messages);
    pthread_cond_destroy(&inbox->filled);
    pthread_mutex_destroy(&inbox->lock);
}

size_t inbox_put(struct inbox *inbox, const struct message *message)
{
    pthread_mutex_lock(&inbox->lock);
    void *messages = inbox->messages;
    mem_grow(&messages, &inbox->capacity, inbox->count + 1, sizeof *inbox->messages);
    inbox->messages = messages;
    inbox->messages[inbox->count++] = *message;
    size_t waiting = inbox->count;
    pthread_cond_signal(&inbox->filled);
    pthread_mutex_unlock(&inbox->lock);
    return waiting;
}

void inbox_put_event(struct inbox *inbox, int kind, int64_t before, int64_t at, const char *detail)
{
    struct message message = {.kind = MESSAGE_EVENT};
    message.event.kind = kind;
    message.event.before = before;
    message.event.at = at;
    text_copy(message.event.detail, sizeof message.event.detail, detail);
    inbox_put(inbox, &message);
}

static struct timespec deadline(int64_t wait_ms)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += wait_ms / 1000;
    time.tv_nsec += (wait_ms % 1000) * 1000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    return time;
}

size_t inbox_take(struct inbox *inbox, int64_t wait_ms, struct message **messages, size_t *capacity)
{
    struct timespec until = deadline(wait_ms);
    if (*capacity > KEPT) {
        free(*messages);
        *messages = NULL;
        *capacity = 0;
    }
    pthread_mutex_lock(&inbox->lock);
    while (!inbox->count && wait_ms > 0)
        if (pthread_cond_timedwait(&inbox->filled, &inbox->lock, &until))
            break;
    struct message *empty = *messages;
    size_t empty_capacity = *capacity, count = inbox->count;
    *messages = inbox->messages;
    *capacity = inbox->capacity;
    inbox->messages = empty;
    inbox->capacity = empty_capacity;
    inbox->count = 0;
    pthread_mutex_unlock(&inbox->lock);
    return count;
}

size_t inbox_waiting(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    size_t waiting = inbox->count;
    pthread_mutex_unlock(&inbox->lock);
    return waiting;
}
