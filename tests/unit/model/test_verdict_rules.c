/* Counting rule 6 and what a verdict is, as properties that hold for whatever the lines say: random lines, checks and
 * roles, from a fixed seed, one test for each rule. */
#include "verdict.h"

#include "testing.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 20000, LINES_MAX = 6, CHECKS_MAX = 5 };

struct look { /* at one service */
    size_t count;
    struct glance {
        enum role role;
        size_t count;
        enum outcome lines[LINES_MAX + 1];
    } checks[CHECKS_MAX + 1];
};

static size_t below(unsigned *seed, size_t bound)
{
    return (size_t)rand_r(seed) % bound;
}

static enum outcome any_outcome(unsigned *seed)
{
    return (enum outcome)below(seed, OUTCOME_COUNT);
}

static enum role any_role(unsigned *seed)
{
    return below(seed, 3) ? ROLE_ESSENTIAL : ROLE_EXTRA;
}

static struct look any_look(unsigned *seed)
{
    struct look look = {.count = below(seed, CHECKS_MAX) + 1};
    for (size_t i = 0; i < look.count; i++) {
        look.checks[i].role = any_role(seed);
        look.checks[i].count = below(seed, LINES_MAX + 1);
        for (size_t j = 0; j < look.checks[i].count; j++)
            look.checks[i].lines[j] = any_outcome(seed);
    }
    return look;
}

static enum outcome verdict_of(const struct look *look)
{
    struct verdict_part parts[CHECKS_MAX + 1];
    for (size_t i = 0; i < look->count; i++)
        parts[i] = (struct verdict_part){
            verdict_check(look->checks[i].lines, look->checks[i].count), look->checks[i].role};
    return verdict_service(parts, look->count);
}

static enum outcome check_of(const struct look *look, size_t check)
{
    return verdict_check(look->checks[check].lines, look->checks[check].count);
}

/* How far from up: what is not known is on neither side. */
static int trouble(enum outcome outcome)
{
    static const int ranks[OUTCOME_COUNT] = {
        [OUTCOME_UP] = 1, [OUTCOME_DEGRADED] = 2, [OUTCOME_DOWN] = 3};
    return ranks[outcome];
}

static void add_line(struct look *look, size_t check, enum outcome outcome)
{
    look->checks[check].lines[look->checks[check].count++] = outcome;
}

typedef void rule_fn(struct look *look, unsigned *seed);

static void hold(rule_fn *rule)
{
    unsigned seed = 20260102;
    for (int i = 0; i < CASES; i++) {
        struct look look = any_look(&seed);
        rule(&look, &seed);
    }
}

/* ---- the rules ---- */

static void order_is_nothing(struct look *look, unsigned *seed)
{
    enum outcome before = verdict_of(look);
    for (int i = 0; i < 8; i++) {
        size_t a = below(seed, look->count), b = below(seed, look->count);
        struct glance check = look->checks[a];
        look->checks[a] = look->checks[b];
        look->checks[b] = check;
        if (!check.count)
            continue;
        struct glance *glance = &look->checks[b];
        size_t c = below(seed, glance->count), d = below(seed, glance->count);
        enum outcome line = glance->lines[c];
        glance->lines[c] = glance->lines[d];
        glance->lines[d] = line;
    }
    assert_int_equal(verdict_of(look), before);
}

static void a_failing_family_helps_nobody(struct look *look, unsigned *seed)
{
    size_t check = below(seed, look->count);
    enum outcome before = verdict_of(look), check_before = check_of(look, check);
    add_line(look, check, OUTCOME_DOWN);
    assert_true(trouble(check_of(look, check)) >= trouble(check_before));
    assert_true(trouble(verdict_of(look)) >= trouble(before));
    assert_true(verdict_of(look) != OUTCOME_UP || before == OUTCOME_UP);
}

static void a_failing_line_helps_nobody(struct look *look, unsigned *seed)
{
    size_t check = below(seed, look->count);
    struct glance *glance = &look->checks[check];
    if (!glance->count)
        return;
    size_t line = below(seed, glance->count);
    enum outcome before = verdict_of(look);
    if (glance->lines[line] == OUTCOME_UNKNOWN)
        return;
    glance->lines[line] = OUTCOME_DOWN;
    assert_true(trouble(verdict_of(look)) >= trouble(before));
}

