/* Figures of a hoster's services: as the history tells them, kept or not, and asked for once. */
#include "account_store.h"

#include "fake.h"
#include "macros.h"
#include "own_api.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY = 86400, SERVICES = 40 };

static const int64_t now = 1795600000;

static struct house {
    struct fake fake;
    struct history history; /* the fake's, and it counts */
    size_t asked;
    bool silent; /* figures cannot be told now */
    struct account_store *store;
} house;

static bool count_asked(void *owner, const struct service *service, int64_t from, int64_t to,
                        int64_t incident_after_s, struct arena *arena, struct account *ret)
{
    house.asked++;
    return !house.silent &&
           house.fake.history.account(owner, service, from, to, incident_after_s, arena, ret);
}

static int set_up(void **state)
{
    (void)state;
    setenv("TZ", "Europe/Paris", 1);
    tzset();
    struct fake *fake = &house.fake;
    fake_init(fake, now);
    fake_hoster(fake, "a", "H");
    fake_hoster(fake, "b", "H");
    for (int64_t i = 0; i < 3; i++) {
        const char id[] = {(char)('p' + i), '\0'};
        struct service *service = fake_service(fake, i < 2 ? 0 : 1, id, "S");
        int64_t down = now - (7 + i) * DAY;
        fake_span(fake, service, now - 50 * DAY, down, OUTCOME_UP, REASON_ok);
        fake_span(fake, service, down, down + 600 * (i + 1), OUTCOME_DOWN, REASON_timeout);
        fake_span(fake, service, down + 600 * (i + 1), now - 30, OUTCOME_UP, REASON_ok);
    }
    fake_ready(fake);
    house.history = fake->history;
    house.history.account = count_asked;
    fake->page.history = &house.history;
    house.asked = 0;
    house.silent = false;
    house.store = account_store_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    account_store_free(house.store);
    fake_free(&house.fake);
    return 0;
}

/* Documents and pages, in any order, with a change and another moment between, are what they are without a store. */
static void test_as_without(void **state)
{
    (void)state;
    struct fake *fake = &house.fake;
    static const struct {
        const char *hoster, *service;
    } files[] = {{"a", NULL},   {NULL, "a/p"}, {NULL, "a/q"}, {"b", NULL},
                 {NULL, "b/r"}, {NULL, "a/p"}, {"a", NULL},   {NULL, "a/q"}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        fake_write_fn *file = files[i].hoster ? own_api_hoster : own_api_service;
        fake->page.accounts = NULL;
        char *wanted = fake_file(fake, file, files[i].hoster, files[i].service);
        fake->page.accounts = house.store;
        char *found = fake_file(fake, file, files[i].hoster, files[i].service);
        assert_string_equal(found, wanted);
        free(found);
        free(wanted);
        if (i == 4)
            account_store_forget(house.store);
        fake->page.now += i == 5 ? DAY : 0;
    }
}

static void expect_asked(const char *hoster, const char *service, size_t more)
{
    size_t before = house.asked;
    free(fake_file(&house.fake, hoster ? own_api_hoster : own_api_service, hoster, service));
    assert_int_equal(house.asked, before + more);
}

/* Again when something changed, at another moment, or when it could not be told. */
static void test_asked_once(void **state)
{
    (void)state;
    house.fake.page.accounts = house.store;
    house.silent = true;
    expect_asked(NULL, "a/p", 1);
    house.silent = false;
    expect_asked("a", NULL, 2);
    expect_asked(NULL, "a/p", 0);
    expect_asked(NULL, "a/q", 0);
    account_store_forget(house.store);
    expect_asked(NULL, "a/q", 1);
    house.fake.page.now++;
    expect_asked(NULL, "a/q", 1);
    expect_asked(NULL, "b/r", 1);
    expect_asked(NULL, "a/q", 1);
}

/* Each period has its own, also beyond what there is room for. */
static void test_many_periods(void **state)
{
    (void)state;
    struct arena arena = {0};
    house.fake.page.accounts = house.store;
    const struct service *service = house.fake.collective.hosters[0].services;
    for (int twice = 0; twice < 2; twice++)
        for (int64_t i = 1; i <= SERVICES; i++) {
            struct account account;
            assert_true(account_store_get(&house.fake.page, service, now - i * DAY, now - 30,
                                          &arena, &account));
            assert_int_equal(account.availability.from, now - i * DAY);
            assert_int_equal(account.availability.outages, i >= 7);
        }
    assert_in_range(house.asked, SERVICES, 2 * SERVICES - 20);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_as_without, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_asked_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_periods, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
