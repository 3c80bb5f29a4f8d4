/* A crawl against a web in memory: what is asked for, in which order, and what comes of it. */
#include "copies.h"
#include "crawl.h"
#include "crawl_journal.h"

#include "macros.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const struct wall now = {INT64_C(1768478400000)}; /* 2026-01-15T12:00:00Z */
static const struct wall later = {INT64_C(1768564800000)};

static struct ontology ontology;

/* One address and its answer. */
struct site {
    const char *url, *text;
    int status; /* 0 = it does not answer */
    const char *etag;
};

static const char federation[] = "https://f.example/f";

static void take(struct crawl *crawl, struct crawl_page *page, const struct site *site)
{
    struct crawl_answer answer = {
        .reason = REASON_http_status, .detail = "", .body = "", .etag = "", .modified = ""};
    char header[300];
    if (!site || !site->status) {
        answer.reason = REASON_connect_refused;
        answer.detail = "refused";
    } else {
        answer.reason = REASON_ok;
        answer.status = site->status;
        answer.body = site->text;
        answer.length = strlen(site->text);
        answer.etag = site->etag ? site->etag : "";
        if (site->etag && crawl_condition(page, header, sizeof header) &&
            text_ends(header, site->etag))
            answer = (struct crawl_answer){.reason = REASON_ok,
                                           .detail = "",
                                           .status = 304,
                                           .body = "",
                                           .etag = "",
                                           .modified = ""};
    }
    crawl_take(crawl, page, &answer);
}

static const struct site *find(const struct site *sites, const char *url)
{
    for (; sites->url; sites++)
        if (strcmp(sites->url, url) == 0)
            return sites;
    return NULL;
}

/* How many were asked for. */
static size_t run(struct crawl *crawl, const struct site *sites)
{
    size_t asked = 0;
    for (struct crawl_page *page; (page = crawl_next(crawl)); asked++)
        take(crawl, page, find(sites, page->url));
    assert_true(crawl_is_over(crawl));
    return asked;
}

static const struct crawl_page *page(const struct crawl *crawl, const char *url)
{
    for (size_t i = 0; i < crawl->page_count; i++)
        if (strcmp(crawl->pages[i]->url, url) == 0)
            return crawl->pages[i];
    fail_msg("%s was never asked for", url);
    return NULL;
}

#define ORGANIZATION(name) "file.class=organization\norganization.name=" name "\n"
#define SERVICE(name)                                                                              \
    "file.class=service\nservice.name=" name "\nservice.website=https://" name ".example/\n"

static const struct site town[] = {
    {federation,
     "file.class=federation\nfederation.name=F\n"
     "subs.alpha=https://a.example/a\nsubs.beta=https://b.example/b\n",
     200, "\"f1\""},
    {"https://a.example/a", ORGANIZATION("Alpha") "subs.pad=https://a.example/pad\n", 200, NULL},
    {"https://a.example/pad", SERVICE("pad") "subs.m=https://a.example/m\n", 200, "\"p1\""},
    {"https://a.example/m",
     "file.class=metrics\nmetrics.http.hits.2025.months=1,2\n"
     "metrics.service.accounts.2025.months=9,12\nmetrics.service.accounts.2027.months=99\n"
     "metrics.service.accounts.active.2025.months=,5\nsubs.x=https://a.example/too-deep\n",
     200, "\"m1\""},
    {"https://b.example/b", ORGANIZATION("Beta") "subs.nuage=https://b.example/n\n", 200, NULL},
    {"https://b.example/n", SERVICE("nuage"), 200, NULL},
    {0}};

/* Of metrics the newest month of accounts is known, though no copy of them is kept. */
static void expect_use(const struct members *members)
{
    const struct usage_said *use = members->list[0].services[0].use;
    assert_non_null(use);
    assert_string_equal(use->month, "2025-02");
    assert_int_equal(use->accounts, 12);
    assert_int_equal(use->active, 5);
    assert_null(members->list[1].services[0].use);
    struct buffer out;
    buffer_init(&out, 10000);
    members_write(&members->list[0], &out);
    assert_non_null(strstr(buffer_text(&out),
                           ",\"use-month\":\"2025-02\",\"use-accounts\":12,\"use-active\":5"));
    buffer_fini(&out);
}

