/* The dead man's switch: each condition by itself silences it, and what is sent follows from beats and silences. */
#include "errand.h"
#include "macros.h"
#include "ping.h"
#include "pulse.h"
#include "testing.h"

#include <string.h>

enum { NOW = 10000000, EVERY = 60000 };

static struct pulse_facts well(void)
{
    return (struct pulse_facts){
        .started = NOW - 3600000,
        .recorder = NOW - 100,
        .heard = NOW - 900,
        .prober_ms = 3,
        .result = NOW - 20000,
        .within_ms = 120000,
        .due = 1000,
        .missed = 50,
        .committed = NOW - 19000,
        .written = NOW - 4000,
        .site = true,
    };
}

static void test_beats(void **state)
{
    struct pulse_facts facts = well();
    (void)state;
    assert_int_equal(pulse_judge(&facts, NOW), PULSE_BEATS);
    facts.site = false; /* nobody wants pages */
    facts.written = 0;
    assert_int_equal(pulse_judge(&facts, NOW), PULSE_BEATS);
    facts.within_ms = 0; /* there is nothing to measure */
    facts.result = 0;
    assert_int_equal(pulse_judge(&facts, NOW), PULSE_BEATS);
    for (int i = 0; i < SENSE_COUNT; i++)
        facts.vantage.senses[i].condition = CONDITION_GOOD;
    assert_int_equal(pulse_judge(&facts, NOW), PULSE_BEATS);
}

/* One fact is changed: the last value that is fine, and the first that is not. */
static void test_each_condition(void **state)
{
    static const struct {
        size_t offset;
        int64_t fine, bad;
        enum pulse_reason reason;
    } rows[] = {
        {offsetof(struct pulse_facts, lag_ms), 5000, 5001, PULSE_LOOP},
        {offsetof(struct pulse_facts, recorder), NOW - 60000, NOW - 60001, PULSE_RECORDER},
        {offsetof(struct pulse_facts, heard), NOW - 5000, NOW - 5001, PULSE_PROBER},
        {offsetof(struct pulse_facts, prober_ms), 5000, 5001, PULSE_PROBER},
        {offsetof(struct pulse_facts, committed), NOW - 60000, NOW - 60001, PULSE_LEDGER},
        {offsetof(struct pulse_facts, written), NOW - 60000, NOW - 60001, PULSE_PAGES},
        {offsetof(struct pulse_facts, result), NOW - 120000, NOW - 120001, PULSE_RESULTS},
        {offsetof(struct pulse_facts, missed), 50, 51, PULSE_LATE},
        {offsetof(struct pulse_facts, unheard_ms), 600000, 600001, PULSE_ALERTS},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pulse_facts facts = well();
        memcpy((char *)&facts + rows[i].offset, &rows[i].fine, sizeof rows[i].fine);
        assert_row(i, pulse_judge(&facts, NOW) == PULSE_BEATS);
        memcpy((char *)&facts + rows[i].offset, &rows[i].bad, sizeof rows[i].bad);
        assert_row(i, pulse_judge(&facts, NOW) == rows[i].reason);
    }
}

static void test_what_fails(void **state)
{
    struct pulse_facts facts = well();
    (void)state;
    facts.behind = true;
    facts.heard = 1; /* unread, not silent */
    assert_int_equal(pulse_judge(&facts, NOW), PULSE_BEHIND);
    facts = well();
    facts.ledger_fails = true;
    assert_int_equal(pulse_judge(&facts, NOW), PULSE_LEDGER);
    facts = well();
    facts.site_fails = true;
    assert_int_equal(pulse_judge(&facts, NOW), PULSE_PAGES);
    for (int i = 0; i < SENSE_COUNT; i++) {
        facts = well();
        facts.vantage.senses[i].condition = CONDITION_IMPAIRED;
        assert_row(i, pulse_judge(&facts, NOW) == PULSE_VANTAGE);
        facts.vantage.senses[i].condition = CONDITION_BLIND;
        assert_row(i, pulse_judge(&facts, NOW) == PULSE_VANTAGE);
    }
}

static void test_few_checks_prove_nothing(void **state)
{
    struct pulse_facts facts = well();
    (void)state;
    facts.due = facts.missed = PULSE_DUE_LEAST - 1;
    assert_int_equal(pulse_judge(&facts, NOW), PULSE_BEATS);
    facts.due = facts.missed = PULSE_DUE_LEAST;
    assert_int_equal(pulse_judge(&facts, NOW), PULSE_LATE);
}

