#include "strip.h"

#include "chart.h"
#include "fan.h"
#include "past.h"

#include "calendar.h"
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

static enum strip_day day(int64_t up, int64_t degraded, int64_t down, int64_t unknown,
                          size_t services)
{
    return strip_day_of(&(struct tally){up, degraded, down, unknown}, services);
}

static void test_looks_of_a_day(void **state)
{
    (void)state;
    assert_int_equal(day(86400, 0, 0, 0, 1), STRIP_UP);
    assert_int_equal(day(86399, 1, 0, 0, 1), STRIP_DEGRADED);
    assert_int_equal(day(86399, 0, 1, 0, 1), STRIP_DOWN_MINUTES);
    assert_int_equal(day(85801, 0, 599, 0, 1), STRIP_DOWN_MINUTES);
    assert_int_equal(day(85800, 0, 600, 0, 1), STRIP_DOWN_HOUR);
    assert_int_equal(day(82801, 0, 3599, 0, 1), STRIP_DOWN_HOUR);
    assert_int_equal(day(82800, 0, 3600, 0, 1), STRIP_DOWN_HOURS);
    assert_int_equal(day(72001, 0, 14399, 0, 1), STRIP_DOWN_HOURS);
    assert_int_equal(day(72000, 0, 14400, 0, 1), STRIP_DOWN_LONG);
    assert_int_equal(day(43200, 0, 0, 43200, 1), STRIP_UP); /* half is not more than half */
    assert_int_equal(day(43199, 0, 0, 43201, 1), STRIP_UNKNOWN);
    assert_int_equal(day(0, 0, 600, 85800, 1), STRIP_UNKNOWN);
    assert_int_equal(day(0, 0, 0, 0, 1), STRIP_UNKNOWN);
    assert_int_equal(day(86400, 0, 0, 0, 0), STRIP_UNKNOWN);
    /* Two services: the depth is their mean, the mark is there for one. */
    assert_int_equal(day(2 * 86400 - 1100, 0, 1100, 0, 2), STRIP_DOWN_MINUTES);
    assert_int_equal(day(2 * 86400 - 1, 0, 1, 0, 2), STRIP_DOWN_MINUTES);
}

static void test_range_is_civil_days(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake, now);
    struct strip_range range = strip_range_until(now);
    assert_int_equal(range.bounds[STRIP_DAYS], now);
    assert_int_equal(range.bounds[STRIP_DAYS - 1], calendar_day(now));
    assert_int_equal(calendar_at(range.bounds[0]).day, 25);
    assert_int_equal(calendar_at(range.bounds[0]).month, 8);
    for (int i = 0; i < STRIP_DAYS; i++)
        assert_int_equal(calendar_at(range.bounds[i]).hour, 0);
    assert_int_equal(range.bounds[62] - range.bounds[61], 25 * 3600); /* 25 October */
    fake_free(&fake);
}

static void expect_strip(const enum strip_day *days, size_t count, const char *label,
                         const char *expected)
{
    struct buffer out;
    buffer_init(&out, 16384);
    strip_write(&out, days, count, label);
    assert_string_equal(buffer_text(&out), expected);
    buffer_fini(&out);
}

#define OPEN(attributes)                                                                           \
    "<svg class=\"strip\" " attributes "><svg viewBox=\"0 0 6 46\" width=\"100%\" height=\"46\" "  \
    "preserveAspectRatio=\"none\">"
#define MARK(class, x, sign) "<text class=\"" class "\" y=\"41\" x=\"" x "\">" sign "</text>"

static void test_drawing(void **state)
{
    (void)state;
    static const enum strip_day quiet[6] = {STRIP_UP, STRIP_UP, STRIP_UP,
                                            STRIP_UP, STRIP_UP, STRIP_UP};
    expect_strip(quiet, 6, NULL,
                 OPEN("aria-hidden=\"true\"") "<path class=\"u\" d=\"M0 22h6\"/></svg></svg>");
    static const enum strip_day kept[6] = {STRIP_UP, STRIP_MAINTENANCE, STRIP_MAINTENANCE,
                                           STRIP_UP, STRIP_UP,          STRIP_UP};
    expect_strip(kept, 6, NULL,
                 OPEN("aria-hidden=\"true\"") "<path class=\"u\" d=\"M0 22h1M3 22h3\"/><path "
                                              "class=\"m\" d=\"M1 16h2M1 28h2\"/></svg>" MARK(
                                                  "maint", "33.3%", "◇") "</svg>");
    static const enum strip_day mixed[6] = {STRIP_UNKNOWN,  STRIP_UP,        STRIP_DOWN_LONG,
                                            STRIP_DEGRADED, STRIP_DOWN_HOUR, STRIP_UNKNOWN};
    expect_strip(
        mixed, 6, "a \"b\" <c>",
        OPEN("role=\"img\" aria-label=\"a &quot;b&quot; &lt;c&gt;\"") "<path class=\"u\" d=\"M1 "
                                                                      "22h1M3 22h2\"/><path "
                                                                      "class=\"n\" d=\"M0 30h1M5 "
                                                                      "30h1\"/><path class=\"p\" "
                                                                      "d=\"M3 8h1\"/><path "
                                                                      "class=\"d\" d=\"M2.5 "
                                                                      "2v30m2-30v14\"/></svg>" MARK(
                                                                          "down", "41.7%",
                                                                          "×") "</svg>");
}

