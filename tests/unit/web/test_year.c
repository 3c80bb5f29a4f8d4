/* Ninety hosters over a year of invented record: pages stay small, and can be looked at: with SAMPLE=FOLDER in the
 * environment they are written there. Those of a hundred with ten services each, which fail much, are small, too. */
#include "fake.h"

#include "calendar.h"
#include "compress.h"
#include "hash.h"
#include "incident.h"
#include "kind.h"
#include "output.h"
#include "register_log.h"
#include "site_type.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { PAGE_BUDGET = 16000, STYLE_BUDGET = 6 * 1024, NODE_BUDGET = 3000 };

/* What is invented, and what of it is looked at. */
struct world {
    size_t hosters, services; /* at most; of a hoster */
    uint64_t down_of_400;     /* days with an interruption */
    size_t failing;           /* services, now, beside the usual trouble */
    size_t seen;              /* hosters whose pages are made */
    int months;
};

static const struct world usual = {90, 5, 6, 0, 12, 14};
static const struct world hundred = {100, 10, 40, 20, 1, 1};

static const int64_t now = 1795354320; /* 2026-11-22T14:32+01:00 in Paris */

static const char *const first_words[] = {"Abricot",   "Belle-Île", "Café",     "Le Chat",
                                          "La Dune",   "Écluse",    "Fontaine", "Les Gabares",
                                          "L’Herbier", "Îlot",      "Kiosque",  "Nid"};
static const char *const last_words[] = {"Numérique", "Libre",     "des Octets", "Perché",
                                         "Partagé",   "en Réseau", "Commun",     "du Pixel"};
static const char *const places[] = {"Drôme", "Québec", "Liège", "Bretagne", NULL};
static const char *const kinds[][3] = {{"pad", "Pads", "Etherpad"},
                                       {"nuage", "Fichiers et agendas", "Nextcloud"},
                                       {"visio", "Visioconférence", "Jitsi Meet"},
                                       {"courriel", "Courriel", "Postfix, Dovecot"},
                                       {"sondage", "Sondages", "OpenSondage"},
                                       {"forge", "Forge logicielle", "Forgejo"},
                                       {"video", "Vidéos", "PeerTube"},
                                       {"lien", "Liens courts", "Lstu"},
                                       {"reseau", "Réseau social", "Mastodon"},
                                       {"tableau", "Tableaux de tâches", "Wekan"}};

static uint64_t dice(const char *key, uint64_t day, const char *what)
{
    char text[256];
    snprintf(text, sizeof text, "%s %llu %s", key, (unsigned long long)day, what);
    return hash_text(text);
}

/* One interruption, a disruption or a hole on some days; otherwise up. */
static void invent_record(struct fake *fake, const struct service *service, uint64_t down_of_400)
{
    int64_t begin = now - 86400 * (dice(service->key, 0, "age") % 9 ? 400 : 40), at = begin;
    for (int64_t day = begin + 3600; day < now - 86400; day += 86400) {
        uint64_t roll = dice(service->key, (uint64_t)day, "day") % 400;
        int64_t long_s = (int64_t)(dice(service->key, (uint64_t)day, "length") % 7000) + 30;
        enum outcome state = roll < down_of_400       ? OUTCOME_DOWN
                             : roll < down_of_400 + 2 ? OUTCOME_DEGRADED
                                                      : OUTCOME_UP;
        enum reason reason =
            state == OUTCOME_DOWN ? REASON_http_status + (enum reason)(roll % 4) : REASON_slow;
        if (day / 86400 == now / 86400 - 33) {
            state = OUTCOME_UNKNOWN;
            reason = REASON_self;
            long_s = 68000;
        }
        if (state == OUTCOME_UP)
            continue;
        int64_t from = day + (int64_t)(roll * 100);
        if (from < at)
            continue; /* the hole reaches into the next day */
        fake_span(fake, service, at, from, OUTCOME_UP, REASON_ok);
        fake_span(fake, service, from, from + long_s, state, reason);
        at = from + long_s;
    }
    fake_span(fake, service, at, now - 60, OUTCOME_UP, REASON_ok);
}

