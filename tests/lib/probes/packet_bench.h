/* A probe and the server it asks, on one loop: a port of 127.0.0.1 over UDP and over TCP, and answers made to order. */
#ifndef VIBRISSE_PACKET_BENCH_H
#define VIBRISSE_PACKET_BENCH_H

#include "arena.h"
#include "collective.h"
#include "packet.h"

#include <uv.h>

enum { PACKET_BENCH_ANSWER_MAX = 4000 };

struct packet_bench {
    uv_loop_t loop;
    struct arena arena;
    struct probe_world world;
    struct address_policy policy;
    struct probe_run run;
    char url[300];
    uint16_t port;
    int told;
    bool within; /* start() or cancel() */

    /* The server. Writes an answer to a question and returns its length; negative = none. Over TCP also called with a
     * length of 0, when a connection opens. */
    int (*answer)(const uint8_t *question, size_t length, bool stream, uint8_t *ret);
    int drop;     /* questions over UDP to be lost */
    int asked;    /* questions that came */
    bool hang_up; /* after an answer over TCP, or without one */
    uv_udp_t udp;
    uv_tcp_t tcp;
    uint8_t bytes[PACKET_BENCH_ANSWER_MAX];
};

void packet_bench_open(struct packet_bench *bench);
void packet_bench_close(struct packet_bench *bench);
void packet_bench_deaf(struct packet_bench *bench); /* closes both sockets: refuses from now on */

/* `path` follows the port. `options` are name, value, ..., NULL; may be NULL. */
void packet_bench_prepare(struct packet_bench *bench, const char *scheme, const char *path,
                          const char *const *options);
void packet_bench_start(struct packet_bench *bench);
void packet_bench_cancel(struct packet_bench *bench);
void packet_bench_wait(struct packet_bench *bench); /* for the one result */
/* All of it. */
const struct result *packet_bench_run(struct packet_bench *bench, const char *scheme,
                                      const char *path, const char *const *options);

#endif
