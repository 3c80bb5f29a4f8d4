/* cmocka with what it wants included before it, and a few asserts of ours. */
#ifndef VIBRISSE_TESTING_H
#define VIBRISSE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* Fails with the row of a table test that went wrong. */
#define assert_row(row, condition)                                                                 \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("row %zu: %s", (size_t)(row), #condition);                                    \
    } while (0)

#endif
