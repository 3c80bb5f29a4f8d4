/* Each rule of "is it us?", with a clock that the test moves. */
#include "doubt.h"

#include "macros.h"
#include "testing.h"

#include <stdio.h>
#include <string.h>

enum { SERVICES = 10, SECOND = 1000, MINUTE = 60000 };

/* Ten services of five hosters, "h0/s0" "h0/s1" "h1/s0" ..., on both families. */
struct town {
    struct doubt doubt;
    struct mass_line lines[SERVICES][FAMILY_COUNT];
    const struct mass_line *list[SERVICES * FAMILY_COUNT];
    struct doubt_now now;
    char why[VANTAGE_WHY_SIZE];
};

static void make_town(struct town *town, bool sentinels)
{
    *town = (struct town){.now = {{1000000000000}, {1800000000000}}};
    for (size_t i = 0; i < SERVICES; i++) {
        char name[16];
        snprintf(name, sizeof name, "h%zu/s%zu", i / 2, i % 2);
        for (size_t j = 0; j < FAMILY_COUNT; j++) {
            town->lines[i][j] = (struct mass_line){.hoster = doubt_hoster(name),
                                                   .service = doubt_service(name),
                                                   .family = (enum family)j,
                                                   .window_ms = mass_window_ms(MINUTE, 10 * SECOND),
                                                   .known = true};
            town->list[i * FAMILY_COUNT + j] = &town->lines[i][j];
        }
    }
    town->doubt.lines = (struct mass_lines){town->list, SERVICES * FAMILY_COUNT};
    doubt_set_sentinels(&town->doubt, sentinels);
    doubt_see_clock(&town->doubt, town->now);
}

static void pass(struct town *town, int64_t ms)
{
    town->now.mono = mono_plus_ms(town->now.mono, ms);
    town->now.wall.ms += ms;
}

/* A result that began `ms` ago. */
static void see(struct town *town, size_t service, enum family family, enum reason reason,
                int64_t ms)
{
    struct result result;
    result_init(&result);
    result_set(&result, reason, "%s", "");
    doubt_see_result(&town->doubt, &town->lines[service][family], &result,
                     mono_plus_ms(town->now.mono, -ms), town->now.mono);
    doubt_see_mass(&town->doubt, town->now);
}

static struct doubt_case make_case(struct town *town, size_t service, enum family family,
                                   enum reason reason, int64_t ms)
{
    return (struct doubt_case){reason, &town->lines[service][family], 7,
                               mono_plus_ms(town->now.mono, -ms), true};
}

static enum doubt_answer judge(struct town *town, size_t service, enum family family,
                               enum reason reason, int64_t ms)
{
    struct doubt_case doubtful = make_case(town, service, family, reason, ms);
    return doubt_judge(&town->doubt, &doubtful, town->now.mono, town->why);
}

static void see_round(struct town *town, enum family family, int answering, int asked)
{
    struct doubt_round round = {town->now.mono, mono_plus_ms(town->now.mono, 100), asked,
                                answering};
    pass(town, 100);
    doubt_see_round(&town->doubt, family, &round, town->now);
}

static enum vantage_condition condition(const struct town *town, enum vantage_sense sense)
{
    return town->doubt.vantage.senses[sense].condition;
}

/* ---- sentinels ---- */

static void test_a_round_decides(void **state)
{
    (void)state;
    static const struct {
        int answering, asked;
        enum doubt_answer answer;
        enum vantage_condition condition;
        const char *why;
    } rows[] = {
        {3, 3, DOUBT_TELL, CONDITION_GOOD, ""},
        {2, 3, DOUBT_TELL, CONDITION_GOOD, ""},
        {1, 2, DOUBT_TELL, CONDITION_GOOD, ""},
        {2, 4, DOUBT_TELL, CONDITION_GOOD, ""},
        {1, 3, DOUBT_OURS, CONDITION_IMPAIRED, "only 1 of 3 sentinels answers over IPv6"},
        {2, 5, DOUBT_OURS, CONDITION_IMPAIRED, "only 2 of 5 sentinels answer over IPv6"},
        {0, 3, DOUBT_OURS, CONDITION_BLIND, "none of 3 sentinels answers over IPv6"},
        {0, 2, DOUBT_OURS, CONDITION_BLIND, "none of 2 sentinels answers over IPv6"},
        {0, 1, DOUBT_OURS, CONDITION_BLIND, "our only sentinel does not answer over IPv6"},
        {1, 1, DOUBT_TELL, CONDITION_GOOD, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct town town;
        make_town(&town, true);
        struct doubt_case doubtful = make_case(&town, 0, FAMILY_IPV6, REASON_connect_timeout, 100);
        assert_row(i, doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why) == DOUBT_WAIT);
        assert_row(i, doubt_wants(&town.doubt, &doubtful) == DOUBT_WANTS_ROUND);
        see_round(&town, FAMILY_IPV6, rows[i].answering, rows[i].asked);
        assert_row(i,
                   doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why) == rows[i].answer);
        assert_row(i, doubt_wants(&town.doubt, &doubtful) == 0);
        assert_row(i, condition(&town, SENSE_IPV6) == rows[i].condition);
        assert_string_equal(town.doubt.vantage.senses[SENSE_IPV6].why, rows[i].why);
        if (rows[i].answer == DOUBT_OURS)
            assert_string_equal(town.why, rows[i].why);
    }
}

