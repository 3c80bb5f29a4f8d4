#include "result_line.h"

#include "macros.h"
#include "testing.h"

#include <math.h>
#include <string.h>

static const char good_line[] =
    "{\"v\":1,\"time\":\"2026-01-02T03:04:05.678Z\",\"vantage\":\"paris\",\"service\":\"chat-"
    "perche/pad\","
    "\"check\":\"web\",\"family\":\"ipv6\",\"outcome\":\"down\",\"reason\":\"tls_expired\","
    "\"detail\":\"certificate expired 2 h ago\",\"address\":\"2001:db8::1\",\"attempt\":2,"
    "\"phases\":{\"resolve\":3.1,\"connect\":11.9,\"total\":52.25},\"certificate\":{\"sha256\":"
    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
    "\"key_sha256\":\"fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210\","
    "\"subject\":\"CN=pad\",\"names\":\"pad.test, *.pad.test\","
    "\"issuer\":\"CN=ca\",\"not_before\":\"2025-01-01T00:00:00Z\",\"not_after\":\"2026-01-02T01:00:"
    "00Z\","
    "\"key\":\"EC 256\",\"protocol\":\"TLSv1.3\",\"sans\":2,\"chain_ok\":false}}";

static const char users_line[] = "{\"v\":1,\"time\":\"2026-01-02T03:04:05.678Z\",\"vantage\":"
                                 "\"paris\",\"service\":\"a/b\",\"check\":\"n\","
                                 "\"family\":\"ipv6\",\"outcome\":\"up\",\"reason\":\"ok\","
                                 "\"detail\":\"\",\"address\":\"\",\"users\":";

static int read_text(const char *line, struct result *ret)
{
    struct fault fault = {""};
    int rc = result_line_read(line, strlen(line), ret, &fault);
    assert_int_equal(rc == 0, fault.text[0] == '\0');
    return rc;
}

static void test_reads_every_field(void **state)
{
    (void)state;
    struct result result;
    assert_int_equal(read_text(good_line, &result), 0);
    assert_int_equal(result.time.ms, 1767323045678);
    assert_string_equal(result.vantage, "paris");
    assert_string_equal(result.service, "chat-perche/pad");
    assert_string_equal(result.check, "web");
    assert_int_equal(result.family, FAMILY_IPV6);
    assert_int_equal(result.outcome, OUTCOME_DOWN);
    assert_int_equal(result.reason, REASON_tls_expired);
    assert_string_equal(result.detail, "certificate expired 2 h ago");
    assert_string_equal(result.address, "2001:db8::1");
    assert_int_equal(result.attempt, 2);
    assert_true(result.phases.ms[PHASE_TOTAL] == 52.25);
    assert_true(isnan(result.phases.ms[PHASE_TLS]));
    assert_memory_equal(result.certificate.key_sha256, "fedcba98", 8);
    assert_string_equal(result.certificate.subject, "CN=pad");
    assert_string_equal(result.certificate.names, "pad.test, *.pad.test");
    assert_string_equal(result.certificate.key, "EC 256");
    assert_string_equal(result.certificate.protocol, "TLSv1.3");
    assert_int_equal(result.certificate.sans, 2);
    assert_int_equal(wall_seconds(result.certificate.not_after), 1767315600);
    assert_false(result.certificate.chain_ok);
}

static struct users read_users(const char *users)
{
    char line[sizeof users_line + 200];
    struct result result;
    snprintf(line, sizeof line, "%s%s}", users_line, users);
    assert_int_equal(read_text(line, &result), 0);
    return result.users;
}

static void test_reads_users(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct users users;
    } rows[] = {
        {"{\"total\":120,\"month\":30,\"halfyear\":60,\"posts\":7}", {120, 30, 60, 7}},
        {"{\"total\":0}", {0, -1, -1, -1}},
        {"{\"month\":1000000000,\"total\":1000000001}", {-1, 1000000000, -1, -1}},
        {"{\"total\":-7,\"month\":1.0,\"halfyear\":\"3\",\"posts\":1e3,\"more\":4}",
         {-1, -1, -1, -1}},
        {"{\"total\":null}", {-1, -1, -1, -1}},
        {"[1,2]", {-1, -1, -1, -1}},
        {"null", {-1, -1, -1, -1}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct users users = read_users(rows[i].text);
        assert_row(i, users.total == rows[i].users.total && users.month == rows[i].users.month &&
                          users.halfyear == rows[i].users.halfyear &&
                          users.posts == rows[i].users.posts);
    }
}

