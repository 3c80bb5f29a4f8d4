#include "ledger_delivery.h"

#include "alerting.h"
#include "ledger_query.h"
#include "text.h"

#include <stdint.h>
#include <string.h>

/* As the columns of QUERY_DELIVERY_SET and QUERY_DELIVERY_LIST stand. */
enum column {
    COLUMN_ID,
    COLUMN_TARGET,
    COLUMN_THREAD,
    COLUMN_KIND,
    COLUMN_OPENS,
    COLUMN_TOTAL,
    COLUMN_STATE,
    COLUMN_CREATED,
    COLUMN_DUE,
    COLUMN_TRIES,
    COLUMN_UNLESS,
    COLUMN_ACCEPT,
    COLUMN_WHY,
    COLUMN_TEXT
};

static void bind_text(sqlite3_stmt *statement, enum column column, const char *text)
{
    ledger_query_bind_text(statement, (int)column + 1, text);
}

static void bind_number(sqlite3_stmt *statement, enum column column, int64_t number)
{
    ledger_query_bind_number(statement, (int)column + 1, number);
}

int ledger_save_delivery(struct ledger *ledger, const struct delivery *delivery,
                         struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_DELIVERY_SET];
    if (ledger_query_is_void(ledger, fault))
        return -1;
    bind_text(statement, COLUMN_ID, delivery->id);
    bind_text(statement, COLUMN_TARGET, delivery->target);
    bind_text(statement, COLUMN_THREAD, delivery->thread);
    bind_text(statement, COLUMN_KIND, alert_kind_words[delivery->kind]);
    bind_number(statement, COLUMN_OPENS, delivery->opens);
    bind_number(statement, COLUMN_TOTAL, (int64_t)delivery->total);
    bind_text(statement, COLUMN_STATE, delivery_state_words[delivery->state]);
    bind_number(statement, COLUMN_CREATED, delivery->created);
    bind_number(statement, COLUMN_DUE, delivery->due);
    bind_number(statement, COLUMN_TRIES, delivery->tries);
    bind_text(statement, COLUMN_UNLESS, delivery->unless);
    bind_text(statement, COLUMN_ACCEPT, alerting_accept_words[delivery->accept]);
    bind_text(statement, COLUMN_WHY, delivery->why);
    if (delivery->text)
        bind_text(statement, COLUMN_TEXT, delivery->text);
    return ledger_query_run(ledger, QUERY_DELIVERY_SET, fault);
}

int ledger_delete_delivery(struct ledger *ledger, const char *id, struct fault *fault)
{
    if (ledger_query_is_void(ledger, fault))
        return -1;
    bind_text(ledger->statements[QUERY_DELIVERY_DELETE], COLUMN_ID, id);
    return ledger_query_run(ledger, QUERY_DELIVERY_DELETE, fault);
}

/* Where the word stands among them; `count` = nowhere. */
static int word_at(const char *const *words, int count, const char *word)
{
    int i = 0;
    while (i < count && strcmp(words[i], word) != 0)
        i++;
    return i;
}

static void copy(char *to, size_t size, sqlite3_stmt *statement, enum column column)
{
    text_copy(to, size, ledger_query_column_text(statement, (int)column));
}

static int64_t number(sqlite3_stmt *statement, enum column column)
{
    return sqlite3_column_int64(statement, (int)column);
}

static void read_row(sqlite3_stmt *statement, struct delivery *ret)
{
    const char *accept = ledger_query_column_text(statement, COLUMN_ACCEPT);
    *ret = (struct delivery){.opens = number(statement, COLUMN_OPENS) != 0,
                             .total = (size_t)number(statement, COLUMN_TOTAL),
                             .created = number(statement, COLUMN_CREATED),
                             .due = number(statement, COLUMN_DUE),
                             .tries = (int)number(statement, COLUMN_TRIES)};
    copy(ret->id, sizeof ret->id, statement, COLUMN_ID);
    copy(ret->target, sizeof ret->target, statement, COLUMN_TARGET);
    copy(ret->thread, sizeof ret->thread, statement, COLUMN_THREAD);
    copy(ret->unless, sizeof ret->unless, statement, COLUMN_UNLESS);
    copy(ret->why, sizeof ret->why, statement, COLUMN_WHY);
    ret->accept = strcmp(accept, alerting_accept_words[ACCEPT_ACKNOWLEDGED]) == 0
                      ? ACCEPT_ACKNOWLEDGED
                      : ACCEPT_DELIVERED;
    ret->kind = (enum alert_kind)word_at(alert_kind_words, ALERT_KIND_COUNT,
                                         ledger_query_column_text(statement, COLUMN_KIND));
    ret->state = (enum delivery_state)word_at(delivery_state_words, DELIVERY_STATE_COUNT,
                                              ledger_query_column_text(statement, COLUMN_STATE));
    if (sqlite3_column_type(statement, COLUMN_TEXT) != SQLITE_NULL)
        ret->text = (char *)(uintptr_t)ledger_query_column_text(statement, COLUMN_TEXT);
}

int ledger_each_delivery(struct ledger *ledger, ledger_delivery_fn *each, void *owner,
                         struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_DELIVERY_LIST];
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        struct delivery delivery;
        read_row(statement, &delivery);
        each(owner, &delivery);
    }
    rc = rc == SQLITE_DONE ? 0 : ledger_query_fail(ledger, fault);
    ledger_query_reset(statement);
    return rc;
}
