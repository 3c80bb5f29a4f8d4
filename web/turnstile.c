#include "turnstile.h"

/* Each passage is work of `each_ms`; whoever has more than `at_once` of it before them waits. */
static int64_t wait_ms(const struct turnstile_rate *rate, int64_t caught_up_ms, int64_t now_ms)
{
    int64_t ahead_ms = caught_up_ms > now_ms ? caught_up_ms - now_ms : 0;
    int64_t most_ms = rate->each_ms * (rate->at_once - 1);
    return ahead_ms > most_ms ? ahead_ms - most_ms : 0;
}

static void count(const struct turnstile_rate *rate, int64_t *caught_up_ms, int64_t now_ms)
{
    *caught_up_ms = (*caught_up_ms > now_ms ? *caught_up_ms : now_ms) + rate->each_ms;
}

/* Origins are neighbours often: they are spread by a multiplication (Fibonacci hashing). */
static struct turnstile_place *row_of(struct turnstile *turnstile, uint64_t origin)
{
    uint64_t mixed = origin * UINT64_C(0x9E3779B97F4A7C15);
    return turnstile->places[(mixed >> 32) % TURNSTILE_ROWS];
}

/* Its own, or that of whoever needs it least. */
static struct turnstile_place *place_of(struct turnstile *turnstile, uint64_t origin)
{
    struct turnstile_place *row = row_of(turnstile, origin), *least = row;
    for (int i = 0; i < TURNSTILE_COLUMNS; i++) {
        if (row[i].origin == origin)
            return &row[i];
        if (row[i].caught_up_ms < least->caught_up_ms)
            least = &row[i];
    }
    return least;
}

int64_t turnstile_pass(struct turnstile *turnstile, uint64_t origin, int64_t now_ms)
{
    const struct turnstile_rules *rules = &turnstile->rules;
    struct turnstile_place *place = place_of(turnstile, origin);
    int64_t own_ms = place->origin == origin ? place->caught_up_ms : 0;
    int64_t wait = wait_ms(&rules->all, turnstile->all_ms, now_ms);
    int64_t own = origin ? wait_ms(&rules->one, own_ms, now_ms) : 0;
    wait = own > wait ? own : wait;
    if (wait)
        return (wait + 999) / 1000;
    count(&rules->all, &turnstile->all_ms, now_ms);
    if (origin) {
        count(&rules->one, &own_ms, now_ms);
        *place = (struct turnstile_place){origin, own_ms};
    }
    return 0;
}
