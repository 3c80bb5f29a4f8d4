/* Recurrence rules in civil time: summer time, leap days, ends, and texts that are no rules. */
#include "recurrence.h"

#include "macros.h"
#include "stamp.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BEGINS_MOST = 8, STAMPS_SIZE = BEGINS_MOST * STAMP_SIZE };

struct begins {
    char text[STAMPS_SIZE]; /* a blank after each */
    size_t count;
};

static void add(void *owner, int64_t begin)
{
    struct begins *begins = owner;
    char stamp[STAMP_SIZE];
    if (begins->count++ < BEGINS_MOST)
        text_format(begins->text + strlen(begins->text), STAMP_SIZE, "%s ",
                    stamp_seconds(begin, stamp));
}

static int64_t instant(const char *text)
{
    struct wall time;
    assert_true(stamp_parse(text, &time));
    return wall_seconds(time);
}

static const struct {
    const char *zone, *rule, *first, *until, *begins;
} rows[] = {
    /* winter time is what is called summer time in Dublin */
    {"Europe/Dublin", "FREQ=WEEKLY;COUNT=3", "2026-10-18T00:30:00Z", "2027-01-01",
     "2026-10-18T00:30:00Z 2026-10-25T00:30:00Z 2026-11-01T01:30:00Z "},
    {"Europe/Paris", "FREQ=DAILY;COUNT=3", "2026-01-01T02:00:00Z", "2027-01-01",
     "2026-01-01T02:00:00Z 2026-01-02T02:00:00Z 2026-01-03T02:00:00Z "},
    /* The clock goes on at 3:00: same time by the clock. */
    {"Europe/Paris", "FREQ=WEEKLY;BYDAY=SU", "2026-03-22T03:00:00Z", "2026-04-10",
     "2026-03-22T03:00:00Z 2026-03-29T02:00:00Z 2026-04-05T02:00:00Z "},
    /* 2:30 is left out on the 29th. */
    {"Europe/Paris", "FREQ=WEEKLY", "2026-03-22T01:30:00Z", "2026-04-10",
     "2026-03-22T01:30:00Z 2026-03-29T01:30:00Z 2026-04-05T00:30:00Z "},
    /* 2:30 comes twice on 25 October: the first one. */
    {"Europe/Paris", "FREQ=WEEKLY", "2026-10-18T00:30:00Z", "2026-11-05",
     "2026-10-18T00:30:00Z 2026-10-25T00:30:00Z 2026-11-01T01:30:00Z "},
    {"America/Sao_Paulo", "FREQ=DAILY", "2018-11-03T03:30:00Z", "2018-11-06",
     "2018-11-03T03:30:00Z 2018-11-04T03:30:00Z 2018-11-05T02:30:00Z "}, /* a day without midnight */
    {"Asia/Kolkata", "FREQ=MONTHLY;BYDAY=1SU", "2026-02-01T00:00:00Z", "2026-04-30",
     "2026-02-01T00:00:00Z 2026-03-01T00:00:00Z 2026-04-05T00:00:00Z "},
    {"UTC", "FREQ=YEARLY", "2024-02-29T12:00:00Z", "2033-01-01",
     "2024-02-29T12:00:00Z 2028-02-29T12:00:00Z 2032-02-29T12:00:00Z "},
    {"UTC", "FREQ=MONTHLY;BYMONTHDAY=-1", "2027-12-31T12:00:00Z", "2028-03-15",
     "2027-12-31T12:00:00Z 2028-01-31T12:00:00Z 2028-02-29T12:00:00Z "},
    {"UTC", "FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=2", "2026-01-31T12:00:00Z", "2026-08-01",
     "2026-01-31T12:00:00Z 2026-03-31T12:00:00Z 2026-05-31T12:00:00Z 2026-07-31T12:00:00Z "},
    /* UNTIL: a day is meant whole, in civil time; with Z it is an instant. Both are included. */
    {"Europe/Paris", "FREQ=DAILY;UNTIL=20260102", "2026-01-01T22:30:00Z", "2027-01-01",
     "2026-01-01T22:30:00Z 2026-01-02T22:30:00Z "},
    {"Europe/Paris", "FREQ=DAILY;UNTIL=20260102T223000Z", "2026-01-01T22:30:00Z", "2027-01-01",
     "2026-01-01T22:30:00Z 2026-01-02T22:30:00Z "},
    {"Europe/Paris", "FREQ=DAILY;UNTIL=20260102T222959Z", "2026-01-01T22:30:00Z", "2027-01-01",
     "2026-01-01T22:30:00Z "},
    {"Europe/Paris", "FREQ=DAILY;UNTIL=20260102T233000", "2026-01-01T22:30:00Z", "2027-01-01",
     "2026-01-01T22:30:00Z 2026-01-02T22:30:00Z "},
    {"UTC", "FREQ=DAILY", "2026-01-01T00:00:00Z", "2026-01-02", "2026-01-01T00:00:00Z "},
    {"UTC", "FREQ=DAILY", "2026-01-01T00:00:00Z", "2026-01-01", ""},
};

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void test_begins(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct begins begins = {0};
        struct fault fault = {""};
        set_zone(rows[i].zone);
        int64_t first = instant(rows[i].first);
        assert_int_equal(recurrence_check(rows[i].rule, first, &fault), 0);
        recurrence_each(rows[i].rule, first, instant(rows[i].until), add, &begins);
        if (strcmp(begins.text, rows[i].begins) != 0)
            fail_msg("%s in %s: %s", rows[i].rule, rows[i].zone, begins.text);
    }
}

