#include "ledger.h"

#include "ledger_file.h"
#include "log.h"
#include "mem.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum statement {
    BEGIN,
    COMMIT,
    ROLLBACK,
    SUBJECT_FIND,
    SUBJECT_ADD,
    EVENT_NEXT,
    EVENT_ADD,
    EVENT_LIST,
    EVENT_SPANS,
    EVENT_FIRST,
    FRONTIER_SET,
    FRONTIER_GET,
    KEPT_SET,
    KEPT_DELETE,
    KEPT_GET,
    LATENCY_SET,
    LATENCY_LIST,
    STATEMENT_COUNT
};

static const char *const texts[STATEMENT_COUNT] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [SUBJECT_FIND] = "SELECT id FROM subject WHERE name = ?1",
    [SUBJECT_ADD] = "INSERT INTO subject (name) VALUES (?1)",
    [EVENT_NEXT] = "SELECT coalesce(max(seq), 0) + 1 FROM event",
    [EVENT_ADD] = "INSERT INTO event (seq, recorded_ms, kind, subject, at, before, was, state, "
                  "reason, detail, canonical)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [EVENT_LIST] = "SELECT seq, recorded_ms, kind, name, at, before, was, state, reason, detail"
                   " FROM event JOIN subject ON subject.id = event.subject"
                   " WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    /* From the last one at or before the beginning; the reader stops after the first one past the end. */
    [EVENT_SPANS] =
        "SELECT at, before, state, reason, detail FROM event WHERE subject = ?1 AND kind = 'state'"
        " AND at >= coalesce((SELECT max(at) FROM event"
        " WHERE subject = ?1 AND kind = 'state' AND at <= ?2), ?2) ORDER BY at, seq",
    [EVENT_FIRST] = "SELECT min(at) FROM event WHERE subject = ?1 AND kind = 'state'",
    [FRONTIER_SET] = "INSERT OR REPLACE INTO frontier (subject, until) VALUES (?1, ?2)",
    [FRONTIER_GET] = "SELECT until FROM frontier WHERE subject = ?1",
    [KEPT_SET] = "INSERT OR REPLACE INTO kept (key, text) VALUES (?1, ?2)",
    [KEPT_DELETE] = "DELETE FROM kept WHERE key = ?1",
    [KEPT_GET] = "SELECT text FROM kept WHERE key = ?1",
    [LATENCY_SET] = "INSERT OR REPLACE INTO latency (subject, day, histogram) VALUES (?1, ?2, ?3)",
    [LATENCY_LIST] = "SELECT day, histogram FROM latency WHERE subject = ?1 AND day >= ?2 AND day "
                     "< ?3 ORDER BY day",
};

struct ledger {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    int lock;           /* the folder, held while we may write; -1 = reader */
    bool grouped;       /* between ledger_begin() and its end */
    bool failed;        /* the group is rolled back already */
    struct fault first; /* why */
    char path[PATH_MAX];
};

/* ---- opening and closing ---- */

/* Only one may write: a second one would record the same time twice. */
static int lock_folder(const char *folder, int *ret_lock, struct fault *fault)
{
    if (mkdir(folder, 0755) && errno != EEXIST)
        return fault_set(fault, "cannot make the folder %s: %s", folder, strerror(errno));
    int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0)
        return fault_set(fault, "cannot open the folder %s: %s", folder, strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB)) {
        int error = errno;
        close(lock);
        if (error == EWOULDBLOCK)
            return fault_set(fault, "another vibrisse records in the folder %s; end it first",
                             folder);
        return fault_set(fault, "cannot lock the folder %s: %s", folder, strerror(error));
    }
    *ret_lock = lock;
    return 0;
}

static int prepare_all(struct ledger *ledger, struct fault *fault)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        if (sqlite3_prepare_v3(ledger->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &ledger->statements[i], NULL))
            return ledger_file_fault(ledger->db, ledger->path, fault);
    }
    return 0;
}

static int open_ledger(const char *folder, bool writing, struct ledger **ret, struct fault *fault)
{
    struct ledger *ledger = mem_zalloc(sizeof *ledger);
    ledger->lock = -1;
    if (!text_format(ledger->path, sizeof ledger->path, "%s/ledger.sqlite", folder)) {
        free(ledger);
        return fault_set(fault, "the name of the folder %s is too long", folder);
    }
    if ((writing && lock_folder(folder, &ledger->lock, fault)) ||
        ledger_file_open(ledger->path, writing, &ledger->db, fault) || prepare_all(ledger, fault)) {
        ledger_close(ledger);
        return -1;
    }
    *ret = ledger;
    return 0;
}

int ledger_open(const char *folder, struct ledger **ret, struct fault *fault)
{
    return open_ledger(folder, true, ret, fault);
}

