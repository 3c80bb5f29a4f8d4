#include "escape.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static void test_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *bytes;
        size_t length;
    } rows[] = {
        {"", "", 0},
        {"PING\\r\\n", "PING\r\n", 6},
        {"\\t\\\\\\0x", "\t\\\0x", 4},
        {"\\xff\\xAb\\x00", "\xff\xab\0", 3},
        {"caf\xC3\xA9", "caf\xC3\xA9", 5},
        {"\\x41b", "Ab", 2},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t got[32];
        size_t length = 99, checked = 99;
        struct fault fault;
        assert_row(i, escape_read("send", rows[i].text, got, &length, &fault) == 0);
        assert_row(i, escape_read("send", rows[i].text, NULL, &checked, &fault) == 0);
        assert_row(i, length == rows[i].length && checked == length);
        assert_memory_equal(got, rows[i].bytes, length);
    }
}

static void test_faults(void **state)
{
    (void)state;
    static const char *const rows[] = {"\\", "a\\q", "\\x", "\\x1", "\\xg0", "\\x0g", "\\\\\\"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fault fault;
        uint8_t got[32];
        size_t length;
        assert_row(i, escape_read("send", rows[i], got, &length, &fault) == -1);
        assert_row(i, strncmp(fault.text, "send: after a backslash comes", 29) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
