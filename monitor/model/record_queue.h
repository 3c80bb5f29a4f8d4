/* What is settled for a line of a record, but not yet for its service. The spans own their evidence. */
#ifndef VIBRISSE_RECORD_QUEUE_H
#define VIBRISSE_RECORD_QUEUE_H

#include "record.h"

#include <stdint.h>

void record_queue_add(struct record_line *line, const struct span *span); /* copies it */
/* Drops what ends at `frontier` (s) or before. */
void record_queue_forget(struct record_line *line, int64_t frontier);
void record_queue_free(struct record_line *line);

#endif
