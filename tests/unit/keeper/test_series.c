#include "series.h"

#include "mem.h"
#include "oracle.h"
#include "scratch.h"

#include "testing.h"

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* 2025-01-15 10:00:00 UTC, an hour that begins no day. */
static const int64_t start = 1736935200;
static const struct series_rules standard = {.flush_ms = 3600000};
static const char service[] = "chat-perche/pad";

struct bench {
    char folder[SCRATCH_SIZE];
    struct series *series;
    struct span spans[4096]; /* what the ledger would know */
    size_t span_count;
    int lost;
    bool of_line; /* the spans are the line's, not the service's */
};

static const char line[] = "chat-perche/pad/web/ipv6";

static void feed(struct bench *bench, int64_t from, int64_t to, enum outcome state)
{
    struct span span = {.from = from, .to = to, .state = state};
    bench->spans[bench->span_count++] = span;
    series_state(bench->series, bench->of_line ? line : service, &span);
}

static void on_lost(void *owner, const char *lost_subject, const char *why)
{
    struct bench *bench = owner;
    assert_string_equal(lost_subject, bench->of_line ? line : service);
    assert_non_null(why);
    bench->lost++;
    for (size_t i = 0; i < bench->span_count; i++)
        series_state(bench->series, lost_subject, &bench->spans[i]);
}

static void open_series(struct bench *bench, const struct series_rules *rules)
{
    struct fault fault;
    if (series_open(bench->folder, rules, on_lost, bench, &bench->series, &fault))
        fail_msg("%s", fault.text);
}

static int setup(void **state)
{
    struct bench *bench = mem_zalloc(sizeof *bench);
    scratch_make(bench->folder);
    open_series(bench, &standard);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    series_close(bench->series);
    scratch_remove(bench->folder);
    free(bench);
    return 0;
}

static void tick(struct bench *bench, int64_t now)
{
    struct fault fault;
    if (series_tick(bench->series, now, &fault))
        fail_msg("%s", fault.text);
}

static void flush(struct bench *bench)
{
    struct fault fault;
    if (series_flush(bench->series, NULL, &fault))
        fail_msg("%s", fault.text);
}

static const char *path_of(const struct bench *bench, const char *name)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/series/%s/%s", bench->folder, service, name);
    return path;
}

static int64_t overlap(int64_t from, int64_t to, int64_t a, int64_t b)
{
    int64_t low = from > a ? from : a, high = to < b ? to : b;
    return high > low ? high - low : 0;
}

/* Rows of `step` must be the exact shares of up and down. */
static void check_rows(struct bench *bench, int64_t step, int64_t from, int64_t to)
{
    size_t count;
    struct oracle_row *rows =
        oracle_fetch(path_of(bench, bench->of_line ? "web.ipv6.avail.rrd" : "avail.rrd"), "AVERAGE",
                     step, from, to, &count);
    for (size_t i = 0; i < count; i++) {
        int64_t up = 0, down = 0;
        for (size_t j = 0; j < bench->span_count; j++) {
            const struct span *span = &bench->spans[j];
            int64_t part = overlap(rows[i].at - step, rows[i].at, span->from, span->to);
            up += outcome_is_good(span->state) ? part : 0;
            down += span->state == OUTCOME_DOWN ? part : 0;
        }
        assert_true(fabs(rows[i].value[0] - (double)up / (double)step) < 1e-9);
        assert_true(fabs(rows[i].value[1] - (double)down / (double)step) < 1e-9);
        assert_true(bench->of_line || rows[i].value[2] == 0);
    }
    free(rows);
}

static void test_states_come_out_exact(void **state)
{
    struct bench *bench = *state;
    tick(bench, start + 3600);
    feed(bench, start + 17, start + 1000, OUTCOME_UP);
    feed(bench, start + 1000, start + 1033, OUTCOME_DOWN);
    feed(bench, start + 1033, start + 1500, OUTCOME_DEGRADED);
    feed(bench, start + 1500, start + 1607, OUTCOME_UNKNOWN);
    feed(bench, start + 1607, start + 3600, OUTCOME_UP);
    flush(bench);
    int64_t day = start - start % 86400;
    check_rows(bench, 60, start - 600, start + 3600);
    check_rows(bench, 300, start, start + 3600);
    check_rows(bench, 3600, day, start + 3600);
    assert_int_equal(series_known(bench->series, service), start + 3600);
}

