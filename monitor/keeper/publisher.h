/* The published folder: which page is due when, and write-and-rename. A page whose service changed is due at once; all others are
 * made again in turn, the oldest first, within a budget of bytes, so that the times on them stay young and the disk lives long.
 * The recorder's thread. */
#ifndef VIBRISSE_PUBLISHER_H
#define VIBRISSE_PUBLISHER_H

#include "config.h"
#include "fault.h"
#include "history.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct publisher;

/* Makes the folder where it is missing; writes the assets. Borrows `config`. */
int publisher_open(const char *folder, const struct config *config, struct publisher **ret,
                   struct fault *fault);
void publisher_close(struct publisher *publisher); /* NULL is fine */

/* Another configuration is in force and is borrowed from now on: all pages are due, those of services, hosters and languages
 * that are gone are removed. */
void publisher_reload(struct publisher *publisher, const struct config *config);

/* The pages that show the service (index into collective.services) are due. */
void publisher_service_changed(struct publisher *publisher, size_t service);

/* Somebody said something of the service that is about the time `at` (s): its outage that began then, or maintenance that
 * begins then. */
void publisher_said(struct publisher *publisher, size_t service, int64_t at);

/* What the history lends is void (see almanac_forget()): of what several pages share nothing is used any more. */
void publisher_forget(struct publisher *publisher);

/* Makes the next due page, if any. `now_ms` is monotonic and more than 0, for the budget; `now` s, for the page. 1: made one;
 * 0: nothing is due; -1: it could not be written, it stays due and the old page stays up. Nothing is then due for 5 s. */
int publisher_step(struct publisher *publisher, const struct history *history, int64_t now_ms,
                   int64_t now, struct fault *fault);
/* Makes every page, up to the first that cannot be written. */
int publisher_all(struct publisher *publisher, const struct history *history, int64_t now,
                  struct fault *fault);

/* Writes the stamp that tells the server what the pages are based on. `state`: "ok" or what is wrong. */
int publisher_stamp(struct publisher *publisher, int64_t measured, int64_t now, const char *state,
                    struct fault *fault);

#endif
