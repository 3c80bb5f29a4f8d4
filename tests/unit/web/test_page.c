/* The pages whole: three of them against kept files (GOLDEN=write in the environment writes them anew), and all of
 * them with hostile names, without a record, after measurements stopped. */
#include "fake.h"

#include "calendar.h"
#include "golden.h"
#include "incident.h"
#include "kind.h"
#include "macros.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 */

/* What a register's files say: the pads are in trouble, their name is ours; a wiki is no more; mail is in no file. */
static void declare(struct hoster *hoster, struct service *pad)
{
    static const struct unmeasured_service unmeasured[] = {
        {"Wiki", "https://chat-perche.example/wiki.properties", "2025-12-31", FATE_OVER,
         DECLARED_OVER},
        {"<Tableur>", NULL, NULL, FATE_UNMEASURED, DECLARED_NOMINAL},
    };
    hoster->source = "https://chat-perche.example/chat.properties";
    hoster->source_date = "2026-10-01";
    hoster->declared = PRESENCE_IDLE;
    hoster->declared_reason = "En pause <b>";
    hoster->unmeasured = unmeasured;
    hoster->unmeasured_count = ARRAY_LEN(unmeasured);
    pad->source = "https://chat-perche.example/pad.properties";
    pad->adjusted = "name";
    pad->declared = DECLARED_MAINTENANCE;
    pad->declared_reason = "Mise à jour";
    pad->hosting = HOSTING_HOME;
    pad->until = "2027-06-30";
}

/* One hoster with two services: pads with three weeks of record and an interruption, mail that refuses us now. */
static void small_world(struct fake *fake)
{
    fake_init(fake, now);
    struct hoster *hoster = fake_hoster(fake, "chat-perche", "Le Chat Perché");
    hoster->website = "https://chat-perche.example/";
    hoster->place = "Drôme";
    struct service *pad = fake_service(fake, 0, "pad", "Pads");
    struct service *mail = fake_service(fake, 0, "mail", "Courriel");
    static const struct check checks[] = {
        {.id = "page",
         .url = "https://pad.chat-perche.example/health?key=secret",
         .interval_ms = 60000,
         .timeout_ms = 10000,
         .slow_ms = 5000}};
    pad->url = "https://pad.chat-perche.example/";
    pad->software = "Etherpad";
    pad->kind = fake_wording(fake, "Pads");
    hoster->kind = fake_wording(fake, "association");
    declare(hoster, pad);
    pad->checks = checks;
    pad->check_count = 1;
    mail->counted = false;

    int64_t begin = calendar_day(now) - 20 * 86400, cut = now - 3 * 86400;
    fake_span(fake, pad, begin, cut, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, cut, cut + 1872, OUTCOME_DOWN, REASON_http_status);
    fake_known(fake, pad)->spans[1].detail = "HTTP 502";
    fake_span(fake, pad, cut + 1872, now - 86400, OUTCOME_UP, REASON_ok);
    fake_span(fake, pad, now - 86400, now - 86400 + 55000, OUTCOME_UNKNOWN, REASON_self);
    fake_span(fake, pad, now - 86400 + 55000, now - 60, OUTCOME_UP, REASON_ok);
    for (int day = 20; day >= 0; day--)
        if (day != 7)
            fake_latency(fake, pad, calendar_day_after(calendar_day(now), -day), 180 + day,
                         350 + 10 * day);
    struct line_belief *line = fake_line(fake, pad, "page", FAMILY_IPV4, REASON_ok);
    strcpy(line->last.certificate.sha256, "00");
    strcpy(line->last.certificate.issuer, "Let’s Encrypt (E7)");
    line->last.certificate.not_after = wall_from_seconds(now + 53 * 86400);
    struct certificate_change *change = fake_certificate(fake, pad, "page", now - 37 * 86400);
    strcpy(change->before.sha256, "11");
    strcpy(change->before.issuer, "Let’s Encrypt (R11)");
    strcpy(change->before.key, "RSA 2048");
    change->before.not_after = wall_from_seconds(now - 7 * 86400);
    change->now = line->last.certificate;
    fake_line(fake, pad, "page", FAMILY_IPV6, REASON_slow);

    fake_span(fake, mail, now - 7200, now - 60, OUTCOME_DOWN, REASON_connect_refused);
    fake_known(fake, mail)->belief =
        (struct service_belief){.state = OUTCOME_DOWN,
                                .reason = REASON_connect_refused,
                                .since = now - 7200,
                                .measured = now - 20,
                                .detail = "connection refused by 192.0.2.1:25"};
    fake_maintenance(fake, pad, now + 5 * 86400, now + 5 * 86400 + 5400, "Mise à jour d’Etherpad");
    fake_maintenance(fake, pad, now - 9 * 86400, now - 9 * 86400 + 2400, "Disque neuf");
    struct annotation *note = fake_annotation(fake, pad, cut, "Disque plein. On fait de la place.");
    note->cause = "disk-full";
    note->said.link = "https://chat-perche.example/journal/";
    fake_annotation(fake, pad, cut, "Nous répondions.")->kind = ANNOTATION_DISPUTE;
    fake_past(fake, pad, "page", FAMILY_IPV4, cut, cut + 3600, REASON_http_status);
    strcpy(
        fake_blip(fake, pad, "page", FAMILY_IPV4, now - 5 * 3600, REASON_http_status)->blip.detail,
        "HTTP 503");
    struct line_blip *two = fake_blip(fake, pad, "page", FAMILY_IPV6, now - 86400, REASON_timeout);
    two->vantage = "Lyon";
    two->blip.results = 2;
    two->blip.then = OUTCOME_UNKNOWN;
    fake_blip(fake, pad, "page", FAMILY_IPV4, now - 91 * 86400, REASON_timeout); /* too old */
    fake_sight(fake, cut - 60, cut + 60, "ipv6 impaired: 1 of 3 sentinels does not answer");
    fake_ready(fake);
}

