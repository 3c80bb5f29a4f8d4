#include "form_data.h"
#include "macros.h"
#include "testing.h"

#include <string.h>

static void test_values(void **state)
{
    static const struct {
        const char *data, *name, *value; /* NULL: there is none that can be used */
    } rows[] = {
        {"url=https%3A%2F%2Fa.example%2F", "url", "https://a.example/"},
        {"a=1&url=x+y&url=z", "url", "x y"},
        {"url=", "url", ""},
        {"url=a=b", "url", "a=b"},
        {"url=%c3%a9t%C3%A9", "url", "été"},
        {"&&url=1&", "url", "1"},
        {"List-Unsubscribe=One-Click", "List-Unsubscribe", "One-Click"},
        {"", "url", NULL},
        {"url", "url", NULL},
        {"curl=1", "url", NULL},
        {"url2=1", "url", NULL},
        {"%75rl=1", "url", NULL},
        {"url=%", "url", NULL},
        {"url=%4", "url", NULL},
        {"url=%4g", "url", NULL},
        {"url=%-1", "url", NULL},
        {"url=%00", "url", NULL},
        {"url=a%0d%0ab", "url", NULL},
        {"url=%7f", "url", NULL},
        {"url=%ff", "url", NULL},
        {"url=%ff&url=good", "url", NULL},
        {"url=%ed%a0%80", "url", NULL},
        {"url=123456789012345678901234567890123456789", "url",
         "123456789012345678901234567890123456789"},
        {"url=1234567890123456789012345678901234567890", "url", NULL},
    };
    char value[40];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool found =
            form_data_value(rows[i].data, strlen(rows[i].data), rows[i].name, value, sizeof value);
        assert_int_equal(found, rows[i].value != NULL);
        assert_string_equal(value, rows[i].value ? rows[i].value : "");
    }
}

/* It is not terminated, and what stands behind it is somebody else's. */
static void test_length(void **state)
{
    char value[8];
    (void)state;
    assert_true(form_data_value("url=%41%42", 7, "url", value, sizeof value));
    assert_string_equal(value, "A");
    assert_false(form_data_value("url=%41%42", 9, "url", value, sizeof value));
    assert_false(form_data_value("url=x", 3, "url", value, sizeof value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values),
                                       cmocka_unit_test(test_length)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