static void test_marks_keep_apart(void **state)
{
    (void)state;
    /* Runs of one kind have one mark in their middle; the degraded day touches the outage's mark and has none. */
    static const enum strip_day days[6] = {STRIP_DOWN_HOUR, STRIP_DOWN_LONG, STRIP_DEGRADED,
                                           STRIP_UP,        STRIP_UP,        STRIP_DEGRADED};
    expect_strip(
        days, 6, NULL,
        OPEN("aria-hidden=\"true\"") "<path class=\"u\" d=\"M0 22h1M2 22h4\"/><path class=\"p\" "
                                     "d=\"M2 8h1M5 8h1\"/><path class=\"d\" d=\"M0.5 "
                                     "2v14m1-14v30\"/></svg>" MARK("down", "16.7%", "×")
                                         MARK("deg", "91.7%", "▲") "</svg>");
    /* As many as there are, they are one element. */
    static const enum strip_day apart[6] = {STRIP_DOWN_MINUTES, STRIP_UP, STRIP_UP,
                                            STRIP_DOWN_HOURS,   STRIP_UP, STRIP_UP};
    expect_strip(apart, 6, NULL,
                 OPEN("aria-hidden=\"true\"") "<path class=\"u\" d=\"M0 22h6\"/><path class=\"d\" "
                                              "d=\"M0.5 2v8m3-8v22\"/></svg>" MARK(
                                                  "down", "58.3% 8.3%", "××") "</svg>");
}

/* A record of three days: what came before its begin is not measured, and does not weigh on the first day. */
static void test_days_of_a_record(void **state)
{
    (void)state;
    struct fake fake;
    enum strip_day days[STRIP_DAYS];
    fake_init(&fake, now);
    fake_hoster(&fake, "a", "A");
    struct service *service = fake_service(&fake, 0, "s", "S");
    int64_t today = calendar_day(now), begin = today - 2 * 86400 + 72000; /* 20:00 two days ago */
    fake_span(&fake, service, begin, today - 86400 + 3600, OUTCOME_UP, REASON_ok);
    fake_span(&fake, service, today - 86400 + 3600, today - 86400 + 7200, OUTCOME_DOWN,
              REASON_timeout);
    fake_span(&fake, service, today - 86400 + 7200, now - 60, OUTCOME_UP, REASON_ok);
    fake_ready(&fake);
    struct strip_range range = strip_range_until(now);
    struct arena arena = {0};
    struct past past = past_of(&fake.page, service, range.bounds[0], &arena);
    past_days(&past, 1, &range, days);
    assert_int_equal(days[86], STRIP_UNKNOWN);
    assert_int_equal(days[87], STRIP_UP);
    assert_int_equal(days[88], STRIP_DOWN_HOURS);
    assert_int_equal(days[89], STRIP_UP);
    struct figures figures = past_figures(&past, 1, range.bounds[0]);
    assert_int_equal(figures.from, begin);
    assert_int_equal(figures.tally.down, 3600);
    assert_int_equal(figures.tally.unknown, 0); /* the last minute is not settled, not missing */
    assert_int_equal(figures.outages, 1);
    assert_int_equal(figures.longest_s, 3600);
    arena_free(&arena);
    fake_free(&fake);
}

/* Days with maintenance show it unless something worse was measured; what was announced late, is to come, or was before
 * the record shows nothing. */
