/* How often something may be done, by one origin and by all together: so many at once, then one each so many ms. Memory is
 * fixed; whoever was not seen for longest is forgotten first, which is why there is a limit for all. Pure; not
 * thread-safe. */
#ifndef VIBRISSE_TURNSTILE_H
#define VIBRISSE_TURNSTILE_H

#include <stddef.h>
#include <stdint.h>

struct turnstile_rate {
    int64_t each_ms, at_once;
};

struct turnstile_rules {
    struct turnstile_rate one, all;
};

enum { TURNSTILE_ROWS = 128, TURNSTILE_COLUMNS = 4 };

/* All zero is ready, with its rules set. */
struct turnstile {
    struct turnstile_rules rules;
    int64_t all_ms; /* when all will have caught up */
    struct turnstile_place {
        uint64_t origin;
        int64_t caught_up_ms;
    } places[TURNSTILE_ROWS][TURNSTILE_COLUMNS];
};

/* 0: it may pass, which counts; else in how many seconds it may try again, and nothing is counted. An origin of 0 has no
 * limit of its own. `now_ms` is monotonic, above 0. */
int64_t turnstile_pass(struct turnstile *turnstile, uint64_t origin, int64_t now_ms);

#endif