static void test_levels(void **state)
{
    (void)state;
    struct crawl crawl;
    struct members members;
    crawl_init(&crawl, &ontology, now);
    crawl_begin(&crawl, federation);
    assert_int_equal(run(&crawl, town), 6);
    assert_int_equal(page(&crawl, "https://a.example/m")->state, CRAWL_FRESH);
    crawl_members(&crawl, &members);
    assert_int_equal(members.count, 2);
    assert_string_equal(members.list[0].services[0].id, "pad");
    expect_use(&members);
    struct crawl_counts counts = crawl_count(&members);
    assert_int_equal(counts.members, 2);
    assert_int_equal(counts.services, 2);
    members_fini(&members);
    crawl_fini(&crawl);
}

static void test_alone(void **state)
{
    (void)state;
    struct crawl crawl;
    crawl_init(&crawl, &ontology, now);
    crawl.alone = true;
    crawl_begin(&crawl, "https://a.example/pad"); /* any class */
    assert_int_equal(run(&crawl, town), 1);
    assert_int_equal(crawl.pages[0]->state, CRAWL_FRESH);
    crawl_fini(&crawl);
}

/* Federations that list themselves and each other, members that list members: it ends, and nobody is there twice. */
static void test_loops(void **state)
{
    (void)state;
    static const struct site sites[] = {
        {federation,
         "file.class=federation\nfederation.name=F\nsubs.self=https://f.example/f\n"
         "subs.other=https://f.example/g\nsubs.alpha=https://a.example/a\n"
         "subs.again=https://a.example/a\n",
         200, NULL},
        {"https://f.example/g", "file.class=federation\nsubs.back=https://f.example/f\n", 200,
         NULL},
        {"https://a.example/a",
         ORGANIZATION("Alpha") "subs.self=https://a.example/a\nsubs.up=https://f.example/f\n"
                               "subs.pad=https://a.example/pad\n",
         200, NULL},
        {"https://a.example/pad", SERVICE("pad") "subs.up=https://a.example/a\n", 200, NULL},
        {0}};
    struct crawl crawl;
    struct members members;
    crawl_init(&crawl, &ontology, now);
    crawl_begin(&crawl, federation);
    assert_int_equal(run(&crawl, sites), 4);
    assert_int_equal(page(&crawl, "https://f.example/g")->state, CRAWL_LOST);
    crawl_members(&crawl, &members);
    assert_int_equal(members.count, 1);
    assert_int_equal(members.list[0].service_count, 1);
    members_fini(&members);
    crawl_fini(&crawl);
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (size_t i = 0; text[i]; i++)
        count += strncmp(text + i, part, strlen(part)) == 0;
    return count;
}

static char *journal_of(const struct crawl *crawl)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    crawl_journal_write(crawl, out);
    fclose(out);
    return text;
}

static void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s in\n%s", part, text);
}