static void test_a_year_of_hours_adds_up(void **state)
{
    struct bench *bench = *state;
    static const enum outcome states[] = {OUTCOME_UP, OUTCOME_UP, OUTCOME_DOWN, OUTCOME_UNKNOWN,
                                          OUTCOME_DEGRADED};
    int64_t at = start + 29, end = start + 365 * 86400;
    unsigned seed = 7;
    tick(bench, end);
    while (at < end) {
        int64_t length = 1 + (int64_t)rand_r(&seed) % 400000;
        int64_t until = at + length < end ? at + length : end;
        feed(bench, at, until, states[(size_t)rand_r(&seed) % 5]);
        at = until;
        if (rand_r(&seed) % 4 == 0)
            flush(bench);
    }
    flush(bench);
    size_t count;
    int64_t up = 0, down = 0, day = start - start % 86400;
    double up_hours = 0, down_hours = 0;
    struct oracle_row *rows =
        oracle_fetch(path_of(bench, "avail.rrd"), "AVERAGE", 3600, day, end, &count);
    for (size_t i = 0; i < count; i++) {
        up_hours += rows[i].value[0];
        down_hours += rows[i].value[1];
    }
    free(rows);
    for (size_t i = 0; i < bench->span_count; i++) {
        const struct span *span = &bench->spans[i];
        up += outcome_is_good(span->state) ? span->to - span->from : 0;
        down += span->state == OUTCOME_DOWN ? span->to - span->from : 0;
    }
    assert_true(up > 0 && down > 0);
    assert_true(fabs(up_hours - (double)up / 3600) < 1e-9 * (double)count);
    assert_true(fabs(down_hours - (double)down / 3600) < 1e-9 * (double)count);
    check_rows(bench, 3600, day, end);
}

static void test_what_is_known_is_skipped_and_a_gap_is_unknown(void **state)
{
    struct bench *bench = *state;
    tick(bench, start + 3600);
    assert_int_equal(series_known(bench->series, service), 0);
    feed(bench, start, start + 100, OUTCOME_UP);
    struct span stale = {.from = start, .to = start + 50, .state = OUTCOME_DOWN};
    series_state(bench->series, service, &stale);
    struct span straddling = {.from = start + 20, .to = start + 160, .state = OUTCOME_DOWN};
    series_state(bench->series, service, &straddling);
    bench->spans[bench->span_count++] =
        (struct span){.from = start + 100, .to = start + 160, .state = OUTCOME_DOWN};
    feed(bench, start + 400, start + 600, OUTCOME_UP);
    flush(bench);
    series_state(bench->series, service, &stale);
    flush(bench);
    check_rows(bench, 60, start, start + 600);
    assert_int_equal(oracle_last(path_of(bench, "avail.rrd")), start + 600);
}

static void test_pending_rows_survive_a_restart(void **state)
{
    struct bench *bench = *state;
    tick(bench, start + 3600);
    feed(bench, start, start + 100, OUTCOME_UP);
    feed(bench, start + 100, start + 130, OUTCOME_DOWN);
    for (int i = 0; i < 3; i++) {
        series_close(bench->series);
        open_series(bench, &standard);
        assert_int_equal(series_known(bench->series, service), start + 130 + 10 * i);
        feed(bench, start + 130 + 10 * i, start + 140 + 10 * i, OUTCOME_UP);
    }
    assert_int_equal(access(path_of(bench, "avail.rrd"), F_OK), -1);
    flush(bench);
    series_close(bench->series);
    open_series(bench, &standard);
    assert_int_equal(series_known(bench->series, service), start + 160);
    feed(bench, start + 160, start + 300, OUTCOME_UP);
    flush(bench);
    check_rows(bench, 60, start, start + 300);
}

static struct phases phases_of(double dns, double connect, double tls, double first_byte,
                               double total)
{
    return (struct phases){{dns, connect, tls, first_byte, total}};
}

static void answer(struct bench *bench, int64_t at, double total)
{
    struct phases phases = phases_of(1.5, 2, NAN, total / 2, total);
    series_latency(bench->series, service, "web", FAMILY_IPV6, at, 10000, &phases);
}

