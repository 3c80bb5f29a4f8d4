/* One-shot compression of whole bodies. Thread-safe; the work memory is freed before they return. */
#ifndef VIBRISSE_COMPRESS_H
#define VIBRISSE_COMPRESS_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* Both append to `out` and return true only when the result is smaller than the input and fits; else `out` is left as it
 * was, and the bytes are better sent as they are. */
bool compress_gzip(const void *bytes, size_t length, struct buffer *out);
bool compress_brotli(const void *bytes, size_t length, int quality,
                     struct buffer *out); /* quality 0 to 11 */

#endif
