#include "test_folder.h"

#include "testing.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void test_folder_make(struct test_folder *folder)
{
    strcpy(folder->path, "/tmp/vibrisse-test-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
}

static int remove_one(const char *path, const struct stat *stat, int kind, struct FTW *ftw)
{
    (void)stat, (void)kind, (void)ftw;
    return remove(path);
}

void test_folder_remove(struct test_folder *folder)
{
    nftw(folder->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void full_path(const struct test_folder *folder, const char *name, char path[512])
{
    assert_true(snprintf(path, 512, "%s/%s", folder->path, name) < 512);
    for (char *slash = path + strlen(folder->path) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
}

static void write_bytes(const struct test_folder *folder, const char *name, const char *bytes,
                        size_t length)
{
    char path[512], aside[512];
    full_path(folder, name, path);
    full_path(folder, ".aside", aside);
    FILE *file = fopen(aside, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(aside, path), 0);
}

void test_folder_write(const struct test_folder *folder, const char *name, const char *content)
{
    write_bytes(folder, name, content, strlen(content));
}

void test_folder_fill(const struct test_folder *folder, const char *name, const char *pattern,
                      size_t length)
{
    char *bytes = malloc(length);
    assert_non_null(bytes);
    for (size_t i = 0; i < length; i++)
        bytes[i] = pattern[i % strlen(pattern)];
    write_bytes(folder, name, bytes, length);
    free(bytes);
}

void test_folder_link(const struct test_folder *folder, const char *name, const char *target)
{
    char path[512];
    full_path(folder, name, path);
    assert_int_equal(symlink(target, path), 0);
}

void test_folder_delete(const struct test_folder *folder, const char *name)
{
    char path[512];
    full_path(folder, name, path);
    assert_int_equal(remove(path), 0);
}