static void test_latencies_of_a_step_are_averaged(void **state)
{
    struct bench *bench = *state;
    size_t count;
    answer(bench, start + 60, 10);
    answer(bench, start + 70, 20);
    answer(bench, start + 119, 60);
    answer(bench, start + 120, 100);
    struct phases none = phases_of(1.5, NAN, NAN, NAN, NAN);
    series_latency(bench->series, service, "web", FAMILY_IPV6, start + 180, 10000, &none);
    answer(bench, start + 100, 1000); /* too late: its step is told */
    tick(bench, start + 240);
    flush(bench);
    struct oracle_row *rows = oracle_fetch(path_of(bench, "web.ipv6.lat.rrd"), "AVERAGE", 60,
                                           start + 60, start + 300, &count);
    assert_true(fabs(rows[0].value[0] - 1.5) < 1e-6 && fabs(rows[0].value[1] - 2) < 1e-6);
    assert_true(isnan(rows[0].value[2]));
    assert_true(fabs(rows[0].value[3] - 15) < 1e-6 && fabs(rows[0].value[4] - 30) < 1e-6);
    assert_true(fabs(rows[1].value[4] - 100) < 1e-6);
    assert_true(fabs(rows[2].value[0] - 1.5) < 1e-6 && isnan(rows[2].value[4]));
    assert_true(isnan(rows[3].value[0]));
    free(rows);
}

static void test_a_long_silence_of_a_line_is_nan(void **state)
{
    struct bench *bench = *state;
    size_t count;
    for (int i = 0; i < 5; i++)
        answer(bench, start + 60 * i, 10);
    for (int i = 10; i < 15; i++)
        answer(bench, start + 60 * i, 30);
    tick(bench, start + 900);
    flush(bench);
    struct oracle_row *rows =
        oracle_fetch(path_of(bench, "web.ipv6.lat.rrd"), "AVERAGE", 60, start, start + 900, &count);
    for (size_t i = 0; i < count; i++) {
        double total = rows[i].value[4];
        assert_true(i < 5     ? fabs(total - 10) < 1e-6
                    : i >= 10 ? fabs(total - 30) < 1e-6
                              : isnan(total));
    }
    free(rows);
    int64_t day = start - start % 86400;
    rows = oracle_fetch(path_of(bench, "web.ipv6.lat.rrd"), "MAX", 86400, day - 86400, day, &count);
    assert_int_equal(count, 1);
    free(rows);
}

static void test_a_longer_interval_makes_values_speak_longer(void **state)
{
    struct bench *bench = *state;
    size_t count;
    struct phases phases = phases_of(1, 1, 1, 1, 7);
    answer(bench, start, 5);
    tick(bench, start + 60);
    flush(bench);
    for (int i = 1; i < 4; i++)
        series_latency(bench->series, service, "web", FAMILY_IPV6, start + 600 * i, 600000,
                       &phases);
    tick(bench, start + 2400);
    flush(bench);
    struct oracle_row *rows = oracle_fetch(path_of(bench, "web.ipv6.lat.rrd"), "AVERAGE", 60, start,
                                           start + 1860, &count);
    assert_true(fabs(rows[0].value[4] - 5) < 1e-6);
    for (size_t i = 1; i < count; i++)
        assert_true(fabs(rows[i].value[4] - 7) < 1e-6);
    free(rows);
}

static void check_certificates(struct bench *bench)
{
    size_t count;
    for (int i = 0; i < 12; i++)
        series_certificate(bench->series, service, "web", start + 300 * i, start + 1000000);
    series_certificate(bench->series, service, "web", start + 3600, start + 1000);
    tick(bench, start + 7200);
    flush(bench);
    struct oracle_row *rows =
        oracle_fetch(path_of(bench, "web.cert.rrd"), "MIN", 3600, start, start + 7200, &count);
    assert_true(fabs(rows[0].value[0] - (1000000 - 3300)) < 1e-6);
    assert_true(fabs(rows[1].value[0] + 2600) < 1e-6);
    free(rows);
}

static void test_certificates_keep_the_least(void **state)
{
    check_certificates(*state);
}

static void test_certificates_in_the_compact_profile(void **state)
{
    struct bench *bench = *state;
    series_close(bench->series);
    open_series(bench, &(struct series_rules){.compact = true, .flush_ms = 3600000});
    check_certificates(bench);
}

