/* A conversation by lines over TCP or TLS, as IRC has it: a pure partner says what is answered to each line, and this
 * carries it. All on the loop's thread. */
#ifndef VIBRISSE_TALK_H
#define VIBRISSE_TALK_H

#include "dispatch.h"
#include "lines.h"
#include "wire.h"

#include <stddef.h>
#include <stdint.h>

enum { TALK_LINE_MAX = 8 * 1024, TALK_WORDS_SIZE = 256 };

struct talk_wish { /* borrowed until done() */
    struct uv_loop_s *loop;
    struct trust *trust;
    const struct address_policy *policy;
    const struct dispatch *dispatch;
    const char *host;
    const struct sockaddr_storage *addresses; /* tried one after the other until one connects */
    size_t count;
    int64_t limit_ms; /* for everything together */
};

/* Embedded in what waits for it. */
struct talk {
    void (*done)(struct talk *talk); /* from the loop, exactly once */
    int status;                      /* what the partner made of it; 0 = it did not come so far */
    char words[TALK_WORDS_SIZE];     /* the line that decided it, or why it broke; cleaned */
    bool broken;                     /* before the partner was through */

    struct talk_wish wish; /* the rest belongs to talk.c */
    struct wire wire;
    struct lines lines;
    struct buffer out;
    size_t next; /* address */
    int64_t deadline_ms;
    bool connected, over;
};

void talk_start(struct talk *talk, const struct talk_wish *wish);

#endif