/* What was never seen has its time from the start on, and is not proven until then. */
static void test_young(void **state)
{
    static const struct {
        size_t offset;
        int64_t after;
        enum pulse_reason reason;
    } rows[] = {
        {offsetof(struct pulse_facts, recorder), 60000, PULSE_RECORDER},
        {offsetof(struct pulse_facts, heard), 5000, PULSE_PROBER},
        {offsetof(struct pulse_facts, committed), 60000, PULSE_LEDGER},
        {offsetof(struct pulse_facts, written), 60000, PULSE_PAGES},
        {offsetof(struct pulse_facts, result), 120000, PULSE_RESULTS},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pulse_facts facts = well();
        memset((char *)&facts + rows[i].offset, 0, sizeof(int64_t));
        facts.started = NOW - rows[i].after;
        assert_row(i, pulse_judge(&facts, NOW) == PULSE_YOUNG);
        facts.started--;
        assert_row(i, pulse_judge(&facts, NOW) == rows[i].reason);
    }
}

/* A new start mends what hangs; on a full disk it would lose what waits. */
static void test_what_a_new_start_mends(void **state)
{
    (void)state;
    for (int i = 0; i < PULSE_REASON_COUNT; i++) {
        bool hangs = i == PULSE_RECORDER || i == PULSE_PROBER || i == PULSE_RESULTS;
        assert_row(i, pulse_hangs((enum pulse_reason)i) == hangs);
        assert_row(i, strlen(pulse_sentence((enum pulse_reason)i)) > 0);
    }
}

static void test_counts(void **state)
{
    struct pulse_window window = {0};
    struct pulse_facts facts;
    (void)state;
    pulse_count(&window, 100, 7, NOW, &facts);
    assert_true(facts.due == 0 && facts.missed == 0);
    pulse_count(&window, 200, 9, NOW + 59000, &facts);
    assert_true(facts.due == 102 && facts.missed == 2);
    pulse_count(&window, 300, 9, NOW + 60000, &facts);
    pulse_count(&window, 400, 9, NOW + 120000, &facts); /* what was before the last two is gone */
    assert_true(facts.due == 100 && facts.missed == 0);
    pulse_count(&window, 3, 1, NOW + 121000, &facts); /* another prober */
    assert_true(facts.due == 0 && facts.missed == 0);
    pulse_count(&window, 5, 4, NOW + 122000, &facts);
    assert_true(facts.due == 5 && facts.missed == 3);
}

static void test_signals(void **state)
{
    static const struct {
        int64_t at;
        enum pulse_reason reason;
        int signal; /* -1 = nothing */
    } rows[] = {
        {0, PULSE_YOUNG, PING_START},
        {1000, PULSE_YOUNG, -1},
        {599000, PULSE_YOUNG, -1},
        {599500, PULSE_BEATS, PING_SUCCESS},
        {600000, PULSE_BEATS, -1},
        {659499, PULSE_BEATS, -1},
        {659500, PULSE_BEATS, PING_SUCCESS},
        {660000, PULSE_LEDGER, -1},
        {719999, PULSE_LEDGER, -1},
        {720000, PULSE_VANTAGE, PING_FAIL}, /* silent for so long, whatever for */
        {999999, PULSE_LEDGER, -1},         /* told once */
        {1000000, PULSE_BEATS, PING_SUCCESS},
        {1000500, PULSE_PAGES, -1},
        {1001000, PULSE_BEATS, PING_SUCCESS}, /* at once */
        {1060999, PULSE_PAGES, -1},
        {1120999, PULSE_PAGES, PING_FAIL},
    };
    struct pulse pulse = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enum ping_signal signal;
        bool sent = pulse_turn(&pulse, rows[i].reason, EVERY, NOW + rows[i].at, &signal);
        assert_row(i, (sent ? (int)signal : -1) == rows[i].signal);
    }
}

static void test_never_well(void **state)
{
    struct pulse pulse = {0};
    enum ping_signal signal;
    (void)state;
    assert_true(pulse_turn(&pulse, PULSE_YOUNG, EVERY, NOW, &signal));
    assert_false(pulse_turn(&pulse, PULSE_LEDGER, EVERY, NOW + PULSE_PATIENCE_MS - 1, &signal));
    assert_true(pulse_turn(&pulse, PULSE_LEDGER, EVERY, NOW + PULSE_PATIENCE_MS, &signal));
    assert_int_equal(signal, PING_FAIL);
}

/* ---- what is sent to a receiver ---- */

