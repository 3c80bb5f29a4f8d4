#include "referral.h"

#include "macros.h"
#include "text.h"

#include <stdlib.h>

/* The lower priority first; of the same, the heavier. */
static int by_preference(const void *left, const void *right)
{
    const struct referral_server *a = left, *b = right;
    if (a->priority != b->priority)
        return (int)a->priority - (int)b->priority;
    return (int)b->weight - (int)a->weight;
}

static void add_server(struct referral *referral, const struct record *record)
{
    if (referral->count == REFERRAL_SERVERS_MAX || !record->target[0])
        return;
    struct referral_server *server = &referral->servers[referral->count++];
    text_copy(server->name, sizeof server->name, record->target);
    server->port = record->port;
    server->priority = record->priority;
    server->weight = record->weight;
}

static void on_records(struct records_query *query, const struct records_answer *answer)
{
    struct referral *referral = container_of(query, struct referral, query);
    struct resolver *second = referral->second;
    bool known = answer->reason == REASON_ok || answer->reason == REASON_dns_nxdomain;
    if (!known && second) {
        referral->second = NULL;
        records_start(second, &referral->query, referral->name, DNS_SRV);
        return;
    }
    for (size_t i = 0; i < answer->count; i++)
        add_server(referral, &answer->records[i]);
    referral->refused = answer->count && !referral->count;
    qsort(referral->servers, referral->count, sizeof referral->servers[0], by_preference);
    referral->done(referral);
}

void referral_start(struct referral *referral, struct resolver *first, struct resolver *second,
                    const char *service, const char *domain)
{
    void (*done)(struct referral *) = referral->done;
    *referral = (struct referral){.done = done, .second = second};
    text_format(referral->name, sizeof referral->name, "%s.%s", service, domain);
    referral->query.done = on_records;
    records_start(first, &referral->query, referral->name, DNS_SRV);
}

void referral_cancel(struct referral *referral)
{
    records_cancel(&referral->query);
}
