#include "ledger.h"

#include "ledger_query.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

struct span_list {
    struct span *spans;
    size_t count, capacity;
    struct arena *arena; /* for their evidence */
};

/* Drops what the event makes empty, and ends the stretch before it. */
static void end_last(struct span_list *list, int64_t at)
{
    while (list->count && list->spans[list->count - 1].from >= at)
        list->count--;
    if (list->count)
        list->spans[list->count - 1].to = at;
}

static void add_span(struct span_list *list, sqlite3_stmt *statement, int64_t frontier)
{
    void *spans = list->spans;
    mem_grow(&spans, &list->capacity, list->count + 1, sizeof *list->spans);
    list->spans = spans;
    struct span *span = &list->spans[list->count++];
    *span = (struct span){.from = sqlite3_column_int64(statement, 0),
                          .to = frontier,
                          .before = sqlite3_column_int64(statement, 1)};
    if (!outcome_parse(ledger_query_column_text(statement, 2), &span->state))
        span->state = OUTCOME_UNKNOWN;
    span->reason = ledger_query_column_reason(statement, 3, span->state);
    const char *detail = ledger_query_column_text(statement, 4);
    if (*detail)
        span->detail = arena_text(list->arena, detail);
}

static int collect_spans(struct ledger *ledger, int64_t to, int64_t frontier,
                         struct span_list *list, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_EVENT_SPANS];
    int64_t end = to < frontier ? to : frontier;
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        int64_t at = sqlite3_column_int64(statement, 0);
        end_last(list, at < frontier ? at : frontier);
        if (at >= end)
            break;
        add_span(list, statement, frontier);
    }
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : ledger_query_fail(ledger, fault);
}

static int list_spans(struct ledger *ledger, int64_t id, int64_t frontier, int64_t from, int64_t to,
                      struct arena *arena, const struct span **ret, size_t *ret_count,
                      struct fault *fault)
{
    struct span_list list = {.arena = arena};
    *ret_count = 0;
    if (from >= to || from >= frontier)
        return 0;
    ledger_query_bind_number(ledger->statements[QUERY_EVENT_SPANS], 1, id);
    ledger_query_bind_number(ledger->statements[QUERY_EVENT_SPANS], 2, from);
    int rc = collect_spans(ledger, to, frontier, &list, fault);
    ledger_query_reset(ledger->statements[QUERY_EVENT_SPANS]);
    if (rc == 0 && list.count) {
        *ret = memcpy(arena_array(arena, list.count, sizeof *list.spans), list.spans,
                      list.count * sizeof *list.spans);
        *ret_count = list.count;
    }
    free(list.spans);
    return rc;
}

int ledger_spans(struct ledger *ledger, const char *subject, int64_t from, int64_t to,
                 struct arena *arena, const struct span **ret, size_t *ret_count,
                 struct fault *fault)
{
    int64_t id, frontier;
    *ret_count = 0;
    if (ledger_query_get_frontier(ledger, subject, &id, &frontier, fault))
        return -1;
    return list_spans(ledger, id, frontier, from, to, arena, ret, ret_count, fault);
}

int ledger_spans_until(struct ledger *ledger, const char *subject, int64_t frontier, int64_t from,
                       struct arena *arena, const struct span **ret, size_t *ret_count,
                       struct fault *fault)
{
    return ledger_spans_within(ledger, subject, frontier, from, INT64_MAX, arena, ret, ret_count,
                               fault);
}

int ledger_spans_within(struct ledger *ledger, const char *subject, int64_t frontier, int64_t from,
                        int64_t to, struct arena *arena, const struct span **ret, size_t *ret_count,
                        struct fault *fault)
{
    int64_t id;
    *ret_count = 0;
    if (ledger_query_find_subject(ledger, subject, &id, fault))
        return -1;
    return list_spans(ledger, id, frontier, from, to, arena, ret, ret_count, fault);
}