static void expect_golden(const char *name, const struct buffer *out)
{
    golden_expect(name, buffer_text(out));
}

static void test_golden(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    small_world(&fake);
    buffer_init(&out, PAGE_MAX);
    page_collective(&fake.page, &out);
    expect_golden("collective.fr.html", &out);
    buffer_clear(&out);
    page_hoster(&fake.page, &fake.hosters[0], &out);
    expect_golden("hoster.fr.html", &out);
    buffer_clear(&out);
    page_service(&fake.page, &fake.hosters[0].services[0], &out);
    expect_golden("service.fr.html", &out);
    fake.page.language = "en";
    buffer_clear(&out);
    page_service(&fake.page, &fake.hosters[0].services[1], &out);
    expect_golden("service.en.html", &out);
    buffer_fini(&out);
    fake_free(&fake);
}

static void write_incidents(struct fake *fake, const struct service *service, struct buffer *out)
{
    const struct fake_service *known = fake_known(fake, service);
    for (size_t i = 0; i < known->span_count; i++)
        fake_incident(fake, service, known->spans[i].from, out);
}

/* All pages of a world, one after the other. */
static void write_all(struct fake *fake, struct buffer *out)
{
    for (const char *const *language = page_languages(); *language; language++) {
        fake->page.language = *language;
        page_collective(&fake->page, out);
        for (size_t i = 0; i < fake->collective.hoster_count; i++) {
            page_hoster(&fake->page, &fake->hosters[i], out);
            for (size_t j = 0; j < fake->hosters[i].service_count; j++) {
                page_service(&fake->page, &fake->hosters[i].services[j], out);
                write_incidents(fake, &fake->hosters[i].services[j], out);
            }
        }
        struct page_month month = page_month(&fake->page, incident_month(now, 0), 1, out);
        page_journal(&fake->page, &month, 1, out);
        struct kind *kinds;
        size_t kind_count = kinds_of(&fake->collective, &fake->arena, &kinds);
        for (size_t i = 0; i < kind_count; i++)
            page_kind(&fake->page, &kinds[i], out);
        page_kinds(&fake->page, out);
        page_method(&fake->page, out);
        page_data(&fake->page, out);
        page_about(&fake->page, out);
        page_check(&fake->page, out);
        page_alerts(&fake->page, out);
        page_missing(&fake->page, out);
        page_entrance(&fake->page, out);
    }
    assert_false(out->overflow);
}

