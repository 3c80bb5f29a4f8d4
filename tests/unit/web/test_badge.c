/* Badges: one of each kind against kept files, and what they say in every state, of nobody knows, and of hostile names. */
#include "badge.h"

#include "calendar.h"
#include "fake.h"
#include "golden.h"
#include "strip.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

typedef void write_fn(const struct page *page, struct output_subject subject, struct buffer *out);

/* Two services, up for 200 days, one of them with an interruption of 56 minutes ten days ago. */
static void small_world(struct fake *fake)
{
    fake_init(fake, now);
    fake_hoster(fake, "chat-perche", "Le Chat Perché");
    struct service *pad = fake_service(fake, 0, "pad", "Pads");
    struct service *mail = fake_service(fake, 0, "mail", "Courriel");
    int64_t a = now - 10 * 86400, begin = now - 200 * 86400;
    fake_span(fake, pad, begin, a, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, a, a + 56 * 60, OUTCOME_DOWN, REASON_http_status);
    fake_span(fake, pad, a + 56 * 60, now - 60, OUTCOME_UP, REASON_ok);
    fake_span(fake, mail, begin, now - 60, OUTCOME_UP, REASON_ok);
    fake_ready(fake);
}

static struct output_subject pad_of(struct fake *fake)
{
    return (struct output_subject){.service =
                                       collective_service(&fake->collective, "chat-perche/pad")};
}

static struct output_subject hoster_of(struct fake *fake)
{
    return (struct output_subject){.hoster = &fake->collective.hosters[0]};
}

static char *badge_of(struct fake *fake, struct output_subject subject, write_fn *write)
{
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    write(&fake->page, subject, &out);
    assert_false(out.overflow);
    return buffer_take(&out, NULL);
}

static void assert_says(struct fake *fake, struct output_subject subject, write_fn *write,
                        const char *text)
{
    char *badge = badge_of(fake, subject, write);
    if (!strstr(badge, text))
        fail_msg("not in the badge: %s\n%s", text, badge);
    free(badge);
}

static void test_golden(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    char *badge = badge_of(&fake, pad_of(&fake), badge_state);
    golden_expect("pad.fr.svg", badge);
    free(badge);
    badge = badge_of(&fake, pad_of(&fake), badge_days);
    golden_expect("pad-90d.fr.svg", badge);
    free(badge);
    badge = badge_of(&fake, pad_of(&fake), badge_shields);
    golden_expect("pad.json", badge);
    free(badge);
    fake_free(&fake);
}

static void test_states(void **state)
{
    (void)state;
    static const struct {
        enum outcome state;
        const char *fr, *en, *colour;
    } rows[] = {
        {OUTCOME_UP, ">disponible</text>", ">available</text>", "#1d6b61"},
        {OUTCOME_DEGRADED, ">perturbé</text>", ">disrupted</text>", "#8a4f00"},
        {OUTCOME_DOWN, ">indisponible</text>", ">unavailable</text>", "#a01a28"},
        {OUTCOME_UNKNOWN, ">non mesuré</text>", ">not measured</text>", "#565f64"},
    };
    struct fake fake;
    small_world(&fake);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_known(&fake, pad_of(&fake).service)->belief.state = rows[i].state;
        fake.page.language = "fr";
        assert_says(&fake, pad_of(&fake), badge_state, rows[i].fr);
        assert_says(&fake, pad_of(&fake), badge_state, rows[i].colour);
        fake.page.language = "en";
        assert_says(&fake, pad_of(&fake), badge_state, rows[i].en);
        assert_says(&fake, pad_of(&fake), badge_shields, rows[i].colour + 1);
    }
    fake_free(&fake);
}

static void test_hoster_says_how_many(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    assert_says(&fake, hoster_of(&fake), badge_state, ">disponible</text>");
    fake_known(&fake, pad_of(&fake).service)->belief.state = OUTCOME_DEGRADED;
    assert_says(&fake, hoster_of(&fake), badge_state,
                "1\u00A0service sur\u00A02\u00A0perturbé</text>");
    assert_says(&fake, hoster_of(&fake), badge_shields, "1\u00A0service sur\u00A02\u00A0perturbé");
    assert_says(&fake, hoster_of(&fake), badge_days,
                "90\u00A0j\u00A0: indisponible 28\u00A0min en moyenne");
    fake_free(&fake);
}

static void test_maintenance(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    fake_known(&fake, pad_of(&fake).service)->belief.state = OUTCOME_DOWN;
    fake_maintenance(&fake, pad_of(&fake).service, now - 600, now + 600, "Travaux");
    assert_says(&fake, pad_of(&fake), badge_state, ">en maintenance</text>");
    assert_says(&fake, pad_of(&fake), badge_state, "#2a5aa6");
    fake_free(&fake);
}

