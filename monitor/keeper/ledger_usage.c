#include "ledger_usage.h"

#include "ledger_query.h"

/* As the columns of QUERY_USAGE_SET behind the subject, and of QUERY_USAGE_LIST stand. */
enum column {
    COLUMN_MONTH,
    COLUMN_AT,
    COLUMN_TOTAL,
    COLUMN_ACTIVE_MONTH,
    COLUMN_ACTIVE_HALFYEAR,
    COLUMN_POSTS,
    COLUMN_COUNT
};

static void bind_row(sqlite3_stmt *statement, int64_t subject, const struct usage *usage)
{
    const int64_t numbers[COLUMN_COUNT] = {
        [COLUMN_MONTH] = usage->month,
        [COLUMN_AT] = usage->at,
        [COLUMN_TOTAL] = usage->users.total,
        [COLUMN_ACTIVE_MONTH] = usage->users.month,
        [COLUMN_ACTIVE_HALFYEAR] = usage->users.halfyear,
        [COLUMN_POSTS] = usage->users.posts,
    };
    ledger_query_bind_number(statement, 1, subject);
    for (int i = 0; i < COLUMN_COUNT; i++)
        ledger_query_bind_number(statement, i + 2, numbers[i]);
}

int ledger_save_usage(struct ledger *ledger, const char *service, const struct usage *usage,
                      struct fault *fault)
{
    bool own;
    int64_t id;
    if (ledger_query_enter(ledger, &own, fault))
        return -1;
    int rc = ledger_query_need_subject(ledger, service, &id, fault);
    if (rc == 0) {
        bind_row(ledger->statements[QUERY_USAGE_SET], id, usage);
        rc = ledger_query_run(ledger, QUERY_USAGE_SET, fault);
    }
    return ledger_query_leave(ledger, own, rc, fault);
}

static struct usage row_of(sqlite3_stmt *statement)
{
    return (struct usage){
        .month = sqlite3_column_int64(statement, COLUMN_MONTH),
        .at = sqlite3_column_int64(statement, COLUMN_AT),
        .users = {.total = sqlite3_column_int64(statement, COLUMN_TOTAL),
                  .month = sqlite3_column_int64(statement, COLUMN_ACTIVE_MONTH),
                  .halfyear = sqlite3_column_int64(statement, COLUMN_ACTIVE_HALFYEAR),
                  .posts = sqlite3_column_int64(statement, COLUMN_POSTS)}};
}

int ledger_each_usage(struct ledger *ledger, const char *service, ledger_usage_fn *each,
                      void *owner, struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_USAGE_LIST];
    int64_t id;
    if (ledger_query_find_subject(ledger, service, &id, fault))
        return -1;
    ledger_query_bind_number(statement, 1, id);
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        struct usage usage = row_of(statement);
        each(owner, &usage);
    }
    rc = rc == SQLITE_DONE ? 0 : ledger_query_fail(ledger, fault);
    ledger_query_reset(statement);
    return rc;
}
