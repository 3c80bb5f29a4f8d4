/* Which pages of incidents are written when. Time and the record are told to the chronicle. */
#include "chronicle.h"

#include "folder.h"
#include "incident.h"
#include "mem.h"
#include "scratch.h"
#include "text.h"
#include "village.h"

#include "testing.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BEGIN = VILLAGE_BEGIN, DAY = 86400, SPANS_MAX = 8192, MANY = 2000 };

static const char *const keys[] = {"a/mail", "a/pad", NULL};

struct past {
    struct span spans[SPANS_MAX];
    size_t count;
};

struct world {
    char path[SCRATCH_SIZE];
    int folder;
    struct config *config;
    struct chronicle *chronicle;
    struct history history;
    struct past mail, pad;
    struct annotation note; /* of the outage of a/pad that it speaks of; none while `outage` is 0 */
    int64_t now, now_ms;
    size_t asked; /* how often the record was */
    struct chronicle_cost cost;
};

/* ---- its record ---- */

static struct past *past_of_key(struct world *world, const char *key)
{
    return strcmp(key, "a/pad") == 0 ? &world->pad : &world->mail;
}

static struct service_belief belief_of(void *owner, const char *key)
{
    (void)owner, (void)key;
    return (struct service_belief){.state = OUTCOME_UP};
}

static size_t spans_of(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                       const struct span **ret)
{
    struct world *world = owner;
    struct past *past = past_of_key(world, key);
    size_t first = 0, end;
    (void)arena;
    world->asked++;
    while (first < past->count && past->spans[first].to <= from)
        first++;
    for (end = first; end < past->count && past->spans[end].from < to;)
        end++;
    *ret = past->spans + first;
    return end - first;
}

static int64_t begin_of(void *owner, const char *key)
{
    struct past *past = past_of_key(owner, key);
    return past->count ? past->spans[0].from : 0;
}

static int64_t measured_of(void *owner)
{
    return ((struct world *)owner)->now;
}

static size_t no_maintenance(void *owner, const char *key, int64_t from, int64_t to,
                             struct arena *arena, const struct occurrence **ret)
{
    (void)owner, (void)key, (void)from, (void)to, (void)arena;
    *ret = NULL;
    return 0;
}

static size_t annotations_about(void *owner, const char *key, int64_t outage, struct arena *arena,
                                const struct annotation **ret)
{
    struct world *world = owner;
    (void)arena;
    *ret = &world->note;
    return strcmp(key, "a/pad") == 0 && world->note.outage == outage;
}

static size_t none_counted(void *owner, const char *key, int64_t from, int64_t to,
                           struct arena *arena, const struct stretch **ret)
{
    (void)owner, (void)key, (void)from, (void)to, (void)arena;
    *ret = NULL;
    return 0;
}

/* The state goes on until `to`. */
static void add(struct past *past, int64_t to, enum outcome state)
{
    int64_t from = past->count ? past->spans[past->count - 1].to : BEGIN;
    if (past->count && past->spans[past->count - 1].state == state) {
        past->spans[past->count - 1].to = to;
        return;
    }
    assert_true(past->count < SPANS_MAX);
    past->spans[past->count++] = (struct span){.from = from,
                                               .to = to,
                                               .before = past->count > 1 ? from - 60 : 0,
                                               .state = state,
                                               .reason = REASON_timeout};
}

/* ---- a folder ---- */

static int set_up(void **state)
{
    struct world *world = mem_zalloc(sizeof *world);
    struct fault fault;
    scratch_make(world->path);
    world->folder = folder_open(world->path, &fault);
    world->config = village_config(keys);
    world->config->incident_after_ms = 600000;
    world->history = (struct history){.owner = world,
                                      .service = belief_of,
                                      .spans = spans_of,
                                      .begin = begin_of,
                                      .measured = measured_of,
                                      .maintenance = no_maintenance,
                                      .annotations = annotations_about,
                                      .counted = none_counted};
    world->chronicle = chronicle_new(world->folder, world->config);
    world->now = BEGIN;
    world->now_ms = 1000000;
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    chronicle_free(world->chronicle);
    config_free(world->config);
    close(world->folder);
    scratch_remove(world->path);
    free(world);
    return 0;
}

