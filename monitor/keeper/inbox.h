/* What the keeper's loop hands to the recorder's thread, in order. Texts and configurations change owner with it. */
#ifndef VIBRISSE_INBOX_H
#define VIBRISSE_INBOX_H

#include "config.h"
#include "errands.h"
#include "heartbeat.h"
#include "result.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum message_kind {
    MESSAGE_RESULT,
    MESSAGE_HEARTBEAT,
    MESSAGE_EVENT,      /* something that happened to us */
    MESSAGE_CONFIG,     /* another configuration is in force */
    MESSAGE_UNREADABLE, /* a line of the prober was none */
    MESSAGE_STATUS,     /* somebody asks what we believe */
    MESSAGE_WORD,       /* an operator has something to say, see desk.h */
    MESSAGE_COURIER,    /* another courier was started */
    MESSAGE_RECEIPT,    /* what came of an alert */
    MESSAGE_STOP        /* write everything down and end */
};

struct message {
    enum message_kind kind;
    union {
        struct result result;
        struct heartbeat heartbeat;
        struct {
            int kind; /* enum event_kind */
            int64_t before, at;
            char detail[RESULT_DETAIL_SIZE];
        } event;
        struct config *config; /* owned by who takes it */
        void *asker;           /* MESSAGE_STATUS: handed back with the answer */
        struct {
            void *asker;
            char *request;  /* owned by who takes it */
            bool of_alerts; /* see herald_word(); else desk.h */
        } word;
        int64_t courier; /* its number */
        struct errand_answer receipt;
    };
};

struct inbox {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct message *messages;
    size_t count, capacity;
};

void inbox_init(struct inbox *inbox);
void inbox_fini(struct inbox *inbox); /* what was not taken is dropped */

/* Any thread. Returns how many wait now: a sender that sees many should hold back. */
size_t inbox_put(struct inbox *inbox, const struct message *message);
/* A MESSAGE_EVENT; times in s. */
void inbox_put_event(struct inbox *inbox, int kind, int64_t before, int64_t at, const char *detail);

/* The recorder. Waits at most `wait_ms` for something to come, then swaps the whole content with the (empty) array given. */
size_t inbox_take(struct inbox *inbox, int64_t wait_ms, struct message **messages,
                  size_t *capacity);
size_t inbox_waiting(struct inbox *inbox);

#endif