static void spoil_statement(struct fake *fake, struct statement *said, const char *evil)
{
    said->text = fake_wording(fake, evil);
    said->by = said->link = evil;
}

/* Every text that is not ours becomes `evil`. */
static void spoil(struct fake *fake, const char *evil)
{
    struct hoster *hoster = &fake->hosters[0];
    struct service *services = (struct service *)(uintptr_t)hoster->services;
    struct check *checks = arena_array(&fake->arena, 1, sizeof *checks);
    char *evidence = arena_alloc(&fake->arena, RESULT_DETAIL_SIZE);
    text_copy(evidence, RESULT_DETAIL_SIZE, evil);
    *checks = (struct check){.id = evil, .url = evil, .interval_ms = 60000, .timeout_ms = 10000};
    fake->collective.name = fake->collective.website = fake->collective.contact = evil;
    fake->collective.vantage = evil;
    hoster->name = hoster->kind = fake_wording(fake, evil);
    hoster->website = hoster->place = evil;
    for (size_t i = 0; i < fake->sight_count; i++)
        fake->sights[i].what = evil;
    for (size_t i = 0; i < hoster->service_count; i++) {
        services[i].name = fake_wording(fake, evil);
        services[i].url = services[i].software = evil;
        services[i].kind = fake_wording(fake, evil);
        services[i].checks = checks;
        services[i].check_count = 1;
        struct fake_service *known = fake_known(fake, &services[i]);
        text_copy(known->belief.detail, sizeof known->belief.detail, evil);
        for (size_t j = 0; j < known->span_count; j++)
            known->spans[j].detail = evidence;
        for (size_t j = 0; j < known->line_count; j++) {
            struct result *last = &known->lines[j].last;
            text_copy(last->check, sizeof last->check, evil);
            text_copy(last->vantage, sizeof last->vantage, evil);
            text_copy(last->certificate.issuer, sizeof last->certificate.issuer, evil);
            text_copy(last->certificate.key, sizeof last->certificate.key, evil);
            text_copy(last->certificate.protocol, sizeof last->certificate.protocol, evil);
            text_copy(last->certificate.names, sizeof last->certificate.names, evil);
        }
        for (size_t j = 0; j < known->past_count; j++) {
            known->pasts[j].check = known->pasts[j].vantage = evil;
            struct span *span = (struct span *)(uintptr_t)known->pasts[j].spans;
            span->detail = evidence;
        }
        for (size_t j = 0; j < known->occurrence_count; j++)
            spoil_statement(
                fake, &((struct maintenance *)(uintptr_t)known->occurrences[j].of)->said, evil);
        for (size_t j = 0; j < known->annotation_count; j++)
            spoil_statement(fake, &known->annotations[j].said, evil);
        for (size_t j = 0; j < known->change_count; j++) {
            struct certificate_change *change = &known->changes[j].change;
            known->changes[j].check = evil;
            text_copy(change->before.issuer, sizeof change->before.issuer, evil);
            text_copy(change->now.issuer, sizeof change->now.issuer, evil);
            text_copy(change->now.key, sizeof change->now.key, evil);
        }
        for (size_t j = 0; j < known->blip_count; j++) {
            known->blips[j].check = known->blips[j].vantage = evil;
            text_copy(known->blips[j].blip.detail, RESULT_DETAIL_SIZE, evil);
        }
    }
}

