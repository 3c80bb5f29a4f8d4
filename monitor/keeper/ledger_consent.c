#include "ledger_consent.h"

#include "ledger_query.h"
#include "text.h"

#include <string.h>

const char *const consent_step_words[] = {"asked", "unasked", "confirmed", "stopped", NULL};

/* As the columns of QUERY_CONSENT_ADD and QUERY_CONSENT_LIST stand. */
enum column { COLUMN_AT, COLUMN_TARGET, COLUMN_HOSTER, COLUMN_STEP, COLUMN_BY };

static const char operator_word[] = "operator", link_word[] = "link", monitor_word[] = "monitor";

static const char *by_whom(const struct consent_event *event)
{
    if (event->by_operator)
        return operator_word;
    return event->step == STEP_CONFIRMED || event->step == STEP_STOPPED ? link_word : monitor_word;
}

int ledger_add_consent(struct ledger *ledger, const struct consent_event *event,
                       struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_CONSENT_ADD];
    if (ledger_query_is_void(ledger, fault))
        return -1;
    ledger_query_bind_number(statement, COLUMN_AT + 1, event->at);
    ledger_query_bind_text(statement, COLUMN_TARGET + 1, event->target);
    ledger_query_bind_text(statement, COLUMN_HOSTER + 1, event->hoster);
    ledger_query_bind_text(statement, COLUMN_STEP + 1, consent_step_words[event->step]);
    ledger_query_bind_text(statement, COLUMN_BY + 1, by_whom(event));
    return ledger_query_run(ledger, QUERY_CONSENT_ADD, fault);
}

static enum consent_step step_of(const char *word)
{
    int step = 0;
    while (step < STEP_COUNT && strcmp(consent_step_words[step], word) != 0)
        step++;
    return (enum consent_step)step;
}

static void read_row(sqlite3_stmt *statement, struct consent_event *ret)
{
    *ret = (struct consent_event){.at = sqlite3_column_int64(statement, COLUMN_AT)};
    text_copy(ret->target, sizeof ret->target, ledger_query_column_text(statement, COLUMN_TARGET));
    text_copy(ret->hoster, sizeof ret->hoster, ledger_query_column_text(statement, COLUMN_HOSTER));
    ret->step = step_of(ledger_query_column_text(statement, COLUMN_STEP));
    ret->by_operator = strcmp(ledger_query_column_text(statement, COLUMN_BY), operator_word) == 0;
}

int ledger_each_consent(struct ledger *ledger, ledger_consent_fn *each, void *owner,
                        struct fault *fault)
{
    sqlite3_stmt *statement = ledger->statements[QUERY_CONSENT_LIST];
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        struct consent_event event;
        read_row(statement, &event);
        each(owner, &event);
    }
    rc = rc == SQLITE_DONE ? 0 : ledger_query_fail(ledger, fault);
    ledger_query_reset(statement);
    return rc;
}