/* What was said and seen of the last interruption of the first service. */
static void invent_words(struct fake *fake)
{
    const struct service *service = fake->services[0];
    struct fake_service *known = &fake->known[0];
    size_t i = known->span_count - 1;
    while (i > 0 && known->spans[i].state != OUTCOME_DOWN)
        i--;
    struct span *span = &known->spans[i];
    struct span *next = &known->spans[i + 1];
    span->detail = "HTTP 502 from 192.0.2.7";
    next->before = span->to - 55;
    struct annotation *note =
        fake_annotation(fake, service, span->from, "Disque plein. On fait de la place.");
    note->cause = "disk-full";
    note->said.link = "https://h-00.example/journal/";
    fake_annotation(fake, service, span->from, "Nous répondions en IPv6.")->kind =
        ANNOTATION_DISPUTE;
    fake_past(fake, service, "page", FAMILY_IPV4, span->from - 86400, span->from, REASON_ok);
    fake_past(fake, service, "page", FAMILY_IPV4, span->from, span->to, span->reason)->detail =
        span->detail;
    fake_past(fake, service, "port", FAMILY_IPV4, span->from - 86400, span->to + 60, REASON_ok);
    fake_sight(fake, span->from - 600, span->from + 300,
               "ipv6 impaired: 2 of 3 sentinels do not answer over IPv6");
    fake_maintenance(fake, service, span->from - 3 * 86400, span->from - 3 * 86400 + 3600,
                     "Mise à jour d’Etherpad");
}

/* Of the first service more than its page shows, with evidence that no compression makes short. */
static void invent_blips(struct fake *fake, const struct service *service, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        uint64_t roll = dice(service->key, i, "blip");
        struct blip *blip = &fake_blip(fake, service, roll % 2 ? "page" : "port",
                                       roll % 3 ? FAMILY_IPV4 : FAMILY_IPV6,
                                       now - (int64_t)(i * 30000 + roll % 30000),
                                       REASON_http_status + (enum reason)(roll % 4))
                                 ->blip;
        char *end = blip->detail;
        for (int word = 0; word < 12; word++, roll = hash_number(roll, i))
            end += snprintf(end, 18, "%016llx ", (unsigned long long)roll);
    }
}

static void invent_latency(struct fake *fake, const struct service *service)
{
    for (int back = 89; back >= 0; back--) {
        int64_t day = calendar_day_after(calendar_day(now), -back);
        double base = 170 + (double)(dice(service->key, (uint64_t)day, "p50") % 30);
        if (back == 33)
            continue;
        fake_latency(fake, service, day, base, back == 19 ? 679 : base * 1.9);
    }
}

static void invent_certificate(struct certificate *certificate, const char *name, int left)
{
    snprintf(certificate->sha256, sizeof certificate->sha256, "%02d", left);
    strcpy(certificate->issuer, "Let’s Encrypt (E7)");
    strcpy(certificate->key, "EC 256");
    strcpy(certificate->protocol, "TLSv1.3");
    snprintf(certificate->names, sizeof certificate->names, "%s.example, *.%s.example", name, name);
    certificate->sans = 2;
    certificate->chain_ok = true;
    certificate->not_before = wall_from_seconds(now - (90 - left) * (int64_t)86400);
    certificate->not_after = wall_from_seconds(now + left * (int64_t)86400 + 900);
}

