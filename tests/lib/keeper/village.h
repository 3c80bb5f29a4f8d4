/* A configuration made by hand, and what is measured in it. */
#ifndef VIBRISSE_VILLAGE_H
#define VIBRISSE_VILLAGE_H

#include "config.h"
#include "result.h"

#include <stdint.h>

enum { VILLAGE_BEGIN = 1767225600, VILLAGE_STEP = 60 };

/* The services "hoster/service", sorted, ended by NULL, each with the one check "web" of a minute. French and English,
 * data and site unset. Free with config_free(). */
struct config *village_config(const char *const *keys);

/* Of the check "web", on IPv4, from "here", in 20 ms when it is up. `at` in s. */
struct result village_result(const char *service, int64_t at, enum reason reason);

#endif
