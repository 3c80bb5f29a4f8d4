/* Figures made again out of the published tables, as JSON to be compared. Internal to audit*.c. Pure. */
#ifndef VIBRISSE_AUDIT_SUM_H
#define VIBRISSE_AUDIT_SUM_H

#include "audit_data.h"

enum { AUDIT_FEW = 5 }; /* less than that is marked */

struct audit_set {
    struct audit_service *const *services;
    size_t count;
};

struct audit_figures {                   /* s, over a period */
    int64_t up, degraded, down, unknown; /* up is without degraded */
    int64_t maintenance, maintenance_up, maintenance_down;
    int64_t doubt_up, doubt_down;
    int64_t outages, incidents, longest;
    size_t services;
};

/* Numbers that are sorted before they are asked for. */
struct audit_numbers {
    int64_t *values;
    size_t count, capacity;
};
void audit_numbers_add(struct audit_numbers *numbers, int64_t value);
void audit_numbers_free(struct audit_numbers *numbers);
json_t *audit_numbers_spread(struct audit_numbers *numbers); /* sorts */

/* Adds what the service did in [from, to) of its part of the year; durations of what ended there go into `ended`. */
void audit_sum_service(const struct audit_data *data, const struct audit_service *service,
                       int64_t from, int64_t to, struct audit_figures *figures,
                       struct audit_numbers *ended);
json_t *audit_sum_json(const struct audit_figures *figures, struct audit_numbers *ended);

/* Of a set in [from, to): the object «sum», and the spread of each service's time down. */
json_t *audit_sum_of(const struct audit_data *data, const struct audit_set *set, int64_t from,
                     int64_t to, int64_t *ret_down_each);
json_t *audit_sum_each(const struct audit_data *data, const struct audit_set *set, int64_t from,
                       int64_t to);

json_t *audit_sum_durations(const struct audit_data *data, const struct audit_set *set);
json_t *audit_sum_worst(const struct audit_set *set);
json_t *audit_sum_words(struct audit_data *data, const struct audit_set *set);
json_t *audit_sum_answers(struct audit_data *data, const struct audit_set *set);
json_t *audit_sum_ipv6(const struct audit_data *data, const struct audit_set *set);
json_t *audit_sum_certificates(struct audit_data *data, const struct audit_set *set);
json_t *audit_sum_maintenance(const struct audit_data *data);
json_t *audit_sum_movements(const struct audit_data *data);
json_t *audit_sum_monitor(const struct audit_data *data);
void audit_sum_clocks(const struct audit_set *set, json_t *to); /* sets "hours" and "weekdays" */
/* Those of the set whose column of the table of services has this word, as kinds and hostings are told. */
json_t *audit_sum_group(const struct audit_data *data, const struct audit_set *set,
                        const char *column, const char *word);
json_t *audit_sum_hosting(const struct audit_data *data, const struct audit_set *set);
json_t *audit_sum_hosting_words(const struct audit_data *data, const struct audit_set *set);
/* By the newest row of each service; of a month (1 to 12), by those of that month, NULL = none. */
json_t *audit_sum_usage(struct audit_data *data, const struct audit_set *set, int month);
void audit_sum_days(const struct audit_data *data, const struct audit_set *set,
                    json_t *to); /* sets "days" and "days_by_month" */
json_t *audit_sum_classes(const int64_t *bounds, size_t count, const struct audit_numbers *numbers);
int64_t audit_sum_measured(const struct audit_set *set);

json_t *audit_share(int64_t part, int64_t whole, bool up); /* cut, or rounded up; null of nothing */
bool audit_set_has(const struct audit_set *set, const struct audit_service *service);

#endif
