/* 5,000 services of 100 hosters fail within one minute, one after the other in any order, and come back an hour later.
 * Policy and outbox alone: how much time of the processor that takes, how many messages each target gets of each
 * hoster, and how long the first one waits. Each hoster has a target of its own; one target hears of everything. */
#include "hamlet.h"
#include "outbox.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HOSTERS = 100, SERVICES = 5000, MINUTE = 60, BEGIN = 1767225600 };

struct bench {
    struct hamlet *hamlet;
    struct policy *policy;
    struct outbox *outbox;
    int64_t now, first;
    int heard[HOSTERS + 1]; /* by target */
    size_t told;
};

static void on_message(void *owner, const struct policy_message *message)
{
    struct bench *bench = owner;
    outbox_add(bench->outbox, message, bench->now * 1000);
}

static void carry(struct bench *bench)
{
    const struct delivery *delivery;
    while ((delivery = outbox_next(bench->outbox, bench->now * 1000))) {
        const struct alert_target *target = hamlet_target(bench->hamlet, delivery->target);
        size_t i = (size_t)(target - bench->hamlet->targets);
        bench->heard[i]++;
        bench->told += delivery->total;
        if (!bench->first)
            bench->first = bench->now;
        outbox_answer(bench->outbox, delivery->id, OUTBOX_DELIVERED, 0, "", bench->now * 1000);
    }
    while (outbox_next_changed(bench->outbox))
        ;
}

static void run_until(struct bench *bench, int64_t at)
{
    while (policy_due(bench->policy) <= at) {
        if (policy_due(bench->policy) > bench->now)
            bench->now = policy_due(bench->policy);
        policy_turn(bench->policy, bench->now, on_message, bench);
        carry(bench);
    }
    bench->now = at;
}

static void build(struct bench *bench)
{
    char text[64];
    struct policy_world world;
    bench->hamlet = hamlet_new();
    bench->outbox = outbox_new();
    for (int i = 0; i < SERVICES; i++) {
        snprintf(text, sizeof text, "h%02d/s%d", i % HOSTERS, i);
        hamlet_service(bench->hamlet, text, 60000);
    }
    hamlet_route(bench->hamlet, "everything", "watch");
    for (int i = 0; i < HOSTERS; i++) {
        snprintf(text, sizeof text, "h%02d", i);
        hamlet_route(bench->hamlet, text, text);
    }
    hamlet_world(bench->hamlet, &world);
    bench->policy = policy_new(&world);
    for (size_t i = 0; i < SERVICES; i++) {
        snprintf(text, sizeof text, "192.0.%zu.%zu", i / 50, i % 5);
        policy_place(bench->policy, i, text, "CN=Some CA");
    }
}

/* 997 has no divisor in common with SERVICES: every service comes once. */
static void change_all(struct bench *bench, enum outcome state)
{
    int64_t begin = bench->now;
    for (size_t i = 0; i < SERVICES; i++) {
        run_until(bench, begin + (int64_t)(i * MINUTE / SERVICES));
        struct finding finding = {.state = state,
                                  .reason = state == OUTCOME_UP ? REASON_ok : REASON_timeout,
                                  .since_after = bench->now - 60,
                                  .since = bench->now};
        policy_state(bench->policy, i * 997 % SERVICES, &finding, bench->now);
    }
}

static void print_heard(const char *what, const int *counts)
{
    int most = 0, with_most = 0;
    for (int i = 1; i <= HOSTERS; i++) {
        with_most = counts[i] > most ? 1 : with_most + (counts[i] == most);
        most = counts[i] > most ? counts[i] : most;
    }
    printf("%-44s %d (%d of %d hosters)\n", what, most, with_most, HOSTERS);
}

static double processor_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    if (!bench)
        return 1;
    build(bench);
    bench->now = BEGIN;
    double before = processor_s();
    change_all(bench, OUTCOME_DOWN);
    run_until(bench, BEGIN + 10 * MINUTE);
    printf("%-44s %.2f s (promised: 2 s)\n", "5,000 down in a minute: processor",
           processor_s() - before);
    printf("%-44s %lld s (promised: 10 s)\n", "first message after the first verdict",
           (long long)(bench->first - BEGIN));
    print_heard("messages of a hoster's target, at most", bench->heard);
    printf("%-44s %d\n", "of the target of everything", bench->heard[0]);
    printf("%-44s %zu (of %d)\n", "outages told in them", bench->told, 2 * SERVICES);
    run_until(bench, BEGIN + 50 * MINUTE);
    before = processor_s();
    change_all(bench, OUTCOME_UP);
    run_until(bench, BEGIN + 59 * MINUTE);
    printf("%-44s %.2f s\n", "5,000 up again: processor", processor_s() - before);
    print_heard("messages of a hoster's target, all together", bench->heard);
    policy_free(bench->policy);
    outbox_free(bench->outbox);
    hamlet_free(bench->hamlet);
    free(bench);
    return 0;
}
