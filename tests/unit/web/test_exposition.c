#include "exposition.h"

#include "testing.h"

#include <string.h>

static void expect(const char *text, size_t length, const char *wanted)
{
    struct buffer out;
    buffer_init(&out, 4096);
    exposition_write(text, length, &out);
    assert_string_equal(buffer_text(&out), wanted);
    buffer_fini(&out);
}

static void test_kinds(void **state)
{
    (void)state;
    static const char text[] = "# TYPE a gauge\n# UNIT a seconds\n# HELP a How long, a b.\na 1\n"
                               "# TYPE b counter\n# HELP b Many.\nb_total{x=\"# HELP\"} 2\n"
                               "# TYPE c stateset\n# HELP c What.\nc{c=\"up\"} 1\n"
                               "# TYPE d info\n# HELP d Who.\nd_info{v=\"1\"} 1\n"
                               "# TYPE e summary\n# HELP e Odd.\ne 1\n# EOF\n";
    expect(text, strlen(text),
           "# TYPE a gauge\n# HELP a How long, a b.\na 1\n"
           "# TYPE b_total counter\n# HELP b_total Many.\nb_total{x=\"# HELP\"} 2\n"
           "# TYPE c gauge\n# HELP c What.\nc{c=\"up\"} 1\n"
           "# TYPE d_info gauge\n# HELP d_info Who.\nd_info{v=\"1\"} 1\n"
           "# TYPE e untyped\n# HELP e Odd.\ne 1\n");
}

/* Never ours, but nothing is read beyond its end. */
static void test_broken(void **state)
{
    (void)state;
    expect("", 0, "");
    expect("\n\n", 2, "\n\n");
    expect("# TYPE ", 7, "# TYPE  untyped\n");
    expect("# TYPE a gaugeous", 12, "# TYPE a untyped\n");
    expect("# HELP x", 8, "# HELP x \n");
    expect("a 1", 3, "a 1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