static void invent_checks(struct fake *fake, struct service *service)
{
    struct check *checks = arena_array(&fake->arena, 2, sizeof *checks);
    service->url =
        arena_printf(&fake->arena, "https://%s.%s.example/", service->id, service->hoster->id);
    checks[0] = (struct check){.id = "page",
                               .url = service->url,
                               .interval_ms = 60000,
                               .timeout_ms = 10000,
                               .slow_ms = 5000};
    checks[1] = (struct check){.id = "port",
                               .url = arena_printf(&fake->arena, "tls://%s.%s.example:443",
                                                   service->id, service->hoster->id),
                               .interval_ms = 300000,
                               .timeout_ms = 10000,
                               .role = ROLE_EXTRA};
    service->checks = checks;
    service->check_count = 2;
    for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
        struct line_belief *line = fake_line(fake, service, "page", family, REASON_ok);
        invent_certificate(&line->last.certificate, service->id, 53);
    }
    struct result *port = &fake_line(fake, service, "port", FAMILY_IPV4, REASON_ok)->last;
    port->phases.ms[PHASE_FIRST_BYTE] = 0;
    if (strcmp(service->id, "courriel") == 0)
        invent_certificate(&port->certificate, service->id, 9);
}

/* Renewed every sixty days, the first time by another authority. */
static void invent_renewals(struct fake *fake, const struct service *service)
{
    for (int i = 0; i < 7; i++) {
        int64_t at = now - (37 + 60 * i) * (int64_t)86400;
        struct certificate_change *change = fake_certificate(fake, service, "page", at);
        snprintf(change->now.sha256, sizeof change->now.sha256, "%02d", i);
        snprintf(change->now.key_sha256, sizeof change->now.key_sha256, "%02d", i / 2);
        strcpy(change->now.issuer, i == 5 ? "Autorité ancienne (R3)" : "Let’s Encrypt (E7)");
        strcpy(change->now.key, "EC 256");
        if (i == 6)
            return;
        snprintf(change->before.sha256, sizeof change->before.sha256, "%02d", i + 1);
        snprintf(change->before.key_sha256, sizeof change->before.key_sha256, "%02d", (i + 1) / 2);
        strcpy(change->before.key, "EC 256");
        strcpy(change->before.issuer, i == 4 ? "Autorité ancienne (R3)" : "Let’s Encrypt (E7)");
        change->before.not_after = wall_from_seconds(at + 30 * 86400 + 900);
    }
}

static void invent_trouble(struct fake *fake)
{
    static const struct {
        size_t service;
        int64_t seconds;
        enum reason reason;
    } troubles[] = {{4, 19680, REASON_connect_timeout},
                    {9, 4320, REASON_http_status},
                    {23, 12420, REASON_slow},
                    {40, 79320, REASON_tls_expires_soon},
                    {66, 15420, REASON_blocked}};
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
        struct fake_service *known = &fake->known[troubles[i].service];
        enum outcome state = reason_outcome(troubles[i].reason);
        known->belief.state = state;
        known->belief.reason = troubles[i].reason;
        known->belief.since = now - troubles[i].seconds;
        strcpy(known->belief.detail, state == OUTCOME_DOWN ? "no answer from 192.0.2.7:443" : "");
        known->spans[known->span_count - 1].to = known->belief.since;
        fake_span(fake, fake->services[troubles[i].service], known->belief.since, now - 60, state,
                  troubles[i].reason);
    }
}

/* They all went down a while ago, each of another hoster. */
static void invent_failure(struct fake *fake, const struct world *world)
{
    for (size_t i = 0; i < world->failing; i++) {
        size_t service = (i * 5 + 2) * world->services;
        struct fake_service *known = &fake->known[service];
        known->belief.state = OUTCOME_DOWN;
        known->belief.reason = REASON_connect_timeout;
        known->belief.since = now - 7000 - (int64_t)i * 100;
        snprintf(known->belief.detail, sizeof known->belief.detail,
                 "no answer from 192.0.2.%zu:443", i);
        known->spans[known->span_count - 1].to = known->belief.since;
        fake_span(fake, fake->services[service], known->belief.since, now - 60, OUTCOME_DOWN,
                  REASON_connect_timeout);
        fake_annotation(
            fake, fake->services[service], known->belief.since,
            "Panne de courant dans la salle. Le fournisseur annonce un retour ce soir.");
    }
}