/* A line for each federation and member, once; what all files of a member had; why one could not be had. */
static void test_journal(void **state)
{
    (void)state;
    static const struct site sites[] = {
        {federation,
         "file.class=federation\nfederation.name=F\nsubs.g=https://f.example/g\n"
         "subs.alpha=https://a.example/a\nsubs.again=https://a.example/a\n"
         "subs.gone=https://x.example/x\n",
         200, NULL},
        {"https://a.example/a",
         ORGANIZATION("\"Alpha\"") "subs.pad=https://a.example/pad\nsubs.no=https://a.example/no\n",
         200, NULL},
        {"https://a.example/pad", "file.class=service\nservice.name=pad\n", 200, NULL},
        {0}};
    struct crawl crawl;
    struct members members;
    crawl_init(&crawl, &ontology, now);
    crawl_begin(&crawl, federation);
    run(&crawl, sites);
    crawl_members(&crawl, &members);
    char *text = journal_of(&crawl);
    expect_part(text, "{\"v\":1,\"at\":\"2026-01-15T12:00:00Z\",\"files\":6,\"left_out\":0}\n"
                      "{\"level\":0,\"files\":1,\"unread\":0,");
    expect_part(text, "\n{\"level\":1,\"files\":3,\"unread\":1,");
    expect_part(text,
                "\"errors\":1,\"url\":\"https://a.example/a\",\"id\":\"alpha\",\"name\":\"Alpha\","
                "\"state\":\"fresh\",\"reason\":\"ok\"");
    expect_part(text, "\"in\":\"https://a.example/pad\",\"severity\":\"error\",\"sentence\":\"");
    expect_part(text, "\"key\":\"service.website\"");
    expect_part(text, "\"url\":\"https://x.example/x\",\"name\":\"gone\",\"state\":\"lost\","
                      "\"reason\":\"connect_refused\"");
    assert_int_equal(occurrences(text, "\"id\":\"alpha\""), 1);
    free(text);
    members_fini(&members);
    crawl_fini(&crawl);
}

/* The other format: a directory of hosters, and one hoster by itself. */
static void test_librehost(void **state)
{
    (void)state;
    static const struct site sites[] = {
        {"https://d.example/directory.json",
         "{\"alpha\":\"https://a.example/librehost.json\",\"beta\":\"https://b.example/b\"}", 200,
         NULL},
        {"https://a.example/librehost.json",
         "{\"name\":\"Alpha\",\"homeUrl\":\"https://a.example/\"}", 200, NULL},
        {"https://b.example/b", ORGANIZATION("Beta") "subs.nuage=https://b.example/n\n", 200, NULL},
        {"https://b.example/n", SERVICE("nuage"), 200, NULL},
        {"https://c.example/librehost.json",
         "{\"name\":\"Gamma\",\"homeUrl\":\"https://c.example/\"}", 200, NULL},
        {0}};
    struct crawl crawl;
    struct members members;
    crawl_init(&crawl, &ontology, now);
    crawl_begin(&crawl, "https://d.example/directory.json");
    crawl_begin(&crawl, "https://c.example/librehost.json");
    assert_int_equal(run(&crawl, sites), 5);
    assert_false(crawl_is_lost(&crawl));
    crawl_members(&crawl, &members);
    assert_int_equal(members.count, 3);
    assert_string_equal(members.list[0].name, "Alpha");
    assert_string_equal(members.list[1].services[0].id, "nuage");
    assert_string_equal(members.list[2].website, "https://c.example/");
    members_fini(&members);
    crawl_fini(&crawl);
}

/* At most two of one host and 64 in all are under way. */
static void test_flight(void **state)
{
    (void)state;
    enum { HOSTS = 50, EACH = 4 };
    struct crawl crawl;
    struct crawl_page *asked[CRAWL_FLIGHT_MAX + 1];
    size_t count = 0;
    char url[64];
    crawl_init(&crawl, &ontology, now);
    for (int host = 0; host < HOSTS; host++)
        for (int file = 0; file < EACH; file++) {
            text_format(url, sizeof url, "https://h%d.example/%d", host, file);
            crawl_begin(&crawl, url);
        }
    while ((asked[count] = crawl_next(&crawl)))
        count++;
    assert_int_equal(count, CRAWL_FLIGHT_MAX);
    size_t of_first = 0;
    for (size_t i = 0; i < count; i++)
        of_first += text_starts(asked[i]->url, "https://h0.example/");
    assert_int_equal(of_first, CRAWL_HOST_MAX);
    static const struct site none = {"", "nothing", 404, NULL};
    take(&crawl, asked[0], &none);
    struct crawl_page *next = crawl_next(&crawl);
    assert_non_null(next);
    assert_null(crawl_next(&crawl));
    take(&crawl, next, &none);
    for (size_t i = 1; i < count; i++)
        take(&crawl, asked[i], &none);
    run(&crawl, (const struct site[]){{0}});
    assert_int_equal(page(&crawl, "https://h0.example/0")->state, CRAWL_LOST);
    assert_int_equal(page(&crawl, "https://h0.example/0")->reason, REASON_http_status);
    crawl_fini(&crawl);
}

