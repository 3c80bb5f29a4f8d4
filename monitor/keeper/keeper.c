#include "keeper.h"

#include "buffer.h"
#include "child.h"
#include "clock.h"
#include "control.h"
#include "heartbeat.h"
#include "inbox.h"
#include "ledger.h"
#include "lines.h"
#include "log.h"
#include "macros.h"
#include "mem.h"
#include "orders.h"
#include "recorder.h"
#include "result_line.h"
#include "server_guard.h"
#include "text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { ORDERS_MAX = 256 * 1024 * 1024 };

static const size_t inbox_full = 20000,
                    inbox_low = 2000;    /* messages; above, the prober is let wait */
static const int64_t silence_ms = 15000; /* a prober without a heartbeat for so long hangs */
static const int64_t away_ms = 5000;     /* our second took so long: we did not run */
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
    struct child prober, server;
    struct child_rules prober_rules, server_rules;
    const char *prober_args[3], *server_args[7];
    char *site, *listen, *data;
    uv_signal_t on_term, on_int, on_hup;
    uv_timer_t second;
    uv_async_t from_recorder;
    char *orders; /* for a prober that starts again */
    size_t orders_length;
    struct lines lines; /* of the prober */
    bool reading;
    struct mono heard;      /* the newest heartbeat */
    struct wall heard_wall; /* the same; where a blind time begins */
    struct mono last_mono;  /* a second ago; for jumps of the wall clock */
    struct wall last_wall;
    bool stopping;
    uv_mutex_t lock; /* of what the recorder's thread leaves here: */
    struct answer *answers;
    bool complete, finished;
};

/* ---- messages to the recorder ---- */

static void put_event(struct keeper *keeper, enum event_kind kind, int64_t before, int64_t at,
                      const char *detail)
{
    struct message message = {.kind = MESSAGE_EVENT};
    message.event.kind = (int)kind;
    message.event.before = before;
    message.event.at = at;
    text_copy(message.event.detail, sizeof message.event.detail, detail);
    inbox_put(keeper->inbox, &message);
}

static void put_plain(struct keeper *keeper, enum message_kind kind)
{
    struct message message = {.kind = kind};
    inbox_put(keeper->inbox, &message);
}

/* ---- the prober's lines ---- */

static bool read_line(struct keeper *keeper, const char *line, size_t length,
                      struct message *message)
{
    struct fault fault;
    message->kind = MESSAGE_HEARTBEAT;
    if (heartbeat_read(line, length, &message->heartbeat)) {
        keeper->heard = clock_mono();
        keeper->heard_wall = message->heartbeat.time;
        return true;
    }
    message->kind = MESSAGE_RESULT;
    if (result_line_read(line, length, &message->result, &fault) == 0)
        return true;
    log_event(LOG_LEVEL_WARNING, "a line of the prober was refused", "why", fault.text, NULL);
    return false;
}

static void on_line(void *owner, const char *line, size_t length)
{
    struct keeper *keeper = owner;
    struct message message;
    if (!read_line(keeper, line, length, &message))
        return;
    if (inbox_put(keeper->inbox, &message) > inbox_full && keeper->reading) {
        keeper->reading = false;
        uv_read_stop((uv_stream_t *)&keeper->prober.out);
    }
}

static void on_too_long(void *owner)
{
    (void)owner;
    log_event(LOG_LEVEL_WARNING, "a line of the prober was refused", "why", "it is too long", NULL);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    *buf = uv_buf_init(mem_zalloc(suggested), (unsigned)suggested);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct child *child = stream->data;
    struct keeper *keeper = container_of(child, struct keeper, prober);
    if (count > 0) {
        lines_feed(&keeper->lines, buf->base, (size_t)count);
    } else if (count < 0) {
        uv_read_stop(stream); /* it is ending; its exit is told by itself */
    }
    free(buf->base);
}

/* ---- the children ---- */

static void on_orders_written(uv_write_t *write, int status)
{
    (void)status; /* a prober that does not read is ending */
    free(write->data);
    free(write);
}