static void invent(struct fake *fake, const struct world *world)
{
    fake_init(fake, now);
    for (size_t i = 0; i < world->hosters; i++) {
        char id[64], name[64];
        snprintf(id, sizeof id, "h-%02zu", i);
        snprintf(name, sizeof name, "%s %s", first_words[i % 12], last_words[i * 5 / 12 % 8]);
        struct hoster *hoster = fake_hoster(fake, id, name);
        hoster->place = places[i % 5];
        hoster->website = arena_printf(&fake->arena, "https://%s.example/", id);
    }
    for (size_t i = 0; i < world->hosters; i++) {
        size_t services = world == &usual ? 1 + (i * 7) % world->services : world->services;
        for (size_t j = 0; j < services; j++) {
            struct service *service = fake_service(fake, i, kinds[j][0], kinds[j][1]);
            service->software = kinds[j][2];
            service->kind = fake_wording(fake, kinds[j][1]);
            invent_checks(fake, service);
            invent_record(fake, service, world->down_of_400);
            invent_latency(fake, service);
            invent_blips(fake, service, i + j == 0 ? 250 : i == 1 ? 3 : 0);
            invent_renewals(fake, service);
        }
    }
    invent_trouble(fake);
    invent_failure(fake, world);
    invent_words(fake);
    fake_ready(fake);
}

/* As the server packs it. */
static size_t compressed(const char *path, const void *bytes, size_t length)
{
    struct buffer packed;
    buffer_init(&packed, length);
    bool smaller = compress_brotli(bytes, length, site_type_of(path)->brotli_quality, &packed);
    size_t size = smaller ? packed.length : length;
    buffer_fini(&packed);
    return size;
}

static void make_folders(char *path)
{
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        mkdir(path, 0777);
        *at = '/';
    }
}

static void keep(const char *path, const void *bytes, size_t length)
{
    char full[4096];
    if (!getenv("SAMPLE"))
        return;
    snprintf(full, sizeof full, "%s/%s", getenv("SAMPLE"), path);
    make_folders(full);
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    fwrite(bytes, 1, length, file);
    fclose(file);
}

/* Elements and texts, as a browser's tree has them. */
static size_t nodes(const char *text)
{
    size_t count = 0;
    for (const char *c = text; *c; c++)
        if (*c == '<' && ((c[1] >= 'a' && c[1] <= 'z') || (c[1] >= 'A' && c[1] <= 'Z')))
            count++;
        else if (*c == '>' && c[1] && c[1] != '<')
            count++;
    return count;
}

static void check_page(const char *path, struct buffer *out)
{
    assert_false(out->overflow);
    if (text_ends(path, ".html") && nodes(buffer_text(out)) > NODE_BUDGET)
        fail_msg("%s: %zu nodes", path, nodes(buffer_text(out)));
    size_t size = compressed(path, out->bytes, out->length);
    if (size > PAGE_BUDGET)
        fail_msg("%s: %zu bytes", path, size);
    keep(path, out->bytes, out->length);
    buffer_clear(out);
}

static void incidents_of(struct fake *fake, const char *language, const struct service *service)
{
    struct arena arena = {0};
    const struct span *spans;
    const struct outage *outages;
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    size_t count = fake->history.spans(fake, service->key, 0, fake->page.now, &arena, &spans);
    count = outages_in(spans, count, &arena, &outages);
    for (size_t i = 0; i < count; i++) {
        const char *path = incident_path(service->key, outages[i].from, &arena);
        if (fake_incident(fake, service, outages[i].from, &out))
            check_page(arena_printf(&arena, "%s/%sindex.html", language, path), &out);
    }
    buffer_fini(&out);
    arena_free(&arena);
}

