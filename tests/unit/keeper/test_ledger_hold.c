/* Many questions to the ledger at once: one state of it, under one lock. */
#include "ledger.h"

#include "ledger_query.h"
#include "mem.h"
#include "scratch.h"
#include "text.h"

#include "testing.h"

#include <stdint.h>
#include <stdlib.h>

struct bench {
    char folder[SCRATCH_SIZE];
    struct ledger *ledger;
    struct fault fault;
    struct arena arena;
};

static void must(struct bench *bench, int rc)
{
    if (rc)
        fail_msg("%s", bench->fault.text);
}

static int setup(void **state)
{
    struct bench *bench = mem_zalloc(sizeof *bench);
    scratch_make(bench->folder);
    must(bench, ledger_open(bench->folder, &bench->ledger, &bench->fault));
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    ledger_close(bench->ledger);
    arena_free(&bench->arena);
    scratch_remove(bench->folder);
    free(bench);
    return 0;
}

static void append(struct bench *bench, int64_t at)
{
    struct event event = {.kind = EVENT_STATE, .at = at, .to = OUTCOME_DOWN};
    text_copy(event.subject, sizeof event.subject, "chat-perche/pad");
    text_copy(event.detail, sizeof event.detail,
              "what was found, in a sentence that is a bit long");
    must(bench, ledger_append(bench->ledger, &event, &bench->fault));
}

static size_t seen_by(struct bench *bench, struct ledger *ledger)
{
    const struct event *events;
    size_t count;
    must(bench, ledger_events(ledger, 0, SIZE_MAX, &bench->arena, &events, &count, &bench->fault));
    arena_free(&bench->arena);
    return count;
}

static void test_held_it_is_as_it_was(void **state)
{
    struct bench *bench = *state;
    struct ledger *reader;
    append(bench, 100);
    must(bench, ledger_open_to_read(bench->folder, &reader, &bench->fault));
    for (enum ledger_hold hold = LEDGER_HOLD_SOME; hold <= LEDGER_HOLD_ALL; hold++) {
        size_t before = seen_by(bench, reader);
        ledger_hold(reader, hold);
        assert_int_equal(seen_by(bench, reader), before);
        append(bench, 200 + 100 * (int64_t)hold);
        assert_int_equal(seen_by(bench, reader), before);
        ledger_let_go(reader);
        assert_int_equal(seen_by(bench, reader), before + 1);
    }
    ledger_close(reader);
}

/* Who writes may ask so as well, writes after it as before, and what was held open is no matter at the end. */
static void test_held_by_the_writer(void **state)
{
    struct bench *bench = *state;
    for (int64_t at = 100; at < 400; at += 100) {
        ledger_hold(bench->ledger, at == 200 ? LEDGER_HOLD_ALL : LEDGER_HOLD_SOME);
        assert_int_equal(seen_by(bench, bench->ledger), (size_t)at / 100 - 1);
        ledger_let_go(bench->ledger);
        append(bench, at);
    }
    ledger_hold(bench->ledger, LEDGER_HOLD_ALL);
    ledger_close(bench->ledger);
    must(bench, ledger_open(bench->folder, &bench->ledger, &bench->fault));
    assert_int_equal(seen_by(bench, bench->ledger), 3);
}

static int status_of(const struct bench *bench, int what)
{
    int now = 0, most = 0;
    assert_int_equal(sqlite3_db_status(bench->ledger->db, what, &now, &most, 0), SQLITE_OK);
    return now;
}

static int count_read(struct bench *bench)
{
    int before = status_of(bench, SQLITE_DBSTATUS_CACHE_MISS);
    seen_by(bench, bench->ledger);
    return status_of(bench, SQLITE_DBSTATUS_CACHE_MISS) - before;
}

/* What was read stays in memory from one turn to the next. */
static void test_pages_outlive_the_hold(void **state)
{
    struct bench *bench = *state;
    for (int64_t at = 100; at < 110; at++)
        append(bench, at);
    for (int i = 0; i < 3; i++) {
        ledger_hold(bench->ledger, LEDGER_HOLD_SOME);
        int pages = count_read(bench);
        assert_true(i == 0 || pages == 0);
        ledger_let_go(bench->ledger);
    }
    assert_int_equal(count_read(bench), 0);
}

/* Who asks for all reads each page once; later the memory is as before. */
static void test_held_pages_are_kept(void **state)
{
    enum { MANY = 8000, OWN_KIB = 600 };
    struct bench *bench = *state;
    must(bench, ledger_begin(bench->ledger, &bench->fault));
    for (int64_t i = 0; i < MANY; i++)
        append(bench, 100 + i);
    must(bench, ledger_commit(bench->ledger, &bench->fault));
    count_read(bench);
    assert_true(count_read(bench) > 0);
    ledger_hold(bench->ledger, LEDGER_HOLD_ALL);
    count_read(bench);
    assert_int_equal(count_read(bench), 0);
    ledger_let_go(bench->ledger);
    assert_in_range(status_of(bench, SQLITE_DBSTATUS_CACHE_USED), 1, OWN_KIB * 1024);
    assert_true(count_read(bench) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_held_it_is_as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(test_held_by_the_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pages_outlive_the_hold, setup, teardown),
        cmocka_unit_test_setup_teardown(test_held_pages_are_kept, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
