#include "clock.h"

#include "testing.h"

#include <time.h>

static void test_asks_the_system(void **state)
{
    (void)state;
    int64_t before = time(NULL);
    struct wall now = clock_wall();
    int64_t after = time(NULL);
    /* time() may lag a tick behind clock_gettime(). */
    assert_true(wall_seconds(now) >= before - 1 && wall_seconds(now) <= after + 1);
}

static void test_monotonic(void **state)
{
    (void)state;
    struct mono last = clock_mono();
    for (int i = 0; i < 10000; i++) {
        struct mono now = clock_mono();
        assert_true(now.ns >= last.ns);
        last = now;
    }
}

static void test_arithmetic(void **state)
{
    (void)state;
    struct mono start = {5000000};
    assert_int_equal(mono_plus_ms(start, 20).ns, 25000000);
    assert_int_equal(mono_ms_between(start, mono_plus_ms(start, 20)), 20);
    assert_int_equal(mono_ms_between(mono_plus_ms(start, 20), start), -20);
    assert_int_equal(wall_seconds((struct wall){1999}), 1);
    assert_int_equal(wall_from_seconds(7).ms, 7000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asks_the_system),
        cmocka_unit_test(test_monotonic),
        cmocka_unit_test(test_arithmetic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