static void write_and_read(const struct result *result, struct result *back)
{
    struct buffer line;
    struct fault fault;
    buffer_init(&line, 2 * RESULT_LINE_MAX);
    result_line_write(result, &line);
    assert_true(line.length <= RESULT_LINE_MAX + 1);
    assert_int_equal(line.bytes[line.length - 1], '\n');
    assert_ptr_equal(memchr(line.bytes, '\n', line.length), line.bytes + line.length - 1);
    assert_int_equal(result_line_read(line.bytes, line.length - 1, back, &fault), 0);
    buffer_fini(&line);
}

static void results_are_equal(const struct result *left, const struct result *right)
{
    struct result a = *left, b = *right;
    for (int i = 0; i < PHASE_COUNT; i++) {
        assert_int_equal(isnan(a.phases.ms[i]), isnan(b.phases.ms[i]));
        if (!isnan(a.phases.ms[i]))
            assert_true(fabs(a.phases.ms[i] - b.phases.ms[i]) < 0.001);
        a.phases.ms[i] = b.phases.ms[i] = 0;
    }
    assert_string_equal(a.detail, b.detail);
    assert_string_equal(a.address, b.address);
    assert_string_equal(a.service, b.service);
    assert_string_equal(a.certificate.subject, b.certificate.subject);
    assert_string_equal(a.certificate.issuer, b.certificate.issuer);
    assert_string_equal(a.certificate.names, b.certificate.names);
    assert_string_equal(a.certificate.sha256, b.certificate.sha256);
    assert_string_equal(a.certificate.key_sha256, b.certificate.key_sha256);
    assert_int_equal(a.time.ms, b.time.ms);
    assert_int_equal(a.outcome, b.outcome);
    assert_int_equal(a.reason, b.reason);
    assert_int_equal(a.attempt, b.attempt);
    assert_int_equal(a.certificate.not_before.ms, b.certificate.not_before.ms);
    assert_int_equal(a.certificate.sans, b.certificate.sans);
    assert_int_equal(a.certificate.chain_ok, b.certificate.chain_ok);
    assert_int_equal(a.certificate.notices, b.certificate.notices);
    assert_int_equal(a.users.total, b.users.total);
    assert_int_equal(a.users.month, b.users.month);
    assert_int_equal(a.users.halfyear, b.users.halfyear);
    assert_int_equal(a.users.posts, b.users.posts);
}

static struct result minimal(void)
{
    struct result result;
    result_init(&result);
    result.time.ms = 1767323045678;
    strcpy(result.vantage, "paris");
    strcpy(result.service, "a/b");
    strcpy(result.check, "web");
    return result;
}

static void test_round_trip_of_every_reason(void **state)
{
    (void)state;
    for (int reason = 0; reason < REASON_COUNT; reason++) {
        for (int family = 0; family < FAMILY_COUNT; family++) {
            struct result result = minimal(), back;
            result.family = (enum family)family;
            result_set(&result, (enum reason)reason, "detail %d: \"é\" \\ <b>", reason);
            result.phases.ms[reason % PHASE_COUNT] = reason * 1.25;
            if (reason % 2)
                result.users.total = reason * 1000;
            if (reason % 3)
                result.users.halfyear = reason;
            if (family == FAMILY_IPV6)
                result_soften(&result);
            assert_true(result.outcome == reason_outcome(result.reason) ||
                        (family == FAMILY_IPV6 && result.outcome == OUTCOME_DEGRADED));
            write_and_read(&result, &back);
            results_are_equal(&result, &back);
        }
    }
}

