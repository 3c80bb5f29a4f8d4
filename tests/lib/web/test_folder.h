/* A folder of the test's own below /tmp, with files in it. Every failure fails the test. */
#ifndef VIBRISSE_TEST_FOLDER_H
#define VIBRISSE_TEST_FOLDER_H

#include <stddef.h>

struct test_folder {
    char path[64];
};

void test_folder_make(struct test_folder *folder);
void test_folder_remove(struct test_folder *folder); /* with all that is in it */

/* `name` may have folders in it, which are made. Written aside and renamed, as the keeper does. */
void test_folder_write(const struct test_folder *folder, const char *name, const char *content);
void test_folder_fill(const struct test_folder *folder, const char *name, const char *pattern,
                      size_t length);
void test_folder_link(const struct test_folder *folder, const char *name, const char *target);
void test_folder_delete(const struct test_folder *folder, const char *name);

#endif
