/* The parts of a report, each made from the facts of some services. Internal to report*.c. Pure. */
#ifndef VIBRISSE_REPORT_SUM_H
#define VIBRISSE_REPORT_SUM_H

#include "report.h"

/* Services that figures are over: those of one hoster or of several. */
struct report_set {
    const struct report_service *const *services; /* that have a record in the year */
    size_t count;
    const struct report_facts *facts;
    struct arena *arena;
};

/* Of the year (`month` -1) or one of its months. */
struct report_sum report_sum_of(const struct report_set *set, int month);
/* Down outside of maintenance, of each service that has a record in the period. */
struct distribution report_sum_each(const struct report_set *set, int month);
struct report_duration report_sum_durations(const struct report_set *set);
/* The most that one of them was down. */
void report_sum_worst(const struct report_set *set, int64_t ret[AVAILABILITY_WINDOWS]);

void report_sum_clocks(const struct report_set *set, struct report_clock hours[REPORT_HOURS],
                       struct report_clock weekdays[REPORT_WEEKDAYS]);
/* Every civil day of what is told, and what they come to month by month. */
size_t report_sum_days(const struct report_set *set, const struct report_day **ret,
                       struct report_day_month ret_months[REPORT_MONTHS]);
struct report_words report_sum_words(const struct report_set *set);
struct report_answers report_sum_answers(const struct report_set *set);
void report_sum_ipv6(const struct report_set *set, struct report_share *ret_published,
                     struct report_share *ret_working);
struct report_certificates report_sum_certificates(const struct report_set *set);
/* Of those that have something in common. */
struct report_kind report_sum_group(const struct report_set *set, const char *name);
/* By the names of the kinds. */
size_t report_sum_kinds(const struct report_set *set, const struct report_kind **ret);

size_t report_sum_hosting(const struct report_set *set, const struct report_kind **ret);
size_t report_sum_hosting_words(const struct report_set *set,
                                const struct report_counted_word **ret);
/* `ret_months` NULL = not asked for. */
struct report_use report_sum_use(const struct report_set *set, struct report_use *ret_months);

/* In which at least one of them was measured. */
int64_t report_sum_measured(const struct report_set *set);

struct report_maintenance report_sum_maintenance(const struct report_facts *facts);
struct report_moves report_sum_moves(const struct report_facts *facts);
struct report_monitor report_sum_monitor(const struct report_facts *facts, struct arena *arena);

#endif
