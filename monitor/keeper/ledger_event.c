#include "ledger.h"

#include "hash.h"
#include "json.h"
#include "ledger_query.h"
#include "mem.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[EVENT_KIND_COUNT] = {
    [EVENT_STATE] = "state",
    [EVENT_BLIND] = "blind",
    [EVENT_CERTIFICATE] = "certificate",
    [EVENT_CLOCK] = "clock",
    [EVENT_MONITOR] = "monitor",
    [EVENT_SERIES] = "series",
    [EVENT_MAINTENANCE] = "maintenance",
    [EVENT_ANNOTATION] = "annotation",
    [EVENT_VANTAGE] = "vantage",
    [EVENT_MEMBER] = "member",
    [EVENT_REPORT] = "report",
    [EVENT_BLIP] = "blip",
};

const char *event_kind_name(enum event_kind kind)
{
    return kind_names[kind];
}

bool event_kind_parse(const char *name, enum event_kind *ret)
{
    for (int i = 0; i < EVENT_KIND_COUNT; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *ret = (enum event_kind)i;
            return true;
        }
    }
    return false;
}

void event_canonical(const struct event *event, struct buffer *out)
{
    buffer_printf(out, "{\"v\":1,\"seq\":%lld,\"recorded_ms\":%lld,\"kind\":\"%s\",\"subject\":",
                  (long long)event->seq, (long long)event->recorded_ms,
                  event_kind_name(event->kind));
    json_add_text(out, event->subject);
    buffer_printf(out, ",\"at\":%lld,\"before\":%lld", (long long)event->at,
                  (long long)event->before);
    if (event->kind == EVENT_STATE)
        buffer_printf(out, ",\"from\":\"%s\",\"to\":\"%s\",\"reason\":\"%s\"",
                      outcome_name(event->from), outcome_name(event->to),
                      reason_code(event->reason));
    buffer_text_add(out, ",\"detail\":");
    if (event->facts)
        buffer_text_add(out, event->facts);
    else
        json_add_text(out, event->detail);
    buffer_byte(out, '}');
}

static void bind_state(sqlite3_stmt *statement, const struct event *event)
{
    if (event->kind != EVENT_STATE)
        return;
    ledger_query_bind_text(statement, 7, outcome_name(event->from));
    ledger_query_bind_text(statement, 8, outcome_name(event->to));
    ledger_query_bind_text(statement, 9, reason_code(event->reason));
}

static int add_event(struct ledger *ledger, const struct event *event, int64_t subject,
                     struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_EVENT_ADD];
    struct buffer canonical;
    buffer_init(&canonical, EVENT_CANONICAL_MAX);
    event_canonical(event, &canonical);
    assert(!canonical.overflow);
    ledger_query_bind_number(statement, 1, event->seq);
    ledger_query_bind_number(statement, 2, event->recorded_ms);
    ledger_query_bind_text(statement, 3, event_kind_name(event->kind));
    ledger_query_bind_number(statement, 4, subject);
    ledger_query_bind_number(statement, 5, event->at);
    ledger_query_bind_number(statement, 6, event->before);
    bind_state(statement, event);
    ledger_query_bind_text(statement, 10, event->facts ? event->facts : event->detail);
    ledger_query_bind_number(statement, 11, (int64_t)hash_text(buffer_text(&canonical)));
    int rc = ledger_query_run(ledger, QUERY_EVENT_ADD, fault);
    buffer_fini(&canonical);
    return rc;
}

int ledger_append(struct ledger *ledger, struct event *event, struct fault *fault)
{
    bool own;
    int64_t subject;
    if (ledger_query_enter(ledger, &own, fault))
        return -1;
    int rc = ledger_query_need_subject(ledger, event->subject, &subject, fault);
    if (rc == 0)
        rc = ledger_query_get_number(ledger, QUERY_EVENT_NEXT, &event->seq, fault);
    if (rc == 0)
        rc = add_event(ledger, event, subject, fault);
    if (rc == 0 && (event->kind == EVENT_STATE || event->kind == EVENT_BLIP))
        ledger_query_tell(ledger, event->kind == EVENT_STATE ? LEDGER_STATE : LEDGER_BLIP,
                          event->subject, event->at);
    return ledger_query_leave(ledger, own, rc, fault);
}

static bool has_facts(enum event_kind kind)
{
    return kind == EVENT_CERTIFICATE || kind == EVENT_MAINTENANCE || kind == EVENT_ANNOTATION ||
           kind == EVENT_REPORT || kind == EVENT_BLIP;
}

static void read_detail(sqlite3_stmt *statement, struct arena *arena, struct event *event)
{
    const char *detail = ledger_query_column_text(statement, 9);
    if (has_facts(event->kind) && detail[0] == '{')
        event->facts = arena_text(arena, detail);
    else
        text_copy(event->detail, sizeof event->detail, detail);
}

static int read_event(sqlite3_stmt *statement, struct arena *arena, struct event *event)
{
    *event = (struct event){.seq = sqlite3_column_int64(statement, 0),
                            .recorded_ms = sqlite3_column_int64(statement, 1),
                            .at = sqlite3_column_int64(statement, 4),
                            .before = sqlite3_column_int64(statement, 5)};
    if (!event_kind_parse(ledger_query_column_text(statement, 2), &event->kind))
        return -1;
    text_copy(event->subject, sizeof event->subject, ledger_query_column_text(statement, 3));
    read_detail(statement, arena, event);
    if (event->kind != EVENT_STATE)
        return 0;
    if (!outcome_parse(ledger_query_column_text(statement, 6), &event->from) ||
        !outcome_parse(ledger_query_column_text(statement, 7), &event->to))
        return -1;
    event->reason = ledger_query_column_reason(statement, 8, event->to);
    return 0;
}

