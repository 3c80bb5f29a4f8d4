#include "children.h"

#include "counter.h"
#include "heartbeat.h"
#include "ledger.h"
#include "log.h"
#include "macros.h"
#include "mem.h"
#include "result_line.h"
#include "server_guard.h"
#include "text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const size_t inbox_full = 20000,
                    inbox_low = 2000;    /* messages; above, the prober is let wait */
static const int64_t silence_ms = 15000; /* a prober without a heartbeat for so long hangs */

/* ---- the prober's lines ---- */

static void refuse_line(struct children *children, const char *why)
{
    log_event(LOG_LEVEL_WARNING, "a line of the prober was refused", "why", why, NULL);
    inbox_put(children->plan.inbox, &(struct message){.kind = MESSAGE_UNREADABLE});
}

static bool read_line(struct children *children, const char *line, size_t length,
                      struct message *message)
{
    struct fault fault;
    message->kind = MESSAGE_HEARTBEAT;
    if (heartbeat_read(line, length, &message->heartbeat)) {
        children->heard = clock_mono();
        children->heard_wall = message->heartbeat.time;
        return true;
    }
    message->kind = MESSAGE_RESULT;
    if (result_line_read(line, length, &message->result, &fault) == 0) {
        /* It may end before its first heartbeat, and saw something all the same. */
        if (message->result.time.ms > children->heard_wall.ms)
            children->heard_wall = message->result.time;
        return true;
    }
    refuse_line(children, fault.text);
    return false;
}

static void on_line(void *owner, const char *line, size_t length)
{
    struct children *children = owner;
    struct message message;
    if (!read_line(children, line, length, &message))
        return;
    if (inbox_put(children->plan.inbox, &message) > inbox_full && children->reading) {
        children->reading = false;
        uv_read_stop((uv_stream_t *)&children->prober.out);
    }
}

static void on_too_long(void *owner)
{
    refuse_line(owner, "it is too long");
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    *buf = uv_buf_init(mem_zalloc(suggested), (unsigned)suggested);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct child *child = stream->data;
    struct children *children = container_of(child, struct children, prober);
    if (count > 0) {
        lines_feed(&children->lines, buf->base, (size_t)count);
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

static void send_orders(struct children *children)
{
    uv_write_t *write = mem_zalloc(sizeof *write);
    char *copy = mem_array(children->orders_length, 1);
    memcpy(copy, children->orders, children->orders_length);
    write->data = copy;
    uv_buf_t buf = uv_buf_init(copy, (unsigned)children->orders_length);
    if (uv_write(write, (uv_stream_t *)&children->prober.in, &buf, 1, on_orders_written)) {
        free(copy);
        free(write);
    }
}

static void on_prober_started(struct child *child)
{
    struct children *children = container_of(child, struct children, prober);
    if (children->heard_wall.ms)
        inbox_put_event(children->plan.inbox, EVENT_BLIND, wall_seconds(children->heard_wall),
                        wall_seconds(clock_wall()), "the prober had ended");
    lines_reset(&children->lines);
    children->reading = true;
    children->heard = clock_mono();
    uv_read_start((uv_stream_t *)&child->out, on_alloc, on_read);
    send_orders(children);
}

void children_order(struct children *children, char *orders, size_t length)
{
    free(children->orders);
    children->orders = orders;
    children->orders_length = length;
    if (children->prober.running)
        send_orders(children);
}

static void set_command_lines(struct children *children)
{
    const struct children_plan *plan = &children->plan;
    const char *prober[] = {plan->program, "prober", NULL};
    const char *server[] = {plan->program, "serve",      "--site",  plan->site,
                            "--listen",    plan->listen, "--board", "/dev/stdin",
                            NULL,          NULL,         NULL};
    if (plan->forms) {
        text_format(children->forms, sizeof children->forms, "%s/" COUNTER_NAME, plan->data);
        server[8] = "--forms";
        server[9] = children->forms;
    }
    memcpy(children->prober_args, prober, sizeof prober);
    memcpy(children->server_args, server, sizeof server);
    children->prober_rules = (struct child_rules){"prober", children->prober_args, true, false, 0};
    children->server_rules =
        (struct child_rules){"server", children->server_args, false, true, plan->board};
    children->prober.rules = &children->prober_rules;
    children->prober.started = on_prober_started;
    children->server.rules = &children->server_rules;
}

static void on_server_started(struct child *child)
{
    struct children *children = container_of(child, struct children, server);
    server_guard_note(children->plan.data, child->process.pid, children->plan.site);
}

int children_start(struct children *children, const struct children_plan *plan, uv_loop_t *loop,
                   struct fault *fault)
{
    children->plan = *plan;
    lines_init(&children->lines, RESULT_LINE_MAX, on_line, on_too_long, children);
    set_command_lines(children);
    if (child_start(&children->prober, loop, fault))
        return -1;
    if (!plan->listen || !plan->site || plan->once)
        return 0;
    server_guard_replace(plan->data);
    children->server.started = on_server_started;
    return child_start(&children->server, loop, fault);
}

/* ---- each second ---- */

static void watch_prober(struct children *children, bool away)
{
    struct mono now = clock_mono();
    if (away) /* its lines lie unread in the pipe */
        children->heard = now;
    if (children->prober.running && children->reading &&
        mono_ms_between(children->heard, now) > silence_ms) {
        log_event(LOG_LEVEL_WARNING, "the prober is silent and is ended", NULL);
        child_kill(&children->prober);
    }
}

static void watch_inbox(struct children *children)
{
    if (children->reading || !children->prober.running ||
        inbox_waiting(children->plan.inbox) > inbox_low)
        return;
    children->reading = true;
    children->heard = clock_mono();
    uv_read_start((uv_stream_t *)&children->prober.out, on_alloc, on_read);
}

void children_watch(struct children *children, bool away)
{
    watch_prober(children, away);
    watch_inbox(children);
}

void children_stop(struct children *children)
{
    child_stop(&children->prober, SIGTERM);
    child_stop(&children->server, SIGTERM);
}

void children_fini(struct children *children)
{
    lines_fini(&children->lines);
    free(children->orders);
}