static int step(struct world *world, bool for_the_clock, struct fault *fault)
{
    struct chronicle_time time = {&world->history, world->now_ms, world->now, for_the_clock, NULL};
    fault->text[0] = '\0';
    return chronicle_step(world->chronicle, &time, &world->cost, fault);
}

/* All that is due now, not for the clock alone. */
static void tell(struct world *world)
{
    struct fault fault;
    for (int rc; (rc = step(world, false, &fault)) != 0;)
        if (rc < 0)
            fail_msg("%s", fault.text);
}

/* `seconds` pass, in which the record of a service goes on in one state. */
static void pass(struct world *world, struct past *past, int64_t seconds, enum outcome state)
{
    world->now += seconds;
    world->now_ms += seconds * 1000;
    add(past, world->now, state);
}

static void changed(struct world *world)
{
    chronicle_service_changed(world->chronicle, 1);
    world->now_ms += 2000;
    tell(world);
}

static bool is_there(struct world *world, const char *path)
{
    char full[PATH_MAX];
    text_format(full, sizeof full, "%s/%s", world->path, path);
    return access(full, F_OK) == 0;
}

/* From here on one sees what is written. */
static void forget(struct world *world)
{
    free(scratch_run("find %s -type f -exec touch -d @1 {} +", world->path));
}

static void expect_written(struct world *world, const char *paths)
{
    char *written =
        scratch_run("cd %s && find fr -type f -newermt @1 -printf '%%P\\n' | sort", world->path);
    assert_string_equal(written, paths);
    free(written);
}

static char *content(struct world *world, const char *path)
{
    size_t length;
    return scratch_read(world->path, path, &length);
}

/* ---- the tests ---- */

/* The address is the same while it goes on and when it is over. */
static void test_one_incident(void **state)
{
    struct world *world = *state;
    static const char page[] = "fr/incidents/a/pad/20260101T010000Z/index.html";
    pass(world, &world->pad, 3600, OUTCOME_UP);
    tell(world);
    assert_true(is_there(world, "fr/incidents/index.html"));
    assert_true(is_there(world, "en/incidents/2026-01/index.html"));
    pass(world, &world->pad, 300, OUTCOME_DOWN);
    changed(world);
    assert_false(is_there(world, page));
    /* Nothing changes but the time. */
    pass(world, &world->pad, 301, OUTCOME_DOWN);
    tell(world);
    assert_true(is_there(world, page));
    assert_true(is_there(world, "en/incidents/a/pad/20260101T010000Z/index.html"));
    char *open = content(world, page), *month = content(world, "fr/incidents/2026-01/index.html");
    assert_non_null(strstr(open, "En cours"));
    assert_non_null(strstr(month, "incidents/a/pad/20260101T010000Z/"));
    world->now_ms += 3000; /* what was marked meanwhile has had its calm */
    tell(world);
    free(month);
    month = content(world, "fr/incidents/2026-01/index.html");
    assert_non_null(strstr(month, "incidents/a/pad/20260101T010000Z/"));
    pass(world, &world->pad, 600, OUTCOME_DOWN);
    pass(world, &world->pad, 60, OUTCOME_UP);
    changed(world);
    char *over = content(world, page);
    assert_non_null(strstr(over, "Terminé"));
    free(open);
    free(over);
    free(month);
}

