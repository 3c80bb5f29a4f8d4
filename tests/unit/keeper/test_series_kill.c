/* Kills a recording process at random moments, again and again in the same folder, and looks with rrdtool whether the
 * files say what was fed. VIBRISSE_KILLS sets how often (60): VIBRISSE_KILLS=5000 test_series_kill */
#include "series.h"

#include "mem.h"
#include "oracle.h"
#include "scratch.h"

#include "testing.h"

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SERVICES = 3, TICK_S = 20 };

static const int64_t start = 1736935200;
/* Short periods: most ticks update some file. */
static const struct series_rules rules = {.flush_ms = 60000};
static const char *const services[SERVICES] = {"chat-perche/pad", "chat-perche/mail",
                                               "autre/nuage"};

/* What outlives the child: that much is recorded for sure. */
struct progress {
    volatile int64_t done;
    volatile int64_t ticks;
};

/* What is fed is a function of time. States change at odd seconds. */
static enum outcome state_at(int which, int64_t at)
{
    static const enum outcome states[] = {OUTCOME_UP, OUTCOME_DOWN, OUTCOME_UP, OUTCOME_UNKNOWN,
                                          OUTCOME_DEGRADED};
    return states[(size_t)((at - start) / (37 + 50 * which)) % 5];
}

static double latency_at(int which, int64_t at)
{
    return 10 + (double)((at / 10 * 7 + which * 13) % 101);
}

/* The ledger of this test: stretches of one state in [from, to). */
static void feed_states(struct series *series, int which, int64_t from, int64_t to)
{
    while (from < to) {
        struct span span = {.from = from, .to = from, .state = state_at(which, from)};
        while (span.to < to && state_at(which, span.to) == span.state)
            span.to++;
        series_state(series, services[which], &span);
        from = span.to;
    }
}

static void feed_latencies(struct series *series, int which, int64_t from, int64_t to)
{
    for (int64_t at = from; at < to; at += 10) {
        double total = latency_at(which, at);
        struct phases phases = {{1, 2, 3, total / 2, total}};
        series_latency(series, services[which], "web", FAMILY_IPV4, at, 10000, &phases);
    }
}

static void on_lost(void *owner, const char *service, const char *why)
{
    (void)owner;
    (void)service;
    (void)why;
    _exit(3); /* no kill may cost a file */
}

/* As the recorder does: after a start, what the ledger knows and the series does not. */
static void catch_up(struct series *series, int64_t now)
{
    for (int i = 0; i < SERVICES; i++) {
        int64_t known = series_known(series, services[i]);
        feed_states(series, i, known ? known : start, now);
        /* An open step is lost with the process: it is measured again. */
        feed_latencies(series, i, now - now % 60, now);
    }
}

static int advance(struct series *series, struct progress *progress, struct fault *fault)
{
    int64_t now = progress->done + TICK_S;
    for (int i = 0; i < SERVICES; i++) {
        feed_states(series, i, progress->done, now);
        feed_latencies(series, i, progress->done, now);
    }
    if (series_tick(series, now, fault))
        return -1;
    progress->done = now;
    progress->ticks++;
    return 0;
}

static void record(const char *folder, struct progress *progress, int64_t until)
{
    struct series *series;
    struct fault fault;
    if (series_open(folder, &rules, on_lost, NULL, &series, &fault))
        _exit(1);
    catch_up(series, progress->done);
    while (progress->done < until) {
        if (advance(series, progress, &fault))
            _exit(2);
    }
    if (series_flush(series, NULL, &fault))
        _exit(2);
    series_close(series);
    _exit(0);
}

