/* The parts of the facts of one service, see report_facts.h. Internal to report_facts.c. Pure. */
#ifndef VIBRISSE_REPORT_GATHER_H
#define VIBRISSE_REPORT_GATHER_H

#include "report_facts.h"

struct report_gathering {
    const struct page *page;
    const struct report_facts *facts; /* whose period is known */
    struct arena *arena;
};

/* How many of the spans are needed for the figures up to `to`: those that begin before it, and those after it that tell how
 * the last one went on. */
size_t report_gather_needed(const struct span *spans, size_t count, int64_t to);

void report_gather_stretches(const struct report_gathering *gathering, const struct span *spans,
                             size_t count, struct report_service *ret);
/* `scratch` need not live on. */
void report_gather_outages(const struct report_gathering *gathering, const struct span *spans,
                           size_t count, struct arena *scratch, struct report_service *ret);
void report_gather_certificates(const struct report_gathering *gathering,
                                struct report_service *ret);
void report_gather_ipv6(const struct report_gathering *gathering, struct report_service *ret);
/* Of a month that is not over, what was read last by now. */
void report_gather_usage(const struct report_gathering *gathering, struct report_service *ret);
/* These need all the services. */
void report_gather_doubt_ipv6(struct report_facts *ret);
void report_gather_announced(const struct report_gathering *gathering, struct report_facts *ret);

#endif
