#include "keeper.h"

#include "buffer.h"
#include "census.h"
#include "children.h"
#include "clock.h"
#include "control.h"
#include "counter.h"
#include "inbox.h"
#include "ledger.h"
#include "log.h"
#include "macros.h"
#include "mailbag.h"
#include "mem.h"
#include "orders.h"
#include "recorder.h"
#include "text.h"
#include "vitals.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { ORDERS_MAX = 256 * 1024 * 1024 };

static const int64_t away_ms =
    5000; /* our second took so long: we were stopped, or a guest whose host was busy */
static const int64_t clock_jump_ms = 2000;

struct answer { /* of the recorder, on its way to the loop */
    struct answer *next;
    void *asker;
    char *text;
    size_t length;
};

struct keeper {
    const struct keeper_rules *rules;
    uv_loop_t loop;
    struct recorder *recorder;
    struct inbox *inbox;
    struct control *control;
    struct counter counter;
    struct children children;
    struct census census;
    struct postroom post;
    struct mailbag mailbag;
    struct vitals vitals;
    char *site, *listen, *data;
    uv_signal_t on_term, on_int, on_hup;
    uv_timer_t second;
    uv_async_t from_recorder;
    struct mono last_mono; /* a second ago; for jumps of the wall clock */
    struct wall last_wall;
    bool stopping;
    uv_mutex_t lock; /* of what the recorder's thread leaves here: */
    struct answer *answers;
    bool complete, finished;
};

/* ---- each second ---- */

static void watch_clock(struct keeper *keeper)
{
    struct mono mono = clock_mono();
    struct wall wall = clock_wall();
    int64_t jump = (wall.ms - keeper->last_wall.ms) - mono_ms_between(keeper->last_mono, mono);
    if (keeper->last_wall.ms && (jump > clock_jump_ms || jump < -clock_jump_ms)) {
        char detail[64];
        text_format(detail, sizeof detail, "the wall clock jumped by %lld ms", (long long)jump);
        log_event(LOG_LEVEL_WARNING, detail, NULL);
        inbox_put_event(keeper->inbox, EVENT_CLOCK, wall_seconds(keeper->last_wall),
                        wall_seconds(wall), detail);
    }
    keeper->last_mono = mono;
    keeper->last_wall = wall;
}

static void on_second(uv_timer_t *timer)
{
    struct keeper *keeper = timer->data;
    int64_t second = mono_ms_between(keeper->last_mono, clock_mono());
    bool first = !keeper->last_mono.ns;
    children_watch(&keeper->children, second > away_ms);
    if (!keeper->stopping)
        vitals_second(&keeper->vitals, keeper->recorder, &keeper->children, &keeper->post,
                      first ? 0 : second - 1000);
    mailbag_watch(&keeper->mailbag);
    watch_clock(keeper);
}

/* ---- the courier ---- */

static void on_receipt(void *owner, const struct receipt *receipt)
{
    struct keeper *keeper = owner;
    if (!beacon_receipt(&keeper->vitals.beacon, receipt, clock_mono().ns / 1000000))
        mailbag_receipt(&keeper->mailbag, receipt);
}

static void on_courier(void *owner)
{
    struct keeper *keeper = owner;
    mailbag_started(&keeper->mailbag);
    beacon_lost(&keeper->vitals.beacon, clock_mono().ns / 1000000);
}

/* Without it the monitor measures all the same. */
static void set_outside(struct keeper *keeper, const struct config *config)
{
    struct fault fault;
    bool wanted = config->alerts.target_count > 0 && !keeper->rules->once;
    wanted = vitals_set(&keeper->vitals, config) || wanted;
    if (wanted && postroom_open(&keeper->post, config, &fault))
        log_event(LOG_LEVEL_ERROR, "nothing can be sent", "why", fault.text, NULL);
}

/* ---- questions, signals, the end ---- */

static const char unknown_request[] = "{\"fault\":\"unknown request\"}\n";

static void pass_word(struct keeper *keeper, struct control_asker *asker, const char *request,
                      bool of_alerts)
{
    struct message message = {.kind = MESSAGE_WORD};
    message.word.asker = asker;
    message.word.request = mem_text(request);
    message.word.of_alerts = of_alerts;
    inbox_put(keeper->inbox, &message);
}

static void on_asked(void *owner, struct control_asker *asker, const char *request)
{
    struct keeper *keeper = owner;
    struct message message = {.kind = MESSAGE_STATUS, .asker = asker};
    if (text_starts(request, CONTROL_WORD))
        pass_word(keeper, asker, request + strlen(CONTROL_WORD), false);
    else if (text_starts(request, CONTROL_ALERT))
        pass_word(keeper, asker, request + strlen(CONTROL_ALERT), true);
    else if (strcmp(request, "status") == 0)
        inbox_put(keeper->inbox, &message);
    else
        control_answer(asker, mem_text(unknown_request), sizeof unknown_request - 1);
}

