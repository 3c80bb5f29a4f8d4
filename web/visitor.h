/* Connections that are open now, and how long each may stay: one that sends its request byte by byte, or does not read
 * what it asked for, is closed. Addresses are kept in memory while the connection lasts and go nowhere else.
 * Thread-safe; a visitor's own request is touched by one thread only. */
#ifndef VIBRISSE_VISITOR_H
#define VIBRISSE_VISITOR_H

#include "answer.h"
#include "clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { VISITOR_QUERY_MAX = 512 };

struct visitor {
    /* Of the request at hand. */
    char path[ANSWER_PATH_MAX + 1];
    char query[VISITOR_QUERY_MAX + 1]; /* "" where there is none, or one that is longer */
    bool too_long;
    bool heard; /* its headers are complete */

    int socket;
    uint64_t address;           /* as origin.h has it; what is local is not counted */
    _Atomic int64_t deadline;   /* ns, monotonic */
    _Atomic int64_t idle_since; /* ns; 0 while it is being answered */
    struct visitor *next, *previous;
};

struct visitors;

/* More than `most` connections are never held; at three quarters of it, those that wait longest without having asked are
 * closed to make room. `per_address` 0 = no limit. */
struct visitors *visitors_new(size_t most, size_t per_address);
void visitors_free(struct visitors *visitors); /* all must have left */

/* Whether one more connection from this address is welcome. */
bool visitors_welcome(struct visitors *visitors, const struct sockaddr *address);

struct visitor *visitor_enter(struct visitors *visitors, int socket, const struct sockaddr *address,
                              struct mono now);
void visitor_leave(struct visitors *visitors,
                   struct visitor *visitor); /* frees it; before its socket is closed */

/* The target of a request line, as sent: begins a request. */
void visitor_ask(struct visitor *visitor, const char *target);
/* The request is complete, and so many bytes are on their way. */
void visitor_answer(struct visitor *visitor, int64_t size, struct mono now);
void visitor_done(struct visitor *visitor,
                  struct mono now); /* the answer is sent; another request may follow */

/* Shuts the sockets of those past their deadline; to be called about once a second. Returns how many. */
size_t visitors_sweep(struct visitors *visitors, struct mono now);
size_t visitors_answering(struct visitors *visitors); /* how many have not got their answer yet */

#endif