/* What one family sees says nothing of the other. */
static void test_families_are_judged_apart(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, true);
    see_round(&town, FAMILY_IPV4, 3, 3);
    see_round(&town, FAMILY_IPV6, 0, 3);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_timeout, 250), DOUBT_TELL);
    assert_int_equal(judge(&town, 0, FAMILY_IPV6, REASON_timeout, 250), DOUBT_OURS);
    assert_int_equal(condition(&town, SENSE_IPV4), CONDITION_GOOD);
    assert_int_equal(condition(&town, SENSE_IPV6), CONDITION_BLIND);
}

/* A round from before the attempt says nothing of it; one that was bad meanwhile does, whatever came after. */
static void test_which_rounds_count(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, true);
    see_round(&town, FAMILY_IPV4, 0, 3);
    pass(&town, SECOND);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_timeout, 500), DOUBT_WAIT);
    see_round(&town, FAMILY_IPV4, 3, 3);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_timeout, 500), DOUBT_TELL);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_timeout, 2000), DOUBT_OURS);
}

static void test_reasons(void **state)
{
    (void)state;
    static const enum reason ours[] = {
        REASON_connect_refused, REASON_connect_timeout, REASON_connect_reset, REASON_unreachable,
        REASON_timeout,         REASON_closed_early,    REASON_tls_handshake, REASON_dns_timeout,
        REASON_dns_servfail,    REASON_dns_nxdomain,    REASON_dns_no_address};
    static const enum reason theirs[] = {
        REASON_http_status,   REASON_tls_hostname, REASON_protocol_error, REASON_tls_expired,
        REASON_body_mismatch, REASON_not_offered,  REASON_in_maintenance};
    struct town town;
    make_town(&town, true);
    see_round(&town, FAMILY_IPV4, 0, 3);
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        assert_row(i, judge(&town, 0, FAMILY_IPV4, ours[i], 200) == DOUBT_OURS);
    for (size_t i = 0; i < ARRAY_LEN(theirs); i++)
        assert_row(i, judge(&town, 0, FAMILY_IPV4, theirs[i], 200) == DOUBT_TELL);
}

/* Services that answer prove that not all is lost. */
static void test_good_results_against_blindness(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, true);
    struct doubt_round round = {town.now.mono, mono_plus_ms(town.now.mono, 100), 3, 0};
    pass(&town, 50);
    see(&town, 3, FAMILY_IPV4, REASON_ok, 10);
    doubt_see_round(&town.doubt, FAMILY_IPV4, &round, town.now);
    assert_int_equal(condition(&town, SENSE_IPV4), CONDITION_IMPAIRED);
    assert_true(doubt_is_troubled(&town.doubt));
}

/* One that comes and goes is one event: it is well again after a while without trouble. */
static void test_convalescence(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, true);
    see_round(&town, FAMILY_IPV4, 0, 3);
    struct wall since = town.doubt.vantage.senses[SENSE_IPV4].since;
    for (int i = 0; i < 3; i++) {
        pass(&town, 6 * SECOND);
        see_round(&town, FAMILY_IPV4, 3, 3);
        assert_int_equal(condition(&town, SENSE_IPV4), CONDITION_BLIND);
        assert_int_equal(town.doubt.vantage.senses[SENSE_IPV4].since.ms, since.ms);
    }
    pass(&town, 6 * SECOND);
    see_round(&town, FAMILY_IPV4, 3, 3);
    assert_int_equal(condition(&town, SENSE_IPV4), CONDITION_GOOD);
    assert_int_equal(town.doubt.vantage.senses[SENSE_IPV4].since.ms, town.now.wall.ms);
    assert_false(doubt_is_troubled(&town.doubt));
}

