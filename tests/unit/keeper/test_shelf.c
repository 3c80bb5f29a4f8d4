/* Reports that were published, laid over a site: only whole ones, each edition in place of the one before. */
#include "shelf.h"

#include "buffer.h"
#include "bundle_sums.h"
#include "folder.h"
#include "macros.h"
#include "mem.h"
#include "scratch.h"
#include "testing.h"
#include "text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ground {
    char data[SCRATCH_SIZE], site_path[SCRATCH_SIZE];
    int kept, site;
    struct shelf shelf;
    int64_t now_ms;
};

static int set_up(void **state)
{
    struct ground *ground = mem_zalloc(sizeof *ground);
    struct fault fault;
    char path[SCRATCH_SIZE + 16];
    scratch_make(ground->data);
    scratch_make(ground->site_path);
    text_format(path, sizeof path, "%s/reports", ground->data);
    ground->kept = folder_open(path, &fault);
    ground->site = folder_open(ground->site_path, &fault);
    assert_true(ground->kept >= 0 && ground->site >= 0);
    ground->now_ms = 1;
    *state = ground;
    return 0;
}

static int tear_down(void **state)
{
    struct ground *ground = *state;
    close(ground->kept);
    close(ground->site);
    scratch_remove(ground->data);
    scratch_remove(ground->site_path);
    free(ground);
    return 0;
}

static void put(int folder, const char *path, const char *text)
{
    struct fault fault;
    assert_int_equal(folder_replace(folder, path, text, strlen(text), &fault), 0);
}

/* Files whose content is their path, but for `more`. */
static void add_files(struct ground *ground, struct buffer *out, const char *before,
                      const char *const *names, const char *more)
{
    for (size_t i = 0; names[i]; i++) {
        char path[200], text[300], hex[BUNDLE_SUM_SIZE];
        text_format(path, sizeof path, "%s%s", before, names[i]);
        text_format(text, sizeof text, "%s%s", path, more);
        if (path[0] != '/' && !strstr(path, ".."))
            put(ground->kept, path, text);
        bundle_sum_of(text, strlen(text), hex);
        buffer_printf(out, "%s{\"path\":\"%s\",\"hash\":\"sha256:%s\"}", i ? "," : "", names[i],
                      hex);
    }
}

static void publish(struct ground *ground, int year, const char *standing, const char *const *pages,
                    const char *more)
{
    const char *const data[] = {"report.json", "hosters.csv", NULL};
    char before[32], path[64];
    struct buffer out;
    buffer_init(&out, 10000);
    text_format(before, sizeof before, "report/%d/", year);
    text_format(path, sizeof path, "%sdatapackage.json", before);
    buffer_printf(&out, "{\"created\":\"2026-02-01T00:00:00Z\",%s\"resources\":[", standing);
    add_files(ground, &out, before, data, more);
    buffer_text_add(&out, "],\"pages\":[");
    add_files(ground, &out, "", pages, more);
    buffer_text_add(&out, "]}");
    put(ground->kept, path, buffer_text(&out));
    buffer_fini(&out);
}

static bool look(struct ground *ground)
{
    ground->now_ms += 2000;
    return shelf_look(&ground->shelf, ground->data, ground->site, ground->now_ms);
}

static void holds(struct ground *ground, const char *path, const char *text)
{
    struct buffer found;
    struct fault fault;
    buffer_init(&found, 4096);
    int rc = folder_read(ground->site, path, &found, &fault);
    if (text ? rc || strcmp(buffer_text(&found), text) != 0 : rc == 0)
        fail_msg("%s", path);
    buffer_fini(&found);
}

static const char *const both[] = {"fr/report/2025/index.html", "fr/report/2025/h/a/index.html",
                                   NULL};
static const char *const first[] = {"fr/report/2025/index.html", NULL};
static const char *const older[] = {"fr/report/2024/index.html", NULL};

