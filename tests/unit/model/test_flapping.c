#include "flapping.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

/* "udg?": what attempts found, oldest first. */
static struct flapping after(const char *found)
{
    struct flapping flapping = {0};
    for (; *found; found++)
        flapping_add(&flapping, (enum outcome)(strchr("?ugd", *found) - "?ugd"));
    return flapping;
}

static void test_share_of_changes(void **state)
{
    static const struct {
        const char *found;
        int percent;
        bool on;
    } rows[] = {
        {"", 0, false},
        {"u", 0, false},
        {"d", 0, false},
        {"uuuu", 0, false},
        {"ud", 5, false},         /* 1.18 / 20 */
        {"uddduuuuu", 10, false}, /* one outage: (1.10 + 1.04) / 20 */
        {"ugugugugugug", 0, false},
        {"u?u?u?d?d?d?d", 5, false},
        {"ududud", 28, false}, /* (1.18 + 1.16 + 1.14 + 1.12 + 1.10) / 20 */
        {"udududu", 33, true},
        {"gdgdgdg", 33, true},
        {"?u?d?u?d?u?d?u?", 33, true},
        {"udududududududududududududud", 99, true},
        {"dudududududududududududuuuuuuuuuuuuuuuuuuuuuuu", 0, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct flapping flapping = after(rows[i].found);
        assert_row(i, flapping_percent(&flapping) == rows[i].percent);
        assert_row(i, flapping.on == rows[i].on);
    }
}

/* Begun at more than 30 %, it lasts until less than 25. */
static void test_hysteresis(void **state)
{
    struct flapping flapping = after("udududu");
    bool between = false;
    int quiet = 0;
    (void)state;
    assert_true(flapping.on);
    for (; flapping.on; quiet++) {
        int percent = flapping_percent(&flapping);
        assert_true(percent >= FLAPPING_ENDS_PERCENT);
        between |= percent < FLAPPING_BEGINS_PERCENT;
        flapping_add(&flapping, OUTCOME_UP);
    }
    assert_true(between);
    assert_true(flapping_percent(&flapping) < FLAPPING_ENDS_PERCENT);
    assert_true(quiet > 3 && quiet < FLAPPING_RESULTS);
    struct flapping quieter = after("ududud");
    assert_false(quieter.on); /* at the same share, where it had not begun */
    assert_true(flapping_percent(&quieter) >= FLAPPING_ENDS_PERCENT);
}

static void test_only_the_last_results_count(void **state)
{
    struct flapping flapping = after("ud");
    (void)state;
    for (int i = 1; i < FLAPPING_RESULTS; i++) {
        assert_true(flapping_percent(&flapping) > 0);
        flapping_add(&flapping, OUTCOME_DOWN);
    }
    assert_int_equal(flapping_percent(&flapping), 4); /* 0.80 / 20 */
    flapping_add(&flapping, OUTCOME_DOWN);
    assert_int_equal(flapping_percent(&flapping), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share_of_changes),
        cmocka_unit_test(test_hysteresis),
        cmocka_unit_test(test_only_the_last_results_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