/* A host that does not answer three times is left alone. */
static void test_dead_host(void **state)
{
    (void)state;
    struct crawl crawl;
    char url[64];
    crawl_init(&crawl, &ontology, now);
    for (int file = 0; file < 20; file++) {
        text_format(url, sizeof url, "https://dead.example/%d", file);
        crawl_begin(&crawl, url);
    }
    assert_int_equal(run(&crawl, (const struct site[]){{0}}), CRAWL_HOST_FAILS);
    assert_int_equal(page(&crawl, "https://dead.example/19")->reason, REASON_connect_refused);
    assert_true(text_starts(page(&crawl, "https://dead.example/19")->detail, "not asked"));
    crawl_fini(&crawl);
}

static void test_give_up(void **state)
{
    (void)state;
    struct crawl crawl;
    crawl_init(&crawl, &ontology, now);
    crawl_begin(&crawl, federation);
    struct crawl_page *first = crawl_next(&crawl);
    crawl_begin(&crawl, "https://x.example/");
    crawl_give_up(&crawl);
    assert_false(crawl_is_over(&crawl));
    take(&crawl, first, &town[0]); /* its members come to wait */
    crawl_give_up(&crawl);
    assert_true(crawl_is_over(&crawl));
    assert_int_equal(page(&crawl, "https://a.example/a")->reason, REASON_timeout);
    crawl_fini(&crawl);
}

/* One organization cannot have the whole crawl for itself, nor can a federation of federations. */
static void test_bounds(void **state)
{
    (void)state;
    enum { SUBS = 200, SIZE = 64 * 1024 };
    static char organization[SIZE], service[SIZE];
    size_t used = 0;
    text_format(organization, SIZE, ORGANIZATION("Greedy"));
    used = strlen(organization);
    for (int i = 0; i < SUBS; i++, used += strlen(organization + used))
        text_format(organization + used, SIZE - used, "subs.s%d=https://a.example/s%d\n", i, i);
    struct crawl crawl;
    size_t metrics = 0, asked = 0;
    crawl_init(&crawl, &ontology, now);
    crawl_begin(&crawl, "https://a.example/a");
    for (struct crawl_page *next; (next = crawl_next(&crawl)); asked++) {
        struct site site = {next->url, "file.class=metrics\n", 200, NULL};
        if (next->expected == CLASS_UNKNOWN)
            site.text = organization;
        if (next->expected == CLASS_SERVICE) {
            text_format(service, SIZE, SERVICE("s"));
            used = strlen(service);
            for (int i = 0; i < SUBS; i++, used += strlen(service + used))
                text_format(service + used, SIZE - used, "subs.m%d=https://a.example/m%zu\n", i,
                            metrics++);
            site.text = service;
        }
        take(&crawl, next, &site);
    }
    assert_int_equal(asked, 1 + CRAWL_BELOW_MAX);
    assert_int_equal(crawl.left_out, SUBS + SUBS * SUBS - CRAWL_BELOW_MAX);
    crawl_fini(&crawl);
}

/* ---- what one crawl leaves for the next ---- */

struct morrow {
    struct crawl crawl;
    struct members members;
    size_t asked;
    struct crawl_counts before;
};

/* Another crawl a day later, knowing what `before` left. */
static void next_day(const struct crawl *before, const struct site *sites, struct morrow *morrow)
{
    struct fault fault;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(copies_write(file, before, (struct crawl_counts){7, 9}, &fault), 0);
    rewind(file);
    crawl_init(&morrow->crawl, &ontology, later);
    assert_int_equal(copies_read(file, &morrow->crawl, &morrow->before, &fault), 0);
    fclose(file);
    crawl_begin(&morrow->crawl, federation);
    morrow->asked = run(&morrow->crawl, sites);
    crawl_members(&morrow->crawl, &morrow->members);
}

