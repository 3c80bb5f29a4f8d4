#include "house.h"

#include "mem.h"

#include "testing.h"

#include <stdlib.h>

static const struct check checks[] = {
    {.id = "web", .url = "https://pad.example/", .interval_ms = 60000, .timeout_ms = 10000}};

static const struct hoster hoster = {.id = "a"};
static const struct service services[] = {
    {.id = "mail", .key = "a/mail", .hoster = &hoster, .checks = checks, .check_count = 1},
    {.id = "pad", .key = "a/pad", .hoster = &hoster, .checks = checks, .check_count = 1},
};
static const struct service *const only_pad[] = {&services[1]};
static const struct service *const both[] = {&services[0], &services[1]};
const struct config house_small = {
    .collective = {.vantage = "here", .services = only_pad, .service_count = 1}};
const struct config house_large = {
    .collective = {.vantage = "here", .services = both, .service_count = 2}};

static void on_lost(void *owner, const char *service, const char *why)
{
    (void)owner;
    fail_msg("%s lost: %s", service, why);
}

void house_open(struct house *house)
{
    struct fault fault;
    struct series_rules rules = {.compact = true, .flush_ms = 3600000};
    assert_int_equal(ledger_open(house->folder, &house->ledger, &fault), 0);
    assert_int_equal(series_open(house->folder, &rules, on_lost, NULL, &house->series, &fault), 0);
    house->pipeline = pipeline_new(&house_small, house->ledger, house->series);
}

void house_close(struct house *house)
{
    pipeline_free(house->pipeline);
    series_close(house->series);
    ledger_close(house->ledger);
}

int house_set_up(void **state)
{
    struct house *house = mem_zalloc(sizeof *house);
    scratch_make(house->folder);
    house_open(house);
    *state = house;
    return 0;
}

static void on_wrong(void *owner, const char *what)
{
    (void)owner;
    fail_msg("%s", what);
}

int house_tear_down(void **state)
{
    struct house *house = *state;
    struct fault fault;
    assert_int_equal(ledger_check(house->ledger, on_wrong, NULL, &fault), 0);
    house_close(house);
    scratch_remove(house->folder);
    free(house);
    return 0;
}

void house_feed(struct house *house, int64_t at, enum reason reason)
{
    struct result result = village_result("a/pad", at, reason);
    pipeline_result(house->pipeline, &result, result.time);
}

void house_commit(struct house *house, enum keep keep)
{
    struct fault fault;
    assert_int_equal(pipeline_commit(house->pipeline, keep, &fault), 0);
}
