#include "perfdata.h"

#include "macros.h"
#include "testing.h"

#include <math.h>
#include <string.h>

#define LONG_LABEL "0123456789012345678901234567890123456789012345678901234567890123456789"

static void test_figures(void **state)
{
    (void)state;
    static const struct {
        const char *text, *label, *unit;
        double value; /* NaN is as good as NaN */
    } rows[] = {
        {"time=0.012s;;;0.000000;10.000000 size=15B;;;0", "time", "s", 0.012},
        {"  load1=0.5;5;10;0;", "load1", "", 0.5},
        {"'free space'=-20.5%", "free space", "%", -20.5},
        {"'it''s'=1", "it's", "", 1},
        {"'a=b'=2c", "a=b", "c", 2},
        {"rta=U ", "rta", "", NAN},
        {LONG_LABEL "=7", NULL, "", 7},
        {"nonsense =1 x= y=0x10 z=1.2.3 u=1tooolongunit v=inf good=3ms", "good", "ms", 3},
        {"a=99999999999999999999999999999999999999999999 b=1", "b", "", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct perfdata data;
        const char *cursor = rows[i].text;
        assert_row(i, perfdata_next(&cursor, &data));
        if (rows[i].label)
            assert_string_equal(data.label, rows[i].label);
        else
            assert_int_equal(strlen(data.label), PERFDATA_LABEL_SIZE - 1);
        assert_string_equal(data.unit, rows[i].unit);
        assert_row(i, isnan(rows[i].value) ? isnan(data.value) : data.value == rows[i].value);
    }
}

static void test_nothing(void **state)
{
    (void)state;
    static const char *const rows[] = {"",  "   ", "=",   "=5",    "'",   "'a",
                                       "a", "a=",  "a=s", "a b c", "''=1"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct perfdata data;
        const char *cursor = rows[i];
        assert_row(i, !perfdata_next(&cursor, &data));
        assert_row(i, *cursor == '\0' || strspn(cursor, " ") == strlen(cursor));
    }
}

static void test_all_of_them(void **state)
{
    (void)state;
    struct perfdata data;
    const char *cursor = "a=1 'b c'=2s;1;2 d=3";
    assert_true(perfdata_next(&cursor, &data));
    assert_string_equal(data.label, "a");
    assert_true(perfdata_next(&cursor, &data));
    assert_string_equal(data.label, "b c");
    assert_true(perfdata_next(&cursor, &data));
    assert_string_equal(data.label, "d");
    assert_false(perfdata_next(&cursor, &data));
}

static void test_time(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double ms;
    } rows[] = {
        {"size=1B time=0.25s;;;0", 250},
        {"time=12ms", 12},
        {"time=1500us", 1.5},
        {"time=0s", 0},
        {"time_firstbyte=1s", NAN},
        {"time=-1s", NAN},
        {"time=U", NAN},
        {"time=5", NAN},
        {"time=1s time=2s", 1000},
        {"'time'=2s", 2000},
        {"", NAN},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        double ms = perfdata_time_ms(rows[i].text);
        assert_row(i, isnan(rows[i].ms) ? isnan(ms) : fabs(ms - rows[i].ms) < 1e-9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_all_of_them),
        cmocka_unit_test(test_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