static int fail_at_event(const struct ledger *ledger, int64_t seq, struct fault *fault)
{
    return fault_set(
        fault,
        "ledger %s: event %lld is none that this vibrisse knows; install the one that wrote it",
        ledger->path, (long long)seq);
}

/* Runs a bound statement that gives the columns of QUERY_EVENT_LIST. */
static int list_events(struct ledger *ledger, enum ledger_query id, struct arena *arena,
                       const struct event **ret, size_t *ret_count, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[id];
    struct event *events = NULL;
    size_t count = 0, capacity = 0;
    int rc;
    bool known = true;
    while (known && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        void *array = events;
        mem_grow(&array, &capacity, count + 1, sizeof *events);
        events = array;
        known = read_event(statement, arena, &events[count++]) == 0;
    }
    if (!known)
        rc = fail_at_event(ledger, events[count - 1].seq, fault);
    else if (rc != SQLITE_DONE)
        rc = ledger_query_fail(ledger, fault);
    else
        rc = 0;
    ledger_query_reset(statement);
    if (rc == 0 && count)
        *ret = memcpy(arena_array(arena, count, sizeof *events), events, count * sizeof *events);
    *ret_count = rc == 0 ? count : 0;
    free(events);
    return rc;
}

int ledger_events(struct ledger *ledger, int64_t after, size_t most, struct arena *arena,
                  const struct event **ret, size_t *ret_count, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_EVENT_LIST];
    ledger_query_bind_number(statement, 1, after);
    ledger_query_bind_number(statement, 2, most > INT64_MAX ? INT64_MAX : (int64_t)most);
    return list_events(ledger, QUERY_EVENT_LIST, arena, ret, ret_count, fault);
}

static int list_between(struct ledger *ledger, enum ledger_query id, int64_t from, int64_t to,
                        struct arena *arena, const struct event **ret, size_t *ret_count,
                        struct fault *fault)
{
    ledger_query_bind_number(ledger->statements[id], 1, from);
    ledger_query_bind_number(ledger->statements[id], 2, to);
    return list_events(ledger, id, arena, ret, ret_count, fault);
}

int ledger_sights(struct ledger *ledger, int64_t from, int64_t to, struct arena *arena,
                  const struct event **ret, size_t *ret_count, struct fault *fault)
{
    return list_between(ledger, QUERY_EVENT_SIGHT, from, to, arena, ret, ret_count, fault);
}

int ledger_members(struct ledger *ledger, int64_t from, int64_t to, struct arena *arena,
                   const struct event **ret, size_t *ret_count, struct fault *fault)
{
    return list_between(ledger, QUERY_EVENT_MEMBERS, from, to, arena, ret, ret_count, fault);
}

int ledger_certificates(struct ledger *ledger, const char *subject, size_t most,
                        struct arena *arena, const struct event **ret, size_t *ret_count,
                        struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_EVENT_CERTIFICATES];
    int64_t id;
    *ret_count = 0;
    if (ledger_query_find_subject(ledger, subject, &id, fault))
        return -1;
    if (!id)
        return 0;
    ledger_query_bind_number(statement, 1, id);
    ledger_query_bind_number(statement, 2, (int64_t)most);
    return list_events(ledger, QUERY_EVENT_CERTIFICATES, arena, ret, ret_count, fault);
}

int ledger_said(struct ledger *ledger, struct arena *arena, const struct event **ret,
                size_t *ret_count, struct fault *fault)
{
    return list_events(ledger, QUERY_EVENT_SAID, arena, ret, ret_count, fault);
}

int ledger_reports(struct ledger *ledger, struct arena *arena, const struct event **ret,
                   size_t *ret_count, struct fault *fault)
{
    return list_events(ledger, QUERY_EVENT_REPORTS, arena, ret, ret_count, fault);
}

/* Names of a service's lines are its own and a stroke before all else. */
static void bind_lines(struct ledger *ledger, enum ledger_query id, const char *service,
                       int64_t from, int64_t to)
{
    sqlite3_stmt *statement = ledger->statements[id];
    ledger_query_bind_text(statement, 1, service);
    ledger_query_bind_number(statement, 2, from);
    ledger_query_bind_number(statement, 3, to);
}

int ledger_blips(struct ledger *ledger, const char *service, int64_t from, int64_t to, size_t most,
                 struct arena *arena, const struct event **ret, size_t *ret_count,
                 struct fault *fault)
{
    bind_lines(ledger, QUERY_EVENT_BLIPS, service, from, to);
    ledger_query_bind_number(ledger->statements[QUERY_EVENT_BLIPS], 4, (int64_t)most);
    return list_events(ledger, QUERY_EVENT_BLIPS, arena, ret, ret_count, fault);
}

int ledger_count_blips(struct ledger *ledger, const char *service, int64_t from, int64_t to,
                       int64_t *ret, struct fault *fault)
{
    bind_lines(ledger, QUERY_EVENT_BLIP_COUNT, service, from, to);
    return ledger_query_get_number(ledger, QUERY_EVENT_BLIP_COUNT, ret, fault);
}
