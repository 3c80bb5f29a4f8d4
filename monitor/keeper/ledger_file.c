#include "ledger_file.h"

#include "hash.h"
#include "ledger.h"
#include "log.h"
#include "macros.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x76696272, BUSY_MS = 2000 }; /* "vibr" */

/* Entry n brings a file from version n to n + 1. Entries are added, never changed: files in the field hold them.
 * Names of subjects are stored once, which keeps the frontiers of 1,000 services in a dozen pages. */
static const char *const migrations[] = {
    "CREATE TABLE subject (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE event (seq INTEGER PRIMARY KEY, recorded_ms INTEGER NOT NULL, kind TEXT NOT NULL,"
    " subject INTEGER NOT NULL REFERENCES subject, at INTEGER NOT NULL, before INTEGER NOT NULL,"
    " was TEXT, state TEXT, reason TEXT, detail TEXT NOT NULL, canonical TEXT NOT NULL) STRICT;"
    "CREATE INDEX event_state ON event (subject, at) WHERE kind = 'state';"
    "CREATE TRIGGER event_in_order BEFORE INSERT ON event"
    " WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)"
    " BEGIN SELECT raise(ABORT, 'events are numbered without holes'); END;"
    "CREATE TRIGGER event_unchanged BEFORE UPDATE ON event"
    " BEGIN SELECT raise(ABORT, 'events are append-only'); END;"
    "CREATE TRIGGER event_undeleted BEFORE DELETE ON event"
    " BEGIN SELECT raise(ABORT, 'events are append-only'); END;"
    "CREATE TABLE frontier (subject INTEGER PRIMARY KEY REFERENCES subject, until INTEGER NOT "
    "NULL) STRICT;"
    "CREATE TABLE kept (key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE latency (subject INTEGER NOT NULL REFERENCES subject, day INTEGER NOT NULL,"
    " histogram BLOB NOT NULL, PRIMARY KEY (subject, day)) STRICT, WITHOUT ROWID;",
    "CREATE INDEX event_certificate ON event (subject, seq) WHERE kind = 'certificate';",
    "CREATE INDEX event_said ON event (seq) WHERE kind IN ('maintenance', 'annotation');",
    /* The canonical bytes follow from the columns: stored beside them they were two thirds of the file. */
    "ALTER TABLE event ADD COLUMN digest INTEGER;"
    "DROP TRIGGER event_unchanged;"
    "UPDATE event SET digest = event_digest(canonical);"
    "ALTER TABLE event DROP COLUMN canonical;"
    "CREATE TRIGGER event_unchanged BEFORE UPDATE ON event"
    " BEGIN SELECT raise(ABORT, 'events are append-only'); END;"
    "CREATE VIEW leaf (seq, canonical) AS SELECT seq, CASE"
    " WHEN kind = 'state' THEN json_object('v', 1, 'seq', seq, 'recorded_ms', recorded_ms, 'kind', "
    "kind,"
    " 'subject', name, 'at', at, 'before', before, 'from', was, 'to', state, 'reason', reason,"
    " 'detail', detail)"
    " WHEN json_valid(detail) AND detail LIKE '{%' THEN json_object('v', 1, 'seq', seq,"
    " 'recorded_ms', recorded_ms, 'kind', kind, 'subject', name, 'at', at, 'before', before,"
    " 'detail', json(detail))"
    " ELSE json_object('v', 1, 'seq', seq, 'recorded_ms', recorded_ms, 'kind', kind, 'subject', "
    "name,"
    " 'at', at, 'before', before, 'detail', detail) END"
    " FROM event JOIN subject ON subject.id = event.subject;",
    "CREATE INDEX event_sight ON event (at) WHERE kind IN ('vantage', 'blind', 'monitor');",
    "CREATE TABLE delivery (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " target TEXT NOT NULL, thread TEXT NOT NULL, kind TEXT NOT NULL, opens INTEGER NOT NULL,"
    " total INTEGER NOT NULL, state TEXT NOT NULL, created_ms INTEGER NOT NULL,"
    " due_ms INTEGER NOT NULL, tries INTEGER NOT NULL, unless TEXT NOT NULL,"
    " accept TEXT NOT NULL, why TEXT NOT NULL, text TEXT) STRICT;",
    "CREATE TABLE consent (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, target TEXT NOT NULL,"
    " hoster TEXT NOT NULL, step TEXT NOT NULL, by TEXT NOT NULL) STRICT;"
    "CREATE TRIGGER consent_unchanged BEFORE UPDATE ON consent"
    " BEGIN SELECT raise(ABORT, 'what was answered is append-only'); END;"
    "CREATE TRIGGER consent_undeleted BEFORE DELETE ON consent"
    " BEGIN SELECT raise(ABORT, 'what was answered is append-only'); END;",
    "CREATE TABLE usage (subject INTEGER NOT NULL REFERENCES subject, month INTEGER NOT NULL,"
    " at INTEGER NOT NULL, total INTEGER, active_month INTEGER, active_halfyear INTEGER,"
    " posts INTEGER, PRIMARY KEY (subject, month)) STRICT, WITHOUT ROWID;",
    "CREATE INDEX event_blip ON event (subject, at) WHERE kind = 'blip';",
};

