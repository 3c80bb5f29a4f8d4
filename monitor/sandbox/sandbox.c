#include "sandbox.h"

#include "landlock.h"
#include "log.h"
#include "macros.h"
#include "system_calls.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const char *const kind_names[] = {"none", "programs", "strict"};

enum { FOLDERS_MAX = 8 };

static const struct {
    bool reads_all, writes_own, runs_own, runs_programs, silent;
} roles[] = {
    [SANDBOX_KEEPER] = {.reads_all = true,
                        .writes_own = true,
                        .runs_own = true,
                        .runs_programs = true},
    [SANDBOX_NETWORK] = {.reads_all = true, .runs_programs = true},
    [SANDBOX_CRAWLER] = {.reads_all = true},
    [SANDBOX_SERVER] = {.silent = true},
};

/* Of the C library and its like: shared objects, time zones, what a process says of itself. */
static const char *const system_paths[] = {"/usr",  "/lib",      "/lib64",      "/etc/localtime",
                                           "/proc", "/dev/null", "/dev/urandom"};
static const char *const loaders[] = {"/proc/self/exe", "/lib", "/lib64", "/usr/lib"};

/* ---- lists of paths ---- */

struct paths {
    const char *list[2 * FOLDERS_MAX]; /* ended by NULL */
    size_t count;
};

static void add(struct paths *paths, const char *path)
{
    assert(paths->count + 1 < ARRAY_LEN(paths->list));
    if (path)
        paths->list[paths->count++] = path;
}

static void add_all(struct paths *paths, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(paths, list[i]);
}

static size_t length(const char *const *list)
{
    size_t count = 0;
    while (list[count])
        count++;
    return count;
}

/* ---- entering ---- */

enum sandbox_kind sandbox_kind(void)
{
    const char *word = getenv(SANDBOX_VARIABLE);
    for (size_t i = 0; word && i < ARRAY_LEN(kind_names); i++)
        if (strcmp(word, kind_names[i]) == 0)
            return (enum sandbox_kind)i;
    return SANDBOX_STRICT;
}

const char *sandbox_word(enum sandbox_kind kind)
{
    return kind_names[kind];
}

static void list_read(enum sandbox_role role, const char *const *folders, struct paths *read)
{
    if (roles[role].reads_all) {
        add(read, "/");
        return;
    }
    add_all(read, folders, length(folders));
    add_all(read, system_paths, ARRAY_LEN(system_paths));
}

static void list_written(enum sandbox_role role, const char *const *folders, bool programs,
                         struct paths *write)
{
    add(write, "/dev/null");
    if (roles[role].writes_own)
        add_all(write, folders, length(folders));
    if (programs) {
        add(write, "/tmp");
        add(write, "/var/tmp");
        add(write, getenv("TMPDIR"));
    }
}

static void list_run(enum sandbox_role role, bool programs, struct paths *execute)
{
    if (programs)
        add(execute, "/");
    else if (roles[role].runs_own)
        add_all(execute, loaders, ARRAY_LEN(loaders));
}

int sandbox_enter(enum sandbox_role role, const char *const *folders, struct fault *fault)
{
    enum sandbox_kind kind = sandbox_kind();
    bool programs = roles[role].runs_programs && kind == SANDBOX_PROGRAMS;
    struct paths read = {0}, write = {0}, execute = {0};
    struct fault ignored;
    if (kind == SANDBOX_NONE)
        return 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return fault_set(fault, "this kernel does not let a process give up rights: %s",
                         strerror(errno));
    list_read(role, folders, &read);
    list_written(role, folders, programs, &write);
    list_run(role, programs, &execute);
    const struct landlock_wish wish = {read.list, write.list, execute.list, roles[role].silent};
    int rc = landlock_restrict(&wish, fault);
    if (system_calls_restrict(programs || roles[role].runs_own, rc ? &ignored : fault))
        rc = -1;
    return rc;
}

void sandbox_tell(const struct fault *fault)
{
    log_event(LOG_LEVEL_WARNING,
              "this process could do more than it has to: a part of its sandbox is missing", "why",
              fault->text, NULL);
}

void sandbox_enter_as_child(enum sandbox_role role, const char *const *folders)
{
    struct fault fault;
    if (sandbox_enter(role, folders, &fault))
        sandbox_tell(&fault);
}
