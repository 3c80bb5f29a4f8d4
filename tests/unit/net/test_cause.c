#include "cause.h"

#include "macros.h"
#include "testing.h"

#include <errno.h>

static const struct {
    int error;
    enum reason on_connect, on_transfer;
} rows[] = {
    {ECONNREFUSED, REASON_connect_refused, REASON_self},
    {ETIMEDOUT, REASON_connect_timeout, REASON_timeout},
    {ECONNRESET, REASON_connect_reset, REASON_connect_reset},
    {EPIPE, REASON_connect_reset, REASON_connect_reset},
    {EHOSTUNREACH, REASON_unreachable, REASON_unreachable},
    {ENETUNREACH, REASON_self, REASON_self},
    {EADDRNOTAVAIL, REASON_self, REASON_self},
    {EMFILE, REASON_self, REASON_self},
    {ENFILE, REASON_self, REASON_self},
    {ENOMEM, REASON_self, REASON_self},
    {ENOBUFS, REASON_self, REASON_self},
    {EPERM, REASON_self, REASON_self},
    {0, REASON_self, REASON_self},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_row(i, cause_of_connect(rows[i].error) == rows[i].on_connect);
        assert_row(i, cause_of_transfer(rows[i].error) == rows[i].on_transfer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
