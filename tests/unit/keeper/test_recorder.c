/* The recorder's thread from the start to the end: what comes in is written down, whatever the disk does meanwhile. */
#include "recorder.h"

#include "clock.h"
#include "ledger.h"
#include "macros.h"
#include "mem.h"
#include "scratch.h"
#include "site_stamp.h"
#include "text.h"
#include "village.h"

#include "testing.h"

#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BEGIN = VILLAGE_BEGIN, STEP = VILLAGE_STEP, PATIENCE_MS = 60000 };

static const char *const keys[] = {"a/mail", "a/pad", NULL}, *const only_pad[] = {"a/pad", NULL};

struct studio {
    char folder[SCRATCH_SIZE], data[2 * SCRATCH_SIZE], site[2 * SCRATCH_SIZE];
    struct recorder *recorder;
    pthread_mutex_t lock; /* of what the recorder's thread says: */
    int completed, finished;
    char *answer;
    void *asker;
    int64_t newest; /* of the results of put_now() */
};

/* ---- ears ---- */

static void on_answer(void *owner, void *asker, char *text, size_t length)
{
    struct studio *studio = owner;
    assert_int_equal(strlen(text), length);
    pthread_mutex_lock(&studio->lock);
    free(studio->answer);
    studio->answer = text;
    studio->asker = asker;
    pthread_mutex_unlock(&studio->lock);
}

static void on_complete(void *owner)
{
    struct studio *studio = owner;
    pthread_mutex_lock(&studio->lock);
    studio->completed++;
    pthread_mutex_unlock(&studio->lock);
}

static void on_finished(void *owner)
{
    struct studio *studio = owner;
    pthread_mutex_lock(&studio->lock);
    studio->finished++;
    pthread_mutex_unlock(&studio->lock);
}

/* ---- a recorder ---- */

static int set_up(void **state)
{
    struct studio *studio = mem_zalloc(sizeof *studio);
    scratch_make(studio->folder);
    text_format(studio->data, sizeof studio->data, "%s/data", studio->folder);
    text_format(studio->site, sizeof studio->site, "%s/site", studio->folder);
    assert_int_equal(mkdir(studio->data, 0755), 0);
    pthread_mutex_init(&studio->lock, NULL);
    *state = studio;
    return 0;
}

static int tear_down(void **state)
{
    struct studio *studio = *state;
    pthread_mutex_destroy(&studio->lock);
    free(studio->answer);
    scratch_remove(studio->folder);
    free(studio);
    return 0;
}

static struct config *config_of(struct studio *studio, const char *const *services)
{
    struct config *config = village_config(services);
    config->data = arena_text(&config->arena, studio->data);
    config->site = arena_text(&config->arena, studio->site);
    return config;
}

