/* Is it us? Judges each failing result by what is known of our own side: the sentinels of its family, our resolver, our
 * clock, our loop, and failures of many at once (mass.h). Whoever asks gathers this and hands it in; a result that
 * cannot be judged yet waits. Pure: time is passed in. */
#ifndef VIBRISSE_DOUBT_H
#define VIBRISSE_DOUBT_H

#include "clock.h"
#include "family.h"
#include "mass.h"
#include "result.h"
#include "vantage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DOUBT_NAMES = 4,      /* asked for in a round, at most */
    DOUBT_STALL_MS = 500, /* a turn of the loop that is longer makes timeouts void */
    DOUBT_JUMP_MS = 2000, /* of the wall clock against the monotonic one */
    DOUBT_CLOCK_MS =
        10 * 60 * 1000, /* for so long after a jump no certificate's dates are judged */
    DOUBT_FEW = 3       /* sentinels; fewer are weak */
};

struct doubt_now {
    struct mono mono;
    struct wall wall;
};

/* A round of sentinels, in one family. It is good when at least half of them answer. */
struct doubt_round {
    struct mono began, ended;
    int asked;     /* those that exist in the family; 0 = none */
    int answering; /* of these */
};

/* Names that were asked for anew, each of another domain. */
struct doubt_name {
    uint64_t hoster, domain; /* hashes; hoster 0 = a sentinel's */
    bool resolved;
};

struct doubt_names {
    struct mono began;
    size_t count;
    struct doubt_name names[DOUBT_NAMES];
};

/* Zeroed: nothing known. */
struct doubt {
    bool sentinels;          /* some are configured */
    struct mass_lines lines; /* in force; set by the owner */
    struct doubt_family {
        bool heard;                   /* `last` is one */
        struct doubt_round last, bad; /* the newest, and the newest that was not good */
        struct mono good;             /* when the newest good attempt of any service began */
        bool mass;
        struct mass_count found; /* in the mass */
    } families[FAMILY_COUNT];
    bool asked; /* `names` were */
    struct doubt_names names;
    struct doubt_now seen; /* the clocks, last time */
    struct mono jumped;
    int64_t jump_ms; /* 0 = it never did */
    struct mono stalled;
    int64_t stall_ms; /* 0 = it never was */
    struct vantage vantage;
};

/* A failing result: outcome down. */
struct doubt_case {
    enum reason reason;
    const struct mass_line *line;
    uint64_t domain; /* hash, of the name that was asked for */
    struct mono began;
    bool confirms; /* with it the line counts as down */
};

enum doubt_answer {
    DOUBT_TELL, /* it is theirs */
    DOUBT_WAIT, /* until what doubt_wants() was handed in, or time has passed */
    DOUBT_OURS
};

/* Hashes of "hoster" of "hoster/service", of all of it, and of the last two labels of a host's name. */
uint64_t doubt_hoster(const char *service);
uint64_t doubt_service(const char *service);
uint64_t doubt_domain(const char *host);

/* Others are asked from now on, or nobody: what was known of the families is forgotten. */
void doubt_set_sentinels(struct doubt *doubt, bool sentinels);

/* At least once a second, and before judging. */
void doubt_see_clock(struct doubt *doubt, struct doubt_now now);
/* Once a second: whether many fail at once. */
void doubt_see_mass(struct doubt *doubt, struct doubt_now now);
/* The loop had not turned for `ms` until `now`. */
void doubt_see_stall(struct doubt *doubt, int64_t ms, struct mono now);
/* Every result as it came in, before it is judged. */
void doubt_see_result(struct doubt *doubt, struct mass_line *line, const struct result *result,
                      struct mono began, struct mono now);
void doubt_see_round(struct doubt *doubt, enum family family, const struct doubt_round *round,
                     struct doubt_now now);
void doubt_see_names(struct doubt *doubt, const struct doubt_names *names, struct doubt_now now);

/* `why` is set when it is ours. */
enum doubt_answer doubt_judge(const struct doubt *doubt, const struct doubt_case *doubtful,
                              struct mono now, char why[VANTAGE_WHY_SIZE]);

enum { DOUBT_WANTS_ROUND = 1, DOUBT_WANTS_NAMES = 2 };
unsigned doubt_wants(const struct doubt *doubt, const struct doubt_case *doubtful);

/* Whether a result with that reason can be the fault of our own network. */
bool doubt_is_network(enum reason reason);

/* Whether the sentinels should be asked oftener, since not all is well. */
bool doubt_is_troubled(const struct doubt *doubt);

#endif
