/* A file's bytes, bounded: whatever stands at the path (a folder, a pipe, a device, something endless) is answered with
 * one sentence. */
#ifndef VIBRISSE_SOURCE_H
#define VIBRISSE_SOURCE_H

#include "buffer.h"
#include "fault.h"

/* Appends to `out`; -1 and a sentence when it is no readable regular file or larger than fits. */
int source_read(const char *path, struct buffer *out, struct fault *fault);
/* The same of what is open already, to its end, whatever it is: standard input. */
int source_read_all(int fd, struct buffer *out, struct fault *fault);

#endif