static void end_day(struct morrow *morrow)
{
    members_fini(&morrow->members);
    crawl_fini(&morrow->crawl);
}

static void first_day(struct crawl *crawl)
{
    struct members members;
    crawl_init(crawl, &ontology, now);
    crawl_begin(crawl, federation);
    run(crawl, town);
    crawl_members(crawl, &members);
    members_fini(&members);
}

static void test_unchanged(void **state)
{
    (void)state;
    struct crawl first;
    struct morrow second;
    first_day(&first);
    next_day(&first, town, &second);
    assert_int_equal(second.before.members, 7);
    assert_int_equal(second.before.services, 9);
    assert_int_equal(second.asked, 6);
    assert_int_equal(page(&second.crawl, federation)->state, CRAWL_UNCHANGED);
    assert_int_equal(page(&second.crawl, "https://a.example/m")->state, CRAWL_UNCHANGED);
    assert_int_equal(page(&second.crawl, "https://a.example/a")->state, CRAWL_FRESH);
    assert_int_equal(page(&second.crawl, federation)->good.ms, later.ms);
    assert_int_equal(second.members.count, 2);
    expect_use(&second.members);
    end_day(&second);
    crawl_fini(&first);
}

/* What cannot be had, or is no file any longer, is as it was, and its age shows. */
static void test_last_good(void **state)
{
    (void)state;
    static const struct site broken[] = {
        {federation, "", 500, NULL},
        {"https://a.example/a", "<!doctype html><html><title>404</title></html>", 200, NULL},
        {"https://a.example/pad", ORGANIZATION("Wrong class"), 200, NULL},
        {0}};
    struct crawl first;
    struct morrow second;
    first_day(&first);
    next_day(&first, broken, &second);
    assert_int_equal(page(&second.crawl, federation)->state, CRAWL_KEPT);
    assert_int_equal(page(&second.crawl, federation)->reason, REASON_http_status);
    assert_int_equal(page(&second.crawl, federation)->good.ms, now.ms);
    assert_int_equal(page(&second.crawl, "https://a.example/a")->state, CRAWL_KEPT);
    assert_int_equal(page(&second.crawl, "https://a.example/a")->remarks.list[0].kind, REMARK_html);
    assert_int_equal(page(&second.crawl, "https://a.example/pad")->state, CRAWL_KEPT);
    assert_int_equal(page(&second.crawl, "https://b.example/n")->reason, REASON_connect_refused);
    assert_int_equal(second.members.count, 2);
    assert_int_equal(crawl_count(&second.members).services, 2);
    end_day(&second);
    crawl_fini(&first);
}

/* Another name in the subs line, another address under the same name: the id stays. */
static void test_ids_stay(void **state)
{
    (void)state;
    static const struct site moved[] = {
        {federation,
         "file.class=federation\nfederation.name=F\n"
         "subs.renamed=https://a.example/a\nsubs.beta=https://elsewhere.example/b\n",
         200, NULL},
        {"https://a.example/a", ORGANIZATION("Alpha") "subs.carnets=https://a.example/pad\n", 200,
         NULL},
        {"https://a.example/pad", SERVICE("pad"), 200, NULL},
        {"https://elsewhere.example/b", ORGANIZATION("Beta"), 200, NULL},
        {0}};
    struct crawl first;
    struct morrow second;
    first_day(&first);
    next_day(&first, moved, &second);
    assert_int_equal(second.members.count, 2);
    assert_string_equal(second.members.list[0].id, "alpha");
    assert_string_equal(second.members.list[0].services[0].id, "pad");
    assert_string_equal(second.members.list[1].id, "beta");
    end_day(&second);
    crawl_fini(&first);
}