/* Neither a line beside others, nor a check beside others. */
static void the_unknown_says_nothing(struct look *look, unsigned *seed)
{
    enum outcome before = verdict_of(look);
    add_line(look, below(seed, look->count), OUTCOME_UNKNOWN);
    assert_int_equal(verdict_of(look), before);
    look->checks[look->count++] =
        (struct glance){.role = any_role(seed), .count = 1, .lines = {OUTCOME_UNKNOWN}};
    assert_int_equal(verdict_of(look), before);
}

static void extras_make_nothing_down(struct look *look, unsigned *seed)
{
    enum outcome before = verdict_of(look);
    look->checks[look->count++] =
        (struct glance){.role = ROLE_EXTRA, .count = 1, .lines = {any_outcome(seed)}};
    enum outcome after = verdict_of(look);
    assert_int_equal(after == OUTCOME_DOWN, before == OUTCOME_DOWN);
    assert_int_equal(after == OUTCOME_UNKNOWN, before == OUTCOME_UNKNOWN);
}

/* Counted anew: an essential check that is down on every family of which anything is known. */
static void down_is_a_whole_essential_check(struct look *look, unsigned *seed)
{
    bool expected = false;
    (void)seed;
    for (size_t i = 0; i < look->count; i++) {
        const struct glance *glance = &look->checks[i];
        size_t good = 0, down = 0;
        for (size_t j = 0; j < glance->count; j++) {
            good += outcome_is_good(glance->lines[j]);
            down += glance->lines[j] == OUTCOME_DOWN;
        }
        expected |= glance->role == ROLE_ESSENTIAL && down && !good;
    }
    assert_int_equal(verdict_of(look) == OUTCOME_DOWN, expected);
}

static void unknown_is_where_no_essential_check_is_known(struct look *look, unsigned *seed)
{
    bool known = false;
    (void)seed;
    for (size_t i = 0; i < look->count; i++)
        for (size_t j = 0; j < look->checks[i].count; j++)
            known |= look->checks[i].role == ROLE_ESSENTIAL &&
                     look->checks[i].lines[j] != OUTCOME_UNKNOWN;
    assert_int_equal(verdict_of(look) == OUTCOME_UNKNOWN, !known);
}

/* Up is said only where nothing known says otherwise, and at least one essential line says so. */
static void up_is_where_all_that_is_known_is_up(struct look *look, unsigned *seed)
{
    bool troubled = false, up = false;
    (void)seed;
    for (size_t i = 0; i < look->count; i++)
        for (size_t j = 0; j < look->checks[i].count; j++) {
            enum outcome outcome = look->checks[i].lines[j];
            troubled |= outcome == OUTCOME_DOWN || outcome == OUTCOME_DEGRADED;
            up |= look->checks[i].role == ROLE_ESSENTIAL && outcome == OUTCOME_UP;
        }
    assert_int_equal(verdict_of(look) == OUTCOME_UP, up && !troubled);
}

#define RULE(rule)                                                                                 \
    static void test_##rule(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        hold(rule);                                                                                \
    }
RULE(order_is_nothing)
RULE(a_failing_family_helps_nobody)
RULE(a_failing_line_helps_nobody)
RULE(the_unknown_says_nothing)
RULE(extras_make_nothing_down)
RULE(down_is_a_whole_essential_check)
RULE(unknown_is_where_no_essential_check_is_known)
RULE(up_is_where_all_that_is_known_is_up)
#undef RULE

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_is_nothing),
        cmocka_unit_test(test_a_failing_family_helps_nobody),
        cmocka_unit_test(test_a_failing_line_helps_nobody),
        cmocka_unit_test(test_the_unknown_says_nothing),
        cmocka_unit_test(test_extras_make_nothing_down),
        cmocka_unit_test(test_down_is_a_whole_essential_check),
        cmocka_unit_test(test_unknown_is_where_no_essential_check_is_known),
        cmocka_unit_test(test_up_is_where_all_that_is_known_is_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
