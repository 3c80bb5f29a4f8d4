#include "recorder.h"

#include "almanac.h"
#include "board.h"
#include "buffer.h"
#include "clock.h"
#include "comings.h"
#include "desk.h"
#include "herald.h"
#include "ledger.h"
#include "log.h"
#include "mem.h"
#include "memory.h"
#include "metrics.h"
#include "pipeline.h"
#include "publisher.h"
#include "series.h"
#include "status.h"
#include "text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

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

/* How often what is done, when nothing presses. */
static const int64_t task_ms[TASK_COUNT] = {
    [TASK_SETTLE] = 5000,       [TASK_RETRY] = 5000, [TASK_TIMES] = 20000, [TASK_STAMP] = 5000,
    [TASK_EVERYTHING] = 300000, [TASK_BOARD] = 5000, [TASK_MEMORY] = 10000};
static const int64_t unasked_board_ms = 30000; /* who begins to gather metrics must find some */
static const int64_t wait_ms =
    100; /* the longest that a due page waits when nothing else happens */
static const int64_t page_turn_ms = 20; /* pages in one go, before results are looked at again */
static const int64_t quiet_ms = 300000;
static const int64_t once_patience_ms = 90000;
static const int64_t first_pages_ms =
    8000; /* until then the first verdicts are in, and pages worth making */

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

/* ---- health ---- */

static const char *const part_names[PART_COUNT] = {"ledger", "series", "site"};

/* Says a fault once when it comes, and once when it is gone: not again for each page that does not fit on a full disk. */
static void set_health(struct recorder *recorder, enum part part, const char *fault)
{
    char *known = recorder->faults[part];
    if (fault[0] && !known[0])
        log_event(LOG_LEVEL_ERROR, "cannot write; nothing is lost, it is tried again", "what",
                  part_names[part], "why", fault, NULL);
    else if (!fault[0] && known[0])
        log_event(LOG_LEVEL_INFO, "writing works again", "what", part_names[part], NULL);
    text_copy(known, sizeof recorder->faults[part], fault);
}

static const char *health(const struct recorder *recorder)
{
    for (int i = 0; i < PART_COUNT; i++)
        if (recorder->faults[i][0])
            return recorder->faults[i];
    return "ok";
}

/* ---- opening ---- */

static void on_lost_series(void *owner, const char *subject, const char *why)
{
    struct recorder *recorder = owner;
    log_event(LOG_LEVEL_WARNING, "series file set aside and made anew from the ledger", "subject",
              subject, "why", why, NULL);
    if (recorder->pipeline)
        pipeline_refeed(recorder->pipeline, subject);
}

static int open_series(struct recorder *recorder, struct fault *fault)
{
    const struct config *config = recorder->config;
    struct series_rules rules = {config->series_profile == SERIES_COMPACT, config->series_flush_ms};
    return series_open(config->data, &rules, on_lost_series, recorder, &recorder->series, fault);
}

static void open_herald(struct recorder *recorder)
{
    recorder->herald =
        herald_new(recorder->config, recorder->ledger, recorder->pipeline, clock_wall().ms);
    herald_employ(recorder->herald, recorder->ears.carry, recorder->ears.carrier);
}

static int open_all(struct recorder *recorder, struct fault *fault)
{
    const struct config *config = recorder->config;
    if (board_open(&recorder->board, fault))
        return -1;
    if (ledger_open(config->data, &recorder->ledger, fault) || open_series(recorder, fault))
        return -1;
    recorder->pipeline = pipeline_new(config, recorder->ledger, recorder->series);
    if (!recorder->once)
        open_herald(recorder);
    if (ledger_unanswered(recorder->ledger, fault))
        return -1;
    if (config->site && publisher_open(config->site, config, &recorder->publisher, fault))
        return -1;
    recorder->memory = (struct memory){recorder->ledger, recorder->pipeline, 0};
    recorder->history = memory_history(&recorder->memory);
    return 0;
}

static void close_all(struct recorder *recorder)
{
    publisher_close(recorder->publisher);
    board_close(&recorder->board);
    herald_free(recorder->herald);
    pipeline_free(recorder->pipeline);
    series_close(recorder->series);
    ledger_close(recorder->ledger);
    inbox_fini(&recorder->inbox);
    pthread_mutex_destroy(&recorder->lock);
    config_free(recorder->config);
    free(recorder->messages);
    free(recorder);
}

