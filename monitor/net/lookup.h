/* The resolver's own: a name and a type of records, who waits for them, and the answer as long as it is kept. Pure but for
 * allocation; time is passed in. */
#ifndef VIBRISSE_LOOKUP_H
#define VIBRISSE_LOOKUP_H

#include "records.h"
#include "resolver.h"

enum { LOOKUP_BUCKETS = 1024 };

struct lookup {
    char name[RESOLVER_NAME_SIZE]; /* lower case */
    uint16_t type;                 /* DNS_A, DNS_AAAA: addresses; others: records */
    struct lookup *same_bucket;    /* in the table of those that others may share */
    struct lookup *next;           /* in the list where it stands */
    struct resolver_query *queries, **queries_end;
    struct ask *ask; /* what c-ares holds; NULL when nothing is on the wire */
    struct mono asked, answered, good_until;
    bool shared, listed, known;
    struct resolver_answer answer;
    struct records_answer *records; /* NULL = none came; ours */
};

/* First come, first served. A lookup stands in one list at most. */
struct lookup_list {
    struct lookup *first, **end;
};

struct lookup_table {
    struct lookup *buckets[LOOKUP_BUCKETS];
};

struct lookup *lookup_new(const char *name, uint16_t type);
bool lookup_is_for_addresses(const struct lookup *lookup);

void lookup_list_init(struct lookup_list *list);
void lookup_list_add(struct lookup_list *list, struct lookup *lookup);
void lookup_list_remove(struct lookup_list *list, struct lookup *lookup);

/* The lookup that others share, or a new one. A kept answer that is too old is replaced. */
struct lookup *lookup_share(struct lookup_table *table, const char *name, uint16_t type,
                            struct mono now);
void lookup_free(struct lookup_table *table,
                 struct lookup *lookup); /* shared or not; nobody may wait for it */
void lookup_sweep(struct lookup_table *table,
                  struct mono now); /* frees what is too old to be of use */
void lookup_free_all(struct lookup_table *table);

void lookup_add_query(struct lookup *lookup, struct resolver_query *query);
void lookup_remove_query(struct resolver_query *query);
struct resolver_query *lookup_take_query(struct lookup *lookup); /* NULL = nobody waits any more */

/* Sorted and without doubles, so that turns go round the same way however name servers shuffle them. What is too much
 * falls off the end. */
void lookup_add_address(struct lookup *lookup, const struct sockaddr *address);
void lookup_fail(struct lookup *lookup, enum reason reason,
                 const char *detail); /* a literal sentence */
/* The answer as one who waits for it gets it. */
struct resolver_answer lookup_answer(const struct lookup *lookup,
                                     const struct resolver_query *query);

#endif
