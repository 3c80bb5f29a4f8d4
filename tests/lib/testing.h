/* cmocka with what it wants included before it, and a few asserts of ours. */
#ifndef VIBRISSE_TESTING_H
#define VIBRISSE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
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

/* Of a short time-out before which something has to happen: a thread or a loop that runs late needs more than that. Gives
 * the next try four times as much, half a minute at most; false when it had that already. */
static inline bool testing_longer(int64_t *timeout_ms)
{
    static const int64_t longest_ms = 30000;
    if (*timeout_ms >= longest_ms)
        return false;
    *timeout_ms = 4 * *timeout_ms < longest_ms ? 4 * *timeout_ms : longest_ms;
    return true;
}

#endif