static void test_no_rules(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *word;
    } bad[] = {
        {"", "FREQ"},
        {"WEEKLY", "parts"},
        {"FREQ=", "parts"},
        {"FREQ=WEEKLY;", "parts"},
        {"FREQ=WEEKLY;;COUNT=1", "parts"},
        {"COUNT=2", "begins with FREQ="},
        {"FREQ=HOURLY", "DAILY"},
        {"FREQ=SECONDLY", "DAILY"},
        {"FREQ=FORTNIGHTLY", "DAILY"},
        {"freq=daily", "capitals"},
        {"FREQ=DAILY;BYHOUR=1", "BYHOUR"},
        {"FREQ=DAILY;RSCALE=HEBREW", "RSCALE"},
        {"FREQ=DAILY;COUNT=1;COUNT=2", "twice"},
        {"FREQ=DAILY;COUNT=1;UNTIL=20260102", "RFC 5545"},
        {"FREQ=DAILY;COUNT=0", "RFC 5545"},
        {"FREQ=DAILY;INTERVAL=0", "RFC 5545"},
        {"FREQ=DAILY;INTERVAL=99999999999999999999", "RFC 5545"},
        {"FREQ=DAILY;UNTIL=yesterday", "capitals"},
        {"FREQ=WEEKLY;BYDAY=XX", "RFC 5545"},
        {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "RFC 5545"},
        {"FREQ=DAILY\n", "capitals"},
        {"FREQ=WEEKLY;BYDAY=FR", "first occurrence"}, /* 1 January 2026 was a Thursday */
    };
    set_zone("UTC");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct fault fault = {""};
        struct begins begins = {0};
        assert_int_equal(recurrence_check(bad[i].rule, instant("2026-01-01"), &fault), -1);
        if (!strstr(fault.text, bad[i].word))
            fail_msg("%s: %s", bad[i].rule, fault.text);
        if (!strstr(bad[i].word, "first")) {
            recurrence_each(bad[i].rule, instant("2026-01-01"), instant("2027-01-01"), add,
                            &begins);
            assert_int_equal(begins.count, 0);
        }
    }
}

static void test_long_rule(void **state)
{
    (void)state;
    char rule[4096] = "FREQ=YEARLY;BYYEARDAY=1";
    struct fault fault = {""};
    while (strlen(rule) + 3 < sizeof rule)
        strcat(rule, ",1");
    assert_int_equal(recurrence_check(rule, instant("2026-01-01"), &fault), -1);
    assert_non_null(strstr(fault.text, "255"));
}

/* Whoever asks for the end of time gets a bounded answer. */
static void test_no_end(void **state)
{
    (void)state;
    struct begins begins = {0};
    set_zone("Europe/Paris");
    recurrence_each("FREQ=DAILY", instant("2026-01-01"), INT64_MAX, add, &begins);
    assert_int_equal(begins.count, RECURRENCE_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_begins),
        cmocka_unit_test(test_no_rules),
        cmocka_unit_test(test_long_rule),
        cmocka_unit_test(test_no_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
