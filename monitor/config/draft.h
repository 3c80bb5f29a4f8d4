/* A configuration in the making: the main file, then every file that it includes, then the checks that need all of
 * them. Takes bytes, so that it works without files. */
#ifndef VIBRISSE_DRAFT_H
#define VIBRISSE_DRAFT_H

#include "landmarks.h"
#include "roster.h"
#include "sections.h"
#include "software.h"

enum { DRAFT_SERVICES = 20000, DRAFT_CHECKS = 50000 };

struct include_list { /* of the main file, in its order; in the configuration's arena */
    struct include {
        const char *pattern;
        struct place place;
    } * list;
    size_t count;
};

struct draft {
    struct config *config;
    const struct config_probes *probes;
    struct fault_list *faults;
    size_t earlier_faults; /* what the list held before */
    struct defaults defaults;
    struct include_list includes, software_files;
    struct software_list software;
    struct arena tree;              /* of the main file, until its hosters are read */
    const struct node *own_hosters; /* in it: they wait for the software; NULL = none are left */
    struct roster roster;
    struct hoster **hosters;
    size_t hoster_count, hoster_capacity, check_count;
    bool full;                                           /* more services or checks than we take */
    struct landmarks hoster_ids, service_keys, children; /* services that have a parent */
};

struct reader draft_reader(const struct draft *draft, const char *file);
void draft_init(struct draft *draft, const struct config_probes *probes, struct fault_list *faults);
void draft_fini(struct draft *draft); /* frees a configuration that was not taken */

/* `file` is only named in faults. First the main file, then what it names: files of software, then what registers left, then
 * hosters. */
void draft_main(struct draft *draft, const char *file, const char *bytes, size_t length);
void draft_software(struct draft *draft, const char *file, const char *bytes, size_t length);
void draft_members(struct draft *draft, const char *file, const char *bytes, size_t length);
void draft_hoster(struct draft *draft, const char *file, const char *bytes, size_t length);
/* 0 and *ret (the caller's) when nothing was at fault, else -1. */
int draft_finish(struct draft *draft, struct config **ret);

#endif
