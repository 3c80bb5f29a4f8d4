/* Names that stay for ever whatever the site's address becomes: tag: addresses (RFC 4151) of feeds and of
 * interruptions, in the name of whoever the collective is. All are made of ids and times. Pure. */
#ifndef VIBRISSE_TAG_H
#define VIBRISSE_TAG_H

#include "arena.h"
#include "collective.h"

#include <stdint.h>

/* The host of the collective's website, or its mail address, in small letters; "vibrisse.invalid" when neither can
 * serve. */
const char *tag_authority(const struct collective *collective, struct arena *arena);

/* `authority` as above; `key`: hoster, hoster/service, or "" = all. */
const char *tag_feed(const char *authority, const char *key, struct arena *arena);
const char *tag_outage(const char *authority, const char *key, int64_t begin, struct arena *arena);

#endif
