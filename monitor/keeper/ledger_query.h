/* The statements of the ledger, prepared once, and how they are run. Internal to ledger*.c. */
#ifndef VIBRISSE_LEDGER_QUERY_H
#define VIBRISSE_LEDGER_QUERY_H

#include "ledger.h"
#include "ledger_file.h"

#include <limits.h>

enum ledger_query {
    QUERY_HOLD,
    QUERY_BEGIN,
    QUERY_COMMIT,
    QUERY_ROLLBACK,
    QUERY_SUBJECT_FIND,
    QUERY_SUBJECT_ADD,
    QUERY_EVENT_NEXT,
    QUERY_EVENT_ADD,
    QUERY_EVENT_LIST,
    QUERY_EVENT_CERTIFICATES,
    QUERY_EVENT_SAID,
    QUERY_EVENT_REPORTS,
    QUERY_EVENT_SIGHT,
    QUERY_EVENT_MEMBERS,
    QUERY_EVENT_BLIPS,
    QUERY_EVENT_BLIP_COUNT,
    QUERY_EVENT_SPANS,
    QUERY_EVENT_FIRST,
    QUERY_FRONTIER_SET,
    QUERY_FRONTIER_GET,
    QUERY_KEPT_SET,
    QUERY_KEPT_DELETE,
    QUERY_KEPT_GET,
    QUERY_LATENCY_SET,
    QUERY_LATENCY_LIST,
    QUERY_USAGE_SET,
    QUERY_USAGE_LIST,
    QUERY_DELIVERY_SET,
    QUERY_DELIVERY_DELETE,
    QUERY_DELIVERY_LIST,
    QUERY_CONSENT_ADD,
    QUERY_CONSENT_LIST,
    QUERY_CHECK_FILE,
    QUERY_CHECK_KEYS,
    QUERY_CHECK_DIGEST,
    QUERY_CHECK_CHAIN,
    QUERY_CHECK_FRONTIER,
    QUERY_CHECK_BLIPS,
    QUERY_COUNT
};

struct ledger {
    sqlite3 *db;
    sqlite3_stmt *statements[QUERY_COUNT];
    int lock;  /* the folder, held while we may write; -1 = reader */
    bool held; /* between ledger_hold() and its end */
    enum ledger_hold hold;
    bool grouped;       /* between ledger_begin() and its end */
    bool failed;        /* the group is rolled back already */
    struct fault first; /* why */
    bool unanswered;    /* since ledger_ask_anew() */
    struct fault unanswered_why;
    ledger_watch_fn *watch; /* NULL = nobody */
    void *watch_owner;
    char path[PATH_MAX];
};

int ledger_query_prepare(struct ledger *ledger, struct fault *fault); /* all of them */
void ledger_query_finalize(struct ledger *ledger);

/* The text must stay until the statement is reset. */
void ledger_query_bind_text(sqlite3_stmt *statement, int index, const char *text);
void ledger_query_bind_number(sqlite3_stmt *statement, int index, int64_t number);
void ledger_query_reset(sqlite3_stmt *statement);
const char *ledger_query_column_text(sqlite3_stmt *statement,
                                     int column); /* never NULL; until the next step */
enum reason ledger_query_column_reason(sqlite3_stmt *statement, int column, enum outcome state);

/* Runs a bound statement that gives no rows. */
int ledger_query_run(struct ledger *ledger, enum ledger_query id, struct fault *fault);
/* Runs a bound statement that gives one number, or none: *ret is then 0. */
int ledger_query_get_number(struct ledger *ledger, enum ledger_query id, int64_t *ret,
                            struct fault *fault);

/* The last call failed: -1, the sentence, and the end of the group. */
int ledger_query_fail(struct ledger *ledger, struct fault *fault);
bool ledger_query_is_void(const struct ledger *ledger,
                          struct fault *fault); /* the group has failed already */
void ledger_query_undo(struct ledger *ledger);

/* *ret_id is 0 when the ledger has never heard of the subject. */
int ledger_query_find_subject(struct ledger *ledger, const char *subject, int64_t *ret_id,
                              struct fault *fault);
int ledger_query_need_subject(struct ledger *ledger, const char *subject, int64_t *ret_id,
                              struct fault *fault);
/* Where subject and frontier stand; the subject is 0 when there is no record. */
int ledger_query_get_frontier(struct ledger *ledger, const char *subject, int64_t *ret_id,
                              int64_t *ret_frontier, struct fault *fault);

void ledger_query_tell(const struct ledger *ledger, enum ledger_write write, const char *subject,
                       int64_t number);

/* A write outside of a group may take several statements: it gets a group of its own. */
int ledger_query_enter(struct ledger *ledger, bool *ret_own, struct fault *fault);
int ledger_query_leave(struct ledger *ledger, bool own, int rc, struct fault *fault);

#endif
