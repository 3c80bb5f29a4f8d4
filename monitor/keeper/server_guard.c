#include "server_guard.h"

#include "fault.h"
#include "folder.h"
#include "log.h"
#include "text.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char note_name[] = "server.pid";

void server_guard_note(const char *data, int pid)
{
    struct fault fault;
    char text[32];
    int folder = folder_open(data, &fault);
    if (folder < 0)
        return;
    text_format(text, sizeof text, "%d\n", pid);
    if (folder_replace(folder, note_name, text, strlen(text), &fault))
        log_event(LOG_LEVEL_WARNING, "cannot note the server's process", "why", fault.text, NULL);
    close(folder);
}

static int noted_pid(const char *data)
{
    char path[PATH_MAX], text[32] = "";
    text_format(path, sizeof path, "%s/%s", data, note_name);
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    return length > 0 ? (int)strtol(text, NULL, 10) : 0;
}

/* A number in a file may by now belong to anybody: only a process whose command is "... serve --site" is ours. */
static bool is_server(int pid)
{
    char path[64], bytes[512];
    text_format(path, sizeof path, "/proc/%d/cmdline", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, bytes, sizeof bytes - 1);
    if (file >= 0)
        close(file);
    if (length <= 0)
        return false;
    bytes[length] = '\0';
    const char *verb = bytes + strlen(bytes) + 1;
    return verb + sizeof "serve" < bytes + length && strcmp(verb, "serve") == 0 &&
           strcmp(verb + sizeof "serve", "--site") == 0;
}

void server_guard_replace(const char *data)
{
    const struct timespec moment = {0, 20000000};
    int pid = noted_pid(data);
    if (pid <= 1 || !is_server(pid))
        return;
    log_event(LOG_LEVEL_INFO, "replacing the server of an earlier run", NULL);
    kill(pid, SIGTERM);
    for (int i = 0; i < 150 && is_server(pid); i++)
        nanosleep(&moment, NULL);
}
