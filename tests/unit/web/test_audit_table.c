#include "audit_table.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

static int read(const char *text, struct arena *arena, struct audit_table *ret)
{
    struct fault fault;
    return audit_table_read("t", text, strlen(text), arena, ret, &fault);
}

static void test_cells(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct audit_table table;
    assert_int_equal(read("a,b,at\r\n\"x \"\"y\"\", z\",12,2026-01-01T00:00:00Z\r\n\"'=1\",,\r\n"
                          "\"\",true,0\r\n",
                          &arena, &table),
                     0);
    assert_int_equal(table.row_count, 3);
    assert_string_equal(audit_table_text(&table, 0, "a"), "x \"y\", z");
    assert_int_equal(audit_table_number(&table, 0, "b"), 12);
    assert_int_equal(audit_table_time(&table, 0, "at"), 1767225600);
    assert_string_equal(audit_table_text(&table, 1, "a"), "=1");
    assert_int_equal(audit_table_number(&table, 1, "b"), -1);
    assert_int_equal(audit_table_time(&table, 1, "at"), 0);
    assert_string_equal(audit_table_text(&table, 2, "a"), "");
    assert_true(audit_table_bool(&table, 2, "b"));
    assert_string_equal(audit_table_text(&table, 2, "nothing"), "");
    arena_free(&arena);
}

/* Whatever is missing at the end, nothing is read beyond it. */
static void test_cut_off(void **state)
{
    (void)state;
    static const char text[] = "a,b\r\n\"x\"\"\",\"y\"\r\n\"z\",\"";
    for (size_t length = 0; length < sizeof text; length++) {
        struct arena arena = {0};
        struct audit_table table;
        struct fault fault;
        char *exact = strndup(text, length);
        (void)audit_table_read("t", exact, length, &arena, &table, &fault);
        free(exact);
        arena_free(&arena);
    }
}

static void test_uneven(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct audit_table table;
    assert_int_equal(read("a,b\r\n1,2\r\n3\r\n", &arena, &table), -1);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_uneven),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