static void start(struct studio *studio, bool once)
{
    struct recorder_ears ears = {
        .owner = studio, .answer = on_answer, .complete = on_complete, .finished = on_finished};
    struct fault fault = {""};
    int rc = recorder_start(config_of(studio, keys), once, &ears, &studio->recorder, &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(rc, 0);
}

static void put(struct studio *studio, const struct message *message)
{
    inbox_put(recorder_inbox(studio->recorder), message);
}

static void put_result(struct studio *studio, const char *service, int64_t at, enum reason reason)
{
    struct message message = {.kind = MESSAGE_RESULT};
    message.result = village_result(service, at, reason);
    put(studio, &message);
}

/* Up for five minutes, down for ten, up for five. */
static void put_outage(struct studio *studio, int from, int to)
{
    for (int i = from; i < to; i++)
        put_result(studio, "a/pad", BEGIN + i * STEP,
                   i >= 5 && i < 15 ? REASON_connect_refused : REASON_ok);
}

static int stop(struct studio *studio)
{
    struct message message = {.kind = MESSAGE_STOP};
    put(studio, &message);
    int rc = recorder_join(studio->recorder);
    assert_int_equal(studio->finished, 1);
    studio->finished = 0;
    return rc;
}

static bool poll_until(bool (*done)(struct studio *), struct studio *studio)
{
    const struct timespec moment = {0, 50000000};
    for (int waited = 0; waited < PATIENCE_MS; waited += 50) {
        if (done(studio))
            return true;
        nanosleep(&moment, NULL);
    }
    return false;
}

static bool is_complete(struct studio *studio)
{
    pthread_mutex_lock(&studio->lock);
    bool complete = studio->completed > 0;
    pthread_mutex_unlock(&studio->lock);
    return complete;
}

static bool has_answer(struct studio *studio)
{
    pthread_mutex_lock(&studio->lock);
    bool answered = studio->answer;
    pthread_mutex_unlock(&studio->lock);
    return answered;
}

static json_t *ask(struct studio *studio)
{
    struct message message = {.kind = MESSAGE_STATUS, .asker = studio};
    put(studio, &message);
    assert_true(poll_until(has_answer, studio));
    json_t *status = json_loads(studio->answer, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(status);
    assert_ptr_equal(studio->asker, studio);
    free(studio->answer);
    studio->answer = NULL;
    return status;
}

/* ---- what is on the disk ---- */

static void assert_outage(struct studio *studio)
{
    struct ledger *ledger;
    struct fault fault;
    struct arena arena = {0};
    const struct span *spans;
    size_t count;
    assert_int_equal(ledger_open_to_read(studio->data, &ledger, &fault), 0);
    assert_int_equal(
        ledger_spans(ledger, "a/pad", BEGIN, BEGIN + 20 * STEP, &arena, &spans, &count, &fault), 0);
    assert_int_equal(count, 3);
    assert_int_equal(spans[1].state, OUTCOME_DOWN);
    assert_int_equal(spans[1].from, BEGIN + 5 * STEP);
    assert_int_equal(spans[1].to, BEGIN + 15 * STEP);
    assert_int_equal(spans[2].state, OUTCOME_UP);
    assert_true(spans[2].to >= BEGIN + 19 * STEP);
    arena_free(&arena);
    ledger_close(ledger);
}

static bool is_there(const char *folder, const char *name)
{
    char path[PATH_MAX];
    text_format(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static void stamp_of(struct studio *studio, char *state, size_t size)
{
    struct site_stamp stamp;
    size_t length;
    state[0] = '\0';
    if (!is_there(studio->site, SITE_STAMP_NAME))
        return;
    char *bytes = scratch_read(studio->site, SITE_STAMP_NAME, &length);
    if (site_stamp_read(bytes, length, &stamp))
        text_copy(state, size, stamp.state);
    free(bytes);
}

static void assert_stamp(struct studio *studio, const char *state)
{
    char found[160];
    stamp_of(studio, found, sizeof found);
    assert_string_equal(found, state);
}

static bool is_well(struct studio *studio)
{
    char state[160];
    stamp_of(studio, state, sizeof state);
    return strcmp(state, "ok") == 0;
}

static bool is_unwell(struct studio *studio)
{
    char state[160];
    stamp_of(studio, state, sizeof state);
    return state[0] && strcmp(state, "ok") != 0;
}

/* ---- the tests ---- */

static void test_all_is_written(void **state)
{
    struct studio *studio = *state;
    start(studio, false);
    put_outage(studio, 0, 20);
    assert_int_equal(stop(studio), 0);
    assert_int_equal(studio->completed, 0);
    assert_outage(studio);
    assert_true(is_there(studio->data, "series/a/pad/avail.rrd"));
    assert_stamp(studio, "the monitor was stopped");
}

static void test_restarts(void **state)
{
    struct studio *studio = *state;
    for (int i = 0; i < 20; i += 4) {
        start(studio, false);
        put_outage(studio, i, i + 4);
        assert_int_equal(stop(studio), 0);
    }
    assert_outage(studio);
}

/* Complete when every check has its verdict, and not before; then all pages. */
static void test_once(void **state)
{
    struct studio *studio = *state;
    start(studio, true);
    put_result(studio, "a/pad", BEGIN, REASON_ok);
    json_decref(ask(studio));
    json_decref(ask(studio));
    assert_false(is_complete(studio));
    put_result(studio, "a/mail", BEGIN, REASON_ok);
    assert_true(poll_until(is_complete, studio));
    assert_false(is_there(studio->site, "fr/index.html"));
    assert_int_equal(stop(studio), 0);
    assert_int_equal(studio->completed, 1);
    assert_true(is_there(studio->site, "fr/index.html"));
    assert_true(is_there(studio->site, "en/h/a/mail/index.html"));
    assert_true(is_there(studio->site, "404.html"));
    assert_stamp(studio, "ok");
}

static void test_status(void **state)
{
    struct studio *studio = *state;
    struct message message = {.kind = MESSAGE_HEARTBEAT, .heartbeat.checks = 42};
    message.heartbeat.time = wall_from_seconds(BEGIN);
    start(studio, false);
    put(studio, &message);
    put_result(studio, "a/pad", BEGIN, REASON_ok);
    json_t *status = ask(studio);
    assert_string_equal(json_string_value(json_object_get(status, "health")), "ok");
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(status, "prober"), "checks")), 42);
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(status, "results"), "taken")), 1);
    json_decref(status);
    assert_int_equal(stop(studio), 0);
}

