/* Parts that the collective's report and those of its hosters share. Internal to the report's pages. */
#ifndef VIBRISSE_REPORT_PART_H
#define VIBRISSE_REPORT_PART_H

#include "report_view.h"

/* Items of a list of figures: time unavailable with its bounds, outages, availability, coverage. */
void report_part_sum(const struct report_view *view, const struct report_sum *sum);
/* Sections. */
void report_part_durations(const struct report_view *view, const struct report_duration *durations,
                           const struct report_sum *sum);
void report_part_worst(const struct report_view *view, const int64_t *worst_s);
void report_part_words(const struct report_view *view, const struct report_words *words);
/* Items of a list of figures. */
void report_part_ipv6(const struct report_view *view, const struct report_share *published,
                      const struct report_share *working);
void report_part_answers(const struct report_view *view, const struct report_answers *answers);

/* What services say of their use, nothing where none does. Items of a list of figures. */
void report_part_use(const struct report_view *view, const struct report_use *use);

/* What it is not: not over yet, or a draft. */
void report_part_notices(const struct report_view *view);
/* What the figures do not say, and what was not measured. */
void report_part_limits(const struct report_view *view);
/* The tables, and how to cite. */
void report_part_files(const struct report_view *view);

#endif