/* ---- messages ---- */

static void tell_coming(void *owner, const char *subject, const char *detail)
{
    struct recorder *recorder = owner;
    pipeline_event(recorder->pipeline, EVENT_MEMBER, subject, 0, wall_seconds(clock_wall()),
                   detail);
}

static void take_config(struct recorder *recorder, struct config *config)
{
    comings_tell(&recorder->config->collective, &config->collective, tell_coming, recorder);
    pipeline_reload(recorder->pipeline, config);
    if (recorder->herald)
        herald_reload(recorder->herald, config, clock_wall().ms);
    if (recorder->publisher)
        publisher_reload(recorder->publisher, config);
    config_free(recorder->config);
    recorder->config = config;
}

static struct status_view view_of(const struct recorder *recorder)
{
    return (struct status_view){recorder->config, recorder->pipeline,         &recorder->heartbeat,
                                health(recorder), wall_seconds(clock_wall()), recorder->unreadable};
}

static void answer_status(struct recorder *recorder, void *asker)
{
    struct status_view view = view_of(recorder);
    struct buffer text;
    size_t length;
    buffer_init(&text, STATUS_MAX);
    status_write(&view, &text);
    char *bytes = buffer_take(&text, &length);
    recorder->ears.answer(recorder->ears.owner, asker, bytes, length);
}

static void show_word(struct recorder *recorder, const struct event *event)
{
    const struct collective *all = &recorder->config->collective;
    const struct maintenance of = {.subject = event->subject};
    bool shown = event->kind != EVENT_REPORT; /* no page of a service has it */
    for (size_t i = 0; recorder->publisher && shown && i < all->service_count; i++)
        if (maintenance_concerns(&of, all->services[i]->key))
            publisher_said(recorder->publisher, i, event->at);
}

static void take_word(struct recorder *recorder, const char *request, void *asker)
{
    struct desk desk = {recorder->config, recorder->ledger, &recorder->memory};
    struct arena arena = {0};
    struct buffer text;
    struct event event;
    struct fault fault;
    size_t length;
    buffer_init(&text, 2 * DESK_REQUEST_MAX);
    if (desk_take(&desk, request, clock_wall().ms, &arena, &event, &fault)) {
        desk_write_refusal(&fault, &text);
    } else {
        desk_write_answer(&event, &text);
        show_word(recorder, &event);
    }
    arena_free(&arena);
    char *bytes = buffer_take(&text, &length);
    recorder->ears.answer(recorder->ears.owner, asker, bytes, length);
}

/* What was said is answered when it is on disk: nobody believes in vain that it is known. */
static void take_alert_word(struct recorder *recorder, const char *request, void *asker)
{
    struct buffer text;
    struct fault fault;
    size_t length;
    buffer_init(&text, HERALD_ANSWER_MAX);
    if (recorder->herald)
        herald_word(recorder->herald, request, clock_wall().ms, &text);
    if (!recorder->herald || (herald_is_urgent(recorder->herald) &&
                              pipeline_commit(recorder->pipeline, KEEP_CHANGES, &fault))) {
        buffer_clear(&text);
        if (!recorder->herald)
            fault_set(&fault, "with --once nobody is alerted");
        desk_write_refusal(&fault, &text);
    }
    char *bytes = buffer_take(&text, &length);
    recorder->ears.answer(recorder->ears.owner, asker, bytes, length);
}

static void take_heartbeat(struct recorder *recorder, const struct heartbeat *heartbeat)
{
    char sentence[VANTAGE_SENTENCE_SIZE];
    recorder->heartbeat = *heartbeat;
    if (recorder->herald)
        herald_vantage(recorder->herald, &heartbeat->vantage, clock_wall().ms);
    for (int i = 0; i < SENSE_COUNT; i++) {
        const struct vantage_state *state = &heartbeat->vantage.senses[i];
        if (!vantage_news(&recorder->told.senses[i], state))
            continue;
        vantage_sentence((enum vantage_sense)i, state, sentence);
        log_event(state->condition == CONDITION_GOOD ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
                  "what we can see has changed", "vantage", sentence, NULL);
        pipeline_event(recorder->pipeline, EVENT_VANTAGE, "", 0, wall_seconds(state->since),
                       sentence);
    }
}

