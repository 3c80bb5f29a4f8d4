#include "lookup.h"

#include "hash.h"
#include "mem.h"
#include "text.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct lookup *lookup_new(const char *name, uint16_t type)
{
    struct lookup *lookup = mem_zalloc(sizeof *lookup);
    text_copy(lookup->name, sizeof lookup->name, name);
    lookup->type = type;
    lookup->queries_end = &lookup->queries;
    lookup->answer = (struct resolver_answer){.reason = REASON_ok, .detail = ""};
    return lookup;
}

bool lookup_is_for_addresses(const struct lookup *lookup)
{
    return lookup->type == DNS_A || lookup->type == DNS_AAAA;
}

void lookup_list_init(struct lookup_list *list)
{
    list->first = NULL;
    list->end = &list->first;
}

void lookup_list_add(struct lookup_list *list, struct lookup *lookup)
{
    assert(!lookup->listed);
    lookup->listed = true;
    lookup->next = NULL;
    *list->end = lookup;
    list->end = &lookup->next;
}

void lookup_list_remove(struct lookup_list *list, struct lookup *lookup)
{
    struct lookup **link = &list->first;
    while (*link != lookup)
        link = &(*link)->next;
    *link = lookup->next;
    if (list->end == &lookup->next)
        list->end = link;
    lookup->listed = false;
}

static struct lookup **bucket_of(struct lookup_table *table, const char *name)
{
    return &table->buckets[hash_text(name) % LOOKUP_BUCKETS];
}

static bool is_fresh(const struct lookup *lookup, struct mono now)
{
    return !lookup->known || lookup->listed || now.ns < lookup->good_until.ns;
}

void lookup_free(struct lookup_table *table, struct lookup *lookup)
{
    if (lookup->shared) {
        struct lookup **link = bucket_of(table, lookup->name);
        while (*link != lookup)
            link = &(*link)->same_bucket;
        *link = lookup->same_bucket;
    }
    free(lookup->records);
    free(lookup);
}

struct lookup *lookup_share(struct lookup_table *table, const char *name, uint16_t type,
                            struct mono now)
{
    char lower[RESOLVER_NAME_SIZE] = "";
    for (size_t i = 0; name[i] && i < sizeof lower - 1; i++)
        lower[i] = (char)tolower((unsigned char)name[i]);
    struct lookup **bucket = bucket_of(table, lower), *lookup = *bucket;
    while (lookup && (lookup->type != type || strcmp(lookup->name, lower) != 0))
        lookup = lookup->same_bucket;
    if (lookup && is_fresh(lookup, now))
        return lookup;
    if (lookup)
        lookup_free(table, lookup);
    lookup = lookup_new(lower, type);
    lookup->shared = true;
    lookup->same_bucket = *bucket;
    *bucket = lookup;
    return lookup;
}

/* Frees those that are not fresh at `now`, or all of them. */
static void free_some(struct lookup_table *table, bool all, struct mono now)
{
    for (size_t i = 0; i < LOOKUP_BUCKETS; i++) {
        for (struct lookup *lookup = table->buckets[i], *next; lookup; lookup = next) {
            next = lookup->same_bucket;
            if (all || !is_fresh(lookup, now))
                lookup_free(table, lookup);
        }
    }
}

void lookup_sweep(struct lookup_table *table, struct mono now)
{
    free_some(table, false, now);
}

void lookup_free_all(struct lookup_table *table)
{
    free_some(table, true, (struct mono){0});
}

void lookup_add_query(struct lookup *lookup, struct resolver_query *query)
{
    query->lookup = lookup;
    query->next = NULL;
    *lookup->queries_end = query;
    lookup->queries_end = &query->next;
}

void lookup_remove_query(struct resolver_query *query)
{
    struct lookup *lookup = query->lookup;
    struct resolver_query **link = &lookup->queries;
    while (*link != query)
        link = &(*link)->next;
    *link = query->next;
    if (lookup->queries_end == &query->next)
        lookup->queries_end = link;
    query->lookup = NULL;
}

struct resolver_query *lookup_take_query(struct lookup *lookup)
{
    struct resolver_query *query = lookup->queries;
    if (query)
        lookup_remove_query(query);
    return query;
}

void lookup_add_address(struct lookup *lookup, const struct sockaddr *address)
{
    struct resolver_answer *answer = &lookup->answer;
    struct sockaddr_storage *list = answer->addresses;
    size_t at = 0;
    int order = 1;
    while (at < answer->count &&
           (order = address_compare((struct sockaddr *)&list[at], address)) < 0)
        at++;
    if (at == RESOLVER_ADDRESSES_MAX || (at < answer->count && order == 0))
        return;
    if (answer->count < RESOLVER_ADDRESSES_MAX)
        answer->count++;
    memmove(&list[at + 1], &list[at], (answer->count - 1 - at) * sizeof *list);
    list[at] = (struct sockaddr_storage){0};
    memcpy(&list[at], address, address_size(address));
}

void lookup_fail(struct lookup *lookup, enum reason reason, const char *detail)
{
    lookup->answer.reason = reason;
    lookup->answer.detail = detail;
    lookup->answer.count = 0;
}

static double ms_for(const struct lookup *lookup, const struct resolver_query *query)
{
    int64_t from = query->started.ns > lookup->asked.ns ? query->started.ns : lookup->asked.ns;
    return lookup->answered.ns > from ? (double)(lookup->answered.ns - from) / 1e6 : 0;
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)address)->sin_port = htons(port);
}

struct resolver_answer lookup_answer(const struct lookup *lookup,
                                     const struct resolver_query *query)
{
    struct resolver_answer answer = lookup->answer;
    answer.ms = ms_for(lookup, query);
    answer.records = lookup->records;
    for (size_t i = 0; i < answer.count; i++)
        set_port(&answer.addresses[i], query->port);
    return answer;
}