static void check_size(const struct bench *bench, const char *name, int64_t size)
{
    struct stat status;
    assert_int_equal(stat(path_of(bench, name), &status), 0);
    assert_int_equal(status.st_size, size);
}

static void feed_all_kinds(struct bench *bench)
{
    feed(bench, start, start + 600, OUTCOME_UP);
    answer(bench, start, 10);
    series_certificate(bench->series, service, "web", start, start + 86400);
    tick(bench, start + 3600);
    flush(bench);
}

static void test_files_have_the_documented_size(void **state)
{
    struct bench *bench = *state;
    feed_all_kinds(bench);
    check_size(bench, "avail.rrd", 1689416);
    check_size(bench, "web.ipv6.lat.rrd", 1388264);
    check_size(bench, "web.cert.rrd", 76632);
}

static void test_the_compact_profile_begins_anew(void **state)
{
    struct bench *bench = *state;
    size_t count;
    feed_all_kinds(bench);
    series_close(bench->series);
    open_series(bench, &(struct series_rules){.compact = true, .flush_ms = 3600000});
    feed(bench, start + 600, start + 900, OUTCOME_DOWN);
    answer(bench, start + 300, 40);
    answer(bench, start + 310, 50);
    tick(bench, start + 3600); /* here the owner is told */
    assert_int_equal(bench->lost, 1);
    flush(bench);
    flush(bench); /* the latency file was found unusable at the one before */
    check_size(bench, "avail.rrd", 318272);
    check_size(bench, "web.ipv6.lat.rrd", 105248);
    check_size(bench, "avail.rrd.bad", 1689416);
    struct oracle_row *rows =
        oracle_fetch(path_of(bench, "avail.rrd"), "AVERAGE", 300, start, start + 900, &count);
    for (size_t i = 0; i < count; i++)
        assert_true(rows[i].value[0] == (i < 2) && rows[i].value[1] == (i == 2));
    free(rows);
    rows = oracle_fetch(path_of(bench, "web.ipv6.lat.rrd"), "AVERAGE", 300, start + 300,
                        start + 600, &count);
    assert_true(fabs(rows[0].value[0] - 22.5) < 1e-6 && fabs(rows[0].value[1] - 45) < 1e-6);
    free(rows);
}

/* ---- lines ---- */

static const struct series_rules compact = {.compact = true, .flush_ms = 3600000};

static void feed_line(struct bench *bench, const struct series_rules *rules)
{
    series_close(bench->series);
    open_series(bench, rules);
    bench->of_line = true;
    tick(bench, start + 4 * 86400);
    feed(bench, start + 17, start + 1000, OUTCOME_UP);
    feed(bench, start + 1000, start + 1033, OUTCOME_DOWN);
    feed(bench, start + 1033, start + 90000, OUTCOME_DEGRADED);
    feed(bench, start + 90000, start + 90107, OUTCOME_UNKNOWN);
    feed(bench, start + 90107, start + 3 * 86400, OUTCOME_UP);
    flush(bench);
    assert_int_equal(series_known(bench->series, line), start + 3 * 86400);
    assert_int_equal(series_known(bench->series, service), 0);
    assert_int_equal(access(path_of(bench, "avail.rrd"), F_OK), -1);
}

static void test_a_line_comes_out_exact(void **state)
{
    struct bench *bench = *state;
    int64_t day = start - start % 86400;
    feed_line(bench, &standard);
    check_rows(bench, 300, day, start + 3 * 86400);
    check_rows(bench, 3600, day, start + 3 * 86400);
    check_rows(bench, 86400, day, day + 3 * 86400);
    check_size(bench, "web.ipv6.avail.rrd", 318272);
}

static void test_a_line_comes_out_exact_in_the_compact_profile(void **state)
{
    struct bench *bench = *state;
    int64_t day = start - start % 86400;
    feed_line(bench, &compact);
    check_rows(bench, 3600, day, start + 3 * 86400);
    check_rows(bench, 86400, day, day + 3 * 86400);
    check_size(bench, "web.ipv6.avail.rrd", 195104);
}

