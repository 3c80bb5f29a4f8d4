#include "alert.h"

#include "macros.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static void fill_text(char *to, size_t size, char with)
{
    memset(to, with, size - 1);
    to[size - 1] = '\0';
}

static void fill_row(struct alert_row *row, char with)
{
    *row = (struct alert_row){.kind = ALERT_CERTIFICATE,
                              .declared = DECLARED_DRAFT,
                              .before = OUTCOME_UP,
                              .after = OUTCOME_DEGRADED,
                              .since_after = 1767323000,
                              .since = 1767323060,
                              .until_after = 1767323600,
                              .until = 1767323660,
                              .expires = 1767400000,
                              .times = 3,
                              .reason = REASON_tls_expires_soon,
                              .sight_count = ALERT_SIGHTS_MAX};
    fill_text(row->service, sizeof row->service, with);
    fill_text(row->name, sizeof row->name, with);
    fill_text(row->hoster, sizeof row->hoster, with);
    fill_text(row->detail, sizeof row->detail, with);
    fill_text(row->link, sizeof row->link, with);
    for (size_t i = 0; i < ALERT_SIGHTS_MAX; i++) {
        fill_text(row->sights[i].vantage, sizeof row->sights[i].vantage, with);
        row->sights[i].family = i % 2 ? FAMILY_IPV6 : FAMILY_IPV4;
        row->sights[i].outcome = i % 3 ? OUTCOME_DEGRADED : OUTCOME_UNKNOWN;
    }
}

/* Every field as long as it may be, of a character that JSON has to escape. */
static struct alert *largest(char with)
{
    struct alert *alert = calloc(1, sizeof *alert);
    assert_non_null(alert);
    alert->opens = true;
    alert->kind = ALERT_DIGEST;
    alert->severity = SEVERITY_CRITICAL;
    alert->at = 1767323060;
    alert->factor = FACTOR_NETWORK;
    alert->row_count = ALERT_ROWS_MAX;
    alert->total = 5000;
    fill_text(alert->thread, sizeof alert->thread, with);
    fill_text(alert->target, sizeof alert->target, with);
    fill_text(alert->language, sizeof alert->language, with);
    fill_text(alert->common, sizeof alert->common, with);
    fill_text(alert->link, sizeof alert->link, with);
    alert_identify(alert);
    for (size_t i = 0; i < ALERT_ROWS_MAX; i++)
        fill_row(&alert->rows[i], with);
    return alert;
}

static void check_round_trip(const struct alert *alert)
{
    struct alert *again = malloc(sizeof *again);
    struct buffer line;
    assert_non_null(again);
    buffer_init(&line, ALERT_LINE_MAX);
    alert_write(alert, &line);
    assert_false(line.overflow);
    assert_null(memchr(line.bytes, '\n', line.length));
    assert_true(alert_read(line.bytes, line.length, again));
    assert_memory_equal(alert, again, sizeof *alert);
    buffer_fini(&line);
    free(again);
}

static void test_comes_back_as_it_was(void **state)
{
    (void)state;
    struct alert *alert = largest('"');
    check_round_trip(alert);
    free(alert);
    alert = calloc(1, sizeof *alert);
    assert_non_null(alert);
    alert->kind = ALERT_TEST;
    text_copy(alert->target, sizeof alert->target, "tech");
    alert_identify(alert);
    check_round_trip(alert);
    free(alert);
}

