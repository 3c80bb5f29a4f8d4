#include "macros.h"
#include "site_stamp.h"
#include "testing.h"

#include <string.h>

static const struct site_stamp whole = {
    .structure = 7,
    .written = {1700000000123},
    .measured = {1700000000000},
    .interval_s = 60,
    .state = "the \"disk\" is full",
    .languages = {"fr", "en"},
    .language_count = 2,
};

static bool read_text(const char *text, struct site_stamp *ret)
{
    return site_stamp_read(text, strlen(text), ret);
}

static void test_reads_what_it_writes(void **state)
{
    struct buffer out;
    struct site_stamp back;
    (void)state;
    buffer_init(&out, SITE_STAMP_MAX);
    site_stamp_write(&whole, &out);
    assert_true(site_stamp_read(out.bytes, out.length, &back));
    assert_int_equal(back.structure, 7);
    assert_int_equal(back.written.ms, whole.written.ms);
    assert_int_equal(back.measured.ms, whole.measured.ms);
    assert_int_equal(back.interval_s, 60);
    assert_string_equal(back.state, whole.state);
    assert_int_equal(back.language_count, 2);
    assert_string_equal(back.languages[0], "fr");
    assert_string_equal(back.languages[1], "en");
    buffer_fini(&out);
}

static void test_is_this_text(void **state)
{
    struct site_stamp stamp = whole;
    struct buffer out;
    (void)state;
    stamp.measured.ms = 0;
    strcpy(stamp.state, "ok");
    buffer_init(&out, SITE_STAMP_MAX);
    site_stamp_write(&stamp, &out);
    assert_string_equal(
        buffer_text(&out),
        "{\"v\":1,\"structure\":7,\"written\":\"2023-11-14T22:13:20.123Z\",\"measured\":null,"
        "\"interval_s\":60,\"state\":\"ok\",\"languages\":[\"fr\",\"en\"]}\n");
    buffer_fini(&out);
}

static void test_not_measured_yet(void **state)
{
    struct site_stamp stamp;
    (void)state;
    assert_true(
        read_text("{\"v\":1,\"structure\":0,\"written\":\"2026-01-01T00:00:00Z\",\"measured\":null,"
                  "\"interval_s\":60,\"state\":\"ok\"}",
                  &stamp));
    assert_int_equal(stamp.measured.ms, 0);
    assert_int_equal(stamp.language_count, 0);
}

static void test_language_must_be_a_name(void **state)
{
    struct site_stamp stamp;
    (void)state;
    assert_true(read_text(
        "{\"v\":1,\"written\":\"2026-01-01T00:00:00Z\",\"interval_s\":1,\"state\":\"ok\","
        "\"languages\":"
        "[\"../..\",\"\",7,\"FR\",\"abcdefghij\",\"fr\",\"a1\",\"a2\",\"a3\",\"a4\",\"a5\",\"a6\","
        "\"a7\",\"a8\",\"a9\"]}",
        &stamp));
    assert_int_equal(stamp.language_count, SITE_LANGUAGES_MOST);
    assert_string_equal(stamp.languages[0], "fr");
}

static void test_refuses(void **state)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"v\":2,\"written\":\"2026-01-01T00:00:00Z\",\"interval_s\":60,\"state\":\"ok\"}",
        "{\"v\":1,\"written\":\"yesterday\",\"interval_s\":60,\"state\":\"ok\"}",
        "{\"v\":1,\"written\":\"2026-01-01T00:00:00Z\",\"interval_s\":0,\"state\":\"ok\"}",
        "{\"v\":1,\"written\":\"2026-01-01T00:00:00Z\",\"interval_s\":99999999,\"state\":\"ok\"}",
        "{\"v\":1,\"written\":\"2026-01-01T00:00:00Z\",\"interval_s\":60,\"state\":\"\"}",
        "{\"v\":1,\"written\":\"2026-01-01T00:00:00Z\",\"interval_s\":60,\"state\":1}",
        "{\"v\":1,\"v\":1,\"written\":\"2026-01-01T00:00:00Z\",\"interval_s\":60,\"state\":\"ok\"}",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct site_stamp stamp = whole;
        if (read_text(bad[i], &stamp))
            fail_msg("%s", bad[i]);
        assert_memory_equal(&stamp, &whole, sizeof stamp);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_it_writes),    cmocka_unit_test(test_is_this_text),
        cmocka_unit_test(test_not_measured_yet),        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_language_must_be_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
