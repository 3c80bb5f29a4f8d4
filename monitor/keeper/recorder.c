#include "recorder_inside.h"

#include "almanac.h"
#include "clock.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* How often what is done, when nothing presses. */
static const int64_t task_ms[TASK_COUNT] = {
    [TASK_SETTLE] = 5000,       [TASK_RETRY] = 5000, [TASK_TIMES] = 20000, [TASK_STAMP] = 5000,
    [TASK_EVERYTHING] = 300000, [TASK_BOARD] = 5000, [TASK_MEMORY] = 10000};
static const int64_t unasked_board_ms = 30000; /* who begins to gather metrics must find some */
static const int64_t wait_ms = 100;        /* the longest that a due page waits in a quiet moment */
static const int64_t page_turn_ms = 20;    /* pages in one go, before results are looked at again */
static const int64_t series_turn_ms = 500; /* files of the series in one go, likewise */
static const int64_t quiet_ms = 300000, once_patience_ms = 90000;
static const int64_t first_pages_ms = 8000; /* the first verdicts are in: pages worth making */

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

const char *recorder_health(const struct recorder *recorder)
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
    const bool compact = config->series_profile == SERIES_COMPACT;
    struct series_rules rules = {compact, config->series_flush_ms, series_turn_ms};
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
        (troubled ? is_time(recorder, TASK_RETRY, now_ms) : series_is_behind(recorder->series)))
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
                        wall_seconds(clock_wall()), recorder_health(recorder), &fault))
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
    struct status_view view = recorder_view(recorder);
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
        recorder_take_messages(recorder, wait_ms);
        int64_t now_ms = clock_mono().ns / 1000000, now = wall_seconds(clock_wall());
        if (is_time(recorder, TASK_SETTLE, now_ms)) {
            pipeline_settle(recorder->pipeline, now);
            show_turns(recorder, now);
            look_for_alerts(recorder);
        }
        show_changes(recorder);
        decide_alerts(recorder);
        bool kept = keep_ledger(recorder, now_ms);
        send_alerts(recorder); /* before the series, whose files can take their time */
        if (kept)
            keep_series(recorder, now);
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
    int rc = strcmp(recorder_health(recorder), "ok") == 0 ? 0 : -1;
    close_all(recorder);
    return rc;
}
