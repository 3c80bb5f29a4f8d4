#include "schedule.h"

#include "hash.h"
#include "macros.h"
#include "testing.h"

static const struct mono zero;

static struct mono at_ms(int64_t ms)
{
    return mono_plus_ms(zero, ms);
}

static void test_nothing_is_scheduled(void **state)
{
    (void)state;
    struct schedule schedule = {0};
    struct schedule_turn turn = {0};
    struct mono due;
    assert_false(schedule_earliest(&schedule, &due));
    assert_null(schedule_next(&schedule, at_ms(1000)).turn);
    schedule_remove(&schedule, &turn);
    schedule_free(&schedule);
}

static void test_a_turn_keeps_its_phase_of_the_epoch(void **state)
{
    (void)state;
    enum { INTERVAL = 60000 };
    for (uint64_t key = 0; key < 1000; key++) {
        for (int64_t started = 0; started < 3 * INTERVAL; started += 7919) {
            struct schedule schedule = {0};
            struct schedule_turn turn = {0};
            struct wall now_wall = {1700000000123 + started};
            schedule_add_regular(&schedule, &turn, INTERVAL,
                                 schedule_first(key * 1000003, INTERVAL, at_ms(5), now_wall));
            int64_t wait = mono_ms_between(at_ms(5), turn.due);
            assert_in_range(wait, 0, INTERVAL - 1);
            assert_int_equal((now_wall.ms + wait) % INTERVAL,
                             schedule_phase_ms(key * 1000003, INTERVAL));
            schedule_free(&schedule);
        }
    }
}

static void test_turns_are_spread(void **state)
{
    (void)state;
    unsigned per_second[60] = {0};
    for (int i = 0; i < 6000; i++) {
        char text[32];
        snprintf(text, sizeof text, "hoster/service %d", i);
        per_second[schedule_phase_ms(hash_text(text), 60000) / 1000]++;
    }
    for (int i = 0; i < 60; i++)
        assert_in_range(per_second[i], 50, 150);
}

/* Never late, called at its very time: the turn comes at phase + n * interval for ever. */
static void test_a_year_does_not_drift(void **state)
{
    (void)state;
    struct schedule schedule = {0};
    struct schedule_turn turn = {0};
    struct mono now;
    schedule_add_regular(&schedule, &turn, 300000,
                         schedule_first(12345, 300000, at_ms(0), (struct wall){0}));
    const int64_t year = 365LL * 86400 * 1000;
    int64_t count = 0;
    while (schedule_earliest(&schedule, &now) && now.ns < year * 1000000) {
        struct schedule_call call = schedule_next(&schedule, now);
        assert_ptr_equal(call.turn, &turn);
        assert_int_equal(call.late_ms, 0);
        assert_int_equal(call.missed, 0);
        assert_int_equal(now.ns, (12345 + count * 300000) * 1000000);
        count++;
    }
    assert_int_equal(count, year / 300000);
    schedule_free(&schedule);
}

/* However late we come, the next due time is due + n * interval, and every turn is either taken or counted missed. */
static void test_lateness_does_not_move_the_schedule(void **state)
{
    (void)state;
    struct schedule schedule = {0};
    struct schedule_turn turn = {0};
    uint64_t random = 42;
    int64_t taken = 0, missed = 0, now_ms = 0;
    schedule_add_regular(&schedule, &turn, 1000, at_ms(700));
    while (now_ms < 1000000) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        now_ms += (int64_t)(random >> 33) % 3500;
        struct schedule_call call = schedule_next(&schedule, at_ms(now_ms));
        if (!call.turn)
            continue;
        taken++;
        missed += call.missed;
        assert_in_range(call.late_ms, 0, 999);
        assert_int_equal(turn.due.ns % 1000000000, 700000000);
        assert_true(turn.due.ns > at_ms(now_ms).ns);
        assert_int_equal(turn.due.ns / 1000000000, taken + missed);
    }
    assert_true(missed > 0 && taken > 0);
    schedule_free(&schedule);
}

static void test_single_turns_come_once_and_in_order(void **state)
{
    (void)state;
    struct schedule schedule = {0};
    struct schedule_turn turns[100] = {0};
    for (size_t i = 0; i < ARRAY_LEN(turns); i++)
        schedule_add_single(&schedule, &turns[i], at_ms((int64_t)(i * 37 % 100)));
    for (size_t i = 0; i < ARRAY_LEN(turns); i += 3)
        schedule_remove(&schedule, &turns[i]);
    int64_t last = -1;
    size_t count = 0;
    for (struct schedule_call call; (call = schedule_next(&schedule, at_ms(1000))).turn; count++) {
        int64_t due = call.turn->due.ns / 1000000;
        assert_true(due > last);
        assert_int_equal(call.late_ms, 1000 - due);
        assert_true((call.turn - turns) % 3 != 0);
        assert_false(schedule_has(call.turn));
        last = due;
    }
    assert_int_equal(count, 66);
    schedule_free(&schedule);
}

/* The heap against a plain search over the same turns. */
static void test_many_turns_against_a_plain_search(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    struct schedule schedule = {0};
    static struct schedule_turn turns[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        schedule_add_regular(&schedule, &turns[i], (int64_t)(1 + i % 7) * 1000,
                             at_ms((int64_t)(hash_bytes(&i, sizeof i) % 1000)));
    for (int round = 0; round < 20000; round++) {
        size_t earliest = 0;
        for (size_t i = 1; i < COUNT; i++)
            if (turns[i].due.ns < turns[earliest].due.ns)
                earliest = i;
        struct mono due;
        assert_true(schedule_earliest(&schedule, &due));
        assert_int_equal(due.ns, turns[earliest].due.ns);
        assert_null(schedule_next(&schedule, (struct mono){due.ns - 1}).turn);
        assert_non_null(schedule_next(&schedule, due).turn);
    }
    schedule_free(&schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_scheduled),
        cmocka_unit_test(test_a_turn_keeps_its_phase_of_the_epoch),
        cmocka_unit_test(test_turns_are_spread),
        cmocka_unit_test(test_a_year_does_not_drift),
        cmocka_unit_test(test_lateness_does_not_move_the_schedule),
        cmocka_unit_test(test_single_turns_come_once_and_in_order),
        cmocka_unit_test(test_many_turns_against_a_plain_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
