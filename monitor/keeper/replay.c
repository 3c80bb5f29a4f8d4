#include "replay.h"

#include "ledger.h"
#include "lines.h"
#include "log.h"
#include "mem.h"
#include "result_line.h"
#include "series.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    READ_SIZE = 256 * 1024,
    /* Results between two commits: many enough that syncing costs nothing, few enough for memory. */
    RESULTS_PER_COMMIT = 20000
};

struct replay {
    const struct config *config;
    struct ledger *ledger;
    struct series *series;
    struct pipeline *pipeline;
    struct lines lines;
    struct replay_counts counts;
    const char *name; /* of the file that is read */
    int64_t number;   /* of its line */
    int64_t uncommitted;
    char buffer[READ_SIZE];
};

static void refuse(struct replay *replay, const char *why)
{
    if (replay->counts.unreadable < REPLAY_SAMPLES)
        text_format(replay->counts.samples[replay->counts.unreadable],
                    sizeof replay->counts.samples[0], "%s:%lld: %s", replay->name,
                    (long long)replay->number, why);
    replay->counts.unreadable++;
}

static void on_too_long(void *owner)
{
    struct replay *replay = owner;
    replay->counts.lines++;
    replay->number++;
    refuse(replay, "the line is longer than 16 KiB");
}

static void on_line(void *owner, const char *line, size_t length)
{
    struct replay *replay = owner;
    struct result result;
    struct fault fault;
    replay->counts.lines++;
    replay->number++;
    if (result_line_read(line, length, &result, &fault)) {
        refuse(replay, fault.text);
        return;
    }
    if (strcmp(result.vantage, replay->config->collective.vantage) != 0) {
        replay->counts.foreign_vantage++;
        return;
    }
    pipeline_result(replay->pipeline, &result, clock_wall());
    replay->uncommitted++;
}

static int write_down(struct replay *replay, struct fault *fault)
{
    replay->uncommitted = 0;
    if (pipeline_commit(replay->pipeline, KEEP_END, fault))
        return -1;
    return series_tick(replay->series, pipeline_measured(replay->pipeline), fault);
}

int replay_file(struct replay *replay, int file, const char *name, struct fault *fault)
{
    ssize_t count;
    replay->name = name;
    replay->number = 0;
    while ((count = read(file, replay->buffer, sizeof replay->buffer)) > 0) {
        lines_feed(&replay->lines, replay->buffer, (size_t)count);
        if (replay->uncommitted >= RESULTS_PER_COMMIT && write_down(replay, fault))
            return -1;
    }
    if (count < 0)
        return fault_set(fault, "cannot read %s: %s", name, strerror(errno));
    lines_feed(&replay->lines, "\n", 1); /* the last line may lack its end */
    return write_down(replay, fault);
}

static void on_lost_series(void *owner, const char *subject, const char *why)
{
    struct replay *replay = owner;
    log_event(LOG_LEVEL_WARNING, "series file set aside and made anew from the ledger", "subject",
              subject, "why", why, NULL);
    if (replay->pipeline)
        pipeline_refeed(replay->pipeline, subject);
}

static void free_all(struct replay *replay)
{
    pipeline_free(replay->pipeline);
    series_close(replay->series);
    ledger_close(replay->ledger);
    lines_fini(&replay->lines);
    free(replay);
}

int replay_open(const struct config *config, struct replay **ret, struct fault *fault)
{
    struct replay *replay = mem_zalloc(sizeof *replay);
    struct series_rules rules = {.compact = config->series_profile == SERIES_COMPACT,
                                 .flush_ms = config->series_flush_ms};
    replay->config = config;
    lines_init(&replay->lines, RESULT_LINE_MAX, on_line, on_too_long, replay);
    if (ledger_open(config->data, &replay->ledger, fault) ||
        series_open(config->data, &rules, on_lost_series, replay, &replay->series, fault)) {
        free_all(replay);
        return -1;
    }
    replay->pipeline = pipeline_new(config, replay->ledger, replay->series);
    if (ledger_unanswered(replay->ledger, fault)) {
        free_all(replay);
        return -1;
    }
    *ret = replay;
    return 0;
}

int replay_close(struct replay *replay, struct replay_counts *ret, struct fault *fault)
{
    int rc = write_down(replay, fault);
    if (rc == 0)
        rc = series_flush(replay->series, NULL, fault);
    *ret = replay->counts;
    ret->pipeline = *pipeline_counts(replay->pipeline);
    free_all(replay);
    return rc;
}
