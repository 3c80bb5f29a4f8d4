/* An operator's word, taken over a real ledger: what is written, what is refused, what is found again. */
#include "desk.h"

#include "almanac.h"
#include "editions.h"
#include "macros.h"
#include "mem.h"
#include "outage.h"
#include "scratch.h"
#include "testing.h"
#include "text.h"
#include "village.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BEGIN = VILLAGE_BEGIN, STEP = VILLAGE_STEP }; /* 2026-01-01T00:00:00Z */

static const char *const keys[] = {"a/mail", "a/pad", "b/pad", NULL};

struct house {
    char folder[SCRATCH_SIZE];
    struct config *config;
    struct ledger *ledger;
    struct series *series;
    struct pipeline *pipeline;
    struct memory memory;
    struct desk desk;
    struct arena arena;
    struct event event;
    struct fault fault;
};

static void open_house(struct house *house)
{
    assert_int_equal(ledger_open(house->folder, &house->ledger, &house->fault), 0);
    struct series_rules rules = {.compact = true, .flush_ms = 3600000};
    assert_int_equal(series_open(house->folder, &rules, NULL, NULL, &house->series, &house->fault),
                     0);
    house->pipeline = pipeline_new(house->config, house->ledger, house->series);
    house->memory = (struct memory){house->ledger, house->pipeline, BEGIN + 86400};
    house->desk = (struct desk){house->config, house->ledger, &house->memory};
}

static void close_house(struct house *house)
{
    pipeline_free(house->pipeline);
    series_close(house->series);
    ledger_close(house->ledger);
}

static int set_up(void **state)
{
    struct house *house = mem_zalloc(sizeof *house);
    setenv("TZ", "Europe/Paris", 1);
    tzset();
    scratch_make(house->folder);
    house->config = village_config(keys);
    open_house(house);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    close_house(house);
    config_free(house->config);
    scratch_remove(house->folder);
    arena_free(&house->arena);
    free(house);
    return 0;
}

static int say(struct house *house, int64_t now, const char *request)
{
    house->memory.now = now;
    return desk_take(&house->desk, request, now * 1000, &house->arena, &house->event,
                     &house->fault);
}

static void refused(struct house *house, int64_t now, const char *request, const char *word)
{
    const struct event *events;
    size_t before, after;
    ledger_events(house->ledger, 0, 100, &house->arena, &events, &before, &house->fault);
    assert_int_equal(say(house, now, request), -1);
    if (!strstr(house->fault.text, word))
        fail_msg("%s: %s", request, house->fault.text);
    ledger_events(house->ledger, 0, 100, &house->arena, &events, &after, &house->fault);
    assert_int_equal(before, after);
}

#define SAID "\"text\":{\"fr\":\"x\"},\"by\":\"m\""
#define ADD(subject, at, to, more)                                                                 \
    "{\"kind\":\"maintenance\",\"subject\":\"" subject "\",\"at\":\"" at                           \
    "\",\"facts\":{\"action\":\"add\",\"to\":\"" to "\"," more SAID "}}"
#define CANCEL(seq)                                                                                \
    "{\"kind\":\"maintenance\",\"facts\":{\"action\":\"cancel\",\"of\":" seq ",\"by\":\"m\"}}"
#define NOTE(action, subject, at, more)                                                            \
    "{\"kind\":\"annotation\",\"subject\":\"" subject "\",\"at\":\"" at                            \
    "\",\"facts\":{\"action\":\"" action "\"," more SAID "}}"

static struct almanac *almanac_of(const struct house *house)
{
    return pipeline_almanac(house->pipeline);
}

static void assert_counted(struct house *house, const char *service, int64_t from, int64_t to,
                           int64_t seconds)
{
    const struct stretch *counted;
    int64_t sum = 0;
    size_t count = almanac_counted(almanac_of(house), service, from, to, &house->arena, &counted);
    for (size_t i = 0; i < count; i++)
        sum += counted[i].to - counted[i].from;
    assert_int_equal(sum, seconds);
}

