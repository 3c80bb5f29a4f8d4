/* Which page is written when. Time is told to the publisher; the pages are those of a collective nothing is known of. */
#include "publisher.h"

#include "buffer.h"
#include "macros.h"
#include "mem.h"
#include "page.h"
#include "scratch.h"
#include "site_stamp.h"
#include "text.h"
#include "village.h"

#include "testing.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    NOW = VILLAGE_BEGIN,
    PAGES = 2 * (7 + 2 + 3 + 3) + 2, /* each service is of a kind of its own */
    OUTPUTS = 1 + 2 + 3,
    JOURNAL = 2,
    MADE_MAX = 4096
};

static const char *const keys[] = {"a/mail", "a/pad", "b/web", NULL};
/* What shows the service a/pad. */
static const char *const pad_pages[] = {
    "en/h/a/index.html", "en/h/a/pad/index.html", "en/index.html", "en/kind/pad/index.html",
    "fr/h/a/index.html", "fr/h/a/pad/index.html", "fr/index.html", "fr/kind/pad/index.html"};

/* ---- a history of nothing ---- */

static struct service_belief no_belief(void *owner, const char *key)
{
    (void)owner, (void)key;
    return (struct service_belief){.reason = REASON_silent};
}

static size_t no_lines(void *owner, const char *key, struct arena *arena,
                       const struct line_belief **ret)
{
    (void)owner, (void)key, (void)arena;
    *ret = NULL;
    return 0;
}

static size_t no_spans(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                       const struct span **ret)
{
    (void)owner, (void)key, (void)from, (void)to, (void)arena;
    *ret = NULL;
    return 0;
}

static int64_t no_begin(void *owner, const char *key)
{
    (void)owner, (void)key;
    return 0;
}

static size_t no_latency(void *owner, const char *key, int64_t from, int64_t to,
                         struct arena *arena, const struct latency_day **ret)
{
    (void)owner, (void)key, (void)from, (void)to, (void)arena;
    *ret = NULL;
    return 0;
}

static size_t no_certificates(void *owner, const char *key, const char *check, size_t most,
                              struct arena *arena, const struct certificate_change **ret)
{
    (void)owner, (void)key, (void)check, (void)most, (void)arena;
    *ret = NULL;
    return 0;
}

static int64_t no_measurement(void *owner)
{
    (void)owner;
    return 0;
}

static size_t no_maintenance(void *owner, const char *key, int64_t from, int64_t to,
                             struct arena *arena, const struct occurrence **ret)
{
    (void)owner, (void)key, (void)from, (void)to, (void)arena;
    *ret = NULL;
    return 0;
}

static size_t no_annotations(void *owner, const char *key, int64_t outage, struct arena *arena,
                             const struct annotation **ret)
{
    (void)owner, (void)key, (void)outage, (void)arena;
    *ret = NULL;
    return 0;
}

static void no_answers(void *owner, const char *key, int64_t from, int64_t to,
                       history_answers_fn *each, void *each_owner)
{
    (void)owner, (void)key, (void)from, (void)to, (void)each, (void)each_owner;
}

static bool no_account(void *owner, const struct service *service, int64_t from, int64_t to,
                       int64_t incident_after_s, struct arena *arena, struct account *ret)
{
    (void)owner, (void)service, (void)from, (void)to, (void)incident_after_s, (void)arena;
    *ret = (struct account){0};
    return true;
}

static size_t none_counted(void *owner, const char *key, int64_t from, int64_t to,
                           struct arena *arena, const struct stretch **ret)
{
    (void)owner, (void)key, (void)from, (void)to, (void)arena;
    *ret = NULL;
    return 0;
}

static const struct history history = {.service = no_belief,
                                       .lines = no_lines,
                                       .spans = no_spans,
                                       .begin = no_begin,
                                       .latency = no_latency,
                                       .answers = no_answers,
                                       .certificates = no_certificates,
                                       .measured = no_measurement,
                                       .maintenance = no_maintenance,
                                       .annotations = no_annotations,
                                       .account = no_account,
                                       .counted = none_counted};

