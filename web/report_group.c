#include "report_sum.h"

#include "annotation.h"
#include "names.h"

#include <stdlib.h>
#include <string.h>

/* ---- counted words ---- */

static int compare_words(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left, *right);
}

static size_t count_words(const char **words, size_t count, struct arena *arena,
                          const struct report_counted_word **ret)
{
    struct report_counted_word *counted = arena_array(arena, count + 1, sizeof *counted);
    size_t used = 0;
    if (count)
        qsort(words, count, sizeof *words, compare_words);
    for (size_t i = 0; i < count; i++) {
        if (!used || strcmp(counted[used - 1].word, words[i]) != 0)
            counted[used++].word = words[i];
        counted[used - 1].count++;
    }
    *ret = counted;
    return used;
}

/* ---- what hosters said ---- */

static void add_word(const struct report_outage *outage, size_t *causes, struct report_words *ret)
{
    ret->outages++;
    ret->explained += outage->notes > 0;
    ret->disputed += outage->disputes > 0;
    for (size_t i = 0; outage->cause && annotation_causes[i]; i++)
        causes[i] += strcmp(annotation_causes[i], outage->cause) == 0;
}

static bool began(const struct report_outage *outage, const struct report_service *service)
{
    return outage->from >= service->from && outage->from < service->to;
}

struct report_words report_sum_words(const struct report_set *set)
{
    struct report_words ret = {0};
    size_t known = 0;
    while (annotation_causes[known])
        known++;
    size_t *causes = arena_array(set->arena, known + 1, sizeof *causes);
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->services[i]->outage_count; j++)
            if (began(&set->services[i]->outages[j], set->services[i]))
                add_word(&set->services[i]->outages[j], causes, &ret);
    struct report_counted_word *counted = arena_array(set->arena, known + 1, sizeof *counted);
    for (size_t i = 0; i < known; i++)
        if (causes[i])
            counted[ret.cause_count++] =
                (struct report_counted_word){annotation_causes[i], causes[i]};
    ret.causes = counted;
    return ret;
}

/* ---- certificates ---- */

static void count_last(const struct report_set *set, struct report_certificates *ret)
{
    const char **issuers = arena_array(set->arena, set->count + 1, sizeof *issuers);
    const char **protocols = arena_array(set->arena, set->count + 1, sizeof *protocols);
    int64_t *lifetimes = arena_array(set->arena, set->count + 1, sizeof *lifetimes);
    for (size_t i = 0; i < set->count; i++)
        if (set->services[i]->issuer) {
            lifetimes[ret->services] = set->services[i]->lifetime_s;
            protocols[ret->services] = set->services[i]->protocol;
            issuers[ret->services++] = set->services[i]->issuer;
        }
    ret->issuer_count = count_words(issuers, ret->services, set->arena, &ret->issuers);
    ret->protocol_count = count_words(protocols, ret->services, set->arena, &ret->protocols);
    ret->lifetimes_s = distribution_of(lifetimes, ret->services);
}

static void count_renewals(const struct report_set *set, struct report_certificates *ret)
{
    size_t total = 0, used = 0;
    for (size_t i = 0; i < set->count; i++)
        total += set->services[i]->certificate_count;
    int64_t *advances = arena_array(set->arena, total + 1, sizeof *advances);
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->services[i]->certificate_count; j++) {
            const struct report_certificate *one = &set->services[i]->certificates[j];
            if (one->replaced_ends && one->replaced_ends >= one->at)
                advances[used++] = one->replaced_ends - one->at;
            else if (one->replaced_ends)
                ret->late++;
        }
    ret->advance_s = distribution_of(advances, used);
}

static void count_expired(const struct report_set *set, struct report_certificates *ret)
{
    size_t total = 0, used = 0;
    for (size_t i = 0; i < set->count; i++)
        total += set->services[i]->outage_count;
    int64_t *lengths = arena_array(set->arena, total + 1, sizeof *lengths);
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->services[i]->outage_count; j++) {
            const struct report_outage *one = &set->services[i]->outages[j];
            if (one->reason != REASON_tls_expired || !began(one, set->services[i]))
                continue;
            ret->expired++;
            if (one->over)
                lengths[used++] = one->to - one->from;
        }
    ret->expired_s = distribution_of(lengths, used);
}

struct report_certificates report_sum_certificates(const struct report_set *set)
{
    struct report_certificates ret = {0};
    count_last(set, &ret);
    count_renewals(set, &ret);
    count_expired(set, &ret);
    return ret;
}

/* ---- kinds ---- */

struct kind_entry {
    const char *kind, *key;
    const struct report_service *service;
};

static const char *kind_of(const struct report_service *service)
{
    return service->service->kind.count ? service->service->kind.texts[0].text : "";
}

static int compare_entries(const void *left, const void *right)
{
    const struct kind_entry *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    if (!order)
        order = strcmp(a->kind, b->kind);
    return order ? order : strcmp(a->service->service->key, b->service->service->key);
}

static size_t hosters_of(const struct report_set *set)
{
    size_t hosters = 0; /* their services are neighbours */
    for (size_t i = 0; i < set->count; i++)
        hosters +=
            i == 0 || set->services[i]->service->hoster != set->services[i - 1]->service->hoster;
    return hosters;
}

struct report_kind report_sum_group(const struct report_set *set, const char *name)
{
    size_t hosters = hosters_of(set);
    return (struct report_kind){name, hosters, hosters < REPORT_FEW, report_sum_of(set, -1),
                                report_sum_each(set, -1)};
}

size_t report_sum_kinds(const struct report_set *set, const struct report_kind **ret)
{
    struct kind_entry *entries = arena_array(set->arena, set->count + 1, sizeof *entries);
    const struct report_service **sorted = arena_array(set->arena, set->count + 1, sizeof *sorted);
    struct report_kind *kinds = arena_array(set->arena, set->count + 1, sizeof *kinds);
    size_t used = 0;
    for (size_t i = 0; i < set->count; i++)
        entries[i] =
            (struct kind_entry){kind_of(set->services[i]),
                                names_key(set->arena, kind_of(set->services[i])), set->services[i]};
    if (set->count)
        qsort(entries, set->count, sizeof *entries, compare_entries);
    for (size_t i = 0; i < set->count; i++)
        sorted[i] = entries[i].service;
    for (size_t begin = 0, end; begin < set->count; begin = end) {
        for (end = begin; end < set->count && strcmp(entries[end].kind, entries[begin].kind) == 0;)
            end++;
        struct report_set part = {sorted + begin, end - begin, set->facts, set->arena};
        kinds[used++] = report_sum_group(&part, entries[begin].kind);
    }
    *ret = kinds;
    return used;
}
