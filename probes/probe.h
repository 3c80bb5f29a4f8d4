/* What a probe is: one const struct in the array of registry.c. Adding a protocol is one file and one row.
 *
 * The runner owns resolving, deadlines, concurrency and the exactly-once rule. A probe gets an address to talk to and
 * fills `run->result`: outcome and reason through result_set(), phases, certificate. All of it happens on the loop's
 * thread. */
#ifndef VIBRISSE_PROBE_H
#define VIBRISSE_PROBE_H

#include "address.h"
#include "clock.h"
#include "result.h"
#include "schema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct probe_run;
struct records_answer;
struct route_type;

struct probe_type {
    const char *name;      /* the URL scheme and the word in the configuration: "imap" */
    uint16_t port;         /* the protocol's own; 0 = the URL must give one */
    bool portless;         /* there are no ports at all */
    bool port_optional;    /* there may be one in the URL or not */
    bool runs_here;        /* nobody is visited: localhost is fine, whatever the policy says */
    struct schema options; /* rows: name, type, range, default, doc, example */
    size_t options_size;   /* of the struct that the rows fill */
    /* Checks what single rows cannot (may be NULL): -1 and a sentence when the options do not go together. */
    int (*check)(const void *options, struct fault *fault);
    /* Checks what follows the host in the URL (may be NULL = all is well): -1 and a sentence. */
    int (*check_url)(const char *url, struct fault *fault);
    const void *protocol; /* for an engine that several probes share: how this one differs */
    /* Whether no visit depends on what is looked at (may be NULL = one does): see result_excuse(). */
    bool (*is_courtesy)(const void *options);
    /* Where clients look for the service, see route.h; may be NULL. */
    const struct route_type *route;
    bool dane;       /* clients ask for TLSA records of it (RFC 7672, 7673): run->dane */
    size_t run_size; /* private bytes per attempt, given zeroed in run->state */
    void (*start)(struct probe_run *run);  /* leads to one probe_done(), never from inside start */
    void (*cancel)(struct probe_run *run); /* any time after start; hurries that probe_done() */
};

/* What all attempts of a process share. Owned by the prober, outlives every run. */
struct probe_world {
    struct uv_loop_s *loop;
    struct fetcher *fetcher;   /* HTTP, see fetch.h */
    struct trust *trust;       /* certificates, see trust.h */
    struct resolver *resolver; /* for the names that an answer leads to, see resolver.h */
    struct pinger *pinger;     /* echo requests, see pinger.h */
    const struct address_policy *policy;
    const char *user_agent; /* "vibrisse/0.1 (+https://...)" */
};

struct probe_run {
    const struct probe_type *type;
    struct probe_world *world;
    const char *url;                 /* of the check */
    const char *host;                /* name in the URL: for SNI, Host and verification */
    struct sockaddr_storage address; /* where to connect, with port; policy already asked */
    /* TLSA records of the very target, one at least, vouched for by DNSSEC (see records.h); NULL = none. Only if type->dane. */
    const struct records_answer *dane;
    int64_t timeout_ms, slow_ms; /* slow_ms 0 = never slow */
    const void *options;         /* type->options_size bytes, filled by the rows */
    void *state;                 /* type->run_size bytes */
    struct result result; /* time, names, family, address, attempt and resolve phase are set */
    void (*done)(struct probe_run *run); /* the runner's; call probe_done() instead */
};

/* Exactly once per started run, from a callback; the run may be gone when it returns. */
void probe_done(struct probe_run *run);

/* Sets outcome and reason when the service works: ok, slow (by the total phase), or degraded by what is
 * wrong with the certificate. `tls` may be NULL. */
struct trust_answer;
void probe_good(struct probe_run *run, const struct trust_answer *tls);
/* After probe_good(): what is worth telling of a result that is ok, which has no other evidence. "" = nothing. */
void probe_remark(struct probe_run *run, const char *remark);

#endif
