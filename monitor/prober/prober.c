#include "prober.h"

#include "buffer.h"
#include "heartbeat.h"
#include "lines.h"
#include "log.h"
#include "mem.h"
#include "order.h"
#include "result_line.h"
#include "rota.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <uv.h>

/* Between two times at which what a wave of attempts left is given back. */
enum { WAVE_BEATS = 30 };

struct prober {
    uv_loop_t loop;
    uv_pipe_t in, out;
    uv_timer_t beat;
    uv_prepare_t turn; /* of the loop */
    struct rota *rota;
    size_t queue_max;
    struct lines orders;
    bool ending;
    unsigned beats;
    uint64_t turn_at_ns, idle_ns, longest_ns;
};

/* One line on its way out. */
struct parcel {
    uv_write_t write;
    struct prober *prober;
    char *bytes;
};

static void end(struct prober *prober)
{
    if (prober->ending)
        return;
    prober->ending = true;
    rota_free(prober->rota);
    uv_close((uv_handle_t *)&prober->in, NULL);
    uv_close((uv_handle_t *)&prober->out, NULL);
    uv_close((uv_handle_t *)&prober->beat, NULL);
    uv_close((uv_handle_t *)&prober->turn, NULL);
}

/* ---- out ---- */

static void balance(struct prober *prober)
{
    size_t waiting = uv_stream_get_write_queue_size((uv_stream_t *)&prober->out);
    if (waiting > prober->queue_max)
        rota_pause(prober->rota, true);
    else if (waiting <= prober->queue_max / 2)
        rota_pause(prober->rota, false);
}

static void on_written(uv_write_t *write, int status)
{
    struct parcel *parcel = write->data;
    struct prober *prober = parcel->prober;
    free(parcel->bytes);
    free(parcel);
    if (prober->ending)
        return;
    if (status < 0)
        end(prober);
    else
        balance(prober);
}

/* Takes the buffer's content. */
static void send_line(struct prober *prober, struct buffer *line)
{
    size_t length;
    struct parcel *parcel = mem_zalloc(sizeof *parcel);
    parcel->prober = prober;
    parcel->write.data = parcel;
    parcel->bytes = buffer_take(line, &length);
    uv_buf_t buf = uv_buf_init(parcel->bytes, (unsigned)length);
    int rc = uv_write(&parcel->write, (uv_stream_t *)&prober->out, &buf, 1, on_written);
    if (rc < 0)
        on_written(&parcel->write, rc);
    else
        balance(prober);
}

static void on_result(void *owner, const struct result *result)
{
    struct buffer line;
    buffer_init(&line, RESULT_LINE_MAX + 1);
    result_line_write(result, &line);
    assert(!line.overflow);
    send_line(owner, &line);
}

/* A turn of the loop is what lies between two waits, without the wait. */
static void on_turn(uv_prepare_t *prepare)
{
    struct prober *prober = prepare->data;
    uint64_t now_ns = uv_hrtime(), idle_ns = uv_metrics_idle_time(&prober->loop);
    uint64_t passed_ns = now_ns - prober->turn_at_ns, waited_ns = idle_ns - prober->idle_ns;
    if (prober->turn_at_ns && passed_ns > waited_ns && passed_ns - waited_ns > prober->longest_ns)
        prober->longest_ns = passed_ns - waited_ns;
    prober->turn_at_ns = now_ns;
    prober->idle_ns = idle_ns;
}

/* Only a notice: many machines that others keep in time never say that they are. */
static bool is_unsynchronised(void)
{
    struct timex timex = {0};
    return adjtimex(&timex) != -1 && timex.status & STA_UNSYNC;
}

/* What nobody reads now is not worth queueing: the next heartbeat says more. */
static void on_beat(uv_timer_t *timer)
{
    struct prober *prober = timer->data;
    struct buffer line;
    if (++prober->beats % WAVE_BEATS == 0)
        mem_give_back();
    if (uv_stream_get_write_queue_size((uv_stream_t *)&prober->out) > prober->queue_max)
        return;
    struct heartbeat heartbeat = {
        .time = clock_wall(),
        .loop_lag_ms = (int64_t)(prober->longest_ns / 1000000),
    };
    prober->longest_ns = 0;
    heartbeat.unsynchronised = is_unsynchronised();
    rota_count(prober->rota, &heartbeat);
    buffer_init(&line, RESULT_LINE_MAX);
    heartbeat_write(&heartbeat, &line);
    send_line(prober, &line);
}

