/* Several GETs one after the other, in the time and in the family of one run, each where the answer before it led. Every
 * host on the way is asked for an address of that family. Where one has addresses, but none of this family, nothing can be
 * said for it: that is not_published, not an outage. All on the loop's thread. */
#ifndef VIBRISSE_WALK_H
#define VIBRISSE_WALK_H

#include "clock.h"
#include "fetch.h"
#include "probe.h"
#include "resolver.h"
#include "url.h"

enum { WALK_URL_SIZE = 1024 };

struct walk_stop {
    const char *url; /* http or https, less than WALK_URL_SIZE bytes; copied */
    size_t body_max; /* bytes; the body is kept */
    int redirects;   /* followed at most */
    /* Connects there instead of to the URL's host, whose the certificate must be all the same; no redirects then. NULL =
     * no; copied. */
    const char *via_host;
    uint16_t via_port;
};

/* In run->state, in whole or in part, all zero before walk_begin(). */
struct walk {
    struct probe_run *run;
    /* A stop's answer, from the loop: go on by walk_get(), or end by probe_done(). */
    void (*arrived)(struct walk *walk, const struct fetch_answer *answer);

    struct fetch *fetch; /* the rest belongs to walk.c; NULL = none under way */
    struct resolver_query query;
    struct mono started;
    struct trust_answer tls; /* the first one, or the first bad one */
    char url[WALK_URL_SIZE];
    char host[URL_HOST_SIZE]; /* who is asked, or whose address is wanted */
    uint16_t port;
    size_t body_max;
    int redirects;
    const char *detail; /* why there is no address of the family */
    bool cancelled, unasked;
};

void walk_begin(struct walk *walk, struct probe_run *run,
                void (*arrived)(struct walk *walk, const struct fetch_answer *answer));
void walk_get(struct walk *walk, const struct walk_stop *stop);
void walk_cancel(struct walk *walk); /* hurries what is under way */
/* Cancelled or out of time: nothing more can be found out. */
bool walk_is_over(const struct walk *walk);

/* ok when a whole answer with status 200 came; `detail` is the evidence. */
enum reason walk_judge(const struct fetch_answer *answer, char detail[RESULT_DETAIL_SIZE]);

/* After walk_begin() instead of probe_good(): by the whole way and the worst of its certificates. */
void walk_good(struct walk *walk, const char *remark);

#endif