static void send_orders(struct keeper *keeper)
{
    uv_write_t *write = mem_zalloc(sizeof *write);
    char *copy = mem_array(keeper->orders_length, 1);
    memcpy(copy, keeper->orders, keeper->orders_length);
    write->data = copy;
    uv_buf_t buf = uv_buf_init(copy, (unsigned)keeper->orders_length);
    if (uv_write(write, (uv_stream_t *)&keeper->prober.in, &buf, 1, on_orders_written)) {
        free(copy);
        free(write);
    }
}

static void on_prober_started(struct child *child)
{
    struct keeper *keeper = container_of(child, struct keeper, prober);
    if (keeper->heard_wall.ms)
        put_event(keeper, EVENT_BLIND, wall_seconds(keeper->heard_wall), wall_seconds(clock_wall()),
                  "the prober had ended");
    lines_reset(&keeper->lines);
    keeper->reading = true;
    keeper->heard = clock_mono();
    uv_read_start((uv_stream_t *)&child->out, on_alloc, on_read);
    send_orders(keeper);
}

static void plan_children(struct keeper *keeper)
{
    const char *prober[] = {keeper->rules->program, "prober", NULL};
    const char *server[] = {keeper->rules->program, "serve", "--site", keeper->site, "--listen",
                            keeper->listen,         NULL};
    memcpy(keeper->prober_args, prober, sizeof prober);
    memcpy(keeper->server_args, server, sizeof server);
    keeper->prober_rules = (struct child_rules){"prober", keeper->prober_args, true, false};
    keeper->server_rules = (struct child_rules){"server", keeper->server_args, false, true};
    keeper->prober.rules = &keeper->prober_rules;
    keeper->prober.started = on_prober_started;
    keeper->server.rules = &keeper->server_rules;
}

static void on_server_started(struct child *child)
{
    struct keeper *keeper = container_of(child, struct keeper, server);
    server_guard_note(keeper->data, child->process.pid, keeper->site);
}

static int start_children(struct keeper *keeper, struct fault *fault)
{
    plan_children(keeper);
    if (child_start(&keeper->prober, &keeper->loop, fault))
        return -1;
    if (!keeper->listen || !keeper->site || keeper->rules->once)
        return 0;
    server_guard_replace(keeper->data);
    keeper->server.started = on_server_started;
    return child_start(&keeper->server, &keeper->loop, fault);
}

/* ---- each second ---- */

static void watch_prober(struct keeper *keeper)
{
    struct mono now = clock_mono();
    /* When we ourselves were away (stopped, or a guest whose host was busy), its lines lie unread in the pipe. */
    if (mono_ms_between(keeper->last_mono, now) > away_ms)
        keeper->heard = now;
    if (keeper->prober.running && keeper->reading &&
        mono_ms_between(keeper->heard, now) > silence_ms) {
        log_event(LOG_LEVEL_WARNING, "the prober is silent and is ended", NULL);
        child_kill(&keeper->prober);
    }
}

static void watch_inbox(struct keeper *keeper)
{
    if (keeper->reading || !keeper->prober.running || inbox_waiting(keeper->inbox) > inbox_low)
        return;
    keeper->reading = true;
    keeper->heard = clock_mono();
    uv_read_start((uv_stream_t *)&keeper->prober.out, on_alloc, on_read);
}

static void watch_clock(struct keeper *keeper)
{
    struct mono mono = clock_mono();
    struct wall wall = clock_wall();
    int64_t jump = (wall.ms - keeper->last_wall.ms) - mono_ms_between(keeper->last_mono, mono);
    if (keeper->last_wall.ms && (jump > clock_jump_ms || jump < -clock_jump_ms)) {
        char detail[64];
        text_format(detail, sizeof detail, "the wall clock jumped by %lld ms", (long long)jump);
        log_event(LOG_LEVEL_WARNING, detail, NULL);
        put_event(keeper, EVENT_CLOCK, wall_seconds(keeper->last_wall), wall_seconds(wall), detail);
    }
    keeper->last_mono = mono;
    keeper->last_wall = wall;
}

