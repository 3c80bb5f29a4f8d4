/* The inside of struct site, for site.c and site_find.c alone. */
#ifndef VIBRISSE_SITE_INSIDE_H
#define VIBRISSE_SITE_INSIDE_H

#include "board.h"
#include "site.h"
#include "site_table.h"

#include <pthread.h>

struct site {
    char *path;
    int folder; /* the number never changes, so it is used without the lock: see replace_folder() */

    /* Of the refreshing thread alone. */
    struct site_identity stamp_identity;
    struct mono scanned;
    bool scan_wanted;
    int board; /* -1 = there is none */

    pthread_mutex_t lock; /* held for lookups, never while a file is read or packed */
    struct site_table table;
    struct site_cache cache;
    struct site_stamp stamp;
    bool has_stamp;
    struct board_seen posted;
    struct wall asked;      /* when the board was asked for last */
    bool asking;            /* whether the monitor is told so */
    struct site_body *post; /* what the board says; NULL = nothing yet */
    char languages[SITE_LANGUAGES_MOST][SITE_LANGUAGE_SIZE];
    size_t language_count;
};

void site_lock(struct site *site);
void site_unlock(struct site *site);

#endif
