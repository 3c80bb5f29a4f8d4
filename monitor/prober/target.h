/* A check made ready to run: its URL taken apart, its probe found, its options read. Immutable; the texts live in the
 * arena that it was read into. Pure. */
#ifndef VIBRISSE_TARGET_H
#define VIBRISSE_TARGET_H

#include "arena.h"
#include "fault.h"
#include "order.h"
#include "probe.h"

#include <stdbool.h>
#include <stdint.h>

/* Where probes are found: the registry, or a test's own. */
struct catalogue {
    const struct probe_type *(*find)(const char *scheme);
    const char *const *(*schemes)(void);
    int (*read_options)(const struct probe_type *type, const struct probe_option *options,
                        size_t count, struct arena *arena, const void **ret, struct fault *fault);
};

struct target {
    const struct probe_type *type;
    const char *service, *check, *url;
    const char *host;    /* of the URL, lower case, without brackets */
    const char *connect; /* what is resolved: the host, or the literal of the check's `address` */
    bool literal;        /* `connect` is an address */
    bool routed;         /* servers and ports are found by the probe's route, see route.h */
    uint16_t port;
    unsigned families; /* bits 1 << FAMILY_*: those to try, where published */
    int64_t timeout_ms, slow_ms;
    const void *options;
};

/* -1 and a sentence: no such probe, no such option, no host. */
int target_read(const struct watch *watch, const struct catalogue *catalogue, struct arena *arena,
                struct target *ret, struct fault *fault);

/* What target_read() says of the URL alone. */
int target_check_url(const char *url, const struct catalogue *catalogue, struct fault *fault);

/* "https://[2001:db8::1]:8443/x" is scheme "https", host "2001:db8::1", port 8443 (0 = none). Texts live in the arena. */
struct target_url {
    const char *scheme, *host;
    uint16_t port;
};
int target_split_url(const char *url, struct arena *arena, struct target_url *ret,
                     struct fault *fault);

#endif
