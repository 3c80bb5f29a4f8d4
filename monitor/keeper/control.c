#include "control.h"

#include "buffer.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { REQUEST_MAX = 64, ANSWER_MAX = 64 * 1024 * 1024 };

struct control {
    uv_pipe_t listener;
    void (*asked)(void *owner, struct control_asker *asker, const char *request);
    void *owner;
    char path[108];
};

struct control_asker {
    uv_pipe_t pipe;
    uv_write_t write;
    struct control *control;
    char request[REQUEST_MAX];
    size_t length;
    bool asked, gone; /* gone: the other side left while its answer was on the way */
    char *answer;
};

static int socket_path(const char *folder, char *path, size_t size, struct fault *fault)
{
    if (!text_format(path, size, "%s/control", folder))
        return fault_set(fault, "the path of the data folder is too long for a socket: %s", folder);
    return 0;
}

static void on_asker_closed(uv_handle_t *handle)
{
    struct control_asker *asker = handle->data;
    free(asker->answer);
    free(asker);
}

static void close_asker(struct control_asker *asker)
{
    if (!uv_is_closing((uv_handle_t *)&asker->pipe))
        uv_close((uv_handle_t *)&asker->pipe, on_asker_closed);
}

/* A question on its way to the recorder keeps its asker until the answer comes. */
static void leave(struct control_asker *asker)
{
    uv_read_stop((uv_stream_t *)&asker->pipe);
    asker->gone = true;
    if (!asker->asked)
        close_asker(asker);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct control_asker *asker = handle->data;
    (void)suggested;
    *buf = uv_buf_init(asker->request + asker->length, (unsigned)(REQUEST_MAX - 1 - asker->length));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct control_asker *asker = stream->data;
    (void)buf;
    if (count < 0) {
        leave(asker);
        return;
    }
    asker->length += (size_t)count;
    asker->request[asker->length] = '\0';
    char *end = strchr(asker->request, '\n');
    if (end) {
        *end = '\0';
        uv_read_stop(stream);
        asker->asked = true;
        asker->control->asked(asker->control->owner, asker, asker->request);
    } else if (asker->length >= REQUEST_MAX - 1) {
        leave(asker);
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct control *control = listener->data;
    if (status < 0)
        return;
    struct control_asker *asker = mem_zalloc(sizeof *asker);
    asker->control = control;
    uv_pipe_init(listener->loop, &asker->pipe, 0);
    asker->pipe.data = asker;
    if (uv_accept(listener, (uv_stream_t *)&asker->pipe) ||
        uv_read_start((uv_stream_t *)&asker->pipe, on_alloc, on_read))
        close_asker(asker);
}

int control_open(uv_loop_t *loop, const char *folder,
                 void (*asked)(void *owner, struct control_asker *asker, const char *request),
                 void *owner, struct control **ret, struct fault *fault)
{
    struct control *control = mem_zalloc(sizeof *control);
    control->asked = asked;
    control->owner = owner;
    if (socket_path(folder, control->path, sizeof control->path, fault)) {
        free(control);
        return -1;
    }
    uv_pipe_init(loop, &control->listener, 0);
    control->listener.data = control;
    unlink(
        control
            ->path); /* of a monitor that was killed; the ledger's lock keeps two from running at once */
    mode_t mask = umask(0177);
    int rc = uv_pipe_bind(&control->listener, control->path);
    umask(mask);
    if (rc == 0)
        rc = uv_listen((uv_stream_t *)&control->listener, 16, on_connection);
    if (rc) {
        fault_set(fault, "cannot listen on %s: %s", control->path, uv_strerror(rc));
        control_close(control);
        return -1;
    }
    *ret = control;
    return 0;
}

static void on_listener_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void control_close(struct control *control)
{
    if (!control)
        return;
    unlink(control->path);
    uv_close((uv_handle_t *)&control->listener, on_listener_closed);
}

static void on_written(uv_write_t *write, int status)
{
    (void)status;
    close_asker(write->data);
}

void control_answer(struct control_asker *asker, char *text, size_t length)
{
    free(asker->answer);
    asker->answer = text;
    asker->write.data = asker;
    uv_buf_t buf = uv_buf_init(text, (unsigned)length);
    if (asker->gone || uv_write(&asker->write, (uv_stream_t *)&asker->pipe, &buf, 1, on_written))
        close_asker(asker);
}

/* ---- the other side ---- */

static int connect_to(const char *folder, struct fault *fault)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (socket_path(folder, address.sun_path, sizeof address.sun_path, fault))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fault_set(fault, "cannot make a socket: %s", strerror(errno));
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        fault_set(
            fault,
            "no monitor answers at %s (%s); is `vibrisse run` running, with this data folder?",
            address.sun_path, strerror(errno));
        close(fd);
        return -1;
    }
    return fd;
}

static int read_all(int fd, struct buffer *answer)
{
    char bytes[16384];
    for (;;) {
        ssize_t count = read(fd, bytes, sizeof bytes);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count < 0 ? -1 : 0;
        buffer_add(answer, bytes, (size_t)count);
    }
}

int control_ask(const char *folder, const char *request, char **ret_text, size_t *ret_length,
                struct fault *fault)
{
    struct buffer answer;
    int fd = connect_to(folder, fault);
    if (fd < 0)
        return -1;
    buffer_init(&answer, ANSWER_MAX);
    if (dprintf(fd, "%s\n", request) < 0 || read_all(fd, &answer) || !answer.length) {
        fault_set(fault, "the monitor did not answer: %s", strerror(errno));
        buffer_fini(&answer);
        close(fd);
        return -1;
    }
    close(fd);
    *ret_text = buffer_take(&answer, ret_length);
    return 0;
}
