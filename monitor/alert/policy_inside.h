/* What the files of the policy share. For them only. */
#ifndef VIBRISSE_POLICY_INSIDE_H
#define VIBRISSE_POLICY_INSIDE_H

#include "common.h"
#include "policy.h"
#include "reminder.h"
#include "ways.h"
#include "silence.h"
#include "storm.h"

/* What was so for a while, and somebody was not told of while it was. */
struct episode {
    unsigned times; /* 0 = there was none */
    enum level level;
    enum reason reason;
    int64_t since_after, since, until_after, until;
};

/* What one target knows of one service. */
struct told {
    const struct alert_route *route;
    enum level level;
    bool flapping;              /* it knows that */
    bool overslept;             /* held in quiet hours: it goes into the digest of the morning */
    enum policy_hold hold;      /* as last weighed */
    int64_t joined;             /* s; it failed in a storm of which this target had heard: what that
                                 * hears next of the hoster takes it along, at the latest then; 0 = no */
    int64_t at;                 /* s; of the last message */
    int64_t since_after, since; /* of what it knows */
    char thread[ALERT_ID_SIZE]; /* "" = it knows of nothing that goes on */
    struct reminder reminder;
    struct episode missed;
};

enum { PLACES = FACTOR_COUNT - 1 }; /* as enum alert_factor from FACTOR_ADDRESS on */

struct house { /* a hoster */
    const struct hoster *hoster;
    struct hearing { /* when a target was last told of something new of it, and how grave it was */
        const struct alert_target *target;
        int64_t at;
        enum alert_severity severity;
    } * hearings;
    size_t count, capacity;
};

struct matter {                    /* one service */
    const struct service *service; /* NULL = the monitor */
    struct house *house;           /* NULL as well */
    struct matter *parent;         /* NULL = none */
    struct finding *finding;       /* the last that was known; NULL = it was fine from the start */
    enum level level;
    bool unknown; /* at the moment */
    bool acknowledged;
    bool is_parent;
    bool open, dirty;
    int64_t changed;      /* s; when its level did, or whether it flaps, by our clock */
    int64_t storm;        /* s; when the storm began in which its level rose; 0 = in none */
    int64_t returned;     /* s; when it was no more down; 0 = it never was */
    int64_t round_s;      /* its longest interval */
    struct episode worst; /* since it is not fine */
    uint32_t places[PLACES];
    struct told *told;
    size_t told_count;
};

struct item;

struct policy {
    struct policy_world world;
    struct matter *matters; /* as collective.services, and the monitor */
    size_t count;
    struct house *houses; /* as collective.hosters */
    size_t *open;         /* matters that are not fine, or that somebody thinks are not */
    size_t open_count, next_changed;
    struct silences silences;
    struct storm storm;
    const struct house *vanguard; /* of this storm: it does not wait for calm; NULL = none yet */
    struct common common;
    int64_t due;
    struct item *items;
    size_t item_count, item_capacity;
    struct alert *alert; /* in the making */
};

/* What there is to tell one target of one service. */
enum purpose {
    PURPOSE_NOTHING,
    PURPOSE_FLAPS,
    PURPOSE_STEADY,
    PURPOSE_NEWS,   /* worse than it knows */
    PURPOSE_EASING, /* better */
    PURPOSE_STORY,  /* what it missed */
    PURPOSE_REMINDER,
    PURPOSE_COUNT
};

/* NULL = the target is not told of it. */
struct told *matter_told(struct matter *matter, const char *target);

struct item {
    struct matter *matter;
    struct told *told;
    enum purpose purpose;
    enum level level; /* as the target wants it */
    bool ready;       /* else it only goes along with one that is */
    bool joins;       /* any of its hoster: see struct told */
    uint64_t group;   /* what goes into one message */
};

/* policy_weigh.c: whether there is something to tell, and why it has to wait. *wake becomes the time to look again, if
 * that is sooner. */
struct weighing {
    const struct policy *policy;
    const struct matter *matter;
    const struct told *told;
    int64_t now;
    enum level level;
    enum purpose purpose;
};
void policy_weigh(struct weighing *weighing, enum policy_hold *ret_hold, int64_t *wake);
/* Of something weighed: see struct told. */
int64_t policy_joined(const struct weighing *weighing);
enum alert_severity policy_severity(const struct told *told, enum level level);

/* policy_group.c: sets the group of items of one target. */
void policy_group(struct policy *policy, struct item *items, size_t count);
enum { GROUP_DIGEST = 1 };
/* What the items of a group have in common. */
uint32_t policy_group_common(const struct item *item);

/* policy_tell.c: one message of one group. */
struct telling {
    policy_fn *tell;
    void *owner;
    int64_t now;
};
void policy_tell(struct policy *policy, struct item *items, size_t count,
                 const struct telling *telling);

const struct hearing *house_hearing(const struct house *house,
                                    const struct alert_target *target); /* NULL = none yet */
void house_hear(struct house *house, const struct hearing *hearing);

#endif
