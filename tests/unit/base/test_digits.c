#include "digits.h"

#include "macros.h"
#include "testing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* As printf() does it, to the byte, and no byte more. */
static void test_as_printf(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0,    1,     9,      10,      99,        100,
                                      -1,   -9,    -10,    2026,    -999,      12345,
                                      1000, 10000, 123456, 1795666, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        for (int least = 0; least <= DIGITS_MAX; least++) {
            char wanted[64], found[64];
            memset(found, 'x', sizeof found);
            int length = snprintf(wanted, sizeof wanted, "%0*" PRId64, least, numbers[i]);
            assert_ptr_equal(digits_put(found, numbers[i], least), found + length);
            assert_memory_equal(found, wanted, (size_t)length);
            assert_int_equal(found[length], 'x');
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_printf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
