#include "sweep.h"

#include "macros.h"
#include "scratch.h"
#include "testing.h"
#include "village.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const languages[] = {"fr", "en", NULL};

static char path[SCRATCH_SIZE];
static int folder;
static struct config *config;

/* Two services, one of them of the kind «pads», in French «carnets». */
static int setup(void **state)
{
    static const char *const keys[] = {"chat/mail", "chat/pad", NULL};
    static const struct wording_text pads[] = {{"fr", "Carnets"}, {"en", "Pads"}};
    (void)state;
    scratch_make(path);
    folder = open(path, O_RDONLY | O_DIRECTORY);
    assert_true(folder >= 0);
    config = village_config(keys);
    struct service *pad = (struct service *)config->collective.services[1];
    pad->kind = (struct wording){pads, ARRAY_LEN(pads)};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    config_free(config);
    close(folder);
    scratch_remove(path);
    return 0;
}

static void plant(const char *name)
{
    free(scratch_run("mkdir -p \"$(dirname %s/%s)\"", path, name));
    scratch_write(path, name, "x", 1);
}

static bool is_there(const char *name)
{
    struct stat stat;
    return fstatat(folder, name, &stat, AT_SYMLINK_NOFOLLOW) == 0;
}

struct row {
    const char *name;
    bool stays;
};

static void expect_swept(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        plant(rows[i].name);
    sweep_site(folder, &config->collective, languages);
    for (size_t i = 0; i < count; i++)
        if (is_there(rows[i].name) != rows[i].stays)
            fail_msg("%s %s", rows[i].name, rows[i].stays ? "is gone" : "is still there");
}

static void test_kinds(void **state)
{
    static const struct row rows[] = {
        {"fr/kind/index.html", true},
        {"fr/kind/carnets/index.html", true}, /* the slug is that of the first language */
        {"en/kind/carnets/index.html", true},
        {"fr/kind/cartes/index.html", false},
        {"en/kind/cartes/index.html", false},
        {"fr/kind/cartes/own.txt", true}, /* not ours */
        {"fr/kind/No-Id/index.html", true},
        {"de/kind/cartes/index.html", true}, /* a language that is not asked for */
        {"kind/cartes/index.html", true},
    };
    (void)state;
    expect_swept(rows, ARRAY_LEN(rows));
}

static void test_kinds_of_nobody(void **state)
{
    static const struct row rows[] = {{"fr/kind/carnets/index.html", false}};
    struct service *pad = (struct service *)config->collective.services[1];
    (void)state;
    pad->kind.count = 0;
    expect_swept(rows, ARRAY_LEN(rows));
}

static void test_hosters_and_services(void **state)
{
    static const struct row rows[] = {
        {"fr/h/chat/index.html", true},
        {"fr/h/chat/pad/index.html", true},
        {"fr/h/chat/old/index.html", false},
        {"en/h/dog/index.html", false},
        {"en/h/dog/pad/index.html", false},
        {"h/chat/incidents.atom", true},
        {"h/chat/old/incidents.atom", false},
        {"h/dog/api/v2/summary.json", false},
        {"badge/chat.fr.svg", true},
        {"badge/chat-90d.fr.svg", true},
        {"badge/dog-90d.fr.svg", false},
        {"badge/chat/pad.json", true},
        {"badge/chat/old.json", false},
        {"api/v1/hosters/dog.json", false},
        {"api/v1/services/chat/old.json", false},
        {"api/v1/collective.json", true},
        {"data/dog.csv", false},
        {"data/monthly/dog.csv", false},
        {"data/usage/chat.csv", true},
        {"data/datapackage.json", true},
        {"data/chatonsinfos/chat/pad/service.properties", true},
        {"data/chatonsinfos/chat/old/service.properties", false},
        {"data/chatonsinfos/dog/metrics.properties", false},
        {"fr/incidents/chat/pad/20260808T143700Z/index.html", true},
        {"fr/incidents/chat/old/20260808T143700Z/index.html", false},
        {"fr/incidents/2026-08/index.html", true},
    };
    (void)state;
    expect_swept(rows, ARRAY_LEN(rows));
}

/* What somebody links to lies elsewhere, and stays. */
static void test_links_are_not_followed(void **state)
{
    (void)state;
    plant("elsewhere/cartes/index.html");
    plant("elsewhere/dog/index.html");
    free(scratch_run("mkdir -p %s/fr %s/en/kind", path, path));
    assert_int_equal(symlinkat("../elsewhere", folder, "fr/kind"), 0);
    assert_int_equal(symlinkat("../elsewhere", folder, "fr/h"), 0);
    assert_int_equal(symlinkat("../../elsewhere/cartes", folder, "en/kind/cartes"), 0);
    sweep_site(folder, &config->collective, languages);
    assert_true(is_there("elsewhere/cartes/index.html"));
    assert_true(is_there("elsewhere/dog/index.html"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kinds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_kinds_of_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hosters_and_services, setup, teardown),
        cmocka_unit_test_setup_teardown(test_links_are_not_followed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