static void test_reload(void **state)
{
    struct studio *studio = *state;
    start(studio, false);
    put_outage(studio, 0, 10);
    struct message message = {.kind = MESSAGE_CONFIG, .config = config_of(studio, only_pad)};
    put(studio, &message);
    put_result(studio, "a/mail", BEGIN, REASON_ok);
    put_outage(studio, 10, 20);
    json_t *status = ask(studio), *services = json_object_get(status, "services");
    assert_int_equal(json_array_size(services), 1);
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(status, "results"), "unknown_service")),
        1);
    json_decref(status);
    /* What nobody takes any more is freed. */
    struct message end = {.kind = MESSAGE_STOP};
    put(studio, &end);
    message.config = config_of(studio, keys);
    put(studio, &message);
    assert_int_equal(recorder_join(studio->recorder), 0);
    assert_outage(studio);
}

static void test_events(void **state)
{
    struct studio *studio = *state;
    struct message message = {.kind = MESSAGE_EVENT};
    struct ledger *ledger;
    struct fault fault;
    struct arena arena = {0};
    const struct event *events;
    size_t count;
    message.event.kind = EVENT_BLIND;
    message.event.before = BEGIN;
    message.event.at = BEGIN + 5;
    text_copy(message.event.detail, sizeof message.event.detail, "the prober had ended");
    start(studio, false);
    put(studio, &message);
    assert_int_equal(stop(studio), 0);
    assert_int_equal(ledger_open_to_read(studio->data, &ledger, &fault), 0);
    assert_int_equal(ledger_events(ledger, 0, 10, &arena, &events, &count, &fault), 0);
    assert_int_equal(count, 1);
    assert_int_equal(events[0].kind, EVENT_BLIND);
    assert_int_equal(events[0].before, BEGIN);
    assert_int_equal(events[0].at, BEGIN + 5);
    assert_string_equal(events[0].detail, "the prober had ended");
    arena_free(&arena);
    ledger_close(ledger);
}

static void put_senses(struct studio *studio, enum vantage_condition condition, int64_t at)
{
    struct message message = {.kind = MESSAGE_HEARTBEAT};
    message.heartbeat.time = wall_from_seconds(at);
    message.heartbeat.vantage.senses[SENSE_IPV6] = (struct vantage_state){
        wall_from_seconds(at), condition, {condition > CONDITION_GOOD ? '?' : '\0'}};
    put(studio, &message);
}

