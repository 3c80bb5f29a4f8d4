/* Addresses of the web as strangers write them, made safe to follow and to show, or refused. Only the text is judged: an
 * address policy still asks at every socket (net/address.h). Pure. */
#ifndef VIBRISSE_WEBLINK_H
#define VIBRISSE_WEBLINK_H

#include "arena.h"
#include "remark.h"

#include <stdbool.h>
#include <stddef.h>

enum { WEBLINK_MAX = 2048, WEBLINK_FAULTS = 6 };

struct weblink {
    const char
        *url; /* in the arena, scheme and host in lower case; NULL = there is none to be used */
    enum remark_kind faults[WEBLINK_FAULTS]; /* {other} of them is `url` */
    size_t fault_count;
};

/* http and https. A bare host is read as https. */
struct weblink weblink_read(const char *text, struct arena *arena);
/* Any scheme but those that a program or a file of one's own would answer to (file, javascript, data). */
struct weblink weblink_read_any(const char *text, struct arena *arena);

#endif
