/* Which family fails is said when the other one answers, and only then. */
#include "why.h"

#include "macros.h"
#include "testing.h"
#include "text.h"

#include <string.h>

struct world {
    struct line_belief lines[4];
    size_t count;
};

static size_t lines_of(void *owner, const char *key, struct arena *arena,
                       const struct line_belief **ret)
{
    struct world *world = owner;
    (void)key, (void)arena;
    *ret = world->lines;
    return world->count;
}

static void add(struct world *world, const char *check, enum family family, enum reason reason)
{
    struct line_belief *line = &world->lines[world->count++];
    line->state = reason_outcome(reason);
    line->reason = reason;
    line->last.family = family;
    text_copy(line->last.check, sizeof line->last.check, check);
}

static void assert_why(struct world *world, const char *language, enum outcome state,
                       enum reason reason, const char *wanted)
{
    struct history history = {.owner = world, .lines = lines_of};
    struct collective collective = {.name = "Essai"};
    struct page page = {.collective = &collective, .history = &history, .language = language};
    struct service_belief belief = {.state = state, .reason = reason};
    struct buffer out;
    struct sheet sheet;
    buffer_init(&out, PAGE_MAX);
    sheet_open(&sheet, &page, &out, "", "");
    assert_string_equal(why_text(&sheet, "a/b", &belief), wanted);
    sheet_close(&sheet);
    buffer_fini(&out);
}

static void test_one_family(void **state)
{
    struct world world = {0};
    (void)state;
    add(&world, "web", FAMILY_IPV4, REASON_ok);
    add(&world, "web", FAMILY_IPV6, REASON_connect_refused);
    assert_why(&world, "fr", OUTCOME_DEGRADED, REASON_connect_refused,
               "par IPv6 il refuse la connexion, par IPv4 il répond");
    assert_why(&world, "en", OUTCOME_DEGRADED, REASON_connect_refused,
               "by IPv6 it refuses the connection, by IPv4 it answers");
}

static void test_otherwise_the_reason(void **state)
{
    struct world none = {0}, slow = {0}, both = {0}, unseen = {0}, other_check = {0};
    (void)state;
    assert_why(&none, "en", OUTCOME_DEGRADED, REASON_slow, "it answers, but slowly");
    add(&slow, "web", FAMILY_IPV4, REASON_ok);
    add(&slow, "web", FAMILY_IPV6, REASON_slow);
    assert_why(&slow, "en", OUTCOME_DEGRADED, REASON_slow, "it answers, but slowly");
    add(&both, "web", FAMILY_IPV4, REASON_timeout);
    add(&both, "web", FAMILY_IPV6, REASON_timeout);
    assert_why(&both, "en", OUTCOME_DOWN, REASON_timeout, "it does not answer in time");
    add(&unseen, "web", FAMILY_IPV4, REASON_timeout);
    add(&unseen, "web", FAMILY_IPV6, REASON_self);
    assert_why(&unseen, "en", OUTCOME_DOWN, REASON_timeout, "it does not answer in time");
    add(&other_check, "web", FAMILY_IPV4, REASON_ok);
    add(&other_check, "feed", FAMILY_IPV6, REASON_http_status);
    assert_why(&other_check, "en", OUTCOME_DEGRADED, REASON_http_status, "its answer is an error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_family),
        cmocka_unit_test(test_otherwise_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