static void test_urls(void **state)
{
    static const struct {
        const char *url;
        enum ping_signal signal;
        const char *wanted;
    } rows[] = {
        {"https://hc.example/u-u", PING_SUCCESS, "https://hc.example/u-u"},
        {"https://hc.example/u-u", PING_START, "https://hc.example/u-u/start"},
        {"https://hc.example/u-u/", PING_FAIL, "https://hc.example/u-u/fail"},
        {"https://hc.example/u/", PING_SUCCESS, "https://hc.example/u/"},
        {"https://hc.example/u?create=1", PING_FAIL, "https://hc.example/u/fail?create=1"},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct ping ping = {"a", rows[i].url, rows[i].signal, "all is well"};
        struct dispatch dispatch;
        ping_compose(&ping, &arena, &dispatch);
        assert_row(i, strcmp(dispatch.url, rows[i].wanted) == 0);
        assert_row(i, dispatch.kind == DISPATCH_HTTP && strcmp(dispatch.method, "POST") == 0);
        assert_row(i, dispatch.length == strlen("all is well"));
    }
    arena_free(&arena);
}

static void test_answers(void **state)
{
    static const struct {
        int status;
        const char *failure, *body;
        enum channel_end end;
    } rows[] = {
        {200, NULL, "OK", CHANNEL_DELIVERED},
        {200, NULL, "", CHANNEL_DELIVERED},
        {200, NULL, "OK (not found)", CHANNEL_REFUSED},
        {200, NULL, "OK (rate limited)", CHANNEL_LATER},
        {404, NULL, "not found", CHANNEL_REFUSED},
        {409, NULL, "", CHANNEL_REFUSED},
        {429, NULL, "", CHANNEL_LATER},
        {500, NULL, "OK", CHANNEL_LATER},
        {0, "no answer", "", CHANNEL_LATER},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct channel_answer answer = {.status = rows[i].status,
                                              .failure = rows[i].failure,
                                              .retry_after = "",
                                              .body = rows[i].body,
                                              .length = strlen(rows[i].body)};
        struct channel_verdict verdict;
        ping_judge(&answer, &verdict);
        assert_row(i, verdict.end == rows[i].end);
    }
}

static void test_errand(void **state)
{
    static const char *const bad[] = {
        "{\"errand\":\"ping\",\"id\":\"\",\"url\":\"u\",\"signal\":\"fail\",\"words\":\"\"}",
        ("{\"errand\":\"ping\",\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"url\":\"u\",\"signal\":"
         "\"fail\",\"words\":\"\"}"),
        "{\"errand\":\"ping\",\"id\":\"a\",\"signal\":\"fail\",\"words\":\"\"}",
        "{\"errand\":\"ping\",\"id\":\"a\",\"url\":\"u\",\"signal\":\"bell\",\"words\":\"\"}",
        "{\"errand\":\"ping\",\"id\":\"a\",\"url\":\"u\",\"words\":\"\"}",
        "{\"errand\":\"ping\",\"id\":\"a\",\"url\":\"u\",\"signal\":\"fail\",\"words\":7}",
    };
    const struct ping ping = {"sign-1-2", "https://hc.example/\"u", PING_FAIL, "it is\n«so»"};
    struct arena arena = {0};
    struct buffer line;
    struct errand errand;
    struct fault fault;
    (void)state;
    buffer_init(&line, ERRAND_LINE_MAX);
    errand_write_ping(&ping, &line);
    assert_int_equal(errand_read(line.bytes, line.length, &arena, &errand, &fault), 0);
    assert_int_equal(errand.kind, ERRAND_PING);
    assert_string_equal(errand.id, ping.id);
    assert_string_equal(errand.ping.url, ping.url);
    assert_int_equal(errand.ping.signal, PING_FAIL);
    assert_string_equal(errand.ping.words, ping.words);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_row(i, errand_read(bad[i], strlen(bad[i]), &arena, &errand, &fault) == -1);
    buffer_fini(&line);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beats),      cmocka_unit_test(test_each_condition),
        cmocka_unit_test(test_what_fails), cmocka_unit_test(test_few_checks_prove_nothing),
        cmocka_unit_test(test_young),      cmocka_unit_test(test_what_a_new_start_mends),
        cmocka_unit_test(test_counts),     cmocka_unit_test(test_signals),
        cmocka_unit_test(test_never_well), cmocka_unit_test(test_urls),
        cmocka_unit_test(test_answers),    cmocka_unit_test(test_errand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
