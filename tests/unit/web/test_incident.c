/* The addresses of incidents and months, the page of one incident, and the journal. */
#include "incident.h"

#include "calendar.h"
#include "fake.h"
#include "golden.h"
#include "annals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1795354320;   /* 2026-11-22T14:32+01:00 in Paris */
static const int64_t begin = 1793487600; /* 2026-11-01T00:00+01:00, in October in UTC */

struct world {
    struct fake fake;
    struct service *pad, *mail;
    struct buffer out;
};

/* The record of pad: an incident at the first second of a month, a shorter outage, another that our blindness ends. */
static void make(struct world *world)
{
    struct fake *fake = &world->fake;
    fake_init(fake, now);
    fake_hoster(fake, "chat-perche", "Le Chat Perché");
    world->pad = fake_service(fake, 0, "pad", "Pads");
    world->mail = fake_service(fake, 0, "mail", "Courriel");
    struct service *pad = world->pad;
    fake_span(fake, pad, begin - 90 * 86400, begin, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, begin, begin + 3600, OUTCOME_DOWN, REASON_http_status);
    fake_known(fake, pad)->spans[1].detail = "HTTP 502 from 192.0.2.7";
    fake_span(fake, pad, begin + 3600, begin + 7200, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, begin + 7200, begin + 7500, OUTCOME_DOWN, REASON_timeout);
    fake_span(fake, pad, begin + 7500, begin + 90000, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, begin + 90000, begin + 92000, OUTCOME_DOWN, REASON_timeout);
    fake_span(fake, pad, begin + 92000, begin + 96000, OUTCOME_UNKNOWN, REASON_silent);
    fake_span(fake, pad, begin + 96000, now - 60, OUTCOME_UP, REASON_ok);
    fake_span(fake, world->mail, begin - 86400, begin - 1800, OUTCOME_UP, REASON_ok);
    fake_span(fake, world->mail, begin - 1800, now - 60, OUTCOME_DOWN, REASON_connect_refused);
    fake_ready(fake);
    buffer_init(&world->out, PAGE_MAX);
}

static void unmake(struct world *world)
{
    buffer_fini(&world->out);
    fake_free(&world->fake);
}

static const char *incident(struct world *world, const struct service *service, int64_t from)
{
    buffer_clear(&world->out);
    assert_true(fake_incident(&world->fake, service, from, &world->out));
    assert_false(world->out.overflow);
    return buffer_text(&world->out);
}

static const char *month(struct world *world, int64_t from, size_t part)
{
    buffer_clear(&world->out);
    page_month(&world->fake.page, from, part, &world->out);
    return buffer_text(&world->out);
}

static void holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s", part);
}

static void lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("there is %s", part);
}

static void test_addresses(void **state)
{
    (void)state;
    struct arena arena = {0};
    setenv("TZ", "Europe/Paris", 1);
    /* The zone has a say in the month that an incident stands in, and none in its address. */
    assert_string_equal(incident_path("a/b", begin, &arena), "incidents/a/b/20261031T230000Z/");
    assert_string_equal(incident_month_path(begin, 1, &arena), "incidents/2026-11/");
    assert_string_equal(incident_month_path(begin, 3, &arena), "incidents/2026-11/3/");
    assert_true(incident_month(begin + 86399, 0) == begin);
    assert_true(incident_month(begin, 1) == 1796079600);
    assert_int_equal(calendar_at(incident_month(begin, -11)).month, 12);
    assert_int_equal(calendar_at(incident_month(begin, -11)).year, 2025);
    assert_true(incident_is_stamp("20261031T230000Z"));
    assert_false(incident_is_stamp("20261031T23000Z"));
    assert_false(incident_is_stamp("20261031T230000Z1"));
    assert_false(incident_is_stamp("2026-11"));
    assert_false(incident_is_stamp(""));
    arena_free(&arena);
}

static void test_find(void **state)
{
    (void)state;
    struct world world;
    struct arena arena = {0};
    struct outage outage;
    make(&world);
    assert_true(incident_find(&world.fake.page, "chat-perche/pad", begin, &arena, &outage));
    assert_int_equal(outage.end, OUTAGE_OVER);
    assert_true(outage.to == begin + 3600 && outage.last_good == begin - 60 &&
                outage.last_bad == begin + 3540);
    assert_true(incident_find(&world.fake.page, "chat-perche/pad", begin + 90000, &arena, &outage));
    assert_int_equal(outage.end, OUTAGE_LOST);
    assert_true(incident_find(&world.fake.page, "chat-perche/mail", begin - 1800, &arena, &outage));
    assert_int_equal(outage.end, OUTAGE_OPEN);
    assert_false(incident_find(&world.fake.page, "chat-perche/pad", begin + 1, &arena, &outage));
    assert_false(incident_find(&world.fake.page, "nobody/pad", begin, &arena, &outage));
    arena_free(&arena);
    unmake(&world);
}

