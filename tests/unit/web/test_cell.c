#include "cell.h"
#include "testing.h"

static void test_line(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 1000);
    cell_text(&out, "a \"b\"");
    cell_empty(&out);
    cell_empty(&out);
    cell_number(&out, 0);
    cell_share(&out, 99999);
    cell_share(&out, 100000);
    cell_time(&out, 1767225600);
    cell_word(&out, "true");
    cell_end(&out);
    cell_number(&out, 12345678901);
    cell_end(&out);
    assert_string_equal(buffer_text(&out),
                        "\"a \"\"b\"\"\",,,0,0.99999,1.00000,2026-01-01T00:00:00Z,true\r\n"
                        "12345678901\r\n");
    buffer_fini(&out);
}

static void test_formulas(void **state)
{
    (void)state;
    static const char *const texts[] = {"=1+1", "+1", "-1", "@a", "\tb", "\rc"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buffer out;
        buffer_init(&out, 100);
        cell_text(&out, texts[i]);
        assert_row(i, buffer_text(&out)[1] == '\'');
        buffer_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
