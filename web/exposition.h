/* Metrics in the text format that came before OpenMetrics (version 0.0.4), for readers that know no other: their names
 * carry the suffix of their kind, states and facts are gauges, units go unsaid. Pure.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/ */
#ifndef VIBRISSE_EXPOSITION_H
#define VIBRISSE_EXPOSITION_H

#include "buffer.h"

#include <stddef.h>

#define EXPOSITION_MIME "text/plain; version=0.0.4; charset=utf-8"

/* `text` is our own OpenMetrics: TYPE comes first in each family. */
void exposition_write(const char *text, size_t length, struct buffer *out);

#endif
