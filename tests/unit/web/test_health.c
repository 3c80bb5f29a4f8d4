#include "health.h"
#include "macros.h"
#include "testing.h"

#include <string.h>

enum { MEASURED_S = 1700000000 };

static void test_answers(void **state)
{
    static const struct {
        int64_t measured_s, interval_s, age_s;
        const char *state;
        unsigned status;
        const char *body;
    } rows[] = {
        {MEASURED_S, 60, 0, "ok", 200,
         "{\"status\":\"ok\",\"measured\":\"2023-11-14T22:13:20Z\"}\n"},
        {MEASURED_S, 60, 180, "ok", 200,
         "{\"status\":\"ok\",\"measured\":\"2023-11-14T22:13:20Z\"}\n"},
        {MEASURED_S, 60, 181, "ok", 503,
         "{\"status\":\"failing\",\"reason\":\"measurements have "
         "stopped\",\"measured\":\"2023-11-14T22:13:20Z\"}\n"},
        {MEASURED_S, 60, 0, "the disk is full", 503,
         "{\"status\":\"failing\",\"reason\":\"the disk is "
         "full\",\"measured\":\"2023-11-14T22:13:20Z\"}\n"},
        {0, 60, 0, "ok", 503,
         "{\"status\":\"failing\",\"reason\":\"nothing has been measured yet\"}\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct site_stamp stamp = {.measured = wall_from_seconds(rows[i].measured_s),
                                   .interval_s = rows[i].interval_s};
        struct buffer out;
        strcpy(stamp.state, rows[i].state);
        buffer_init(&out, 1024);
        assert_int_equal(health_answer(&stamp, MEASURED_S + rows[i].age_s, &out), rows[i].status);
        assert_string_equal(buffer_text(&out), rows[i].body);
        buffer_fini(&out);
    }
}

static void test_no_stamp_is_no_health(void **state)
{
    struct buffer out;
    (void)state;
    buffer_init(&out, 1024);
    assert_int_equal(health_answer(NULL, MEASURED_S, &out), 503);
    assert_non_null(strstr(buffer_text(&out), "no monitor"));
    buffer_fini(&out);
}

static void test_when_measurements_are_old(void **state)
{
    static const struct {
        int64_t interval_s, age_s;
        bool stale;
    } rows[] = {
        {60, 180, false}, {60, 181, true},  {10, 31, false},   {10, 60, false},
        {10, 61, true},   {1, -500, false}, {300, 900, false}, {300, 901, true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct site_stamp stamp = {.measured = {MEASURED_S * 1000LL},
                                   .interval_s = rows[i].interval_s};
        assert_int_equal(health_is_stale(&stamp, MEASURED_S + rows[i].age_s), rows[i].stale);
    }
    struct site_stamp never = {.interval_s = 60};
    assert_false(health_is_stale(&never, MEASURED_S));
    assert_false(health_is_stale(NULL, MEASURED_S));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_no_stamp_is_no_health),
        cmocka_unit_test(test_when_measurements_are_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
