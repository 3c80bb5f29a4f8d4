/* What files the site of a configuration consists of, and where they stand. One owner, no locks. */
#ifndef VIBRISSE_SITE_PLAN_H
#define VIBRISSE_SITE_PLAN_H

#include "arena.h"
#include "buffer.h"
#include "config.h"
#include "kind.h"
#include "output.h"
#include "page.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum slot_kind {
    SLOT_COLLECTIVE,
    SLOT_KINDS,
    SLOT_METHOD,
    SLOT_DATA,
    SLOT_ABOUT,
    SLOT_CHECK,
    SLOT_ALERTS,
    SLOT_ENTRANCE,
    SLOT_MISSING,
    SLOT_REGISTER, /* the last row of plain_pages[] */
    SLOT_KIND,
    SLOT_HOSTER,
    SLOT_SERVICE,
    SLOT_OUTPUTS
};

/* One page in one language, or all the other files about one subject. */
struct slot {
    enum slot_kind kind;
    enum output_scope scope; /* of the other files */
    const char *language;
    const struct hoster *hoster; /* that it is about; NULL = none in particular */
    size_t index;                /* of the hoster, service or kind */
    /* The publisher's own: */
    bool urgent;      /* something on it changed, or it could not be written */
    bool made;        /* since the start or reload */
    int64_t tried_ms; /* monotonic; when it was made last, or should have been; 0 = never */
    int64_t day;      /* s; of files that follow from days that are past: on which they were made */
    int64_t days_ms;  /* and when, monotonic */
};

struct site_plan {
    const struct config *config; /* borrowed */
    struct slot *slots;
    size_t slot_count, slot_capacity;
    struct kind *kinds;
    size_t kind_count;
    struct arena arena; /* of the kinds */
};

enum { SITE_PLAN_PATH_SIZE = 256 };

/* Anew, all slots as they are before the first turn; the plan was zeroed or laid out before. */
void site_plan_lay_out(struct site_plan *plan, const struct config *config);
void site_plan_fini(struct site_plan *plan);

/* Below the site's folder; "" for other files than pages: they have many. */
void site_plan_path(const struct site_plan *plan, const struct slot *slot,
                    char path[SITE_PLAN_PATH_SIZE]);
/* The page of the slot; `log` is what the last reading of the registers found. */
void site_plan_page(const struct site_plan *plan, const struct slot *slot, const struct page *page,
                    const struct register_log *log, struct buffer *out);
/* Whether the slot tells of the service, an index into collective.services. */
bool site_plan_shows(const struct site_plan *plan, const struct slot *slot, size_t service);
/* Removes what `next` does not speak of any more. */
void site_plan_clear(const struct site_plan *plan, int folder, const struct config *next);

#endif
