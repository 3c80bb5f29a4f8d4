#include "verify.h"

#include "almanac.h"
#include "ledger.h"
#include "mem.h"
#include "memory.h"
#include "pipeline.h"
#include "series_disk.h"
#include "series_rrd.h"
#include "stamp.h"
#include "text.h"
#include "yearbook_check.h"

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOUR_S = 3600, SENTENCE_SIZE = 400, TOLD_PER_SERVICE = 3 };
static const double tolerance = 1e-9;

/* A monitor may be recording: what was read of a service first must not be ahead of what is read last. */
struct first_look {
    enum series_look look; /* at avail.rrd */
    int64_t last;          /* s; its last update */
    int64_t frontier;      /* s; the ledger's */
    struct first_line {
        enum series_look look;
        int64_t last;
    } * lines; /* at CHECK.FAMILY.avail.rrd; by check of the service and family */
};

struct verify {
    const struct config *config;
    const struct verify_ears *ears;
    struct verify_counts counts;
    int folder; /* of the series; -1 = there is none */
    struct ledger *ledger;
    struct pipeline *pipeline; /* as loaded after the first looks */
    struct first_look *first;  /* as collective.services */
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

static void on_sentence(void *owner, const char *what)
{
    differ(owner, "%s", what);
}

/* ---- series against ledger ---- */

struct comparison {
    struct verify *verify;
    const char *subject; /* as in series.h */
    int64_t begin;       /* rows that begin before it are not ours to judge */
    const struct span *spans;
    size_t count;
    const struct stretch *maintenance; /* that counts */
    size_t maintenance_count;
    bool has_maintenance; /* a compact file does not tell of it */
    int64_t known;        /* what lies behind is not in both yet */
    int64_t differing;
};

static void tell_row(struct comparison *comparison, int64_t from, int64_t to, const char *source,
                     double share, int64_t seconds)
{
    char begin[STAMP_SIZE], end[STAMP_SIZE];
    if (comparison->differing++ < TOLD_PER_SERVICE)
        differ(comparison->verify,
               "series: %s was %s for %.3f s from %s to %s, for %lld s by the ledger",
               comparison->subject, source, share * (double)(to - from), stamp_seconds(from, begin),
               stamp_seconds(to, end), (long long)seconds);
}

static bool is_near(double share, int64_t seconds, int64_t length)
{
    return fabs(share - (double)seconds / (double)length) < tolerance; /* NaN is not */
}

/* Seconds of a row in which announced maintenance was measured. */
static int64_t maintained_seconds(const struct comparison *comparison, int64_t from, int64_t to)
{
    int64_t seconds = 0;
    for (size_t i = 0; i < comparison->maintenance_count; i++) {
        const struct stretch *stretch = &comparison->maintenance[i];
        int64_t begin = stretch->from > from ? stretch->from : from;
        int64_t end = stretch->to < to ? stretch->to : to;
        if (begin >= end)
            continue;
        struct tally tally = tally_of(comparison->spans, comparison->count, begin, end);
        seconds += tally_known(&tally);
    }
    return seconds;
}

static void compare_row(void *owner, int64_t from, int64_t to, const double *values)
{
    struct comparison *comparison = owner;
    if (to > comparison->known || from < comparison->begin)
        return;
    struct tally tally = tally_of(comparison->spans, comparison->count, from, to);
    comparison->verify->counts.hours += (to - from) / HOUR_S;
    if (!is_near(values[0], tally_good(&tally), to - from))
        tell_row(comparison, from, to, "up", values[0], tally_good(&tally));
    else if (!is_near(values[1], tally.down, to - from))
        tell_row(comparison, from, to, "down", values[1], tally.down);
    else if (comparison->has_maintenance &&
             !is_near(values[2], maintained_seconds(comparison, from, to), to - from))
        tell_row(comparison, from, to, "in announced maintenance", values[2],
                 maintained_seconds(comparison, from, to));
}

/* As far as both know; an hour that only one of them has is no difference. `last` is the file's. */
static int compare_file(struct comparison *comparison, const char *path, int64_t last,
                        struct fault *fault)
{
    struct verify *verify = comparison->verify;
    int64_t first = comparison->spans[0].from;
    int rc = series_rrd_read(path, HOUR_S, first - first % HOUR_S, comparison->known, compare_row,
                             comparison, fault);
    if (last > comparison->spans[comparison->count - 1].to)
        differ(verify, "series: %s reaches %lld s further than the ledger", comparison->subject,
               (long long)(last - comparison->spans[comparison->count - 1].to));
    if (comparison->differing > TOLD_PER_SERVICE)
        differ(verify, "series: %s differs in %lld further rows", comparison->subject,
               (long long)(comparison->differing - TOLD_PER_SERVICE));
    return rc;
}

static int compare_series(struct verify *verify, const char *service, int64_t last,
                          struct arena *arena, struct fault *fault)
{
    struct comparison comparison = {
        .verify = verify,
        .subject = service,
        .has_maintenance = verify->config->series_profile != SERIES_COMPACT,
    };
    const struct history *history = &verify->history;
    char path[PATH_MAX];
    int64_t begin = history->begin(history->owner, service);
    comparison.count =
        history->spans(history->owner, service, begin, INT64_MAX, arena, &comparison.spans);
    if (!comparison.count)
        return 0;
    int64_t frontier = comparison.spans[comparison.count - 1].to;
    comparison.known = last < frontier ? last : frontier;
    comparison.maintenance_count =
        almanac_counted(pipeline_almanac(verify->pipeline), service, begin, comparison.known, arena,
                        &comparison.maintenance);
    text_format(path, sizeof path, "%s/series/%s/avail.rrd", verify->config->data, service);
    return compare_file(&comparison, path, last, fault);
}

static void miss_series(struct verify *verify, const struct record *record)
{
    const struct history *history = &verify->history;
    int64_t begin = history->begin(history->owner, record->service->key);
    /* A new one may still wait for its turn. */
    if (begin && record->frontier - begin > HOUR_S)
        differ(verify, "series: %s has a record, but no avail.rrd", record->service->key);
}

static enum series_look look_at(struct verify *verify, enum series_kind kind, const char *path,
                                int64_t *ret_last)
{
    unsigned char header[SERIES_HEADER_MAX];
    struct fault fault;
    bool compact = verify->config->series_profile == SERIES_COMPACT;
    struct series_file *file = series_file_new(series_layout_of(kind, compact), path, 0);
    enum series_look look =
        verify->folder < 0
            ? SERIES_LOOK_MISSING
            : series_disk_look(verify->folder, file, wall_seconds(clock_wall()) + HOUR_S, header,
                               ret_last, &fault);
    if (look == SERIES_LOOK_BAD || look == SERIES_LOOK_FAILED)
        differ(verify, "series: %s", fault.text);
    series_file_free(file);
    return look;
}

static void look_at_check(struct verify *verify, const char *service, const char *check,
                          struct first_line lines[FAMILY_COUNT])
{
    char path[PATH_MAX];
    int64_t last;
    for (int i = 0; i < FAMILY_COUNT; i++) {
        text_format(path, sizeof path, "%s/%s.%s.avail.rrd", service, check,
                    family_name((enum family)i));
        lines[i].look = look_at(verify, SERIES_LINE, path, &lines[i].last);
        text_format(path, sizeof path, "%s/%s.%s.lat.rrd", service, check,
                    family_name((enum family)i));
        look_at(verify, SERIES_LATENCY, path, &last);
    }
    text_format(path, sizeof path, "%s/%s.cert.rrd", service, check);
    look_at(verify, SERIES_CERTIFICATE, path, &last);
}

static void look_first(struct verify *verify)
{
    const struct collective *collective = &verify->config->collective;
    char path[PATH_MAX];
    text_format(path, sizeof path, "%s/series", verify->config->data);
    verify->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    verify->first = mem_array(collective->service_count, sizeof *verify->first);
    for (size_t i = 0; i < collective->service_count; i++) {
        const struct service *service = collective->services[i];
        struct first_look *first = &verify->first[i];
        text_format(path, sizeof path, "%s/avail.rrd", service->key);
        first->look = look_at(verify, SERIES_AVAIL, path, &first->last);
        first->frontier = ledger_frontier(verify->ledger, service->key);
        first->lines = mem_array(FAMILY_COUNT * service->check_count, sizeof *first->lines);
        for (size_t j = 0; j < service->check_count; j++)
            look_at_check(verify, service->key, service->checks[j].id,
                          &first->lines[FAMILY_COUNT * j]);
    }
}

/* ---- what the next start goes on from, against the events ---- */

static int check_record(struct verify *verify, const struct record *record, int64_t frontier,
                        struct arena *arena, struct fault *fault)
{
    const char *service = record->service->key;
    const struct span *spans;
    size_t count;
    int64_t until = frontier < record->frontier ? frontier : record->frontier;
    if (frontier > record->frontier)
        differ(verify, "ledger: %s is known %lld s further than its record goes", service,
               (long long)(frontier - record->frontier));
    if (!record->begun || until <= record->since)
        return 0;
    if (ledger_spans(verify->ledger, service, until - 1, until, arena, &spans, &count, fault))
        return -1;
    if (count != 1 || spans[0].state != record->state)
        differ(verify, "ledger: %s is %s by its record, but %s by its events", service,
               outcome_name(record->state), count ? outcome_name(spans[0].state) : "nothing");
    return 0;
}

/* ---- the same of a line ---- */

static void check_line_record(struct verify *verify, const struct record_line *line,
                              const char *name, const struct span *last)
{
    if (!last || last->state != line->handed)
        differ(verify, "ledger: %s is %s by its record, but %s by its events", name,
               outcome_name(line->handed), last ? outcome_name(last->state) : "nothing");
}

static int compare_line(struct verify *verify, const struct record_line *line, const char *subject,
                        const struct first_line *first, const struct span *spans, size_t count,
                        struct fault *fault)
{
    struct comparison comparison = {.verify = verify,
                                    .subject = subject,
                                    .begin = spans[0].from,
                                    .spans = spans,
                                    .count = count,
                                    .known =
                                        first->last < line->reached ? first->last : line->reached};
    char path[PATH_MAX], *name;
    text_format(path, sizeof path, "%s/series/%s", verify->config->data, subject);
    /* HOSTER/SERVICE/CHECK/FAMILY is the file HOSTER/SERVICE/CHECK.FAMILY.avail.rrd. */
    name = strrchr(path, '/');
    *name = '.';
    text_copy(path + strlen(path), sizeof path - strlen(path), ".avail.rrd");
    if (first->look == SERIES_LOOK_GOOD)
        return compare_file(&comparison, path, first->last, fault);
    if (first->look == SERIES_LOOK_MISSING && line->reached - spans[0].from > HOUR_S)
        differ(verify, "series: %s has a record, but no avail.rrd", subject);
    return 0;
}

static int check_line(struct verify *verify, const struct record *record,
                      const struct record_line *line, const struct first_line *first,
                      struct arena *arena, struct fault *fault)
{
    char name[RECORD_LINE_NAME_SIZE];
    const struct span *spans;
    size_t count;
    record_line_name(record, line, name);
    if (ledger_spans_until(verify->ledger, name, line->reached, 0, arena, &spans, &count, fault))
        return -1;
    check_line_record(verify, line, name, count ? &spans[count - 1] : NULL);
    /* The series are of our own vantage, and their subjects do not name it. */
    if (!count || strcmp(line->vantage, verify->config->collective.vantage) != 0)
        return 0;
    *strrchr(name, '/') = '\0';
    return compare_line(verify, line, name, first, spans, count, fault);
}

static int check_lines(struct verify *verify, const struct record *record,
                       const struct first_look *first, struct arena *arena, struct fault *fault)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < record->line_count; i++) {
        const struct record_line *line = &record->lines[i];
        const struct check *check = service_check(record->service, line->check);
        if (!check || !line->begun)
            continue;
        size_t index = FAMILY_COUNT * (size_t)(check - record->service->checks);
        rc = check_line(verify, record, line, &first->lines[index + line->family], arena, fault);
    }
    return rc;
}

