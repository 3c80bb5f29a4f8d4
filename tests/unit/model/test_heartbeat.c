#include "heartbeat.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static void test_round_trip(void **state)
{
    (void)state;
    struct heartbeat beat = {{1767323045678}, 1, 2, 3, 4, 5, 6, 7}, back;
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