/* Old measurements are no state. */
static void test_stopped(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    fake.measured = now - 181;
    assert_says(&fake, pad_of(&fake), badge_state, ">mesures arrêtées</text>");
    assert_says(&fake, hoster_of(&fake), badge_state, "#565f64");
    fake.measured = 0;
    assert_says(&fake, pad_of(&fake), badge_state, ">non mesuré</text>");
    fake_free(&fake);
}

static void test_days(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake, now);
    fake_hoster(&fake, "nid", "Nid");
    struct service *none = fake_service(&fake, 0, "a", "A"),
                   *young = fake_service(&fake, 0, "b", "B");
    struct service *holes = fake_service(&fake, 0, "c", "C");
    fake_span(&fake, young, calendar_day(now) - 2 * 86400, now - 60, OUTCOME_UP, REASON_ok);
    fake_span(&fake, holes, now - 50 * 86400, now - 40 * 86400, OUTCOME_UP, REASON_ok);
    fake_span(&fake, holes, now - 40 * 86400, now - 60, OUTCOME_UNKNOWN, REASON_self);
    fake_ready(&fake);
    fake.page.language = "en";
    assert_says(&fake, (struct output_subject){.service = none}, badge_days, "90 d: not measured");
    assert_says(&fake, (struct output_subject){.service = young}, badge_days,
                "3 d: no interruption");
    assert_says(&fake, (struct output_subject){.service = holes}, badge_days,
                "51 d: too little measured");
    fake_free(&fake);
}

/* An interruption that goes on changes nothing from one measurement to the next. */
static void test_running_interruption(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    const struct service *pad = pad_of(&fake).service;
    struct fake_service *known = fake_known(&fake, pad);
    known->spans[2].to = now - 600;
    fake_span(&fake, pad, now - 600, now - 60, OUTCOME_DOWN, REASON_timeout);
    char *before = badge_of(&fake, pad_of(&fake), badge_days);
    assert_non_null(strstr(before, "indisponible 56\u00A0min, et en ce moment"));
    known->spans[3].to += 300;
    fake.page.now += 300;
    fake.measured += 300;
    char *after = badge_of(&fake, pad_of(&fake), badge_days);
    assert_string_equal(before, after);
    free(before);
    free(after);
    fake_free(&fake);
}

/* Who is called pad-90d has the address already. */
static void test_neighbour(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake, now);
    fake_hoster(&fake, "nid", "Nid");
    struct service *pad = fake_service(&fake, 0, "pad", "Pad");
    fake_service(&fake, 0, "pad-90d", "Autre");
    fake_ready(&fake);
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    badge_days(&fake.page, (struct output_subject){.service = pad}, &out);
    assert_int_equal(out.length, 0);
    buffer_fini(&out);
    fake_free(&fake);
}

static void test_hostile_names(void **state)
{
    (void)state;
    struct fake fake;
    static char words[10 * 1024];
    static const char start[] = "\"]]><script>'&\xE2\x80\xAE\x01\xFF 🐈 ";
    memset(words, 'm', sizeof words - 1);
    memcpy(words, start, sizeof start - 1);
    small_world(&fake);
    fake.hosters[0].name = fake_wording(&fake, words);
    char *svg = badge_of(&fake, hoster_of(&fake), badge_state);
    char *json = badge_of(&fake, hoster_of(&fake), badge_shields);
    assert_null(strstr(svg, "<script"));
    assert_null(strstr(svg, "\xE2\x80\xAE"));
    assert_true(strlen(svg) < 4096);
    json_t *object = json_loads(json, 0, NULL);
    assert_non_null(object);
    const char *label = json_string_value(json_object_get(object, "label"));
    assert_int_equal(strncmp(label, "\"]]><script>'&\xEF\xBF\xBD 🐈 m", 20), 0);
    assert_true(strlen(label) < 100);
    json_decref(object);
    free(svg);
    free(json);
    fake_free(&fake);
}

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(badge_text_width(""), 0);
    assert_int_equal(badge_text_width("Pads"), 26);
    assert_int_equal(badge_text_width("é"), badge_text_width("e"));
    assert_int_equal(badge_text_width("\u00A0\u202F"), badge_text_width("  "));
    assert_int_equal(badge_text_width("猫🐈"), 28);
    assert_int_equal(badge_text_width("~"), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_hoster_says_how_many),
        cmocka_unit_test(test_maintenance),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_running_interruption),
        cmocka_unit_test(test_neighbour),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