static void take_message(struct recorder *recorder, const struct message *message)
{
    switch (message->kind) {
    case MESSAGE_RESULT:
        pipeline_result(recorder->pipeline, &message->result, clock_wall());
        recorder->progress.result = clock_mono().ns / 1000000;
        break;
    case MESSAGE_HEARTBEAT:
        take_heartbeat(recorder, &message->heartbeat);
        break;
    case MESSAGE_EVENT:
        pipeline_event(recorder->pipeline, (enum event_kind)message->event.kind, "",
                       message->event.before, message->event.at, message->event.detail);
        break;
    case MESSAGE_CONFIG:
        take_config(recorder, message->config);
        break;
    case MESSAGE_UNREADABLE:
        recorder->unreadable++;
        break;
    case MESSAGE_STATUS:
        answer_status(recorder, message->asker);
        break;
    case MESSAGE_WORD:
        (message->word.of_alerts ? take_alert_word : take_word)(recorder, message->word.request,
                                                                message->word.asker);
        free(message->word.request);
        break;
    case MESSAGE_COURIER:
        herald_courier(recorder->herald, message->courier, clock_wall().ms);
        break;
    case MESSAGE_RECEIPT:
        herald_answer(recorder->herald, &message->receipt, clock_wall().ms);
        break;
    case MESSAGE_STOP:
        recorder->stopping = true;
        break;
    }
}

static void take_messages(struct recorder *recorder, int64_t wait)
{
    size_t count =
        inbox_take(&recorder->inbox, wait, &recorder->messages, &recorder->message_capacity);
    for (size_t i = 0; i < count; i++)
        take_message(recorder, &recorder->messages[i]);
}

/* ---- what is done in turn ---- */

static bool is_time(struct recorder *recorder, enum task task, int64_t now_ms)
{
    if (now_ms - recorder->done_ms[task] < task_ms[task])
        return false;
    recorder->done_ms[task] = now_ms;
    return true;
}

static bool commit(struct recorder *recorder, enum keep keep)
{
    struct fault fault = {""};
    int rc = pipeline_commit(recorder->pipeline, keep, &fault);
    set_health(recorder, PART_LEDGER, fault.text);
    if (rc == 0 && keep != KEEP_CHANGES)
        recorder->progress.committed = clock_mono().ns / 1000000;
    return rc == 0;
}

static void show_change(struct recorder *recorder, size_t service)
{
    if (recorder->publisher)
        publisher_service_changed(recorder->publisher, service);
    if (recorder->herald)
        herald_service(recorder->herald, service, clock_wall().ms);
}

static void show_changes(struct recorder *recorder)
{
    for (int64_t i; (i = pipeline_next_changed(recorder->pipeline)) >= 0;)
        show_change(recorder, (size_t)i);
}

/* Maintenance begins and ends without anything being measured. */
static void show_turns(struct recorder *recorder, int64_t now)
{
    const struct collective *collective = &recorder->config->collective;
    for (size_t i = 0; recorder->publisher && i < collective->service_count; i++)
        if (almanac_turns(pipeline_almanac(recorder->pipeline), collective->services[i]->key,
                          recorder->turned, now))
            publisher_service_changed(recorder->publisher, i);
    recorder->turned = now;
}

static bool is_urgent(const struct recorder *recorder)
{
    return pipeline_urgent(recorder->pipeline) ||
           (recorder->herald && herald_is_urgent(recorder->herald));
}

/* Whether the ledger now knows all that is settled. */
static bool keep_ledger(struct recorder *recorder, int64_t now_ms)
{
    bool troubled = recorder->faults[PART_LEDGER][0];
    if (is_time(recorder, TASK_EVERYTHING, now_ms))
        return commit(recorder, KEEP_ALL);
    /* A commit of nothing always works: in trouble only one that writes shows whether it is over. */
    if (is_time(recorder, TASK_TIMES, now_ms) ||
        (troubled && is_time(recorder, TASK_RETRY, now_ms)))
        return commit(recorder, KEEP_TIMES);
    if (!troubled && is_urgent(recorder))
        commit(recorder, KEEP_CHANGES);
    return false;
}