static void test_a_lost_line_is_fed_anew(void **state)
{
    struct bench *bench = *state;
    feed_line(bench, &standard);
    assert_int_equal(truncate(path_of(bench, "web.ipv6.avail.rrd"), 5000), 0);
    feed(bench, start + 3 * 86400, start + 3 * 86400 + 50, OUTCOME_DOWN);
    flush(bench); /* finds out */
    tick(bench, start + 4 * 86400);
    assert_int_equal(bench->lost, 1);
    feed(bench, start + 3 * 86400 + 50, start + 4 * 86400, OUTCOME_UP);
    flush(bench);
    check_rows(bench, 300, start, start + 4 * 86400);
    assert_int_equal(access(path_of(bench, "web.ipv6.avail.rrd.bad"), F_OK), 0);
}

static void test_what_a_line_waits_with_survives_a_restart(void **state)
{
    struct bench *bench = *state;
    bench->of_line = true;
    tick(bench, start + 3600);
    feed(bench, start, start + 100, OUTCOME_UP);
    feed(bench, start + 100, start + 130, OUTCOME_DOWN);
    series_close(bench->series);
    assert_int_equal(access(path_of(bench, "web.ipv6.avail.rrd"), F_OK), -1);
    open_series(bench, &standard);
    assert_int_equal(series_known(bench->series, line), start + 130);
    feed(bench, start + 130, start + 3600, OUTCOME_UP);
    flush(bench);
    check_rows(bench, 300, start, start + 3600);
}

/* In peace its turn comes six times more rarely than a service's. */
static void test_a_line_in_a_hurry_is_updated_alone(void **state)
{
    struct bench *bench = *state;
    int64_t at = start + 3600;
    bench->of_line = true;
    tick(bench, at);
    feed(bench, start, at, OUTCOME_UP);
    flush(bench);
    for (; at < start + 6 * 3600; at += 600) {
        feed(bench, at, at + 600, OUTCOME_UP);
        tick(bench, at + 600);
    }
    int64_t peaceful = oracle_last(path_of(bench, "web.ipv6.avail.rrd"));
    assert_true(peaceful < start + 6 * 3600);
    struct span of_service = {.from = start, .to = at, .state = OUTCOME_UP};
    series_state(bench->series, service, &of_service);
    series_hurry(bench->series, line);
    tick(bench, at);
    assert_int_equal(oracle_last(path_of(bench, "web.ipv6.avail.rrd")), at);
    assert_int_equal(access(path_of(bench, "avail.rrd"), F_OK), -1);
}

/* ---- losing files ---- */

static void remove_it(const struct bench *bench)
{
    assert_int_equal(unlink(path_of(bench, "avail.rrd")), 0);
}

static void truncate_it(const struct bench *bench)
{
    assert_int_equal(truncate(path_of(bench, "avail.rrd"), 5000), 0);
}

static void zero_it(const struct bench *bench)
{
    free(scratch_run("dd if=/dev/zero of=%s bs=100 count=1 conv=notrunc status=none",
                     path_of(bench, "avail.rrd")));
}

static void send_it_to_the_future(const struct bench *bench)
{
    free(scratch_run("rrdtool update %s 4000000000:1:0:0", path_of(bench, "avail.rrd")));
}

static void give_it_another_step(const struct bench *bench)
{
    remove_it(bench);
    free(scratch_run("rrdtool create %s --step 10 DS:up:GAUGE:20:U:U RRA:AVERAGE:0.5:1:10",
                     path_of(bench, "avail.rrd")));
}

static void link_it(const struct bench *bench)
{
    remove_it(bench);
    assert_int_equal(symlink("/etc/passwd", path_of(bench, "avail.rrd")), 0);
}

static void (*const mishaps[])(const struct bench *) = {
    remove_it, truncate_it, zero_it, send_it_to_the_future, give_it_another_step, link_it,
};

static void lose(struct bench *bench, size_t mishap, bool restart)
{
    int64_t from = start + 10000 * (int64_t)mishap, lost = bench->lost;
    tick(bench, from + 9000);
    feed(bench, from, from + 5000, OUTCOME_UP);
    feed(bench, from + 5000, from + 5100, OUTCOME_DOWN);
    flush(bench);
    feed(bench, from + 5100, from + 7000, OUTCOME_UP); /* pending */
    if (restart)
        series_close(bench->series);
    mishaps[mishap](bench);
    if (restart)
        open_series(bench, &standard);
    feed(bench, from + 7000, from + 7030, OUTCOME_DOWN);
    flush(bench); /* finds out, or the tick does */
    tick(bench, from + 9000);
    assert_row(mishap, bench->lost == lost + 1);
    feed(bench, from + 7030, from + 10000, OUTCOME_UP);
    flush(bench);
    check_rows(bench, 60, start, from + 9960);
    assert_row(mishap, bench->lost == lost + 1);
}

