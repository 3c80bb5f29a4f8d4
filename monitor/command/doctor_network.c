/* What only others can tell: names, sentinels, mail relays. */
#include "doctor.h"

#include "macros.h"
#include "mem.h"
#include "registry.h"
#include "text.h"
#include "trial.h"

#include <stdlib.h>
#include <string.h>

enum { TRIALS_MAX = 64, TIMEOUT_MS = 10000, INTERVAL_MS = 60000 };

static const struct catalogue catalogue = {registry_find, registry_schemes, registry_read_options};

struct visit { /* URLs to try */
    struct arena arena;
    struct trial trials[TRIALS_MAX];
    size_t count;
};

static void add(struct doctor *doctor, struct visit *visit, const char *url)
{
    struct fault fault;
    struct watch watch = {"local/doctor",
                          {.id = "doctor",
                           .url = url,
                           .interval_ms = INTERVAL_MS,
                           .timeout_ms = TIMEOUT_MS,
                           .slow_ms = TIMEOUT_MS}};
    if (visit->count == TRIALS_MAX)
        return;
    if (target_read(&watch, &catalogue, &visit->arena, &visit->trials[visit->count].target, &fault))
        doctor_find(doctor, DOCTOR_BAD, "mend it in the configuration", "%s: %s", url, fault.text);
    else
        visit->count++;
}

/* False when it could not be tried at all, which is said. */
static bool make(struct doctor *doctor, struct visit *visit, const char *const *allow,
                 const char *const *servers)
{
    struct fault fault;
    const struct rules rules = {
        .vantage = "local", .ca_file = doctor->config->ca_file, .allow = allow, .servers = servers};
    if (trial_all(visit->trials, visit->count, &rules, &fault) == 0)
        return true;
    doctor_find(doctor, DOCTOR_BAD, "mend it in the configuration", "%s", fault.text);
    return false;
}

/* The family that answered best speaks for all: relays and sentinels are needed in one of them. */
static const struct result *best_of(const struct trial *trial)
{
    const struct result *best = NULL;
    for (int family = 0; family < FAMILY_COUNT; family++) {
        const struct result *result = &trial->results[family];
        bool good = result->outcome == OUTCOME_UP || result->outcome == OUTCOME_DEGRADED;
        if (trial->told[family] && (!best || good))
            best = result;
    }
    return best;
}

static bool answered(const struct result *result)
{
    return result && (result->outcome == OUTCOME_UP || result->outcome == OUTCOME_DEGRADED);
}

static void tell(struct doctor *doctor, const struct visit *visit, enum doctor_grade grade,
                 const char *advice)
{
    for (size_t i = 0; i < visit->count; i++) {
        const struct result *result = best_of(&visit->trials[i]);
        if (answered(result))
            doctor_find(doctor, DOCTOR_WELL, NULL, "%s answers", visit->trials[i].target.url);
        else
            doctor_find(doctor, grade, advice, "%s does not answer as it should: %s%s%s",
                        visit->trials[i].target.url,
                        result ? reason_sentence(result->reason) : "it has no address",
                        result && result->detail[0] ? ": " : "", result ? result->detail : "");
    }
}

static void end(struct visit *visit)
{
    arena_free(&visit->arena);
    free(visit);
}

/* ---- sentinels ---- */

void doctor_sentinels(struct doctor *doctor)
{
    const char *const *sentinels = doctor->config->sentinels;
    if (!sentinels || !sentinels[0]) {
        doctor_find(doctor, DOCTOR_LOOK,
                    "name a few addresses of several operators that always answer: `sentinels`",
                    "there are none: that our own network is down is only guessed");
        return;
    }
    struct visit *visit = mem_zalloc(sizeof *visit);
    for (; *sentinels; sentinels++)
        add(doctor, visit, *sentinels);
    if (make(doctor, visit, doctor->config->allow, doctor->config->resolvers))
        tell(doctor, visit, DOCTOR_LOOK,
             "when most of them fail it is taken for our own network: choose others");
    end(visit);
}

/* ---- names ---- */

/* Addresses and this machine's own name need no resolver. */
static bool needs_resolver(const struct check *check)
{
    const char *host = strstr(check->url, "://") + 3;
    return !check->address && !strchr("0123456789[", *host) && !text_starts(host, "localhost");
}

static const char *first_url_with_name(const struct collective *collective)
{
    for (size_t i = 0; i < collective->hoster_count; i++)
        for (size_t k = 0; k < collective->hosters[i].service_count; k++)
            for (size_t m = 0; m < collective->hosters[i].services[k].check_count; m++)
                if (needs_resolver(&collective->hosters[i].services[k].checks[m]))
                    return collective->hosters[i].services[k].checks[m].url;
    return NULL;
}

static bool names_fail(const struct result *result)
{
    return !result || result->reason == REASON_dns_timeout ||
           result->reason == REASON_dns_servfail || result->reason == REASON_self;
}

void doctor_names(struct doctor *doctor)
{
    const char *url = first_url_with_name(&doctor->config->collective);
    if (!url)
        return;
    struct visit *visit = mem_zalloc(sizeof *visit);
    add(doctor, visit, url);
    if (make(doctor, visit, doctor->config->allow, doctor->config->resolvers) && visit->count) {
        const struct result *result = best_of(&visit->trials[0]);
        if (names_fail(result))
            doctor_find(doctor, DOCTOR_BAD,
                        "look at /etc/resolv.conf, or name `resolvers` under network",
                        "the name of %s was not found: %s", url,
                        result ? reason_sentence(result->reason) : "there was no answer");
        else
            doctor_find(doctor, DOCTOR_WELL, NULL, "the resolver answers");
    }
    end(visit);
}

/* ---- mail ---- */

static const char *option_of(const struct config_target *target, const char *name)
{
    for (size_t i = 0; i < target->option_count; i++)
        if (strcmp(target->options[i].name, name) == 0)
            return target->options[i].value;
    return NULL;
}

static bool is_known(const struct visit *visit, const char *url)
{
    for (size_t i = 0; i < visit->count; i++)
        if (strcmp(visit->trials[i].target.url, url) == 0)
            return true;
    return false;
}

/* The port of a relay is 25 unless told: 587 is for those who log in, and named. */
static void add_relays(struct doctor *doctor, struct visit *visit)
{
    const struct config_alerts *alerts = &doctor->config->alerts;
    for (size_t i = 0; i < alerts->target_count; i++) {
        const char *server = strcmp(alerts->targets[i]->channel, "mail") == 0
                                 ? option_of(alerts->targets[i], "server")
                                 : NULL;
        if (server && !is_known(visit, server))
            add(doctor, visit, server);
    }
}

void doctor_mail(struct doctor *doctor)
{
    const struct config_alerts *alerts = &doctor->config->alerts;
    struct visit *visit = mem_zalloc(sizeof *visit);
    add_relays(doctor, visit);
    if (visit->count && make(doctor, visit, alerts->allow, doctor->config->resolvers))
        tell(doctor, visit, DOCTOR_BAD,
             "'vibrisse alert test' sends a message by it and shows the answer");
    end(visit);
}
