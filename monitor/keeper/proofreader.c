#include "proofreader.h"

#include "buffer.h"
#include "mem.h"
#include "text.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>

enum { ARGS_FIXED = 8 };

struct proof {
    struct proofreader *reader;
    struct proof *next;
    void *ticket;
    char *url, *language;
    uv_process_t process;
    uv_pipe_t out;
    uv_timer_t patience;
    struct buffer report;
    int open_handles;
    bool running, ended_well, late;
};

/* ---- options ---- */

static void add_option(struct proofreader *reader, const char *name, const char *value)
{
    void *options = reader->options;
    if (!value)
        return;
    mem_grow(&options, &reader->option_capacity, reader->option_count + 2, sizeof *reader->options);
    reader->options = options;
    reader->options[reader->option_count++] = mem_text(name);
    reader->options[reader->option_count++] = mem_text(value);
}

static void drop_options(struct proofreader *reader)
{
    for (size_t i = 0; i < reader->option_count; i++)
        free(reader->options[i]);
    reader->option_count = 0;
}

void proofreader_order(struct proofreader *reader, const struct config *config)
{
    drop_options(reader);
    for (const char *const *net = config->allow; net && *net; net++)
        add_option(reader, "--allow-net", *net);
    for (const char *const *resolver = config->resolvers; resolver && *resolver; resolver++)
        add_option(reader, "--resolver", *resolver);
    add_option(reader, "--ca-file", config->ca_file);
    add_option(reader, "--robot-url", config->user_agent_url);
}

/* ---- one child ---- */

static void start_waiting(struct proofreader *reader);

static void forget(struct proof *proof)
{
    struct proofreader *reader = proof->reader;
    struct proof **link = &reader->proofs;
    while (*link != proof)
        link = &(*link)->next;
    *link = proof->next;
    reader->count--;
    if (proof->running)
        reader->running--;
    buffer_fini(&proof->report);
    free(proof->url);
    free(proof->language);
    free(proof);
}

static enum proof_outcome outcome_of(const struct proof *proof)
{
    if (proof->late)
        return PROOF_LATE;
    bool whole = proof->ended_well && !proof->report.overflow &&
                 text_starts(buffer_text(&proof->report), "[");
    return whole ? PROOF_READ : PROOF_FAILED;
}

static void finish(struct proof *proof)
{
    struct proofreader *reader = proof->reader;
    if (!reader->stopping)
        reader->done(reader->owner, proof->ticket, outcome_of(proof), buffer_text(&proof->report));
    forget(proof);
    start_waiting(reader);
}

static void on_closed(uv_handle_t *handle)
{
    struct proof *proof = handle->data;
    if (--proof->open_handles == 0)
        finish(proof);
}

static void close_once(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

static void on_ended(uv_process_t *process, int64_t status, int signal)
{
    struct proof *proof = process->data;
    /* 1: it found something. */
    proof->ended_well = !signal && (status == EXIT_SUCCESS || status == EXIT_FAILURE);
    close_once((uv_handle_t *)process);
    close_once((uv_handle_t *)&proof->patience);
}

static void on_patience_over(uv_timer_t *timer)
{
    struct proof *proof = timer->data;
    proof->late = true;
    uv_process_kill(&proof->process, SIGKILL);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    *buf = uv_buf_init(mem_zalloc(suggested), (unsigned)suggested);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct proof *proof = stream->data;
    if (count > 0)
        buffer_add(&proof->report, buf->base, (size_t)count);
    free(buf->base);
    if (proof->report.overflow)
        uv_process_kill(&proof->process, SIGKILL);
    if (count < 0)
        close_once((uv_handle_t *)stream);
}

/* Ended by NULL; the texts are lent. */
static const char **command_line(const struct proof *proof)
{
    const struct proofreader *reader = proof->reader;
    const char *const fixed[] = {reader->program, "register",   "lint",         "--json",
                                 "--brief",       "--language", proof->language};
    const char **args = mem_array(ARGS_FIXED + reader->option_count + 1, sizeof *args);
    size_t count = 0;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        args[count++] = fixed[i];
    for (size_t i = 0; i < reader->option_count; i++)
        args[count++] = reader->options[i];
    args[count++] = proof->url;
    args[count] = NULL;
    return args;
}

static int spawn(struct proof *proof)
{
    const char **args = command_line(proof);
    uv_stdio_container_t stdio[] = {
        {.flags = UV_IGNORE},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&proof->out},
        {.flags = UV_IGNORE}};
    const uv_process_options_t options = {
        .exit_cb = on_ended,
        .file = args[0],
        .args = (char **)(uintptr_t)args, /* uv_spawn does not write to them */
        .stdio_count = 3,
        .stdio = stdio,
    };
    int rc = uv_spawn(proof->reader->loop, &proof->process, &options);
    free(args);
    return rc;
}

static void start(struct proof *proof)
{
    uv_loop_t *loop = proof->reader->loop;
    proof->running = true;
    proof->reader->running++;
    proof->open_handles = 3;
    proof->process.data = proof->out.data = proof->patience.data = proof;
    uv_pipe_init(loop, &proof->out, 0);
    uv_timer_init(loop, &proof->patience);
    if (spawn(proof)) {
        close_once((uv_handle_t *)&proof->process);
        close_once((uv_handle_t *)&proof->out);
        close_once((uv_handle_t *)&proof->patience);
        return;
    }
    uv_timer_start(&proof->patience, on_patience_over, PROOFREADER_MS, 0);
    if (uv_read_start((uv_stream_t *)&proof->out, on_alloc, on_read))
        close_once((uv_handle_t *)&proof->out);
}

/* ---- who waits ---- */

static void start_waiting(struct proofreader *reader)
{
    for (struct proof *proof = reader->proofs; proof; proof = proof->next)
        if (!proof->running && !reader->stopping && reader->running < PROOFREADER_AT_ONCE)
            start(proof);
}

bool proofreader_ask(struct proofreader *reader, const char *url, const char *language,
                     void *ticket)
{
    struct proof **last = &reader->proofs;
    assert(text_starts(url, "http"));
    if (reader->stopping || reader->count >= PROOFREADER_AT_ONCE + PROOFREADER_WAITING)
        return false;
    struct proof *proof = mem_zalloc(sizeof *proof);
    proof->reader = reader;
    proof->ticket = ticket;
    proof->url = mem_text(url);
    proof->language = mem_text(language);
    buffer_init(&proof->report, PROOFREADER_REPORT_MAX);
    while (*last)
        last = &(*last)->next;
    *last = proof;
    reader->count++;
    start_waiting(reader);
    return true;
}

void proofreader_stop(struct proofreader *reader)
{
    reader->stopping = true;
    for (struct proof *proof = reader->proofs, *next; proof; proof = next) {
        next = proof->next;
        if (!proof->running)
            forget(proof);
        else if (uv_is_active((uv_handle_t *)&proof->process))
            uv_process_kill(&proof->process, SIGKILL);
    }
}

void proofreader_fini(struct proofreader *reader)
{
    assert(!reader->proofs);
    drop_options(reader);
    free(reader->options);
}
