/* The status is JSON that another parser reads, whatever the texts in it. */
#include "status.h"

#include "mem.h"
#include "office.h"
#include "stamp.h"
#include "text.h"
#include "village.h"

#include "testing.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { BEGIN = VILLAGE_BEGIN };

static const char *const keys[] = {"a/mail", "a/pad", NULL};
static const char hostile[] = "\"}],<script>\\ \x01\x1f\x7f \xe2\x80\xae été \xf0\x9f\x90\xb1";

static int set_up(void **state)
{
    struct office *office = mem_zalloc(sizeof *office);
    office_open(office, keys, BEGIN + 100);
    *state = office;
    return 0;
}

static int tear_down(void **state)
{
    struct office *office = *state;
    office_close(office);
    free(office);
    return 0;
}

static json_t *status_of(const struct office *office)
{
    struct buffer text;
    json_error_t error;
    buffer_init(&text, STATUS_MAX);
    status_write(&office->view, &text);
    json_t *status = json_loadb(buffer_text(&text), text.length, JSON_REJECT_DUPLICATES, &error);
    if (!status)
        fail_msg("%s at %d in %s", error.text, error.position, buffer_text(&text));
    assert_int_equal(memchr(buffer_text(&text), '\n', text.length) ==
                         buffer_text(&text) + text.length - 1,
                     true);
    buffer_fini(&text);
    return status;
}

static void assert_text(json_t *object, const char *key, const char *text)
{
    const char *found = json_string_value(json_object_get(object, key));
    if (!found || strcmp(found, text) != 0)
        fail_msg("%s is %s instead of %s", key, found ? found : "missing", text);
}

static void assert_number(json_t *object, const char *key, int64_t number)
{
    json_t *found = json_object_get(object, key);
    if (!json_is_integer(found) || json_integer_value(found) != number)
        fail_msg("%s is not %lld", key, (long long)number);
}

static void test_fresh(void **state)
{
    json_t *status = status_of(*state);
    assert_number(status, "v", 1);
    assert_text(status, "time", "2026-01-01T00:01:40Z");
    assert_text(status, "vantage", "here");
    assert_text(status, "health", "ok");
    assert_true(json_is_null(json_object_get(status, "measured")));
    assert_true(json_is_null(json_object_get(status, "prober")));
    json_t *services = json_object_get(status, "services");
    assert_int_equal(json_array_size(services), 2);
    json_t *mail = json_array_get(services, 0);
    assert_text(mail, "service", "a/mail");
    assert_text(mail, "state", "unknown");
    assert_true(json_is_null(json_object_get(mail, "since")));
    assert_int_equal(json_array_size(json_object_get(mail, "lines")), 0);
    json_decref(status);
}

static void test_measured(void **state)
{
    struct office *office = *state;
    struct result result = village_result("a/pad", BEGIN, REASON_ok);
    result.phases.ms[PHASE_TOTAL] = 12.34;
    pipeline_result(office->pipeline, &result, result.time);
    result = village_result("a/nobody", BEGIN, REASON_ok);
    pipeline_result(office->pipeline, &result, result.time);
    office->heartbeat = (struct heartbeat){.time = wall_from_seconds(BEGIN + 99),
                                           .started = 1,
                                           .late = 2,
                                           .missed = 3,
                                           .latest_ms = 4,
                                           .in_flight = 5,
                                           .loop_lag_ms = 6,
                                           .checks = 7,
                                           .unsynchronised = 1};
    office->heartbeat.vantage.senses[SENSE_IPV6] = (struct vantage_state){
        wall_from_seconds(BEGIN), CONDITION_BLIND, "none of 3 sentinels answers over IPv6"};
    json_t *status = status_of(office), *prober = json_object_get(status, "prober");
    static const char *const counters[] = {"started",   "late",        "missed", "latest_ms",
                                           "in_flight", "loop_lag_ms", "checks"};
    for (int i = 0; i < 7; i++)
        assert_number(prober, counters[i], i + 1);
    assert_text(prober, "heard", "2026-01-01T00:01:39Z");
    assert_true(json_is_false(json_object_get(prober, "clock_synchronised")));
    json_t *senses = json_object_get(status, "senses"), *ipv6 = json_object_get(senses, "ipv6");
    assert_text(ipv6, "condition", "blind");
    assert_text(ipv6, "since", "2026-01-01T00:00:00Z");
    assert_text(ipv6, "why", "none of 3 sentinels answers over IPv6");
    assert_text(json_object_get(senses, "ipv4"), "condition", "unjudged");
    assert_text(status, "measured", "2026-01-01T00:00:00Z");
    assert_number(json_object_get(status, "results"), "taken", 1);
    assert_number(json_object_get(status, "results"), "unknown_service", 1);
    json_t *pad = json_array_get(json_object_get(status, "services"), 1);
    assert_text(pad, "service", "a/pad");
    assert_text(pad, "state", "up");
    assert_text(pad, "since", "2026-01-01T00:00:00Z");
    json_t *line = json_array_get(json_object_get(pad, "lines"), 0);
    assert_text(line, "check", "web");
    assert_text(line, "family", "ipv4");
    assert_text(line, "state", "up");
    assert_text(line, "outcome", "up");
    assert_text(line, "reason", "ok");
    assert_text(line, "detail", "seen at 1767225600");
    assert_true(json_real_value(json_object_get(line, "total_ms")) > 12.2);
    json_decref(status);
}