static void test_id_stays_and_tells_apart(void **state)
{
    (void)state;
    struct alert *one = calloc(2, sizeof *one), *other = one + 1;
    assert_non_null(one);
    text_copy(one->thread, sizeof one->thread, "a-pad-1767323060");
    text_copy(one->target, sizeof one->target, "tech");
    one->at = 1767323060;
    *other = *one;
    alert_identify(one);
    alert_identify(other);
    assert_string_equal(one->id, other->id);
    assert_int_equal(strspn(one->id, "abcdefghijklmnopqrstuvwxyz234567"), ALERT_ID_SIZE - 1);
    /* base32 of the SHA-256 of "a-pad-1767323060\ndown\n1767323060\ntech\n", by another program */
    assert_string_equal(one->id, "wtsc3qzjrtkqiyrmmszurvdd7y");
    other->kind = ALERT_RECOVERY;
    alert_identify(other);
    assert_string_not_equal(one->id, other->id);
    *other = *one;
    other->at++;
    alert_identify(other);
    assert_string_not_equal(one->id, other->id);
    *other = *one;
    text_copy(other->target, sizeof other->target, "team");
    alert_identify(other);
    assert_string_not_equal(one->id, other->id);
    free(one);
}

static bool reads(const char *line, struct alert *alert)
{
    return alert_read(line, strlen(line), alert);
}

#define HEAD "{\"id\":\"x\",\"kind\":\"down\",\"severity\":\"info\",\"target\":\"t\""
#define ROW  "{\"kind\":\"down\",\"before\":\"up\",\"after\":\"down\",\"reason\":\"timeout\""

static void test_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"kind\":\"down\",\"severity\":\"info\",\"target\":\"t\"}",
        "{\"id\":\"x\",\"kind\":\"down\",\"severity\":\"info\"}",
        "{\"id\":\"x\",\"kind\":\"doom\",\"severity\":\"info\",\"target\":\"t\"}",
        "{\"id\":\"x\",\"kind\":\"down\",\"severity\":\"dire\",\"target\":\"t\"}",
        HEAD ",\"at\":\"yesterday\"}",
        HEAD ",\"thread\":7}",
        HEAD ",\"factor\":\"luck\"}",
        HEAD ",\"rows\":[{}]}",
        HEAD ",\"rows\":[7]}",
        HEAD ",\"rows\":[" ROW ",\"since\":\"soon\"}]}",
        HEAD ",\"rows\":[" ROW ",\"sights\":[{}]}]}",
        HEAD ",\"rows\":[{\"kind\":\"down\",\"before\":\"up\",\"after\":\"down\"}]}",
    };
    struct alert *alert = malloc(sizeof *alert);
    assert_non_null(alert);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_row(i, !reads(bad[i], alert));
    assert_true(reads(HEAD ",\"rows\":[" ROW "}],\"newer\":{}}", alert));
    assert_int_equal(alert->total, 1);
    free(alert);
}

static void test_counts_what_has_no_row(void **state)
{
    (void)state;
    struct alert *alert = malloc(sizeof *alert);
    struct buffer line;
    assert_non_null(alert);
    buffer_init(&line, ALERT_LINE_MAX);
    buffer_text_add(&line, HEAD ",\"total\":-3,\"rows\":[");
    for (int i = 0; i < ALERT_ROWS_MAX + 2; i++)
        buffer_printf(&line, "%s%s}", i ? "," : "", ROW);
    buffer_text_add(&line, "]}");
    assert_true(alert_read(line.bytes, line.length, alert));
    assert_int_equal(alert->row_count, ALERT_ROWS_MAX);
    assert_int_equal(alert->total, ALERT_ROWS_MAX + 2);
    buffer_fini(&line);
    free(alert);
}

static void test_strangers_words_are_cleaned(void **state)
{
    (void)state;
    struct alert *alert = malloc(sizeof *alert);
    assert_non_null(alert);
    assert_true(reads(HEAD ",\"rows\":[" ROW ",\"detail\":\"a\\r\\nBcc: b\\u202e\"}]}", alert));
    assert_null(strpbrk(alert->rows[0].detail, "\r\n"));
    assert_null(strstr(alert->rows[0].detail, "\xE2\x80\xAE"));
    free(alert);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back_as_it_was),
        cmocka_unit_test(test_id_stays_and_tells_apart),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_counts_what_has_no_row),
        cmocka_unit_test(test_strangers_words_are_cleaned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