static int run_child(const char *folder, struct progress *progress, int64_t until,
                     useconds_t kill_after_us)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        record(folder, progress, until);
    if (kill_after_us) {
        /* Not while it starts: the updates are what is to be hit. */
        for (int64_t ticks = progress->ticks; progress->ticks == ticks;) {
            if (waitpid(child, &status, WNOHANG) == child)
                return status;
            usleep(100);
        }
        usleep(kill_after_us);
        kill(child, SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void path_of(const char *folder, int which, const char *name, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/series/%s/%s", folder, services[which], name);
}

static void check_avail(const char *folder, int which, int64_t step, int64_t to)
{
    char path[PATH_MAX];
    size_t count;
    path_of(folder, which, "avail.rrd", path);
    int64_t from = to - 9000 * step > start ? to - 9000 * step : start; /* not before the archive */
    struct oracle_row *rows =
        oracle_fetch(path, "AVERAGE", step, from - from % step, to - to % step, &count);
    for (size_t i = 0; i < count; i++) {
        double up = 0, down = 0;
        for (int64_t at = rows[i].at - step; at < rows[i].at; at++) {
            up += at >= start && outcome_is_good(state_at(which, at));
            down += at >= start && state_at(which, at) == OUTCOME_DOWN;
        }
        if (fabs(rows[i].value[0] - up / (double)step) > 1e-9 ||
            fabs(rows[i].value[1] - down / (double)step) > 1e-9)
            fail_msg("%s: step %lld, row at %lld", path, (long long)step, (long long)rows[i].at);
    }
    free(rows);
}

static void check_latency(const char *folder, int which, int64_t to)
{
    char path[PATH_MAX];
    size_t count;
    path_of(folder, which, "web.ipv4.lat.rrd", path);
    int64_t from = to - 2500 * 60 > start ? to - 2500 * 60 : start;
    struct oracle_row *rows =
        oracle_fetch(path, "AVERAGE", 60, from - from % 60, to - to % 60, &count);
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (int64_t at = rows[i].at - 60; at < rows[i].at; at += 10)
            sum += latency_at(which, at);
        if (!(fabs(rows[i].value[4] - sum / 6) < 1e-4))
            fail_msg("%s: row at %lld is %f, not %f", path, (long long)rows[i].at, rows[i].value[4],
                     sum / 6);
    }
    free(rows);
}

static void check_all(const char *folder, int64_t to)
{
    for (int i = 0; i < SERVICES; i++) {
        check_avail(folder, i, 60, to);
        check_avail(folder, i, 300, to);
        check_avail(folder, i, 3600, to);
        check_latency(folder, i, to);
    }
}

static int kills(void)
{
    const char *text = getenv("VIBRISSE_KILLS");
    return text ? atoi(text) : 60;
}

static void test_kills_at_random_leave_the_files_exact(void **state)
{
    (void)state;
    char folder[SCRATCH_SIZE];
    unsigned seed = (unsigned)getpid();
    int killed = 0;
    struct progress *progress =
        mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(progress != MAP_FAILED);
    scratch_make_in(
        "/dev/shm",
        folder); /* where no disk makes us wait, nearly all the time is spent in updates */
    progress->done = start;
    print_message("seed %u\n", seed);
    while (killed < kills()) {
        int status = run_child(folder, progress, INT64_MAX, 1 + (useconds_t)rand_r(&seed) % 20000);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
            fail_msg("the child ended by itself with %d after %d kills", WEXITSTATUS(status),
                     killed);
        killed++;
        if (killed % 10)
            continue;
        /* To the end of a step: closing ends an open one early. */
        assert_int_equal(run_child(folder, progress, progress->done + 60 - progress->done % 60, 0),
                         0);
        check_all(folder, progress->done);
    }
    print_message("%d kills, %lld ticks\n", killed, (long long)progress->ticks);
    assert_true(progress->ticks > 0);
    munmap(progress, sizeof *progress);
    scratch_remove(folder);
}

/* ---- power cuts: of each page that was written, the disk has the old or the new one ---- */

static void mix_pages(char *old, const char *new, size_t length, unsigned *seed)
{
    enum { PAGE = 4096 };
    for (size_t at = 0; at < length; at += PAGE) {
        if (rand_r(seed) % 2)
            memcpy(old + at, new + at, length - at < PAGE ? length - at : PAGE);
    }
}

struct image {
    char name[128]; /* below the folder */
    char *bytes;
    size_t length;
};

static void read_images(const char *folder, struct image images[2 * SERVICES])
{
    static const char *const names[] = {"avail.rrd", "web.ipv4.lat.rrd"};
    for (int i = 0; i < 2 * SERVICES; i++) {
        snprintf(images[i].name, sizeof images[i].name, "series/%s/%s", services[i / 2],
                 names[i % 2]);
        images[i].bytes = scratch_read(folder, images[i].name, &images[i].length);
    }
}

static void cut_power(const char *folder, struct image before[2 * SERVICES], unsigned *seed)
{
    struct image after[2 * SERVICES];
    read_images(folder, after);
    for (int i = 0; i < 2 * SERVICES; i++) {
        assert_int_equal(before[i].length, after[i].length);
        mix_pages(before[i].bytes, after[i].bytes, after[i].length, seed);
        scratch_write(folder, before[i].name, before[i].bytes, before[i].length);
        free(before[i].bytes);
        free(after[i].bytes);
    }
}

/* Updates all files and ends before it could note that this is done. */
static void record_until_power_fails(const char *folder, struct progress *progress, int ticks)
{
    struct series *series;
    struct fault fault;
    struct series_rules slow = {.flush_ms = INT64_MAX};
    if (series_open(folder, &slow, on_lost, NULL, &series, &fault))
        _exit(1);
    catch_up(series, progress->done);
    for (int i = 0; i < ticks; i++) {
        if (advance(series, progress, &fault))
            _exit(2);
    }
    _exit(series_flush(series, NULL, &fault) ? 2 : 0);
}

static void test_power_cuts_leave_the_files_exact(void **state)
{
    (void)state;
    char folder[SCRATCH_SIZE];
    unsigned seed = (unsigned)getpid();
    struct image before[2 * SERVICES];
    struct progress *progress =
        mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(progress != MAP_FAILED);
    scratch_make_in("/dev/shm", folder);
    progress->done = start;
    print_message("seed %u\n", seed);
    for (int round = 0; round < 20; round++) {
        int status;
        assert_int_equal(run_child(folder, progress, progress->done + 60 - progress->done % 60, 0),
                         0);
        read_images(folder, before);
        pid_t child = fork();
        if (child == 0)
            record_until_power_fails(folder, progress, 1 + rand_r(&seed) % 300);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        cut_power(folder, before, &seed);
        assert_int_equal(run_child(folder, progress, progress->done + 60 - progress->done % 60, 0),
                         0);
        check_all(folder, progress->done);
    }
    munmap(progress, sizeof *progress);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kills_at_random_leave_the_files_exact),
        cmocka_unit_test(test_power_cuts_leave_the_files_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
