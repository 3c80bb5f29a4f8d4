#include "supervisor.h"

#include "text.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A path, or a name without a file ("@..."). */
static bool address_of(const char *name, struct sockaddr_un *ret, socklen_t *ret_length)
{
    size_t length = name ? strlen(name) : 0;
    if (length < 2 || length >= sizeof ret->sun_path || (name[0] != '/' && name[0] != '@'))
        return false;
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(ret->sun_path, name, length);
    if (name[0] == '@')
        ret->sun_path[0] = '\0';
    *ret_length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    return true;
}

static int connect_to(const char *name)
{
    struct sockaddr_un address;
    socklen_t length;
    if (!address_of(name, &address, &length))
        return -1;
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (file >= 0 && connect(file, (struct sockaddr *)&address, length)) {
        close(file);
        file = -1;
    }
    return file;
}

static int64_t number(const char *text)
{
    char *end;
    long long value = text ? strtoll(text, &end, 10) : 0;
    return text && !*end && value > 0 ? value : 0;
}

static int64_t watchdog_ms(void)
{
    const char *pid = getenv("WATCHDOG_PID");
    int64_t microseconds = number(getenv("WATCHDOG_USEC"));
    if (!microseconds || (pid && number(pid) != getpid()))
        return 0;
    return microseconds < 2000 ? 1 : microseconds / 2000;
}

void supervisor_open(struct supervisor *supervisor)
{
    *supervisor = (struct supervisor){.socket = connect_to(getenv("NOTIFY_SOCKET"))};
    if (supervisor->socket >= 0)
        supervisor->every_ms = watchdog_ms();
}

void supervisor_close(struct supervisor *supervisor)
{
    if (supervisor->socket >= 0)
        close(supervisor->socket);
    supervisor->socket = -1;
}

/* False: they do not read. We never wait for them. */
static bool tell(const struct supervisor *supervisor, const char *text)
{
    return supervisor->socket < 0 ||
           send(supervisor->socket, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

void supervisor_ready(struct supervisor *supervisor)
{
    tell(supervisor, "READY=1");
}

void supervisor_stopping(struct supervisor *supervisor)
{
    tell(supervisor, "STOPPING=1");
}

void supervisor_status(struct supervisor *supervisor, const char *sentence)
{
    char text[256];
    if (supervisor->status == sentence)
        return;
    text_format(text, sizeof text, "STATUS=%s", sentence);
    if (tell(supervisor, text))
        supervisor->status = sentence;
}

void supervisor_beat(struct supervisor *supervisor, int64_t now_ms)
{
    if (!supervisor->every_ms || now_ms < supervisor->next_ms)
        return;
    if (tell(supervisor, "WATCHDOG=1"))
        supervisor->next_ms = now_ms + supervisor->every_ms;
}
