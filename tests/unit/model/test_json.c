#include "json.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static void test_text_is_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"", "\"\""},
        {"chat", "\"chat\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\n\t\x01\x7F", "\"\\u000a\\u0009\\u0001\\u007f\""},
        {"é€😺", "\"é€😺\""},
        {"a\xFFz", "\"a\\ufffdz\""},
        {"\xC3", "\"\\ufffd\""},
        {"</script>", "\"</script>\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buffer out;
        buffer_init(&out, 200);
        json_add_text(&out, rows[i].text);
        assert_string_equal(buffer_text(&out), rows[i].wanted);
        json_error_t error;
        json_t *back = json_loadb(out.bytes, out.length, JSON_DECODE_ANY, &error);
        assert_true(json_is_string(back));
        json_decref(back);
        buffer_fini(&out);
    }
}

static void test_every_byte_gives_json(void **state)
{
    (void)state;
    for (int first = 1; first < 256; first++) {
        for (int second = 1; second < 256; second += 7) {
            char text[] = {'a', (char)first, (char)second, 'b', '\0'};
            struct buffer out;
            json_error_t error;
            buffer_init(&out, 100);
            json_add_text(&out, text);
            json_t *back = json_loadb(out.bytes, out.length, JSON_DECODE_ANY, &error);
            if (!json_is_string(back))
                fail_msg("bytes %02x %02x: %s", first, second, error.text);
            json_decref(back);
            buffer_fini(&out);
        }
    }
}

static void test_get(void **state)
{
    (void)state;
    json_error_t error;
    json_t *object =
        json_loads("{\"text\":\"a\\nb\\u202ec\",\"number\":7,\"time\":\"2026-01-02T03:04:05.5Z\","
                   "\"not\":\"a time\",\"null\":null}",
                   0, &error);
    char text[8];
    int64_t ms = 1;
    assert_true(json_get_text(object, "text", text, sizeof text));
    assert_string_equal(text, "a bc");
    assert_true(json_get_text(object, "text", text, 3));
    assert_string_equal(text, "a ");
    assert_true(json_get_text(object, "missing", text, sizeof text));
    assert_string_equal(text, "");
    assert_false(json_get_text(object, "number", text, sizeof text));
    assert_false(json_get_text(object, "null", text, sizeof text));
    assert_true(json_get_time(object, "time", &ms));
    assert_int_equal(ms, 1767323045500);
    assert_false(json_get_time(object, "not", &ms));
    assert_false(json_get_time(object, "number", &ms));
    assert_false(json_get_time(object, "missing", &ms));
    assert_int_equal(ms, 1767323045500);
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_escaped),
        cmocka_unit_test(test_every_byte_gives_json),
        cmocka_unit_test(test_get),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
