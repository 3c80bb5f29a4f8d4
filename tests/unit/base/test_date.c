#include "date.h"

#include "testing.h"

#include <stdbool.h>

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of(const struct date *date)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[date->month - 1] + (date->month == 2 && is_leap(date->year));
}

static void step(struct date *date)
{
    if (++date->day <= days_of(date))
        return;
    date->day = 1;
    if (++date->month <= 12)
        return;
    date->month = 1;
    date->year++;
}

/* Each day of ten thousand years follows the day before. */
static void test_every_day(void **state)
{
    enum { FIRST = -719528 };
    (void)state;
    struct date wanted = {0, 1, 1};
    for (int64_t days = FIRST; wanted.year < 10000; days++, step(&wanted)) {
        struct date found = date_of(days);
        if (found.year != wanted.year || found.month != wanted.month || found.day != wanted.day)
            fail_msg("day %lld is %d-%d-%d, not %d-%d-%d", (long long)days, found.year, found.month,
                     found.day, wanted.year, wanted.month, wanted.day);
        if (days == 0)
            assert_int_equal(wanted.year, 1970);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
