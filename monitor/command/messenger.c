#include "messenger.h"

#include "postroom.h"
#include "text.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 60 * 1000 };

extern char **environ;

/* Its end of the socket is its standard input and output. */
static int start(int theirs, pid_t *ret, struct fault *fault)
{
    static char program[] = "/proc/self/exe", name[] = "courier";
    char *const arguments[] = {program, name, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, theirs, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, theirs, STDOUT_FILENO);
    int rc = posix_spawn(ret, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return rc ? fault_set(fault, "the courier cannot be started: %s", strerror(rc)) : 0;
}

static void write_lines(const struct config *config, const struct errand_target *target,
                        const struct alert *alert, struct buffer *out)
{
    postroom_write_rules(config, out);
    errand_write_carry(target, alert, out);
}

static int send_all(int fd, const struct buffer *bytes, struct fault *fault)
{
    for (size_t sent = 0; sent < bytes->length;) {
        ssize_t rc = send(fd, bytes->bytes + sent, bytes->length - sent, MSG_NOSIGNAL);
        if (rc < 0 && errno != EINTR)
            return fault_set(fault, "the courier does not listen: %s", strerror(errno));
        sent += rc > 0 ? (size_t)rc : 0;
    }
    return 0;
}

/* One line. */
static int hear(int fd, struct buffer *line, struct fault *fault)
{
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    char bytes[512];
    while (!line->length || line->bytes[line->length - 1] != '\n') {
        int rc = poll(&poller, 1, PATIENCE_MS);
        ssize_t got = rc > 0 ? recv(fd, bytes, sizeof bytes, 0) : -1;
        if (rc == 0)
            return fault_set(fault, "the courier does not answer");
        if (got <= 0 && !(got < 0 && errno == EINTR))
            return fault_set(fault, "the courier ended without an answer");
        buffer_add(line, bytes, got > 0 ? (size_t)got : 0);
        if (line->overflow)
            return fault_set(fault, "the courier's answer makes no sense");
    }
    return 0;
}

static int talk(int fd, const struct buffer *lines, struct receipt *ret, struct fault *fault)
{
    struct buffer line;
    buffer_init(&line, RECEIPT_LINE_MAX);
    int rc = send_all(fd, lines, fault);
    if (rc == 0)
        rc = hear(fd, &line, fault);
    if (rc == 0 && !receipt_read(line.bytes, line.length, ret))
        rc = fault_set(fault, "the courier's answer makes no sense");
    buffer_fini(&line);
    return rc;
}

int messenger_send(const struct config *config, const struct errand_target *target,
                   const struct alert *alert, struct receipt *ret, struct fault *fault)
{
    struct buffer lines;
    int ends[2];
    pid_t courier = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return fault_set(fault, "no socket for the courier: %s", strerror(errno));
    int rc = start(ends[1], &courier, fault);
    close(ends[1]);
    if (rc == 0) {
        buffer_init(&lines, 2 * ERRAND_LINE_MAX);
        write_lines(config, target, alert, &lines);
        rc = talk(ends[0], &lines, ret, fault);
        buffer_fini(&lines);
    }
    close(ends[0]);
    if (courier > 0 && rc)
        kill(courier, SIGKILL); /* it may hang */
    if (courier > 0)
        waitpid(courier, NULL, 0);
    return rc;
}
