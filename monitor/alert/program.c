#include "program.h"

#include "launch.h"

#include <signal.h>
#include <unistd.h>

/* ---- its end ---- */

static void on_closed(uv_handle_t *handle)
{
    struct program *program = handle->data;
    if (--program->pending == 0)
        program->done(program);
}

static void close_handle(struct program *program, uv_handle_t *handle)
{
    if (uv_is_closing(handle))
        return;
    handle->data = program;
    uv_close(handle, on_closed);
}

/* Those that were opened in program_start(), once each. */
static void close_all(struct program *program)
{
    close_handle(program, (uv_handle_t *)&program->timer);
    close_handle(program, (uv_handle_t *)&program->in);
    close_handle(program, (uv_handle_t *)&program->out);
    if (program->process.loop) /* uv_spawn came so far */
        close_handle(program, (uv_handle_t *)&program->process);
}

/* It leads its group, and nobody gets its number while there is a member left. */
static void end_group(const struct program *program)
{
    kill(-program->process.pid, SIGKILL);
}

static void drain(struct program *program)
{
    uv_os_fd_t fd;
    ssize_t got;
    if (uv_fileno((uv_handle_t *)&program->out, &fd))
        return;
    while (program->output.length < PROGRAM_OUTPUT_MAX &&
           (got = read(fd, program->room, sizeof program->room)) > 0)
        buffer_add(&program->output, program->room, (size_t)got);
}

static void on_exited(uv_process_t *process, int64_t status, int number)
{
    struct program *program = process->data;
    program->running = false;
    program->status = status;
    program->signal = number;
    end_group(program); /* whom it left behind */
    drain(program);
    close_all(program);
}

static void on_limit(uv_timer_t *timer)
{
    struct program *program = timer->data;
    program->overdue = true;
    program_kill(program);
}

void program_kill(struct program *program)
{
    if (program->running)
        end_group(program);
}

/* ---- its streams ---- */

static void on_room(uv_handle_t *handle, size_t wish, uv_buf_t *buf)
{
    struct program *program = handle->data;
    (void)wish;
    *buf = uv_buf_init(program->room, sizeof program->room);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct program *program = stream->data;
    if (got > 0)
        buffer_add(&program->output, buf->base, (size_t)got);
    else if (got < 0)
        uv_read_stop(stream); /* it may run on all the same */
}

/* It sees the end of its input when all of it was read; that it reads none of it is its own affair. */
static void on_written(uv_write_t *write, int status)
{
    struct program *program = write->data;
    (void)status;
    close_handle(program, (uv_handle_t *)&program->in);
}

static void give(struct program *program, const char *input, size_t length)
{
    uv_buf_t buf = uv_buf_init((char *)(uintptr_t)input, (unsigned)length);
    program->write.data = program;
    int rc = uv_write(&program->write, (uv_stream_t *)&program->in, &buf, 1, on_written);
    if (rc)
        on_written(&program->write, rc);
}

/* ---- its beginning ---- */

static int spawn(struct program *program, char *const *arguments, int input, int output)
{
    const struct launch wish = {
        .loop = program->timer.loop,
        .arguments = (const char *const *)arguments,
        .locale = "LC_ALL=C.UTF-8",
        .input = input,
        .output = output,
        .errors = output,
        .exited = on_exited,
    };
    return launch(&wish, &program->process);
}

/* Pipes and no sockets, as uv_spawn would make: scripts open /dev/stdin. */
static int start(struct program *program, char *const *arguments)
{
    uv_file in[2] = {-1, -1}, out[2] = {-1, -1};
    int rc = uv_pipe(in, 0, UV_NONBLOCK_PIPE);
    if (rc == 0)
        rc = uv_pipe(out, UV_NONBLOCK_PIPE, 0);
    if (rc == 0 && (rc = uv_pipe_open(&program->in, in[1])) == 0)
        in[1] = -1;
    if (rc == 0 && (rc = uv_pipe_open(&program->out, out[0])) == 0)
        out[0] = -1;
    if (rc == 0)
        rc = spawn(program, arguments, in[0], out[1]);
    const int ours[] = {in[0], in[1], out[0], out[1]};
    for (size_t i = 0; i < 4; i++)
        if (ours[i] >= 0)
            close(ours[i]);
    return rc;
}

void program_start(struct program *program, uv_loop_t *loop, char *const *arguments,
                   const char *input, size_t length, int64_t limit_ms)
{
    buffer_init(&program->output, PROGRAM_OUTPUT_MAX);
    uv_pipe_init(loop, &program->in, 0);
    uv_pipe_init(loop, &program->out, 0);
    uv_timer_init(loop, &program->timer);
    program->in.data = program->out.data = program->timer.data = program->process.data = program;
    program->error = start(program, arguments);
    program->running = program->error == 0;
    program->pending = program->process.loop ? 4 : 3;
    if (!program->running) {
        close_all(program);
        return;
    }
    uv_read_start((uv_stream_t *)&program->out, on_room, on_read);
    uv_timer_start(&program->timer, on_limit, (uint64_t)limit_ms, 0);
    give(program, input, length);
}

void program_fini(struct program *program)
{
    buffer_fini(&program->output);
}
