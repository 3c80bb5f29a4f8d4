#include "registry.h"

#include "collective.h"
#include "macros.h"
#include "testing.h"

#include <ctype.h>
#include <string.h>

static int read_options(const char *scheme, const char *name, const char *value,
                        struct fault *fault)
{
    struct arena arena = {0};
    const void *object = NULL;
    struct probe_option option = {name, value};
    int rc =
        registry_read_options(registry_find(scheme), &option, name ? 1 : 0, &arena, &object, fault);
    assert_true((rc == 0) == (object != NULL));
    arena_free(&arena);
    return rc;
}

static void test_names(void **state)
{
    (void)state;
    const char *const *schemes = registry_schemes();
    size_t i = 0;
    for (; registry[i]; i++) {
        assert_string_equal(registry[i]->name, schemes[i]);
        assert_ptr_equal(registry_find(schemes[i]), registry[i]);
        assert_ptr_equal(registry_options(schemes[i]), &registry[i]->options);
    }
    assert_null(schemes[i]);
    assert_null(registry_find("gopher"));
    assert_null(registry_options("gopher"));
}

static void test_types_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; registry[i]; i++) {
        const struct probe_type *type = registry[i];
        assert_row(i, type->start && type->cancel);
        for (size_t k = 0; k < type->options.count; k++) {
            const struct schema_row *row = &type->options.rows[k];
            assert_row(i, row->doc && isupper((unsigned char)row->doc[0]) &&
                              row->doc[strlen(row->doc) - 1] == '.');
            assert_row(i, row->example != NULL);
            assert_row(i, row->offset < type->options_size);
            assert_ptr_equal(schema_find(&type->options, row->name), row);
        }
    }
}

/* Examples are as one writes them in YAML, so a quoted one is read without its quotes. */
static void test_examples_are_values(void **state)
{
    (void)state;
    for (size_t i = 0; registry[i]; i++) {
        for (size_t k = 0; k < registry[i]->options.count; k++) {
            const struct schema_row *row = &registry[i]->options.rows[k];
            char value[200];
            size_t quote = row->example[0] == '"', length = strlen(row->example) - 2 * quote;
            snprintf(value, sizeof value, "%.*s", (int)length, row->example + quote);
            struct arena arena = {0};
            struct fault fault;
            void *object = arena_alloc(&arena, registry[i]->options_size);
            if (schema_read(row, value, object, &arena, &fault) < 0)
                fail_msg("%s: %s", registry[i]->name, fault.text);
            arena_free(&arena);
        }
    }
}

static void test_faults(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *name, *value, *sentence;
    } rows[] = {
        {"https", "expect-stats", "200",
         "https has no option \"expect-stats\"; did you mean expect-status?"},
        {"https", "qqqqqqqq", "200", "https has no option \"qqqqqqqq\""},
        {"https", "redirects", "6", "redirects must be from 0 to 5"},
        {"https", "max-body", "1GiB", "max-body must be from"},
        {"https", "method", "BREW", "method must be one of GET, HEAD, POST"},
        {"https", "expect-status", "200-", "expect-status must be like"},
        {"https", "expect-body-regex", "(", "expect-body-regex: at character"},
        {"https", "header", "no colon", "header must be like"},
        {"https", "header", "A B: c", "header must be like"},
        {"https", "body", "x", "body goes with method POST only"},
        {"udp", "send", "\\q", "send: after a backslash comes n, r, t, 0"},
        {"udp", "expect-answer", "\\x1", "expect-answer: after a backslash comes"},
        {"tcp", "expect-answer", "a\\", "expect-answer: after a backslash comes"},
        {"tls", "hold", "1s", "tls has no option \"hold\""},
        {"tcp", "hold", "6s", "hold must be from 0ms to 5s"},
        {"dns", "authoritative", "perhaps", "authoritative must be one of auto, yes, no"},
        {"icmp", "count", "0", "count must be from 1 to 5"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fault fault;
        assert_row(i, read_options(rows[i].scheme, rows[i].name, rows[i].value, &fault) == -1);
        if (!strstr(fault.text, rows[i].sentence))
            fail_msg("row %zu: %s", i, fault.text);
    }
}

static void test_together(void **state)
{
    (void)state;
    static const struct probe_option twice[] = {{"method", "GET"}, {"method", "GET"}};
    static const struct probe_option bodiless[] = {{"method", "HEAD"},
                                                   {"expect-body-contains", "x"}};
    static const struct probe_option good[] = {
        {"method", "POST"}, {"body", "x"}, {"expect-json", "/a = b"}};
    struct arena arena = {0};
    struct fault fault;
    const void *object;
    const struct probe_type *type = registry_find("http");
    assert_int_equal(registry_read_options(type, twice, 2, &arena, &object, &fault), -1);
    assert_string_equal(fault.text, "method is given twice");
    assert_int_equal(registry_read_options(type, bodiless, 2, &arena, &object, &fault), -1);
    assert_non_null(strstr(fault.text, "HEAD"));
    assert_int_equal(registry_read_options(type, good, 3, &arena, &object, &fault), 0);
    assert_int_equal(registry_read_options(type, NULL, 0, &arena, &object, &fault), 0);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_types_are_whole),
        cmocka_unit_test(test_examples_are_values),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