static void test_days_of_maintenance(void **state)
{
    (void)state;
    struct fake fake;
    struct arena arena = {0};
    enum strip_day days[STRIP_DAYS];
    fake_init(&fake, now);
    fake_hoster(&fake, "a", "A");
    struct service *service = fake_service(&fake, 0, "s", "S"),
                   *other = fake_service(&fake, 0, "t", "T");
    struct strip_range range = strip_range_until(now);
    const int64_t *day_of = range.bounds;
    for (int i = 0; i < 2; i++) {
        struct service *one = i ? other : service;
        fake_span(&fake, one, day_of[80] + 7200, day_of[84] + 100, OUTCOME_UP, REASON_ok);
        fake_span(&fake, one, day_of[84] + 100, day_of[84] + 200, i ? OUTCOME_UP : OUTCOME_DEGRADED,
                  REASON_slow);
        fake_span(&fake, one, day_of[84] + 200, day_of[85] + 100, OUTCOME_UP, REASON_ok);
        fake_span(&fake, one, day_of[85] + 100, day_of[85] + 200, i ? OUTCOME_UP : OUTCOME_DOWN,
                  REASON_timeout);
        fake_span(&fake, one, day_of[85] + 200, now - 60, OUTCOME_UP, REASON_ok);
    }
    fake_maintenance(&fake, service, day_of[80], day_of[80] + 7200, "before the record");
    fake_maintenance(&fake, service, day_of[82] - 600, day_of[82] + 600, "over midnight");
    fake_maintenance(&fake, service, day_of[82], day_of[82] + 300, "within that one");
    fake_maintenance(&fake, service, day_of[82] + 300, day_of[82] + 900, "out of that one");
    fake_maintenance(&fake, service, day_of[83], day_of[83] + 600, "late")->announced_ms =
        day_of[83] * 1000 + 1;
    fake_maintenance(&fake, service, day_of[84], day_of[84] + 600, "disrupted");
    fake_maintenance(&fake, service, day_of[85], day_of[85] + 600, "down");
    fake_maintenance(&fake, service, now - 600, now + 600, "under way");
    fake_maintenance(&fake, service, now + 900, now + 1200, "to come");
    fake_ready(&fake);
    struct past pasts[2] = {past_of(&fake.page, service, day_of[0], &arena),
                            past_of(&fake.page, other, day_of[0], &arena)};
    static const enum strip_day expected[10] = {
        STRIP_UP,           STRIP_MAINTENANCE, STRIP_MAINTENANCE, STRIP_UP, STRIP_DEGRADED,
        STRIP_DOWN_MINUTES, STRIP_UP,          STRIP_UP,          STRIP_UP, STRIP_MAINTENANCE};
    past_days(pasts, 2, &range, days);
    for (int i = 0; i < 10; i++)
        assert_int_equal(days[80 + i], expected[i]);
    past_days(pasts + 1, 1, &range, days);
    for (int i = 0; i < 10; i++)
        assert_int_equal(days[80 + i], STRIP_UP);
    assert_int_equal(past_maintained_s(&pasts[0], day_of[80], day_of[81]), 0);
    assert_int_equal(past_maintained_s(&pasts[0], day_of[81], day_of[82]), 600);
    assert_int_equal(past_maintained_s(&pasts[0], day_of[82], day_of[83]), 900);
    assert_int_equal(past_maintained_s(&pasts[0], day_of[82] + 100, day_of[82] + 400), 300);
    assert_int_equal(past_maintained_s(&pasts[0], day_of[89], now), 600);
    arena_free(&arena);
    fake_free(&fake);
}

/* A record that stopped is missing from there on. */
static void test_a_record_that_stopped(void **state)
{
    (void)state;
    struct fake fake;
    struct arena arena = {0};
    fake_init(&fake, now);
    fake_hoster(&fake, "a", "A");
    struct service *service = fake_service(&fake, 0, "s", "S");
    fake_span(&fake, service, now - 10000, now - 4000, OUTCOME_UP, REASON_ok);
    fake_ready(&fake);
    struct past past = past_of(&fake.page, service, now - 86400, &arena);
    struct figures figures = past_figures(&past, 1, now - 86400);
    assert_int_equal(figures.tally.up, 6000);
    assert_int_equal(figures.tally.unknown, 4000);
    arena_free(&arena);
    fake_free(&fake);
}

static uint32_t draw(uint32_t *seed, uint32_t most)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % (most + 1);
}

