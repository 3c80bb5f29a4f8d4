#include "macros.h"
#include "site_table.h"
#include "test_folder.h"
#include "testing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct test_folder folder;

static int setup(void **state)
{
    (void)state;
    test_folder_make(&folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove(&folder);
    return 0;
}

static struct site_table scan(void)
{
    struct site_table table = {0};
    struct fault fault;
    int open_folder = open(folder.path, O_RDONLY | O_DIRECTORY);
    assert_int_equal(site_table_scan(&table, open_folder, &fault), 0);
    close(open_folder);
    return table;
}

static bool has(const struct site_table *table, const char *path)
{
    return site_table_find(table, path, strlen(path)) != NULL;
}

static void test_finds_what_is_there(void **state)
{
    static const char *const there[] = {
        "/", "/index.html", "/fr/", "/fr/index.html", "/fr/h/x/", "/metrics", "/badge/x.fr.svg"};
    static const char *const not_there[] = {
        "",          "fr/",        "/fr",         "/fr/h/",    "//",
        "/metrics/", "/metricsx",  "/metric",     "/./",       "/fr/../metrics",
        "/Metrics",  "/index.htm", "xindex.html", "index.html"};
    (void)state;
    test_folder_write(&folder, "index.html", "");
    test_folder_write(&folder, "metrics", "");
    test_folder_write(&folder, "fr/index.html", "");
    test_folder_write(&folder, "fr/h/x/index.html", "");
    test_folder_write(&folder, "badge/x.fr.svg", "");
    struct site_table table = scan();
    assert_int_equal(table.count, 5);
    for (size_t i = 0; i < ARRAY_LEN(there); i++)
        assert_row(i, has(&table, there[i]));
    for (size_t i = 0; i < ARRAY_LEN(not_there); i++)
        assert_row(i, !has(&table, not_there[i]));
    /* A path need not end where its memory does. */
    assert_non_null(site_table_find(&table, "/fr/?x", strlen("/fr/")));
    site_table_free(&table);
}

static void test_knows_the_file(void **state)
{
    char file[SITE_FILE_NAME_MAX];
    (void)state;
    test_folder_write(&folder, "fr/index.html", "");
    test_folder_write(&folder, "fr/x.json", "");
    struct site_table table = scan();
    site_entry_file(site_table_find(&table, "/fr/", 4), file);
    assert_string_equal(file, "fr/index.html");
    site_entry_file(site_table_find(&table, "/fr/x.json", 10), file);
    assert_string_equal(file, "fr/x.json");
    site_table_free(&table);
}

static void test_leaves_out_what_is_strange(void **state)
{
    (void)state;
    test_folder_write(&folder, "good.txt", "");
    test_folder_write(&folder, ".stamp", "");
    test_folder_write(&folder, ".hidden/x.txt", "");
    test_folder_write(&folder, "with space.txt", "");
    test_folder_write(&folder, "percent%2e.txt", "");
    test_folder_write(&folder, "1/2/3/4/5/6/deep.txt", "");
    test_folder_write(&folder, "1/2/3/4/5/6/7/too-deep.txt", "");
    test_folder_link(&folder, "passwd.txt", "/etc/passwd");
    test_folder_link(&folder, "etc", "/etc");
    test_folder_link(&folder, "loop", ".");
    struct site_table table = scan();
    assert_int_equal(table.count, 2);
    assert_true(has(&table, "/good.txt"));
    assert_true(has(&table, "/1/2/3/4/5/6/deep.txt"));
    site_table_free(&table);
}

static void test_empty_and_unreadable(void **state)
{
    struct site_table table = scan();
    struct fault fault = {""};
    (void)state;
    assert_int_equal(table.count, 0);
    assert_false(has(&table, "/"));
    site_table_free(&table);
    assert_int_equal(site_table_scan(&table, -1, &fault), -1);
    assert_non_null(strstr(fault.text, "cannot read"));
    site_table_free(&table);
}

static void test_inherits_what_stays(void **state)
{
    struct site_cache cache = {.max = 1024 * 1024};
    (void)state;
    test_folder_write(&folder, "b", "");
    test_folder_write(&folder, "d", "");
    struct site_table old = scan();
    for (size_t i = 0; i < old.count; i++) {
        struct site_body *body = site_body_new(calloc(1, 1), 1);
        old.entries[i].hash = 7 + i;
        site_cache_put(&cache, &old.entries[i].bodies[ENCODING_GZIP], body);
        site_body_release(body);
    }
    test_folder_delete(&folder, "b");
    test_folder_write(&folder, "a", "");
    test_folder_write(&folder, "c", "");
    struct site_table table = scan();
    site_table_inherit(&table, &old, &cache);
    site_table_free(&old);
    assert_int_equal(table.count, 3);
    assert_int_equal(site_table_find(&table, "/a", 2)->hash, 0);
    assert_int_equal(site_table_find(&table, "/d", 2)->hash, 8);
    assert_non_null(site_table_find(&table, "/d", 2)->bodies[ENCODING_GZIP]);
    assert_int_equal(cache.used, sizeof(struct site_body) + 1);
    site_cache_clear(&cache);
    site_table_free(&table);
}

static void test_languages(void **state)
{
    char languages[SITE_LANGUAGES_MOST][SITE_LANGUAGE_SIZE];
    (void)state;
    test_folder_write(&folder, "fr/index.html", "");
    test_folder_write(&folder, "en/index.html", "");
    test_folder_write(&folder, "br/x.html", "");
    test_folder_write(&folder, "data/index.html", "");
    test_folder_write(&folder, "h/index.html", "");
    struct site_table table = scan();
    assert_int_equal(site_table_languages(&table, languages, SITE_LANGUAGES_MOST), 2);
    assert_string_equal(languages[0], "en");
    assert_string_equal(languages[1], "fr");
    assert_int_equal(site_table_languages(&table, languages, 1), 1);
    site_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_finds_what_is_there, setup, teardown),
        cmocka_unit_test_setup_teardown(test_knows_the_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_leaves_out_what_is_strange, setup, teardown),
        cmocka_unit_test_setup_teardown(test_empty_and_unreadable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_inherits_what_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_languages, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
