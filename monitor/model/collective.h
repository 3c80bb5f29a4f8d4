/* Who offers what, and how we look at it: the collective, its hosters, their services and checks. Immutable once
 * loaded; all of it lives in one arena (the configuration's). Ids stay for ever, names may change. */
#ifndef VIBRISSE_COLLECTIVE_H
#define VIBRISSE_COLLECTIVE_H

#include "alerting.h"
#include "declared.h"
#include "family.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One text in several languages. The first one given serves where a language is missing. */
struct wording {
    const struct wording_text {
        const char *language; /* "fr" */
        const char *text;
    } * texts;
    size_t count;
};

const char *wording_in(const struct wording *wording,
                       const char *language); /* never NULL: "" when empty */

enum role { ROLE_ESSENTIAL, ROLE_EXTRA };
extern const char *const role_words[]; /* as enum role; ended by NULL */

enum family_wish { WISH_BOTH, WISH_IPV4, WISH_IPV6 };
extern const char *const family_wish_words[]; /* "both", "ipv4", "ipv6", NULL */

struct probe_option { /* of a probe, as written; validated by the probe's own rows */
    const char *name, *value;
};

struct check {
    const char *id;
    const char *url;
    int64_t interval_ms, timeout_ms, slow_ms;
    int role;            /* enum role */
    int family;          /* enum family_wish */
    const char *address; /* connect here instead of resolving the URL's host; NULL = resolve */
    const struct probe_option *options;
    size_t option_count;
};

struct service {
    const char *id;
    const char *key; /* "hoster/service": the name of the service everywhere outside its hoster */
    const struct hoster *hoster;
    struct wording name;
    const char *url;      /* what people open; may be NULL */
    const char *software; /* "Etherpad"; may be NULL */
    struct wording kind;  /* what it is to people ("pads"); may be empty */
    bool counted;         /* false: shown, but not part of the hoster's figures */
    const struct check *checks;
    size_t check_count;
    const char *source,
        *source_date; /* file of a register that it is known from, 2026-01-31; may be NULL */
    int declared;     /* enum declared_state; there: its hoster's own word */
    const char *declared_reason; /* may be NULL */
    int hosting;                 /* enum hosting; as its hoster says */
    const char *use_month; /* "2026-01": of what its hoster's file of figures tells; may be NULL */
    int64_t use_accounts, use_active; /* of that month, or USERS_UNKNOWN; see usage_said */
    const char *adjusted;             /* keys that a file of ours has in place of it: "name url" */
    const char *until;                /* the day on which it is to end, 2026-12-31; may be NULL */
    const char *parent;         /* key of the service without which it cannot work; may be NULL */
    struct alert_routes alerts; /* in place of the hoster's where there are any */
};

/* What a register's file lists and nobody looks at. */
struct unmeasured_service {
    const char *name, *source, *until; /* source and until may be NULL */
    int fate;                          /* enum fate: why */
    int declared;                      /* enum declared_state */
};

struct hoster {
    const char *id;
    struct wording name;
    struct wording kind; /* what kind of body it is ("association"); may be empty */
    const char *website; /* may be NULL */
    const char *place;   /* may be NULL */
    const char *contact; /* mail address of those who look after it; may be NULL */
    const char *source,
        *source_date;     /* file of a register that it is known from, 2026-01-31; may be NULL */
    const char *adjusted; /* keys that a file of ours has in place of it: "name website" */
    int declared;         /* enum presence; there: its own word */
    const char *declared_reason; /* may be NULL */
    const struct service *services;
    size_t service_count;
    const struct unmeasured_service *unmeasured;
    size_t unmeasured_count;
    struct alert_routes alerts; /* who of the hoster is told */
};

struct collective {
    const char *name, *website, *contact; /* website and contact may be NULL */
    const char *address;                  /* where visitors find the site; may be NULL */
    const char *source;                   /* where the program's source is offered; may be NULL */
    const char *const *languages;         /* first = default; ended by NULL */
    const char *timezone;                 /* "Europe/Paris" */
    const char *vantage;                  /* where this monitor looks from */
    const struct hoster *hosters;         /* by id */
    size_t hoster_count;
    const struct service *const *services; /* every service of every hoster, sorted by key */
    size_t service_count;
};

const struct hoster *collective_hoster(const struct collective *collective, const char *id);
/* Where the service is among `services`; -1 = nowhere. */
int64_t collective_index(const struct collective *collective, const char *key);
const struct service *collective_service(const struct collective *collective, const char *key);
const struct check *service_check(const struct service *service, const char *id);
/* Whether any check has a URL of that scheme ("icmp"). */
bool collective_checks_by(const struct collective *collective, const char *scheme);

#endif
