#include "desk.h"

#include "almanac.h"
#include "editions.h"
#include "json.h"
#include "outage.h"
#include "recurrence.h"
#include "stamp.h"
#include "text.h"

#include <string.h>

enum { EARLIEST_S = 946684800, LATEST_S = 4102444800 - 1, YEARS_AHEAD_S = 3660 * 86400 };

struct visit { /* one request */
    const struct desk *desk;
    struct almanac *almanac;
    const json_t *request, *facts;
    int64_t now_ms;
    struct arena *arena;
    struct event *event;
    struct buffer text; /* of the facts, as they are written down */
};

static int64_t now_of(const struct visit *visit)
{
    return visit->now_ms / 1000;
}

static int read_time(const struct visit *visit, int64_t *ret, struct fault *fault)
{
    int64_t ms;
    if (!json_get_time(visit->request, "at", &ms) || ms / 1000 < EARLIEST_S || ms / 1000 > LATEST_S)
        return fault_set(fault, "a time between 2000 and 2100 is missing");
    *ret = ms / 1000;
    return 0;
}

static int read_subject(const struct visit *visit, bool service_only, struct fault *fault)
{
    const struct collective *collective = &visit->desk->config->collective;
    const char *subject = json_string_value(json_object_get(visit->request, "subject"));
    if (!subject)
        return fault_set(fault, "it is not said of what");
    bool known = collective_service(collective, subject) ||
                 (!service_only && (!*subject || collective_hoster(collective, subject)));
    if (!known)
        return fault_set(fault, "the configuration has no %s '%.140s'; give %s",
                         service_only ? "service" : "hoster or service", subject,
                         service_only ? "HOSTER/SERVICE" : "HOSTER or HOSTER/SERVICE");
    text_copy(visit->event->subject, sizeof visit->event->subject, subject);
    return 0;
}

/* ---- maintenance ---- */

static int add_maintenance(struct visit *visit, struct fault *fault)
{
    struct maintenance announced = {0};
    if (read_subject(visit, false, fault) || read_time(visit, &announced.from, fault) ||
        maintenance_read(visit->facts, &announced, visit->arena, fault) ||
        (announced.every && recurrence_check(announced.every, announced.from, fault)))
        return -1;
    visit->event->at = announced.from;
    maintenance_write(&announced, &visit->text);
    return 0;
}

static bool has_future(const struct visit *visit, const struct maintenance *announced)
{
    const struct occurrence *occurrences;
    int64_t now = now_of(visit);
    size_t count = almanac_occurrences(visit->almanac, NULL, now, now + YEARS_AHEAD_S, now,
                                       visit->arena, &occurrences);
    for (size_t i = 0; i < count; i++)
        if (occurrences[i].of == announced)
            return true;
    return announced->from > now;
}

static int cancel_maintenance(struct visit *visit, struct fault *fault)
{
    struct statement said = {0};
    int64_t seq = json_integer_value(json_object_get(visit->facts, "of"));
    const char *by = json_string_value(json_object_get(visit->facts, "by"));
    const struct maintenance *announced = almanac_find(visit->almanac, seq);
    if (!announced)
        return fault_set(fault,
                         "there is no maintenance of the number %lld; see `vibrisse "
                         "maintenance list`",
                         (long long)seq);
    if (announced->cancelled)
        return fault_set(fault, "it is cancelled already");
    if (!has_future(visit, announced))
        return fault_set(fault, "it is over: the past stays as it was");
    if (statement_set_by(&said, by ? by : "", visit->arena, fault))
        return -1;
    text_copy(visit->event->subject, sizeof visit->event->subject, announced->subject);
    visit->event->at = now_of(visit);
    buffer_printf(&visit->text, "{\"action\":\"cancel\",\"of\":%lld", (long long)seq);
    statement_write(&said, &visit->text);
    buffer_byte(&visit->text, '}');
    return 0;
}

static int take_maintenance(struct visit *visit, struct fault *fault)
{
    const char *action = json_string_value(json_object_get(visit->facts, "action"));
    visit->event->kind = EVENT_MAINTENANCE;
    if (action && strcmp(action, "add") == 0)
        return add_maintenance(visit, fault);
    if (action && strcmp(action, "cancel") == 0)
        return cancel_maintenance(visit, fault);
    return fault_set(fault, "maintenance is added or cancelled");
}

/* ---- annotations ---- */

/* The outage that holds the time, or the last one before it. */
static const struct outage *find_outage(const struct visit *visit, int64_t at)
{
    struct history history = memory_history(visit->desk->memory);
    const char *service = visit->event->subject;
    const struct span *spans;
    const struct outage *outages, *found = NULL;
    size_t count = history.spans(history.owner, service, history.begin(history.owner, service),
                                 at + 1, visit->arena, &spans);
    count = outages_in(spans, count, visit->arena, &outages);
    for (size_t i = 0; i < count && outages[i].from <= at; i++)
        found = &outages[i];
    return found;
}

static int64_t find_earlier(const struct visit *visit, const struct annotation *annotation)
{
    const struct annotation *all, *own;
    size_t count = almanac_annotations(visit->almanac, &all);
    count =
        annotations_of(all, count, visit->event->subject, annotation->outage, visit->arena, &own);
    for (size_t i = 0; i < count; i++)
        if (own[i].kind == annotation->kind && strcmp(own[i].said.by, annotation->said.by) == 0)
            return own[i].seq;
    return 0;
}

