/* The file of the key on disks that fail: each call that can fail does so once, by functions that stand before the system's. */
#include "consent_key.h"

#include "macros.h"
#include "scratch.h"
#include "text.h"

#include "testing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- calls that fail ---- */

enum call { CALL_NONE, CALL_OPEN, CALL_READ, CALL_WRITE, CALL_FCHMOD, CALL_FSYNC, CALL_RENAME };

static struct {
    enum call call;
    int before;  /* calls of it that go well first */
    ssize_t cut; /* bytes that are read or written all the same */
} fault_wanted;

static bool fails(enum call call)
{
    if (fault_wanted.call != call || fault_wanted.before-- > 0)
        return false;
    fault_wanted.call = CALL_NONE;
    errno = EIO;
    return true;
}

static ssize_t cut(void)
{
    return fault_wanted.cut ? fault_wanted.cut : -1;
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    return fails(CALL_OPEN) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

ssize_t read(int file, void *to, size_t size)
{
    return fails(CALL_READ) ? cut() : syscall(SYS_read, file, to, size);
}

ssize_t write(int file, const void *from, size_t size)
{
    return fails(CALL_WRITE) ? cut() : syscall(SYS_write, file, from, size);
}

int fchmod(int file, mode_t mode)
{
    return fails(CALL_FCHMOD) ? -1 : (int)syscall(SYS_fchmod, file, mode);
}

int fsync(int file)
{
    return fails(CALL_FSYNC) ? -1 : (int)syscall(SYS_fsync, file);
}

int rename(const char *from, const char *to)
{
    return fails(CALL_RENAME) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* ---- the file ---- */

static char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];

static int set_up(void **state)
{
    (void)state;
    fault_wanted.call = CALL_NONE;
    scratch_make(folder);
    text_format(path, sizeof path, "%s/consent.key", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(folder);
    return 0;
}

static int fetch(unsigned char key[TOKEN_KEY_SIZE], struct fault *fault)
{
    *fault = (struct fault){""};
    return consent_key_fetch(folder, key, fault);
}

/* The key is there and stays. */
static void expect_good(unsigned char key[TOKEN_KEY_SIZE])
{
    unsigned char again[TOKEN_KEY_SIZE] = {0};
    struct fault fault;
    struct stat found;
    assert_int_equal(fetch(key, &fault), 0);
    assert_int_equal(fetch(again, &fault), 0);
    assert_memory_equal(key, again, sizeof again);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_size, TOKEN_KEY_SIZE);
    assert_int_equal(found.st_mode & 0777, 0600);
}

static int count_descriptors(void)
{
    int count = 0;
    DIR *all = opendir("/proc/self/fd");
    assert_non_null(all);
    while (readdir(all))
        count++;
    closedir(all);
    return count;
}

static void fail_once(size_t row, enum call call, int before, ssize_t length, const char *said)
{
    unsigned char key[TOKEN_KEY_SIZE];
    struct fault fault;
    int descriptors = count_descriptors();
    fault_wanted.call = call;
    fault_wanted.before = before;
    fault_wanted.cut = length;
    assert_row(row, fetch(key, &fault) == -1);
    assert_row(row, fault_wanted.call == CALL_NONE);
    if (!strstr(fault.text, path) || !strstr(fault.text, said))
        fail_msg("row %zu: %s", row, fault.text);
    assert_row(row, count_descriptors() == descriptors);
}

/* ---- the tests ---- */

/* No half of a key is left where the next one looks for it. */
static void test_making(void **state)
{
    static const struct {
        enum call call;
        int before;
        ssize_t cut;
        const char *said;
    } rows[] = {
        {CALL_OPEN, 0, 0, "cannot be opened: Input/output error"},
        {CALL_OPEN, 1, 0, "cannot be made: Input/output error"},
        {CALL_FCHMOD, 0, 0, "cannot be written: Input/output error"},
        {CALL_WRITE, 0, 0, "cannot be written: Input/output error"},
        {CALL_WRITE, 0, 7, "cannot be written: No space left on device"},
        {CALL_FSYNC, 0, 0, "cannot be written: Input/output error"},
        {CALL_OPEN, 2, 0, "cannot be kept: Input/output error"},
        {CALL_RENAME, 0, 0, "cannot be kept: Input/output error"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned char key[TOKEN_KEY_SIZE];
        fail_once(i, rows[i].call, rows[i].before, rows[i].cut, rows[i].said);
        assert_row(i, access(path, F_OK) == -1);
        expect_good(key);
        assert_int_equal(unlink(path), 0);
    }
}

/* The file is whole and has its name, which a power cut may still take: that is told, and no other key is made. */
static void test_name_not_kept(void **state)
{
    unsigned char key[TOKEN_KEY_SIZE];
    (void)state;
    fail_once(0, CALL_FSYNC, 1, 0, "cannot be kept: Input/output error");
    expect_good(key);
}

/* What cannot be read is not replaced: links were made with it. */
static void test_reading(void **state)
{
    unsigned char key[TOKEN_KEY_SIZE], after[TOKEN_KEY_SIZE];
    (void)state;
    expect_good(key);
    fail_once(0, CALL_READ, 0, 0, "cannot be read: Input/output error");
    fail_once(1, CALL_READ, 0, 7, "does not have 32 bytes");
    expect_good(after);
    assert_memory_equal(key, after, sizeof key);
}

static void test_wrong_size(void **state)
{
    static const char bytes[2 * TOKEN_KEY_SIZE];
    static const size_t sizes[] = {0, 1, TOKEN_KEY_SIZE - 1, TOKEN_KEY_SIZE + 1,
                                   2 * TOKEN_KEY_SIZE};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct stat found;
        scratch_write(folder, "consent.key", bytes, sizes[i]);
        fail_once(i, CALL_NONE, 0, 0, "does not have 32 bytes; remove it, another one is made");
        assert_int_equal(stat(path, &found), 0);
        assert_int_equal(found.st_size, sizes[i]);
    }
}

static void test_no_file(void **state)
{
    (void)state;
    assert_int_equal(symlink("/etc/passwd", path), 0);
    fail_once(0, CALL_NONE, 0, 0, "cannot be opened: Too many levels of symbolic links");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    fail_once(1, CALL_NONE, 0, 0, "cannot be read: Is a directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_making, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_name_not_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reading, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_file, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