static void test_places(void **state)
{
    (void)state;
    struct world world;
    struct arena arena = {0};
    make(&world);
    struct outage outage = {.from = begin, .to = begin + 599};
    assert_string_equal(incident_place(&world.fake.page, "a/b", &outage, &arena), "h/a/b/#inc-h");
    outage.to++;
    assert_string_equal(incident_place(&world.fake.page, "a/b", &outage, &arena),
                        "incidents/a/b/20261031T230000Z/");
    arena_free(&arena);
    unmake(&world);
}

static void test_no_page(void **state)
{
    (void)state;
    struct world world;
    make(&world);
    assert_false(fake_incident(&world.fake, world.pad, begin + 7200, &world.out)); /* short */
    assert_false(fake_incident(&world.fake, world.pad, begin + 60, &world.out));
    assert_int_equal(world.out.length, 0);
    unmake(&world);
}

static void speak(struct world *world)
{
    struct fake *fake = &world->fake;
    struct annotation *note =
        fake_annotation(fake, world->pad, begin, "Disque plein. On fait de la place.");
    note->cause = "disk-full";
    fake_annotation(fake, world->pad, begin, "Nous répondions.")->kind = ANNOTATION_DISPUTE;
    fake_past(fake, world->pad, "web", FAMILY_IPV4, begin, begin + 3600, REASON_timeout)->detail =
        "no answer from 192.0.2.9";
    fake_past(fake, world->pad, "web", FAMILY_IPV6, begin - 86400, begin + 86400, REASON_ok);
    fake_sight(fake, begin - 600, begin + 300, "ipv6 impaired: 2 of 3 sentinels do not answer");
    fake_maintenance(fake, world->pad, begin + 600, begin + 1800, "Mise à jour d’Etherpad");
}

static void test_golden(void **state)
{
    (void)state;
    struct world world;
    make(&world);
    speak(&world);
    golden_expect("incident.fr.html", incident(&world, world.pad, begin));
    golden_expect("month.fr.html", month(&world, begin, 1));
    world.fake.page.language = "en";
    golden_expect("incident.en.html", incident(&world, world.mail, begin - 1800));
    struct page_month months[] = {
        page_month(&world.fake.page, incident_month(now, -1), 1, &world.out),
        page_month(&world.fake.page, begin, 1, &world.out),
        {.from = incident_month(now, -12), .parts = 1}};
    buffer_clear(&world.out);
    page_journal(&world.fake.page, months, 3, &world.out);
    golden_expect("journal.en.html", buffer_text(&world.out));
    unmake(&world);
}

/* What is over is the same whenever it is told, and changes when somebody says something. */
static void test_past_stays(void **state)
{
    (void)state;
    struct world world;
    make(&world);
    int64_t december = 1798800000;
    char *before = strdup(incident(&world, world.pad, begin));
    char *lost = strdup(incident(&world, world.pad, begin + 90000));
    char *open = strdup(incident(&world, world.mail, begin - 1800));
    world.fake.page.now = december;
    assert_string_equal(incident(&world, world.pad, begin), before);
    assert_string_equal(incident(&world, world.pad, begin + 90000), lost);
    assert_string_not_equal(incident(&world, world.mail, begin - 1800), open);
    fake_annotation(&world.fake, world.pad, begin, "Disque plein.");
    holds(incident(&world, world.pad, begin), "Disque plein.");
    free(before);
    free(lost);
    free(open);
    unmake(&world);
}

static void test_states(void **state)
{
    (void)state;
    struct world world;
    make(&world);
    world.fake.page.language = "en";
    holds(incident(&world, world.mail, begin - 1800), "Ongoing");
    holds(buffer_text(&world.out), "so far");
    holds(incident(&world, world.pad, begin), "Ended");
    holds(buffer_text(&world.out), "59\u00A0min at least and 1\u00A0h\u00A01\u00A0min at most");
    holds(incident(&world, world.pad, begin + 90000), "End not known");
    holds(buffer_text(&world.out), "How long it really was is not known");
    holds(buffer_text(&world.out), "Which checks failed is not known any more.");
    holds(buffer_text(&world.out), "Nobody has told us anything about it.");
    holds(buffer_text(&world.out), "Nothing we know of impaired our own sight");
    unmake(&world);
}

