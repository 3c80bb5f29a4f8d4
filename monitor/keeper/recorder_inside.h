/* What the files of the recorder share. For them only. */
#ifndef VIBRISSE_RECORDER_INSIDE_H
#define VIBRISSE_RECORDER_INSIDE_H

#include "board.h"
#include "herald.h"
#include "ledger.h"
#include "memory.h"
#include "pipeline.h"
#include "publisher.h"
#include "recorder.h"
#include "series.h"
#include "status.h"

#include <pthread.h>

enum task {
    TASK_SETTLE,
    TASK_RETRY,
    TASK_TIMES,
    TASK_EVERYTHING,
    TASK_STAMP,
    TASK_BOARD,
    TASK_MEMORY,
    TASK_COUNT
};

/* What can be unable to write, each for itself. */
enum part { PART_LEDGER, PART_SERIES, PART_SITE, PART_COUNT };

struct recorder {
    struct config *config;
    bool once;
    struct recorder_ears ears;
    struct inbox inbox;
    pthread_t thread;
    struct ledger *ledger;
    struct series *series;
    struct pipeline *pipeline;
    struct publisher *publisher; /* NULL: no site wanted */
    struct herald *herald;       /* NULL: with `once` nobody is alerted */
    struct memory memory;
    struct history history;
    struct heartbeat heartbeat;
    struct board board;
    int64_t unreadable;  /* lines of the prober */
    struct vantage told; /* as it is in the ledger */
    struct message *messages;
    size_t message_capacity;
    int64_t started_ms, done_ms[TASK_COUNT];
    int64_t posted_ms; /* the board; 0 = never */
    int64_t turned;    /* s; up to when begins and ends of maintenance are on the pages */
    bool stopping, complete;
    char faults[PART_COUNT][160]; /* "" = works */
    int64_t unread_ms;            /* the ledger last kept an answer from us; 0 = never */
    struct recorder_progress progress;
    pthread_mutex_t lock; /* of what others may read: */
    struct recorder_progress told_progress;
};

/* "ok", or what cannot be written and why. */
const char *recorder_health(const struct recorder *recorder);
struct status_view recorder_view(const struct recorder *recorder);

/* Waits for messages, at most so many milliseconds, and does what they say. */
void recorder_take_messages(struct recorder *recorder, int64_t wait_ms);

#endif