static void test_a_lost_file_is_fed_anew(void **state)
{
    for (size_t i = 0; i < sizeof mishaps / sizeof mishaps[0]; i++)
        lose(*state, i, false);
}

static void test_a_file_lost_while_we_were_away_is_fed_anew(void **state)
{
    for (size_t i = 0; i < sizeof mishaps / sizeof mishaps[0]; i++)
        lose(*state, i, true);
}

static void test_known_is_nothing_when_the_file_is_lost(void **state)
{
    struct bench *bench = *state;
    tick(bench, start + 3600);
    feed(bench, start, start + 600, OUTCOME_UP);
    flush(bench);
    series_close(bench->series);
    zero_it(bench);
    open_series(bench, &standard);
    assert_int_equal(series_known(bench->series, service), 0);
}

static void test_lost_latencies_begin_anew(void **state)
{
    struct bench *bench = *state;
    size_t count;
    feed_all_kinds(bench);
    assert_int_equal(truncate(path_of(bench, "web.ipv6.lat.rrd"), 1), 0);
    answer(bench, start + 120, 30);
    tick(bench, start + 3600);
    flush(bench);
    flush(bench);
    check_size(bench, "web.ipv6.lat.rrd.bad", 1);
    struct oracle_row *rows = oracle_fetch(path_of(bench, "web.ipv6.lat.rrd"), "AVERAGE", 60,
                                           start + 60, start + 180, &count);
    assert_true(isnan(rows[0].value[4]) && fabs(rows[1].value[4] - 30) < 1e-6);
    free(rows);
    assert_int_equal(bench->lost, 0);
}

/* ---- what stands in the way ---- */

