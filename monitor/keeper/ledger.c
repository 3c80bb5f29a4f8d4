#include "ledger.h"

#include "ledger_query.h"
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

static int open_ledger(const char *folder, bool writing, struct ledger **ret, struct fault *fault)
{
    struct ledger *ledger = mem_zalloc(sizeof *ledger);
    ledger->lock = -1;
    if (!text_format(ledger->path, sizeof ledger->path, "%s/ledger.sqlite", folder)) {
        free(ledger);
        return fault_set(fault, "the name of the folder %s is too long", folder);
    }
    if ((writing && lock_folder(folder, &ledger->lock, fault)) ||
        ledger_file_open(ledger->path, writing, &ledger->db, fault) ||
        ledger_query_prepare(ledger, fault)) {
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
    ledger_query_finalize(ledger);
    sqlite3_close(ledger->db);
    if (ledger->lock >= 0)
        close(ledger->lock);
    free(ledger);
}

int ledger_copy(struct ledger *ledger, const char *path, struct fault *fault)
{
    if (access(path, F_OK) == 0)
        return fault_set(fault, "%s is there already; move it away", path);
    return ledger_file_copy(ledger->db, path, fault);
}

void ledger_watch(struct ledger *ledger, ledger_watch_fn *watch, void *owner)
{
    ledger->watch = watch;
    ledger->watch_owner = owner;
}

/* ---- many questions ---- */

static void run_quietly(struct ledger *ledger, enum ledger_query id)
{
    sqlite3_step(ledger->statements[id]);
    sqlite3_reset(ledger->statements[id]);
}

void ledger_hold(struct ledger *ledger, enum ledger_hold hold)
{
    assert(!ledger->grouped && !ledger->held);
    ledger->held = true;
    ledger->hold = hold;
    if (hold == LEDGER_HOLD_ALL)
        ledger_file_cache(ledger->db, LEDGER_FILE_CACHE_ALL);
    run_quietly(ledger, QUERY_HOLD);
}

void ledger_let_go(struct ledger *ledger)
{
    assert(ledger->held);
    ledger->held = false;
    /* Nothing was written; and unlike a commit it ends in any case. */
    if (!sqlite3_get_autocommit(ledger->db))
        run_quietly(ledger, QUERY_ROLLBACK);
    if (ledger->hold == LEDGER_HOLD_ALL)
        ledger_file_cache(ledger->db,
                          ledger->lock < 0 ? LEDGER_FILE_CACHE_READER : LEDGER_FILE_CACHE_WRITER);
}

/* ---- groups ---- */

int ledger_begin(struct ledger *ledger, struct fault *fault)
{
    assert(!ledger->grouped && !ledger->held);
    if (ledger_query_run(ledger, QUERY_BEGIN, fault))
        return -1;
    ledger->grouped = true;
    return 0;
}

int ledger_commit(struct ledger *ledger, struct fault *fault)
{
    assert(ledger->grouped);
    int rc =
        ledger_query_is_void(ledger, fault) ? -1 : ledger_query_run(ledger, QUERY_COMMIT, fault);
    ledger->grouped = false;
    ledger->failed = false;
    return rc;
}

void ledger_rollback(struct ledger *ledger)
{
    if (ledger->grouped && !ledger->failed)
        ledger_query_undo(ledger);
    ledger->grouped = false;
    ledger->failed = false;
}

/* ---- frontiers ---- */

int ledger_unanswered(const struct ledger *ledger, struct fault *fault)
{
    if (ledger->unanswered)
        *fault = ledger->unanswered_why;
    return ledger->unanswered ? -1 : 0;
}

void ledger_ask_anew(struct ledger *ledger)
{
    ledger->unanswered = false;
}

int64_t ledger_record_begin(struct ledger *ledger, const char *subject)
{
    struct fault fault;
    int64_t id, begin = 0;
    if (ledger_query_find_subject(ledger, subject, &id, &fault) || !id)
        return 0;
    ledger_query_bind_number(ledger->statements[QUERY_EVENT_FIRST], 1, id);
    ledger_query_get_number(ledger, QUERY_EVENT_FIRST, &begin, &fault);
    return begin;
}

int64_t ledger_frontier(struct ledger *ledger, const char *subject)
{
    struct fault fault;
    int64_t id, frontier;
    ledger_query_get_frontier(ledger, subject, &id, &frontier, &fault);
    return frontier;
}

int ledger_get_frontier(struct ledger *ledger, const char *subject, int64_t *ret,
                        struct fault *fault)
{
    int64_t id;
    return ledger_query_get_frontier(ledger, subject, &id, ret, fault);
}

int ledger_set_frontier(struct ledger *ledger, const char *subject, int64_t until,
                        struct fault *fault)
{
    bool own;
    int64_t id;
    if (ledger_query_enter(ledger, &own, fault))
        return -1;
    int rc = ledger_query_need_subject(ledger, subject, &id, fault);
    if (rc == 0) {
        ledger_query_bind_number(ledger->statements[QUERY_FRONTIER_SET], 1, id);
        ledger_query_bind_number(ledger->statements[QUERY_FRONTIER_SET], 2, until);
        rc = ledger_query_run(ledger, QUERY_FRONTIER_SET, fault);
    }
    if (rc == 0)
        ledger_query_tell(ledger, LEDGER_FRONTIER, subject, until);
    return ledger_query_leave(ledger, own, rc, fault);
}

/* ---- kept texts and histograms ---- */

int ledger_keep(struct ledger *ledger, const char *key, const char *text, struct fault *fault)
{
    enum ledger_query id = text ? QUERY_KEPT_SET : QUERY_KEPT_DELETE;
    if (ledger_query_is_void(ledger, fault))
        return -1;
    ledger_query_bind_text(ledger->statements[id], 1, key);
    if (text)
        ledger_query_bind_text(ledger->statements[id], 2, text);
    return ledger_query_run(ledger, id, fault);
}

const char *ledger_kept(struct ledger *ledger, const char *key, struct arena *arena)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_KEPT_GET];
    const char *text = NULL;
    ledger_query_bind_text(statement, 1, key);
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        text = arena_text(arena, ledger_query_column_text(statement, 0));
    else if (rc != SQLITE_DONE) {
        struct fault fault;
        ledger_query_fail(ledger, &fault);
    }
    ledger_query_reset(statement);
    return text;
}

