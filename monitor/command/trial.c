#include "trial.h"

#include <uv.h>

struct trial_round {
    size_t under_way;
    struct runner *runner;
    struct world *world;
};

static void on_told(void *owner, const struct result *result, struct mono began)
{
    struct trial *trial = owner;
    (void)began;
    trial->results[result->family] = *result;
    trial->told[result->family] = true;
}

/* Turns end by themselves, each within its time, and the last one closes all that keeps the loop going. */
static void on_ended(void *owner)
{
    struct trial *trial = owner;
    struct trial_round *round = trial->round;
    if (--round->under_way)
        return;
    runner_free(round->runner);
    world_release(round->world);
}

static void start_all(struct trial_round *round, struct trial *trials, size_t count)
{
    round->under_way = count;
    for (size_t i = 0; i < count; i++) {
        trials[i].round = round;
        const struct runner_job job = {
            .target = &trials[i].target,
            .memory = &trials[i].memory,
            .world = round->world,
            .families = trials[i].target.families,
            .attempt = 1,
            .told = on_told,
            .ended = on_ended,
            .owner = &trials[i],
        };
        runner_start(round->runner, &job);
    }
}

int trial_all(struct trial *trials, size_t count, const struct rules *rules, struct fault *fault)
{
    uv_loop_t loop;
    struct trial_round round = {0};
    int rc = count ? uv_loop_init(&loop) : 0;
    if (rc)
        return fault_set(fault, "cannot set up the event loop: %s", uv_strerror(rc));
    if (!count)
        return 0;
    round.world = world_new(&loop, rules, fault);
    if (round.world) {
        round.runner = runner_new(&loop, RUNNER_IN_FLIGHT);
        start_all(&round, trials, count);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return round.world ? 0 : -1;
}

enum outcome trial_worst(const struct trial *trials, size_t count)
{
    static const int badness[OUTCOME_COUNT] = {
        [OUTCOME_UP] = 0, [OUTCOME_UNKNOWN] = 1, [OUTCOME_DEGRADED] = 2, [OUTCOME_DOWN] = 3};
    enum outcome worst = OUTCOME_UP;
    for (size_t i = 0; i < count; i++) {
        for (int family = 0; family < FAMILY_COUNT; family++) {
            enum outcome outcome = trials[i].results[family].outcome;
            if (trials[i].told[family] && badness[outcome] > badness[worst])
                worst = outcome;
        }
    }
    return worst;
}
