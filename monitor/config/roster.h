/* Members of registers on their way into a configuration: what a crawl left, and what our own files say of the same hosters
 * laid over it. */
#ifndef VIBRISSE_ROSTER_H
#define VIBRISSE_ROSTER_H

#include "document.h"

#include <stdbool.h>
#include <stddef.h>

struct draft;

struct roster {
    struct arena arena; /* of the nodes */
    const char *file;
    struct roster_row {
        const char *id;
        const struct node *hoster;
        bool taken; /* a file of ours is about it, too */
    } * rows;       /* by id */
    size_t count, capacity;
};

/* A hoster in each line; what cannot be used of it is left out and noted. */
void roster_read(struct draft *draft, const char *file, const char *bytes, size_t length);
void roster_fini(struct roster *roster);

/* What is known of the hoster of a file of ours: its own words, over those of the register. */
const struct node *roster_overlay(struct draft *draft, const struct node *hoster);
/* Adds those that no file of ours is about. */
void roster_take_rest(struct draft *draft);

#endif