/* Sentinels of the other family only: nobody can be asked, and nobody is waited for. */
static void test_no_sentinel_of_the_family(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, true);
    see_round(&town, FAMILY_IPV6, 0, 0);
    for (size_t i = 1; i < SERVICES; i++)
        see(&town, i, FAMILY_IPV6, REASON_ok, 0);
    see(&town, 0, FAMILY_IPV6, REASON_timeout, 200);
    assert_int_equal(judge(&town, 0, FAMILY_IPV6, REASON_timeout, 200), DOUBT_TELL);
    assert_int_equal(condition(&town, SENSE_IPV6), CONDITION_UNJUDGED);
}

/* ---- many at once ---- */

static void fail_services(struct town *town, size_t count)
{
    for (size_t i = 0; i < count; i++)
        see(town, i, FAMILY_IPV4, REASON_connect_timeout, 10 * SECOND);
}

static void all_answer(struct town *town)
{
    for (size_t i = 0; i < SERVICES; i++)
        see(town, i, FAMILY_IPV4, REASON_ok, 0);
    pass(town, MINUTE);
}

static void test_mass(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, false);
    all_answer(&town);
    /* Two hosters are none, however many of their services fail. */
    fail_services(&town, 4);
    assert_false(town.doubt.families[FAMILY_IPV4].mass);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_connect_timeout, 10), DOUBT_WAIT);
    see(&town, 4, FAMILY_IPV4, REASON_unreachable, 10);
    assert_true(town.doubt.families[FAMILY_IPV4].mass);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_connect_timeout, 10), DOUBT_OURS);
    assert_string_equal(town.why, "5 services of 3 hosters fail at once over IPv4");
    assert_int_equal(condition(&town, SENSE_IPV4), CONDITION_IMPAIRED);
    assert_false(town.doubt.families[FAMILY_IPV6].mass);
    /* It is over when they answer again, or do not fail any more within the window. */
    see(&town, 4, FAMILY_IPV4, REASON_ok, 10);
    assert_false(town.doubt.families[FAMILY_IPV4].mass);
    assert_int_equal(condition(&town, SENSE_IPV4), CONDITION_GOOD);
    see(&town, 4, FAMILY_IPV4, REASON_timeout, 10);
    assert_true(town.doubt.families[FAMILY_IPV4].mass);
    pass(&town, 71 * SECOND);
    doubt_see_mass(&town.doubt, town.now);
    assert_false(town.doubt.families[FAMILY_IPV4].mass);
}

/* More than 30 %: five of sixteen are enough, five of seventeen are not. */
static void test_share_of_a_mass(void **state)
{
    (void)state;
    for (size_t count = 16; count <= 17; count++) {
        struct mass_line lines[17];
        const struct mass_line *list[17];
        struct mass_count found;
        for (size_t i = 0; i < count; i++) {
            lines[i] = (struct mass_line){
                .hoster = i, .service = i, .known = true, .failing = i < 5, .window_ms = MINUTE};
            list[i] = &lines[i];
        }
        struct mass_lines all = {list, count};
        assert_int_equal(mass_fails(&all, FAMILY_IPV4, (struct mono){1}, &found), count == 16);
        assert_int_equal(found.services, 5);
        assert_int_equal(found.hosters, 5);
    }
}

/* Those known to be down, and lines that never were, are no news. */
static void test_who_counts_in_a_mass(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, false);
    fail_services(&town, 6);
    town.lines[0][FAMILY_IPV4].down = town.lines[1][FAMILY_IPV4].down = true;
    doubt_see_mass(&town.doubt, town.now);
    assert_false(town.doubt.families[FAMILY_IPV4].mass);
    town.lines[0][FAMILY_IPV4].down = false;
    doubt_see_mass(&town.doubt, town.now);
    assert_true(town.doubt.families[FAMILY_IPV4].mass);
    town.lines[0][FAMILY_IPV4].known = false;
    doubt_see_mass(&town.doubt, town.now);
    assert_false(town.doubt.families[FAMILY_IPV4].mass);
}

/* Those that have never answered are a mass when nobody has, and by themselves once somebody does. */
static void test_who_never_answered(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, false);
    fail_services(&town, 6);
    assert_true(town.doubt.families[FAMILY_IPV4].mass);
    see(&town, 7, FAMILY_IPV4, REASON_ok, 0);
    assert_false(town.doubt.families[FAMILY_IPV4].mass);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_connect_timeout, 10), DOUBT_TELL);
}

