/* A configuration in the making: the main file, then every file that it includes, then the checks that need all of
 * them. Takes bytes, so that it works without files. */
#ifndef VIBRISSE_DRAFT_H
#define VIBRISSE_DRAFT_H

#include "landmarks.h"
#include "sections.h"

enum { DRAFT_SERVICES = 20000, DRAFT_CHECKS = 50000 };

struct draft {
    struct config *config;
    const struct config_probes *probes;
    struct fault_list *faults;
    size_t earlier_faults; /* what the list held before */
    struct defaults defaults;
    struct include { /* of the main file, in its order; in the configuration's arena */
        const char *pattern;
        struct place place;
    } * includes;
    size_t include_count;
    struct hoster **hosters;
    size_t hoster_count, hoster_capacity, check_count;
    bool full; /* more services or checks than we take */
    struct landmarks hoster_ids, service_keys;
};

void draft_init(struct draft *draft, const struct config_probes *probes, struct fault_list *faults);
void draft_fini(struct draft *draft); /* frees a configuration that was not taken */

/* `file` is only named in faults. */
void draft_main(struct draft *draft, const char *file, const char *bytes, size_t length);
void draft_hoster(struct draft *draft, const char *file, const char *bytes, size_t length);
/* 0 and *ret (the caller's) when nothing was at fault, else -1. */
int draft_finish(struct draft *draft, struct config **ret);

#endif