int ledger_schema(void)
{
    return (int)ARRAY_LEN(migrations);
}

static const struct {
    int code; /* primary result code */
    const char *advice;
} advices[] = {
    {SQLITE_FULL, "the disk is full; free some space, nothing is forgotten meanwhile"},
    {SQLITE_READONLY,
     "it may not be written; give its folder and files to the user that runs vibrisse"},
    {SQLITE_CANTOPEN, "it cannot be opened; look at the owner and the rights of its folder"},
    {SQLITE_PERM, "access is refused; look at the owner and the rights of its folder"},
    {SQLITE_BUSY, "another program holds it; end that program, or wait for it"},
    {SQLITE_LOCKED, "another program holds it; end that program, or wait for it"},
    {SQLITE_PROTOCOL, "another program holds it; end that program, or wait for it"},
    {SQLITE_CORRUPT,
     "it is damaged; stop vibrisse, keep a copy, restore a backup or try `sqlite3 FILE .recover`"},
    {SQLITE_NOTADB, "it is no ledger but something else; move it away or name another data folder"},
};

static const char *advice_for(int code)
{
    for (size_t i = 0; i < ARRAY_LEN(advices); i++) {
        if (advices[i].code == code)
            return advices[i].advice;
    }
    return NULL;
}

/* SQLite reports a full quota or a file size limit as a mere I/O error. */
static bool is_out_of_space(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

int ledger_file_fault(sqlite3 *db, const char *path, struct fault *fault)
{
    int code = sqlite3_errcode(db) & 0xFF, error = sqlite3_system_errno(db);
    if (!error) /* SQLite does not note it when a commit fails */
        error = errno;
    if (code == SQLITE_IOERR && is_out_of_space(error))
        code = SQLITE_FULL;
    const char *advice = code == SQLITE_CANTOPEN && error == ENOENT
                             ? "it is not there; the data folder of a monitor that has run has one"
                             : advice_for(code);
    if (advice)
        return fault_set(fault, "ledger %s: %s", path, advice);
    if (code == SQLITE_IOERR)
        return fault_set(fault, "ledger %s: the disk fails (%s); look at the system's log", path,
                         error ? strerror(error) : sqlite3_errmsg(db));
    return fault_set(fault, "ledger %s: %s", path, sqlite3_errmsg(db));
}

static int get_number(sqlite3 *db, const char *sql, int64_t *ret)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
        return -1;
    int rc = sqlite3_step(statement);
    *ret = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    return sqlite3_finalize(statement) == SQLITE_OK && rc == SQLITE_ROW ? 0 : -1;
}

/* Whose file is it, and how old is its schema? An empty file is a new ledger. */
static int get_version(sqlite3 *db, const char *path, int64_t *ret_version, struct fault *fault)
{
    int64_t owner, tables, newest = (int64_t)ARRAY_LEN(migrations);
    if (get_number(db, "PRAGMA application_id", &owner) ||
        get_number(db, "PRAGMA user_version", ret_version) ||
        get_number(db, "SELECT count(*) FROM sqlite_schema", &tables))
        return ledger_file_fault(db, path, fault);
    if (owner != APPLICATION_ID && (owner || *ret_version || tables))
        return fault_set(fault, "ledger %s: %s", path, advice_for(SQLITE_NOTADB));
    if (*ret_version > newest)
        return fault_set(
            fault,
            "ledger %s: it was written by a newer vibrisse (schema %lld, this one knows %lld);"
            " install that version again",
            path, (long long)*ret_version, (long long)newest);
    return 0;
}

/* event_digest(canonical), for the step that brings old events along. */
static void digest(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const unsigned char *text = sqlite3_value_text(values[0]);
    sqlite3_result_int64(context, (int64_t)hash_text(text ? (const char *)text : ""));
}