/* What would confirm an outage waits as long as a mass can still come; what does not confirm does not wait. */
static void test_confirmation_does_not_overtake(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, false);
    all_answer(&town);
    fail_services(&town, 1);
    struct doubt_case doubtful = make_case(&town, 0, FAMILY_IPV4, REASON_connect_timeout, 10);
    assert_int_equal(doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why), DOUBT_WAIT);
    assert_int_equal(doubt_wants(&town.doubt, &doubtful), 0);
    doubtful.confirms = false;
    assert_int_equal(doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why), DOUBT_TELL);
    doubtful.confirms = true;
    /* Six of ten answer: four are no mass. */
    for (size_t i = 4; i < SERVICES; i++) {
        assert_int_equal(doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why), DOUBT_WAIT);
        see(&town, i, FAMILY_IPV4, REASON_ok, 0);
    }
    assert_int_equal(doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why), DOUBT_TELL);
}

static void test_the_window_ends(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, false);
    fail_services(&town, 1);
    pass(&town, 60 * SECOND);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_timeout, 10), DOUBT_WAIT);
    pass(&town, SECOND);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_timeout, 10), DOUBT_TELL);
}

/* With sentinels that answer, a mass is told as it is. */
static void test_mass_with_good_sentinels(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, true);
    fail_services(&town, SERVICES);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_timeout, 10), DOUBT_WAIT);
    see_round(&town, FAMILY_IPV4, 2, 3);
    assert_true(town.doubt.families[FAMILY_IPV4].mass);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_timeout, 110), DOUBT_TELL);
    assert_int_equal(condition(&town, SENSE_IPV4), CONDITION_GOOD);
}

/* ---- the resolver ---- */

static void see_names(struct town *town, size_t count, const struct doubt_name *rows)
{
    struct doubt_names names = {.began = town->now.mono, .count = count};
    for (size_t i = 0; i < count; i++)
        names.names[i] = rows[i];
    pass(town, 100);
    doubt_see_names(&town->doubt, &names, town->now);
}

static void test_names(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, false);
    town.doubt.lines.count = 2; /* no mass can come of one service */
    uint64_t own = town.lines[0][FAMILY_IPV4].hoster;
    struct doubt_case doubtful = make_case(&town, 0, FAMILY_IPV4, REASON_dns_servfail, 100);
    assert_int_equal(doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why), DOUBT_WAIT);
    assert_int_equal(doubt_wants(&town.doubt, &doubtful), DOUBT_WANTS_NAMES);
    const struct {
        struct doubt_name names[3];
        size_t count;
        enum doubt_answer answer;
        enum vantage_condition condition;
    } rows[] = {
        {{{0}}, 0, DOUBT_TELL, CONDITION_UNJUDGED},
        {{{1, 1, false}, {2, 2, true}}, 2, DOUBT_TELL, CONDITION_GOOD},
        {{{1, 1, false}, {2, 2, false}, {0, 3, false}}, 3, DOUBT_OURS, CONDITION_BLIND},
        {{{own, 1, true}, {2, 7, true}, {3, 3, false}}, 3, DOUBT_OURS, CONDITION_GOOD},
        {{{own, 1, false}, {2, 7, false}}, 2, DOUBT_TELL, CONDITION_BLIND},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        see_names(&town, rows[i].count, rows[i].names);
        assert_row(i,
                   doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why) == rows[i].answer);
        assert_row(i, condition(&town, SENSE_RESOLVER) == rows[i].condition);
        if (rows[i].answer == DOUBT_OURS)
            assert_string_equal(town.why, "our resolver answers for nobody");
    }
    /* They were asked before this one began. */
    pass(&town, SECOND);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_dns_timeout, 500), DOUBT_WAIT);
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_timeout, 500), DOUBT_TELL);
}

/* A failing name is told as it is only when both the sentinels and the resolver are well. */
static void test_names_and_sentinels(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, true);
    struct doubt_case doubtful = make_case(&town, 0, FAMILY_IPV4, REASON_dns_servfail, 100);
    assert_int_equal(doubt_wants(&town.doubt, &doubtful), DOUBT_WANTS_ROUND | DOUBT_WANTS_NAMES);
    see_names(&town, 1, &(struct doubt_name){1, 1, true});
    assert_int_equal(doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why), DOUBT_WAIT);
    see_round(&town, FAMILY_IPV4, 3, 3);
    assert_int_equal(doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why), DOUBT_TELL);
    see_round(&town, FAMILY_IPV4, 0, 3);
    assert_int_equal(doubt_judge(&town.doubt, &doubtful, town.now.mono, town.why), DOUBT_OURS);
}