/* ---- in ---- */

static void obey_watch(struct prober *prober, struct arena *arena, const struct watch *watch)
{
    struct fault fault;
    /* The texts of the watch go with the arena when it is refused. */
    char *service = mem_text(watch->service), *check = mem_text(watch->check.id);
    if (rota_add(prober->rota, arena, watch, &fault))
        log_event(LOG_LEVEL_ERROR, "a check cannot be run", "service", service, "check", check,
                  "why", fault.text, NULL);
    free(service);
    free(check);
}

static void obey(void *owner, const char *line, size_t length)
{
    struct prober *prober = owner;
    struct arena arena = {0};
    struct order order;
    struct fault fault;
    if (order_read(line, length, &arena, &order, &fault))
        log_event(LOG_LEVEL_WARNING, "an order was ignored", "why", fault.text, NULL);
    else if (order.kind == ORDER_WATCH)
        obey_watch(prober, &arena, &order.watch);
    else if (rota_go(prober->rota, &order.rules, &fault))
        log_event(LOG_LEVEL_ERROR, "the new checks are not in force", "why", fault.text, NULL);
    arena_free(&arena);
}

static void on_too_long(void *owner)
{
    (void)owner;
    log_event(LOG_LEVEL_WARNING, "an order was ignored", "why", "the line is too long", NULL);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    *buf = uv_buf_init(mem_zalloc(suggested), (unsigned)suggested);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buf)
{
    struct prober *prober = stream->data;
    if (length < 0)
        end(prober);
    else if (length > 0)
        lines_feed(&prober->orders, buf->base, (size_t)length);
    free(buf->base);
}

/* ---- the process ---- */

static int open_pipe(uv_loop_t *loop, uv_pipe_t *pipe, int fd)
{
    if (uv_guess_handle(fd) != UV_NAMED_PIPE)
        return UV_ENOTSOCK;
    int rc = uv_pipe_init(loop, pipe, 0);
    return rc ? rc : uv_pipe_open(pipe, fd);
}

static int open_pipes(struct prober *prober, int in, int out, struct fault *fault)
{
    int rc = open_pipe(&prober->loop, &prober->in, in);
    if (rc)
        return fault_set(fault, "the prober gets its orders through a pipe, from the monitor: %s",
                         uv_strerror(rc));
    rc = open_pipe(&prober->loop, &prober->out, out);
    if (rc) {
        uv_close((uv_handle_t *)&prober->in, NULL);
        return fault_set(fault, "the prober gives its results to a pipe, of the monitor: %s",
                         uv_strerror(rc));
    }
    return 0;
}

static void begin(struct prober *prober, const struct catalogue *catalogue)
{
    const struct rota_owner owner = {catalogue, on_result, prober};
    prober->rota = rota_new(&prober->loop, &owner);
    uv_timer_init(&prober->loop, &prober->beat);
    uv_prepare_init(&prober->loop, &prober->turn);
    prober->in.data = prober->beat.data = prober->turn.data = prober;
    uv_prepare_start(&prober->turn, on_turn);
    uv_timer_start(&prober->beat, on_beat, PROBER_BEAT_MS, PROBER_BEAT_MS);
    if (uv_read_start((uv_stream_t *)&prober->in, on_alloc, on_read))
        end(prober);
}

int prober_run(const struct prober_setup *setup, struct fault *fault)
{
    struct prober *prober = mem_zalloc(sizeof *prober);
    int rc = uv_loop_init(&prober->loop);
    if (rc) {
        free(prober);
        return fault_set(fault, "cannot set up the event loop: %s", uv_strerror(rc));
    }
    prober->queue_max = setup->queue_max;
    uv_loop_configure(&prober->loop, UV_METRICS_IDLE_TIME);
    lines_init(&prober->orders, ORDER_LINE_MAX, obey, on_too_long, prober);
    rc = open_pipes(prober, setup->in, setup->out, fault);
    if (rc == 0)
        begin(prober, setup->catalogue);
    uv_run(&prober->loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&prober->loop);
    assert(left == 0);
    lines_fini(&prober->orders);
    free(prober);
    return rc;
}
