#include "referral.h"

#include "macros.h"
#include "text.h"

#include <string.h>

/* The lower priority first; of the same, the heavier. Of equals the one with STARTTLS: where a port is shared with a web
 * server, TLS at once has to name its protocol (ALPN), which libstrophe does not. */
static bool goes_before(const struct referral_server *a, const struct referral_server *b)
{
    if (a->priority != b->priority)
        return a->priority < b->priority;
    if (a->weight != b->weight)
        return a->weight > b->weight;
    return !a->direct && b->direct;
}

/* In its place; the last ones fall off the end. */
static void add_server(struct referral *referral, const struct record *record, bool direct)
{
    struct referral_server server = {.port = record->port,
                                     .priority = record->priority,
                                     .weight = record->weight,
                                     .direct = direct};
    struct referral_server *servers = referral->servers;
    size_t at = referral->count;
    text_copy(server.name, sizeof server.name, record->target);
    while (at > 0 && goes_before(&server, &servers[at - 1]))
        at--;
    if (at == REFERRAL_SERVERS_MAX)
        return;
    referral->count += referral->count < REFERRAL_SERVERS_MAX;
    memmove(&servers[at + 1], &servers[at], (referral->count - at - 1) * sizeof *servers);
    servers[at] = server;
}

static void take(struct referral_question *question, const struct records_answer *answer)
{
    struct referral *referral = question->referral;
    bool named = false;
    for (size_t i = 0; i < answer->count; i++) {
        if (answer->records[i].target[0]) {
            add_server(referral, &answer->records[i], question->direct);
            named = true;
        }
    }
    if (!question->direct)
        referral->refused = answer->count && !named;
}

static void on_records(struct records_query *query, const struct records_answer *answer)
{
    struct referral_question *question = container_of(query, struct referral_question, query);
    struct referral *referral = question->referral;
    struct resolver *second = question->second;
    bool known = answer->reason == REASON_ok || answer->reason == REASON_dns_nxdomain;
    if (!known && second) {
        question->second = NULL;
        records_start(second, &question->query, question->name, DNS_SRV);
        return;
    }
    take(question, answer);
    if (--referral->awaited)
        return;
    referral->refused = referral->refused && !referral->count;
    referral->done(referral);
}

void referral_start(struct referral *referral, struct resolver *first, struct resolver *second,
                    const struct referral_services *services, const char *domain)
{
    void (*done)(struct referral *) = referral->done;
    *referral = (struct referral){.done = done, .awaited = ARRAY_LEN(referral->questions)};
    for (size_t i = 0; i < ARRAY_LEN(referral->questions); i++) {
        struct referral_question *question = &referral->questions[i];
        question->referral = referral;
        question->second = second;
        question->direct = i > 0;
        question->query.done = on_records;
        text_format(question->name, sizeof question->name, "%s.%s",
                    question->direct ? services->direct : services->plain, domain);
        records_start(first, &question->query, question->name, DNS_SRV);
    }
}

void referral_cancel(struct referral *referral)
{
    for (size_t i = 0; i < ARRAY_LEN(referral->questions); i++)
        records_cancel(&referral->questions[i].query);
    referral->awaited = 0;
}
