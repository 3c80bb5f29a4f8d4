#include "pipeline_inside.h"

#include "text.h"

#include <string.h>

static bool is_ours(const struct pipeline *pipeline, const struct record_line *line)
{
    return strcmp(line->vantage, pipeline->config->collective.vantage) == 0;
}

/* As the ledger has it, without the vantage. */
static void series_subject(const struct record *record, const struct record_line *line,
                           char subject[RECORD_LINE_NAME_SIZE])
{
    record_line_name(record, line, subject);
    *strrchr(subject, '/') = '\0';
}

void pipeline_feed_line(struct pipeline *pipeline, const struct record_news *news)
{
    char subject[RECORD_LINE_NAME_SIZE];
    if (!pipeline->series || !is_ours(pipeline, news->line))
        return;
    series_subject(news->record, news->line, subject);
    series_state(pipeline->series, subject, news->span);
    if (record_news_is_change(news))
        series_hurry(pipeline->series, subject);
}

/* Up to when the ledger can tell of the line: not beyond a change that still waits to be written. */
static int64_t sure_until(const struct pipeline *pipeline, const char *name, int64_t reached)
{
    int64_t until = reached;
    for (size_t i = 0; i < pipeline->event_count; i++) {
        const struct event *event = &pipeline->events[i];
        if (event->kind == EVENT_STATE && event->at < until && strcmp(event->subject, name) == 0)
            until = event->at;
    }
    return until;
}

/* As for a service: -1 when the series went further than the record, and are to be told all again. */
static int64_t known_to_both(struct pipeline *pipeline, const char *subject,
                             const struct record_line *line)
{
    int64_t known = series_known(pipeline->series, subject);
    if (known <= line->reached)
        return known;
    series_distrust(pipeline->series, subject, "it goes further than the ledger");
    series_known(pipeline->series, subject);
    return -1;
}

static int64_t catch_up(struct pipeline *pipeline, const struct record *record,
                        const struct record_line *line)
{
    struct arena arena = {0};
    struct fault fault;
    const struct span *spans;
    size_t count;
    char name[RECORD_LINE_NAME_SIZE], subject[RECORD_LINE_NAME_SIZE];
    record_line_name(record, line, name);
    series_subject(record, line, subject);
    int64_t known = known_to_both(pipeline, subject, line);
    if (ledger_spans_until(pipeline->ledger, name, sure_until(pipeline, name, line->reached), known,
                           &arena, &spans, &count, &fault) == 0)
        for (size_t i = 0; i < count; i++)
            series_state(pipeline->series, subject, &spans[i]);
    arena_free(&arena);
    return known;
}

/* A young line has no file yet, perhaps. */
static bool is_old(struct pipeline *pipeline, const struct record *record,
                   const struct record_line *line)
{
    enum { YOUNG_S = 3600 };
    char name[RECORD_LINE_NAME_SIZE];
    record_line_name(record, line, name);
    int64_t begin = ledger_record_begin(pipeline->ledger, name);
    return begin && line->reached - begin > YOUNG_S;
}

void pipeline_catch_up_lines(struct pipeline *pipeline, const struct record *record)
{
    for (size_t i = 0; i < record->line_count; i++) {
        const struct record_line *line = &record->lines[i];
        char subject[RECORD_LINE_NAME_SIZE];
        if (!line->begun || !is_ours(pipeline, line))
            continue;
        int64_t known = catch_up(pipeline, record, line);
        if (known > 0 || (known == 0 && !is_old(pipeline, record, line)))
            continue;
        series_subject(record, line, subject);
        pipeline_made_anew(pipeline, subject);
    }
}

static void refeed(struct pipeline *pipeline, const struct record *record, const char *wanted)
{
    for (size_t i = 0; i < record->line_count; i++) {
        char subject[RECORD_LINE_NAME_SIZE];
        series_subject(record, &record->lines[i], subject);
        if (is_ours(pipeline, &record->lines[i]) && strcmp(subject, wanted) == 0)
            catch_up(pipeline, record, &record->lines[i]);
    }
}

bool pipeline_refeed_line(struct pipeline *pipeline, const char *subject)
{
    char service[RESULT_SERVICE_SIZE];
    const char *check = strchr(strchr(subject, '/') + 1, '/');
    if (!check)
        return false;
    text_format(service, sizeof service, "%.*s", (int)(check - subject), subject);
    const struct record *record = pipeline_record(pipeline, service);
    /* Of a check that is gone nobody tells any more. */
    if (record)
        refeed(pipeline, record, subject);
    return true;
}