/* Of the months that the record reaches back, the newest. */
static void journal_of_all(struct fake *fake, const char *language, int count)
{
    struct page_month months[14];
    struct arena arena = {0};
    struct buffer out;
    buffer_init(&out, PAGE_MAX);
    for (int i = 0; i < count; i++) {
        int64_t month = incident_month(now, -i);
        size_t part = 0;
        do {
            months[i] = page_month(&fake->page, month, ++part, &out);
            check_page(arena_printf(&arena, "%s/%sindex.html", language,
                                    incident_month_path(month, part, &arena)),
                       &out);
        } while (part < months[i].parts);
    }
    page_journal(&fake->page, months, (size_t)count, &out);
    check_page(arena_printf(&arena, "%s/" INCIDENT_ROOT "index.html", language), &out);
    buffer_fini(&out);
    arena_free(&arena);
}

static void kinds_of_all(struct fake *fake, const char *language)
{
    struct arena arena = {0};
    struct buffer out;
    struct kind *found;
    buffer_init(&out, PAGE_MAX);
    size_t count = kinds_of(&fake->collective, &arena, &found);
    assert_true(count >= 5);
    for (size_t i = 0; i < count; i++) {
        page_kind(&fake->page, &found[i], &out);
        check_page(arena_printf(&arena, "%s/%sindex.html", language, kind_path(&found[i], &arena)),
                   &out);
    }
    page_kinds(&fake->page, &out);
    check_page(arena_printf(&arena, "%s/" KIND_ROOT "index.html", language), &out);
    buffer_fini(&out);
    arena_free(&arena);
}

/* As many members as hosters: most are read, some are not, and some say what is wrong. */
static void register_of_all(struct fake *fake, const char *language)
{
    struct arena arena = {0};
    struct buffer out;
    const struct collective *collective = &fake->collective;
    struct register_entry *entries =
        arena_array(&arena, collective->hoster_count + 1, sizeof *entries);
    struct register_log log = {.at = now - 7200, .files = 400, .entries = entries};
    entries[log.count++] = (struct register_entry){
        .is_federation = true, .url = "https://exemple.example/federation.properties", .files = 1};
    for (size_t i = 0; i < collective->hoster_count; i++) {
        const struct hoster *hoster = &collective->hosters[i];
        uint64_t luck = dice(hoster->id, 0, "register") % 8;
        entries[log.count++] = (struct register_entry){
            .url = arena_printf(&arena, "https://%s.example/organization.properties", hoster->id),
            .id = hoster->id,
            .name = wording_in(&hoster->name, language),
            .state = luck ? REGISTER_UNCHANGED : REGISTER_KEPT,
            .reason = luck ? REASON_ok : REASON_http_status,
            .status = luck ? 0 : 404,
            .good = now - 86400,
            .files = 4,
            .warnings = (int64_t)luck / 3,
            .line = 7,
            .in = luck < 3 ? NULL : "https://exemple.example/service.properties",
            .sentence = luck < 3 ? NULL : "the value of {key} stands in quotes; they are left out",
            .key = "service.name"};
    }
    buffer_init(&out, PAGE_MAX);
    page_register(&fake->page, &log, &out);
    check_page(arena_printf(&arena, "%s/register/index.html", language), &out);
    buffer_fini(&out);
    arena_free(&arena);
}

