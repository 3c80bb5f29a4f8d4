#include "site_file.h"
#include "test_folder.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct test_folder folder;
    int open;
};

static struct fixture fixture;

static int setup(void **state)
{
    (void)state;
    test_folder_make(&fixture.folder);
    fixture.open = open(fixture.folder.path, O_RDONLY | O_DIRECTORY);
    assert_true(fixture.open >= 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    close(fixture.open);
    test_folder_remove(&fixture.folder);
    return 0;
}

static int read_file(const char *name, size_t max, char *to, size_t size)
{
    struct site_identity identity;
    struct buffer content;
    buffer_init(&content, max);
    int error = site_file_read(fixture.open, name, &identity, &content);
    assert_true(content.length < size);
    strcpy(to, buffer_text(&content));
    buffer_fini(&content);
    return error;
}

static void test_reads(void **state)
{
    char text[64];
    (void)state;
    test_folder_write(&fixture.folder, "fr/h/index.html", "bonjour");
    assert_int_equal(read_file("fr/h/index.html", 63, text, sizeof text), 0);
    assert_string_equal(text, "bonjour");
    assert_int_equal(read_file("fr/h/index.html", 7, text, sizeof text), 0);
    assert_int_equal(read_file("fr/h/index.html", 6, text, sizeof text), -EFBIG);
}

static void test_follows_no_link(void **state)
{
    char text[64];
    (void)state;
    test_folder_write(&fixture.folder, "real/file.txt", "inside");
    test_folder_link(&fixture.folder, "link.txt", "real/file.txt");
    test_folder_link(&fixture.folder, "outside.txt", "/etc/passwd");
    test_folder_link(&fixture.folder, "folder", "real");
    assert_int_equal(read_file("link.txt", 63, text, sizeof text), -ELOOP);
    assert_int_equal(read_file("outside.txt", 63, text, sizeof text), -ELOOP);
    assert_true(read_file("folder/file.txt", 63, text, sizeof text) < 0);
    struct site_identity identity;
    assert_int_equal(site_file_identity(fixture.open, "link.txt", &identity), -ENOENT);
}

static void test_only_regular_files(void **state)
{
    char text[64];
    (void)state;
    test_folder_write(&fixture.folder, "folder/x", "");
    assert_int_equal(mkfifoat(fixture.open, "pipe", 0600), 0);
    assert_int_equal(read_file("pipe", 63, text, sizeof text), -ENOENT);
    assert_int_equal(read_file("folder", 63, text, sizeof text), -ENOENT);
    assert_int_equal(read_file("missing", 63, text, sizeof text), -ENOENT);
    assert_int_equal(read_file("folder/x/y", 63, text, sizeof text), -ENOTDIR);
}

static void test_identity_changes_with_the_file(void **state)
{
    struct site_identity first, same, other;
    (void)state;
    test_folder_write(&fixture.folder, "x", "one");
    assert_int_equal(site_file_identity(fixture.open, "x", &first), 0);
    assert_int_equal(site_file_identity(fixture.open, "x", &same), 0);
    assert_true(site_identity_equal(&first, &same));
    assert_int_equal(site_identity_hash(&first), site_identity_hash(&same));
    test_folder_write(&fixture.folder, "x", "two");
    assert_int_equal(site_file_identity(fixture.open, "x", &other), 0);
    assert_false(site_identity_equal(&first, &other));
    assert_int_not_equal(site_identity_hash(&first), site_identity_hash(&other));
}

static void test_names(void **state)
{
    static const char *const bad[] = {"",         ".",   "..",   ".stamp", "a b", "a/b",
                                      "\xC3\xA9", "a\n", "a%2f", "~",      "a:b"};
    (void)state;
    assert_true(site_file_is_name("chat-perche"));
    assert_true(site_file_is_name("x.fr_2.SVG"));
    assert_true(site_file_is_name("a..b"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_row(i, !site_file_is_name(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reads, setup, teardown),
        cmocka_unit_test_setup_teardown(test_follows_no_link, setup, teardown),
        cmocka_unit_test_setup_teardown(test_only_regular_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_identity_changes_with_the_file, setup, teardown),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
