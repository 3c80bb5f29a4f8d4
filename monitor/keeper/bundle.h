/* A compressed tar file (pax, gzip), which any tar opens: written from files, and read back into a folder. The last member,
 * SHA256SUMS, holds the sums of all others as sha256sum(1) checks them; nothing that lacks in it, or differs from it, is
 * taken for whole. The only file that knows libarchive. */
#ifndef VIBRISSE_BUNDLE_H
#define VIBRISSE_BUNDLE_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>

/* ---- writing ---- */

struct bundle_writer;

/* Makes `path`, which must not exist. */
int bundle_create(const char *path, struct bundle_writer **ret, struct fault *fault);
/* The content of an open file, from where it stands, as member `name`. */
int bundle_add(struct bundle_writer *writer, const char *name, int file, struct fault *fault);
/* The member that was to come cannot be had: nothing will be left of the archive. */
void bundle_spoil(struct bundle_writer *writer, const struct fault *why);
/* Writes the sums, syncs and frees. Also after a failure, which it repeats; the file is then removed. */
int bundle_finish(struct bundle_writer *writer, struct fault *fault);

/* ---- reading ---- */

/* Unpacks the regular files whose names `wanted` accepts into the open folder, making folders on the way; a file that is
 * there already is an error. Other members are an error, too. 0 only when every sum was right and nothing is missing. */
int bundle_unpack(const char *path, int folder, bool (*wanted)(const char *name), size_t *ret_files,
                  struct fault *fault);

#endif