int ledger_save_latency(struct ledger *ledger, const char *subject, int64_t day, const void *bytes,
                        size_t length, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_LATENCY_SET];
    bool own;
    int64_t id;
    if (ledger_query_enter(ledger, &own, fault))
        return -1;
    int rc = ledger_query_need_subject(ledger, subject, &id, fault);
    if (rc == 0) {
        ledger_query_bind_number(statement, 1, id);
        ledger_query_bind_number(statement, 2, day);
        rc = sqlite3_bind_blob64(statement, 3, length ? bytes : "", length, SQLITE_STATIC);
        assert(rc == SQLITE_OK);
        rc = ledger_query_run(ledger, QUERY_LATENCY_SET, fault);
    }
    if (rc == 0)
        ledger_query_tell(ledger, LEDGER_LATENCY, subject, day);
    return ledger_query_leave(ledger, own, rc, fault);
}

int ledger_each_latency(struct ledger *ledger, const char *subject, int64_t from, int64_t to,
                        ledger_latency_fn *each, void *owner, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_LATENCY_LIST];
    int64_t id;
    if (ledger_query_find_subject(ledger, subject, &id, fault))
        return -1;
    ledger_query_bind_number(statement, 1, id);
    ledger_query_bind_number(statement, 2, from);
    ledger_query_bind_number(statement, 3, to);
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
        each(owner, sqlite3_column_int64(statement, 0), sqlite3_column_blob(statement, 1),
             (size_t)sqlite3_column_bytes(statement, 1));
    rc = rc == SQLITE_DONE ? 0 : ledger_query_fail(ledger, fault);
    ledger_query_reset(statement);
    return rc;
}