static void test_hashes(void **state)
{
    (void)state;
    assert_true(doubt_domain("a.b.example.org") == doubt_domain("example.org"));
    assert_true(doubt_domain("example.org.") == doubt_domain("www.example.org"));
    assert_true(doubt_domain("localhost") == doubt_domain("localhost."));
    assert_true(doubt_domain("example.org") != doubt_domain("example.net"));
    assert_true(doubt_domain("badexample.org") != doubt_domain("example.org"));
    assert_true(doubt_hoster("a/b") == doubt_hoster("a/c"));
    assert_true(doubt_hoster("a/b") != doubt_hoster("ab/b"));
    assert_true(doubt_service("a/b") != doubt_service("a/c"));
}

/* ---- clock and loop ---- */

static void test_clock(void **state)
{
    (void)state;
    static const int64_t jumps[] = {2001, -2001, 86400000, -3600000};
    for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
        struct town town;
        make_town(&town, false);
        pass(&town, SECOND);
        doubt_see_clock(&town.doubt, town.now);
        assert_row(i, judge(&town, 0, FAMILY_IPV4, REASON_tls_expired, 10) == DOUBT_TELL);
        town.now.wall.ms += jumps[i];
        doubt_see_clock(&town.doubt, town.now);
        assert_row(i, condition(&town, SENSE_CLOCK) == CONDITION_IMPAIRED);
        pass(&town, 10 * MINUTE - 1);
        doubt_see_clock(&town.doubt, town.now);
        assert_row(i, judge(&town, 0, FAMILY_IPV4, REASON_tls_expired, 10) == DOUBT_OURS);
        assert_row(i, judge(&town, 0, FAMILY_IPV4, REASON_tls_not_yet_valid, 10) == DOUBT_OURS);
        assert_row(i, judge(&town, 0, FAMILY_IPV4, REASON_tls_hostname, 10) == DOUBT_TELL);
        pass(&town, 1);
        doubt_see_clock(&town.doubt, town.now);
        assert_row(i, judge(&town, 0, FAMILY_IPV4, REASON_tls_expired, 10) == DOUBT_TELL);
        assert_row(i, condition(&town, SENSE_CLOCK) == CONDITION_GOOD);
    }
}

static void test_small_jumps(void **state)
{
    (void)state;
    struct town town;
    make_town(&town, false);
    for (int i = 0; i < 100; i++) {
        pass(&town, 100);
        town.now.wall.ms += i % 2 ? 1900 : -1900;
        doubt_see_clock(&town.doubt, town.now);
    }
    assert_int_equal(condition(&town, SENSE_CLOCK), CONDITION_GOOD);
}

static void test_stalls(void **state)
{
    (void)state;
    static const enum reason times[] = {REASON_timeout, REASON_connect_timeout, REASON_closed_early,
                                        REASON_dns_timeout};
    struct town town;
    make_town(&town, false);
    town.doubt.lines.count = 2;
    see_names(&town, 0, NULL);
    doubt_see_stall(&town.doubt, 700, town.now.mono);
    pass(&town, 100);
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        assert_row(i, judge(&town, 0, FAMILY_IPV4, times[i], 101) == DOUBT_OURS);
        assert_string_equal(town.why, "our prober stood still for 700 ms meanwhile");
        assert_row(i, judge(&town, 0, FAMILY_IPV4, times[i], 99) ==
                          (times[i] == REASON_dns_timeout ? DOUBT_WAIT : DOUBT_TELL));
    }
    assert_int_equal(judge(&town, 0, FAMILY_IPV4, REASON_connect_refused, 101), DOUBT_TELL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_round_decides),
        cmocka_unit_test(test_families_are_judged_apart),
        cmocka_unit_test(test_which_rounds_count),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_good_results_against_blindness),
        cmocka_unit_test(test_convalescence),
        cmocka_unit_test(test_no_sentinel_of_the_family),
        cmocka_unit_test(test_mass),
        cmocka_unit_test(test_share_of_a_mass),
        cmocka_unit_test(test_who_counts_in_a_mass),
        cmocka_unit_test(test_who_never_answered),
        cmocka_unit_test(test_confirmation_does_not_overtake),
        cmocka_unit_test(test_the_window_ends),
        cmocka_unit_test(test_mass_with_good_sentinels),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_names_and_sentinels),
        cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_small_jumps),
        cmocka_unit_test(test_stalls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