/* ---- a site ---- */

struct site {
    char path[SCRATCH_SIZE], folder[2 * SCRATCH_SIZE];
    struct config *config;
    struct publisher *publisher;
    int64_t now_ms;
};

/* Every service is of the kind that its name says. */
static struct config *config_of(const char *const *services)
{
    struct config *config = village_config(services);
    for (size_t i = 0; i < config->collective.service_count; i++) {
        struct service *service = (struct service *)(uintptr_t)config->collective.services[i];
        service->kind = service->name;
    }
    return config;
}

static void open_site(struct site *site, const char *const *services)
{
    struct fault fault = {""};
    site->config = config_of(services);
    int rc = publisher_open(site->folder, site->config, &site->publisher, &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(rc, 0);
    site->now_ms = 1000000;
}

static int set_up(void **state)
{
    struct site *site = mem_zalloc(sizeof *site);
    scratch_make(site->path);
    text_format(site->folder, sizeof site->folder, "%s/site", site->path);
    open_site(site, keys);
    *state = site;
    return 0;
}

static int tear_down(void **state)
{
    struct site *site = *state;
    publisher_close(site->publisher);
    config_free(site->config);
    scratch_remove(site->path);
    free(site);
    return 0;
}

static bool is_there(struct site *site, const char *path)
{
    char full[PATH_MAX];
    text_format(full, sizeof full, "%s/%s", site->folder, path);
    return access(full, F_OK) == 0;
}

static int try_step(struct site *site, struct fault *fault)
{
    fault->text[0] = '\0';
    return publisher_step(site->publisher, &history, site->now_ms, NOW, fault);
}

/* How many pages are made now. */
static int make_due(struct site *site)
{
    struct fault fault;
    int made = 0;
    for (int rc; (rc = try_step(site, &fault)) != 0; made++)
        if (rc < 0)
            fail_msg("%s", fault.text);
    return made;
}

/* Removes all pages, so that the next ones made are seen by their being there; returns their paths, sorted. */
static char *take_pages(struct site *site)
{
    return scratch_run("cd %s && find . -name '*.html' -printf '%%P\\n' -delete | sort",
                       site->folder);
}

static void assert_made(struct site *site, const char *const *paths, size_t count)
{
    struct buffer list;
    buffer_init(&list, 1 << 16);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&list, "%s\n", paths[i]);
    char *made = take_pages(site);
    assert_string_equal(made, buffer_text(&list));
    free(made);
    buffer_fini(&list);
}

static void wait_ms(struct site *site, int64_t ms)
{
    site->now_ms += ms;
}

/* How many pages are made within a minute, which is time enough for the budget and none has its turn twice. */
static int make_within_budget(struct site *site)
{
    int made = make_due(site);
    for (int i = 0; i < 2; i++) {
        wait_ms(site, 29000);
        made += make_due(site);
    }
    return made;
}

/* All pages made, a while ago; none is left in the folder. */
static void settle(struct site *site)
{
    make_due(site);
    free(take_pages(site));
    wait_ms(site, 3000);
}

static struct site_stamp stamp_of(struct site *site, const char *text)
{
    struct fault fault = {""};
    struct site_stamp stamp;
    size_t length;
    assert_int_equal(publisher_stamp(site->publisher, NOW - 7, NOW, text, &fault), 0);
    char *bytes = scratch_read(site->folder, SITE_STAMP_NAME, &length);
    assert_true(site_stamp_read(bytes, length, &stamp));
    free(bytes);
    return stamp;
}

static int64_t structure(struct site *site)
{
    return stamp_of(site, "ok").structure;
}

/* ---- the tests ---- */

