#include "plugin.h"

#include "launch.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static void on_closed(uv_handle_t *handle)
{
    struct plugin *plugin = handle->data;
    if (--plugin->pending == 0)
        plugin->done(plugin);
}

static void close_handle(struct plugin *plugin, uv_handle_t *handle)
{
    handle->data = plugin;
    plugin->pending++;
    uv_close(handle, on_closed);
}

static void close_all(struct plugin *plugin)
{
    close_handle(plugin, (uv_handle_t *)&plugin->timer);
    close_handle(plugin, (uv_handle_t *)&plugin->pipe);
    if (plugin->process.loop) /* uv_spawn came so far */
        close_handle(plugin, (uv_handle_t *)&plugin->process);
}

/* It leads its group, and nobody gets its number while there is a member left. */
static void signal_group(const struct plugin *plugin, int number)
{
    kill(-plugin->process.pid, number);
}

/* ---- its output ---- */

static void hear(struct plugin *plugin, const char *bytes, size_t length)
{
    plugin->heard += length;
    buffer_add(&plugin->output, bytes, length);
    if (plugin->running && plugin->heard > PLUGIN_FLOOD) {
        plugin->flooded = true;
        signal_group(plugin, SIGKILL);
    }
}

static void on_room(uv_handle_t *handle, size_t wish, uv_buf_t *buf)
{
    struct plugin *plugin = handle->data;
    (void)wish;
    *buf = uv_buf_init(plugin->room, sizeof plugin->room);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    if (got > 0)
        hear(stream->data, buf->base, (size_t)got);
    else if (got < 0)
        uv_read_stop(stream); /* it may run on all the same */
}

/* What it said last, without waiting for those who hold the pipe after it. */
static void drain(struct plugin *plugin)
{
    uv_os_fd_t fd;
    ssize_t got;
    if (uv_fileno((uv_handle_t *)&plugin->pipe, &fd))
        return;
    while (plugin->heard <= PLUGIN_OUTPUT_MAX &&
           (got = read(fd, plugin->room, sizeof plugin->room)) > 0)
        hear(plugin, plugin->room, (size_t)got);
}

/* ---- its end ---- */

static void on_exited(uv_process_t *process, int64_t status, int number)
{
    struct plugin *plugin = process->data;
    plugin->running = false;
    plugin->status = status;
    plugin->signal = number;
    plugin->ms = (double)(clock_mono().ns - plugin->started.ns) / 1e6;
    signal_group(plugin, SIGKILL); /* whom it left behind */
    drain(plugin);
    close_all(plugin);
}

static void on_patience_over(uv_timer_t *timer)
{
    signal_group(timer->data, SIGKILL);
}

static void on_limit(uv_timer_t *timer)
{
    struct plugin *plugin = timer->data;
    plugin->overdue = true;
    signal_group(plugin, SIGTERM);
    uv_timer_start(timer, on_patience_over, PLUGIN_PATIENCE_MS, 0);
}

void plugin_cancel(struct plugin *plugin)
{
    if (plugin->running)
        signal_group(plugin, SIGKILL);
}

/* ---- its beginning ---- */

static int spawn(struct plugin *plugin, const char *const *args, int output)
{
    const struct launch wish = {
        .loop = plugin->pipe.loop,
        .arguments = args,
        .locale = "LC_ALL=C",
        .input = -1,
        .output = output,
        .errors = -1,
        .exited = on_exited,
    };
    return launch(&wish, &plugin->process);
}

/* A pipe and no socket, as uv_spawn would make: scripts write to /dev/stdout. */
static int start(struct plugin *plugin, const char *const *args)
{
    uv_file ends[2];
    int rc = uv_pipe(ends, UV_NONBLOCK_PIPE, 0);
    if (rc)
        return rc;
    rc = uv_pipe_open(&plugin->pipe, ends[0]);
    if (rc == 0)
        rc = spawn(plugin, args, ends[1]);
    else
        close(ends[0]);
    close(ends[1]);
    return rc;
}

void plugin_start(struct plugin *plugin, const struct plugin_wish *wish,
                  void (*done)(struct plugin *plugin))
{
    *plugin = (struct plugin){.done = done, .started = clock_mono()};
    buffer_init(&plugin->output, PLUGIN_OUTPUT_MAX);
    uv_pipe_init(wish->loop, &plugin->pipe, 0);
    uv_timer_init(wish->loop, &plugin->timer);
    plugin->process.data = plugin->pipe.data = plugin->timer.data = plugin;
    plugin->error = start(plugin, wish->args);
    plugin->running = plugin->error == 0;
    if (!plugin->running) {
        close_all(plugin);
        return;
    }
    uv_read_start((uv_stream_t *)&plugin->pipe, on_room, on_read);
    uv_timer_start(&plugin->timer, on_limit, (uint64_t)wish->limit_ms, 0);
}

void plugin_fini(struct plugin *plugin)
{
    buffer_fini(&plugin->output);
}