/* The names of all tags, in order. */
static char *skeleton(const char *html)
{
    char *tags = calloc(1, strlen(html) + 1), *at = tags;
    for (; *html; html++) {
        if (*html != '<')
            continue;
        size_t length = strcspn(html, " \n>");
        memcpy(at, html, length);
        at += length;
    }
    return tags;
}

static char *skeleton_with(const char *text)
{
    struct fake fake;
    struct buffer out;
    small_world(&fake);
    spoil(&fake, text);
    buffer_init(&out, 8 * PAGE_MAX);
    write_all(&fake, &out);
    const char *html = buffer_text(&out);
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "onload=\""));
    assert_null(strstr(html, "href=\"javascript"));
    assert_null(strstr(html, "\xE2\x80\xAE")); /* U+202E */
    assert_true(text_is_utf8(html, strlen(html)));
    char *tags = skeleton(html);
    buffer_fini(&out);
    fake_free(&fake);
    return tags;
}

static void test_hostile_texts_change_no_markup(void **state)
{
    (void)state;
    static char longest[10 * 1024 + 1];
    memset(longest, 'W', sizeof longest - 1);
    static const char *const evils[] = {
        "\"><script>alert(1)</script>", "' onload=\"alert(1)",
        "<!--stale--><!-- {n} {date}",  "evil\xE2\x80\xAE\xE2\x81\xA6 name",
        "\xFF\xC0 broken \x01",         "</title></main></svg>]]>",
        "{reason} {service} {hoster}",  longest};
    char *calm = skeleton_with("a calm name");
    for (size_t i = 0; i < sizeof evils / sizeof *evils; i++) {
        char *tags = skeleton_with(evils[i]);
        if (i <
            7) /* the longest one is a relative link, which adds none of markup's danger but two list items */
            assert_string_equal(tags, calm);
        free(tags);
    }
    char *tags = skeleton_with("javascript:alert(1)");
    assert_string_equal(tags, calm);
    free(tags);
    free(calm);
}

static size_t occurrences(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        count++;
    return count;
}

static char *service_page(struct fake *fake, const struct service *service)
{
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    page_service(&fake->page, service, &out);
    return buffer_take(&out, NULL);
}

/* The newest thirty, how many there are, and where the others stand; none is an interruption. */
static void test_many_isolated_failures(void **state)
{
    (void)state;
    struct fake fake;
    small_world(&fake);
    const struct service *mail = &fake.hosters[0].services[1], *pad = &fake.hosters[0].services[0];
    char *before = service_page(&fake, mail), *few = service_page(&fake, pad);
    assert_null(strstr(before, "blip-h"));
    assert_non_null(strstr(few, "2 échecs isolés"));
    assert_null(strstr(few, "plus récents"));
    for (int i = 0; i < 200; i++)
        fake_blip(&fake, mail, "smtp", FAMILY_IPV4, now - 7200 - i * 3600, REASON_timeout);
    char *page = service_page(&fake, mail);
    assert_int_equal(occurrences(page, ">smtp<"), 30);
    assert_non_null(strstr(page, "200 échecs isolés"));
    assert_non_null(strstr(page, "Ce sont les 30 plus récents"));
    assert_int_equal(occurrences(page, "class=\"inc\""), occurrences(before, "class=\"inc\""));
    free(before);
    free(few);
    free(page);
    fake_free(&fake);
}

static void test_secrets_of_checks_stay_ours(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    small_world(&fake);
    buffer_init(&out, PAGE_MAX);
    write_all(&fake, &out);
    assert_null(strstr(buffer_text(&out), "secret"));
    assert_non_null(strstr(buffer_text(&out), "<code>pad.chat-perche.example</code>"));
    buffer_fini(&out);
    fake_free(&fake);
}