/* The health comes from strerror() and paths, details come from servers. */
static void test_hostile_texts(void **state)
{
    struct office *office = *state;
    struct result result = village_result("a/pad", BEGIN, REASON_connect_refused);
    text_copy(result.detail, sizeof result.detail, hostile);
    text_copy(result.address, sizeof result.address, "\"\\\n");
    pipeline_result(office->pipeline, &result, result.time);
    office->view.health = hostile;
    json_t *status = status_of(office);
    assert_text(status, "health", hostile);
    json_t *pad = json_array_get(json_object_get(status, "services"), 1);
    json_t *line = json_array_get(json_object_get(pad, "lines"), 0);
    assert_text(line, "detail", hostile);
    assert_text(line, "address", "\"\\\n");
    assert_null(json_object_get(line, "total_ms")); /* NaN is no JSON */
    json_decref(status);
}

/* A service silent for long is unknown, but its newest result is still told. */
static void test_silent(void **state)
{
    struct office *office = *state;
    struct result result = village_result("a/pad", BEGIN, REASON_ok);
    pipeline_result(office->pipeline, &result, result.time);
    office->view.now = BEGIN + 7200;
    json_t *status = status_of(office);
    json_t *pad = json_array_get(json_object_get(status, "services"), 1);
    assert_text(pad, "state", "unknown");
    assert_text(pad, "measured", "2026-01-01T00:00:00Z");
    json_t *line = json_array_get(json_object_get(pad, "lines"), 0);
    assert_text(line, "state", "unknown");
    assert_text(line, "outcome", "up");
    json_decref(status);
}

static bool is_unstable(json_t *object)
{
    json_t *unstable = json_object_get(object, "unstable");
    assert_true(json_is_boolean(unstable));
    return json_is_true(unstable);
}

/* As after a kill: what was committed is known. */
static void restart(struct office *office)
{
    struct fault fault;
    assert_int_equal(pipeline_commit(office->pipeline, KEEP_CHANGES, &fault), 0);
    pipeline_free(office->pipeline);
    office->pipeline = pipeline_new(office->config, office->ledger, office->series);
    office->view.pipeline = office->pipeline;
}

/* While it goes to and fro; not when nobody looks any more. */
static void test_unstable(void **state)
{
    struct office *office = *state;
    static const bool wanted[] = {false, false, false, false, false, false, true, true};
    for (int i = 0; i < 8; i++) {
        struct result result =
            village_result("a/pad", BEGIN + 60 * i, i % 2 ? REASON_timeout : REASON_ok);
        pipeline_result(office->pipeline, &result, result.time);
        office->view.now = BEGIN + 60 * i + 1;
        json_t *status = status_of(office);
        json_t *pad = json_array_get(json_object_get(status, "services"), 1);
        assert_int_equal(is_unstable(pad), wanted[i]);
        assert_int_equal(is_unstable(json_array_get(json_object_get(pad, "lines"), 0)), wanted[i]);
        assert_text(pad, "state", "up"); /* it changes no counting rule */
        json_decref(status);
    }
    restart(office);
    json_t *status = status_of(office);
    assert_true(is_unstable(json_array_get(json_object_get(status, "services"), 1)));
    json_decref(status);
    office->view.now = BEGIN + 86400;
    status = status_of(office);
    json_t *pad = json_array_get(json_object_get(status, "services"), 1);
    assert_false(is_unstable(pad));
    assert_number(json_array_get(json_object_get(pad, "lines"), 0), "changes_percent", 39);
    json_decref(status);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_fresh),  TEST(test_measured), TEST(test_hostile_texts),
        TEST(test_silent), TEST(test_unstable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
