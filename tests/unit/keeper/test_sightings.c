/* Which certificates are news: renewals, families, balancers, restarts, and those that never end. */
#include "sightings.h"

#include "macros.h"
#include "testing.h"
#include "text.h"

#include <string.h>

enum { BEGIN = 1767225600, STEP = 60, DAY = 86400 };

struct bench {
    struct sightings sightings;
    struct certificate_change change; /* the last news */
};

static struct result result_of(const char *check, enum family family, int64_t at, int number)
{
    struct result result;
    result_init(&result);
    result.time = wall_from_seconds(at);
    result.family = family;
    text_copy(result.check, sizeof result.check, check);
    if (number)
        text_format(result.certificate.sha256, sizeof result.certificate.sha256, "%064x", number);
    result.certificate.not_after = wall_from_seconds(BEGIN + number * DAY);
    text_copy(result.certificate.issuer, sizeof result.certificate.issuer, "E7");
    return result;
}

/* Certificates have numbers; 0 = none was seen. */
static bool see(struct bench *bench, enum family family, int64_t at, int number)
{
    struct result result = result_of("web", family, at, number);
    return sightings_see(&bench->sightings, &result, &bench->change);
}

static int number_of(const struct certificate *certificate)
{
    return certificate->sha256[0] ? (int)((wall_seconds(certificate->not_after) - BEGIN) / DAY) : 0;
}

static void expect(const struct bench *bench, int before, int now, int64_t last, bool one_family)
{
    assert_int_equal(number_of(&bench->change.before), before);
    assert_int_equal(number_of(&bench->change.now), now);
    assert_int_equal(bench->change.last, last);
    assert_int_equal(bench->change.of_one_family, one_family);
}

static void restart(struct bench *bench)
{
    struct buffer text;
    buffer_init(&text, SIGHTINGS_MAX);
    sightings_save(&bench->sightings, &text);
    assert_false(text.overflow);
    sightings_fini(&bench->sightings);
    sightings_load(&bench->sightings, buffer_text(&text));
    buffer_fini(&text);
}

static void test_renewal(void **state)
{
    struct bench bench = {0};
    (void)state;
    assert_true(see(&bench, FAMILY_IPV4, BEGIN, 1));
    expect(&bench, 0, 1, 0, false);
    assert_false(see(&bench, FAMILY_IPV4, BEGIN + STEP, 1));
    assert_false(see(&bench, FAMILY_IPV4, BEGIN + 2 * STEP, 0));
    assert_true(see(&bench, FAMILY_IPV4, BEGIN + 3 * STEP, 2));
    expect(&bench, 1, 2, BEGIN + STEP, false);
    assert_int_equal(bench.change.at, BEGIN + 3 * STEP);
    assert_string_equal(bench.change.before.issuer, "E7");
    sightings_fini(&bench.sightings);
}

/* Both families bring it home, one after the other: one piece of news. */
static void test_both_families_change_together(void **state)
{
    struct bench bench = {0};
    (void)state;
    assert_true(see(&bench, FAMILY_IPV4, BEGIN, 1));
    assert_false(see(&bench, FAMILY_IPV6, BEGIN + 1, 1));
    assert_true(see(&bench, FAMILY_IPV6, BEGIN + STEP, 2));
    expect(&bench, 1, 2, BEGIN + 1, false);
    assert_false(see(&bench, FAMILY_IPV4, BEGIN + STEP + 1, 2));
    assert_true(see(&bench, FAMILY_IPV4, BEGIN + 2 * STEP, 3));
    expect(&bench, 2, 3, BEGIN + STEP + 1, false);
    sightings_fini(&bench.sightings);
}

static void test_families_that_differ(void **state)
{
    struct bench bench = {0};
    (void)state;
    assert_true(see(&bench, FAMILY_IPV4, BEGIN, 1));
    assert_true(see(&bench, FAMILY_IPV6, BEGIN + 1, 2));
    expect(&bench, 0, 2, 0, true);
    assert_int_equal(bench.change.family, FAMILY_IPV6);
    assert_true(see(&bench, FAMILY_IPV6, BEGIN + STEP, 3));
    expect(&bench, 2, 3, BEGIN + 1, true);
    assert_true(see(&bench, FAMILY_IPV4, BEGIN + STEP, 4));
    expect(&bench, 1, 4, BEGIN, true);
    assert_int_equal(bench.change.family, FAMILY_IPV4);
    sightings_fini(&bench.sightings);
}

