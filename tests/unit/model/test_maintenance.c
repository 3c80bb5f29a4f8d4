/* Which announced maintenance counts: late declarations, cancellations, overlaps, the most of a year. And its facts. */
#include "maintenance.h"

#include "json.h"
#include "macros.h"
#include "testing.h"

#include <string.h>

enum { HOUR = 3600, NOON = 100 * 86400 };

static const struct stretch years[] = {{0, 200 * 86400}, {200 * 86400, 400 * 86400}};

struct row {
    const char *what;
    struct occurrence_row {
        int64_t announced, from, to, cancelled; /* hours after NOON; cancelled 0 = not */
    } occurrences[4];
    struct stretch wanted[4]; /* hours */
};

static const struct row rows[] = {
    {"one", {{-1, 0, 2, 0}}, {{0, 2}}},
    {"announced at its beginning", {{0, 0, 2, 0}}, {{0, 2}}},
    {"announced late", {{1, 0, 2, 0}}, {{0, 0}}},
    {"late, beside one in time", {{1, 0, 4, 0}, {-1, 1, 2, 0}}, {{1, 2}}},
    {"cancelled before", {{-9, 0, 2, -3}}, {{0, 0}}},
    {"cancelled at its beginning", {{-9, 1, 2, 1}}, {{0, 0}}},
    {"cancelled within", {{-9, 0, 4, 3}}, {{0, 3}}},
    {"cancelled after", {{-9, 0, 4, 5}}, {{0, 4}}},
    {"overlapping", {{-9, 0, 4, 0}, {-9, 2, 6, 0}}, {{0, 6}}},
    {"one within the other, in no order", {{-9, 2, 3, 0}, {-9, 0, 4, 0}}, {{0, 4}}},
    {"touching", {{-9, 0, 1, 0}, {-9, 1, 2, 0}}, {{0, 2}}},
    {"apart", {{-9, 4, 5, 0}, {-9, 0, 1, 0}}, {{0, 1}, {4, 5}}},
    {"longer than a year has", {{-9, 0, 20, 0}}, {{0, 12}}},
    {"the rest of what a year has",
     {{-9, 0, 10, 0}, {-9, 20, 30, 0}, {-9, 40, 41, 0}},
     {{0, 10}, {20, 22}}},
    {"an overlap is counted once",
     {{-9, 0, 10, 0}, {-9, 5, 10, 0}, {-9, 20, 30, 0}},
     {{0, 10}, {20, 22}}},
    {"over a new year", {{-9, 2398, 2402, 0}}, {{2398, 2402}}},
    {"anew in a new year", {{-9, 0, 12, 0}, {-9, 2398, 2402, 0}}, {{0, 12}, {2400, 2402}}},
    {"before the years", {{-9999, -2401, -2399, 0}}, {{-2400, -2399}}},
};

static int64_t at(int64_t hours)
{
    return NOON + hours * HOUR;
}

static void test_what_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct maintenance announced[4];
        struct occurrence occurrences[4];
        const struct stretch *got;
        size_t count = 0, wanted = 0;
        for (; count < 4 && rows[i].occurrences[count].to; count++) {
            const struct occurrence_row *row = &rows[i].occurrences[count];
            announced[count] =
                (struct maintenance){.announced_ms = at(row->announced) * 1000,
                                     .subject = "",
                                     .cancelled = row->cancelled ? at(row->cancelled) : 0};
            occurrences[count] = (struct occurrence){&announced[count], at(row->from), at(row->to)};
        }
        while (wanted < 4 && rows[i].wanted[wanted].from < rows[i].wanted[wanted].to)
            wanted++;
        size_t found =
            maintenance_counted(occurrences, count, years, ARRAY_LEN(years), &arena, &got);
        if (found != wanted)
            fail_msg("%s: %zu stretches", rows[i].what, found);
        for (size_t j = 0; j < found; j++)
            if (got[j].from != at(rows[i].wanted[j].from) || got[j].to != at(rows[i].wanted[j].to))
                fail_msg("%s: from %lld to %lld", rows[i].what,
                         (long long)(got[j].from - NOON) / HOUR,
                         (long long)(got[j].to - NOON) / HOUR);
        arena_free(&arena);
    }
}

static void test_lateness_is_exact(void **state)
{
    (void)state;
    struct maintenance announced = {.subject = "", .announced_ms = 1000000};
    struct occurrence occurrence = {&announced, 1000, 2000};
    assert_false(occurrence_is_late(&occurrence));
    announced.announced_ms++;
    assert_true(occurrence_is_late(&occurrence));
}

