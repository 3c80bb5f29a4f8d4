/* Who is told what, and when. States of services and the time go in, alerts come out. What each target knows of each
 * service is compared with what is so, and the difference is told, unless there is a reason to wait, which has a name:
 * so a target never hears twice of one change, nor of an end without its beginning, and what was held back is told when
 * the reason has gone, if it is still so. Holding back never stops measuring. Pure; one owner, no locks. */
#ifndef VIBRISSE_POLICY_H
#define VIBRISSE_POLICY_H

#include "alert.h"
#include "collective.h"
#include "finding.h"
#include "level.h"

struct policy;

enum {
    POLICY_GATHER_S = 3,     /* so long news wait for others to go with them */
    POLICY_CALM_S = 8,       /* when much fails (storm.h), until nothing has come for so long; */
    POLICY_CALM_MOST_S = 65, /* not longer, */
    POLICY_VANGUARD_S = 8,   /* and the first hoster's only so long */
    POLICY_JOIN_S = 120,     /* what of it fails so soon after its message joins that: */
    POLICY_JOINED_MOST_S = 3600, /* what its target hears next takes it along, at the latest then */
    POLICY_RECOVERY_S = 60,      /* so long a group's first recovery waits for the others */
    POLICY_ROUNDS_AFTER_PARENT = 2, /* intervals of the service after its parent's return */
    POLICY_ESCALATE_S = 5 * 60,     /* not accepted by then: the next way */
    POLICY_ESCALATE_ALL_S = 15 * 60 /* all of them */
};

/* Why something is not told. */
enum policy_hold {
    HOLD_NONE,
    HOLD_MAINTENANCE,  /* it was announced */
    HOLD_SILENCE,      /* somebody asked for silence */
    HOLD_FLAPPING,     /* it goes to and fro; that was told, or is not wanted */
    HOLD_PARENT,       /* that without which it cannot work is down, or may be */
    HOLD_AFTER,        /* it has not lasted long enough yet */
    HOLD_QUIET,        /* quiet hours */
    HOLD_STORM,        /* much fails: the next message takes it along */
    HOLD_GATHER,       /* others may fail with it */
    HOLD_ACKNOWLEDGED, /* reminders: somebody takes care */
    HOLD_UNKNOWN,      /* reminders: nothing is known now */
    HOLD_CONSENT,      /* the target did not say that it wants to be told */
    HOLD_COUNT
};
extern const char *const policy_hold_words[]; /* "maintenance"; as the enum, ended by NULL */

/* What the policy asks of its surroundings. All of it pure or reading only; times in s. */
struct policy_world {
    void *owner;
    const struct collective *collective;
    struct alert_routes everywhere;         /* those of everything */
    int (*minute)(void *owner, int64_t at); /* of the civil day */
    bool (*maintained)(void *owner, const struct service *service, int64_t at);
    /* The newest time at which it was found good; 0 = never. */
    int64_t (*good_at)(void *owner, const struct service *service);
    /* Whether the target may be told at all; NULL = each one may. */
    bool (*consents)(void *owner, const struct alert_target *target);
    /* The page of the service (NULL: the first page); "" = none. */
    void (*link)(void *owner, const struct service *service, const char *language,
                 char to[ALERT_LINK_SIZE]);
};

/* One message for the outbox. */
struct policy_message {
    const struct alert *alert; /* lent */
    int64_t due;               /* s; not sooner */
    const char *unless;        /* id of an alert: not if that was accepted; NULL = in any case */
    int accept;                /* enum alerting_accept: what counts as that */
    bool follows; /* only where something of its thread was handed over to its target before */
};

typedef void policy_fn(void *owner, const struct policy_message *message);

/* Borrows what `world` points to. */
struct policy *policy_new(const struct policy_world *world);
void policy_free(struct policy *policy); /* NULL is fine */

/* `service` is an index into collective.services; service_count is the monitor itself, which is degraded where it does
 * not see well. Told again, the same changes nothing. `now` in s. */
void policy_state(struct policy *policy, size_t service, const struct finding *finding,
                  int64_t now);
/* Where it was found, for what fails together; "" = not known. */
void policy_place(struct policy *policy, size_t service, const char *address, const char *issuer);

/* Somebody takes care: no reminders and no escalation until it is over. Tells the threads that it is about. False:
 * nothing that was told of is going on there. */
typedef void policy_thread_fn(void *owner, const char *thread);
bool policy_acknowledge(struct policy *policy, const char *service, policy_thread_fn *each,
                        void *owner);
/* See silence.h. */
bool policy_silence(struct policy *policy, const char *subject, int64_t from, int64_t until);

/* What the surroundings say has changed: all is weighed anew at the next turn. */
void policy_wake(struct policy *policy);

/* Tells what is to be told at `now`. */
void policy_turn(struct policy *policy, int64_t now, policy_fn *tell, void *owner);
/* When policy_turn() should be called, at the latest; INT64_MAX = when a state changes. */
int64_t policy_due(const struct policy *policy);

/* What is not fine, and what its targets know of it. */
struct policy_standing {
    const struct service *service; /* NULL = the monitor */
    const struct alert_target *target;
    enum level level, told;
    enum policy_hold hold; /* why the one is not the other */
    bool acknowledged;
    const char *thread; /* in which it was told; "" = it was not */
};
typedef void policy_standing_fn(void *owner, const struct policy_standing *standing);
void policy_each(const struct policy *policy, policy_standing_fn *each, void *owner);

/* What a restart needs: one text a service, "" for nothing. Index of the next one that changed since last asked; -1 =
 * none. After loading, the states are told anew. A text that cannot be read is as none: better told twice than never. */
int64_t policy_next_changed(struct policy *policy);
void policy_save(const struct policy *policy, size_t service, struct buffer *out);
void policy_load(struct policy *policy, size_t service, const char *text);

#endif