static void test_nothing_measured_yet(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    fake_init(&fake, now);
    fake.measured = 0;
    fake_hoster(&fake, "new", "Nouveau");
    struct service *service = fake_service(&fake, 0, "pad", "Pads");
    fake_known(&fake, service)->belief = (struct service_belief){.reason = REASON_silent};
    fake_hoster(&fake, "empty", "Sans service");
    fake_ready(&fake);
    buffer_init(&out, PAGE_MAX);
    write_all(&fake, &out);
    assert_int_equal(occurrences(buffer_text(&out), "<h1 id=\"h\">Rien n’a encore été mesuré</h1>"),
                     1);
    assert_int_equal(occurrences(buffer_text(&out), "<h1 id=\"h\">Nothing was measured yet</h1>"),
                     1);
    assert_null(strstr(buffer_text(&out), "%</b>"));
    assert_null(strstr(buffer_text(&out), "fonctionnent normalement"));
    buffer_fini(&out);
    fake_free(&fake);
}

/* A collective that names no language publishes in all. */
/* Punctuation sorts before all letters, other scripts after them; an id may stand but once. */
static void test_initials_stand_once(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake, now);
    static const char *const names[] = {"42", "!", "Nid", "Nord", "日本", "مرحبا"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char id[] = {'a', (char)('a' + i), '\0'};
        fake_hoster(&fake, id, names[i]);
    }
    struct buffer out;
    buffer_init(&out, 1 << 20);
    page_collective(&fake.page, &out);
    const char *first = strstr(buffer_text(&out), "id=\"i-0\"");
    assert_non_null(first);
    assert_null(strstr(first + 1, "id=\"i-0\""));
    const char *letter = strstr(first, "id=\"i-N\"");
    assert_non_null(letter);
    assert_null(strstr(letter + 1, "id=\"i-N\""));
    buffer_fini(&out);
    fake_free(&fake);
}

static void test_no_language_named(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer named, all;
    small_world(&fake);
    buffer_init(&named, PAGE_MAX);
    buffer_init(&all, PAGE_MAX);
    write_all(&fake, &named);
    fake.collective.languages = NULL;
    write_all(&fake, &all);
    assert_string_equal(buffer_text(&named), buffer_text(&all));
    buffer_fini(&named);
    buffer_fini(&all);
    fake_free(&fake);
}

static void test_no_hoster_at_all(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    fake_init(&fake, now);
    fake_ready(&fake);
    buffer_init(&out, PAGE_MAX);
    write_all(&fake, &out);
    assert_non_null(strstr(buffer_text(&out), "Aucun hébergeur pour le moment"));
    buffer_fini(&out);
    fake_free(&fake);
}

static void test_stopped_measurements_are_said(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    small_world(&fake);
    fake.measured = now - 181; /* three intervals and a second */
    buffer_init(&out, PAGE_MAX);
    page_collective(&fake.page, &out);
    assert_non_null(strstr(buffer_text(&out), "<h1 id=\"h\">Les mesures sont arrêtées</h1>"));
    assert_non_null(strstr(buffer_text(&out),
                           ">depuis le 22\u00A0novembre, 14\u00A0h\u00A0"
                           "28</time>\u00A0: les états montrés sont les derniers connus."));
    buffer_clear(&out);
    page_service(&fake.page, &fake.hosters[0].services[0], &out);
    assert_non_null(strstr(buffer_text(&out), "Les mesures sont arrêtées"));
    buffer_clear(&out);
    fake.measured = now - 180;
    page_collective(&fake.page, &out);
    assert_null(strstr(buffer_text(&out), "Les mesures sont arrêtées"));
    buffer_fini(&out);
    fake_free(&fake);
}

static void test_notice(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    fake_init(&fake, now);
    buffer_init(&out, PAGE_MAX);
    page_stale_notice("fr", now - 1800, &out);
    assert_non_null(strstr(buffer_text(&out),
                           "Les mesures sont arrêtées depuis le <time datetime=\"2026-11-22\">"));
    assert_non_null(strstr(buffer_text(&out), "14\u00A0h\u00A0"
                                              "02\u00A0: cette page"));
    buffer_clear(&out);
    page_stale_notice("en", 0, &out);
    assert_non_null(strstr(buffer_text(&out), "Nothing was measured yet."));
    buffer_clear(&out);
    page_stale_notice("de", now, &out);
    assert_int_equal(out.length, 0);
    buffer_fini(&out);
    fake_free(&fake);
}

