#include "verdict.h"

#include "macros.h"
#include "testing.h"

#define U OUTCOME_UP
#define G OUTCOME_DEGRADED
#define D OUTCOME_DOWN
#define K OUTCOME_UNKNOWN
#define E ROLE_ESSENTIAL
#define X ROLE_EXTRA

/* Counting rule 6, every pair of families. */
static void test_check(void **state)
{
    static const struct {
        enum outcome families[2], check;
    } rows[] = {
        {{U, U}, U}, {{U, G}, G}, {{U, D}, G}, {{U, K}, U}, {{G, G}, G},
        {{G, D}, G}, {{G, K}, G}, {{D, D}, D}, {{D, K}, D}, {{K, K}, K},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enum outcome swapped[2] = {rows[i].families[1], rows[i].families[0]};
        assert_int_equal(verdict_check(rows[i].families, 2), rows[i].check);
        assert_int_equal(verdict_check(swapped, 2), rows[i].check);
        if (rows[i].families[0] == rows[i].families[1])
            assert_int_equal(verdict_check(rows[i].families, 1), rows[i].check);
    }
    assert_int_equal(verdict_check(NULL, 0), K);
}

static void test_service(void **state)
{
    static const struct {
        struct verdict_part parts[3];
        size_t count;
        enum outcome service;
    } rows[] = {
        {{{U, E}}, 1, U},         {{{D, E}}, 1, D},
        {{{U, E}, {D, E}}, 2, D}, {{{U, E}, {G, E}}, 2, G},
        {{{U, E}, {K, E}}, 2, U}, {{{K, E}, {D, E}}, 2, D},
        {{{K, E}}, 1, K},         {{{U, E}, {D, X}}, 2, G},
        {{{U, E}, {G, X}}, 2, G}, {{{U, E}, {K, X}}, 2, U},
        {{{K, E}, {U, X}}, 2, K}, {{{K, E}, {D, X}}, 2, K},
        {{{D, E}, {U, X}}, 2, D}, {{{U, E}, {U, X}, {U, E}}, 3, U},
        {{{U, X}}, 1, K},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(verdict_service(rows[i].parts, rows[i].count), rows[i].service);
    assert_int_equal(verdict_service(NULL, 0), K);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_check),
                                       cmocka_unit_test(test_service)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
