/* Files below a folder of ours, replaced as a whole: written beside and renamed. Never follows a symbolic link below
 * the folder. Path parts are ids or names of ours. */
#ifndef VIBRISSE_FOLDER_H
#define VIBRISSE_FOLDER_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>

/* Makes PATH (its parents must exist) and opens it; -1 and a sentence. */
int folder_open(const char *path, struct fault *fault);

/* Replaces `path` ("fr/h/id/index.html") below the folder; makes folders on the way. */
int folder_replace(int folder, const char *path, const void *bytes, size_t length,
                   struct fault *fault);

/* Whether the file is there and has just these bytes. */
bool folder_holds(int folder, const char *path, const void *bytes, size_t length);

/* Removes the file, and the folders on the way to it that are then empty. No error when it is not there. */
void folder_remove(int folder, const char *path);

#endif
