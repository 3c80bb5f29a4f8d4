/* What the ledger keeps of an unconfirmed failure is read as it was written, and nothing else is believed. */
#include "blip.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static const struct blip sample = {.at = 1767225660,
                                   .until = 1767225670,
                                   .then = OUTCOME_DEGRADED,
                                   .results = 2,
                                   .reason = REASON_http_status,
                                   .detail = "HTTP 502 \"</script>\" é"};

static void test_there_and_back(void **state)
{
    (void)state;
    struct buffer text;
    struct blip back = {.at = sample.at};
    buffer_init(&text, BLIP_MAX);
    blip_write(&sample, &text);
    assert_string_equal(buffer_text(&text),
                        "{\"until\":1767225670,\"then\":\"degraded\",\"results\":2,\"reason\":"
                        "\"http_status\",\"detail\":\"HTTP 502 \\\"</script>\\\" é\"}");
    assert_true(blip_read(buffer_text(&text), &back));
    assert_int_equal(back.at, sample.at);
    assert_int_equal(back.until, sample.until);
    assert_int_equal(back.then, sample.then);
    assert_int_equal(back.results, sample.results);
    assert_int_equal(back.reason, sample.reason);
    assert_string_equal(back.detail, sample.detail);
    buffer_fini(&text);
}

static void test_the_longest_fits(void **state)
{
    (void)state;
    struct buffer text;
    struct blip longest = sample;
    memset(longest.detail, 1, sizeof longest.detail - 1);
    longest.until = INT64_MAX;
    buffer_init(&text, BLIP_MAX);
    blip_write(&longest, &text);
    assert_false(text.overflow);
    buffer_fini(&text);
}

static void test_what_is_no_blip(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"until\":0,\"then\":\"up\",\"results\":0,\"reason\":\"timeout\",\"detail\":\"\"}",
        "{\"until\":0,\"then\":\"up\",\"results\":3,\"reason\":\"timeout\",\"detail\":\"\"}",
        "{\"until\":0,\"then\":\"up\",\"results\":4294967297,\"reason\":\"timeout\"}",
        "{\"until\":1767225659,\"then\":\"up\",\"results\":1,\"reason\":\"timeout\"}",
        "{\"until\":-1,\"then\":\"up\",\"results\":1,\"reason\":\"timeout\"}",
        "{\"until\":0,\"then\":\"down\",\"results\":1,\"reason\":\"timeout\"}",
        "{\"until\":0,\"then\":\"well\",\"results\":1,\"reason\":\"timeout\"}",
        "{\"until\":0,\"then\":\"up\",\"results\":1,\"reason\":\"timeout\",\"detail\":7}",
        "{\"until\":0,\"then\":\"up\",\"results\":1,\"results\":1,\"reason\":\"timeout\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct blip blip = sample;
        assert_row(i, !blip_read(rows[i], &blip));
        assert_row(i, blip.until == sample.until && blip.then == sample.then &&
                          blip.results == sample.results && blip.reason == sample.reason &&
                          strcmp(blip.detail, sample.detail) == 0);
    }
}

/* Written by a later vibrisse, or by somebody else. */
static void test_what_is_not_known_is_cleaned(void **state)
{
    (void)state;
    struct blip blip = {.at = sample.at};
    assert_true(blip_read("{\"until\":0,\"then\":\"unknown\",\"results\":1,\"reason\":\"party\","
                          "\"detail\":\"a\\u202eb\\u0007\",\"more\":[]}",
                          &blip));
    assert_int_equal(reason_outcome(blip.reason), OUTCOME_DOWN);
    assert_null(strstr(blip.detail, "\xE2\x80\xAE"));
    assert_null(strchr(blip.detail, 7));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_the_longest_fits),
        cmocka_unit_test(test_what_is_no_blip),
        cmocka_unit_test(test_what_is_not_known_is_cleaned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