/* ---- all ---- */

static int check_service(struct verify *verify, size_t index, struct fault *fault)
{
    const char *service = verify->config->collective.services[index]->key;
    const struct record *record = pipeline_record(verify->pipeline, service);
    const struct first_look *first = &verify->first[index];
    struct arena arena = {0};
    verify->counts.services++;
    int rc = check_record(verify, record, first->frontier, &arena, fault);
    if (rc == 0 && first->look == SERIES_LOOK_GOOD)
        rc = compare_series(verify, service, first->last, &arena, fault);
    else if (first->look == SERIES_LOOK_MISSING)
        miss_series(verify, record);
    if (rc == 0)
        rc = check_lines(verify, record, first, &arena, fault);
    arena_free(&arena);
    return rc;
}

static int check_services(struct verify *verify, struct fault *fault)
{
    look_first(verify);
    verify->pipeline = pipeline_new(verify->config, verify->ledger, NULL);
    int rc = ledger_unanswered(verify->ledger, fault);
    struct memory memory = {verify->ledger, verify->pipeline, wall_seconds(clock_wall())};
    verify->history = memory_history(&memory);
    for (size_t i = 0; rc == 0 && i < verify->config->collective.service_count; i++)
        rc = check_service(verify, i, fault);
    pipeline_free(verify->pipeline);
    for (size_t i = 0; i < verify->config->collective.service_count; i++)
        free(verify->first[i].lines);
    free(verify->first);
    if (verify->folder >= 0)
        close(verify->folder);
    return rc;
}

int verify_all(const struct config *config, const struct verify_ears *ears,
               struct verify_counts *ret, struct fault *fault)
{
    struct verify verify = {.config = config, .ears = ears, .folder = -1};
    if (ledger_open_to_read(config->data, &verify.ledger, fault))
        return -1;
    int rc = ledger_check(verify.ledger, on_sentence, &verify, fault);
    if (rc == 0)
        rc = check_services(&verify, fault);
    if (rc == 0 &&
        yearbook_check_kept(config->data, verify.ledger, on_sentence, &verify, fault) < 0)
        rc = -1;
    ledger_close(verify.ledger);
    *ret = verify.counts;
    return rc;
}
