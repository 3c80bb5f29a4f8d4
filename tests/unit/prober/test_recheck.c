#include "recheck.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static const int64_t offsets[] = {5000, 10000, 20000, 0};

static enum outcome outcome_of(char letter)
{
    return letter == 'F'   ? OUTCOME_DOWN
           : letter == 'G' ? OUTCOME_UP
           : letter == 'D' ? OUTCOME_DEGRADED
                           : OUTCOME_UNKNOWN;
}

/* What the line finds, attempt by attempt: each letter is taken by a recheck while one is wanted, else by the next turn on
 * schedule. Returns how each one came: 's' on schedule, or the recheck's attempt number. Attempts take no time. */
static const char *played(const char *found)
{
    static char came[64];
    struct recheck recheck = {0};
    struct mono now = {0}, turn = {0}, due;
    size_t i = 0;
    for (; found[i]; i++) {
        int attempt = 1;
        if (recheck_wanted(&recheck, offsets, &due)) {
            attempt = recheck_begin(&recheck);
            now = due.ns > now.ns ? due : now;
        } else {
            turn = now = mono_plus_ms(turn, 60000);
        }
        came[i] = attempt == 1 ? 's' : (char)('0' + attempt);
        recheck_feed(&recheck, outcome_of(found[i]), attempt, now);
    }
    came[i] = '\0';
    return came;
}

static const struct {
    const char *found, *came;
} plays[] = {
    {"GGGG", "ssss"},       /* all is well */
    {"GDGD", "ssss"},       /* degraded is good */
    {"GFFFFF", "ss23ss"},   /* down after three, then the schedule alone */
    {"GFFFGG", "ss23s2"},   /* good again: looked into at once */
    {"GFFFGFF", "ss23s23"}, /* a single good one among failing ones: two more tell */
    {"GFFFGGGFFF", "ss23s2ss23"},
    {"GFGGG", "ss23s"},     /* a blip: two good ones end it */
    {"GFGFFFF", "ss234ss"}, /* undecided by the rechecks, decided by the next turn */
    {"FFFF", "s23s"},       /* the first ever */
    {"FGGG", "s2ss"},       /* the first good one of all needs no confirmation */
    {"FUUUFFF",
     "s234s23"}, /* unknown ones stop nothing, but no row either; the next turn begins a new series */
    {"GUUG", "ssss"}, /* and begin nothing */
    {"GFUFFFF", "ss234ss"},
    {"GFFUFFF", "ss234ss"},
    {"UUFFFG", "sss23s"},
};

static void test_series(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(plays); i++) {
        const char *came = played(plays[i].found);
        if (strcmp(came, plays[i].came) != 0)
            fail_msg("%s came as %s, not %s", plays[i].found, came, plays[i].came);
    }
}

static void test_offsets_count_from_the_start_of_the_first(void **state)
{
    (void)state;
    struct recheck recheck = {0};
    struct mono start = {7000000000}, due;
    recheck_feed(&recheck, OUTCOME_UP, 1, (struct mono){0});
    assert_false(recheck_wanted(&recheck, offsets, &due));
    recheck_feed(&recheck, OUTCOME_DOWN, 1, start);
    assert_true(recheck_wanted(&recheck, offsets, &due));
    assert_int_equal(mono_ms_between(start, due), 5000);
    assert_int_equal(recheck_begin(&recheck), 2);
    recheck_feed(&recheck, OUTCOME_DOWN, 2, mono_plus_ms(start, 12000));
    assert_true(recheck_wanted(&recheck, offsets, &due));
    assert_int_equal(mono_ms_between(start, due), 10000); /* past already: at once */
    assert_int_equal(recheck_begin(&recheck), 3);
    recheck_feed(&recheck, OUTCOME_UNKNOWN, 3, mono_plus_ms(start, 13000));
    assert_true(recheck_wanted(&recheck, offsets, &due));
    assert_int_equal(mono_ms_between(start, due), 20000);
    assert_int_equal(recheck_begin(&recheck), 4);
    recheck_feed(&recheck, OUTCOME_UNKNOWN, 4, mono_plus_ms(start, 20000));
    assert_false(recheck_wanted(&recheck, offsets, &due));
}

static void test_without_offsets_there_are_no_rechecks(void **state)
{
    (void)state;
    static const int64_t none[] = {0};
    struct recheck recheck = {0};
    struct mono due;
    recheck_feed(&recheck, OUTCOME_DOWN, 1, (struct mono){0});
    assert_false(recheck_wanted(&recheck, none, &due));
    assert_false(recheck_wanted(&recheck, NULL, &due));
}

/* After which results one more failing one means down. */
static void test_confirms(void **state)
{
    (void)state;
    static const struct {
        const char *found;
        bool confirms;
    } rows[] = {{"", false},       {"F", false},      {"FF", true},   {"GFF", true},
                {"GFFF", false},   {"GF", false},     {"FFG", false}, {"FFUF", false},
                {"GFFFGG", false}, {"GFFFGGFF", true}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct recheck recheck = {0};
        for (const char *found = rows[i].found; *found; found++)
            recheck_feed(&recheck, outcome_of(*found), 1, (struct mono){0});
        assert_row(i, recheck_confirms(&recheck) == rows[i].confirms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_series),
        cmocka_unit_test(test_confirms),
        cmocka_unit_test(test_offsets_count_from_the_start_of_the_first),
        cmocka_unit_test(test_without_offsets_there_are_no_rechecks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
