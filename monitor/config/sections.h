/* Every option of the configuration as a row: what can be written, where, and what it means. */
#ifndef VIBRISSE_SECTIONS_H
#define VIBRISSE_SECTIONS_H

#include "collective.h"
#include "reader.h"

enum section_id {                         /* in the order of the manual */
                  SECTION_MAIN,           /* struct config */
                  SECTION_COLLECTIVE,     /* struct collective */
                  SECTION_VANTAGE,        /* struct collective */
                  SECTION_DEFAULTS,       /* struct defaults */
                  SECTION_NETWORK,        /* struct config */
                  SECTION_SERIES,         /* struct config */
                  SECTION_ALERTS,         /* struct config_alerts */
                  SECTION_TARGET,         /* struct config_target; further keys are the channel's */
                  SECTION_ROUTE,          /* struct route */
                  SECTION_REGISTER,       /* struct config_register */
                  SECTION_HOSTER,         /* struct hoster */
                  SECTION_SERVICE,        /* struct service */
                  SECTION_UNMEASURED,     /* struct unmeasured_service */
                  SECTION_CHECK,          /* struct check; further keys are the probe's */
                  SECTION_CATALOGUE,      /* nothing: a file of software */
                  SECTION_SOFTWARE,       /* struct software */
                  SECTION_SOFTWARE_CHECK, /* struct software_check; further keys are the probe's */
                  SECTION_COUNT
};

enum item_id {
    ITEM_LANGUAGE,
    ITEM_RECHECK,
    ITEM_ALLOW,
    ITEM_RESOLVER,
    ITEM_SENTINEL,
    ITEM_INCLUDE,
    ITEM_ALIAS,
    ITEM_ADDRESS,
    ITEM_COUNT
};

struct defaults {
    struct check check; /* what a check has where it says nothing */
    int64_t incident_after_ms;
};

extern const struct section sections[SECTION_COUNT];
extern const struct item items[ITEM_COUNT];

#endif
