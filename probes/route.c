#include "route.h"

#include "address.h"
#include "macros.h"
#include "text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct look_up {
    struct route_run *run;
    struct records_query query;
};

void route_done(struct route_run *run)
{
    assert((run->reason == REASON_ok) == (run->count > 0));
    run->done(run);
}

void route_fail(struct route_run *run, enum reason reason, const char *detail, ...)
{
    char text[RESULT_DETAIL_SIZE];
    va_list list;
    va_start(list, detail);
    vsnprintf(text, sizeof text, detail, list);
    va_end(list);
    text_clean(run->detail, sizeof run->detail, text, strlen(text));
    run->reason = reason;
    run->count = 0;
}

static bool is_known(const struct route_run *run, const char *host, uint16_t port)
{
    for (size_t i = 0; i < run->count; i++)
        if (run->targets[i].port == port && strcmp(run->targets[i].host, host) == 0)
            return true;
    return false;
}

void route_add(struct route_run *run, const char *host, const char *name, uint16_t port)
{
    if (run->count == ROUTE_TARGETS_MAX || is_known(run, host, port))
        return;
    struct route_target *target = &run->targets[run->count++];
    text_copy(target->host, sizeof target->host, host);
    text_copy(target->name, sizeof target->name, name);
    target->port = port;
    if (port == run->type->port)
        text_copy(target->label, sizeof target->label, host);
    else
        text_format(target->label, sizeof target->label, "%s:%u", host, (unsigned)port);
    run->reason = REASON_ok;
    run->detail[0] = '\0';
}

/* RFC 2782 draws lots by weight; we try all of them, so the heaviest goes first. */
static int compare(const void *left, const void *right)
{
    const struct record *a = left, *b = right;
    if (a->priority != b->priority)
        return a->priority - b->priority;
    if (a->weight != b->weight)
        return b->weight - a->weight;
    int order = strcmp(a->target, b->target);
    return order ? order : a->port - b->port;
}

/* An address where a name should be leads clients to nothing, since they look it up as a name: so do we. */
static void add_target(struct route_run *run, const struct record *record, const char *domain)
{
    const struct route_type *type = run->type->route;
    char host[RESOLVER_NAME_SIZE];
    struct sockaddr_storage address;
    bool literal = address_parse(record->target, 0, &address) == 0;
    text_format(host, sizeof host, "%s%s", record->target, literal ? "." : "");
    route_add(run, host, type->verifies_targets ? record->target : domain,
              type->service ? record->port : run->type->port);
}

static void refuse(struct route_run *run, const char *domain)
{
    if (run->type->route->service)
        route_fail(run, REASON_not_offered, "the SRV record of %.100s says that there is none",
                   domain);
    else
        route_fail(run, REASON_not_offered, "%.100s declares that it takes no mail (null MX)",
                   domain);
}

void route_follow(struct route_run *run, const struct records_answer *answer, const char *domain)
{
    struct record sorted[RECORDS_MAX];
    bool absent = answer->reason == REASON_dns_nxdomain ||
                  (answer->reason == REASON_ok && answer->count == 0);
    if (absent) {
        route_add(run, domain, domain, run->type->port);
        return;
    }
    if (answer->reason != REASON_ok) {
        route_fail(run, answer->reason, "%s of %.100s: %s",
                   run->type->route->service ? "SRV" : "MX", domain, answer->detail);
        return;
    }
    memcpy(sorted, answer->records, answer->count * sizeof *sorted);
    qsort(sorted, answer->count, sizeof *sorted, compare);
    for (size_t i = 0; i < answer->count; i++)
        if (sorted[i].target[0])
            add_target(run, &sorted[i], domain);
    if (run->count == 0)
        refuse(run, domain);
}

static void on_records(struct records_query *query, const struct records_answer *answer)
{
    struct route_run *run = container_of(query, struct look_up, query)->run;
    run->authentic = answer->authentic;
    run->ms = answer->ms;
    route_follow(run, answer, run->host);
    route_done(run);
}

static void start(struct route_run *run)
{
    const char *service = run->type->route->service;
    struct look_up *look_up = run->state;
    char name[2 * RESOLVER_NAME_SIZE];
    text_format(name, sizeof name, "%s%s%s", service ? service : "", service ? "." : "", run->host);
    look_up->run = run;
    look_up->query.done = on_records;
    records_start(run->world->resolver, &look_up->query, name, service ? DNS_SRV : DNS_MX);
}

static void cancel(struct route_run *run)
{
    struct look_up *look_up = run->state;
    records_cancel(&look_up->query);
    route_done(run);
}

#define LOOK_UP .run_size = sizeof(struct look_up), .start = start, .cancel = cancel

/* Mail between servers names its targets itself, and is not told whom to find there (RFC 7672 section 3.2). */
const struct route_type route_mx = {.verifies_targets = true, LOOK_UP};
/* RFC 6120 section 3.2.1, XEP-0368; the certificate is the domain's (RFC 6120 section 13.7.2). */
const struct route_type route_xmpp_client = {.service = "_xmpp-client._tcp", LOOK_UP};
const struct route_type route_xmpps_client = {.service = "_xmpps-client._tcp", LOOK_UP};
const struct route_type route_xmpp_server = {.service = "_xmpp-server._tcp", LOOK_UP};
/* https://wiki.mumble.info/wiki/Mumble_URL; RFC 3263 section 4.2 */
const struct route_type route_mumble = {.service = "_mumble._tcp", LOOK_UP};
const struct route_type route_sip = {.service = "_sip._udp", LOOK_UP};
