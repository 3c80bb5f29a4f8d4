/* When we saw badly, out of events. */
#include "eyesight.h"

#include "text.h"

#include "testing.h"

#include <string.h>

static struct event said(enum event_kind kind, int64_t before, int64_t at, const char *detail)
{
    struct event event = {.kind = kind, .before = before, .at = at};
    text_copy(event.detail, sizeof event.detail, detail);
    return event;
}

static void expect(const struct sight *sight, int64_t from, int64_t to, bool blind,
                   const char *what)
{
    assert_true(sight->from == from && sight->to == to);
    assert_int_equal(sight->blind, blind);
    assert_string_equal(sight->what, what);
}

static void test_stretches(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct sight *sights;
    const struct event events[] = {
        said(EVENT_MONITOR, 0, 50, "start"),
        said(EVENT_VANTAGE, 0, 100, "ipv6 impaired: 1 of 3"),
        said(EVENT_VANTAGE, 0, 150, "resolver blind"),
        said(EVENT_VANTAGE, 0, 200, "ipv6 blind: 0 of 3"),
        said(EVENT_MONITOR, 0, 250, "reload"),
        said(EVENT_VANTAGE, 0, 300, "ipv6 good"),
        said(EVENT_VANTAGE, 0, 320, "smell blind"),
        said(EVENT_BLIND, 310, 350, "the prober had ended"),
        said(EVENT_MONITOR, 0, 400, "start"),
        said(EVENT_VANTAGE, 0, 500, "clock impaired: 3 s late"),
    };
    size_t count = sizeof events / sizeof *events;
    assert_int_equal(eyesight_stretches(events, count, 0, 1000, 900, &arena, &sights), 5);
    expect(&sights[0], 100, 200, false, "ipv6 impaired: 1 of 3");
    expect(&sights[1], 150, 400, true, "resolver blind"); /* a start knows nothing of before */
    expect(&sights[2], 200, 300, true, "ipv6 blind: 0 of 3");
    expect(&sights[3], 310, 350, true, "the prober had ended");
    expect(&sights[4], 500, 900, false, "clock impaired: 3 s late");
    assert_int_equal(eyesight_stretches(events, count, 400, 500, 900, &arena, &sights), 0);
    assert_int_equal(eyesight_stretches(events, count, 399, 501, 900, &arena, &sights), 2);
    assert_int_equal(eyesight_stretches(NULL, 0, 0, 1000, 900, &arena, &sights), 0);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stretches)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