static int take_annotation(struct visit *visit, struct fault *fault)
{
    struct annotation annotation = {0};
    int64_t at;
    visit->event->kind = EVENT_ANNOTATION;
    if (read_subject(visit, true, fault) || read_time(visit, &at, fault) ||
        annotation_read(visit->facts, &annotation, visit->arena, fault))
        return -1;
    if (at > now_of(visit))
        return fault_set(fault, "that time is still to come; 'vibrisse incident list' tells "
                                "when interruptions were");
    const struct outage *outage = find_outage(visit, at);
    if (!outage)
        return fault_set(fault,
                         "the record knows no interruption of %s at that time or before it; "
                         "'vibrisse incident list' tells which it knows",
                         visit->event->subject);
    visit->event->at = annotation.outage = outage->from;
    annotation.replaces = find_earlier(visit, &annotation);
    annotation_write(&annotation, &visit->text);
    return 0;
}

/* ---- yearly reports ---- */

static int take_comment(struct visit *visit, struct edition *comment, struct fault *fault)
{
    const struct collective *collective = &visit->desk->config->collective;
    const char *hoster = json_string_value(json_object_get(visit->request, "subject"));
    if (!hoster || !collective_hoster(collective, hoster))
        return fault_set(fault, "the configuration has no hoster '%.140s'", hoster ? hoster : "");
    text_copy(visit->event->subject, sizeof visit->event->subject, hoster);
    visit->event->at = now_of(visit);
    edition_write(comment, &visit->text);
    return 0;
}

static int take_edition(struct visit *visit, struct edition *edition, struct fault *fault)
{
    const struct edition *all;
    size_t count;
    if (read_time(visit, &edition->as_of, fault) ||
        editions_read(visit->desk->ledger, visit->arena, &all, &count, fault))
        return -1;
    const struct edition *newest = edition_newest(all, count, edition->year);
    if (edition->as_of > now_of(visit))
        return fault_set(fault, "of what is to come no report can be made yet");
    if (edition->kind == EDITION_FINAL && newest)
        return fault_set(fault, "the report of %d is final already; it can be corrected",
                         edition->year);
    if (edition->kind == EDITION_CORRECTION && (!newest || newest->seq != edition->of))
        return fault_set(fault, "edition %lld is not the newest of the report of %d",
                         (long long)edition->of, edition->year);
    if (newest && edition->as_of < newest->as_of)
        return fault_set(fault, "a correction cannot know less than what it corrects");
    visit->event->at = edition->as_of;
    edition_write(edition, &visit->text);
    return 0;
}

static int take_report(struct visit *visit, struct fault *fault)
{
    struct edition edition = {0};
    visit->event->kind = EVENT_REPORT;
    if (edition_read(visit->facts, &edition, visit->arena, fault))
        return -1;
    return edition.kind == EDITION_COMMENT ? take_comment(visit, &edition, fault)
                                           : take_edition(visit, &edition, fault);
}

/* ---- all ---- */

static int write_down(struct visit *visit, struct fault *fault)
{
    visit->event->recorded_ms = visit->now_ms;
    visit->event->facts = arena_text(visit->arena, buffer_text(&visit->text));
    if (ledger_append(visit->desk->ledger, visit->event, fault))
        return -1;
    almanac_forget(visit->almanac);
    return 0;
}

static int take(struct visit *visit, struct fault *fault)
{
    const char *kind = json_string_value(json_object_get(visit->request, "kind"));
    visit->facts = json_object_get(visit->request, "facts");
    if (kind && strcmp(kind, event_kind_name(EVENT_MAINTENANCE)) == 0)
        return take_maintenance(visit, fault);
    if (kind && strcmp(kind, event_kind_name(EVENT_ANNOTATION)) == 0)
        return take_annotation(visit, fault);
    if (kind && strcmp(kind, event_kind_name(EVENT_REPORT)) == 0)
        return take_report(visit, fault);
    return fault_set(fault, "it is neither maintenance nor an annotation nor of a report");
}

int desk_take(const struct desk *desk, const char *request, int64_t now_ms, struct arena *arena,
              struct event *ret, struct fault *fault)
{
    json_error_t error;
    json_t *object = json_loads(request, JSON_REJECT_DUPLICATES, &error);
    struct visit visit = {.desk = desk,
                          .almanac = pipeline_almanac(desk->memory->pipeline),
                          .request = object,
                          .now_ms = now_ms,
                          .arena = arena,
                          .event = ret};
    *ret = (struct event){0};
    buffer_init(&visit.text, STATEMENT_FACTS_MAX);
    int rc = object ? take(&visit, fault) : fault_set(fault, "it is no JSON: %s", error.text);
    if (rc == 0 && visit.text.overflow)
        rc = fault_set(fault, "it is too long");
    if (rc == 0)
        rc = write_down(&visit, fault);
    buffer_fini(&visit.text);
    json_decref(object);
    return rc;
}

void desk_write_answer(const struct event *event, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    buffer_printf(out, "{\"seq\":%lld,\"kind\":\"%s\",\"subject\":", (long long)event->seq,
                  event_kind_name(event->kind));
    json_add_text(out, event->subject);
    buffer_printf(out, ",\"at\":\"%s\"", stamp_seconds(event->at, stamp));
    buffer_printf(out, ",\"recorded\":\"%s\",\"facts\":%s}\n",
                  stamp_ms((struct wall){event->recorded_ms}, stamp), event->facts);
}

void desk_write_refusal(const struct fault *fault, struct buffer *out)
{
    buffer_text_add(out, "{\"fault\":");
    json_add_text(out, fault->text);
    buffer_text_add(out, "}\n");
}
