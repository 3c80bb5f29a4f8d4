#include "census.h"

#include "clock.h"
#include "folder.h"
#include "json.h"
#include "log.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ORDER_MAX = 256 * 1024 };

static const int64_t soon_ms = INT64_C(10) * 60 * 1000;       /* after a crawl that failed */
static const uint64_t patience_ms = UINT64_C(30) * 60 * 1000; /* it gives up by itself before */
static const char accepted[] = "accept";

/* Below DATA/register: what it reads or writes, and the name of the new one until it ended well. */
static const struct {
    const char *name, *fresh;
} files[CENSUS_FILES] = {
    [CENSUS_MEMBERS] = {"members", "members.new"}, [CENSUS_OLD_COPIES] = {"copies", NULL},
    [CENSUS_COPIES] = {"copies", "copies.new"},    [CENSUS_REPORT] = {"report", "report.new"},
    [CENSUS_JOURNAL] = {"journal", "journal.new"},
};

/* ---- orders ---- */

static void add_list(struct buffer *out, const char *key, const char *const *texts)
{
    buffer_printf(out, ",\"%s\":[", key);
    for (size_t i = 0; texts && texts[i]; i++) {
        buffer_text_add(out, i ? "," : "");
        json_add_text(out, texts[i]);
    }
    buffer_byte(out, ']');
}

static void add_text(struct buffer *out, const char *key, const char *text)
{
    if (!text)
        return;
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, text);
}

static char *write_order(const struct config *config)
{
    struct buffer out;
    const char **urls = mem_array(config->register_count + 1, sizeof *urls);
    for (size_t i = 0; i < config->register_count; i++) {
        const struct config_register *one = &config->registers[i];
        urls[i] = one->chatonsinfos ? one->chatonsinfos : one->librehost;
    }
    buffer_init(&out, ORDER_MAX);
    buffer_text_add(&out, "{\"v\":1");
    add_list(&out, "registers", urls);
    add_list(&out, "allow", config->allow);
    add_list(&out, "resolvers", config->resolvers);
    add_text(&out, "ca_file", config->ca_file);
    add_text(&out, "user_agent_url", config->user_agent_url);
    buffer_text_add(&out, "}\n");
    free(urls);
    return buffer_take(&out, NULL);
}

static int64_t shortest(const struct config *config)
{
    int64_t every_ms = INT64_MAX;
    for (size_t i = 0; i < config->register_count; i++)
        if (config->registers[i].every_ms < every_ms)
            every_ms = config->registers[i].every_ms;
    return every_ms;
}

/* ---- files ---- */

static int open_folder(const char *data)
{
    char path[PATH_MAX];
    if (!text_format(path, sizeof path, "%s/register", data))
        return -1;
    if (mkdir(path, 0700) && errno != EEXIST)
        return -1;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (folder >= 0 && folder_give(folder, folder, "..")) {
        close(folder);
        return -1;
    }
    return folder;
}

