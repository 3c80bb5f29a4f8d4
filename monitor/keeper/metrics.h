/* What the running monitor believes and how it does, in OpenMetrics 1.0 text, for Prometheus and its kin: `probe_*` as
 * blackbox_exporter names it, of each line (check, family, vantage), `vibrisse_*` of services and of ourselves. What is
 * not known is left out: no sample, rather than a zero. Pure.
 *
 * Source: https://prometheus.io/docs/specs/om/open_metrics_spec/ */
#ifndef VIBRISSE_METRICS_H
#define VIBRISSE_METRICS_H

#include "buffer.h"
#include "status.h"

enum { METRICS_MAX = 32 * 1024 * 1024 };

void metrics_write(const struct status_view *view, struct buffer *out);

#endif
