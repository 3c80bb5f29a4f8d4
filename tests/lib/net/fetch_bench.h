/* A fetcher on a loop of its own, and what the last fetch of it found: exactly one answer, never from inside. */
#ifndef VIBRISSE_FETCH_BENCH_H
#define VIBRISSE_FETCH_BENCH_H

#include "fetch.h"
#include "hostile.h"

#include <uv.h>

struct pki;

enum {
    FETCH_BENCH_BODY_MAX = 100 * 1000,
    FETCH_BENCH_GENEROUS_MS = 90000,
    FETCH_BENCH_SHORT_MS = 300
};

#define OK       "HTTP/1.1 200 OK\r\n"
#define OK_SHORT OK "Content-Length: 5\r\n\r\nhello"
#define SIXTEEN(text)                                                                              \
    text text text text text text text text text text text text text text text text
#define KIB SIXTEEN("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

struct fetch_bench {
    uv_loop_t loop;
    struct trust *trust;
    struct address_policy policy;
    struct fetcher *fetcher;
    struct fetch *fetch;
    struct fetch_request request;
    char url[200];
    int told;
    bool within; /* fetch_start() or fetch_cancel() */
    struct fetch_answer answer;
    char *body;

    /* what resolve() answers, when and with what */
    uv_timer_t later;
    bool resolve_later, resolve_none;
    int resolved;
    const char *wanted; /* whom it is asked for; NULL = elsewhere.test */
    struct sockaddr_storage elsewhere;
};

/* Believes what root.pem of `pki` has signed; loopback may be visited. */
void fetch_bench_open(struct fetch_bench *bench, const struct pki *pki);
void fetch_bench_close(struct fetch_bench *bench);

/* What the request lacks is filled in. */
void fetch_bench_start(struct fetch_bench *bench, const struct hostile *hostile, const char *url);
void fetch_bench_finish(struct fetch_bench *bench); /* waits for the one answer */
void fetch_bench_get(struct fetch_bench *bench, const struct hostile *hostile, const char *url);
/* After so many turns of the loop, unless it is over by then. */
void fetch_bench_cancel_after(struct fetch_bench *bench, const struct hostile *hostile,
                              const char *url, int turns);
/* For request.resolve: answers as the bench says. */
void fetch_bench_on_resolve(void *owner, struct fetch *fetch, const char *host, uint16_t port);

#endif