/* What is over is written once, whoever asks how often. */
static void test_old_files_stay(void **state)
{
    struct world *world = *state;
    pass(world, &world->pad, 3600, OUTCOME_UP);
    pass(world, &world->pad, 1200, OUTCOME_DOWN);
    pass(world, &world->pad, 70 * DAY, OUTCOME_UP);
    tell(world);
    world->now_ms += 3000;
    tell(world);
    forget(world);
    for (int i = 0; i < 3; i++) {
        pass(world, &world->pad, 5, OUTCOME_UP);
        changed(world);
    }
    expect_written(world, "");
    /* A new one touches its month, and the first page. */
    pass(world, &world->pad, 900, OUTCOME_DOWN);
    pass(world, &world->pad, 60, OUTCOME_UP);
    changed(world);
    world->now_ms += 3000;
    tell(world);
    char *list = scratch_run("cd %s && find fr -type f -newermt @1 -printf '%%P\\n' | sort |"
                             " sed 's/2026....T......Z/STAMP/'",
                             world->path);
    assert_string_equal(list, "incidents/2026-03/index.html\nincidents/a/pad/STAMP/index.html\n"
                              "incidents/index.html\n");
    free(list);
}

/* A restart compares, and writes what is about now. */
static void test_restart(void **state)
{
    struct world *world = *state;
    pass(world, &world->pad, 3600, OUTCOME_UP);
    pass(world, &world->pad, 1200, OUTCOME_DOWN);
    pass(world, &world->pad, 70 * DAY, OUTCOME_UP);
    tell(world);
    world->now_ms += 3000;
    tell(world);
    forget(world);
    chronicle_free(world->chronicle);
    world->chronicle = chronicle_new(world->folder, world->config);
    world->cost = (struct chronicle_cost){0};
    pass(world, &world->pad, 60, OUTCOME_UP);
    tell(world);
    expect_written(world, "incidents/2026-03/index.html\nincidents/index.html\n");
    assert_false(world->cost.changed_names);
    assert_true(chronicle_is_told(world->chronicle));
}

static void test_word(void **state)
{
    struct world *world = *state;
    static struct wording_text text = {"fr", "Disque plein."};
    pass(world, &world->pad, 3600, OUTCOME_UP);
    pass(world, &world->pad, 1200, OUTCOME_DOWN);
    pass(world, &world->pad, 70 * DAY, OUTCOME_UP);
    tell(world);
    world->now_ms += 3000;
    tell(world);
    forget(world);
    world->note = (struct annotation){.recorded_ms = (world->now - 60) * 1000,
                                      .subject = "a/pad",
                                      .outage = BEGIN + 3600,
                                      .said = {.text = {&text, 1}, .by = "Équipe"}};
    chronicle_said(world->chronicle, 1, BEGIN + 3600);
    world->now_ms += 3000;
    tell(world);
    char *page = content(world, "fr/incidents/a/pad/20260101T010000Z/index.html");
    char *month = content(world, "fr/incidents/2026-01/index.html");
    assert_non_null(strstr(page, "Disque plein."));
    assert_non_null(strstr(month, "Disque plein."));
    char *old = scratch_run("cd %s && find fr -type f -path '*2026-02*' -newermt @1", world->path);
    assert_string_equal(old, "");
    free(page);
    free(month);
    free(old);
}

static size_t told_changes(struct world *world)
{
    pass(world, &world->pad, 700, OUTCOME_DOWN);
    pass(world, &world->pad, 60, OUTCOME_UP);
    world->asked = 0;
    changed(world);
    world->now_ms += 3000;
    tell(world);
    return world->asked;
}

/* However long the record, one change asks for the same. */
static void test_many(void **state)
{
    struct world *world = *state;
    pass(world, &world->pad, 3600, OUTCOME_UP);
    tell(world);
    size_t before = told_changes(world);
    for (int i = 0; i < MANY; i++) {
        pass(world, &world->pad, 15000, OUTCOME_UP);
        pass(world, &world->pad, 660, OUTCOME_DOWN);
    }
    pass(world, &world->pad, 40 * DAY, OUTCOME_UP);
    changed(world);
    world->now_ms += 3000;
    tell(world);
    char *count = scratch_run("find %s/fr/incidents/a/pad -name index.html | wc -l", world->path);
    assert_int_equal(atoi(count), MANY + 1);
    free(count);
    forget(world);
    assert_in_range(told_changes(world), 1, before + 4);
    char *written = scratch_run("find %s/fr -type f -newermt @1 | wc -l", world->path);
    assert_int_equal(atoi(written), 3);
    free(written);
    assert_true(is_there(world, "fr/incidents/2026-05/2/index.html"));
}

