#include "courier.h"

#include "lines.h"
#include "log.h"
#include "mem.h"
#include "template.h"
#include "text.h"
#include "trip.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

struct courier {
    uv_loop_t loop;
    uv_pipe_t in, out;
    struct lines lines;
    struct errand_wait { /* read, not begun */
        struct errand_wait *next;
        struct arena arena;
        struct errand errand;
    } * first, **last;
    size_t waiting, under_way;
    bool paused, ending, closed;

    struct arena rules_arena; /* of those in force */
    struct address_policy policy;
    struct trip_means means; /* carrier NULL = no rules yet */
};

/* One line on its way out. */
struct parcel {
    uv_write_t write;
    struct courier *courier;
    char *bytes;
};

/* ---- the rules in force ---- */

static void drop_rules(struct courier *courier)
{
    carrier_free(courier->means.carrier);
    trust_free(courier->means.trust);
    resolver_free(courier->means.first);
    resolver_free(courier->means.second);
    address_policy_fini(&courier->policy);
    arena_free(&courier->rules_arena);
    courier->means = (struct trip_means){0};
}

/* What is wrong with them was told when the configuration was read; the built-in words always arrive. */
static void take_templates(struct courier *courier, const struct errand_rules *rules)
{
    struct fault fault;
    struct templates *templates = arena_alloc(&courier->rules_arena, sizeof *templates);
    if (templates_read(rules->templates, rules->template_count, &courier->rules_arena, templates,
                       &fault))
        log_event(LOG_LEVEL_WARNING, "a template is not used", "why", fault.text, NULL);
    courier->means.templates = templates;
}

/* Takes over the arena. */
static int put_in_force(struct courier *courier, struct arena *arena,
                        const struct errand_rules *rules, struct fault *fault)
{
    drop_rules(courier);
    courier->rules_arena = *arena;
    *arena = (struct arena){0};
    const struct carrier_rules carrier = {rules->ca_file, rules->user_agent, &courier->policy};
    courier->means.loop = &courier->loop;
    take_templates(courier, rules);
    courier->means.limit_ms = TRIP_LIMIT_MS;
    if (address_policy_init(&courier->policy, rules->allow, fault))
        return -1;
    courier->means.first = resolver_new(&courier->loop, rules->resolvers, fault);
    if (!courier->means.first)
        return -1;
    if (rules->second[0])
        courier->means.second = resolver_new(&courier->loop, rules->second, fault);
    if (rules->second[0] && !courier->means.second)
        return -1;
    courier->means.policy = &courier->policy;
    courier->means.ca_file = rules->ca_file;
    courier->means.trust = trust_new(rules->ca_file, fault);
    if (!courier->means.trust)
        return -1;
    courier->means.carrier = carrier_new(&courier->loop, &carrier, fault);
    return courier->means.carrier ? 0 : -1;
}

/* ---- the end ---- */

static void drop_waiting(struct courier *courier)
{
    for (struct errand_wait *wait; (wait = courier->first);) {
        courier->first = wait->next;
        arena_free(&wait->arena);
        free(wait);
    }
    courier->last = &courier->first;
    courier->waiting = 0;
}

/* What is under way goes on to its end: the receiver may have it already. */
static void close_when_idle(struct courier *courier)
{
    if (!courier->ending || courier->under_way || courier->closed)
        return;
    courier->closed = true;
    drop_rules(courier);
    uv_close((uv_handle_t *)&courier->in, NULL);
    uv_close((uv_handle_t *)&courier->out, NULL);
}

static void end(struct courier *courier)
{
    if (courier->ending)
        return;
    courier->ending = true;
    uv_read_stop((uv_stream_t *)&courier->in);
    drop_waiting(courier);
    close_when_idle(courier);
}

/* ---- out ---- */

static void on_written(uv_write_t *write, int status)
{
    struct parcel *parcel = write->data;
    struct courier *courier = parcel->courier;
    free(parcel->bytes);
    free(parcel);
    if (status < 0)
        end(courier);
}

static void send_receipt(struct courier *courier, const struct receipt *receipt)
{
    struct buffer line;
    size_t length;
    struct parcel *parcel = mem_zalloc(sizeof *parcel);
    buffer_init(&line, RECEIPT_LINE_MAX);
    receipt_write(receipt, &line);
    assert(!line.overflow);
    parcel->courier = courier;
    parcel->write.data = parcel;
    parcel->bytes = buffer_take(&line, &length);
    uv_buf_t buf = uv_buf_init(parcel->bytes, (unsigned)length);
    int rc = uv_write(&parcel->write, (uv_stream_t *)&courier->out, &buf, 1, on_written);
    if (rc < 0)
        on_written(&parcel->write, rc);
}

/* ---- one after the other ---- */

static void go_on(struct courier *courier);

static void on_delivered(void *owner, const struct receipt *receipt)
{
    struct courier *courier = owner;
    courier->under_way--;
    send_receipt(courier, receipt);
    go_on(courier);
    close_when_idle(courier);
}

static void refuse(struct courier *courier, const struct errand *errand, const char *sentence)
{
    struct receipt receipt = {0};
    text_copy(receipt.id, sizeof receipt.id, errand->id);
    text_copy(receipt.target, sizeof receipt.target, errand->target.name);
    channel_conclude(&receipt.verdict, CHANNEL_LATER, 0, "%s", sentence);
    send_receipt(courier, &receipt);
}