static void test_maintenance(void **state)
{
    struct house *house = *state;
    assert_int_equal(
        say(house, BEGIN, ADD("a/pad", "2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z", "")), 0);
    assert_int_equal(house->event.seq, 1);
    assert_int_equal(house->event.at, BEGIN + 36000);
    assert_string_equal(house->event.facts,
                        "{\"action\":\"add\",\"to\":\"2026-01-01T11:00:00Z\"," SAID "}");
    assert_int_equal(say(house, BEGIN, ADD("", "2026-01-01T10:30:00Z", "2026-01-01T12:00:00Z", "")),
                     0);
    assert_counted(house, "a/pad", BEGIN, BEGIN + 86400, 7200);
    assert_counted(house, "b/pad", BEGIN, BEGIN + 86400, 5400);
    assert_counted(house, "a/pad", BEGIN + 36000 + 60, BEGIN + 36000 + 120, 60);
    assert_int_equal(say(house, BEGIN + 36000 + 3600, CANCEL("2")), 0);
    assert_string_equal(house->event.subject, "");
    assert_int_equal(house->event.at, BEGIN + 36000 + 3600);
    assert_counted(house, "a/pad", BEGIN, BEGIN + 86400, 3600);
    assert_counted(house, "b/pad", BEGIN, BEGIN + 86400, 1800);
    close_house(house); /* the same is found again */
    open_house(house);
    assert_counted(house, "a/pad", BEGIN, BEGIN + 86400, 3600);
    assert_counted(house, "b/pad", BEGIN, BEGIN + 86400, 1800);
}

static void test_recurring(void **state)
{
    struct house *house = *state;
    assert_int_equal(say(house, BEGIN,
                         ADD("a", "2026-03-01T01:30:00Z", "2026-03-01T01:50:00Z",
                             "\"every\":\"FREQ=WEEKLY;BYDAY=SU\",")),
                     0);
    int64_t sunday = BEGIN + (31 + 28 + 28) * 86400; /* 29 March: the clock goes on */
    assert_counted(house, "a/pad", sunday, sunday + 86400, 1200);
    assert_counted(house, "a/pad", sunday + 5400, sunday + 6600, 1200);
    assert_counted(house, "a/pad", sunday + 7 * 86400 + 1800, sunday + 7 * 86400 + 3000, 1200);
    /* 12 h are 36 times 20 minutes, of 44 Sundays that are left of the year; the next year has them anew. */
    assert_counted(house, "a/mail", BEGIN, BEGIN + 365 * 86400, 12 * 3600);
    assert_counted(house, "a/mail", BEGIN, BEGIN + 730 * 86400, 24 * 3600);
    assert_counted(house, "b/pad", BEGIN, BEGIN + 365 * 86400, 0);
    /* Cancelled after three of them. */
    assert_int_equal(say(house, BEGIN + (31 + 28 + 20) * 86400, CANCEL("1")), 0);
    assert_counted(house, "a/mail", BEGIN, BEGIN + 730 * 86400, 3 * 1200);
}

static void test_what_is_refused(void **state)
{
    struct house *house = *state;
    refused(house, BEGIN, "", "JSON");
    refused(house, BEGIN, "[]", "neither");
    refused(house, BEGIN, "{\"kind\":\"state\"}", "neither");
    refused(house, BEGIN, "{\"kind\":\"maintenance\",\"kind\":\"annotation\"}", "JSON");
    refused(house, BEGIN, "{\"kind\":\"maintenance\",\"facts\":{}}", "added or cancelled");
    refused(house, BEGIN, ADD("c", "2026-01-02", "2026-01-03", ""), "'c'");
    refused(house, BEGIN, ADD("a/pad/http", "2026-01-02", "2026-01-03", ""), "'a/pad/http'");
    refused(house, BEGIN, ADD("a", "1999-01-02", "2026-01-03", ""), "between 2000 and 2100");
    refused(house, BEGIN, ADD("a", "2101-01-02", "2101-01-03", ""), "between 2000 and 2100");
    refused(house, BEGIN, ADD("a", "2026-01-03", "2026-01-02", ""), "before it begins");
    refused(house, BEGIN, ADD("a", "2026-01-02", "2026-01-03", "\"every\":\"FREQ=HOURLY\","),
            "FREQ");
    refused(house, BEGIN, ADD("a", "2026-01-02", "2026-01-03", "\"link\":\"javascript:1\","),
            "link");
    refused(house, BEGIN, CANCEL("1"), "no maintenance");
    refused(house, BEGIN, CANCEL("\"1\""), "no maintenance");
    assert_int_equal(say(house, BEGIN, ADD("a", "2025-12-01", "2025-12-02", "")), 0);
    refused(house, BEGIN, CANCEL("1"), "over");
    assert_int_equal(say(house, BEGIN, ADD("a", "2026-02-01", "2026-02-02", "")), 0);
    assert_int_equal(say(house, BEGIN, CANCEL("2")), 0);
    refused(house, BEGIN, CANCEL("2"), "already");
    refused(house, BEGIN, CANCEL("3"), "no maintenance");
    refused(house, BEGIN, NOTE("annotate", "a", "2026-01-01", ""), "HOSTER/SERVICE");
    refused(house, BEGIN, NOTE("annotate", "a/pad", "2026-01-01", ""), "no interruption");
    refused(house, BEGIN, NOTE("annotate", "a/pad", "2026-01-05", ""), "to come");
    refused(house, BEGIN, NOTE("praise", "a/pad", "2026-01-01", ""), "no annotation");
}

