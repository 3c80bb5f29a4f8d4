/* The kept form of a record: JSON, so that a person can read what a stopped monitor had in mind. */
#include "record.h"

#include "hash.h"
#include "json.h"
#include "mem.h"
#include "record_queue.h"
#include "result_line.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static void add_point(struct buffer *out, const struct line_point *point)
{
    buffer_printf(out, "[%lld,%d,%d,\"%s\",", (long long)point->at, point->outcome, point->found,
                  reason_code(point->reason));
    json_add_text(out, point->detail);
    buffer_byte(out, ']');
}

static void add_span(struct buffer *out, const struct span *span)
{
    buffer_printf(out, "[%lld,%lld,%lld,%d,\"%s\",", (long long)span->from, (long long)span->to,
                  (long long)span->before, span->state, reason_code(span->reason));
    json_add_text(out, span_detail(span));
    buffer_byte(out, ']');
}

static void add_line(struct buffer *out, const struct record_line *record_line)
{
    const struct line *line = &record_line->line;
    buffer_printf(out,
                  "{\"held\":[%d,\"%s\"],\"times\":[%lld,%lld,%lld,%lld,%lld,%lld],\"handed\":%d,"
                  "\"begun\":%d,\"reached\":%lld,\"blipped\":%lld,\"flapping\":[%u,%d,%d,%d],"
                  "\"head\":",
                  line->held, reason_code(line->held_reason), (long long)line->newest_ms,
                  (long long)line->reach_s, (long long)line->settled, (long long)line->last_good,
                  (long long)line->last_bad, (long long)line->before, record_line->handed,
                  record_line->begun, (long long)record_line->reached,
                  (long long)record_line->blipped, (unsigned)record_line->flapping.changes,
                  record_line->flapping.heard, record_line->flapping.failed,
                  record_line->flapping.on);
    add_point(out, &line->head);
    buffer_text_add(out, ",\"waiting\":[");
    for (int i = 0; i < line->pending; i++) {
        if (i)
            buffer_byte(out, ',');
        add_point(out, &line->waiting[i]);
    }
    buffer_text_add(out, "],\"queue\":[");
    for (size_t i = 0; i < record_line->queued; i++) {
        if (i)
            buffer_byte(out, ',');
        add_span(out, &record_line->queue[i]);
    }
    buffer_text_add(out, "],\"last\":");
    result_line_write(&record_line->last, out);
    buffer_byte(out, '}');
}

void record_save(const struct record *record, struct buffer *out)
{
    buffer_printf(out,
                  "{\"v\":1,\"frontier\":%lld,\"since\":%lld,\"state\":%d,\"reason\":\"%s\","
                  "\"begun\":%d,\"detail\":",
                  (long long)record->frontier, (long long)record->since, record->state,
                  reason_code(record->reason), record->begun);
    json_add_text(out, record->detail);
    buffer_text_add(out, ",\"lines\":[");
    for (size_t i = 0; i < record->line_count; i++) {
        if (i)
            buffer_byte(out, ',');
        add_line(out, &record->lines[i]);
    }
    buffer_text_add(out, "]}");
}

static int64_t number_at(const json_t *array, size_t i)
{
    return json_integer_value(json_array_get(array, i));
}

static enum outcome to_outcome(int64_t number)
{
    return number >= 0 && number < OUTCOME_COUNT ? (enum outcome)number : OUTCOME_UNKNOWN;
}

static enum reason to_reason(const json_t *text)
{
    enum reason reason = REASON_silent;
    if (json_is_string(text))
        reason_parse(json_string_value(text), &reason);
    return reason;
}

static void get_detail(const json_t *text, char detail[RESULT_DETAIL_SIZE])
{
    text_clean(detail, RESULT_DETAIL_SIZE, json_is_string(text) ? json_string_value(text) : "",
               json_string_length(text));
}

static struct line_point to_point(const json_t *array)
{
    struct line_point point = {number_at(array, 0), to_outcome(number_at(array, 1)),
                               to_outcome(number_at(array, 2)), to_reason(json_array_get(array, 3)),
                               ""};
    get_detail(json_array_get(array, 4), point.detail);
    return point;
}

static void load_span(struct record_line *line, const json_t *array)
{
    char detail[RESULT_DETAIL_SIZE];
    get_detail(json_array_get(array, 5), detail);
    const struct span span = {number_at(array, 0),
                              number_at(array, 1),
                              number_at(array, 2),
                              to_outcome(number_at(array, 3)),
                              to_reason(json_array_get(array, 4)),
                              detail};
    record_queue_add(line, &span);
}

static void load_queue(struct record_line *line, const json_t *queue)
{
    for (size_t i = 0; i < json_array_size(queue); i++)
        load_span(line, json_array_get(queue, i));
}

static void load_state(struct line *line, const json_t *object)
{
    const json_t *held = json_object_get(object, "held"), *times = json_object_get(object, "times"),
                 *waiting = json_object_get(object, "waiting");
    line->held = to_outcome(number_at(held, 0));
    line->held_reason = to_reason(json_array_get(held, 1));
    line->newest_ms = number_at(times, 0);
    line->reach_s = number_at(times, 1);
    line->settled = number_at(times, 2);
    line->last_good = number_at(times, 3);
    line->last_bad = number_at(times, 4);
    line->before = number_at(times, 5);
    line->head = to_point(json_object_get(object, "head"));
    for (size_t i = 0; i < json_array_size(waiting) && line->pending < LINE_PENDING_MAX; i++)
        line->waiting[line->pending++] = to_point(json_array_get(waiting, i));
}