/* What we see is an event when it changes, not with every heartbeat. */
static void test_senses(void **state)
{
    static const enum vantage_condition conditions[] = {
        CONDITION_UNJUDGED, CONDITION_GOOD,     CONDITION_BLIND, CONDITION_BLIND,
        CONDITION_UNJUDGED, CONDITION_IMPAIRED, CONDITION_GOOD,  CONDITION_GOOD};
    static const struct {
        int64_t at;
        const char *detail;
    } expected[] = {
        {BEGIN + 2, "ipv6 blind: ?"}, {BEGIN + 5, "ipv6 impaired: ?"}, {BEGIN + 6, "ipv6 good"}};
    struct studio *studio = *state;
    struct ledger *ledger;
    struct fault fault;
    struct arena arena = {0};
    const struct event *events;
    size_t count;
    start(studio, false);
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++)
        put_senses(studio, conditions[i], BEGIN + (int64_t)i);
    assert_int_equal(stop(studio), 0);
    assert_int_equal(ledger_open_to_read(studio->data, &ledger, &fault), 0);
    assert_int_equal(ledger_events(ledger, 0, 10, &arena, &events, &count, &fault), 0);
    assert_int_equal(count, ARRAY_LEN(expected));
    for (size_t i = 0; i < count; i++) {
        assert_row(i, events[i].kind == EVENT_VANTAGE && events[i].at == expected[i].at);
        assert_string_equal(events[i].detail, expected[i].detail);
    }
    arena_free(&arena);
    ledger_close(ledger);
}

/* ---- trouble ---- */