static void test_editions(void **state)
{
    struct ground *ground = *state;
    assert_false(look(ground));
    publish(ground, 2025, "\"comments_until\":\"2026-03-01T00:00:00Z\",", both, "");
    assert_true(look(ground));
    assert_int_equal(ground->shelf.count, 1);
    assert_int_equal(ground->shelf.reports[0].comments_until, 1772323200);
    assert_false(ground->shelf.reports[0].final);
    holds(ground, both[0], both[0]);
    holds(ground, both[1], both[1]);
    holds(ground, "report/2025/hosters.csv", "report/2025/hosters.csv");
    assert_false(look(ground));

    publish(ground, 2024, "\"version\":\"1.1\",", older, "");
    publish(ground, 2025, "\"version\":\"1.0\",", first, " again");
    assert_true(look(ground));
    assert_int_equal(ground->shelf.count, 2);
    assert_int_equal(ground->shelf.reports[0].year, 2025);
    assert_true(ground->shelf.reports[0].final && !ground->shelf.reports[0].corrected);
    assert_int_equal(ground->shelf.reports[0].as_of, 1769904000);
    assert_true(ground->shelf.reports[1].final && ground->shelf.reports[1].corrected);
    holds(ground, both[0], "fr/report/2025/index.html again");
    holds(ground, both[1], NULL); /* it is in this edition no longer */
    holds(ground, older[0], older[0]);
    assert_false(look(ground));
}

static void test_again_after_a_start(void **state)
{
    struct ground *ground = *state;
    publish(ground, 2025, "\"version\":\"1.0\",", both, "");
    assert_true(look(ground));
    folder_remove(ground->site, both[1]);
    ground->shelf = (struct shelf){0};
    assert_true(look(ground));
    holds(ground, both[1], both[1]);
}

static void test_half_written(void **state)
{
    struct ground *ground = *state;
    publish(ground, 2025, "\"version\":\"1.0\",", both, "");
    assert_true(look(ground));
    publish(ground, 2025, "\"version\":\"1.1\",", both, " again");
    put(ground->kept, both[0], "something else");
    assert_false(look(ground));
    assert_int_equal(ground->shelf.count, 1);
    assert_false(ground->shelf.reports[0].corrected);
    holds(ground, both[0], both[0]);
    holds(ground, both[1], both[1]); /* nothing of it */
    put(ground->kept, both[0], "fr/report/2025/index.html again");
    assert_false(look(ground)); /* not at once: it is read through each time */
    ground->now_ms += 60000;
    assert_true(look(ground));
    assert_true(ground->shelf.reports[0].corrected);
    holds(ground, both[0], "fr/report/2025/index.html again");
}

static void test_foreign(void **state)
{
    static const char *const paths[] = {
        "../out.html",
        "/etc/out.html",
        "fr/index.html",
        "fr/report/2025/../../index.html",
        "fr/report/2024/index.html",
        "fr/report/2025/A.html",
    };
    struct ground *ground = *state;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        const char *const pages[] = {both[0], paths[i], NULL};
        publish(ground, 2025, "\"version\":\"1.0\",", pages, "");
        assert_false(look(ground));
        holds(ground, both[0], NULL);
        ground->now_ms += 60000;
    }
    put(ground->kept, "report/2025/datapackage.json", "no JSON");
    assert_false(look(ground));
    put(ground->kept, "report/20255/datapackage.json", "{}");
    put(ground->kept, "report/file", "{}");
    assert_false(look(ground));
    assert_int_equal(ground->shelf.count, 0);
}

static void test_withdrawn(void **state)
{
    struct ground *ground = *state;
    publish(ground, 2024, "\"version\":\"1.0\",", older, "");
    publish(ground, 2025, "\"version\":\"1.0\",", both, "");
    assert_true(look(ground));
    folder_remove(ground->kept, "report/2024/report.json");
    folder_remove(ground->kept, "report/2024/hosters.csv");
    folder_remove(ground->kept, "report/2024/datapackage.json");
    assert_true(look(ground));
    assert_int_equal(ground->shelf.count, 1);
    assert_int_equal(ground->shelf.reports[0].year, 2025);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_editions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_again_after_a_start, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_half_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_foreign, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_withdrawn, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