static struct flapping to_flapping(const json_t *array)
{
    return (struct flapping){(uint32_t)number_at(array, 0), number_at(array, 1) != 0,
                             number_at(array, 2) != 0, number_at(array, 3) != 0};
}

static int load_line(struct record_line *line, const json_t *object)
{
    struct fault fault;
    char *last = json_dumps(json_object_get(object, "last"), JSON_COMPACT);
    int rc = last ? result_line_read(last, strlen(last), &line->last, &fault) : -1;
    free(last);
    if (rc)
        return rc;
    text_copy(line->check, sizeof line->check, line->last.check);
    text_copy(line->vantage, sizeof line->vantage, line->last.vantage);
    line->family = line->last.family;
    line->handed = to_outcome(json_integer_value(json_object_get(object, "handed")));
    line->begun = json_integer_value(json_object_get(object, "begun")) != 0;
    load_state(&line->line, object);
    line->reached = json_integer_value(json_object_get(object, "reached"));
    if (line->reached < line->line.settled) /* the record of an earlier vibrisse */
        line->reached = line->line.settled;
    line->blipped = json_integer_value(json_object_get(object, "blipped"));
    line->flapping = to_flapping(json_object_get(object, "flapping"));
    load_queue(line, json_object_get(object, "queue"));
    return 0;
}

static void load_service(struct record *record, const json_t *object)
{
    record->frontier = json_integer_value(json_object_get(object, "frontier"));
    record->since = json_integer_value(json_object_get(object, "since"));
    record->state = to_outcome(json_integer_value(json_object_get(object, "state")));
    record->reason = to_reason(json_object_get(object, "reason"));
    record->begun = json_integer_value(json_object_get(object, "begun")) != 0;
    get_detail(json_object_get(object, "detail"), record->detail);
}

int record_load(struct record *record, const char *text)
{
    const struct service *service = record->service;
    json_error_t error;
    json_t *object = json_loads(text, 0, &error);
    const json_t *lines = json_object_get(object, "lines");
    if (json_integer_value(json_object_get(object, "v")) != 1) {
        json_decref(object);
        return -1;
    }
    record_fini(record);
    record_init(record, service);
    load_service(record, object);
    size_t count = json_array_size(lines);
    record->lines = mem_array(count, sizeof *record->lines);
    record->line_capacity = count;
    for (size_t i = 0; i < count; i++)
        if (load_line(&record->lines[record->line_count], json_array_get(lines, i)) == 0)
            record->line_count++;
    json_decref(object);
    return 0;
}

uint64_t record_shape(const struct record *record)
{
    uint64_t shape = hash_number((uint64_t)record->state, record->changes);
    for (size_t i = 0; i < record->line_count; i++) {
        const struct line *line = &record->lines[i].line;
        shape = hash_number(shape, (uint64_t)line->held);
        shape = hash_number(shape, (uint64_t)line->pending);
        shape = hash_number(shape, (uint64_t)line->head.outcome);
        shape = hash_number(shape, (uint64_t)line->head.reason);
        shape = hash_number(shape, (uint64_t)record->lines[i].handed);
        shape = hash_number(shape, record->lines[i].flapping.on);
        shape = hash_number(shape, (uint64_t)record->lines[i].blipped);
        if (line->pending)
            shape = hash_number(shape, (uint64_t)line->waiting[line->pending - 1].at);
    }
    return shape;
}

void record_save_times(const struct record *record, struct buffer *out)
{
    buffer_printf(out, "%lld", (long long)record->frontier);
    for (size_t i = 0; i < record->line_count; i++) {
        const struct record_line *line = &record->lines[i];
        int64_t newest = line->line.newest_ms / 1000, ahead = line->reached - newest;
        buffer_printf(out, " %lld", (long long)newest);
        if (ahead)
            buffer_printf(out, "%+lld", (long long)ahead);
    }
}

/* The head spoke on until `newest`; what it said since the frontier is handed out anew by the next result. */
static void move_head(struct line *line, int64_t newest, int64_t frontier)
{
    if (newest * 1000 > line->newest_ms) {
        if (!line->pending && line->head.at) {
            line->head.at = newest;
            if (outcome_is_good(line->head.found))
                line->last_good = newest;
            else if (line->head.found == OUTCOME_DOWN)
                line->last_bad = newest;
        }
        line->newest_ms = newest * 1000 + 999;
    }
    if (line->settled && line->settled < frontier)
        line->settled = frontier;
}

static void load_line_times(struct record_line *line, char **cursor, int64_t frontier)
{
    int64_t newest = strtoll(*cursor, cursor, 10);
    int64_t reached =
        newest + (**cursor == '+' || **cursor == '-' ? strtoll(*cursor, cursor, 10) : 0);
    if (line->begun && reached > line->reached)
        line->reached = reached;
    move_head(&line->line, newest, frontier);
    record_queue_forget(line, frontier);
}

static size_t line_count_in(const char *times)
{
    size_t count = 0;
    while ((times = strchr(times, ' '))) {
        times++;
        count++;
    }
    return count;
}

void record_load_times(struct record *record, const char *text)
{
    char *cursor;
    int64_t frontier = strtoll(text, &cursor, 10);
    /* Of times that were kept before the record another line may since have begun. */
    if (frontier < record->frontier || line_count_in(text) != record->line_count)
        return;
    record->frontier = frontier;
    for (size_t i = 0; i < record->line_count; i++)
        load_line_times(&record->lines[i], &cursor, frontier);
}