static void test_same_arguments_same_bytes(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer one, two;
    small_world(&fake);
    buffer_init(&one, PAGE_MAX);
    buffer_init(&two, PAGE_MAX);
    write_all(&fake, &one);
    write_all(&fake, &two);
    assert_string_equal(buffer_text(&one), buffer_text(&two));
    buffer_fini(&one);
    buffer_fini(&two);
    fake_free(&fake);
}

static void test_overflow_is_reported(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    small_world(&fake);
    buffer_init(&out, 2000);
    page_collective(&fake.page, &out);
    assert_true(out.overflow);
    assert_int_equal(out.length, 2000);
    buffer_fini(&out);
    fake_free(&fake);
}

/* Several services of one hoster in the same trouble are one entry; a percentage is not given when little is known. */
static void test_one_trouble_is_one_entry(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    fake_init(&fake, now);
    fake_hoster(&fake, "nid", "Nid d’Octets");
    for (int i = 0; i < 3; i++) {
        struct service *service = fake_service(&fake, 0,
                                               i == 0   ? "a"
                                               : i == 1 ? "b"
                                                        : "c",
                                               "Service");
        fake_known(&fake, service)->belief =
            (struct service_belief){.state = OUTCOME_DOWN,
                                    .reason = REASON_connect_timeout,
                                    .since = now - 3600 * (i + 1),
                                    .measured = now - 20};
    }
    fake_ready(&fake);
    buffer_init(&out, PAGE_MAX);
    page_collective(&fake.page, &out);
    assert_int_equal(occurrences(buffer_text(&out), "Ce que nous voyons"), 1);
    assert_non_null(strstr(buffer_text(&out), "tous ses services"));
    assert_non_null(strstr(buffer_text(&out), "depuis le 22\u00A0novembre, 13\u00A0h\u00A0"
                                              "32</time>"));
    fake_known(&fake, fake.services[1])->belief.reason = REASON_tls_expired;
    buffer_clear(&out);
    page_collective(&fake.page, &out);
    assert_int_equal(occurrences(buffer_text(&out), "Ce que nous voyons"), 3);
    buffer_fini(&out);
    fake_free(&fake);
}

/* What is said of an interruption stands in «right now» as long as it is not over. */
static void test_words_on_what_is_under_way(void **state)
{
    (void)state;
    for (int over = 0; over < 2; over++) {
        struct fake fake;
        struct buffer out;
        fake_init(&fake, now);
        fake_hoster(&fake, "nid", "Nid d’Octets");
        struct service *service = fake_service(&fake, 0, "pad", "Pad");
        fake_span(&fake, service, now - 86400, now - 7200, OUTCOME_UP, REASON_ok);
        fake_span(&fake, service, now - 7200, over ? now - 3600 : now - 60, OUTCOME_DOWN,
                  REASON_connect_timeout);
        if (over)
            fake_span(&fake, service, now - 3600, now - 60, OUTCOME_UP, REASON_ok);
        fake_known(&fake, service)->belief = (struct service_belief){
            .state = over ? OUTCOME_UP : OUTCOME_DOWN, .since = now - 7200, .measured = now - 20};
        fake_annotation(&fake, service, now - 7200, "Un technicien est en route.");
        fake_ready(&fake);
        buffer_init(&out, PAGE_MAX);
        page_collective(&fake.page, &out);
        assert_int_equal(occurrences(buffer_text(&out),
                                     "<blockquote><p><span class=\"voice\" lang=\"fr\">«\u202FUn"),
                         !over);
        buffer_fini(&out);
        fake_free(&fake);
    }
}