static void test_all_pages_at_first(void **state)
{
    struct site *site = *state;
    static const char *const paths[] = {
        "404.html",
        "en/about/index.html",
        "en/alerts/index.html",
        "en/check/index.html",
        "en/data/index.html",
        "en/h/a/index.html",
        "en/h/a/mail/index.html",
        "en/h/a/pad/index.html",
        "en/h/b/index.html",
        "en/h/b/web/index.html",
        "en/incidents/2026-01/index.html",
        "en/incidents/index.html",
        "en/index.html",
        "en/kind/index.html",
        "en/kind/mail/index.html",
        "en/kind/pad/index.html",
        "en/kind/web/index.html",
        "en/method/index.html",
        "fr/about/index.html",
        "fr/alerts/index.html",
        "fr/check/index.html",
        "fr/data/index.html",
        "fr/h/a/index.html",
        "fr/h/a/mail/index.html",
        "fr/h/a/pad/index.html",
        "fr/h/b/index.html",
        "fr/h/b/web/index.html",
        "fr/incidents/2026-01/index.html",
        "fr/incidents/index.html",
        "fr/index.html",
        "fr/kind/index.html",
        "fr/kind/mail/index.html",
        "fr/kind/pad/index.html",
        "fr/kind/web/index.html",
        "fr/method/index.html",
        "index.html",
    };
    size_t count;
    const struct page_asset *assets = page_assets(&count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        assert_row(i, is_there(site, assets[i].path));
    assert_int_equal(make_due(site), PAGES + OUTPUTS + JOURNAL);
    assert_made(site, paths, ARRAY_LEN(paths));
    wait_ms(site, 59999);
    assert_int_equal(make_due(site), 0);
}

static void test_structure(void **state)
{
    struct site *site = *state;
    struct fault fault;
    int64_t first = structure(site);
    for (int i = 0; i < PAGES + OUTPUTS - 1; i++)
        assert_int_equal(try_step(site, &fault), 1);
    assert_true(structure(site) == first);
    assert_int_equal(try_step(site, &fault), 1);
    assert_true(structure(site) != first);
    make_due(site);
    int64_t whole = structure(site);
    publisher_service_changed(site->publisher, 1);
    wait_ms(site, 70000);
    make_due(site);
    assert_true(structure(site) == whole);
}

static void test_changes(void **state)
{
    struct site *site = *state;
    make_due(site);
    free(take_pages(site));
    publisher_service_changed(site->publisher, 1);
    wait_ms(site, 1999);
    assert_int_equal(make_due(site), 0);
    publisher_service_changed(site->publisher, 1);
    wait_ms(site, 1);
    assert_int_equal(make_due(site), 8 + 3);
    assert_made(site, pad_pages, ARRAY_LEN(pad_pages));
    wait_ms(site, 10000);
    assert_int_equal(make_due(site), 0);
}

/* Changed pages come before those that are due for their clock. */
static void test_changes_come_first(void **state)
{
    struct site *site = *state;
    struct fault fault;
    settle(site);
    wait_ms(site, 600000);
    publisher_service_changed(site->publisher, 1);
    for (size_t i = 0; i < ARRAY_LEN(pad_pages) + 3; i++)
        assert_int_equal(try_step(site, &fault), 1);
    assert_made(site, pad_pages, ARRAY_LEN(pad_pages));
    assert_int_equal(make_within_budget(site), PAGES - 8 + OUTPUTS - 3 + JOURNAL);
}

static void test_clock(void **state)
{
    struct site *site = *state;
    make_due(site);
    wait_ms(site, 59999);
    assert_int_equal(make_due(site), 0);
    wait_ms(site, 1);
    assert_int_equal(make_within_budget(site), PAGES + OUTPUTS);
}

/* Feeds and their like are looked at as often as pages, and written when they changed. */
static void test_unchanged_outputs_stay(void **state)
{
    struct site *site = *state;
    make_due(site);
    free(scratch_run("find %s -type f -not -name '*.html' -exec touch -d @1 {} +", site->folder));
    free(scratch_run("echo other > %s/h/a/pad/incidents.atom", site->folder));
    for (int i = 0; i < 3; i++) {
        publisher_service_changed(site->publisher, 1);
        wait_ms(site, 70000);
        assert_int_equal(make_within_budget(site), PAGES + OUTPUTS);
    }
    char *fresh = scratch_run(
        "cd %s && find . -type f -not -name '*.html' -newermt @1 -printf '%%P\n'", site->folder);
    assert_string_equal(fresh, "h/a/pad/incidents.atom\n");
    free(fresh);
}

/* Whether another's word in a table was written over. */
static bool is_mended(struct site *site)
{
    size_t length;
    char *text = scratch_read(site->folder, "data/a.csv", &length);
    bool mended = text_starts(text, "day,");
    free(text);
    return mended;
}

/* Tables of days that are past are made again with the day, or after an hour: not with each change. */
static void test_tables_are_made_seldom(void **state)
{
    struct site *site = *state;
    struct fault fault;
    make_due(site);
    assert_true(is_mended(site));
    free(scratch_run("echo other > %s/data/a.csv", site->folder));
    publisher_service_changed(site->publisher, 1);
    wait_ms(site, 3590000);
    make_due(site);
    assert_false(is_mended(site));
    publisher_service_changed(site->publisher, 1);
    wait_ms(site, 70000);
    make_due(site);
    assert_true(is_mended(site));
    free(scratch_run("echo other > %s/data/a.csv", site->folder));
    publisher_service_changed(site->publisher, 1);
    wait_ms(site, 70000);
    while (publisher_step(site->publisher, &history, site->now_ms, NOW + 86400, &fault) > 0)
        continue;
    assert_true(is_mended(site));
}

static int64_t size_of(struct site *site)
{
    char *text = scratch_run("cd %s && find . -name '*.html' -printf '%%s\\n' -delete |"
                             " awk '{ sum += $1 } END { printf \"%%d\", sum }'",
                             site->folder);
    int64_t size = strtoll(text, NULL, 10);
    free(text);
    return size;
}

/* A site too large for the budget, three times five minutes of it. */
static void test_budget(void **state)
{
    enum { SERVICES = 600, TURN_S = 300 };
    struct site *site = *state;
    char names[SERVICES][16];
    const char *many[SERVICES + 1] = {NULL};
    struct fault fault;
    publisher_close(site->publisher);
    config_free(site->config);
    for (int i = 0; i < SERVICES; i++) {
        text_format(names[i], sizeof names[i], "a/s%03d", i);
        many[i] = names[i];
    }
    open_site(site, many);
    make_due(site);
    int64_t all = size_of(site);
    assert_true(all > TURN_S * 6144 + 256 * 1024); /* else this test would show nothing */
    wait_ms(site, 60000);
    for (int turn = 0; turn < 3; turn++) {
        int made = 0;
        for (int i = 0; i < TURN_S; i++) {
            wait_ms(site, 1000);
            for (int rc; (rc = try_step(site, &fault)) > 0;)
                made++;
        }
        int64_t written = size_of(site);
        assert_true(made > 0);
        assert_true(written <= TURN_S * 6144 + 256 * 1024 + 65536);
        assert_true(written >= TURN_S * 6144 / 4); /* the file system has its share */
    }
}

/* However often a page in the middle changes, all others get their turns. */
static void test_nobody_starves(void **state)
{
    struct site *site = *state;
    struct fault fault;
    settle(site);
    for (int i = 0; i < 100; i++) {
        publisher_service_changed(site->publisher, 1);
        wait_ms(site, 2500);
        for (int n = 0; n < 8 + 3 + 1; n++) /* those that changed, and one turn */
            try_step(site, &fault);
    }
    char *made = take_pages(site);
    int count = 0;
    for (const char *end = made; (end = strchr(end, '\n')); end++)
        count++;
    free(made);
    assert_int_equal(count, PAGES);
}

/* Two pages have something in their way. */
static void test_failing_write(void **state)
{
    struct site *site = *state;
    struct fault fault;
    free(scratch_run("mkdir -p %s/en/index.html %s/fr/method/index.html", site->folder,
                     site->folder));
    int made = 0, failed = 0;
    int64_t first = structure(site);
    for (int i = 0; i < 40; i++) {
        int rc;
        while ((rc = try_step(site, &fault)) > 0)
            made++;
        if (rc < 0) {
            failed++;
            assert_true(text_starts(fault.text, "cannot write "));
            wait_ms(site, 4999);
            assert_int_equal(try_step(site, &fault), 0);
            wait_ms(site, 1);
        }
    }
    assert_int_equal(failed, 40);
    assert_true(made >= PAGES + OUTPUTS - 2);
    assert_true(structure(site) == first); /* not all are there */
    free(scratch_run("rmdir %s/en/index.html %s/fr/method/index.html", site->folder, site->folder));
    assert_int_equal(try_step(site, &fault), 1);
    while (try_step(site, &fault) > 0)
        continue;
    assert_true(is_there(site, "en/index.html"));
    assert_true(is_there(site, "fr/method/index.html"));
    assert_true(structure(site) != first);
}

static void reload(struct site *site, const char *const *services, const char *const *languages)
{
    struct config *config = config_of(services);
    config->collective.languages = languages;
    publisher_reload(site->publisher, config);
    config_free(site->config);
    site->config = config;
}

static void test_reload(void **state)
{
    struct site *site = *state;
    static const char *const fewer[] = {"a/pad", "c/chat", NULL}, *const both[] = {"fr", "en",
                                                                                   NULL};
    make_due(site);
    int64_t before = structure(site);
    reload(site, fewer, both);
    assert_true(structure(site) != before);
    static const char *const gone[] = {"fr/h/a/mail", "en/h/a/mail", "fr/h/b",       "en/h/b",
                                       "h/a/mail",    "h/b",         "fr/kind/mail", "en/kind/web"};
    for (size_t i = 0; i < ARRAY_LEN(gone); i++)
        assert_row(i, !is_there(site, gone[i]));
    static const char *const stay[] = {"fr/h/a/index.html",
                                       "en/h/a/pad/index.html",
                                       "index.html",
                                       "fr/index.html",
                                       "404.html",
                                       "h/a/incidents.atom",
                                       "h/a/pad/incidents.atom",
                                       "fr/kind/pad/index.html"};
    for (size_t i = 0; i < ARRAY_LEN(stay); i++)
        assert_row(i, is_there(site, stay[i]));
    assert_int_equal(make_due(site), 2 * (7 + 2 + 2 + 2) + 2 + 1 + 2 + 2 + JOURNAL);
    assert_true(is_there(site, "fr/h/c/chat/index.html"));
}

static void test_reload_with_fewer_languages(void **state)
{
    struct site *site = *state;
    static const char *const french[] = {"fr", NULL};
    make_due(site);
    reload(site, keys, french);
    assert_false(is_there(site, "en/index.html"));
    assert_false(is_there(site, "en/h/a/pad"));
    assert_false(is_there(site, "en/incidents"));
    assert_true(is_there(site, "fr/h/a/pad/index.html"));
    struct site_stamp stamp = stamp_of(site, "ok");
    assert_int_equal(stamp.language_count, 1);
    assert_string_equal(stamp.languages[0], "fr");
    reload(site, keys, NULL); /* none given: all that we speak */
    assert_int_equal(make_due(site), PAGES + OUTPUTS + JOURNAL);
    assert_true(is_there(site, "en/index.html"));
}

static void test_stamp(void **state)
{
    struct site *site = *state;
    struct site_stamp stamp = stamp_of(site, "cannot write \"\\x\": été");
    assert_string_equal(stamp.state, "cannot write \"\\x\": été");
    assert_int_equal(wall_seconds(stamp.written), NOW);
    assert_int_equal(wall_seconds(stamp.measured), NOW - 7);
    assert_int_equal(stamp.interval_s, 60);
    assert_int_equal(stamp.language_count, 2);
    assert_string_equal(stamp.languages[0], "fr");
    assert_string_equal(stamp.languages[1], "en");

    char endless[512];
    memset(endless, '"', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(strlen(stamp_of(site, endless).state), sizeof stamp.state - 1);
}

static void test_restart_is_another_structure(void **state)
{
    struct site *site = *state;
    int64_t before = structure(site);
    publisher_close(site->publisher);
    config_free(site->config);
    usleep(2000);
    open_site(site, keys);
    assert_true(structure(site) > before);
}

static void test_all(void **state)
{
    struct site *site = *state;
    struct fault fault = {""};
    assert_int_equal(publisher_all(site->publisher, &history, NOW, &fault), 0);
    assert_true(is_there(site, "fr/h/b/web/index.html"));
    free(scratch_run("rm %s/fr/index.html && mkdir %s/fr/index.html", site->folder, site->folder));
    assert_int_equal(publisher_all(site->publisher, &history, NOW, &fault), -1);
    assert_string_equal(fault.text, "cannot write fr/index.html: Is a directory");
}

static bool count_asked(void *owner, const struct service *service, int64_t from, int64_t to,
                        int64_t incident_after_s, struct arena *arena, struct account *ret)
{
    ++*(size_t *)owner;
    return no_account(owner, service, from, to, incident_after_s, arena, ret);
}

/* One hoster's figures are asked for once, and anew from a change on, although the moment is the same. */
static void test_figures_after_a_change(void **state)
{
    struct site *site = *state;
    struct history counting = history;
    struct fault fault = {""};
    size_t asked = 0, before;
    settle(site);
    counting.account = count_asked;
    counting.owner = &asked;
    publisher_service_changed(site->publisher, 1);
    while (asked == 0)
        assert_int_equal(publisher_step(site->publisher, &counting, site->now_ms, NOW, &fault), 1);
    assert_int_equal(asked, 2);
    before = asked;
    publisher_service_changed(site->publisher, 1);
    while (asked == before)
        assert_int_equal(publisher_step(site->publisher, &counting, site->now_ms, NOW, &fault), 1);
}

static size_t count_spans(void *owner, const char *key, int64_t from, int64_t to,
                          struct arena *arena, const struct span **ret)
{
    ++*(size_t *)owner;
    return no_spans(owner, key, from, to, arena, ret);
}

/* A service's past is asked for when another one has to reach further back, not once a page: that would be thirteen times. */
static void test_pasts_are_shared(void **state)
{
    struct site *site = *state;
    struct history counting = history;
    struct fault fault = {""};
    size_t asked = 0, services = site->config->collective.service_count;
    counting.spans = count_spans;
    counting.owner = &asked;
    assert_int_equal(publisher_all(site->publisher, &counting, NOW, &fault), 0);
    assert_true(asked <= 8 * services);
}

/* As the almanac: it lends what was announced, until something else is said. */
struct announcement {
    struct maintenance said;
    struct wording_text text;
};

static struct announcement *announce(const char *text)
{
    struct announcement *announcement = mem_zalloc(sizeof *announcement);
    announcement->text = (struct wording_text){"fr", text};
    announcement->said = (struct maintenance){
        .subject = "",
        .from = NOW + 3600,
        .to = NOW + 7200,
        .said = {.text = {.texts = &announcement->text, .count = 1}, .by = "Équipe"}};
    return announcement;
}

static size_t lend_announced(void *owner, const char *key, int64_t from, int64_t to,
                             struct arena *arena, const struct occurrence **ret)
{
    const struct announcement *announcement = *(struct announcement *const *)owner;
    struct occurrence *occurrence = arena_array(arena, 1, sizeof *occurrence);
    (void)key;
    *occurrence = (struct occurrence){&announcement->said, NOW + 3600, NOW + 7200};
    *ret = occurrence;
    return from < occurrence->to && to > occurrence->from;
}

static void assert_tells(struct site *site, const char *path, const char *text)
{
    size_t length;
    char *bytes = scratch_read(site->folder, path, &length);
    if (!strstr(bytes, text))
        fail_msg("%s does not tell of %s", path, text);
    free(bytes);
}

/* A word comes between two pages of a hoster, within one second: the second one must not tell of what is no more. */
static void test_what_was_lent_is_void(void **state)
{
    struct site *site = *state;
    struct announcement *announcement = announce("Premier mot");
    struct history lending = history;
    struct fault fault = {""};
    lending.maintenance = lend_announced;
    lending.owner = &announcement;
    while (!is_there(site, "fr/h/a/index.html"))
        assert_int_equal(publisher_step(site->publisher, &lending, site->now_ms, NOW, &fault), 1);
    assert_tells(site, "fr/h/a/index.html", "Premier mot");
    assert_false(is_there(site, "fr/h/a/mail/index.html"));
    free(announcement);
    announcement = announce("Second mot");
    publisher_forget(site->publisher);
    while (publisher_step(site->publisher, &lending, site->now_ms, NOW, &fault) == 1) {
    }
    assert_tells(site, "fr/h/a/mail/index.html", "Second mot");
    free(announcement);
}

static size_t note_first_day(void *owner, const char *key, int64_t from, int64_t to,
                             struct arena *arena, const struct latency_day **ret)
{
    *(int64_t *)owner = from;
    return no_latency(owner, key, from, to, arena, ret);
}

/* When the first of the ninety days on the pages begins, in that time zone. */
static int64_t first_day_in(struct site *site, const char *zone)
{
    struct history noting = history;
    struct fault fault = {""};
    int64_t first = 0;
    setenv("TZ", zone, 1);
    tzset();
    reload(site, keys, NULL);
    noting.latency = note_first_day;
    noting.owner = &first;
    assert_int_equal(publisher_all(site->publisher, &noting, NOW, &fault), 0);
    return first;
}

/* A configuration may name another zone, on the same day. */
static void test_reload_with_another_zone(void **state)
{
    struct site *site = *state;
    int64_t paris = first_day_in(site, "Europe/Paris"),
            reunion = first_day_in(site, "Indian/Reunion");
    assert_int_equal(first_day_in(site, "Europe/Paris"), paris);
    assert_true(reunion < paris && paris - reunion < 86400);
    unsetenv("TZ");
    tzset();
}

static void test_cannot_open(void **state)
{
    struct site *site = *state;
    struct publisher *publisher = NULL;
    struct fault fault;
    char path[3 * SCRATCH_SIZE];
    text_format(path, sizeof path, "%s/no/site", site->path);
    assert_int_equal(publisher_open(path, site->config, &publisher, &fault), -1);
    assert_true(text_starts(fault.text, "cannot make the folder "));

    size_t count;
    const struct page_asset *assets = page_assets(&count);
    free(scratch_run("mkdir -p %s/other/%s", site->path, assets[0].path));
    text_format(path, sizeof path, "%s/other", site->path);
    assert_int_equal(publisher_open(path, site->config, &publisher, &fault), -1);
    assert_true(text_starts(fault.text, "cannot write "));
    assert_null(publisher);
    publisher_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_pages_at_first),
        TEST(test_structure),
        TEST(test_changes),
        TEST(test_changes_come_first),
        TEST(test_clock),
        TEST(test_unchanged_outputs_stay),
        TEST(test_tables_are_made_seldom),
        TEST(test_budget),
        TEST(test_nobody_starves),
        TEST(test_failing_write),
        TEST(test_reload),
        TEST(test_reload_with_fewer_languages),
        TEST(test_stamp),
        TEST(test_restart_is_another_structure),
        TEST(test_all),
        TEST(test_figures_after_a_change),
        TEST(test_pasts_are_shared),
        TEST(test_what_was_lent_is_void),
        TEST(test_reload_with_another_zone),
        TEST(test_cannot_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