static void pages_of(struct fake *fake, const char *language, const struct world *world)
{
    struct buffer out;
    char path[128];
    buffer_init(&out, PAGE_MAX);
    fake->page.language = language;
    snprintf(path, sizeof path, "%s/index.html", language);
    page_collective(&fake->page, &out);
    check_page(path, &out);
    /* All, so that no link of a sample is dead. */
    size_t count = getenv("SAMPLE") ? world->hosters : world->seen;
    for (size_t i = 0; i < count; i++) {
        const struct hoster *hoster = &fake->collective.hosters[i];
        page_hoster(&fake->page, hoster, &out);
        snprintf(path, sizeof path, "%s/h/%s/index.html", language, hoster->id);
        check_page(path, &out);
        for (size_t j = 0; j < hoster->service_count; j++) {
            page_service(&fake->page, &hoster->services[j], &out);
            snprintf(path, sizeof path, "%s/h/%s/%s/index.html", language, hoster->id,
                     hoster->services[j].id);
            check_page(path, &out);
            incidents_of(fake, language, &hoster->services[j]);
        }
    }
    journal_of_all(fake, language, world->months);
    kinds_of_all(fake, language);
    static const struct {
        const char *name;
        void (*write)(const struct page *page, struct buffer *out);
    } plain[] = {{"method", page_method},
                 {"data", page_data},
                 {"about", page_about},
                 {"check", page_check},
                 {"alerts", page_alerts}};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        plain[i].write(&fake->page, &out);
        snprintf(path, sizeof path, "%s/%s/index.html", language, plain[i].name);
        check_page(path, &out);
    }
    register_of_all(fake, language);
    buffer_fini(&out);
}

/* Feeds and their like: whoever asks for one asks often. */
static void outputs_of(struct fake *fake, struct output_subject subject)
{
    size_t count;
    const struct output *rows = outputs(&count);
    struct buffer out;
    struct arena arena = {0};
    buffer_init(&out, PAGE_MAX);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].scope != output_scope_of(subject))
            continue;
        for (size_t l = 0; page_languages()[l] && (l == 0 || output_is_by_language(&rows[i]));
             l++) {
            fake->page.language = page_languages()[l];
            rows[i].write(&fake->page, subject, &out);
            if (out.length)
                check_page(output_path(&rows[i], output_key(subject), fake->page.language, &arena),
                           &out);
        }
    }
    arena_free(&arena);
    buffer_fini(&out);
}

static void test_outputs_are_small(void **state)
{
    (void)state;
    struct fake fake;
    invent(&fake, &usual);
    outputs_of(&fake, (struct output_subject){0});
    size_t count = getenv("SAMPLE") ? usual.hosters : usual.seen;
    for (size_t i = 0; i < count; i++) {
        const struct hoster *hoster = &fake.collective.hosters[i];
        outputs_of(&fake, (struct output_subject){.hoster = hoster});
        for (size_t j = 0; j < hoster->service_count; j++)
            outputs_of(&fake, (struct output_subject){.service = &hoster->services[j]});
    }
    fake_free(&fake);
}

static void test_pages_are_small(void **state)
{
    (void)state;
    struct fake fake;
    struct buffer out;
    invent(&fake, &usual);
    pages_of(&fake, "fr", &usual);
    pages_of(&fake, "en", &usual);
    buffer_init(&out, PAGE_MAX);
    fake.page.language = "fr";
    page_entrance(&fake.page, &out);
    check_page("index.html", &out);
    page_missing(&fake.page, &out);
    check_page("404.html", &out);
    buffer_fini(&out);
    fake_free(&fake);
}

/* Their pages are no sample: the other world's are. */
static void test_pages_of_a_hundred(void **state)
{
    (void)state;
    struct fake fake;
    if (getenv("SAMPLE"))
        skip();
    invent(&fake, &hundred);
    pages_of(&fake, "fr", &hundred);
    pages_of(&fake, "en", &hundred);
    fake_free(&fake);
}

static void test_assets_are_small(void **state)
{
    (void)state;
    size_t count;
    const struct page_asset *assets = page_assets(&count);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        assert_in_range(compressed(assets[i].path, assets[i].bytes, assets[i].length), 1,
                        STYLE_BUDGET);
        keep(assets[i].path, assets[i].bytes, assets[i].length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_are_small),
        cmocka_unit_test(test_outputs_are_small),
        cmocka_unit_test(test_pages_of_a_hundred),
        cmocka_unit_test(test_assets_are_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
