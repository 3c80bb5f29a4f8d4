#include "ledger.h"

#include "alerting.h"
#include "blip.h"
#include "hash.h"
#include "ledger_consent.h"
#include "ledger_delivery.h"
#include "ledger_query.h"
#include "mem.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_AT_ONCE = 1000, SENTENCE_SIZE = 400 };

struct check {
    struct ledger *ledger;
    ledger_check_fn *tell;
    void *owner;
};

__attribute__((format(printf, 2, 3))) static void tell(const struct check *check,
                                                       const char *format, ...)
{
    char sentence[SENTENCE_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    check->tell(check->owner, sentence);
}

/* Each row of the statement is something wrong. */
static int each_row(const struct check *check, enum ledger_query id,
                    void (*row)(const struct check *check, sqlite3_stmt *statement),
                    struct fault *fault)
{
    sqlite3_stmt *statement = check->ledger->statements[id];
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
        row(check, statement);
    if (rc != SQLITE_DONE)
        ledger_query_fail(check->ledger, fault);
    ledger_query_reset(statement);
    return rc == SQLITE_DONE ? 0 : -1;
}

static void file_row(const struct check *check, sqlite3_stmt *statement)
{
    const char *text = ledger_query_column_text(statement, 0);
    if (strcmp(text, "ok") != 0)
        tell(check, "ledger: the file is damaged: %s", text);
}

static void key_row(const struct check *check, sqlite3_stmt *statement)
{
    tell(check, "ledger: %s names a subject that is not there",
         ledger_query_column_text(statement, 0));
}

static void chain_row(const struct check *check, sqlite3_stmt *statement)
{
    const char *subject = ledger_query_column_text(statement, 0);
    long long seq = sqlite3_column_int64(statement, 1), at = sqlite3_column_int64(statement, 2);
    if (at <= 0 || sqlite3_column_int64(statement, 4) > at)
        tell(check, "ledger: event %lld of %s has a time or a bracket that cannot be", seq,
             subject);
    else
        tell(check, "ledger: event %lld says that %s was %s; the one before had made it %s", seq,
             subject, ledger_query_column_text(statement, 3),
             ledger_query_column_text(statement, 5));
}

static void frontier_row(const struct check *check, sqlite3_stmt *statement)
{
    tell(check, "ledger: %s is known up to %lld, but changed at %lld",
         ledger_query_column_text(statement, 0), (long long)sqlite3_column_int64(statement, 1),
         (long long)sqlite3_column_int64(statement, 2));
}

static void blip_row(const struct check *check, sqlite3_stmt *statement)
{
    tell(check,
         sqlite3_column_int(statement, 3)
             ? "ledger: event %lld tells once more of the failure of %s at %lld"
             : "ledger: event %lld says that %s failed at %lld unconfirmed; it was down then",
         (long long)sqlite3_column_int64(statement, 1), ledger_query_column_text(statement, 0),
         (long long)sqlite3_column_int64(statement, 2));
}

static void check_blip(const struct check *check, const struct event *event)
{
    struct blip blip = {.at = event->at};
    if (event->at <= 0 || !event->facts || !blip_read(event->facts, &blip))
        tell(check, "ledger: event %lld tells of an unconfirmed failure that cannot be",
             (long long)event->seq);
}

static int check_digest(const struct check *check, const struct event *event, struct fault *fault)
{
    sqlite3_stmt *statement = check->ledger->statements[QUERY_CHECK_DIGEST];
    struct buffer canonical;
    buffer_init(&canonical, EVENT_CANONICAL_MAX);
    event_canonical(event, &canonical);
    ledger_query_bind_number(statement, 1, event->seq);
    int rc = sqlite3_step(statement);
    if (rc != SQLITE_ROW)
        ledger_query_fail(check->ledger, fault);
    else if (sqlite3_column_int64(statement, 0) != (int64_t)hash_text(buffer_text(&canonical)))
        tell(check, "ledger: event %lld is not what was written: its digest is another's",
             (long long)event->seq);
    ledger_query_reset(statement);
    buffer_fini(&canonical);
    return rc == SQLITE_ROW ? 0 : -1;
}

static int check_group(const struct check *check, const struct event *events, size_t count,
                       int64_t *seq, struct fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        if (events[i].seq != *seq + 1)
            tell(check, "ledger: the events %lld to %lld are missing", (long long)*seq + 1,
                 (long long)events[i].seq - 1);
        *seq = events[i].seq;
        if (events[i].kind == EVENT_BLIP)
            check_blip(check, &events[i]);
        if (check_digest(check, &events[i], fault))
            return -1;
    }
    return 0;
}

static int check_events(const struct check *check, struct fault *fault)
{
    int64_t seq = 0;
    for (;;) {
        struct arena arena = {0};
        const struct event *events;
        size_t count;
        int rc = ledger_events(check->ledger, seq, EVENTS_AT_ONCE, &arena, &events, &count, fault);
        if (rc == 0)
            rc = check_group(check, events, count, &seq, fault);
        arena_free(&arena);
        if (rc || count == 0)
            return rc;
    }
}

/* What has not arrived must still be there to be sent. */
static bool can_be_sent(const struct delivery *delivery)
{
    struct alert *alert = mem_alloc(sizeof *alert);
    bool good = delivery->text && alert_read(delivery->text, strlen(delivery->text), alert) &&
                strcmp(alert->id, delivery->id) == 0;
    free(alert);
    return good;
}

static void delivery_row(void *owner, const struct delivery *delivery)
{
    const struct check *check = owner;
    if (delivery->kind == ALERT_KIND_COUNT || delivery->state == DELIVERY_STATE_COUNT)
        tell(check, "ledger: of the message %s kind or state is none that we know", delivery->id);
    else if (!delivery_is_over(delivery) && !can_be_sent(delivery))
        tell(check, "ledger: the message %s to %s cannot be sent: its text is damaged",
             delivery->id, delivery->target);
}

static void consent_row(void *owner, const struct consent_event *event)
{
    const struct check *check = owner;
    if (event->step == STEP_COUNT || !text_starts(event->target, ALERTING_CONTACT))
        tell(check, "ledger: what %s answered is nothing that we know", event->target);
}

int ledger_check(struct ledger *ledger, ledger_check_fn *tell_owner, void *owner,
                 struct fault *fault)
{
    struct check check = {ledger, tell_owner, owner};
    if (ledger_each_delivery(ledger, delivery_row, &check, fault) ||
        ledger_each_consent(ledger, consent_row, &check, fault))
        return -1;
    if (each_row(&check, QUERY_CHECK_FILE, file_row, fault) ||
        each_row(&check, QUERY_CHECK_KEYS, key_row, fault) ||
        each_row(&check, QUERY_CHECK_CHAIN, chain_row, fault) ||
        each_row(&check, QUERY_CHECK_FRONTIER, frontier_row, fault) ||
        each_row(&check, QUERY_CHECK_BLIPS, blip_row, fault))
        return -1;
    return check_events(&check, fault);
}