/* What only time changes, such as a certificate's. */
static void look_for_alerts(struct recorder *recorder)
{
    if (recorder->herald)
        herald_look(recorder->herald, clock_wall().ms);
}

static void decide_alerts(struct recorder *recorder)
{
    if (recorder->herald)
        herald_turn(recorder->herald, clock_wall().ms);
}

static void send_alerts(struct recorder *recorder)
{
    if (recorder->herald)
        herald_send(recorder->herald, clock_wall().ms);
}

/* Only what the ledger has: after a crash it alone says how the record goes on. */
static void keep_series(struct recorder *recorder, int64_t now)
{
    struct fault fault = {""};
    series_tick(recorder->series, now, &fault);
    set_health(recorder, PART_SERIES, fault.text);
}

static void keep_site(struct recorder *recorder, int64_t now_ms)
{
    struct fault fault = {""};
    if (!recorder->publisher || now_ms - recorder->started_ms < first_pages_ms)
        return;
    int rc, made = 0;
    int64_t now = recorder->memory.now = wall_seconds(clock_wall());
    ledger_hold(recorder->ledger, LEDGER_HOLD_SOME);
    do {
        rc = publisher_step(recorder->publisher, &recorder->history, now_ms, now, &fault);
        made |= rc > 0;
    } while (rc > 0 && clock_mono().ns / 1000000 - now_ms < page_turn_ms);
    ledger_let_go(recorder->ledger);
    if (rc < 0 || made)
        set_health(recorder, PART_SITE, rc < 0 ? fault.text : "");
}

static void stamp(struct recorder *recorder, int64_t now_ms)
{
    struct fault fault;
    if (!recorder->publisher || !is_time(recorder, TASK_STAMP, now_ms))
        return;
    if (publisher_stamp(recorder->publisher, pipeline_measured(recorder->pipeline),
                        wall_seconds(clock_wall()), health(recorder), &fault))
        set_health(recorder, PART_SITE, fault.text);
    else
        recorder->progress.written = now_ms;
}

static void tell_progress(struct recorder *recorder, int64_t now_ms)
{
    struct recorder_progress *progress = &recorder->progress;
    progress->turned = now_ms;
    progress->ledger_fails = recorder->faults[PART_LEDGER][0] || recorder->faults[PART_SERIES][0];
    progress->site_fails = recorder->faults[PART_SITE][0];
    progress->site = recorder->publisher != NULL;
    progress->heartbeat = recorder->heartbeat;
    progress->unheard_ms = recorder->herald ? herald_unheard(recorder->herald) : 0;
    pthread_mutex_lock(&recorder->lock);
    recorder->told_progress = *progress;
    pthread_mutex_unlock(&recorder->lock);
}

/* Only for the server: without a site there is none. */
static void post_metrics(struct recorder *recorder, int64_t now_ms)
{
    struct fault fault;
    if (!recorder->publisher || !is_time(recorder, TASK_BOARD, now_ms))
        return;
    if (recorder->posted_ms && now_ms - recorder->posted_ms < unasked_board_ms &&
        !board_is_asked(&recorder->board))
        return;
    recorder->posted_ms = now_ms;
    struct status_view view = view_of(recorder);
    struct buffer text;
    buffer_init(&text, METRICS_MAX);
    metrics_write(&view, &text);
    if (board_post(&recorder->board, buffer_text(&text), text.length, clock_wall(), &fault))
        log_event(LOG_LEVEL_WARNING, "no metrics are told", "why", fault.text, NULL);
    buffer_fini(&text);
}

/* Pages are made without what the disk does not say; said when that begins, and again only after a quiet time. */
static void watch_answers(struct recorder *recorder, int64_t now_ms)
{
    struct fault fault;
    if (!ledger_unanswered(recorder->ledger, &fault))
        return;
    if (!recorder->unread_ms || now_ms - recorder->unread_ms > quiet_ms)
        log_event(LOG_LEVEL_ERROR, "the ledger cannot be read", "why", fault.text, NULL);
    recorder->unread_ms = now_ms;
}

