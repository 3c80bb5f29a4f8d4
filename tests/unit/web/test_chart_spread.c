/* How answer times are spread: ranges, their shares, nothing left out. */
#include "fake.h"

#include "chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *drawn(const struct histogram *latency)
{
    struct fake fake;
    struct sheet sheet;
    struct buffer out;
    fake_init(&fake, 1795354320);
    fake.page.language = "en";
    buffer_init(&out, PAGE_MAX);
    sheet_open(&sheet, &fake.page, &out, "", "");
    chart_spread(&sheet, latency);
    char *text = strdup(buffer_text(&out));
    sheet_close(&sheet);
    buffer_fini(&out);
    fake_free(&fake);
    return text;
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (; (text = strstr(text, what)); text++)
        count++;
    return count;
}

static void test_ranges(void **state)
{
    (void)state;
    struct histogram latency = {{0}};
    for (int i = 0; i < 1500; i++)
        histogram_add(&latency, i < 999 ? 70 : i < 1499 ? 150 : 3000);
    char *text = drawn(&latency);
    assert_int_equal(count_of(text, "<tr><th scope=\"row\">"),
                     6); /* an empty one in the middle stays */
    assert_non_null(strstr(text, "50\u00A0ms to 100\u00A0ms</th>"));
    assert_non_null(strstr(text, "width=\"100%\" height=\"12\"/>"));
    assert_non_null(strstr(text, ">66.6%</td><td class=\"r\" data-l=\"Answers\">999<"));
    assert_non_null(strstr(text, ">0.0%</td><td class=\"r\" data-l=\"Answers\">1<"));
    assert_null(strstr(text, "under"));
    assert_null(strstr(text, "and more"));
    free(text);
}

static void test_ends(void **state)
{
    (void)state;
    struct histogram latency = {{0}};
    histogram_add(&latency, 1);
    histogram_add(&latency, 60000);
    char *text = drawn(&latency);
    assert_int_equal(count_of(text, "<tr><th scope=\"row\">"), 9);
    assert_non_null(strstr(text, "under 20\u00A0ms</th>"));
    assert_non_null(strstr(text, "5\u00A0s and more</th>"));
    free(text);
}

static void test_no_answer(void **state)
{
    (void)state;
    struct histogram latency = {{0}};
    char *text = drawn(&latency);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