static void test_an_excused_result_is_no_measurement(void **state)
{
    (void)state;
    static const struct {
        enum reason from, to;
        const char *detail;
    } rows[] = {
        {REASON_ok, REASON_ok, "x"},
        {REASON_tls_expires_soon, REASON_ok, "x"},
        {REASON_http_status, REASON_no_figures, "http_status, x"},
        {REASON_dns_nxdomain, REASON_no_figures, "dns_nxdomain, x"},
        {REASON_no_figures, REASON_no_figures, "x"},
        {REASON_self, REASON_self, "x"},
        {REASON_not_published, REASON_not_published, "x"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct result result = minimal();
        result.users.total = 3;
        result.phases.ms[PHASE_TOTAL] = 12;
        strcpy(result.certificate.sha256, "00");
        result_set(&result, rows[i].from, "x");
        result_excuse(&result);
        assert_row(i, result.reason == rows[i].to);
        assert_row(i, result.outcome == reason_outcome(rows[i].to));
        assert_row(i, strcmp(result.detail, rows[i].detail) == 0);
        assert_row(i, isnan(result.phases.ms[PHASE_TOTAL]) && !result.certificate.sha256[0]);
        assert_row(i, result.users.total == 3);
    }
}

static void fill(char *text, size_t size, const char *with)
{
    size_t length = strlen(with), used = 0;
    for (; used + length < size; used += length)
        memcpy(text + used, with, length);
    text[used] = '\0';
}

/* The longest result that there can be, of characters that take the most room when escaped. */
static void test_longest_result_fits_into_a_line(void **state)
{
    (void)state;
    static const char *const fillings[] = {"x", "\"", "\\", "é", "😺", "\xEF\xBF\xBD"};
    for (size_t i = 0; i < ARRAY_LEN(fillings); i++) {
        struct result result = minimal(), back;
        fill(result.vantage, sizeof result.vantage, "v");
        fill(result.check, sizeof result.check, "c");
        fill(result.service, RESULT_ID_SIZE, "h");
        result.service[RESULT_ID_SIZE - 1] = '/';
        fill(result.service + RESULT_ID_SIZE, RESULT_ID_SIZE, "s");
        fill(result.detail, sizeof result.detail, fillings[i]);
        fill(result.address, sizeof result.address, "f");
        fill(result.certificate.sha256, sizeof result.certificate.sha256, "a");
        fill(result.certificate.key_sha256, sizeof result.certificate.key_sha256, "b");
        fill(result.certificate.subject, sizeof result.certificate.subject, fillings[i]);
        fill(result.certificate.names, sizeof result.certificate.names, fillings[i]);
        fill(result.certificate.issuer, sizeof result.certificate.issuer, fillings[i]);
        fill(result.certificate.key, sizeof result.certificate.key, fillings[i]);
        fill(result.certificate.protocol, sizeof result.certificate.protocol, fillings[i]);
        result.certificate.not_after.ms = 253402300799000;
        result.certificate.sans = 100000;
        result.certificate.notices = notice_bit(NOTICE_COUNT) - 1;
        result.certificate.chain_ok = true;
        for (int phase = 0; phase < PHASE_COUNT; phase++)
            result.phases.ms[phase] = 3599999.999;
        result.users = (struct users){USERS_MAX, USERS_MAX, USERS_MAX, USERS_MAX};
        write_and_read(&result, &back);
        results_are_equal(&result, &back);
        assert_string_equal(back.service, result.service);
        assert_string_equal(back.vantage, result.vantage);
    }
}

/* The good line with one piece replaced. */
static const char *with(const char *piece, const char *other)
{
    static char line[4096];
    const char *found = strstr(good_line, piece);
    assert_non_null(found);
    snprintf(line, sizeof line, "%.*s%s%s", (int)(found - good_line), good_line, other,
             found + strlen(piece));
    return line;
}

static void test_refused(void **state)
{
    (void)state;
    static const char x65[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    static const struct {
        const char *piece, *other;
    } rows[] = {
        {"{\"v\":1", "{\"v\":2"},
        {"{\"v\":1", "{\"v\":\"1\""},
        {"{\"v\":1", "{\"v\":1.0"},
        {"{\"v\":1,", "{"},
        {"{\"v\":1,", "[{\"v\":1,"},
        {"{\"v\":1,", "{\"v\":1,\"v\":1,"},
        {"2026-01-02T03:04:05.678Z", "yesterday"},
        {"2026-01-02T03:04:05.678Z", "2026-02-30T03:04:05Z"},
        {"\"2026-01-02T03:04:05.678Z\"", "1767323045"},
        {"\"paris\"", "\"\""},
        {"\"paris\"", "null"},
        {"\"paris\"", "\"../x\""},
        {"paris", x65},
        {"paris", "pa\\u200bris"},
        {"paris", "pa\\u0000ris"},
        {"\"vantage\":\"paris\",", ""},
        {"chat-perche/pad", "chat-perche"},
        {"chat-perche/pad", "chat-perche/"},
        {"chat-perche/pad", "/pad"},
        {"chat-perche/pad", "a/b/c"},
        {"chat-perche/pad", "a/../c"},
        {"chat-perche/pad", "A/b"},
        {"pad", x65},
        {"chat-perche", x65},
        {"\"chat-perche/pad\"", "7"},
        {"\"web\"", "\"WEB\""},
        {"\"web\"", "[]"},
        {"web", x65},
        {"ipv6", "ipv5"},
        {"ipv6", "IPv6"},
        {"\"ipv6\"", "6"},
        {"\"down\"", "\"sideways\""},
        {"\"down\"", "\"\""},
        {"\"down\"", "3"},
        {"\"tls_expired\"", "7"},
        {"\"certificate expired 2 h ago\"", "{}"},
        {"\"fedcba98", "\"FEDCBA98"},
        {"\"pad.test, *.pad.test\"", "[]"},
        {"\"2001:db8::1\"", "1"},
        {":3.1", ":-1"},
        {":3.1", ":\"3.1\""},
        {":3.1", ":1e300"},
        {":3.1", ":1e999"},
        {":3.1", ":NaN"},
        {"0123456789abcdef0123", "0123456789ABCDEF0123"},
        {"0123456789abcdef0123", "0123"},
        {"0123456789abcdef0123", "0123456789abcdef01234"},
        {"\"CN=pad\"", "1"},
        {"2025-01-01T00:00:00Z", "soon"},
        {",\"not_after\":\"2026-01-02T01:00:00Z\"", ""},
        {"false}}", "false}}x"},
        {"false}}", "false}"},
        {"false}}", "false}}{}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct result result, before;
        result_init(&result);
        before = result;
        assert_row(i, read_text(with(rows[i].piece, rows[i].other), &result) == -1);
        assert_memory_equal(&result, &before, sizeof result);
    }
}

static void test_refused_whole(void **state)
{
    (void)state;
    static const char *const rows[] = {"",   " ",  "null", "7",        "\"x\"",
                                       "[]", "{}", "{",    "\xFF\xFE", "\xEF\xBB\xBF{}"};
    struct result result;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, read_text(rows[i], &result) == -1);
}

static void test_too_long(void **state)
{
    (void)state;
    static char line[RESULT_LINE_MAX + 2];
    struct result result;
    struct fault fault;
    memset(line, ' ', sizeof line);
    memcpy(line, good_line, strlen(good_line));
    assert_int_equal(result_line_read(line, RESULT_LINE_MAX, &result, &fault), 0);
    assert_int_equal(result_line_read(line, RESULT_LINE_MAX + 1, &result, &fault), -1);
}

static void test_deep_nesting(void **state)
{
    (void)state;
    static char line[RESULT_LINE_MAX];
    struct result result;
    struct fault fault;
    memset(line, '[', sizeof line);
    assert_int_equal(result_line_read(line, sizeof line, &result, &fault), -1);
}

/* What a newer or sloppier writer may send: taken, and made harmless. */
static void test_lenient(void **state)
{
    (void)state;
    struct result result;
    assert_int_equal(read_text(with("\"v\":1", "\"future\":[{}],\"v\":1"), &result), 0);
    assert_int_equal(read_text(with("certificate expired", "a\\u001b\\n\\u202eb"), &result), 0);
    assert_string_equal(result.detail, "a b 2 h ago");
    assert_int_equal(read_text(with("\"attempt\":2", "\"attempt\":-5"), &result), 0);
    assert_int_equal(result.attempt, 1);
    assert_int_equal(read_text(with("\"attempt\":2,", ""), &result), 0);
    assert_int_equal(result.attempt, 1);
    assert_int_equal(read_text(with("\"sans\":2", "\"sans\":99999999999"), &result), 0);
    assert_int_equal(result.certificate.sans, 0);
}

static void test_notices_of_the_future(void **state)
{
    (void)state;
    struct result result;
    const char *line = with("\"chain_ok\":false",
                            "\"chain_ok\":false,\"notices\":[\"root_sent\",\"unheard_of\",7]");
    assert_int_equal(read_text(line, &result), 0);
    assert_int_equal(result.certificate.notices, notice_bit(NOTICE_root_sent));
    assert_int_equal(
        read_text(with("\"chain_ok\":false", "\"chain_ok\":false,\"notices\":7"), &result), 0);
    assert_int_equal(result.certificate.notices, 0);
}

/* An unknown reason still counts, with one of ours that has its outcome. */
static void test_reasons_of_the_future(void **state)
{
    (void)state;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        char piece[80];
        struct result result;
        snprintf(piece, sizeof piece, "\"%s\",\"reason\":\"quantum_fluctuation\"",
                 outcome_name((enum outcome)outcome));
        assert_int_equal(read_text(with("\"down\",\"reason\":\"tls_expired\"", piece), &result), 0);
        assert_int_equal(result.outcome, outcome);
        assert_int_equal(reason_outcome(result.reason), outcome);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_field),
        cmocka_unit_test(test_reads_users),
        cmocka_unit_test(test_an_excused_result_is_no_measurement),
        cmocka_unit_test(test_round_trip_of_every_reason),
        cmocka_unit_test(test_longest_result_fits_into_a_line),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_refused_whole),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_lenient),
        cmocka_unit_test(test_notices_of_the_future),
        cmocka_unit_test(test_reasons_of_the_future),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