/* What was withdrawn has no say. */
static void test_family_long_gone(void **state)
{
    struct bench bench = {0};
    (void)state;
    see(&bench, FAMILY_IPV6, BEGIN, 1);
    see(&bench, FAMILY_IPV4, BEGIN, 2);
    assert_true(see(&bench, FAMILY_IPV4, BEGIN + DAY, 3));
    expect(&bench, 2, 3, BEGIN, true);
    assert_true(see(&bench, FAMILY_IPV4, BEGIN + DAY + 1, 4));
    expect(&bench, 3, 4, BEGIN + DAY, false);
    sightings_fini(&bench.sightings);
}

static void test_balancer(void **state)
{
    struct bench bench = {0};
    int news = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        news += see(&bench, FAMILY_IPV4, BEGIN + i * STEP, 1 + i % SIGHTINGS_KNOWN);
        if (i % 100 == 50)
            restart(&bench);
    }
    assert_int_equal(news, SIGHTINGS_KNOWN);
    /* One of them is renewed: what was shown just before it is what it follows. */
    assert_true(see(&bench, FAMILY_IPV4, BEGIN + 1000 * STEP, 50));
    expect(&bench, 1 + 999 % SIGHTINGS_KNOWN, 50, BEGIN + 999 * STEP, false);
    sightings_fini(&bench.sightings);
}

/* Another one at each visit, for three days. */
static void test_endless_certificates(void **state)
{
    struct bench bench = {0};
    int news = 0, steps = 3 * DAY / STEP;
    (void)state;
    for (int i = 0; i < steps; i++) {
        news += see(&bench, FAMILY_IPV4, BEGIN + i * STEP, 1 + i);
        if (i % 1000 == 500)
            restart(&bench);
    }
    assert_int_equal(news, 3 * SIGHTINGS_NEWS_A_DAY);
    /* What stays is news on the next day, after the last that was. */
    assert_true(see(&bench, FAMILY_IPV4, BEGIN + 3 * DAY, 1 + steps));
    expect(&bench, 2 * DAY / STEP + SIGHTINGS_NEWS_A_DAY, 1 + steps,
           BEGIN + 2 * DAY + (SIGHTINGS_NEWS_A_DAY - 1) * STEP, false);
    sightings_fini(&bench.sightings);
}

static void test_restart(void **state)
{
    struct bench bench = {0};
    struct result mail = result_of("mail", FAMILY_IPV4, BEGIN, 9);
    (void)state;
    see(&bench, FAMILY_IPV4, BEGIN, 1);
    see(&bench, FAMILY_IPV6, BEGIN, 2);
    assert_true(sightings_see(&bench.sightings, &mail, &bench.change));
    restart(&bench);
    assert_false(see(&bench, FAMILY_IPV4, BEGIN + STEP, 1));
    assert_false(see(&bench, FAMILY_IPV6, BEGIN + STEP, 2));
    assert_false(sightings_see(&bench.sightings, &mail, &bench.change));
    assert_true(see(&bench, FAMILY_IPV6, BEGIN + 2 * STEP, 3));
    expect(&bench, 2, 3, BEGIN + STEP, true);
    sightings_fini(&bench.sightings);
}

static void test_strange_texts(void **state)
{
    static const char *const texts[] = {
        NULL,
        "",
        "web=0123456789abcdef\n",
        "[]",
        "{\"web\":[]}",
        "{\"web\":{\"known\":{},\"ipv4\":7}}",
        "{\"web\":{\"known\":[1,2,3,4,5,6,7,8,9,10],\"news\":-1}}",
        "{\"web\":{\"ipv4\":{\"last\":5,\"certificate\":{\"sha256\":\"0\"}}}}",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct bench bench = {0};
        see(&bench, FAMILY_IPV4, BEGIN, 1);
        sightings_load(&bench.sightings, texts[i]);
        assert_true(see(&bench, FAMILY_IPV4, BEGIN, 1));
        expect(&bench, 0, 1, 0, false);
        sightings_fini(&bench.sightings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_renewal),
        cmocka_unit_test(test_both_families_change_together),
        cmocka_unit_test(test_families_that_differ),
        cmocka_unit_test(test_family_long_gone),
        cmocka_unit_test(test_balancer),
        cmocka_unit_test(test_endless_certificates),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_strange_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
