/* HTTP/1.1 over a connection of its own (RFC 9110, 9112), for checks and for lists: to the very address given, with a
 * cap on everything a stranger can make long, with our own judgement of certificates (trust.h) and of addresses
 * (address.h), whose refusals come before a byte of the request is sent. No proxy, no cookies, no credentials from files.
 *
 * Redirects are followed here, each hop as a fresh connection. The address of the same host serves again; another host is
 * asked for through `resolve`. All on the loop's thread. */
#ifndef VIBRISSE_FETCH_H
#define VIBRISSE_FETCH_H

#include "address.h"
#include "fault.h"
#include "reason.h"
#include "result.h"
#include "trust.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FETCH_REDIRECTS_MAX = 5, FETCH_HOST_SIZE = 256 };

struct fetcher;
struct fetch;
struct uv_loop_s;

struct fetch_answer {
    enum reason reason;              /* REASON_ok: an answer came whole, whatever its status */
    char detail[RESULT_DETAIL_SIZE]; /* evidence; "" when ok */
    int status;                      /* of the last answer; 0 = none came */
    const char *url;                 /* where it came from */
    const char *head;                /* its status line and header lines as sent, not cleaned */
    const char *body;                /* "" unless keep_body; not cleaned, may hold NUL */
    size_t head_length, body_length;
    int redirects;           /* followed */
    struct phases phases;    /* summed over the hops; `total` since fetch_start(); no `resolve` */
    struct trust_answer tls; /* the first one, or the first bad one; sha256 "" = no TLS so far */
};

/* Texts must stay until done(). */
struct fetch_request {
    const char *url; /* http or https */
    const struct sockaddr
        *address;           /* of the URL's host, with port; copied; NULL = resolve() is asked */
    const char *method;     /* NULL = GET */
    const char *user_agent; /* may be NULL */
    const char
        *header;      /* one further header, "Name: value"; not sent to other hosts; may be NULL */
    const char *body; /* of the request; may be NULL */
    size_t body_max;  /* bytes of the answer's body after decompression; more is body_too_large */
    bool keep_body;   /* else it is counted and dropped */
    size_t keep_max;  /* bytes of it that are kept, the rest is counted; 0 = all */
    bool compressed;  /* offer gzip and brotli */
    int redirects;    /* followed at most; 0 = a redirect is an answer like any other */
    int64_t timeout_ms; /* for everything together */
    /* A redirect leads to another host, by name or by an address, which may be of the wrong family: find its address and
     * call fetch_go_on(), at once or later. NULL = redirects to an address are followed, those to another name end the
     * fetch as refused_by_policy. */
    void (*resolve)(void *owner, struct fetch *fetch, const char *host, uint16_t port);
    /* Exactly once, never from inside fetch_start() or fetch_cancel(). The answer's texts and the fetch go afterwards. */
    void (*done)(void *owner, const struct fetch_answer *answer);
    void *owner;
};

/* The three are borrowed. NULL and a sentence when libcurl or the loop fails. */
struct fetcher *fetcher_new(struct uv_loop_s *loop, struct trust *trust,
                            const struct address_policy *policy, struct fault *fault);
/* No fetch may be under way. Memory goes when the loop has closed our handles. NULL is fine. */
void fetcher_free(struct fetcher *fetcher);

/* Where a URL leads. False when it is none that we can fetch. */
bool fetch_place(struct fetcher *fetcher, const char *url, char host[FETCH_HOST_SIZE],
                 uint16_t *ret_port);

struct fetch *fetch_start(struct fetcher *fetcher, const struct fetch_request *request);
/* Hurries done(): what is not finished ends as `timeout` when the time is over, else as `self`. An answer to resolve() must
 * not come any more. */
void fetch_cancel(struct fetch *fetch);

/* The answer to resolve(): an address with port, or NULL and why there is none. */
void fetch_go_on(struct fetch *fetch, const struct sockaddr *address, enum reason reason,
                 const char *detail);

#endif
