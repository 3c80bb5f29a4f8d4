/* Files below a folder of ours, replaced as a whole: written beside and renamed. Never follows a symbolic link below
 * the folder. Path parts are ids or names of ours. */
#ifndef VIBRISSE_FOLDER_H
#define VIBRISSE_FOLDER_H

#include "buffer.h"
#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* Makes PATH (its parents must exist) and opens it; -1 and a sentence. */
int folder_open(const char *path, struct fault *fault);

/* Replaces `path` ("fr/h/id/index.html") below the folder; makes folders on the way. */
int folder_replace(int folder, const char *path, const void *bytes, size_t length,
                   struct fault *fault);

/* What root makes is for whoever has the folder `above` (as seen from `near`), so that the monitor can use it, too: gives it
 * the file or folder `made`. Nothing where another made it. -1 and errno. */
int folder_give(int made, int near, const char *above);

/* Adds the content of the file to the buffer. -1 and a sentence, also when the buffer has no room for it. `folder` may be
 * AT_FDCWD, and the path any; a link as its last part is not followed. */
int folder_read(int folder, const char *path, struct buffer *to, struct fault *fault);

enum { FOLDER_SAME, FOLDER_CHANGED, FOLDER_NEW };

/* The same for what seldom changes: FOLDER_SAME when the file has just these bytes and was left alone. -1 and a sentence. */
int folder_update(int folder, const char *path, const void *bytes, size_t length,
                  struct fault *fault);

/* Whether it is the file that was looked at before, and nobody wrote it since. */
bool folder_is_same(const struct stat *one, const struct stat *other);

/* Removes the file, and the folders on the way to it that are then empty. No error when it is not there. */
void folder_remove(int folder, const char *path);

#endif