static void test_clock(void **state)
{
    struct world *world = *state;
    struct fault fault;
    pass(world, &world->pad, 3600, OUTCOME_UP);
    pass(world, &world->pad, 1200, OUTCOME_DOWN);
    tell(world);
    world->now_ms += 3000;
    tell(world);
    forget(world);
    world->cost = (struct chronicle_cost){0};
    pass(world, &world->pad, 61, OUTCOME_DOWN);
    assert_int_equal(step(world, false, &fault), 0);
    assert_int_equal(step(world, true, &fault), 1);
    expect_written(world, "incidents/a/pad/20260101T010000Z/index.html\n");
    assert_true(world->cost.for_the_clock > 0);
    assert_false(world->cost.changed_names);
    assert_int_equal(step(world, true, &fault), 0);
    pass(world, &world->pad, 600, OUTCOME_DOWN);
    for (int i = 0; i < 3; i++)
        assert_int_equal(step(world, true, &fault), 1);
    assert_int_equal(step(world, true, &fault), 0);
}

static void reload(struct world *world, const char *const *services, const char *const *languages)
{
    struct config *config = village_config(services);
    config->incident_after_ms = 600000;
    config->collective.languages = languages;
    chronicle_reload(world->chronicle, config);
    config_free(world->config);
    world->config = config;
}

static void test_reload(void **state)
{
    struct world *world = *state;
    static const char *const pad[] = {"a/pad", NULL}, *const french[] = {"fr", NULL};
    static const char *const both[] = {"fr", "en", NULL};
    pass(world, &world->pad, 3600, OUTCOME_UP);
    pass(world, &world->pad, 1200, OUTCOME_DOWN);
    add(&world->mail, world->now - 1200, OUTCOME_UP);
    add(&world->mail, world->now, OUTCOME_DOWN);
    tell(world);
    assert_true(is_there(world, "fr/incidents/a/mail/20260101T010000Z/index.html"));
    reload(world, pad, both);
    assert_false(is_there(world, "fr/incidents/a/mail"));
    assert_true(is_there(world, "en/incidents/a/pad/20260101T010000Z/index.html"));
    tell(world);
    reload(world, pad, french);
    assert_false(is_there(world, "en"));
    assert_true(is_there(world, "fr/incidents/a/pad/20260101T010000Z/index.html"));
}

static void test_failing_write(void **state)
{
    struct world *world = *state;
    struct fault fault;
    static const char page[] = "fr/incidents/a/pad/20260101T010000Z/index.html";
    pass(world, &world->pad, 3600, OUTCOME_UP);
    pass(world, &world->pad, 1200, OUTCOME_DOWN);
    pass(world, &world->pad, 60, OUTCOME_UP);
    free(scratch_run("mkdir -p %s/%s", world->path, page));
    int rc = 1;
    while (rc > 0)
        rc = step(world, false, &fault);
    assert_int_equal(rc, -1);
    assert_true(text_starts(fault.text, "cannot write "));
    assert_false(chronicle_is_told(world->chronicle));
    free(scratch_run("rmdir %s/%s", world->path, page));
    world->now_ms += 5000;
    tell(world);
    char *text = content(world, page);
    assert_non_null(strstr(text, "Terminé"));
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_incident), TEST(test_old_files_stay), TEST(test_restart),
        TEST(test_word),         TEST(test_many),           TEST(test_clock),
        TEST(test_reload),       TEST(test_failing_write),
    };
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
