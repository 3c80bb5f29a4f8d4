/* The configuration: YAML in, one immutable struct out. Every fault is reported, not just the first, as
 * "file:line:column: message". Loading never changes anything that is in force: a reload builds a second config and
 * the caller swaps. Called at start, on reload and by tools; not thread-safe. */
#ifndef VIBRISSE_CONFIG_H
#define VIBRISSE_CONFIG_H

#include "arena.h"
#include "collective.h"
#include "fault.h"
#include "schema.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CONFIG_NAME_SIZE = 27 };

/* Which ways alerts can go, told by the layer that knows them. */
struct config_channels {
    const char *const *names; /* ended by NULL */
    /* Rows of the channel's own options; NULL = no such channel. */
    const struct schema *(*options)(const char *name);
    /* What single rows cannot tell: -1 and a sentence when these do not go together. */
    int (*check)(const char *name, const struct probe_option *options, size_t count,
                 struct fault *fault);
    /* What is wrong with an operator's own words in a file of that name: -1 and a sentence. */
    int (*check_template)(const char *file, const char *text, struct fault *fault);
    /* A name of it that tells nothing of it, the same for the same. */
    void (*name)(const char *text, char name[CONFIG_NAME_SIZE]);
};

/* Which probes exist, told by the layer that knows them. */
struct config_probes {
    const char *const *schemes; /* URL schemes, ended by NULL, for «did you mean» */
    /* Rows of the probe's own options; NULL = no such probe. */
    const struct schema *(*options)(const char *scheme);
    /* What single rows cannot tell: -1 and a sentence when these do not go together. May be NULL. */
    int (*check)(const char *scheme, const struct probe_option *options, size_t count,
                 struct fault *fault);
    const char *const *languages; /* that the pages speak, ended by NULL; NULL = whichever */
    /* -1 and a sentence when the probe of its scheme cannot use the URL. May be NULL. */
    int (*check_url)(const char *url, struct fault *fault);
    const char
        *software; /* the catalogue that is there without any file, see software.h; NULL = none */
    const struct config_channels *channels; /* NULL = there is none */
};

/* Where the value of an option is: a secret may be elsewhere than in the file. */
enum config_place { PLACE_HERE, PLACE_FILE, PLACE_ENVIRONMENT };

struct config_option { /* of a target */
    const char *name;
    const char *value; /* as written; the path of the file; the name of the variable */
    enum config_place place;
    bool secret; /* of a row that is: not to be shown even when it stands here */
};

struct config_target { /* where alerts go */
    struct alert_target who;
    const char *channel;
    const char *daily_test;              /* "08:30"; NULL = none is wanted */
    const struct config_option *options; /* judged by the channel's own rows */
    size_t option_count;
    const char
        *address; /* the mail address that some list gave in place of a name, or of a contact;
                            NULL = none */
    const char *contact_of; /* id of a hoster: it has to be asked before it is told; NULL = it is
                               not */
};

struct config_alerts {
    const struct config_target *const *targets; /* in the order of the files */
    size_t target_count;
    const struct config_target
        *mail;                      /* how mail goes to addresses that lists name; NULL = untold */
    struct alert_routes everywhere; /* who is told of everything, and of the monitor itself */
    const char *const *allow; /* CIDR texts: networks that are not public and may be written to */
    const char *const *resolvers;         /* asked when the usual ones do not know; ended by NULL */
    const char *folder;                   /* of templates; NULL = none */
    const struct probe_option *templates; /* its files: name and text */
    size_t template_count;
    const struct config_option *heartbeats; /* URLs that are told that we work; all secret */
    size_t heartbeat_count;
    int64_t heartbeat_every_ms;
    bool contacts; /* those of hosters are asked whether they want to be told */
};

struct config_register { /* a source of members: exactly one of the two is given */
    const char *chatonsinfos, *librehost;
    int64_t every_ms;
};

enum series_profile { SERIES_STANDARD, SERIES_COMPACT };
enum config_sandbox { CONFIG_SANDBOX_OFF, CONFIG_SANDBOX_WANTED, CONFIG_SANDBOX_REQUIRED };

struct config {
    struct arena arena; /* owns all that the other fields point to */
    const char *file;   /* as given */
    struct collective collective;
    const char *data, *site;      /* folders; NULL = not given */
    const char *listen;           /* "127.0.0.1:8080"; NULL = do not serve */
    const char *user_agent_url;   /* page about our robot; may be NULL */
    const char *ca_file;          /* further or other roots; NULL = the system's */
    const char *const *allow;     /* CIDR texts, ended by NULL */
    const char *const *resolvers; /* host[:port], ended by NULL; empty = the system's */
    const char *const *sentinels; /* probe URLs, ended by NULL */
    const int64_t *rechecks_ms;   /* since the first changed result, rising; ended by 0 */
    const char *const *addresses; /* that we look from, ended by NULL; empty = not told */
    int64_t interval_ms;          /* the default interval, for pages and for what counts as stale */
    int64_t timeout_ms, slow_ms;  /* the defaults, for pages */
    int64_t incident_after_ms;    /* an outage at least this long is an incident */
    int series_profile;           /* enum series_profile */
    int sandbox;                  /* enum config_sandbox */
    int64_t
        series_flush_ms; /* how long measurements wait in the journal before they go to the RRD files */
    const struct config_register *registers;
    size_t register_count;
    struct config_alerts alerts;
    struct fault_list notes; /* no faults, but what its author should know */
};

/* What the last crawl of the registers left below the data folder: a hoster in each line, by id. Its faults leave out what
 * they are in, and are no faults of the configuration. What is said of a hoster there and in a file of ours is laid over
 * each other, key by key and service by service: ours counts. */
#define CONFIG_MEMBERS "register/members"

/* `data` is the data folder of the command line, in place of the file's; NULL = none is given. 0 and *ret (free with
 * config_free), or -1 and at least one fault. */
int config_load(const char *file, const char *data, const struct config_probes *probes,
                struct config **ret, struct fault_list *faults);
void config_free(struct config *config); /* NULL is fine */

const struct config_target *config_target(const struct config *config, const char *name);
/* Its value, fetched from where it is, in the arena. -1 and a sentence. */
int config_option_fetch(const struct config_option *option, struct arena *arena, const char **ret,
                        struct fault *fault);
/* The options of a target with its secrets fetched from where they are, in the arena. -1 and a sentence. */
int config_target_options(const struct config_target *target, struct arena *arena,
                          const struct probe_option **ret, struct fault *fault);

/* The effective configuration as YAML that loads to the same; secrets masked. */
void config_print(const struct config *config, FILE *out);
/* Of which vibrisse the manual is. */
struct config_edition {
    const char *version, *date; /* "0.1.0", "2026-11-26" */
};

/* Every option with type, range, default, meaning and example, as man(7) source. */
void config_manual(const struct config_probes *probes, const struct config_edition *edition,
                   FILE *out);

#endif