static void test_what_swings_is_called_unstable(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    fake_init(&fake, now);
    fake_hoster(&fake, "nid", "Nid d’Octets");
    struct service *service = fake_service(&fake, 0, "pad", "Pad");
    fake_known(&fake, service)->belief = (struct service_belief){
        .state = OUTCOME_UP, .reason = REASON_ok, .since = now - 7200, .measured = now - 20};
    fake_ready(&fake);
    buffer_init(&out, PAGE_MAX);
    page_service(&fake.page, service, &out);
    assert_null(strstr(buffer_text(&out), "instable"));
    fake_known(&fake, service)->belief.unstable = true;
    buffer_clear(&out);
    page_service(&fake.page, service, &out);
    assert_non_null(
        strstr(buffer_text(&out), "</svg>Disponible</span> <span class=\"soft\">instable"));
    buffer_fini(&out);
    fake_free(&fake);
}

/* Down while it was announced is maintenance; what was announced late excuses nothing. */
static void test_maintenance_is_its_own_state(void **state)
{
    (void)state;
    static const struct {
        int64_t from, announced; /* s from now */
        enum outcome state;
        const char *word;
    } rows[] = {
        {-600, -86400, OUTCOME_DOWN, "En maintenance"},
        {-600, -300, OUTCOME_DOWN, "Indisponible"},
        {600, -86400, OUTCOME_DOWN, "Indisponible"},
        {-600, -86400, OUTCOME_DEGRADED, "Perturbé"},
        {-600, -86400, OUTCOME_UP, "Disponible"},
        {-600, -86400, OUTCOME_UNKNOWN, "Non mesuré"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake fake;
        struct buffer out;
        char badge[64];
        fake_init(&fake, now);
        fake_hoster(&fake, "nid", "Nid d’Octets");
        struct service *service = fake_service(&fake, 0, "pad", "Pad");
        fake_known(&fake, service)->belief =
            (struct service_belief){.state = rows[i].state,
                                    .reason = REASON_connect_timeout,
                                    .since = now - 7200,
                                    .measured = now - 20};
        fake_maintenance(&fake, service, now + rows[i].from, now + rows[i].from + 3600, "Travaux")
            ->announced_ms = (now + rows[i].announced) * 1000;
        fake_ready(&fake);
        buffer_init(&out, PAGE_MAX);
        snprintf(badge, sizeof badge, "</svg>%s</span>", rows[i].word);
        page_service(&fake.page, service, &out);
        assert_non_null(strstr(buffer_text(&out), badge));
        assert_non_null(strstr(buffer_text(&out), "Travaux"));
        buffer_clear(&out);
        page_hoster(&fake.page, service->hoster, &out);
        assert_non_null(strstr(buffer_text(&out), badge));
        buffer_clear(&out);
        page_collective(&fake.page, &out);
        assert_non_null(strstr(buffer_text(&out), "Travaux"));
        if (i == 0) {
            assert_non_null(strstr(buffer_text(&out), "depuis le 22\u00A0novembre, 14\u00A0h\u00A0"
                                                      "22</time>")); /* not since the failure */
            assert_non_null(strstr(buffer_text(&out), "hébergeur en maintenance"));
            assert_null(strstr(buffer_text(&out), "#s-down\"/></svg> <b>"));
        }
        buffer_fini(&out);
        fake_free(&fake);
    }
}

/* Kinds are words of the page's language; one word in common makes one kind, whoever wrote it in how many languages. */
static void test_kinds_by_language(void **state)
{
    (void)state;
    static const struct wording_text both[] = {{"fr", "Carnets"}, {"en", "Pads"}},
                                     english[] = {{"en", "pàds"}};
    struct fake fake;
    struct buffer out;
    fake_init(&fake, now);
    fake_hoster(&fake, "nid", "Nid d’Octets")->kind = (struct wording){both, 2};
    fake_hoster(&fake, "pre", "Le Pré");
    fake_service(&fake, 0, "a", "A")->kind = (struct wording){both, 2};
    fake_service(&fake, 1, "b", "B")->kind = (struct wording){english, 1};
    fake_service(&fake, 0, "c", "C");
    fake_ready(&fake);
    buffer_init(&out, PAGE_MAX);
    page_collective(&fake.page, &out);
    assert_non_null(strstr(buffer_text(&out), "<a href=\"./kind/carnets/\">Carnets</a> (2)</li>"));
    assert_null(strstr(buffer_text(&out), "Pads"));
    buffer_clear(&out);
    page_hoster(&fake.page, &fake.hosters[0], &out);
    assert_non_null(strstr(buffer_text(&out), "<dt>Forme</dt><dd>Carnets</dd>"));
    fake.page.language = "en";
    buffer_clear(&out);
    page_collective(&fake.page, &out);
    assert_non_null(strstr(buffer_text(&out), "<a href=\"./kind/carnets/\">Pads</a> (2)</li>"));
    assert_null(strstr(buffer_text(&out), "Carnets"));
    buffer_fini(&out);
    fake_free(&fake);
}

/* One announcement of a hoster is one entry, however many services it has; a text in another language is marked so. */
static void test_announcements(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    static const struct wording_text english[] = {{"en", "Moving"}};
    fake_init(&fake, now);
    fake_hoster(&fake, "nid", "Nid d’Octets");
    struct service *a = fake_service(&fake, 0, "a", "A"), *b = fake_service(&fake, 0, "b", "B");
    struct maintenance *announced = fake_maintenance(&fake, a, now + 3600, now + 7200, "Travaux");
    announced->subject = "nid";
    announced->said.text = (struct wording){english, 1};
    struct fake_service *known = fake_known(&fake, b);
    known->occurrences = fake_known(&fake, a)->occurrences;
    known->occurrence_count = 1;
    fake_ready(&fake);
    buffer_init(&out, PAGE_MAX);
    page_hoster(&fake.page, &fake.hosters[0], &out);
    assert_int_equal(occurrences(buffer_text(&out), "Maintenance à venir"), 1);
    assert_non_null(strstr(buffer_text(&out), "Maintenance à venir, tous les services"));
    assert_non_null(strstr(buffer_text(&out), "<span class=\"voice\" lang=\"en\">“Moving”</span>"));
    announced->subject = "";
    announced->announced_ms = (now + 3601) * 1000;
    buffer_clear(&out);
    page_hoster(&fake.page, &fake.hosters[0], &out);
    assert_non_null(strstr(buffer_text(&out), "Maintenance à venir, tous les services"));
    assert_non_null(strstr(buffer_text(&out), "annoncée tard"));
    announced->subject = "nid";
    buffer_clear(&out);
    page_collective(&fake.page, &out);
    assert_non_null(strstr(buffer_text(&out), "Nid d’Octets\u00A0: tous ses services"));
    buffer_fini(&out);
    fake_free(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_by_language),
        cmocka_unit_test(test_maintenance_is_its_own_state),
        cmocka_unit_test(test_words_on_what_is_under_way),
        cmocka_unit_test(test_what_swings_is_called_unstable),
        cmocka_unit_test(test_announcements),
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_hostile_texts_change_no_markup),
        cmocka_unit_test(test_many_isolated_failures),
        cmocka_unit_test(test_secrets_of_checks_stay_ours),
        cmocka_unit_test(test_nothing_measured_yet),
        cmocka_unit_test(test_initials_stand_once),
        cmocka_unit_test(test_no_language_named),
        cmocka_unit_test(test_no_hoster_at_all),
        cmocka_unit_test(test_stopped_measurements_are_said),
        cmocka_unit_test(test_notice),
        cmocka_unit_test(test_same_arguments_same_bytes),
        cmocka_unit_test(test_overflow_is_reported),
        cmocka_unit_test(test_one_trouble_is_one_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
