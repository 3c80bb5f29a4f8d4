#include "control.h"

#include "buffer.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 * 1024 * 1024, ANSWER_WAIT_S = 30 };
enum { SOCKET_PATH_SIZE = sizeof((struct sockaddr_un *)NULL)->sun_path };

const struct control_rules control_of_commands = {"control", CONTROL_REQUEST_MAX, 1024};

struct control {
    uv_pipe_t listener;
    const struct control_rules *rules;
    size_t count; /* of askers */
    void (*asked)(void *owner, struct control_asker *asker, const char *request);
    void *owner;
    struct control_asker *askers; /* whose connections are open */
    char path[SOCKET_PATH_SIZE];
};

struct control_asker {
    uv_pipe_t pipe;
    uv_write_t write;
    struct control *control; /* gone when the pipe is closing */
    struct control_asker *previous, *next;
    char *answer;
    size_t length;
    char request[]; /* as long as the rules say */
};

static int socket_path(const char *folder, const struct control_rules *rules, char *path,
                       size_t size, struct fault *fault)
{
    if (!text_format(path, size, "%s/%s", folder, rules->name))
        return fault_set(fault, "the path of the data folder is too long for a socket: %s", folder);
    return 0;
}

static void on_asker_closed(uv_handle_t *handle)
{
    struct control_asker *asker = handle->data;
    free(asker->answer);
    free(asker);
}

static void enlist(struct control *control, struct control_asker *asker)
{
    asker->control = control;
    asker->next = control->askers;
    if (asker->next)
        asker->next->previous = asker;
    control->askers = asker;
    control->count++;
}

static void delist(struct control_asker *asker)
{
    asker->control->count--;
    if (asker->previous)
        asker->previous->next = asker->next;
    else
        asker->control->askers = asker->next;
    if (asker->next)
        asker->next->previous = asker->previous;
}

static void close_asker(struct control_asker *asker)
{
    if (uv_is_closing((uv_handle_t *)&asker->pipe))
        return;
    delist(asker);
    uv_close((uv_handle_t *)&asker->pipe, on_asker_closed);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct control_asker *asker = handle->data;
    (void)suggested;
    *buf = uv_buf_init(asker->request + asker->length,
                       (unsigned)(asker->control->rules->request_max - 1 - asker->length));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct control_asker *asker = stream->data;
    (void)buf;
    if (count < 0) {
        close_asker(asker);
        return;
    }
    asker->length += (size_t)count;
    asker->request[asker->length] = '\0';
    char *end = strchr(asker->request, '\n');
    if (end) {
        *end = '\0';
        /* From here on a leaving asker is noticed by its answer only: until then it must stay. */
        uv_read_stop(stream);
        asker->control->asked(asker->control->owner, asker, asker->request);
    } else if (asker->length >= asker->control->rules->request_max - 1) {
        close_asker(asker);
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct control *control = listener->data;
    if (status < 0)
        return;
    struct control_asker *asker = mem_zalloc(sizeof *asker + control->rules->request_max);
    uv_pipe_init(listener->loop, &asker->pipe, 0);
    asker->pipe.data = asker;
    enlist(control, asker);
    if (uv_accept(listener, (uv_stream_t *)&asker->pipe) ||
        control->count > control->rules->askers_most ||
        uv_read_start((uv_stream_t *)&asker->pipe, on_alloc, on_read))
        close_asker(asker);
}

/* Nobody can connect before the listening begins, so the mode is right from the first moment. No umask(): it would be
 * the other threads', too. */
static int listen_at(struct control *control)
{
    unlink(control->path); /* of a monitor that was killed; the ledger's lock keeps two apart */
    int rc = uv_pipe_bind(&control->listener, control->path);
    if (rc == 0 && chmod(control->path, 0600))
        rc = -errno;
    return rc ? rc : uv_listen((uv_stream_t *)&control->listener, 16, on_connection);
}

int control_open(uv_loop_t *loop, const char *folder, const struct control_rules *rules,
                 void (*asked)(void *owner, struct control_asker *asker, const char *request),
                 void *owner, struct control **ret, struct fault *fault)
{
    struct control *control = mem_zalloc(sizeof *control);
    control->rules = rules;
    control->asked = asked;
    control->owner = owner;
    if (socket_path(folder, rules, control->path, sizeof control->path, fault)) {
        free(control);
        return -1;
    }
    uv_pipe_init(loop, &control->listener, 0);
    control->listener.data = control;
    int rc = listen_at(control);
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
    while (control->askers)
        close_asker(control->askers);
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
    if (uv_write(&asker->write, (uv_stream_t *)&asker->pipe, &buf, 1, on_written))
        close_asker(asker);
}

/* ---- the other side ---- */

/* The socket, -1, or CONTROL_NOBODY. */
static int connect_to(const char *folder, struct fault *fault)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (socket_path(folder, &control_of_commands, address.sun_path, sizeof address.sun_path, fault))
        return -1;
    struct timeval most = {.tv_sec = ANSWER_WAIT_S};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fault_set(fault, "cannot make a socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        fault_set(
            fault,
            "no monitor answers at %s (%s); is `vibrisse run` running, with this data folder?",
            address.sun_path, strerror(errno));
        close(fd);
        return CONTROL_NOBODY;
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

/* MSG_NOSIGNAL: a monitor that hangs up is no reason to die by SIGPIPE. */
static int send_request(int fd, const char *request)
{
    char line[CONTROL_REQUEST_MAX];
    if (!text_format(line, sizeof line, "%s\n", request)) {
        errno = EMSGSIZE;
        return -1;
    }
    return send(fd, line, strlen(line), MSG_NOSIGNAL) < 0 ? -1 : 0;
}

static const char *why_silent(int error)
{
    if (error == EAGAIN)
        return "it hangs or is overloaded";
    return error ? strerror(error) : "it hung up";
}

int control_ask(const char *folder, const char *request, char **ret_text, size_t *ret_length,
                struct fault *fault)
{
    struct buffer answer;
    int fd = connect_to(folder, fault);
    if (fd < 0)
        return fd;
    buffer_init(&answer, ANSWER_MAX);
    int rc = send_request(fd, request) || read_all(fd, &answer) ? -errno : 0;
    close(fd);
    if (rc || !answer.length) {
        buffer_fini(&answer);
        return fault_set(fault, "the monitor did not answer: %s", why_silent(-rc));
    }
    *ret_text = buffer_take(&answer, ret_length);
    return 0;
}
