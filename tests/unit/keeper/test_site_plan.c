/* Which files a site has. */
#include "site_plan.h"

#include "folder.h"
#include "macros.h"
#include "mem.h"
#include "scratch.h"
#include "village.h"

#include "testing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const keys[] = {"a/mail", "a/pad", "b/web", NULL};

struct ground {
    char path[SCRATCH_SIZE];
    struct config *config;
    struct site_plan plan;
};

static int set_up(void **state)
{
    struct ground *ground = mem_zalloc(sizeof *ground);
    scratch_make(ground->path);
    ground->config = village_config(keys);
    site_plan_lay_out(&ground->plan, ground->config);
    *state = ground;
    return 0;
}

static int tear_down(void **state)
{
    struct ground *ground = *state;
    site_plan_fini(&ground->plan);
    config_free(ground->config);
    scratch_remove(ground->path);
    free(ground);
    return 0;
}

static const struct slot *find(const struct site_plan *plan, const char *wanted)
{
    char path[SITE_PLAN_PATH_SIZE];
    for (size_t i = 0; i < plan->slot_count; i++) {
        site_plan_path(plan, &plan->slots[i], path);
        if (strcmp(path, wanted) == 0)
            return &plan->slots[i];
    }
    fail_msg("no slot of %s", wanted);
    return NULL;
}

/* Each page has a place of its own, and whoever is told of stands in it. */
static void test_paths(void **state)
{
    struct ground *ground = *state;
    const struct site_plan *plan = &ground->plan;
    static const char *const some[] = {"index.html",           "404.html",
                                       "fr/index.html",        "en/method/index.html",
                                       "fr/h/a/index.html",    "en/h/a/pad/index.html",
                                       "fr/h/b/web/index.html"};
    for (size_t i = 0; i < ARRAY_LEN(some); i++)
        find(plan, some[i]);
    for (size_t i = 0; i < plan->slot_count; i++) {
        char path[SITE_PLAN_PATH_SIZE];
        site_plan_path(plan, &plan->slots[i], path);
        assert_int_equal(*path == '\0', plan->slots[i].kind == SLOT_OUTPUTS);
        if (*path)
            assert_ptr_equal(find(plan, path), &plan->slots[i]);
    }
}

/* All about a hoster in a row, so that what its files share is worked out once. */
static void test_hosters_in_a_row(void **state)
{
    struct ground *ground = *state;
    const struct site_plan *plan = &ground->plan;
    size_t turns = 0;
    for (size_t i = 1; i < plan->slot_count; i++)
        turns += plan->slots[i].hoster != plan->slots[i - 1].hoster;
    assert_int_equal(turns, 2); /* from nobody's to the first one's, and to the second one's */
}

static void test_shows(void **state)
{
    struct ground *ground = *state;
    const struct site_plan *plan = &ground->plan;
    size_t pad = (size_t)collective_index(&ground->config->collective, "a/pad");
    static const struct {
        const char *path;
        bool shows;
    } rows[] = {{"fr/h/a/pad/index.html", true}, {"en/h/a/index.html", true},
                {"fr/index.html", true},         {"fr/h/a/mail/index.html", false},
                {"fr/h/b/index.html", false},    {"en/method/index.html", false},
                {"en/h/b/web/index.html", false}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, site_plan_shows(plan, find(plan, rows[i].path), pad) == rows[i].shows);
}

/* What is gone is removed with the folders that were its own; what stays is not touched. */
static void test_clear(void **state)
{
    struct ground *ground = *state;
    static const char *const next_keys[] = {"a/pad", NULL};
    static const char *const files[] = {"fr/h/a/pad/index.html", "fr/h/a/mail/index.html",
                                        "en/h/b/web/index.html", "h/b/web/incidents.atom",
                                        "fr/method/index.html"};
    struct fault fault = {""};
    struct config *next = village_config(next_keys);
    int folder = folder_open(ground->path, &fault);
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        assert_int_equal(folder_replace(folder, files[i], "x", 1, &fault), 0);
    site_plan_clear(&ground->plan, folder, next);
    assert_int_equal(faccessat(folder, "fr/h/a/pad/index.html", F_OK, 0), 0);
    assert_int_equal(faccessat(folder, "fr/method/index.html", F_OK, 0), 0);
    assert_int_equal(faccessat(folder, "fr/h/a/mail", F_OK, 0), -1);
    assert_int_equal(faccessat(folder, "en", F_OK, 0), -1);
    assert_int_equal(faccessat(folder, "h", F_OK, 0), -1);
    close(folder);
    config_free(next);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_paths),
        TEST(test_hosters_in_a_row),
        TEST(test_shows),
        TEST(test_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
