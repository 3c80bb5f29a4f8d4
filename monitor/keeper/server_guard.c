#include "server_guard.h"

#include "fault.h"
#include "folder.h"
#include "log.h"
#include "macros.h"
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

enum { NOTE_MAX = PATH_MAX + 32, COMMAND_MAX = 2 * PATH_MAX + 256 };

void server_guard_note(const char *data, int pid, const char *site)
{
    struct fault fault;
    char text[NOTE_MAX];
    int folder = folder_open(data, &fault);
    if (folder < 0)
        return;
    text_format(text, sizeof text, "%d %s", pid, site);
    if (folder_replace(folder, note_name, text, strlen(text), &fault))
        log_event(LOG_LEVEL_WARNING, "cannot note the server's process", "why", fault.text, NULL);
    close(folder);
}

/* -1: cannot be read. The text is ended by a NUL that does not count. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0)
        return -1;
    ssize_t length = read(file, text, size - 1);
    close(file);
    if (length >= 0)
        text[length] = '\0';
    return length;
}

/* The pid in the note; *ret_site is what follows it. 0 = there is none. */
static int read_note(const char *data, char note[NOTE_MAX], const char **ret_site)
{
    char path[PATH_MAX], *site;
    if (!text_format(path, sizeof path, "%s/%s", data, note_name) ||
        read_file(path, note, NOTE_MAX) <= 0)
        return 0;
    long pid = strtol(note, &site, 10);
    if (pid <= 1 || pid > INT_MAX || *site != ' ')
        return 0;
    *ret_site = site + 1;
    return (int)pid;
}

/* A number in a file may by now belong to anybody: only a process whose command is "... serve --site SITE" is ours. */
static bool is_server(int pid, const char *site)
{
    char path[64], command[COMMAND_MAX];
    text_format(path, sizeof path, "/proc/%d/cmdline", pid);
    ssize_t length = read_file(path, command, sizeof command);
    const char *const wanted[] = {"serve", "--site", site};
    const char *word = command + (length > 0 ? strlen(command) + 1 : 0);
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++, word += strlen(word) + 1)
        if (length <= 0 || word >= command + length || strcmp(word, wanted[i]) != 0)
            return false;
    return true;
}

void server_guard_replace(const char *data)
{
    const struct timespec moment = {0, 20000000};
    char note[NOTE_MAX];
    const char *site;
    int pid = read_note(data, note, &site);
    if (!pid || !is_server(pid, site))
        return;
    log_event(LOG_LEVEL_INFO, "replacing the server of an earlier run", NULL);
    kill(pid, SIGTERM);
    for (int i = 0; i < 150 && is_server(pid, site); i++)
        nanosleep(&moment, NULL);
}