static int migrate(sqlite3 *db, int64_t version)
{
    char stamp[96];
    if (version == (int64_t)ARRAY_LEN(migrations))
        return 0;
    if (sqlite3_create_function(db, "event_digest", 1, SQLITE_UTF8, NULL, digest, NULL, NULL))
        return -1;
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL))
        return -1;
    for (size_t i = (size_t)version; i < ARRAY_LEN(migrations); i++) {
        if (sqlite3_exec(db, migrations[i], NULL, NULL, NULL))
            return -1;
    }
    snprintf(stamp, sizeof stamp, "PRAGMA application_id=%d; PRAGMA user_version=%zu; COMMIT",
             APPLICATION_ID, ARRAY_LEN(migrations));
    if (sqlite3_exec(db, stamp, NULL, NULL, NULL))
        return -1;
    /* Into the file itself: whoever wants to know its schema need not read the log (the package's preinst). */
    sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return 0;
}

void ledger_file_cache(sqlite3 *db, int kib)
{
    char pragma[48];
    snprintf(pragma, sizeof pragma, "PRAGMA cache_size=-%d", kib);
    sqlite3_exec(db, pragma, NULL, NULL, NULL);
}

/* The default of 1000 pages between checkpoints stays; the limit cuts the file again after a burst. */
static int prepare_to_write(sqlite3 *db)
{
    static const char pragmas[] =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA journal_size_limit=4194304; PRAGMA temp_store=MEMORY;"
        "PRAGMA trusted_schema=OFF";
    ledger_file_cache(db, LEDGER_FILE_CACHE_WRITER);
    return sqlite3_exec(db, pragmas, NULL, NULL, NULL) ? -1 : 0;
}

/* Only the one writer may checkpoint (https://sqlite.org/wal.html, the WAL-reset bug of two that do). */
static int prepare_to_read(sqlite3 *db)
{
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    static const char pragmas[] = "PRAGMA wal_autocheckpoint=0; PRAGMA trusted_schema=OFF";
    ledger_file_cache(db, LEDGER_FILE_CACHE_READER);
    return sqlite3_exec(db, pragmas, NULL, NULL, NULL) ? -1 : 0;
}

/* In one step, under one read lock: a writer does not wait for it, and does not disturb it. */
static int copy_pages(sqlite3 *db, sqlite3 *copy, const char *path, struct fault *fault)
{
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", db, "main");
    if (!backup)
        return ledger_file_fault(copy, path, fault);
    sqlite3_backup_step(backup, -1);
    if (sqlite3_backup_finish(backup))
        return ledger_file_fault(copy, path, fault);
    /* The journal's mode goes along with the pages; a copy that is to be moved is better one file. */
    if (sqlite3_exec(copy, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL))
        return ledger_file_fault(copy, path, fault);
    return 0;
}

int ledger_file_copy(sqlite3 *db, const char *path, struct fault *fault)
{
    sqlite3 *copy = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(path, &copy, flags, NULL) ? ledger_file_fault(copy, path, fault)
                                                       : copy_pages(db, copy, path, fault);
    sqlite3_close(copy);
    return rc;
}

/* Under another name until it is whole. One of the same schema is overwritten: the file was restored from it since, or
 * the step after it did not come about. */
static int set_aside(sqlite3 *db, const char *path, int64_t version, struct fault *fault)
{
    char kept[PATH_MAX], part[PATH_MAX];
    if (!text_format(kept, sizeof kept, "%s.schema-%lld", path, (long long)version) ||
        !text_format(part, sizeof part, "%s.part", kept))
        return fault_set(fault, "ledger %s: its name is too long for a copy beside it", path);
    unlink(part);
    if (ledger_file_copy(db, part, fault)) {
        unlink(part);
        return -1;
    }
    if (rename(part, kept))
        return fault_set(fault, "cannot name the copy %s: %s", kept, strerror(errno));
    log_event(LOG_LEVEL_INFO,
              "the ledger is of an older schema; a copy is kept before it is brought up", "copy",
              kept, NULL);
    return 0;
}

static int bring_up(sqlite3 *db, const char *path, bool writing, struct fault *fault)
{
    int64_t version;
    sqlite3_busy_timeout(db, BUSY_MS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (get_version(db, path, &version, fault))
        return -1;
    if (!writing && version < (int64_t)ARRAY_LEN(migrations))
        return fault_set(
            fault, "ledger %s: it is empty or of an older vibrisse; start `vibrisse run` once",
            path);
    if (version && version < (int64_t)ARRAY_LEN(migrations) && set_aside(db, path, version, fault))
        return -1;
    if (writing ? prepare_to_write(db) || migrate(db, version) : prepare_to_read(db))
        return ledger_file_fault(db, path, fault);
    return 0;
}

int ledger_file_open(const char *path, bool writing, sqlite3 **ret, struct fault *fault)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (writing ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(path, &db, flags, NULL) ? ledger_file_fault(db, path, fault)
                                                     : bring_up(db, path, writing, fault);
    if (rc) {
        sqlite3_close(db);
        return -1;
    }
    *ret = db;
    return 0;
}
