/* What services did period by period: equal to what is counted of each period alone, kept or not, and their sum. */
#include "climb_store.h"

#include "calendar.h"
#include "fake.h"
#include "infos.h"
#include "macros.h"
#include "reading.h"
#include "testing.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { DAY = 86400 };

static const int64_t now = 1795600000;

static void add_record(struct fake *fake, struct service *service, int64_t number)
{
    static const enum outcome others[] = {OUTCOME_DOWN, OUTCOME_UNKNOWN, OUTCOME_DEGRADED,
                                          OUTCOME_DOWN};
    int64_t at = now - (300 + 150 * number) * DAY + number * 1000;
    for (int i = 0; at < now - 4 * DAY; i++) {
        int64_t length = i % 2 ? 90000 * (number + 1) : 3 * DAY + (int64_t)i * 777;
        enum outcome state = i % 2 ? others[(size_t)i / 2 % ARRAY_LEN(others)] : OUTCOME_UP;
        fake_span(fake, service, at, at + length, state,
                  state == OUTCOME_UP ? REASON_ok : REASON_timeout);
        at += length;
    }
    fake_span(fake, service, at, now - 30, OUTCOME_UP, REASON_ok);
    for (int64_t day = calendar_day(now - 250 * DAY); day < now - DAY;
         day = calendar_day_after(day, 3))
        fake_latency(fake, service, day, 100 + (double)number, 200);
}

static int set_up(void **state)
{
    struct fake *fake = malloc(sizeof *fake);
    setenv("TZ", "Europe/Paris", 1);
    tzset();
    fake_init(fake, now);
    fake_hoster(fake, "a", "H");
    fake_hoster(fake, "b", "H");
    for (int64_t i = 0; i < 5; i++) {
        const char id[] = {(char)('p' + i), '\0'};
        struct service *service = fake_service(fake, i < 4 ? 0 : 1, id, "S");
        if (i != 2)
            add_record(fake, service, i);
    }
    fake_ready(fake);
    *state = fake;
    return 0;
}

static int tear_down(void **state)
{
    fake_free(*state);
    free(*state);
    return 0;
}

static void assert_period(const struct fake *fake, const struct service *service,
                          const struct rungs *rungs, size_t number, int64_t first)
{
    struct arena arena = {0};
    const struct period *period = &rungs->periods[number];
    const struct rung *rung = &rungs->list[number];
    int64_t from = period->from > first ? period->from : first;
    struct reading reading = reading_open(&fake->page, service, first, calendar_day(now), &arena);
    struct availability wanted = reading_measure(&reading, from, period->to, &arena);
    assert_memory_equal(&rung->tally, &wanted.tally, sizeof wanted.tally);
    assert_int_equal(rung->outages, wanted.outages);
    arena_free(&arena);
}

/* Each period is counted as it is alone. */
static void test_each_period(void **state)
{
    struct fake *fake = *state;
    const struct service *service = fake->services[3];
    struct arena arena = {0};
    int64_t first = rungs_first(&fake->page, service);
    assert_int_equal(first, calendar_day(now - 750 * DAY + 3000));
    assert_int_equal(rungs_first(&fake->page, fake->services[2]), 0);
    struct stairs stairs = rungs_stairs(first, now, &arena);
    struct climb climb = rungs_measure(&fake->page, service, &stairs, first, &arena);
    size_t outages = 0, known = 0;
    for (size_t i = 0; i < RUNG_LADDERS; i++) {
        const struct rungs *rungs = &climb.rungs[i];
        for (size_t k = 0; k < rungs->count; k++) {
            const struct period *period = &rungs->periods[k];
            assert_true(period->to > first && period->from < period->to);
            assert_int_equal(period->to, k + 1 < rungs->count ? period[1].from : calendar_day(now));
            if (k > 0)
                assert_int_equal(period->place,
                                 period->year == period[-1].year ? period[-1].place + 1 : 0);
            assert_period(fake, service, rungs, k, first);
            outages += rungs->list[k].outages;
            known += (size_t)isfinite(rungs->list[k].median_ms);
        }
    }
    assert_true(outages > 20);
    assert_true(known > 80);
    arena_free(&arena);
}