static void tell_complete(struct recorder *recorder, int64_t now_ms)
{
    if (!recorder->once || recorder->complete)
        return;
    if (pipeline_is_complete(recorder->pipeline) ||
        now_ms - recorder->started_ms > once_patience_ms) {
        recorder->complete = true;
        recorder->ears.complete(recorder->ears.owner);
    }
}

static void wind_up_site(struct recorder *recorder, int64_t now)
{
    struct fault fault = {""};
    if (!recorder->publisher)
        return;
    recorder->memory.now = now;
    if (recorder->once)
        publisher_all(recorder->publisher, &recorder->history, now, &fault);
    if (!fault.text[0])
        publisher_stamp(recorder->publisher, pipeline_measured(recorder->pipeline), now,
                        recorder->once ? "ok" : "the monitor was stopped", &fault);
    set_health(recorder, PART_SITE, fault.text);
}

/* Before the end everything is written: what is settled, what waits, with `once` every page. */
static void wind_up(struct recorder *recorder)
{
    struct fault fault = {""};
    bool kept = commit(recorder, KEEP_END);
    wind_up_site(recorder, wall_seconds(clock_wall()));
    if (!kept)
        return;
    series_flush(recorder->series, NULL, &fault);
    set_health(recorder, PART_SERIES, fault.text);
}

static void *work(void *owner)
{
    struct recorder *recorder = owner;
    recorder->started_ms = clock_mono().ns / 1000000;
    recorder->turned = wall_seconds(clock_wall());
    for (int i = 0; i < TASK_COUNT; i++)
        recorder->done_ms[i] = recorder->started_ms;
    while (!recorder->stopping) {
        take_messages(recorder, wait_ms);
        int64_t now_ms = clock_mono().ns / 1000000, now = wall_seconds(clock_wall());
        if (is_time(recorder, TASK_SETTLE, now_ms)) {
            pipeline_settle(recorder->pipeline, now);
            show_turns(recorder, now);
            look_for_alerts(recorder);
        }
        show_changes(recorder);
        decide_alerts(recorder);
        if (keep_ledger(recorder, now_ms))
            keep_series(recorder, now);
        send_alerts(recorder);
        ledger_ask_anew(recorder->ledger);
        keep_site(recorder, now_ms);
        watch_answers(recorder, now_ms);
        stamp(recorder, now_ms);
        post_metrics(recorder, now_ms);
        if (is_time(recorder, TASK_MEMORY, now_ms))
            memory_rest(&recorder->memory);
        tell_progress(recorder, now_ms);
        tell_complete(recorder, now_ms);
    }
    wind_up(recorder);
    recorder->ears.finished(recorder->ears.owner);
    return NULL;
}

int recorder_start(struct config *config, bool once, const struct recorder_ears *ears,
                   struct recorder **ret, struct fault *fault)
{
    struct recorder *recorder = mem_zalloc(sizeof *recorder);
    recorder->config = config;
    recorder->once = once;
    recorder->ears = *ears;
    inbox_init(&recorder->inbox);
    pthread_mutex_init(&recorder->lock, NULL);
    int rc = open_all(recorder, fault);
    if (rc == 0 && (rc = -pthread_create(&recorder->thread, NULL, work, recorder)))
        fault_set(fault, "cannot start a thread: %s", strerror(-rc));
    if (rc) {
        close_all(recorder);
        return -1;
    }
    *ret = recorder;
    return 0;
}

struct inbox *recorder_inbox(struct recorder *recorder)
{
    return &recorder->inbox;
}

int recorder_board(const struct recorder *recorder)
{
    return recorder->board.reading;
}

void recorder_progress(struct recorder *recorder, struct recorder_progress *ret)
{
    pthread_mutex_lock(&recorder->lock);
    *ret = recorder->told_progress;
    pthread_mutex_unlock(&recorder->lock);
}

int recorder_join(struct recorder *recorder)
{
    pthread_join(recorder->thread, NULL);
    int rc = strcmp(health(recorder), "ok") == 0 ? 0 : -1;
    close_all(recorder);
    return rc;
}
