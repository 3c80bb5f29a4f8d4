#include "child.h"

#include "log.h"
#include "text.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const unsigned longest_wait_s = 30, well_s = 60;
static const uint64_t patience_ms = 5000; /* with a child that was told to end */

static void on_again(uv_timer_t *timer);

static void on_pipe_closed(uv_handle_t *handle)
{
    struct child *child = handle->data;
    child->open_handles--;
}

static void close_pipes(struct child *child)
{
    if (!child->rules->piped)
        return;
    uv_pipe_t *pipes[] = {&child->in, &child->out};
    for (int i = 0; i < 2; i++)
        if (!uv_is_closing((uv_handle_t *)pipes[i]))
            uv_close((uv_handle_t *)pipes[i], on_pipe_closed);
}

static void describe(int64_t status, int signal, char *text, size_t size)
{
    if (signal)
        text_format(text, size, "ended by signal %d (%s)", signal, strsignal(signal));
    else
        text_format(text, size, "ended with status %lld", (long long)status);
}

static void plan_again(struct child *child)
{
    uint64_t ran_s = (uv_now(child->again.loop) - child->started_at_ms) / 1000;
    if (ran_s >= well_s || !child->wait_s)
        child->wait_s = 1;
    else if (child->wait_s < longest_wait_s)
        child->wait_s = child->wait_s * 2 > longest_wait_s ? longest_wait_s : child->wait_s * 2;
    uv_timer_start(&child->again, on_again, child->wait_s * 1000, 0);
}

static void on_process_closed(uv_handle_t *handle)
{
    struct child *child = handle->data;
    child->open_handles--;
    if (!child->stopping)
        plan_again(child);
    else if (!uv_is_closing((uv_handle_t *)&child->again))
        uv_close((uv_handle_t *)&child->again, NULL);
}

static void on_exit_of_child(uv_process_t *process, int64_t status, int signal)
{
    struct child *child = process->data;
    char how[128];
    child->running = false;
    describe(status, signal, how, sizeof how);
    if (!child->stopping) {
        log_event(LOG_LEVEL_WARNING, "a process of ours ended and is started again", "which",
                  child->rules->name, "how", how, NULL);
        if (child->ended)
            child->ended(child, how);
    }
    close_pipes(child);
    uv_close((uv_handle_t *)process, on_process_closed);
}

static void open_pipes(struct child *child, uv_loop_t *loop, uv_stdio_container_t *stdio)
{
    if (child->rules->piped) {
        uv_pipe_init(loop, &child->in, 0);
        uv_pipe_init(loop, &child->out, 0);
        child->in.data = child->out.data = child;
        child->open_handles += 2;
        stdio[0] = (uv_stdio_container_t){.flags = UV_CREATE_PIPE | UV_READABLE_PIPE,
                                          .data.stream = (uv_stream_t *)&child->in};
        stdio[1] = (uv_stdio_container_t){.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
                                          .data.stream = (uv_stream_t *)&child->out};
    } else {
        int input = child->rules->input;
        stdio[0] =
            (uv_stdio_container_t){.flags = input ? UV_INHERIT_FD : UV_IGNORE, .data.fd = input};
        stdio[1] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = 1};
    }
    stdio[2] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = 2};
}

static int spawn(struct child *child)
{
    uv_loop_t *loop = child->again.loop;
    uv_stdio_container_t stdio[3];
    open_pipes(child, loop, stdio);
    uv_process_options_t options = {
        .exit_cb = on_exit_of_child,
        .file = child->rules->args[0],
        .args = (char **)(uintptr_t)child->rules->args, /* uv_spawn does not write to them */
        .flags = child->rules->detached ? UV_PROCESS_DETACHED : 0,
        .stdio_count = 3,
        .stdio = stdio,
    };
    child->process.data = child;
    child->started_at_ms = uv_now(loop);
    int rc = uv_spawn(loop, &child->process, &options);
    child->open_handles++; /* a failed spawn leaves a handle to close, too */
    if (rc) {
        close_pipes(child);
        uv_close((uv_handle_t *)&child->process, on_process_closed);
        return rc;
    }
    child->running = true;
    if (child->started)
        child->started(child);
    return 0;
}

static void on_again(uv_timer_t *timer)
{
    struct child *child = timer->data;
    int rc = child->open_handles ? UV_EAGAIN : spawn(child);
    if (rc == UV_EAGAIN)
        uv_timer_start(timer, on_again, 50, 0);
    else if (rc)
        log_event(LOG_LEVEL_ERROR, "cannot start a process of ours", "which", child->rules->name,
                  "why", uv_strerror(rc), NULL);
}

int child_start(struct child *child, uv_loop_t *loop, struct fault *fault)
{
    uv_timer_init(loop, &child->again);
    child->again.data = child;
    int rc = spawn(child);
    return rc ? fault_set(fault, "cannot start the %s: %s", child->rules->name, uv_strerror(rc))
              : 0;
}

void child_kill(struct child *child)
{
    if (child->running)
        uv_process_kill(&child->process, SIGKILL);
}

static void on_patience_over(uv_timer_t *timer)
{
    struct child *child = timer->data;
    log_event(LOG_LEVEL_WARNING, "a process of ours does not end and is killed", "which",
              child->rules->name, NULL);
    child_kill(child);
}

void child_stop(struct child *child, int signal)
{
    if (child->stopping || !child->again.loop) /* never started */
        return;
    child->stopping = true;
    close_pipes(child);
    if (child->running) {
        uv_process_kill(&child->process, signal);
        uv_timer_start(&child->again, on_patience_over, patience_ms, 0);
    } else {
        uv_close((uv_handle_t *)&child->again, NULL);
    }
}