/* Two together: every sum is the sum, and days have no median. */
static void test_sum(void **state)
{
    struct fake *fake = *state;
    struct arena arena = {0};
    const struct page *page = &fake->page;
    int64_t late = rungs_first(page, fake->services[0]),
            early = rungs_first(page, fake->services[3]);
    struct stairs stairs = rungs_stairs(early, now, &arena),
                  fewer = rungs_stairs(late, now, &arena);
    struct climb one = rungs_measure(page, fake->services[0], &fewer, late, &arena);
    struct climb two = rungs_measure(page, fake->services[3], &stairs, early, &arena);
    struct climb sum = rungs_empty(&stairs, early, &arena);
    rungs_add(&sum, &one, &arena);
    rungs_add(&sum, &two, &arena);
    rungs_settle(&sum);
    for (size_t i = 0; i < RUNG_LADDERS; i++) {
        assert_int_equal(sum.rungs[i].count, two.rungs[i].count);
        size_t ahead = sum.rungs[i].count, behind = one.rungs[i].count;
        for (size_t k = 0; k < sum.rungs[i].count; k++) {
            const struct rung *whole = &sum.rungs[i].list[k];
            struct tally tally = two.rungs[i].list[k].tally;
            const struct rung *part =
                k + behind < ahead ? NULL : &one.rungs[i].list[k + behind - ahead];
            assert_true(!part || one.rungs[i].periods[k + behind - ahead].from ==
                                     sum.rungs[i].periods[k].from);
            if (part)
                tally_join(&tally, &part->tally);
            assert_memory_equal(&whole->tally, &tally, sizeof tally);
            assert_int_equal(whole->outages,
                             two.rungs[i].list[k].outages + (part ? part->outages : 0));
            assert_int_equal(isfinite(whole->median_ms), whole->answers != NULL);
            assert_true(!sum.rungs[i].ladder->is_day || !whole->answers);
        }
    }
    arena_free(&arena);
}

/* In whichever order files are made, also with a change of moment between, they are what they are without a store. */
static void test_as_without(void **state)
{
    struct fake *fake = *state;
    static const struct {
        const char *hoster, *service;
    } files[] = {{"a", NULL},   {NULL, "a/p"}, {NULL, "a/s"}, {"b", NULL},  {NULL, "b/t"},
                 {NULL, "a/p"}, {"a", NULL},   {NULL, "a/q"}, {NULL, "a/r"}};
    struct climb_store *store = climb_store_new();
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        fake->page.climbs = NULL;
        char *wanted = fake_file(fake, infos_metrics, files[i].hoster, files[i].service);
        fake->page.climbs = store;
        char *found = fake_file(fake, infos_metrics, files[i].hoster, files[i].service);
        assert_string_equal(found, wanted);
        free(found);
        free(wanted);
        if (i == 6)
            climb_store_forget(store);
        fake->page.now += i == 7 ? DAY : 0;
    }
    climb_store_free(store);
}

static size_t asked;
static void (*fake_answers)(void *owner, const char *key, int64_t from, int64_t to,
                            history_answers_fn *each, void *each_owner);

static void count_answers(void *owner, const char *key, int64_t from, int64_t to,
                          history_answers_fn *each, void *each_owner)
{
    asked++;
    fake_answers(owner, key, from, to, each, each_owner);
}

/* A hoster and its services are measured once, and again when something changed or at another moment. */
static void test_asked_once(void **state)
{
    struct fake *fake = *state;
    struct climb_store *store = climb_store_new();
    struct history history = fake->history;
    fake_answers = history.answers;
    history.answers = count_answers;
    fake->page.history = &history;
    fake->page.climbs = store;
    asked = 0;
    free(fake_file(fake, infos_metrics, "a", NULL));
    free(fake_file(fake, infos_metrics, NULL, "a/p"));
    free(fake_file(fake, infos_metrics, NULL, "a/s"));
    assert_int_equal(asked, 3); /* r has no record */
    climb_store_forget(store);
    free(fake_file(fake, infos_metrics, NULL, "a/s"));
    assert_int_equal(asked, 4);
    fake->page.now++;
    free(fake_file(fake, infos_metrics, NULL, "a/s"));
    assert_int_equal(asked, 5);
    climb_store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_period, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sum, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_as_without, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_asked_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