/* Spans of seconds and of weeks, with gaps between them, that reach beyond both ends: as tally_of() counts each day. */
static void test_sums_of_each_day(void **state)
{
    enum { TRIES = 400, SPANS_MOST = 200 };
    static const enum outcome states[] = {OUTCOME_UP, OUTCOME_DEGRADED, OUTCOME_DOWN,
                                          OUTCOME_UNKNOWN};
    struct strip_range range = strip_range_until(now);
    uint32_t seed = 9;
    (void)state;
    for (int try = 0; try < TRIES; try++) {
        struct span spans[SPANS_MOST];
        int64_t at = range.bounds[0] - draw(&seed, 3 * 86400), last = now + 86400;
        size_t count = 0;
        uint32_t longest = draw(&seed, 1) ? 20 * 86400 : 30000;
        for (; count < SPANS_MOST && at < last; count++) {
            int64_t from = at + (draw(&seed, 3) ? 0 : draw(&seed, longest));
            at = from + 1 + draw(&seed, longest);
            spans[count] = (struct span){.from = from, .to = at, .state = states[draw(&seed, 3)]};
        }
        struct past past = {.begin = try % 10 ? now - draw(&seed, 100 * 86400) : 0,
                            .until = now - draw(&seed, 100 * 86400) * (try % 3 == 0),
                            .spans = spans,
                            .span_count = count};
        struct tally found[STRIP_DAYS];
        past_by_day(&past, &range, found);
        for (size_t i = 0; i < STRIP_DAYS; i++) {
            int64_t from = range.bounds[i], to = range.bounds[i + 1];
            from = from > past.begin ? from : past.begin;
            to = to < past.until ? to : past.until;
            struct tally wanted = {0};
            if (past.begin)
                wanted = tally_of(spans, count, from, to);
            assert_memory_equal(&found[i], &wanted, sizeof wanted);
        }
    }
}

static void test_figures_over_services(void **state)
{
    (void)state;
    struct fake fake;
    struct arena arena = {0};
    fake_init(&fake, now);
    fake_hoster(&fake, "a", "A");
    for (size_t i = 0; i < 3; i++) {
        struct service *service = fake_service(&fake, 0, i == 0 ? "x" : i == 1 ? "y" : "z", "S");
        int64_t length = 100 * (int64_t)(i + 1);
        if (i == 2)
            continue; /* no record at all */
        fake_span(&fake, service, now - 10000, now - 5000, OUTCOME_UP, REASON_ok);
        fake_span(&fake, service, now - 5000, now - 5000 + length, OUTCOME_DOWN, REASON_timeout);
        fake_span(&fake, service, now - 5000 + length, now, OUTCOME_UP, REASON_ok);
    }
    fake_ready(&fake);
    struct past pasts[3];
    for (size_t i = 0; i < 3; i++)
        pasts[i] = past_of(&fake.page, fake.services[i], now - 4950, &arena);
    struct figures figures = past_figures(pasts, 3, now - 4950);
    assert_int_equal(figures.services, 2);
    assert_int_equal(figures.outages, 2);
    assert_int_equal(figures.tally.down, 50 + 150); /* what lies in the period */
    assert_int_equal(past_median_s(pasts, 3, now - 4950, &arena), 50);
    assert_int_equal(past_median_s(pasts + 2, 1, now - 4950, &arena), 0);
    assert_int_equal(figures.longest_s, 150);
    arena_free(&arena);
    fake_free(&fake);
}

static void test_fan(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 16384);
    static const struct fan_whisker whiskers[] = {
        {"a", LOOK_UP}, {"b", LOOK_DOWN}, {"c", LOOK_UNKNOWN}};
    fan_write(&out, whiskers, 3, FAN_LEFT);
    assert_non_null(strstr(buffer_text(&out),
                           "<path" SVG_EVEN_STROKE
                           " class=\"x down\" d=\"M278 130Q143 127.6 18 132\"/>"
                           "<path" SVG_EVEN_STROKE " class=\"t sq down\" d=\"M18 132h0\"/>"));
    assert_non_null(
        strstr(buffer_text(&out), "<path" SVG_EVEN_STROKE " class=\"i\" d=\"M18 249h0\"/></svg>"));
    buffer_clear(&out);
    fan_write(&out, whiskers, 1, FAN_RIGHT);
    fan_write(&out, NULL, 0, FAN_RIGHT);
    assert_non_null(strstr(buffer_text(&out), "<path" SVG_EVEN_STROKE " d=\"\"/></svg>"));
    buffer_fini(&out);
}

static void test_scale(void **state)
{
    (void)state;
    assert_true(chart_step(747) == 200);
    assert_true(chart_step(1) == 0.5);
    assert_true(chart_step(4) == 1);
    assert_true(chart_step(4.1) == 2);
    assert_true(chart_step(20000) == 5000);
    assert_true(chart_step(36000) == 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_looks_of_a_day),
        cmocka_unit_test(test_range_is_civil_days),
        cmocka_unit_test(test_drawing),
        cmocka_unit_test(test_marks_keep_apart),
        cmocka_unit_test(test_days_of_a_record),
        cmocka_unit_test(test_days_of_maintenance),
        cmocka_unit_test(test_a_record_that_stopped),
        cmocka_unit_test(test_sums_of_each_day),
        cmocka_unit_test(test_figures_over_services),
        cmocka_unit_test(test_fan),
        cmocka_unit_test(test_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
