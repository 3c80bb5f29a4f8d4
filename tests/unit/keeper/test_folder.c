/* A folder of ours in which somebody has planted things; writes that fail half way. */
#include "folder.h"

#include "mem.h"
#include "scratch.h"
#include "text.h"

#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct ground {
    char path[SCRATCH_SIZE], outside[SCRATCH_SIZE];
    int folder;
};

static int set_up(void **state)
{
    struct ground *ground = mem_zalloc(sizeof *ground);
    struct fault fault;
    scratch_make(ground->path);
    scratch_make(ground->outside);
    scratch_write(ground->outside, "secret", "secret", 6);
    ground->folder = folder_open(ground->path, &fault);
    assert_true(ground->folder >= 0);
    *state = ground;
    return 0;
}

static int tear_down(void **state)
{
    struct ground *ground = *state;
    close(ground->folder);
    scratch_remove(ground->path);
    scratch_remove(ground->outside);
    free(ground);
    return 0;
}

static void put(struct ground *ground, const char *path, const char *text)
{
    struct fault fault = {""};
    int rc = folder_replace(ground->folder, path, text, strlen(text), &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(rc, 0);
}

static void refuse(struct ground *ground, const char *path, const char *sentence)
{
    struct fault fault = {""};
    assert_int_equal(folder_replace(ground->folder, path, "new", 3, &fault), -1);
    assert_string_equal(fault.text, sentence);
}

static void assert_holds(const char *folder, const char *name, const char *text)
{
    char *found = scratch_read(folder, name, NULL);
    assert_string_equal(found, text);
    free(found);
}

static bool is_there(struct ground *ground, const char *path)
{
    struct stat facts;
    return fstatat(ground->folder, path, &facts, AT_SYMLINK_NOFOLLOW) == 0;
}

static void plant(struct ground *ground, const char *to, const char *name)
{
    char target[2 * SCRATCH_SIZE];
    text_format(target, sizeof target, "%s%s", ground->outside, to);
    assert_int_equal(symlinkat(target, ground->folder, name), 0);
}

/* ---- replace ---- */

static void test_replace(void **state)
{
    struct ground *ground = *state;
    struct stat facts;
    put(ground, "fr/h/id/index.html", "one");
    put(ground, "fr/h/id/index.html", "another");
    assert_holds(ground->path, "fr/h/id/index.html", "another");
    put(ground, "index.html", "");
    assert_holds(ground->path, "index.html", "");
    assert_false(is_there(ground, ".index.html.new"));
    assert_int_equal(fstatat(ground->folder, "fr/h/id/index.html", &facts, 0), 0);
    assert_int_equal(facts.st_mode & 0777, 0644);
}

static void test_link_as_file(void **state)
{
    struct ground *ground = *state;
    plant(ground, "/secret", "index.html");
    put(ground, "index.html", "page");
    assert_holds(ground->outside, "secret", "secret");
    assert_holds(ground->path, "index.html", "page");
}

static void test_link_as_temporary_file(void **state)
{
    struct ground *ground = *state;
    plant(ground, "/secret", ".index.html.new");
    put(ground, "index.html", "page");
    assert_holds(ground->outside, "secret", "secret");
    assert_holds(ground->path, "index.html", "page");
}

static void test_link_on_the_way(void **state)
{
    struct ground *ground = *state;
    plant(ground, "", "fr");
    refuse(ground, "fr/secret", "cannot make the folder of fr/secret: Not a directory");
    refuse(ground, "fr/h/index.html", "cannot make the folder of fr/h/index.html: Not a directory");
    folder_remove(ground->folder, "fr/secret");
    assert_holds(ground->outside, "secret", "secret");
}

static void test_file_on_the_way(void **state)
{
    struct ground *ground = *state;
    put(ground, "fr", "a file");
    refuse(ground, "fr/index.html", "cannot make the folder of fr/index.html: Not a directory");
    assert_holds(ground->path, "fr", "a file");
}

static void test_folder_in_the_way(void **state)
{
    struct ground *ground = *state;
    put(ground, "index.html/x", "x");
    refuse(ground, "index.html", "cannot write index.html: Is a directory");
    assert_false(is_there(ground, ".index.html.new"));
    put(ground, ".page.new/x", "x");
    refuse(ground, "page", "cannot write page: File exists");
}

/* ---- update ---- */

static int update(struct ground *ground, const char *path, const char *text)
{
    struct fault fault = {""};
    int rc = folder_update(ground->folder, path, text, strlen(text), &fault);
    assert_string_equal(fault.text, "");
    return rc;
}

static void test_update(void **state)
{
    struct ground *ground = *state;
    struct stat before, after;
    assert_int_equal(update(ground, "fr/h/id/index.html", "page"), FOLDER_NEW);
    assert_int_equal(fstatat(ground->folder, "fr/h/id/index.html", &before, 0), 0);
    assert_int_equal(update(ground, "fr/h/id/index.html", "page"), FOLDER_SAME);
    assert_int_equal(fstatat(ground->folder, "fr/h/id/index.html", &after, 0), 0);
    assert_true(folder_is_same(&before, &after));
    assert_int_equal(update(ground, "fr/h/id/index.html", "edge"), FOLDER_CHANGED);
    assert_holds(ground->path, "fr/h/id/index.html", "edge");
    assert_int_equal(update(ground, "fr/h/id/index.html", "longer"), FOLDER_CHANGED);
    assert_holds(ground->path, "fr/h/id/index.html", "longer");
}

/* The bytes are there, but elsewhere. */
static void test_update_of_link(void **state)
{
    struct ground *ground = *state;
    plant(ground, "/secret", "index.html");
    assert_int_equal(update(ground, "index.html", "secret"), FOLDER_CHANGED);
    assert_int_equal(update(ground, "index.html", "secret"), FOLDER_SAME);
    assert_int_equal(update(ground, "index.html", "page"), FOLDER_CHANGED);
    assert_holds(ground->outside, "secret", "secret");
}

static void test_update_in_vain(void **state)
{
    struct ground *ground = *state;
    struct fault fault = {""};
    put(ground, "index.html/x", "x");
    assert_int_equal(folder_update(ground->folder, "index.html", "new", 3, &fault), -1);
    assert_string_equal(fault.text, "cannot write index.html: Is a directory");
}

/* Half of it fits on the disk. */
static void test_full_disk(void **state)
{
    struct ground *ground = *state;
    struct rlimit before, little;
    struct fault fault = {""};
    char *large = mem_array(8192, 1);
    put(ground, "fr/index.html", "old");
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    little = (struct rlimit){4096, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &little);
    int rc = folder_replace(ground->folder, "fr/index.html", large, 8192, &fault);
    setrlimit(RLIMIT_FSIZE, &before);
    free(large);
    assert_int_equal(rc, -1);
    assert_string_equal(fault.text, "cannot write fr/index.html: File too large");
    assert_holds(ground->path, "fr/index.html", "old");
    assert_false(is_there(ground, "fr/.index.html.new"));
}

/* As somebody who may not write there: 0 when all is as it should be. */
static int try_read_only(struct ground *ground)
{
    struct fault fault = {""};
    if (getuid() == 0 && (setgid(65534) || setuid(65534)))
        return 1;
    if (folder_replace(ground->folder, "index.html", "new", 3, &fault) != -1)
        return 2;
    if (strcmp(fault.text, "cannot write index.html: Permission denied") != 0)
        return 3;
    if (folder_replace(ground->folder, "fr/index.html", "new", 3, &fault) != -1)
        return 4;
    return strcmp(fault.text, "cannot make the folder of fr/index.html: Permission denied") ? 5 : 0;
}

static void test_read_only(void **state)
{
    struct ground *ground = *state;
    int status;
    put(ground, "index.html", "old");
    assert_int_equal(fchmod(ground->folder, 0555), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(try_read_only(ground));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(fchmod(ground->folder, 0755), 0);
    assert_int_equal(status, 0);
    assert_holds(ground->path, "index.html", "old");
}

/* ---- remove ---- */

static void test_remove(void **state)
{
    struct ground *ground = *state;
    put(ground, "fr/h/a/index.html", "a");
    put(ground, "fr/h/a/pad/index.html", "pad");
    folder_remove(ground->folder, "fr/h/a/index.html");
    assert_false(is_there(ground, "fr/h/a/index.html"));
    assert_true(is_there(ground, "fr/h/a/pad/index.html"));
    folder_remove(ground->folder, "fr/h/a/pad/index.html");
    assert_false(is_there(ground, "fr/h/a/pad"));
    assert_false(is_there(ground, "fr")); /* all that is empty then */
    put(ground, "fr/h/a/pad/index.html", "pad");
    folder_remove(ground->folder, "fr/h/a/index.html"); /* is not there */
    assert_true(is_there(ground, "fr/h/a/pad"));
    folder_remove(ground->folder, "fr/h/a/index.html");
    folder_remove(ground->folder, "nothing");
}

static void test_remove_link(void **state)
{
    struct ground *ground = *state;
    plant(ground, "/secret", "index.html");
    folder_remove(ground->folder, "index.html");
    assert_false(is_there(ground, "index.html"));
    assert_holds(ground->outside, "secret", "secret");
}

/* ---- open ---- */

static void test_open(void **state)
{
    struct ground *ground = *state;
    struct fault fault;
    char path[PATH_MAX], sentence[2 * PATH_MAX];
    text_format(path, sizeof path, "%s/new", ground->path);
    int folder = folder_open(path, &fault);
    assert_true(folder >= 0);
    close(folder);

    text_format(path, sizeof path, "%s/no/new", ground->path);
    text_format(sentence, sizeof sentence, "cannot make the folder %s: No such file or directory",
                path);
    assert_int_equal(folder_open(path, &fault), -1);
    assert_string_equal(fault.text, sentence);

    text_format(path, sizeof path, "%s/secret", ground->outside);
    text_format(sentence, sizeof sentence, "cannot open the folder %s: Not a directory", path);
    assert_int_equal(folder_open(path, &fault), -1);
    assert_string_equal(fault.text, sentence);
}

static void assert_owner(const struct ground *ground, const char *path, uid_t owner)
{
    struct stat stat;
    assert_int_equal(fstatat(ground->folder, path, &stat, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(stat.st_uid, owner);
}

/* A command that root gives leaves nothing behind that the monitor's user cannot write. */
static void test_of_root(void **state)
{
    enum { OTHER = 12345 };
    struct ground *ground = *state;
    struct fault fault;
    char path[PATH_MAX];
    if (geteuid() != 0 || fchown(ground->folder, OTHER, OTHER))
        skip();
    put(ground, "new/deep/page", "page");
    assert_owner(ground, "new", OTHER);
    assert_owner(ground, "new/deep", OTHER);
    assert_owner(ground, "new/deep/page", OTHER);
    text_format(path, sizeof path, "%s/opened", ground->path);
    int folder = folder_open(path, &fault);
    assert_true(folder >= 0);
    close(folder);
    assert_owner(ground, "opened", OTHER);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_replace),         TEST(test_link_as_file),
        TEST(test_link_on_the_way), TEST(test_link_as_temporary_file),
        TEST(test_file_on_the_way), TEST(test_folder_in_the_way),
        TEST(test_update),          TEST(test_update_of_link),
        TEST(test_update_in_vain),  TEST(test_full_disk),
        TEST(test_read_only),       TEST(test_remove),
        TEST(test_remove_link),     TEST(test_open),
        TEST(test_of_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