static int open_order(const struct census *census)
{
    int fd = memfd_create("order", MFD_CLOEXEC);
    size_t length = strlen(census->order);
    if (fd >= 0 && write(fd, census->order, length) == (ssize_t)length &&
        lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int open_one(const struct census *census, int number)
{
    if (number == CENSUS_ORDER)
        return open_order(census);
    if (number == CENSUS_LOG)
        return fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    if (files[number].fresh)
        return openat(census->folder, files[number].fresh,
                      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    int fd =
        openat(census->folder, files[number].name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    return fd < 0 ? open("/dev/null", O_RDONLY | O_CLOEXEC) : fd;
}

static bool open_files(const struct census *census, int fds[CENSUS_FILES])
{
    bool is_good = true;
    for (int i = 0; i < CENSUS_FILES; i++)
        is_good = (fds[i] = open_one(census, i)) >= 0 && is_good;
    return is_good;
}

static void close_files(const int fds[CENSUS_FILES])
{
    for (int i = 0; i < CENSUS_FILES; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

static bool same_bytes(int left, int right)
{
    char one[8192], other[8192];
    for (;;) {
        ssize_t n = read(left, one, sizeof one), m = read(right, other, sizeof other);
        if (n != m || n < 0 || memcmp(one, other, (size_t)n) != 0)
            return false;
        if (n == 0)
            return true;
    }
}

static bool is_unchanged(const struct census *census, int number)
{
    int old = openat(census->folder, files[number].name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int fresh = openat(census->folder, files[number].fresh, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool same = old >= 0 && fresh >= 0 && same_bytes(old, fresh);
    if (old >= 0)
        close(old);
    if (fresh >= 0)
        close(fresh);
    return same;
}

static void take_over(const struct census *census, int number)
{
    if (renameat(census->folder, files[number].fresh, census->folder, files[number].name))
        log_event(LOG_LEVEL_ERROR, "what a crawl found cannot be kept", "file", files[number].name,
                  "why", strerror(errno), NULL);
}

/* ---- the crawler ---- */

static void on_due(uv_timer_t *timer);

static void plan(struct census *census, int64_t ms)
{
    if (!census->stopping)
        uv_timer_start(&census->due, on_due, (uint64_t)(ms > 0 ? ms : 0), 0);
}

static void take_all(const struct census *census)
{
    bool is_other = !is_unchanged(census, CENSUS_MEMBERS);
    take_over(census, CENSUS_COPIES); /* first: the next crawl compares with what was taken */
    take_over(census, CENSUS_MEMBERS);
    unlinkat(census->folder, accepted, 0);
    if (is_other)
        census->changed(census->owner);
}

static void finish(const struct census *census, int64_t status)
{
    bool has_none = faccessat(census->folder, files[CENSUS_MEMBERS].name, F_OK, 0) != 0;
    if (status == CENSUS_DONE || status == CENSUS_HELD || status == CENSUS_LOST) {
        take_over(census, CENSUS_REPORT);
        take_over(census, CENSUS_JOURNAL);
    }
    if (status == CENSUS_HELD)
        log_event(LOG_LEVEL_WARNING,
                  "half of the members or services are gone from the registers at once: they are "
                  "kept until 'vibrisse register accept'",
                  NULL);
    if (status == CENSUS_LOST)
        log_event(LOG_LEVEL_WARNING, "a register cannot be read: see 'vibrisse register fetch'",
                  NULL);
    if (status == CENSUS_DONE || (status == CENSUS_LOST && has_none))
        take_all(census);
}

static void on_ended(uv_process_t *process, int64_t status, int signal)
{
    struct census *census = process->data;
    uv_close((uv_handle_t *)process, NULL);
    uv_timer_stop(&census->patience);
    census->running = false;
    if (census->stopping)
        return;
    bool is_over = !signal && (status == CENSUS_DONE || status == CENSUS_HELD);
    if (signal || (!is_over && status != CENSUS_LOST))
        log_event(LOG_LEVEL_WARNING, "the crawler of the registers did not end well", NULL);
    bool again = census->again;
    census->again = false;
    plan(census, again ? 0 : is_over || census->every_ms < soon_ms ? census->every_ms : soon_ms);
    finish(census, signal ? -1 : status);
}

static void on_patience_over(uv_timer_t *timer)
{
    struct census *census = timer->data;
    uv_process_kill(&census->process, SIGKILL);
}

static int spawn(struct census *census, const int fds[CENSUS_FILES])
{
    bool may_shrink = faccessat(census->folder, accepted, F_OK, 0) == 0;
    const char *args[] = {census->program, "crawler", may_shrink ? "--accept" : NULL, NULL};
    uv_stdio_container_t stdio[CENSUS_FILES];
    for (int i = 0; i < CENSUS_FILES; i++)
        stdio[i] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = fds[i]};
    const uv_process_options_t options = {
        .exit_cb = on_ended,
        .file = census->program,
        .args = (char **)(uintptr_t)args, /* uv_spawn does not write to them */
        .stdio_count = CENSUS_FILES,
        .stdio = stdio,
    };
    census->process.data = census;
    int rc = uv_spawn(census->due.loop, &census->process, &options);
    census->running = rc == 0;
    if (rc)
        uv_close((uv_handle_t *)&census->process, NULL);
    else
        uv_timer_start(&census->patience, on_patience_over, patience_ms, 0);
    return rc;
}

static void on_due(uv_timer_t *timer)
{
    struct census *census = timer->data;
    int fds[CENSUS_FILES];
    if (!census->order || census->running || census->stopping)
        return;
    if (census->folder < 0)
        census->folder = open_folder(census->data);
    bool is_good = census->folder >= 0 && open_files(census, fds);
    if (!is_good || spawn(census, fds)) {
        log_event(LOG_LEVEL_ERROR, "the registers cannot be read now", "why", strerror(errno),
                  NULL);
        plan(census, soon_ms);
    }
    if (census->folder >= 0)
        close_files(fds);
}

/* ---- turns ---- */

/* Since the last crawl that ended well; a clock that was set back is no reason to wait. */
static int64_t left_ms(const struct census *census)
{
    struct stat status;
    char path[PATH_MAX];
    if (!text_format(path, sizeof path, "%s/register/copies", census->data) || stat(path, &status))
        return 0;
    int64_t age_ms = clock_wall().ms - (int64_t)status.st_mtim.tv_sec * 1000;
    return age_ms < 0 ? 0 : census->every_ms - age_ms;
}

void census_order(struct census *census, const struct config *config, bool now)
{
    free(census->order);
    census->order = config->register_count ? write_order(config) : NULL;
    census->every_ms = shortest(config);
    if (!census->opened || !census->order)
        return;
    if (census->running)
        census->again = census->again || now;
    else
        plan(census, now ? 0 : left_ms(census));
}

void census_start(struct census *census, uv_loop_t *loop)
{
    census->folder = -1;
    census->opened = true;
    uv_timer_init(loop, &census->due);
    uv_timer_init(loop, &census->patience);
    census->due.data = census->patience.data = census;
    if (census->order)
        plan(census, left_ms(census));
}

void census_stop(struct census *census)
{
    if (!census->opened || census->stopping)
        return;
    census->stopping = true;
    if (census->running)
        uv_process_kill(&census->process, SIGKILL);
    uv_close((uv_handle_t *)&census->due, NULL);
    uv_close((uv_handle_t *)&census->patience, NULL);
}

void census_fini(struct census *census)
{
    if (census->opened && census->folder >= 0)
        close(census->folder);
    free(census->order);
}

int census_accept(const char *data, struct fault *fault)
{
    int folder = open_folder(data);
    int fd = folder < 0
                 ? -1
                 : openat(folder, accepted, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int rc = fd < 0 || folder_give(fd, folder, ".")
                 ? fault_set(fault, "%s/register: %s", data, strerror(errno))
                 : 0;
    if (fd >= 0)
        close(fd);
    if (folder >= 0)
        close(folder);
    return rc;
}

bool census_keeps(const char *name)
{
    for (int i = 0; i < CENSUS_FILES; i++)
        if (files[i].fresh && strcmp(files[i].name, name) == 0)
            return true;
    return false;
}