int ledger_open_to_read(const char *folder, struct ledger **ret, struct fault *fault)
{
    return open_ledger(folder, false, ret, fault);
}

void ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    ledger_rollback(ledger);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(ledger->statements[i]);
    sqlite3_close(ledger->db);
    if (ledger->lock >= 0)
        close(ledger->lock);
    free(ledger);
}

/* ---- running statements ---- */

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    /* The statement is reset before the text goes away. */
    int rc = sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
    assert(rc == SQLITE_OK);
}

static void bind_number(sqlite3_stmt *statement, int index, int64_t number)
{
    int rc = sqlite3_bind_int64(statement, index, number);
    assert(rc == SQLITE_OK);
}

static void reset(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static void undo(struct ledger *ledger)
{
    /* SQLite itself rolls back after some errors. */
    if (sqlite3_get_autocommit(ledger->db))
        return;
    sqlite3_step(ledger->statements[ROLLBACK]);
    sqlite3_reset(ledger->statements[ROLLBACK]);
}

/* The last call failed. */
static int fail(struct ledger *ledger, struct fault *fault)
{
    ledger_file_fault(ledger->db, ledger->path, fault);
    if (ledger->grouped && !ledger->failed) {
        ledger->failed = true;
        ledger->first = *fault;
        undo(ledger);
    }
    return -1;
}

static bool is_void(const struct ledger *ledger, struct fault *fault)
{
    if (ledger->failed)
        *fault = ledger->first;
    return ledger->failed;
}

/* Runs a bound statement that gives no rows. */
static int run(struct ledger *ledger, enum statement id, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[id];
    int rc = sqlite3_step(statement);
    assert(rc != SQLITE_ROW);
    sqlite3_reset(statement);
    if (rc != SQLITE_DONE)
        fail(ledger, fault);
    sqlite3_clear_bindings(statement);
    return rc == SQLITE_DONE ? 0 : -1;
}

/* Runs a bound statement that gives one number, or none: *ret is then 0. */
static int get_number(struct ledger *ledger, enum statement id, int64_t *ret, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[id];
    int rc = sqlite3_step(statement);
    *ret = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        fail(ledger, fault);
    sqlite3_clear_bindings(statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static void warn(const struct fault *fault)
{
    log_event(LOG_LEVEL_ERROR, "the ledger cannot be read", "why", fault->text, NULL);
}

/* *ret_id is 0 when the ledger has never heard of the subject. */
static int find_subject(struct ledger *ledger, const char *subject, int64_t *ret_id,
                        struct fault *fault)
{
    bind_text(ledger->statements[SUBJECT_FIND], 1, subject);
    return get_number(ledger, SUBJECT_FIND, ret_id, fault);
}

static int need_subject(struct ledger *ledger, const char *subject, int64_t *ret_id,
                        struct fault *fault)
{
    if (find_subject(ledger, subject, ret_id, fault))
        return -1;
    if (*ret_id)
        return 0;
    bind_text(ledger->statements[SUBJECT_ADD], 1, subject);
    if (run(ledger, SUBJECT_ADD, fault))
        return -1;
    *ret_id = sqlite3_last_insert_rowid(ledger->db);
    return 0;
}

/* ---- groups ---- */

int ledger_begin(struct ledger *ledger, struct fault *fault)
{
    assert(!ledger->grouped);
    if (run(ledger, BEGIN, fault))
        return -1;
    ledger->grouped = true;
    return 0;
}

int ledger_commit(struct ledger *ledger, struct fault *fault)
{
    assert(ledger->grouped);
    int rc = is_void(ledger, fault) ? -1 : run(ledger, COMMIT, fault);
    ledger->grouped = false;
    ledger->failed = false;
    return rc;
}

void ledger_rollback(struct ledger *ledger)
{
    if (ledger->grouped && !ledger->failed)
        undo(ledger);
    ledger->grouped = false;
    ledger->failed = false;
}

/* A write outside of a group may take several statements: it gets a group of its own. */
static int enter(struct ledger *ledger, bool *ret_own, struct fault *fault)
{
    *ret_own = !ledger->grouped;
    if (is_void(ledger, fault))
        return -1;
    return *ret_own ? ledger_begin(ledger, fault) : 0;
}

static int leave(struct ledger *ledger, bool own, int rc, struct fault *fault)
{
    if (!own)
        return rc;
    if (rc == 0)
        return ledger_commit(ledger, fault);
    ledger_rollback(ledger);
    return -1;
}

/* ---- events ---- */

static void bind_state(sqlite3_stmt *statement, const struct event *event)
{
    if (event->kind != EVENT_STATE)
        return;
    bind_text(statement, 7, outcome_name(event->from));
    bind_text(statement, 8, outcome_name(event->to));
    bind_text(statement, 9, reason_code(event->reason));
}

static int add_event(struct ledger *ledger, const struct event *event, int64_t subject,
                     struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[EVENT_ADD];
    struct buffer canonical;
    buffer_init(&canonical, EVENT_CANONICAL_MAX);
    event_canonical(event, &canonical);
    assert(!canonical.overflow);
    bind_number(statement, 1, event->seq);
    bind_number(statement, 2, event->recorded_ms);
    bind_text(statement, 3, event_kind_name(event->kind));
    bind_number(statement, 4, subject);
    bind_number(statement, 5, event->at);
    bind_number(statement, 6, event->before);
    bind_state(statement, event);
    bind_text(statement, 10, event->detail);
    bind_text(statement, 11, buffer_text(&canonical));
    int rc = run(ledger, EVENT_ADD, fault);
    buffer_fini(&canonical);
    return rc;
}

int ledger_append(struct ledger *ledger, struct event *event, struct fault *fault)
{
    bool own;
    int64_t subject;
    if (enter(ledger, &own, fault))
        return -1;
    int rc = need_subject(ledger, event->subject, &subject, fault);
    if (rc == 0)
        rc = get_number(ledger, EVENT_NEXT, &event->seq, fault);
    if (rc == 0)
        rc = add_event(ledger, event, subject, fault);
    return leave(ledger, own, rc, fault);
}

static const char *column_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return text ? (const char *)text : "";
}

/* A later vibrisse may know more reasons: the state still counts. */
static enum reason column_reason(sqlite3_stmt *statement, int column, enum outcome state)
{
    enum reason reason;
    if (reason_parse(column_text(statement, column), &reason))
        return reason;
    return state == OUTCOME_UP ? REASON_ok : REASON_protocol_error;
}

static int read_event(sqlite3_stmt *statement, struct event *event)
{
    *event = (struct event){.seq = sqlite3_column_int64(statement, 0),
                            .recorded_ms = sqlite3_column_int64(statement, 1),
                            .at = sqlite3_column_int64(statement, 4),
                            .before = sqlite3_column_int64(statement, 5)};
    if (!event_kind_parse(column_text(statement, 2), &event->kind))
        return -1;
    text_copy(event->subject, sizeof event->subject, column_text(statement, 3));
    text_copy(event->detail, sizeof event->detail, column_text(statement, 9));
    if (event->kind != EVENT_STATE)
        return 0;
    if (!outcome_parse(column_text(statement, 6), &event->from) ||
        !outcome_parse(column_text(statement, 7), &event->to))
        return -1;
    event->reason = column_reason(statement, 8, event->to);
    return 0;
}

static int fail_at_event(const struct ledger *ledger, int64_t seq, struct fault *fault)
{
    return fault_set(
        fault,
        "ledger %s: event %lld is none that this vibrisse knows; install the one that wrote it",
        ledger->path, (long long)seq);
}

int ledger_events(struct ledger *ledger, int64_t after, size_t most, struct arena *arena,
                  const struct event **ret, size_t *ret_count, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[EVENT_LIST];
    struct event *events = NULL;
    size_t count = 0, capacity = 0;
    int rc;
    bool known = true;
    bind_number(statement, 1, after);
    bind_number(statement, 2, most > INT64_MAX ? INT64_MAX : (int64_t)most);
    while (known && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        void *array = events;
        mem_grow(&array, &capacity, count + 1, sizeof *events);
        events = array;
        known = read_event(statement, &events[count++]) == 0;
    }
    if (!known)
        rc = fail_at_event(ledger, events[count - 1].seq, fault);
    else if (rc != SQLITE_DONE)
        rc = fail(ledger, fault);
    else
        rc = 0;
    reset(statement);
    if (rc == 0 && count)
        *ret = memcpy(arena_array(arena, count, sizeof *events), events, count * sizeof *events);
    *ret_count = rc == 0 ? count : 0;
    free(events);
    return rc;
}

/* ---- stretches ---- */

struct span_list {
    struct span *spans;
    size_t count, capacity;
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
    if (!outcome_parse(column_text(statement, 2), &span->state))
        span->state = OUTCOME_UNKNOWN;
    span->reason = column_reason(statement, 3, span->state);
    text_copy(span->detail, sizeof span->detail, column_text(statement, 4));
}

static int collect_spans(struct ledger *ledger, int64_t to, int64_t frontier,
                         struct span_list *list, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[EVENT_SPANS];
    int64_t end = to < frontier ? to : frontier;
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        int64_t at = sqlite3_column_int64(statement, 0);
        end_last(list, at < frontier ? at : frontier);
        if (at >= end)
            break;
        add_span(list, statement, frontier);
    }
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : fail(ledger, fault);
}

/* Where subject and frontier stand; the subject is 0 when there is no record. */
static int get_frontier(struct ledger *ledger, const char *subject, int64_t *ret_id,
                        int64_t *ret_frontier, struct fault *fault)
{
    *ret_frontier = 0;
    if (find_subject(ledger, subject, ret_id, fault))
        return -1;
    if (!*ret_id)
        return 0;
    bind_number(ledger->statements[FRONTIER_GET], 1, *ret_id);
    return get_number(ledger, FRONTIER_GET, ret_frontier, fault);
}

int ledger_spans(struct ledger *ledger, const char *subject, int64_t from, int64_t to,
                 struct arena *arena, const struct span **ret, size_t *ret_count,
                 struct fault *fault)
{
    struct span_list list = {0};
    int64_t id, frontier;
    *ret_count = 0;
    if (get_frontier(ledger, subject, &id, &frontier, fault))
        return -1;
    if (from >= to || from >= frontier)
        return 0;
    bind_number(ledger->statements[EVENT_SPANS], 1, id);
    bind_number(ledger->statements[EVENT_SPANS], 2, from);
    int rc = collect_spans(ledger, to, frontier, &list, fault);
    reset(ledger->statements[EVENT_SPANS]);
    if (rc == 0 && list.count) {
        *ret = memcpy(arena_array(arena, list.count, sizeof *list.spans), list.spans,
                      list.count * sizeof *list.spans);
        *ret_count = list.count;
    }
    free(list.spans);
    return rc;
}

int64_t ledger_record_begin(struct ledger *ledger, const char *subject)
{
    struct fault fault;
    int64_t id, begin = 0;
    if (find_subject(ledger, subject, &id, &fault)) {
        warn(&fault);
        return 0;
    }
    if (!id)
        return 0;
    bind_number(ledger->statements[EVENT_FIRST], 1, id);
    if (get_number(ledger, EVENT_FIRST, &begin, &fault))
        warn(&fault);
    return begin;
}

int64_t ledger_frontier(struct ledger *ledger, const char *subject)
{
    struct fault fault;
    int64_t id, frontier;
    if (get_frontier(ledger, subject, &id, &frontier, &fault))
        warn(&fault);
    return frontier;
}

int ledger_set_frontier(struct ledger *ledger, const char *subject, int64_t until,
                        struct fault *fault)
{
    bool own;
    int64_t id;
    if (enter(ledger, &own, fault))
        return -1;
    int rc = need_subject(ledger, subject, &id, fault);
    if (rc == 0) {
        bind_number(ledger->statements[FRONTIER_SET], 1, id);
        bind_number(ledger->statements[FRONTIER_SET], 2, until);
        rc = run(ledger, FRONTIER_SET, fault);
    }
    return leave(ledger, own, rc, fault);
}

/* ---- kept texts and histograms ---- */

int ledger_keep(struct ledger *ledger, const char *key, const char *text, struct fault *fault)
{
    enum statement id = text ? KEPT_SET : KEPT_DELETE;
    if (is_void(ledger, fault))
        return -1;
    bind_text(ledger->statements[id], 1, key);
    if (text)
        bind_text(ledger->statements[id], 2, text);
    return run(ledger, id, fault);
}

const char *ledger_kept(struct ledger *ledger, const char *key, struct arena *arena)
{
    sqlite3_stmt *statement = ledger->statements[KEPT_GET];
    const char *text = NULL;
    bind_text(statement, 1, key);
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        text = arena_text(arena, column_text(statement, 0));
    else if (rc != SQLITE_DONE) {
        struct fault fault;
        fail(ledger, &fault);
        warn(&fault);
    }
    reset(statement);
    return text;
}

int ledger_save_latency(struct ledger *ledger, const char *subject, int64_t day, const void *bytes,
                        size_t length, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[LATENCY_SET];
    bool own;
    int64_t id;
    if (enter(ledger, &own, fault))
        return -1;
    int rc = need_subject(ledger, subject, &id, fault);
    if (rc == 0) {
        bind_number(statement, 1, id);
        bind_number(statement, 2, day);
        rc = sqlite3_bind_blob64(statement, 3, length ? bytes : "", length, SQLITE_STATIC);
        assert(rc == SQLITE_OK);
        rc = run(ledger, LATENCY_SET, fault);
    }
    return leave(ledger, own, rc, fault);
}

int ledger_each_latency(struct ledger *ledger, const char *subject, int64_t from, int64_t to,
                        ledger_latency_fn *each, void *owner, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[LATENCY_LIST];
    int64_t id;
    if (find_subject(ledger, subject, &id, fault))
        return -1;
    bind_number(statement, 1, id);
    bind_number(statement, 2, from);
    bind_number(statement, 3, to);
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
        each(owner, sqlite3_column_int64(statement, 0), sqlite3_column_blob(statement, 1),
             (size_t)sqlite3_column_bytes(statement, 1));
    rc = rc == SQLITE_DONE ? 0 : fail(ledger, fault);
    reset(statement);
    return rc;
}
