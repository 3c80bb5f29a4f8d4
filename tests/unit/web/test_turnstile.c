#include "testing.h"
#include "turnstile.h"

static struct turnstile turnstile;

static int setup(void **state)
{
    (void)state;
    turnstile = (struct turnstile){.rules = {.one = {10000, 3}, .all = {1000, 5}}};
    return 0;
}

static void test_one(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(turnstile_pass(&turnstile, 7, 1000000), 0);
    assert_int_equal(turnstile_pass(&turnstile, 7, 1000000), 10);
    assert_int_equal(turnstile_pass(&turnstile, 7, 1009001), 1);
    assert_int_equal(turnstile_pass(&turnstile, 8, 1009001), 0);
    assert_int_equal(turnstile_pass(&turnstile, 7, 1010000), 0);
    assert_int_equal(turnstile_pass(&turnstile, 7, 1010000), 10);
    /* After a long time all is as at first. */
    for (int i = 0; i < 3; i++)
        assert_int_equal(turnstile_pass(&turnstile, 7, 9000000), 0);
    assert_int_equal(turnstile_pass(&turnstile, 7, 9000000), 10);
}

static void test_all(void **state)
{
    (void)state;
    for (uint64_t origin = 1; origin <= 5; origin++)
        assert_int_equal(turnstile_pass(&turnstile, origin, 1000), 0);
    assert_int_equal(turnstile_pass(&turnstile, 6, 1000), 1);
    /* Who was turned away has lost nothing. */
    assert_int_equal(turnstile_pass(&turnstile, 6, 2000), 0);
    assert_int_equal(turnstile_pass(&turnstile, 6, 2000), 1);
}

/* Who comes through a proxy that tells nothing has no limit of their own. */
static void test_local(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(turnstile_pass(&turnstile, 0, 1000), 0);
    assert_int_equal(turnstile_pass(&turnstile, 0, 1000), 1);
}

/* Very many neighbours: none of them passes more often than it may while it is remembered, all of them not more than all
 * may. */
static void test_many(void **state)
{
    size_t passed = 0;
    (void)state;
    for (uint64_t origin = 1; origin <= 100000; origin++)
        passed += turnstile_pass(&turnstile, origin << 32, 1000 + (int64_t)origin) == 0;
    assert_in_range(passed, 104, 105);
    turnstile.rules.all = (struct turnstile_rate){1, 1000000};
    for (uint64_t origin = 1; origin <= 100; origin++)
        for (int i = 0; i < 4; i++)
            assert_int_equal(turnstile_pass(&turnstile, origin, 9000000) > 0, i == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_one, setup), cmocka_unit_test_setup(test_all, setup),
        cmocka_unit_test_setup(test_local, setup), cmocka_unit_test_setup(test_many, setup)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
