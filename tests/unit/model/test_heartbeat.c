#include "heartbeat.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static void test_round_trip(void **state)
{
    (void)state;
    struct heartbeat beat = {.time = {1767323045678},
                             .started = 1,
                             .late = 2,
                             .missed = 3,
                             .latest_ms = 4,
                             .in_flight = 5,
                             .loop_lag_ms = 6,
                             .checks = 7,
                             .unsynchronised = 1},
                     back;
    for (int i = 1; i < SENSE_COUNT; i++)
        beat.vantage.senses[i] = (struct vantage_state){
            {1767323045000 + i}, (enum vantage_condition)i, "\"none\" of 3 sentinels answers"};
    struct buffer line;
    buffer_init(&line, 1000);
    heartbeat_write(&beat, &line);
    assert_int_equal(line.bytes[line.length - 1], '\n');
    assert_true(heartbeat_read(line.bytes, line.length - 1, &back));
    assert_memory_equal(&back, &beat, sizeof beat);
    buffer_clear(&line);
    beat = (struct heartbeat){.time = {1}, .started = INT64_MAX, .checks = INT64_MAX};
    heartbeat_write(&beat, &line);
    assert_true(heartbeat_read(line.bytes, line.length - 1, &back));
    assert_memory_equal(&back, &beat, sizeof beat);
    buffer_fini(&line);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "{",
        "{\"v\":1,\"time\":\"2026-01-02T03:04:05.678Z\"}",
        "{\"v\":1,\"heartbeat\":\"",
        "{\"v\":1,\"heartbeat\":\"noon\"}",
        "{\"v\":1,\"heartbeat\":\"2026-01-02T03:04:05.678Z\"",
        "{\"v\":2,\"heartbeat\":\"2026-01-02T03:04:05.678Z\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct heartbeat beat = {.checks = 42};
        assert_row(i, !heartbeat_read(rows[i], strlen(rows[i]), &beat));
        assert_row(i, beat.checks == 42);
    }
}

/* What makes no sense was not judged. */
static void test_senses_without_sense(void **state)
{
    (void)state;
    static const char line[] =
        "{\"v\":1,\"heartbeat\":\"2026-01-02T03:04:05Z\",\"vantage\":{"
        "\"ipv4\":{\"condition\":\"grand\",\"since\":\"2026-01-02T03:04:05Z\",\"why\":\"\"},"
        "\"ipv6\":{\"condition\":\"blind\",\"since\":\"never\",\"why\":\"\"},"
        "\"resolver\":7,"
        "\"clock\":{\"condition\":\"blind\",\"since\":\"2026-01-02T03:04:05Z\"}}}";
    struct heartbeat beat;
    assert_true(heartbeat_read(line, strlen(line), &beat));
    for (int i = 0; i < SENSE_CLOCK; i++)
        assert_int_equal(beat.vantage.senses[i].condition, CONDITION_UNJUDGED);
    assert_int_equal(beat.vantage.senses[SENSE_CLOCK].condition, CONDITION_BLIND);
    assert_string_equal(beat.vantage.senses[SENSE_CLOCK].why, "");
}

static void test_missing_counters_are_zero(void **state)
{
    (void)state;
    static const char line[] =
        "{\"v\":1,\"heartbeat\":\"2026-01-02T03:04:05Z\",\"late\":3,\"new\":1}";
    struct heartbeat beat;
    assert_true(heartbeat_read(line, strlen(line), &beat));
    assert_int_equal(beat.late, 3);
    assert_int_equal(beat.started, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_missing_counters_are_zero),
        cmocka_unit_test(test_senses_without_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