static void test_concerns(void **state)
{
    (void)state;
    static const struct {
        const char *subject, *service;
        bool concerned;
    } cases[] = {
        {"", "chat/pad", true},         {"chat", "chat/pad", true},
        {"chat/pad", "chat/pad", true}, {"chat/pads", "chat/pad", false},
        {"cha", "chat/pad", false},     {"chat/pad", "chat/pads", false},
        {"chien", "chat/pad", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct maintenance announced = {.subject = cases[i].subject};
        assert_int_equal(maintenance_concerns(&announced, cases[i].service), cases[i].concerned);
    }
}

/* At an earlier time than now it stood as it did then. */
static void test_as_of(void **state)
{
    (void)state;
    struct maintenance announced = {.subject = "", .announced_ms = 500500, .cancelled = 1500};
    struct occurrence occurrence = {&announced, 1000, 2000}, got;
    assert_false(occurrence_as_of(&occurrence, 499, &got));
    assert_true(occurrence_as_of(&occurrence, 500, &got));
    assert_int_equal(got.to, 2000);
    assert_true(occurrence_as_of(&occurrence, 1499, &got));
    assert_int_equal(got.to, 2000);
    assert_true(occurrence_as_of(&occurrence, 1500, &got));
    assert_int_equal(got.to, 1500);
    announced.cancelled = 900;
    assert_false(occurrence_as_of(&occurrence, 900, &got));
}

/* ---- facts ---- */

static int read_facts(const char *text, struct maintenance *ret, struct arena *arena,
                      struct fault *fault)
{
    json_error_t error;
    json_t *facts = json_loads(text, 0, &error);
    assert_non_null(facts);
    *ret = (struct maintenance){.from = 1796090400};
    int rc = maintenance_read(facts, ret, arena, fault);
    json_decref(facts);
    return rc;
}

static void test_facts_and_back(void **state)
{
    (void)state;
    static const char text[] =
        "{\"action\":\"add\",\"to\":\"2026-12-01T03:00:00Z\",\"every\":\"FREQ=WEEKLY\",\"text\":{"
        "\"fr\":\"Le \\\"chat\\\" \xC3\xA9t\xC3\xA9\",\"en\":\"Cat\"},\"link\":\"https://a.example/"
        "b?c=d\",\"by\":\"Moi\"}";
    struct arena arena = {0};
    struct maintenance announced;
    struct fault fault = {""};
    struct buffer out;
    buffer_init(&out, STATEMENT_FACTS_MAX);
    assert_int_equal(read_facts(text, &announced, &arena, &fault), 0);
    assert_int_equal(announced.to, 1796094000);
    assert_string_equal(wording_in(&announced.said.text, "fr"), "Le \"chat\" \xC3\xA9t\xC3\xA9");
    maintenance_write(&announced, &out);
    assert_string_equal(buffer_text(&out), text);
    buffer_fini(&out);
    arena_free(&arena);
}

static void test_bad_facts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word;
    } cases[] = {
        {"{\"text\":{\"fr\":\"x\"},\"by\":\"m\"}", "end is missing"},
        {"{\"to\":\"soon\",\"text\":{\"fr\":\"x\"},\"by\":\"m\"}", "end is missing"},
        {"{\"to\":\"2026-12-01T02:00:00Z\",\"text\":{\"fr\":\"x\"},\"by\":\"m\"}",
         "ends before it begins"},
        {"{\"to\":\"2027-12-01T02:00:00Z\",\"text\":{\"fr\":\"x\"},\"by\":\"m\"}", "31 days"},
        {"{\"to\":\"2026-12-01T03:00:00Z\",\"every\":1,\"text\":{\"fr\":\"x\"},\"by\":\"m\"}",
         "recurrence"},
        {"{\"to\":\"2026-12-01T03:00:00Z\",\"by\":\"m\"}", "text is missing"},
        {"{\"to\":\"2026-12-01T03:00:00Z\",\"text\":\"x\",\"by\":\"m\"}", "text is missing"},
        {"{\"to\":\"2026-12-01T03:00:00Z\",\"text\":{\"de\":\"x\"},\"by\":\"m\"}",
         "text is missing"},
        {"{\"to\":\"2026-12-01T03:00:00Z\",\"text\":{\"fr\":\" \\u200b\\n\"},\"by\":\"m\"}",
         "empty"},
        {"{\"to\":\"2026-12-01T03:00:00Z\",\"text\":{\"fr\":\"x\"}}", "who says it"},
        {"{\"to\":\"2026-12-01T03:00:00Z\",\"text\":{\"fr\":\"x\"},\"by\":\"m\",\"link\":\"ftp://"
         "a\"}",
         "link"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena = {0};
        struct maintenance announced;
        struct fault fault = {""};
        assert_int_equal(read_facts(cases[i].text, &announced, &arena, &fault), -1);
        if (!strstr(fault.text, cases[i].word))
            fail_msg("%s: %s", cases[i].text, fault.text);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_counts),    cmocka_unit_test(test_lateness_is_exact),
        cmocka_unit_test(test_concerns),       cmocka_unit_test(test_as_of),
        cmocka_unit_test(test_facts_and_back), cmocka_unit_test(test_bad_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