/* Holds a read lock on the file as `rrdtool dump` does, until the pipe is closed. */
static pid_t lock_in_child(const char *path, int *ret_pipe)
{
    int down[2], up[2];
    char byte = 0;
    assert_int_equal(pipe(down) | pipe(up), 0);
    pid_t child = fork();
    if (child == 0) {
        struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
        int file = open(path, O_RDONLY);
        close(down[1]);
        if (file < 0 || fcntl(file, F_SETLK, &lock) || write(up[1], &byte, 1) != 1)
            _exit(1);
        _exit(read(down[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(down[0]);
    close(up[1]);
    assert_int_equal(read(up[0], &byte, 1), 1);
    close(up[0]);
    *ret_pipe = down[1];
    return child;
}

static void test_a_file_that_is_being_read_waits(void **state)
{
    struct bench *bench = *state;
    int pipe_end, status;
    tick(bench, start + 3600);
    feed(bench, start, start + 600, OUTCOME_UP);
    flush(bench);
    feed(bench, start + 600, start + 900, OUTCOME_DOWN);
    pid_t child = lock_in_child(path_of(bench, "avail.rrd"), &pipe_end);
    flush(bench);
    feed(bench, start + 900, start + 1200, OUTCOME_DOWN);
    tick(bench, start + 3600);
    close(pipe_end);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(oracle_last(path_of(bench, "avail.rrd")), start + 600);
    tick(bench, start + 3600); /* it is still due */
    assert_int_equal(oracle_last(path_of(bench, "avail.rrd")), start + 1200);
    check_rows(bench, 60, start, start + 1200);
}

static void limit_files(rlim_t size)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Journal of a few bytes; journal, but no RRD file. */
static void test_a_full_disk_loses_nothing(void **state)
{
    struct bench *bench = *state;
    struct fault fault;
    static const rlim_t sizes[] = {4, 100, 64 * 1024};
    for (size_t i = 0; i < 3; i++) {
        int64_t from = start + 3000 * (int64_t)i;
        tick(bench, from + 3000);
        feed(bench, from, from + 1000, OUTCOME_UP);
        feed(bench, from + 1000, from + 1200, OUTCOME_DOWN);
        answer(bench, from, 10 + (double)i);
        if (i == 2)
            remove_it(bench);
        limit_files(sizes[i]);
        int failed = series_flush(bench->series, NULL, &fault),
            again = series_tick(bench->series, from + 3000, &fault);
        limit_files(RLIM_INFINITY);
        assert_row(i, failed == -1 || again == -1);
        assert_row(i, fault.text[0]);
        feed(bench, from + 1200, from + 3000, OUTCOME_UP);
        tick(bench, from + 3000);
        flush(bench);
        check_rows(bench, 60, start, from + 3000);
    }
    size_t count;
    struct oracle_row *rows = oracle_fetch(path_of(bench, "web.ipv6.lat.rrd"), "AVERAGE", 60, start,
                                           start + 6060, &count);
    assert_true(fabs(rows[0].value[4] - 10) < 1e-6 && fabs(rows[50].value[4] - 11) < 1e-6);
    assert_true(fabs(rows[100].value[4] - 12) < 1e-6);
    free(rows);
}

static void test_impossible_times_are_refused(void **state)
{
    struct bench *bench = *state;
    struct span ancient = {.from = 100, .to = 1000, .state = OUTCOME_DOWN};
    series_state(bench->series, service, &ancient);
    assert_int_equal(series_known(bench->series, service), 0);
    answer(bench, 100, 10);
    tick(bench, start + 3600);
    feed(bench, start, start + 600, OUTCOME_UP);
    struct span wrong = {.from = start + 600, .to = 4000000000, .state = OUTCOME_DOWN};
    series_state(bench->series, service, &wrong);
    answer(bench, 4000000000, 10);
    series_certificate(bench->series, service, "web", 4000000000, start);
    flush(bench);
    assert_int_equal(series_known(bench->series, service), start + 600);
    assert_int_equal(access(path_of(bench, "web.ipv6.lat.rrd"), F_OK), -1);
    assert_int_equal(access(path_of(bench, "web.cert.rrd"), F_OK), -1);
    check_rows(bench, 60, start, start + 600);
}

static void test_only_one_may_record(void **state)
{
    struct bench *bench = *state;
    struct series *second;
    struct fault fault;
    assert_int_equal(series_open(bench->folder, &standard, on_lost, bench, &second, &fault), -1);
    assert_non_null(strstr(fault.text, "another vibrisse"));
}

static void test_a_folder_that_cannot_be_is_refused(void **state)
{
    struct bench *bench = *state;
    struct series *series;
    struct fault fault;
    scratch_write(bench->folder, "file", "x", 1);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/file", bench->folder);
    assert_int_equal(series_open(path, &standard, on_lost, bench, &series, &fault), -1);
    assert_non_null(strstr(fault.text, path));
}

static void test_leftovers_of_a_creation_are_swept(void **state)
{
    struct bench *bench = *state;
    feed_all_kinds(bench);
    remove_it(bench);
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s/series/%s", bench->folder, service);
    scratch_write(folder, "avail.rrdAbCd12", "half", 4);
    feed(bench, start + 600, start + 700, OUTCOME_UP);
    flush(bench);
    flush(bench);
    assert_int_equal(access(path_of(bench, "avail.rrd"), F_OK), 0);
    assert_int_equal(access(path_of(bench, "avail.rrdAbCd12"), F_OK), -1);
}

static void test_each_file_has_its_turn_once_a_period(void **state)
{
    struct bench *bench = *state;
    int64_t turns = 0, last = 0, now = start;
    tick(bench, now);
    for (; now < start + 3 * 3600; now += 10) {
        feed(bench, now, now + 10, OUTCOME_UP);
        tick(bench, now + 10);
        if (access(path_of(bench, "avail.rrd"), F_OK))
            continue;
        size_t length;
        char *bytes = scratch_read(bench->folder, "series/chat-perche/pad/avail.rrd", &length);
        int64_t update;
        memcpy(&update, bytes + 128 + 120 * 7, sizeof update);
        free(bytes);
        turns += update != last;
        last = update;
    }
    assert_int_equal(turns, 3);
    flush(bench);
    check_rows(bench, 60, start, start + 3 * 3600);
}

static void test_the_next_tick_updates_what_is_in_a_hurry(void **state)
{
    struct bench *bench = *state;
    tick(bench, start + 1000);
    feed(bench, start, start + 600, OUTCOME_UP);
    series_hurry(bench->series, "chat-perche/other");
    tick(bench, start + 1000);
    assert_int_equal(access(path_of(bench, "avail.rrd"), F_OK), -1);
    series_hurry(bench->series, service);
    tick(bench, start + 1000);
    check_rows(bench, 60, start, start + 600);
}

static size_t count_files(const struct bench *bench, int count)
{
    size_t there = 0;
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/series/chat-perche/s%d/avail.rrd", bench->folder, i);
        there += access(path, F_OK) == 0;
    }
    return there;
}

/* Thousands of first files are no reason to hear of nothing else until the last of them is on disk. */
static void test_a_slice_leaves_the_rest_to_the_next_tick(void **state)
{
    enum { FILES = 200 };
    struct bench *bench = *state;
    int ticks = 0;
    series_close(bench->series);
    open_series(bench, &(struct series_rules){.flush_ms = 3600000, .slice_ms = 1});
    tick(bench, start + 1000);
    for (int i = 0; i < FILES; i++) {
        char subject[RESULT_SERVICE_SIZE];
        struct span span = {.from = start, .to = start + 600, .state = OUTCOME_UP};
        snprintf(subject, sizeof subject, "chat-perche/s%d", i);
        series_state(bench->series, subject, &span);
    }
    series_hurry(bench->series, NULL);
    do {
        size_t before = count_files(bench, FILES);
        tick(bench, start + 1000);
        ticks++;
        assert_true(count_files(bench, FILES) > before);
    } while (series_is_behind(bench->series));
    assert_int_equal(count_files(bench, FILES), FILES);
    assert_in_range(ticks, 2, FILES);
}

static size_t journal_length(const struct bench *bench)
{
    struct stat status;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/series/journal", bench->folder);
    assert_int_equal(stat(path, &status), 0);
    return (size_t)status.st_size;
}

static void test_the_journal_stays_small(void **state)
{
    struct bench *bench = *state;
    size_t largest = 0;
    int64_t at = start;
    for (int i = 0; i < 1500; i++, at += 60) {
        feed(bench, at, at + 60, i % 2 ? OUTCOME_UP : OUTCOME_DOWN);
        answer(bench, at, 10);
        tick(bench, at + 60);
        flush(bench); /* about 7 KB each */
        size_t length = journal_length(bench);
        largest = length > largest ? length : largest;
    }
    assert_true(largest > 4 * 1024 * 1024 - 64 * 1024 && largest < 5 * 1024 * 1024);
    check_rows(bench, 60, start, at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_states_come_out_exact, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_year_of_hours_adds_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_line_comes_out_exact, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_line_comes_out_exact_in_the_compact_profile, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_lost_line_is_fed_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_a_line_waits_with_survives_a_restart, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_line_in_a_hurry_is_updated_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_known_is_skipped_and_a_gap_is_unknown, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_pending_rows_survive_a_restart, setup, teardown),
        cmocka_unit_test_setup_teardown(test_latencies_of_a_step_are_averaged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_long_silence_of_a_line_is_nan, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_longer_interval_makes_values_speak_longer, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_certificates_keep_the_least, setup, teardown),
        cmocka_unit_test_setup_teardown(test_certificates_in_the_compact_profile, setup, teardown),
        cmocka_unit_test_setup_teardown(test_files_have_the_documented_size, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_compact_profile_begins_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_lost_file_is_fed_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_lost_while_we_were_away_is_fed_anew, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_known_is_nothing_when_the_file_is_lost, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_lost_latencies_begin_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_that_is_being_read_waits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_full_disk_loses_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_impossible_times_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_only_one_may_record, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_folder_that_cannot_be_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_leftovers_of_a_creation_are_swept, setup, teardown),
        cmocka_unit_test_setup_teardown(test_each_file_has_its_turn_once_a_period, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_slice_leaves_the_rest_to_the_next_tick, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_the_next_tick_updates_what_is_in_a_hurry, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_the_journal_stays_small, setup, teardown),
    };
    signal(SIGXFSZ, SIG_IGN); /* a file over its limit is an error of write() */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
