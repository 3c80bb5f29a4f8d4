#include "past_store.h"

#include "fake.h"
#include "macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DAY = 86400 };

static const int64_t now = 1795600000;

static int set_up(void **state)
{
    struct fake *fake = malloc(sizeof *fake);
    fake_init(fake, now);
    for (int i = 0; i < 3; i++)
        fake_hoster(fake, i == 0 ? "a" : i == 1 ? "b" : "c", "H");
    for (size_t i = 0; i < 6; i++) {
        const char id[] = {(char)('p' + i), '\0'};
        struct service *service = fake_service(fake, i / 2, id, "S");
        int64_t at = now - 200 * DAY + (int64_t)i * 1000;
        for (int j = 0; at < now - 4 * DAY; j++) {
            int64_t length = j % 2 ? 900 * (int64_t)(i + 1) : 3 * DAY + (int64_t)j * 777;
            fake_span(fake, service, at, at + length, j % 2 ? OUTCOME_DOWN : OUTCOME_UP,
                      j % 2 ? REASON_timeout : REASON_ok);
            at += length;
        }
        fake_span(fake, service, at, now - 30, OUTCOME_UP, REASON_ok);
        fake_maintenance(fake, service, now - 50 * DAY, now - 49 * DAY, "Travaux");
        fake_maintenance(fake, service, now - 600, now + 3600, "Travaux");
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

static void assert_same(const struct past *found, const struct past *wanted)
{
    assert_ptr_equal(found->service, wanted->service);
    assert_int_equal(found->look, wanted->look);
    assert_int_equal(found->belief.since, wanted->belief.since);
    assert_int_equal(found->begin, wanted->begin);
    assert_int_equal(found->until, wanted->until);
    assert_int_equal(found->occurrence_count, wanted->occurrence_count);
    assert_int_equal(found->held_count, wanted->held_count);
    assert_int_equal(found->span_count, wanted->span_count);
    assert_int_equal(found->outage_count, wanted->outage_count);
    assert_int_equal(found->maintained_count, wanted->maintained_count);
    for (size_t i = 0; i < wanted->span_count; i++)
        assert_memory_equal(&found->spans[i], &wanted->spans[i], sizeof *wanted->spans);
    for (size_t i = 0; i < wanted->outage_count; i++)
        assert_int_equal(found->outages[i].from, wanted->outages[i].from);
    for (size_t i = 0; i < wanted->maintained_count; i++) {
        assert_int_equal(found->maintained[i].from, wanted->maintained[i].from);
        assert_int_equal(found->maintained[i].to, wanted->maintained[i].to);
    }
}

/* Whoever asks, in whichever order, is told what it would be told without a store. */
static void test_as_without(void **state)
{
    struct fake *fake = *state;
    static const int64_t ages[] = {
        8 * DAY,   8 * DAY,  90 * DAY, 0,         0,        -60,       50 * DAY - 7, 49 * DAY,
        365 * DAY, 90 * DAY, 90 * DAY, 500 * DAY, 90 * DAY, 500 * DAY, 5 * DAY,      1};
    struct past_store *store = past_store_new(&fake->collective);
    struct page with = fake->page;
    with.pasts = store;
    for (size_t i = 0; i < ARRAY_LEN(ages); i++) {
        for (size_t j = 0; j < fake->service_count; j++) {
            struct arena arena = {0};
            struct past wanted = past_of(&fake->page, fake->services[j], now - ages[i], &arena);
            struct past found = past_of(&with, fake->services[j], now - ages[i], &arena);
            assert_same(&found, &wanted);
            arena_free(&arena);
        }
    }
    past_store_free(store);
}

static size_t asked;
static size_t (*fake_spans)(void *owner, const char *key, int64_t from, int64_t to,
                            struct arena *arena, const struct span **ret);

static size_t count_spans(void *owner, const char *key, int64_t from, int64_t to,
                          struct arena *arena, const struct span **ret)
{
    asked++;
    return fake_spans(owner, key, from, to, arena, ret);
}

/* The history is asked once for a moment and again for the next, or when something changed. */
static void test_asked_once(void **state)
{
    struct fake *fake = *state;
    struct arena arena = {0};
    struct history history = fake->history;
    struct past_store *store = past_store_new(&fake->collective);
    struct page page = fake->page;
    fake_spans = history.spans;
    history.spans = count_spans;
    page.history = &history;
    page.pasts = store;
    asked = 0;
    past_of(&page, fake->services[1], now - 8 * DAY, &arena);
    past_of(&page, fake->services[1], now - 90 * DAY, &arena);
    past_of(&page, fake->services[1], now, &arena);
    assert_int_equal(asked, 1);
    past_of(&page, fake->services[2], now, &arena);
    assert_int_equal(asked, 2);
    page.now++;
    past_of(&page, fake->services[1], now - 8 * DAY, &arena);
    assert_int_equal(asked, 3);
    past_store_forget_but(store, page.now);
    past_of(&page, fake->services[1], now - 8 * DAY, &arena);
    assert_int_equal(asked, 3);
    past_store_forget(store);
    past_of(&page, fake->services[1], now - 8 * DAY, &arena);
    assert_int_equal(asked, 4);
    past_store_free(store);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_as_without, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_asked_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
