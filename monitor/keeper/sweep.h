/* Pages of hosters and services that left the configuration while the monitor was not running: they would say for ever
 * what was true then. Called once at the start; the record of those who left stays in the ledger. */
#ifndef VIBRISSE_SWEEP_H
#define VIBRISSE_SWEEP_H

#include "collective.h"

/* `folder`: the site's. Only names of ours (ids) are looked at, links never followed. */
void sweep_site(int folder, const struct collective *collective, const char *const *languages);

/* Pages of incidents of services that the collective does not know, in one language. */
void sweep_incidents(int folder, const struct collective *collective, const char *language);
/* The journal's other pages in a language: months and the first. */
void sweep_journal(int folder, const char *language);

#endif
