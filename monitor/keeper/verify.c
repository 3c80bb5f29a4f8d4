#include "verify.h"

#include "ledger.h"
#include "memory.h"
#include "pipeline.h"
#include "series_rrd.h"
#include "stamp.h"
#include "text.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { HOUR_S = 3600, SENTENCE_SIZE = 400, TOLD_PER_SERVICE = 3 };
static const double tolerance = 1e-9;

struct verify {
    const struct config *config;
    const struct verify_ears *ears;
    struct verify_counts counts;
    struct memory memory;
    struct history history;
};

__attribute__((format(printf, 2, 3))) static void differ(struct verify *verify, const char *format,
                                                         ...)
{
    char sentence[SENTENCE_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    verify->counts.differences++;
    verify->ears->differs(verify->ears->owner, sentence);
}

static void on_ledger(void *owner, const char *what)
{
    differ(owner, "%s", what);
}

/* ---- series against ledger ---- */

struct comparison {
    struct verify *verify;
    const char *service;
    const struct span *spans;
    size_t count;
    int64_t known; /* what lies behind is not in both yet */
    int64_t differing;
};

static void tell_row(struct comparison *comparison, int64_t from, int64_t to, const char *source,
                     double share, int64_t seconds)
{
    char begin[STAMP_SIZE], end[STAMP_SIZE];
    if (comparison->differing++ < TOLD_PER_SERVICE)
        differ(comparison->verify,
               "series: %s was %s for %.3f s from %s to %s, for %lld s by the ledger",
               comparison->service, source, share * (double)(to - from), stamp_seconds(from, begin),
               stamp_seconds(to, end), (long long)seconds);
}

static bool is_near(double share, int64_t seconds, int64_t length)
{
    return fabs(share - (double)seconds / (double)length) < tolerance; /* NaN is not */
}

static void compare_row(void *owner, int64_t from, int64_t to, const double *values)
{
    struct comparison *comparison = owner;
    if (to > comparison->known)
        return;
    struct tally tally = tally_of(comparison->spans, comparison->count, from, to);
    comparison->verify->counts.hours += (to - from) / HOUR_S;
    if (!is_near(values[0], tally_good(&tally), to - from))
        tell_row(comparison, from, to, "up", values[0], tally_good(&tally));
    else if (!is_near(values[1], tally.down, to - from))
        tell_row(comparison, from, to, "down", values[1], tally.down);
}

/* As far as both know; an hour that only one of them has is no difference. */
static int compare_series(struct verify *verify, const char *service, const char *path,
                          struct arena *arena, struct fault *fault)
{
    struct comparison comparison = {.verify = verify, .service = service};
    const struct history *history = &verify->history;
    int64_t begin = history->begin(history->owner, service);
    int64_t last = series_rrd_last(path);
    if (last < 0)
        return fault_set(fault, "the series %s cannot be read", path);
    comparison.count =
        history->spans(history->owner, service, begin, INT64_MAX, arena, &comparison.spans);
    if (!comparison.count)
        return 0;
    int64_t frontier = comparison.spans[comparison.count - 1].to;
    if (last > frontier)
        differ(verify, "series: %s reaches %lld s further than the ledger", service,
               (long long)(last - frontier));
    comparison.known = last < frontier ? last : frontier;
    int rc = series_rrd_read(path, HOUR_S, begin - begin % HOUR_S, comparison.known, compare_row,
                             &comparison, fault);
    if (comparison.differing > TOLD_PER_SERVICE)
        differ(verify, "series: %s differs in %lld further rows", service,
               (long long)(comparison.differing - TOLD_PER_SERVICE));
    return rc;
}

static int check_service(struct verify *verify, const char *service, struct fault *fault)
{
    struct arena arena = {0};
    char path[PATH_MAX];
    int rc = 0;
    verify->counts.services++;
    text_format(path, sizeof path, "%s/series/%s/avail.rrd", verify->config->data, service);
    if (access(path, F_OK) == 0)
        rc = compare_series(verify, service, path, &arena, fault);
    else if (verify->history.begin(verify->history.owner, service))
        differ(verify, "series: %s has a record, but no file %s", service, path);
    arena_free(&arena);
    return rc;
}

/* ---- all ---- */

static int check_services(struct verify *verify, struct ledger *ledger, struct fault *fault)
{
    const struct collective *collective = &verify->config->collective;
    struct pipeline *pipeline = pipeline_new(verify->config, ledger, NULL);
    int rc = 0;
    verify->memory = (struct memory){ledger, pipeline, wall_seconds(clock_wall())};
    verify->history = memory_history(&verify->memory);
    for (size_t i = 0; rc == 0 && i < collective->service_count; i++)
        rc = check_service(verify, collective->services[i]->key, fault);
    pipeline_free(pipeline);
    return rc;
}

int verify_all(const struct config *config, const struct verify_ears *ears,
               struct verify_counts *ret, struct fault *fault)
{
    struct verify verify = {.config = config, .ears = ears};
    struct ledger *ledger;
    if (ledger_open_to_read(config->data, &ledger, fault))
        return -1;
    int rc = ledger_check(ledger, on_ledger, &verify, fault);
    if (rc == 0)
        rc = check_services(&verify, ledger, fault);
    ledger_close(ledger);
    *ret = verify.counts;
    return rc;
}
