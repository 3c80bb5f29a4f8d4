#include "merge.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

enum { PARTS_MAX = 8 };

struct sample {
    enum reason reason;
    const char *detail;
};

static size_t merge(const struct sample *samples, size_t count, struct result *ret)
{
    static const char *const labels[PARTS_MAX] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    struct result results[PARTS_MAX];
    struct merge_part parts[PARTS_MAX];
    for (size_t i = 0; i < count; i++) {
        result_init(&results[i]);
        result_set(&results[i], samples[i].reason, "%s", samples[i].detail);
        results[i].certificate.sha256[0] = labels[i][0];
        parts[i] = (struct merge_part){&results[i], labels[i]};
    }
    return merge_results(parts, count, ret);
}

static void test_what_comes_of_several(void **state)
{
    static const struct {
        struct sample samples[4];
        size_t count, chosen;
        enum reason reason;
        const char *detail;
    } cases[] = {
        {{{REASON_ok, "fine"}, {REASON_ok, ""}}, 2, 0, REASON_ok, "fine"},
        {{{REASON_ok, ""}, {REASON_slow, "900 ms"}}, 2, 1, REASON_slow, "b: 900 ms"},
        {{{REASON_ok, ""}, {REASON_timeout, ""}}, 2, 0, REASON_targets_failing, "b: timeout"},
        {{{REASON_timeout, "x"}, {REASON_slow, ""}, {REASON_tls_expired, "1 h"}},
         3,
         1,
         REASON_targets_failing,
         "a: timeout, x; c: tls_expired, 1 h"},
        {{{REASON_blocked, ""}, {REASON_ok, ""}}, 2, 1, REASON_ok, ""},
        {{{REASON_blocked, ""}, {REASON_ok, ""}, {REASON_timeout, ""}},
         3,
         1,
         REASON_targets_failing,
         "c: timeout"},
        {{{REASON_timeout, "x"}, {REASON_connect_refused, "y"}}, 2, 0, REASON_timeout, "a: x"},
        {{{REASON_blocked, "x"}, {REASON_connect_refused, ""}}, 2, 1, REASON_connect_refused, "b"},
        {{{REASON_timeout, "x"}, {REASON_self, "y"}}, 2, 1, REASON_self, "b: y"},
        {{{REASON_refused_by_policy, "x"}, {REASON_blocked, "y"}},
         2,
         0,
         REASON_refused_by_policy,
         "a: x"},
        {{{REASON_timeout, ""}}, 1, 0, REASON_timeout, "a"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct result result;
        assert_int_equal(merge(cases[i].samples, cases[i].count, &result), cases[i].chosen);
        assert_int_equal(result.reason, cases[i].reason);
        assert_int_equal(result.outcome, reason_outcome(cases[i].reason));
        assert_string_equal(result.detail, cases[i].detail);
        assert_string_equal(result.certificate.sha256, "a"); /* the preferred one's */
    }
}

static void test_a_long_story_is_cut(void **state)
{
    struct sample samples[PARTS_MAX];
    char words[RESULT_DETAIL_SIZE];
    struct result result;
    (void)state;
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    for (size_t i = 0; i < PARTS_MAX; i++)
        samples[i] = (struct sample){i ? REASON_timeout : REASON_ok, words};
    merge(samples, PARTS_MAX, &result);
    assert_int_equal(result.reason, REASON_targets_failing);
    assert_int_equal(strlen(result.detail), RESULT_DETAIL_SIZE - 1);
    assert_memory_equal(result.detail, "b: timeout, xxx", 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_comes_of_several),
        cmocka_unit_test(test_a_long_story_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