/* The recorder's thread. */
static void on_answer(void *owner, void *asker, char *text, size_t length)
{
    struct keeper *keeper = owner;
    struct answer *answer = mem_zalloc(sizeof *answer);
    uv_mutex_lock(&keeper->lock);
    *answer = (struct answer){keeper->answers, asker, text, length};
    keeper->answers = answer;
    uv_mutex_unlock(&keeper->lock);
    uv_async_send(&keeper->from_recorder);
}

/* The recorder's thread. */
static void on_complete(void *owner)
{
    struct keeper *keeper = owner;
    uv_mutex_lock(&keeper->lock);
    keeper->complete = true;
    uv_mutex_unlock(&keeper->lock);
    uv_async_send(&keeper->from_recorder);
}

/* The recorder's thread. */
static void on_finished(void *owner)
{
    struct keeper *keeper = owner;
    uv_mutex_lock(&keeper->lock);
    keeper->finished = true;
    uv_mutex_unlock(&keeper->lock);
    uv_async_send(&keeper->from_recorder);
}

static void close_all(struct keeper *keeper)
{
    uv_handle_t *handles[] = {(uv_handle_t *)&keeper->on_term, (uv_handle_t *)&keeper->on_int,
                              (uv_handle_t *)&keeper->on_hup, (uv_handle_t *)&keeper->second,
                              (uv_handle_t *)&keeper->from_recorder};
    for (size_t i = 0; i < ARRAY_LEN(handles); i++)
        uv_close(handles[i], NULL);
    mailbag_close(&keeper->mailbag);
    control_close(keeper->control);
    keeper->control = NULL;
    counter_close(&keeper->counter);
    postroom_stop(&keeper->post);
}

/* What the courier had under way is answered: now the recorder can end. */
static void on_idle(void *owner)
{
    struct keeper *keeper = owner;
    postroom_stop(&keeper->post);
    inbox_put(keeper->inbox, &(struct message){.kind = MESSAGE_STOP});
}

static void stop(struct keeper *keeper)
{
    if (keeper->stopping)
        return;
    keeper->stopping = true;
    supervisor_stopping(&keeper->vitals.supervisor);
    children_stop(&keeper->children);
    census_stop(&keeper->census);
    counter_stop(&keeper->counter);
    inbox_put_event(keeper->inbox, EVENT_MONITOR, 0, wall_seconds(clock_wall()), "stop");
    mailbag_stop(&keeper->mailbag, on_idle, keeper);
}

static void take_answers(struct answer *answers)
{
    while (answers) {
        struct answer *next = answers->next;
        control_answer(answers->asker, answers->text, answers->length);
        free(answers);
        answers = next;
    }
}

static void on_recorder(uv_async_t *async)
{
    struct keeper *keeper = async->data;
    uv_mutex_lock(&keeper->lock);
    struct answer *answers = keeper->answers;
    bool complete = keeper->complete, finished = keeper->finished;
    keeper->answers = NULL;
    uv_mutex_unlock(&keeper->lock);
    take_answers(answers);
    if (finished)
        close_all(keeper);
    else if (complete)
        stop(keeper);
}

static void set_orders(struct keeper *keeper, const struct config *config)
{
    struct buffer orders;
    buffer_init(&orders, ORDERS_MAX);
    orders_write(config, keeper->rules->once, &orders);
    size_t length;
    char *bytes = buffer_take(&orders, &length);
    children_order(&keeper->children, bytes, length);
}

/* Folders and the address are taken once, at the start. */
static void warn_of_fixed(const char *key, const char *before, const char *now)
{
    if (strcmp(before ? before : "", now ? now : "") != 0)
        log_event(LOG_LEVEL_WARNING, "a change of this key takes effect at the next start only",
                  "key", key, NULL);
}