/* Down from 0:05 to 0:15 and from 0:30 to 0:40. */
static void measure(struct house *house)
{
    for (int i = 0; i < 60; i++) {
        bool down = (i >= 5 && i < 15) || (i >= 30 && i < 40);
        struct result result =
            village_result("a/pad", BEGIN + i * STEP, down ? REASON_connect_refused : REASON_ok);
        pipeline_result(house->pipeline, &result, result.time);
    }
    assert_int_equal(pipeline_commit(house->pipeline, KEEP_ALL, &house->fault), 0);
}

static void test_notes(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *request;
        int minute;
    } rows[] = {
        {NOTE("annotate", "a/pad", "2026-01-01T00:05:00Z", ""), 5},
        {NOTE("annotate", "a/pad", "2026-01-01T00:10:00Z", ""), 5},
        {NOTE("annotate", "a/pad", "2026-01-01T00:29:59Z", ""), 5},
        {NOTE("annotate", "a/pad", "2026-01-01T00:30:00Z", ""), 30},
        {NOTE("dispute", "a/pad", "2026-01-01T00:50:00Z", ""), 30},
    };
    int64_t now = BEGIN + 7200;
    measure(house);
    refused(house, now, NOTE("annotate", "a/pad", "2026-01-01T00:04:59Z", ""), "no interruption");
    refused(house, now, NOTE("annotate", "a/mail", "2026-01-01T00:10:00Z", ""), "no interruption");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(say(house, now, rows[i].request), 0);
        assert_int_equal(house->event.at, BEGIN + rows[i].minute * STEP);
    }
    const struct annotation *notes;
    struct history history = memory_history(&house->memory);
    house->memory.now = now;
    size_t count =
        history.annotations(history.owner, "a/pad", BEGIN + 5 * STEP, &house->arena, &notes);
    assert_int_equal(count, 1);
    assert_int_not_equal(notes[0].replaces, 0);
    count = history.annotations(history.owner, "a/pad", BEGIN + 30 * STEP, &house->arena, &notes);
    assert_int_equal(count, 2);
    assert_int_equal(notes[0].replaces, 0);
    assert_int_equal(notes[1].kind, ANNOTATION_DISPUTE);
    house->memory.now = now - 1; /* as of then nothing was said */
    assert_int_equal(
        history.annotations(history.owner, "a/pad", BEGIN + 5 * STEP, &house->arena, &notes), 0);
}

static void test_turns(void **state)
{
    struct house *house = *state;
    struct almanac *almanac = almanac_of(house);
    assert_false(almanac_turns(almanac, "a/pad", BEGIN, BEGIN + 86400));
    assert_int_equal(
        say(house, BEGIN, ADD("a/pad", "2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z", "")), 0);
    int64_t from = BEGIN + 36000, to = from + 3600;
    assert_true(almanac_turns(almanac, "a/pad", from - 5, from));
    assert_false(almanac_turns(almanac, "a/pad", from - 5, from - 1));
    assert_false(almanac_turns(almanac, "a/pad", from, to - 1));
    assert_true(almanac_turns(almanac, "a/pad", to - 1, to));
    assert_false(almanac_turns(almanac, "a/pad", to, to + 5));
    assert_false(almanac_turns(almanac, "a/mail", BEGIN, to + 5));
}

/* An event of a newer vibrisse, or one that somebody planted, is passed over. */
static void test_events_that_say_nothing(void **state)
{
    struct house *house = *state;
    static const char *const facts[] = {
        "{}",
        "{\"action\":\"move\"}",
        "{\"action\":\"cancel\",\"of\":99,\"by\":\"m\"}",
        "{\"action\":\"add\",\"to\":\"never\"," SAID "}",
        "{\"action\":\"add\",\"to\":\"2026-01-01T11:00:00Z\"}",
        "{not JSON",
    };
    for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
        for (int kind = EVENT_MAINTENANCE; kind <= EVENT_ANNOTATION; kind++) {
            struct event event = {.kind = (enum event_kind)kind, .at = BEGIN, .subject = "a/pad"};
            event.facts = mem_text(facts[i]);
            assert_int_equal(ledger_append(house->ledger, &event, &house->fault), 0);
            free(event.facts);
        }
    }
    assert_int_equal(
        say(house, BEGIN, ADD("a/pad", "2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z", "")), 0);
    assert_counted(house, "a/pad", BEGIN, BEGIN + 86400, 3600);
}

