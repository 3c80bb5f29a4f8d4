#include "ledger_query.h"

#include <assert.h>
#include <errno.h>

static const char *const texts[QUERY_COUNT] = {
    [QUERY_HOLD] = "BEGIN",
    [QUERY_BEGIN] = "BEGIN IMMEDIATE",
    [QUERY_COMMIT] = "COMMIT",
    [QUERY_ROLLBACK] = "ROLLBACK",
    [QUERY_SUBJECT_FIND] = "SELECT id FROM subject WHERE name = ?1",
    [QUERY_SUBJECT_ADD] = "INSERT INTO subject (name) VALUES (?1)",
    [QUERY_EVENT_NEXT] = "SELECT coalesce(max(seq), 0) + 1 FROM event",
    [QUERY_EVENT_ADD] =
        "INSERT INTO event (seq, recorded_ms, kind, subject, at, before, was, state, "
        "reason, detail, digest)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [QUERY_EVENT_LIST] =
        "SELECT seq, recorded_ms, kind, name, at, before, was, state, reason, detail"
        " FROM event JOIN subject ON subject.id = event.subject"
        " WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    [QUERY_EVENT_CERTIFICATES] =
        "SELECT seq, recorded_ms, kind, name, at, before, was, state, reason, detail"
        " FROM event JOIN subject ON subject.id = event.subject"
        " WHERE subject = ?1 AND kind = 'certificate' ORDER BY seq DESC LIMIT ?2",
    [QUERY_EVENT_SAID] =
        "SELECT seq, recorded_ms, kind, name, at, before, was, state, reason, detail"
        " FROM event JOIN subject ON subject.id = event.subject"
        " WHERE kind IN ('maintenance', 'annotation') ORDER BY seq",
    [QUERY_EVENT_REPORTS] =
        "SELECT seq, recorded_ms, kind, name, at, before, was, state, reason, detail"
        " FROM event JOIN subject ON subject.id = event.subject WHERE kind = 'report' ORDER BY seq",
    [QUERY_EVENT_SIGHT] =
        "SELECT seq, recorded_ms, kind, name, at, before, was, state, reason, detail"
        " FROM event JOIN subject ON subject.id = event.subject"
        " WHERE kind IN ('vantage', 'blind', 'monitor') AND at >= ?1 AND at <= ?2 ORDER BY at, seq",
    [QUERY_EVENT_MEMBERS] =
        "SELECT seq, recorded_ms, kind, name, at, before, was, state, reason, detail"
        " FROM event JOIN subject ON subject.id = event.subject"
        " WHERE kind = 'member' AND at >= ?1 AND at < ?2 ORDER BY at, seq",
    /* '0' comes after '/': all that begins with the service's key and a stroke. */
    [QUERY_EVENT_BLIPS] =
        "SELECT seq, recorded_ms, kind, name, at, before, was, state, reason, detail"
        " FROM event JOIN subject ON subject.id = event.subject WHERE subject.id IN"
        " (SELECT id FROM subject WHERE name > ?1 || '/' AND name < ?1 || '0')"
        " AND kind = 'blip' AND at >= ?2 AND at < ?3 ORDER BY at DESC, name LIMIT ?4",
    [QUERY_EVENT_BLIP_COUNT] =
        "SELECT count(*) FROM event WHERE subject IN"
        " (SELECT id FROM subject WHERE name > ?1 || '/' AND name < ?1 || '0')"
        " AND kind = 'blip' AND at >= ?2 AND at < ?3",
    /* From the last one at or before the beginning; the reader stops after the first one past the end. */
    [QUERY_EVENT_SPANS] =
        "SELECT at, before, state, reason, detail FROM event WHERE subject = ?1 AND kind = 'state'"
        " AND at >= coalesce((SELECT max(at) FROM event"
        " WHERE subject = ?1 AND kind = 'state' AND at <= ?2), ?2) ORDER BY at, seq",
    [QUERY_EVENT_FIRST] = "SELECT min(at) FROM event WHERE subject = ?1 AND kind = 'state'",
    [QUERY_FRONTIER_SET] = "INSERT OR REPLACE INTO frontier (subject, until) VALUES (?1, ?2)",
    [QUERY_FRONTIER_GET] = "SELECT until FROM frontier WHERE subject = ?1",
    [QUERY_KEPT_SET] = "INSERT OR REPLACE INTO kept (key, text) VALUES (?1, ?2)",
    [QUERY_KEPT_DELETE] = "DELETE FROM kept WHERE key = ?1",
    [QUERY_KEPT_GET] = "SELECT text FROM kept WHERE key = ?1",
    [QUERY_LATENCY_SET] =
        "INSERT OR REPLACE INTO latency (subject, day, histogram) VALUES (?1, ?2, ?3)",
    [QUERY_LATENCY_LIST] =
        "SELECT day, histogram FROM latency WHERE subject=?1 AND day>=?2 AND day<?3 ORDER BY day",
    /* What is not known is stored as nothing, so that sums of other programs go right. */
    [QUERY_USAGE_SET] =
        "INSERT INTO usage (subject, month, at, total, active_month, active_halfyear, posts)"
        " VALUES (?1, ?2, ?3, nullif(?4, -1), nullif(?5, -1), nullif(?6, -1), nullif(?7, -1))"
        " ON CONFLICT (subject, month) DO UPDATE SET at = excluded.at, total = excluded.total,"
        " active_month = excluded.active_month, active_halfyear = excluded.active_halfyear,"
        " posts = excluded.posts WHERE excluded.at >= at",
    [QUERY_USAGE_LIST] =
        "SELECT month, at, coalesce(total, -1), coalesce(active_month, -1),"
        " coalesce(active_halfyear, -1), coalesce(posts, -1) FROM usage WHERE subject = ?1"
        " ORDER BY month",
    [QUERY_DELIVERY_SET] =
        "INSERT INTO delivery (id, target, thread, kind, opens, total, state, created_ms, due_ms,"
        " tries, unless, accept, why, text)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        " ON CONFLICT (id) DO UPDATE SET opens = excluded.opens, state = excluded.state,"
        " due_ms = excluded.due_ms, tries = excluded.tries, unless = excluded.unless,"
        " why = excluded.why, text = excluded.text",
    [QUERY_DELIVERY_DELETE] = "DELETE FROM delivery WHERE id = ?1",
    [QUERY_DELIVERY_LIST] =
        "SELECT id, target, thread, kind, opens, total, state, created_ms, due_ms, tries, unless,"
        " accept, why, text FROM delivery ORDER BY number",
    [QUERY_CONSENT_ADD] =
        "INSERT INTO consent (at, target, hoster, step, by) VALUES (?1, ?2, ?3, ?4, ?5)",
    [QUERY_CONSENT_LIST] = "SELECT at, target, hoster, step, by FROM consent ORDER BY seq",
    [QUERY_CHECK_FILE] = "SELECT integrity_check FROM pragma_integrity_check",
    [QUERY_CHECK_KEYS] = "SELECT \"table\" || ' row ' || rowid FROM pragma_foreign_key_check",
    [QUERY_CHECK_DIGEST] = "SELECT digest FROM event WHERE seq = ?1",
    /* In the order of time, as the stretches are read; of several changes within one second the last one counts. */
    [QUERY_CHECK_CHAIN] =
        "SELECT name, seq, at, was, before, earlier_state, state FROM (SELECT *,"
        " lag(state) OVER (PARTITION BY subject ORDER BY at, seq) AS earlier_state,"
        " row_number() OVER (PARTITION BY subject ORDER BY at, seq) AS number"
        " FROM event WHERE kind = 'state') AS chain JOIN subject ON subject.id = chain.subject"
        " WHERE (number > 1 AND was IS NOT earlier_state) OR before > at OR at <= 0",
    [QUERY_CHECK_FRONTIER] =
        "SELECT name, until, max(at) FROM frontier JOIN subject ON subject.id = frontier.subject"
        " JOIN event ON event.subject = frontier.subject AND kind = 'state'"
        " GROUP BY frontier.subject HAVING until < max(at)",
    /* Told twice, or of a line that was down already; it may have changed within the second. */
    [QUERY_CHECK_BLIPS] =
        "SELECT name, seq, at, EXISTS (SELECT 1 FROM event WHERE subject = blip.subject AND"
        " kind = 'blip' AND at = blip.at AND detail = blip.detail AND seq < blip.seq) AS again"
        " FROM event AS blip JOIN subject ON subject.id = blip.subject WHERE blip.kind = 'blip' AND"
        " (again OR coalesce((SELECT state = 'down' AND at < blip.at FROM event"
        " WHERE subject = blip.subject AND kind = 'state' AND at <= blip.at"
        " ORDER BY at DESC, seq DESC LIMIT 1), 0))",
};