static void test_damaged(void **state)
{
    (void)state;
    struct crawl first, second;
    struct crawl_counts counts;
    struct fault fault;
    first_day(&first);
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(copies_write(file, &first, (struct crawl_counts){7, 9}, &fault), 0);
    long length = ftell(file);
    for (long cut = 1; cut < length; cut += 7) { /* wherever it was cut off */
        FILE *part = tmpfile();
        assert_non_null(part);
        rewind(file);
        for (long i = 0; i < cut; i++)
            fputc(fgetc(file), part);
        rewind(part);
        crawl_init(&second, &ontology, later);
        assert_int_equal(copies_read(part, &second, &counts, &fault), -1);
        assert_int_equal(counts.services, 0);
        crawl_fini(&second);
        fclose(part);
    }
    fclose(file);
    crawl_fini(&first);
}

static void test_shrank(void **state)
{
    (void)state;
    assert_false(crawl_shrank((struct crawl_counts){0, 0}, (struct crawl_counts){0, 0}));
    assert_false(crawl_shrank((struct crawl_counts){3, 3}, (struct crawl_counts){1, 1}));
    assert_false(crawl_shrank((struct crawl_counts){10, 100}, (struct crawl_counts){5, 50}));
    assert_true(crawl_shrank((struct crawl_counts){10, 100}, (struct crawl_counts){4, 100}));
    assert_true(crawl_shrank((struct crawl_counts){10, 100}, (struct crawl_counts){10, 49}));
}

/* What cannot be sent back is no validator. */
static void test_validators(void **state)
{
    (void)state;
    char header[300], longer[CRAWL_ETAG_SIZE + 1];
    memset(longer, 'x', CRAWL_ETAG_SIZE);
    longer[CRAWL_ETAG_SIZE] = '\0';
    const char *bad[] = {"", "\"a\x7f\"", "\"\xc3\xa9\"", "a\tb", longer};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct crawl crawl;
        crawl_init(&crawl, &ontology, now);
        crawl_begin(&crawl, federation);
        struct crawl_page *root = crawl_next(&crawl);
        crawl_take(&crawl, root,
                   &(struct crawl_answer){.reason = REASON_ok,
                                          .detail = "",
                                          .status = 200,
                                          .body = town[0].text,
                                          .length = strlen(town[0].text),
                                          .etag = bad[i],
                                          .modified = i ? "" : "Thu, 15 Jan 2026 12:00:00 GMT"});
        assert_true(crawl_condition(root, header, sizeof header) == (i == 0));
        if (i == 0)
            assert_string_equal(header, "If-Modified-Since: Thu, 15 Jan 2026 12:00:00 GMT");
        crawl_fini(&crawl);
    }
}

static int set_up(void **state)
{
    (void)state;
    ontology_read(&ontology, ontology_builtin);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ontology_fini(&ontology);
    return 0;
}

static void test_copies_find_no_room(void **state)
{
    (void)state;
    struct crawl crawl;
    struct fault fault = {.text = ""};
    FILE *full = fopen("/dev/full", "we");
    assert_non_null(full);
    crawl_init(&crawl, &ontology, now);
    crawl_begin(&crawl, federation);
    run(&crawl, town);
    assert_int_equal(copies_write(full, &crawl, (struct crawl_counts){2, 2}, &fault), -1);
    assert_non_null(strstr(fault.text, "No space left"));
    fclose(full);
    crawl_fini(&crawl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal),   cmocka_unit_test(test_levels),
        cmocka_unit_test(test_alone),     cmocka_unit_test(test_loops),
        cmocka_unit_test(test_flight),    cmocka_unit_test(test_dead_host),
        cmocka_unit_test(test_give_up),   cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_unchanged), cmocka_unit_test(test_last_good),
        cmocka_unit_test(test_ids_stay),  cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_shrank),    cmocka_unit_test(test_validators),
        cmocka_unit_test(test_librehost), cmocka_unit_test(test_copies_find_no_room),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