#define SUM               "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define REPORT(at, facts) "{\"kind\":\"report\",\"at\":\"" at "\",\"facts\":{" facts "}}"
#define FILES             "\"year\":2025,\"files\":[{\"path\":\"report-2025.json\",\"sha256\":\"" SUM "\"}]"
#define FINAL             "\"action\":\"final\"," FILES
#define CORRECT(of)       "\"action\":\"correct\",\"of\":" of "," FILES "," SAID
#define COMMENT(subject)                                                                           \
    "{\"kind\":\"report\",\"subject\":\"" subject                                                  \
    "\",\"facts\":{\"action\":\"comment\",\"year\":2025," SAID "}}"

static void test_reports(void **state)
{
    struct house *house = *state;
    const struct edition *all;
    size_t count;
    assert_int_equal(say(house, BEGIN + 5, COMMENT("a")), 0);
    assert_string_equal(house->event.subject, "a");
    assert_int_equal(house->event.at, BEGIN + 5);
    refused(house, BEGIN + 5, COMMENT("a/pad"), "no hoster");
    refused(house, BEGIN + 5, COMMENT(""), "no hoster");
    refused(house, BEGIN + 100, REPORT("2026-01-01T00:01:00Z", CORRECT("1")), "not the newest");
    refused(house, BEGIN + 10, REPORT("2026-01-01T00:01:00Z", FINAL), "to come");
    refused(house, BEGIN + 100, "{\"kind\":\"report\",\"facts\":{" FINAL "}}", "time");
    assert_int_equal(say(house, BEGIN + 100, REPORT("2026-01-01T00:01:00Z", FINAL)), 0);
    assert_string_equal(house->event.subject, "");
    assert_int_equal(house->event.at, BEGIN + 60);
    assert_string_equal(house->event.facts, "{" FINAL "}");
    refused(house, BEGIN + 200, REPORT("2026-01-01T00:02:00Z", FINAL), "final already");
    refused(house, BEGIN + 200, REPORT("2026-01-01T00:00:59Z", CORRECT("2")), "know less");
    assert_int_equal(say(house, BEGIN + 200, REPORT("2026-01-01T00:02:00Z", CORRECT("2"))), 0);
    refused(house, BEGIN + 300, REPORT("2026-01-01T00:03:00Z", CORRECT("2")), "not the newest");
    close_house(house); /* the same is found again */
    open_house(house);
    assert_int_equal(editions_read(house->ledger, &house->arena, &all, &count, &house->fault), 0);
    assert_int_equal(count, 3);
    assert_string_equal(all[0].hoster, "a");
    assert_int_equal(all[2].of, all[1].seq);
    assert_string_equal(all[2].files[0].sha256, SUM);
}

static void test_reports_not_understood(void **state)
{
    struct house *house = *state;
    static const char *const facts[] = {NULL, "{}", "{\"action\":\"final\",\"year\":2025}", "x"};
    const struct edition *all;
    size_t count;
    for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
        struct event event = {.kind = EVENT_REPORT, .at = BEGIN};
        event.facts = facts[i] ? mem_text(facts[i]) : NULL;
        assert_int_equal(ledger_append(house->ledger, &event, &house->fault), 0);
        free(event.facts);
    }
    assert_int_equal(say(house, BEGIN + 100, REPORT("2026-01-01T00:01:00Z", FINAL)), 0);
    assert_int_equal(editions_read(house->ledger, &house->arena, &all, &count, &house->fault), 0);
    assert_int_equal(count, 1);
}

static void test_answers(void **state)
{
    (void)state;
    char facts[] = "{\"action\":\"add\"}";
    struct event event = {.seq = 3,
                          .recorded_ms = BEGIN * INT64_C(1000) + 7,
                          .kind = EVENT_MAINTENANCE,
                          .subject = "a",
                          .at = BEGIN,
                          .facts = facts};
    struct fault fault = {"no \"such\" thing"};
    struct buffer out;
    buffer_init(&out, DESK_REQUEST_MAX);
    desk_write_answer(&event, &out);
    assert_string_equal(buffer_text(&out),
                        "{\"seq\":3,\"kind\":\"maintenance\",\"subject\":\"a\",\"at\":\"2026-01-"
                        "01T00:00:00Z\",\"recorded\":\"2026-01-01T00:00:00.007Z\",\"facts\":{"
                        "\"action\":\"add\"}}\n");
    buffer_clear(&out);
    desk_write_refusal(&fault, &out);
    assert_string_equal(buffer_text(&out), "{\"fault\":\"no \\\"such\\\" thing\"}\n");
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_maintenance, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_recurring, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_notes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_turns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_events_that_say_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reports, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reports_not_understood, set_up, tear_down),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