int ledger_query_prepare(struct ledger *ledger, struct fault *fault)
{
    for (int i = 0; i < QUERY_COUNT; i++) {
        if (sqlite3_prepare_v3(ledger->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &ledger->statements[i], NULL))
            return ledger_file_fault(ledger->db, ledger->path, fault);
    }
    return 0;
}

void ledger_query_finalize(struct ledger *ledger)
{
    for (int i = 0; i < QUERY_COUNT; i++)
        sqlite3_finalize(ledger->statements[i]);
}

void ledger_query_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    /* The statement is reset before the text goes away. */
    int rc = sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
    assert(rc == SQLITE_OK);
}

void ledger_query_bind_number(sqlite3_stmt *statement, int index, int64_t number)
{
    int rc = sqlite3_bind_int64(statement, index, number);
    assert(rc == SQLITE_OK);
}

void ledger_query_reset(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

void ledger_query_tell(const struct ledger *ledger, enum ledger_write write, const char *subject,
                       int64_t number)
{
    if (ledger->watch)
        ledger->watch(ledger->watch_owner, write, subject, number);
}

void ledger_query_undo(struct ledger *ledger)
{
    ledger_query_tell(ledger, LEDGER_ROLLED_BACK, NULL, 0);
    /* SQLite itself rolls back after some errors. */
    if (sqlite3_get_autocommit(ledger->db))
        return;
    sqlite3_step(ledger->statements[QUERY_ROLLBACK]);
    sqlite3_reset(ledger->statements[QUERY_ROLLBACK]);
}

int ledger_query_fail(struct ledger *ledger, struct fault *fault)
{
    ledger_file_fault(ledger->db, ledger->path, fault);
    if (!ledger->grouped) {
        ledger->unanswered = true;
        ledger->unanswered_why = *fault;
    }
    if (ledger->grouped && !ledger->failed) {
        ledger->failed = true;
        ledger->first = *fault;
        ledger_query_undo(ledger);
    }
    return -1;
}

bool ledger_query_is_void(const struct ledger *ledger, struct fault *fault)
{
    if (ledger->failed)
        *fault = ledger->first;
    return ledger->failed;
}

int ledger_query_run(struct ledger *ledger, enum ledger_query id, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[id];
    errno = 0; /* ledger_file_fault() may ask for it */
    int rc = sqlite3_step(statement);
    assert(rc != SQLITE_ROW);
    if (rc != SQLITE_DONE)
        ledger_query_fail(ledger, fault);
    ledger_query_reset(statement);
    return rc == SQLITE_DONE ? 0 : -1;
}

int ledger_query_get_number(struct ledger *ledger, enum ledger_query id, int64_t *ret,
                            struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[id];
    int rc = sqlite3_step(statement);
    *ret = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        ledger_query_fail(ledger, fault);
    ledger_query_reset(statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

int ledger_query_find_subject(struct ledger *ledger, const char *subject, int64_t *ret_id,
                              struct fault *fault)
{
    ledger_query_bind_text(ledger->statements[QUERY_SUBJECT_FIND], 1, subject);
    return ledger_query_get_number(ledger, QUERY_SUBJECT_FIND, ret_id, fault);
}

int ledger_query_need_subject(struct ledger *ledger, const char *subject, int64_t *ret_id,
                              struct fault *fault)
{
    if (ledger_query_find_subject(ledger, subject, ret_id, fault))
        return -1;
    if (*ret_id)
        return 0;
    ledger_query_bind_text(ledger->statements[QUERY_SUBJECT_ADD], 1, subject);
    if (ledger_query_run(ledger, QUERY_SUBJECT_ADD, fault))
        return -1;
    *ret_id = sqlite3_last_insert_rowid(ledger->db);
    return 0;
}

const char *ledger_query_column_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return text ? (const char *)text : "";
}

/* A later vibrisse may know more reasons: the state still counts. */
enum reason ledger_query_column_reason(sqlite3_stmt *statement, int column, enum outcome state)
{
    enum reason reason;
    if (reason_parse(ledger_query_column_text(statement, column), &reason))
        return reason;
    return state == OUTCOME_UP ? REASON_ok : REASON_protocol_error;
}

int ledger_query_get_frontier(struct ledger *ledger, const char *subject, int64_t *ret_id,
                              int64_t *ret_frontier, struct fault *fault)
{
    *ret_frontier = 0;
    if (ledger_query_find_subject(ledger, subject, ret_id, fault))
        return -1;
    if (!*ret_id)
        return 0;
    ledger_query_bind_number(ledger->statements[QUERY_FRONTIER_GET], 1, *ret_id);
    return ledger_query_get_number(ledger, QUERY_FRONTIER_GET, ret_frontier, fault);
}

int ledger_query_enter(struct ledger *ledger, bool *ret_own, struct fault *fault)
{
    *ret_own = !ledger->grouped;
    if (ledger_query_is_void(ledger, fault))
        return -1;
    return *ret_own ? ledger_begin(ledger, fault) : 0;
}

int ledger_query_leave(struct ledger *ledger, bool own, int rc, struct fault *fault)
{
    if (!own)
        return rc;
    if (rc == 0)
        return ledger_commit(ledger, fault);
    ledger_rollback(ledger);
    return -1;
}
