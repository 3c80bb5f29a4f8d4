/* The published tables of a report as the audit needs them. Internal to audit*.c. Pure. */
#ifndef VIBRISSE_AUDIT_DATA_H
#define VIBRISSE_AUDIT_DATA_H

#include "audit.h"
#include "audit_table.h"

struct audit_stretch {
    int64_t from, to, before;
    char state; /* 'u'p, 'd'egraded, 'x' down, '?' unknown */
};

struct audit_outage { /* one stretch down after the other is one */
    int64_t from, to;
    bool over;
    size_t row; /* of the table of outages that tells of it; SIZE_MAX = none does */
};

struct audit_span {
    int64_t from, to;
};

struct audit_service {
    const char *hoster, *id;
    bool counted;
    int64_t from, to;
    size_t row; /* of the table of services */
    size_t hoster_row;
    struct audit_stretch *stretches;
    size_t stretch_count;
    struct audit_outage *outages;
    size_t outage_count;
    struct audit_span *maintenance;
    size_t maintenance_count;
};

struct audit_data {
    struct arena *arena;
    struct audit_table hosters, services, stretches, outages, maintenance, announced, answers,
        certificates, movements, sights, usage;
    struct audit_service *service;
    size_t service_count;
    int64_t from, to, end, incident_after_s; /* by the report */
    audit_tell_fn *tell;
    void *owner;
    int differences;
};

int audit_data_read(const struct audit_text *tables, size_t count, const json_t *report,
                    struct audit_data *ret, struct fault *fault);

/* Tells a difference, and counts it. */
__attribute__((format(printf, 2, 3))) void audit_data_tell(struct audit_data *data,
                                                           const char *format, ...);

/* Which service a row is about, by its first columns. NULL = none that there is. `*cursor` begins with 0: rows mostly come in
 * the order of services. */
struct audit_service *audit_data_service(struct audit_data *data, const struct audit_table *table,
                                         size_t row, size_t *cursor);

#endif