/* `told`: by an operator, who may have changed the registers; else it is the registers that have changed. */
static void reload(struct keeper *keeper, bool told)
{
    struct config *config = keeper->rules->load(keeper->rules->owner);
    if (!config) {
        log_event(LOG_LEVEL_ERROR, "the configuration has faults: the old one stays in force",
                  NULL);
        return;
    }
    warn_of_fixed("data", keeper->data, config->data);
    warn_of_fixed("site", keeper->site, config->site);
    warn_of_fixed("listen", keeper->listen, config->listen);
    set_orders(keeper, config);
    set_outside(keeper, config);
    census_order(&keeper->census, config, told);
    counter_order(&keeper->counter, config);
    struct message message = {.kind = MESSAGE_CONFIG, .config = config};
    inbox_put(keeper->inbox, &message);
    inbox_put_event(keeper->inbox, EVENT_MONITOR, 0, wall_seconds(clock_wall()), "reload");
    log_event(LOG_LEVEL_INFO, "the new configuration is in force", NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct keeper *keeper = handle->data;
    if (number != SIGHUP)
        stop(keeper);
    else if (!keeper->stopping)
        reload(keeper, true);
}

static void on_members(void *owner)
{
    struct keeper *keeper = owner;
    if (!keeper->stopping)
        reload(keeper, false);
}

static void listen_to(struct keeper *keeper, uv_signal_t *handle, int number)
{
    uv_signal_init(&keeper->loop, handle);
    handle->data = keeper;
    uv_signal_start(handle, on_signal, number);
}

static void open_handles(struct keeper *keeper)
{
    listen_to(keeper, &keeper->on_term, SIGTERM);
    listen_to(keeper, &keeper->on_int, SIGINT);
    listen_to(keeper, &keeper->on_hup, SIGHUP);
    uv_timer_init(&keeper->loop, &keeper->second);
    keeper->second.data = keeper;
    uv_timer_start(&keeper->second, on_second, 1000, 1000);
    uv_async_init(&keeper->loop, &keeper->from_recorder, on_recorder);
    keeper->from_recorder.data = keeper;
    mailbag_open(&keeper->mailbag, &keeper->loop, &keeper->post);
}

static void keep_names(struct keeper *keeper, const struct config *config)
{
    keeper->site = mem_text(config->site);
    keeper->listen = mem_text(config->listen);
    keeper->data = mem_text(config->data);
}

static int start_children(struct keeper *keeper, struct fault *fault)
{
    struct children_plan plan = {.program = keeper->rules->program,
                                 .data = keeper->data,
                                 .site = keeper->site,
                                 .listen = keeper->listen,
                                 .once = keeper->rules->once,
                                 .inbox = keeper->inbox,
                                 .board = recorder_board(keeper->recorder),
                                 .forms = keeper->counter.control != NULL};
    return children_start(&keeper->children, &plan, &keeper->loop, fault);
}

static void on_consent(void *owner, struct control_asker *asker, const char *request)
{
    pass_word(owner, asker, request, true);
}

/* Without it the site is served all the same. */
static void open_counter(struct keeper *keeper)
{
    struct fault fault;
    if (!keeper->site || !keeper->listen || keeper->rules->once)
        return;
    keeper->counter.consent = on_consent;
    keeper->counter.owner = keeper;
    if (counter_open(&keeper->counter, &keeper->loop, keeper->data, keeper->rules->program, &fault))
        log_event(LOG_LEVEL_WARNING, "the site has no forms", "why", fault.text, NULL);
}

/* Every check once is of what is known. */
static void start_census(struct keeper *keeper)
{
    keeper->census.program = keeper->rules->program;
    keeper->census.data = keeper->data;
    keeper->census.changed = on_members;
    keeper->census.owner = keeper;
    if (!keeper->rules->once)
        census_start(&keeper->census, &keeper->loop);
}

static int start(struct keeper *keeper, struct config *config, struct fault *fault)
{
    struct recorder_ears ears = {keeper,       on_answer,        on_complete,
                                 mailbag_post, &keeper->mailbag, on_finished};
    keep_names(keeper, config);
    set_orders(keeper, config);
    set_outside(keeper, config);
    census_order(&keeper->census, config, false);
    counter_order(&keeper->counter, config);
    if (recorder_start(config, keeper->rules->once, &ears, &keeper->recorder, fault))
        return -1;
    keeper->inbox = recorder_inbox(keeper->recorder);
    mailbag_serve(&keeper->mailbag, keeper->inbox);
    inbox_put_event(keeper->inbox, EVENT_MONITOR, 0, wall_seconds(clock_wall()), "start");
    int rc = control_open(&keeper->loop, keeper->data, &control_of_commands, on_asked, keeper,
                          &keeper->control, fault);
    if (rc == 0) {
        open_counter(keeper);
        rc = start_children(keeper, fault);
    }
    if (rc)
        stop(keeper);
    else {
        start_census(keeper);
        supervisor_ready(&keeper->vitals.supervisor);
    }
    return rc;
}

int keeper_run(struct config *config, const struct keeper_rules *rules, struct fault *fault)
{
    struct keeper *keeper = mem_zalloc(sizeof *keeper);
    keeper->rules = rules;
    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&keeper->loop);
    uv_mutex_init(&keeper->lock);
    open_handles(keeper);
    const struct postroom_ears ears = {keeper, on_courier, on_receipt};
    postroom_init(&keeper->post, rules->program, &keeper->loop, &ears);
    vitals_open(&keeper->vitals, rules->once);
    int rc = start(keeper, config, fault);
    if (!keeper->recorder)
        close_all(keeper);
    uv_run(&keeper->loop, UV_RUN_DEFAULT);
    if (keeper->recorder && recorder_join(keeper->recorder) && rc == 0)
        rc = fault_set(fault, "not everything could be written");
    children_fini(&keeper->children);
    mailbag_fini(&keeper->mailbag);
    census_fini(&keeper->census);
    counter_fini(&keeper->counter);
    postroom_fini(&keeper->post);
    vitals_close(&keeper->vitals);
    uv_mutex_destroy(&keeper->lock);
    int busy = uv_loop_close(&keeper->loop);
    (void)busy;
    free(keeper->site);
    free(keeper->listen);
    free(keeper->data);
    free(keeper);
    return rc;
}