static int divert_stderr(struct studio *studio)
{
    char path[PATH_MAX];
    text_format(path, sizeof path, "%s/log", studio->folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    int pipe = open(path, O_RDWR | O_NONBLOCK);
    assert_true(pipe >= 0);
    int before = dup(STDERR_FILENO);
    dup2(pipe, STDERR_FILENO); /* a pipe is never full like a disk */
    close(pipe);
    return before;
}

/* What was said; standard error is as before. */
static void restore_stderr(int before, char *text, size_t size)
{
    ssize_t length = read(STDERR_FILENO, text, size - 1);
    text[length > 0 ? length : 0] = '\0';
    dup2(before, STDERR_FILENO);
    close(before);
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

/* Somebody holds the ledger: it is said once, the pages tell it, nothing is lost. */
static void test_ledger_held(void **state)
{
    struct studio *studio = *state;
    char path[PATH_MAX], said[16384];
    sqlite3 *db;
    start(studio, false);
    assert_true(poll_until(is_well, studio));
    text_format(path, sizeof path, "%s/ledger.sqlite", studio->data);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
    int before = divert_stderr(studio);
    put_outage(studio, 0, 20);
    assert_true(poll_until(is_unwell, studio));
    json_t *status = ask(studio);
    assert_string_not_equal(json_string_value(json_object_get(status, "health")), "ok");
    json_decref(status);
    assert_int_equal(sqlite3_exec(db, "rollback", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_true(poll_until(is_well, studio));
    restore_stderr(before, said, sizeof said);
    assert_int_equal(count_of(said, "cannot write; nothing is lost, it is tried again"), 1);
    assert_int_equal(count_of(said, "writing works again"), 1);
    assert_int_equal(count_of(said, "what=ledger"), 2);
    assert_int_equal(stop(studio), 0);
    assert_outage(studio);
}

static bool has_pages(struct studio *studio)
{
    return is_there(studio->site, "404.html") && is_there(studio->site, "index.html") &&
           is_there(studio->site, "en/h/a/pad/index.html");
}

static json_t *ledger_counts(json_t *status)
{
    return json_object_get(json_object_get(status, "ledger"), "failed_commits");
}

static bool has_failed_often(struct studio *studio)
{
    json_t *status = ask(studio);
    bool often = json_integer_value(ledger_counts(status)) >= 3;
    json_decref(status);
    return often;
}

/* Three results in a row: a verdict. */
static void put_now(struct studio *studio, enum reason reason)
{
    int64_t now = wall_seconds(clock_wall());
    int64_t first =
        now > studio->newest ? now : studio->newest + 1; /* none is older than another */
    for (int i = 0; i < 3; i++)
        put_result(studio, "a/pad", first + i, reason);
    studio->newest = first + 2;
}

static size_t changes_of(struct studio *studio)
{
    struct ledger *ledger;
    struct fault fault;
    struct arena arena = {0};
    const struct event *events;
    size_t count, changes = 0;
    assert_int_equal(ledger_open_to_read(studio->data, &ledger, &fault), 0);
    assert_int_equal(ledger_events(ledger, 0, 100, &arena, &events, &count, &fault), 0);
    for (size_t i = 0; i < count; i++)
        changes += strcmp(events[i].subject, "a/pad") == 0;
    arena_free(&arena);
    ledger_close(ledger);
    return changes;
}

/* Nothing can be written for a while: each part says so once, however often it tries; then all goes on. */
static void test_full_disk(void **state)
{
    struct studio *studio = *state;
    char said[16384];
    struct rlimit before, none;
    start(studio, false);
    put_now(studio, REASON_ok);
    assert_true(poll_until(has_pages, studio));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    none = (struct rlimit){0, before.rlim_max};
    int error = divert_stderr(studio);
    setrlimit(RLIMIT_FSIZE, &none);
    put_now(studio, REASON_connect_refused);
    bool failed = poll_until(has_failed_often, studio);
    bool pages = has_pages(studio);
    free(scratch_run("rm %s/en/h/a/pad/index.html", studio->site));
    setrlimit(RLIMIT_FSIZE, &before);
    bool well = poll_until(is_well, studio), again = poll_until(has_pages, studio);
    int rc = stop(studio);
    restore_stderr(error, said, sizeof said);
    assert_true(failed);
    assert_true(pages);
    assert_true(well);
    assert_true(again);
    assert_int_equal(rc, 0);
    assert_int_equal(count_of(said, "what=ledger"), 2);
    assert_int_equal(count_of(said, "what=site"), 2);
    assert_in_range(count_of(said, "what=series"), 0, 2);
    assert_int_equal(changes_of(studio), 2);
}

/* A stop in the midst of trouble tells that not all is written. */
static void test_stop_on_full_disk(void **state)
{
    struct studio *studio = *state;
    char said[16384];
    struct rlimit before, none;
    start(studio, false);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    none = (struct rlimit){0, before.rlim_max};
    int error = divert_stderr(studio);
    setrlimit(RLIMIT_FSIZE, &none);
    put_outage(studio, 0, 20);
    int rc = stop(studio);
    setrlimit(RLIMIT_FSIZE, &before);
    restore_stderr(error, said, sizeof said);
    assert_int_equal(rc, -1);
    assert_int_equal(count_of(said, "what=ledger"), 1);
}

/* Each leaves nothing behind: what it opened is closed, the configuration freed. */
static void test_cannot_start(void **state)
{
    struct studio *studio = *state;
    struct recorder_ears ears = {
        .owner = studio, .answer = on_answer, .complete = on_complete, .finished = on_finished};
    struct recorder *recorder = NULL;
    struct fault fault = {""};
    struct config *config = config_of(studio, keys);
    config->site = "/proc/nothing/site";
    assert_int_equal(recorder_start(config, false, &ears, &recorder, &fault), -1);
    assert_string_equal(fault.text,
                        "cannot make the folder /proc/nothing/site: No such file or directory");

    scratch_write(studio->folder, "file", "x", 1);
    config = config_of(studio, keys);
    config->data = arena_printf(&config->arena, "%s/file", studio->folder);
    fault.text[0] = '\0';
    assert_int_equal(recorder_start(config, false, &ears, &recorder, &fault), -1);
    assert_string_not_equal(fault.text, "");

    free(scratch_run("rm -r %s/series", studio->data));
    scratch_write(studio->data, "series", "no folder", 9);
    fault.text[0] = '\0';
    assert_int_equal(recorder_start(config_of(studio, keys), false, &ears, &recorder, &fault), -1);
    assert_string_not_equal(fault.text, "");
    assert_null(recorder);
    assert_int_equal(studio->finished, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_is_written), TEST(test_restarts),
        TEST(test_once),           TEST(test_status),
        TEST(test_reload),         TEST(test_events),
        TEST(test_senses),         TEST(test_ledger_held),
        TEST(test_full_disk),      TEST(test_stop_on_full_disk),
        TEST(test_cannot_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
