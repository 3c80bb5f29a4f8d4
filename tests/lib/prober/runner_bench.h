/* A runner with a world of its own, and checks that it runs: exactly one end for each turn, nothing from inside a start. */
#ifndef VIBRISSE_RUNNER_BENCH_H
#define VIBRISSE_RUNNER_BENCH_H

#include "fake_dns.h"
#include "fake_probe.h"
#include "runner.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum { V4 = 1 << FAMILY_IPV4, V6 = 1 << FAMILY_IPV6, TOLD_MAX = 4 };

struct bench {
    uv_loop_t loop;
    struct fake_dns dns;
    struct world *world;
    struct runner *runner;
    struct arena arena;
};

/* One check and what came of it. */
struct subject {
    struct bench *bench;
    struct target target;
    struct runner_memory memory;
    struct runner_turn *turn;
    struct result told[TOLD_MAX];
    size_t count, ended;
    bool starting, cancel_when_told;
};

/* The rows must stay; loopback may be probed. */
void runner_bench_open(struct bench *bench, size_t in_flight_max, const struct fake_dns_row *rows);
void runner_bench_close(struct bench *bench);

void runner_bench_make(struct bench *bench, struct subject *subject, const char *url, int wish);
void runner_bench_start(struct subject *subject, unsigned families, int attempt);
void runner_bench_wait(struct subject *subject);
/* All three. */
void runner_bench_run(struct bench *bench, struct subject *subject, const char *url, int wish);
/* The only result of that family, or NULL. */
const struct result *runner_bench_told(const struct subject *subject, enum family family);

#endif