static void begin(struct courier *courier, struct errand_wait *wait)
{
    struct fault fault;
    if (wait->errand.kind == ERRAND_RULES) {
        if (put_in_force(courier, &wait->arena, &wait->errand.rules, &fault))
            log_event(LOG_LEVEL_ERROR, "no alert can be sent by these rules", "why", fault.text,
                      NULL);
    } else if (!courier->means.carrier) {
        refuse(courier, &wait->errand, "the courier has no rules");
    } else {
        courier->under_way++;
        trip_start(&courier->means, &wait->arena, &wait->errand, on_delivered, courier);
    }
}

/* New rules wait until nothing is under way by the old ones. */
static bool can_begin(const struct courier *courier)
{
    const struct errand_wait *wait = courier->first;
    return wait && courier->under_way < (wait->errand.kind == ERRAND_RULES ? 1 : COURIER_UNDER_WAY);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    *buf = uv_buf_init(mem_alloc(suggested), (unsigned)suggested);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buf)
{
    struct courier *courier = stream->data;
    if (length > 0) {
        lines_feed(&courier->lines, buf->base, (size_t)length);
        go_on(courier);
    }
    free(buf->base);
    if (length < 0)
        end(courier);
}

static void balance(struct courier *courier)
{
    bool full = courier->waiting >= COURIER_WAITING;
    if (courier->ending || full == courier->paused)
        return;
    courier->paused = full;
    if (full)
        uv_read_stop((uv_stream_t *)&courier->in);
    else if (uv_read_start((uv_stream_t *)&courier->in, on_alloc, on_read))
        end(courier);
}

static void go_on(struct courier *courier)
{
    while (can_begin(courier)) {
        struct errand_wait *wait = courier->first;
        courier->first = wait->next;
        if (!courier->first)
            courier->last = &courier->first;
        courier->waiting--;
        begin(courier, wait);
        arena_free(&wait->arena);
        free(wait);
    }
    balance(courier);
}

/* ---- in ---- */

static void on_line(void *owner, const char *line, size_t length)
{
    struct courier *courier = owner;
    struct errand_wait *wait = mem_zalloc(sizeof *wait);
    struct fault fault;
    if (errand_read(line, length, &wait->arena, &wait->errand, &fault)) {
        log_event(LOG_LEVEL_ERROR, "an errand was ignored", "why", fault.text, NULL);
        arena_free(&wait->arena);
        free(wait);
        return;
    }
    if (wait->errand.kind == ERRAND_PING && courier->means.carrier) {
        /* Receivers of alerts that hang must not make it look as if we were dead. */
        begin(courier, wait);
        arena_free(&wait->arena);
        free(wait);
        return;
    }
    *courier->last = wait;
    courier->last = &wait->next;
    courier->waiting++;
}

static void on_too_long(void *owner)
{
    (void)owner;
    log_event(LOG_LEVEL_ERROR, "an errand was ignored", "why", "the line is too long", NULL);
}

/* ---- the process ---- */

/* What libuv does not take over would stay open, and our monitor would wait for its end. */
static void close_end(int fd)
{
    if (fd > STDERR_FILENO)
        close(fd);
}

static int open_pipe(uv_loop_t *loop, uv_pipe_t *pipe, int fd)
{
    uv_pipe_init(loop, pipe, 0); /* fails on no Unix */
    int rc = uv_pipe_open(pipe, fd);
    if (rc)
        close_end(fd);
    return rc;
}

static int open_pipes(struct courier *courier, const struct courier_setup *setup,
                      struct fault *fault)
{
    if (uv_guess_handle(setup->in) != UV_NAMED_PIPE ||
        uv_guess_handle(setup->out) != UV_NAMED_PIPE) {
        close_end(setup->in);
        close_end(setup->out);
        return fault_set(fault, "the courier gets its errands through a pipe, from the monitor");
    }
    int rc = open_pipe(&courier->loop, &courier->in, setup->in);
    int other = open_pipe(&courier->loop, &courier->out, setup->out);
    courier->in.data = courier;
    if (rc == 0 && other == 0)
        rc = uv_read_start((uv_stream_t *)&courier->in, on_alloc, on_read);
    if (rc || other)
        end(courier);
    rc = rc ? rc : other;
    return rc ? fault_set(fault, "the courier cannot use its pipes: %s", uv_strerror(rc)) : 0;
}

int courier_run(const struct courier_setup *setup, struct fault *fault)
{
    struct courier *courier = mem_zalloc(sizeof *courier);
    int rc = uv_loop_init(&courier->loop);
    if (rc) {
        free(courier);
        close_end(setup->in);
        close_end(setup->out);
        return fault_set(fault, "cannot set up the event loop: %s", uv_strerror(rc));
    }
    courier->last = &courier->first;
    lines_init(&courier->lines, ERRAND_LINE_MAX, on_line, on_too_long, courier);
    rc = open_pipes(courier, setup, fault);
    uv_run(&courier->loop, UV_RUN_DEFAULT);
    uv_loop_close(&courier->loop);
    lines_fini(&courier->lines);
    free(courier);
    return rc;
}