/* Of days and hours the bounds would be the same words twice. */
static void test_long(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    fake_init(&fake, now);
    fake_hoster(&fake, "h", "Hébergeur");
    struct service *service = fake_service(&fake, 0, "s", "Service");
    fake_span(&fake, service, begin - 86400, begin, OUTCOME_UP, REASON_ok);
    fake_span(&fake, service, begin, begin + 2 * 86400, OUTCOME_DOWN, REASON_timeout);
    fake_span(&fake, service, begin + 2 * 86400, now - 60, OUTCOME_UP, REASON_ok);
    fake_ready(&fake);
    buffer_init(&out, PAGE_MAX);
    fake.page.language = "en";
    assert_true(fake_incident(&fake, service, begin, &out));
    holds(buffer_text(&out), "It counts as 2\u00A0d.");
    holds(buffer_text(&out), "may have been 1\u00A0min shorter or 1\u00A0min longer");
    buffer_fini(&out);
    fake_free(&fake);
}

static void test_month_of_many(void **state)
{
    enum { MANY = 2 * ANNALS_PART + 1 };
    (void)state;
    struct fake fake;
    struct buffer out;
    fake_init(&fake, now);
    fake_hoster(&fake, "h", "Hébergeur");
    struct service *service = fake_service(&fake, 0, "s", "Service");
    for (int i = 0; i < MANY; i++) {
        fake_span(&fake, service, begin + i * 2000, begin + i * 2000 + 1000, OUTCOME_UP, REASON_ok);
        fake_span(&fake, service, begin + i * 2000 + 1000, begin + i * 2000 + 2000, OUTCOME_DOWN,
                  REASON_timeout);
    }
    fake_ready(&fake);
    buffer_init(&out, PAGE_MAX);
    size_t told = 0;
    for (size_t part = 1; part <= 3; part++) {
        buffer_clear(&out);
        struct page_month sum = page_month(&fake.page, begin, part, &out);
        assert_int_equal(sum.parts, 3);
        assert_int_equal(sum.incidents, MANY);
        for (const char *at = buffer_text(&out); (at = strstr(at, "<article")); at++)
            told++;
        assert_int_equal(strstr(buffer_text(&out), "Incidents plus récents") != NULL, part > 1);
        assert_int_equal(strstr(buffer_text(&out), "Incidents plus anciens") != NULL, part < 3);
    }
    assert_int_equal(told, MANY);
    buffer_fini(&out);
    fake_free(&fake);
}

static void test_months(void **state)
{
    (void)state;
    struct world world;
    make(&world);
    /* Two services over 31 days less the hours before their records began. */
    struct page_month sum = page_month(&world.fake.page, incident_month(begin, -1), 1, &world.out);
    assert_int_equal(sum.incidents, 1);
    assert_int_equal(sum.tally.down, 1800);
    assert_int_equal(tally_total(&sum.tally), 31 * 86400 + 3600 + 86400);
    /* It goes on, so that it stands in November as well. */
    sum = page_month(&world.fake.page, begin, 1, &world.out);
    assert_int_equal(sum.incidents, 3);
    assert_int_equal(sum.tally.unknown, 4000);
    /* Nothing was recorded. */
    sum = page_month(&world.fake.page, incident_month(begin, -12), 1, &world.out);
    assert_int_equal(sum.incidents, 0);
    assert_int_equal(tally_total(&sum.tally), 0);
    world.fake.page.language = "en";
    holds(month(&world, incident_month(begin, -12), 1), "Nothing was measured.");
    lacks(buffer_text(&world.out), "No incident");
    holds(month(&world, incident_month(begin, -2), 1), "No incident recorded. 100% of the time");
    holds(month(&world, begin, 1), "of the rest we know nothing");
    unmake(&world);
}

/* One announcement that is about two services is told once, and only in its month. */
static void test_maintenance(void **state)
{
    (void)state;
    struct world world;
    make(&world);
    struct maintenance *announced =
        fake_maintenance(&world.fake, world.pad, begin + 600, begin + 1800, "Disque neuf");
    struct fake_service *mail = fake_known(&world.fake, world.mail);
    mail->occurrences = fake_known(&world.fake, world.pad)->occurrences;
    mail->occurrence_count = 1;
    announced->subject = "chat-perche";
    const char *text = month(&world, begin, 1);
    holds(text, "Disque neuf");
    lacks(strstr(text, "Disque neuf") + 1, "Disque neuf");
    lacks(month(&world, incident_month(begin, -1), 1), "Disque neuf");
    unmake(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),     cmocka_unit_test(test_find),
        cmocka_unit_test(test_places),        cmocka_unit_test(test_no_page),
        cmocka_unit_test(test_golden),        cmocka_unit_test(test_past_stays),
        cmocka_unit_test(test_states),        cmocka_unit_test(test_long),
        cmocka_unit_test(test_month_of_many), cmocka_unit_test(test_months),
        cmocka_unit_test(test_maintenance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
