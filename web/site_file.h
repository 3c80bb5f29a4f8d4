/* Files below one folder, read without ever following a symbolic link: none is opened at any level, nor is anything that
 * is no regular file. Names are those of site_file_is_name(), joined by '/'. Thread-safe. */
#ifndef VIBRISSE_SITE_FILE_H
#define VIBRISSE_SITE_FILE_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SITE_FILE_NAME_MAX = 1024, SITE_FILE_DEPTH = 6 };

struct site_identity {  /* while it stays the same, so does the content */
    int64_t changed_ns; /* modification time */
    int64_t size;
    uint64_t inode;
};

/* One segment: [A-Za-z0-9._-], no dot first. */
bool site_file_is_name(const char *segment);

bool site_identity_equal(const struct site_identity *left, const struct site_identity *right);
uint64_t site_identity_hash(const struct site_identity *identity);

/* 0, or a negative errno; -ENOENT also where there is something that is not served. */
int site_file_identity(int folder, const char *name, struct site_identity *ret);

/* The open file (the caller closes it) or a negative errno. */
int site_file_open(int folder, const char *name, struct site_identity *ret);

/* Appends the whole content to `out`; -EFBIG when it is more than fits. 0 or a negative errno. */
int site_file_read(int folder, const char *name, struct site_identity *ret, struct buffer *out);

#endif