static void on_second(uv_timer_t *timer)
{
    struct keeper *keeper = timer->data;
    watch_prober(keeper);
    watch_inbox(keeper);
    watch_clock(keeper);
}

/* ---- questions, signals, the end ---- */

static const char unknown_request[] = "{\"fault\":\"unknown request\"}\n";

static void on_asked(void *owner, struct control_asker *asker, const char *request)
{
    struct keeper *keeper = owner;
    struct message message = {.kind = MESSAGE_STATUS, .asker = asker};
    if (strcmp(request, "status") == 0)
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
    control_close(keeper->control);
    keeper->control = NULL;
}

static void stop(struct keeper *keeper)
{
    if (keeper->stopping)
        return;
    keeper->stopping = true;
    child_stop(&keeper->prober, SIGTERM);
    child_stop(&keeper->server, SIGTERM);
    put_event(keeper, EVENT_MONITOR, 0, wall_seconds(clock_wall()), "stop");
    put_plain(keeper, MESSAGE_STOP);
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
    free(keeper->orders);
    keeper->orders = buffer_take(&orders, &keeper->orders_length);
}

/* Folders and the address are taken once, at the start. */
static void warn_of_fixed(const char *key, const char *before, const char *now)
{
    if (strcmp(before ? before : "", now ? now : "") != 0)
        log_event(LOG_LEVEL_WARNING, "a change of this key takes effect at the next start only",
                  "key", key, NULL);
}

static void reload(struct keeper *keeper)
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
    struct message message = {.kind = MESSAGE_CONFIG, .config = config};
    inbox_put(keeper->inbox, &message);
    put_event(keeper, EVENT_MONITOR, 0, wall_seconds(clock_wall()), "reload");
    if (keeper->prober.running)
        send_orders(keeper);
    log_event(LOG_LEVEL_INFO, "the new configuration is in force", NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct keeper *keeper = handle->data;
    if (number != SIGHUP)
        stop(keeper);
    else if (!keeper->stopping)
        reload(keeper);
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
}

static void keep_names(struct keeper *keeper, const struct config *config)
{
    keeper->site = mem_text(config->site);
    keeper->listen = mem_text(config->listen);
    keeper->data = mem_text(config->data);
}

static int start(struct keeper *keeper, struct config *config, struct fault *fault)
{
    struct recorder_ears ears = {keeper, on_answer, on_complete, on_finished};
    keep_names(keeper, config);
    set_orders(keeper, config);
    if (recorder_start(config, keeper->rules->once, &ears, &keeper->recorder, fault))
        return -1;
    keeper->inbox = recorder_inbox(keeper->recorder);
    put_event(keeper, EVENT_MONITOR, 0, wall_seconds(clock_wall()), "start");
    int rc = control_open(&keeper->loop, keeper->data, on_asked, keeper, &keeper->control, fault);
    if (rc == 0)
        rc = start_children(keeper, fault);
    if (rc)
        stop(keeper);
    return rc;
}

int keeper_run(struct config *config, const struct keeper_rules *rules, struct fault *fault)
{
    struct keeper *keeper = mem_zalloc(sizeof *keeper);
    keeper->rules = rules;
    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&keeper->loop);
    uv_mutex_init(&keeper->lock);
    lines_init(&keeper->lines, RESULT_LINE_MAX, on_line, on_too_long, keeper);
    open_handles(keeper);
    int rc = start(keeper, config, fault);
    if (!keeper->recorder)
        close_all(keeper);
    uv_run(&keeper->loop, UV_RUN_DEFAULT);
    if (keeper->recorder && recorder_join(keeper->recorder) && rc == 0)
        rc = fault_set(fault, "not everything could be written");
    lines_fini(&keeper->lines);
    uv_mutex_destroy(&keeper->lock);
    int busy = uv_loop_close(&keeper->loop);
    (void)busy;
    free(keeper->orders);
    free(keeper->site);
    free(keeper->listen);
    free(keeper->data);
    free(keeper);
    return rc;
}
