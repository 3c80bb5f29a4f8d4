#include "status_api.h"

#include "block.h"
#include "incident.h"
#include "join.h"
#include "jot.h"
#include "macros.h"
#include "past.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_LOOK_S = 8 * 86400 };

enum part {
    PART_STATUS = 1,
    PART_COMPONENTS = 2,
    PART_INCIDENTS = 4,
    PART_OPEN = 8,
    PART_PLANS = 16
};

/* One answer being written. */
struct desk {
    struct sheet *sheet;
    struct output_subject subject;
    struct past *pasts;
    size_t count;
    size_t looks[LOOK_COUNT]; /* how many services have it */
};

struct incident {
    const struct past *past;
    const struct outage *outage;
};

static const char *const component_words[LOOK_COUNT] = {
    [LOOK_UP] = "operational",
    [LOOK_DEGRADED] = "degraded_performance",
    [LOOK_DOWN] = "major_outage",
    [LOOK_MAINTENANCE] = "under_maintenance",
};

/* ---- what there is ---- */

static void gather(struct desk *desk, int64_t from)
{
    const struct page *page = desk->sheet->page;
    const struct collective *collective = page->collective;
    const struct hoster *hoster = desk->subject.hoster;
    size_t most = hoster ? hoster->service_count : collective->service_count;
    desk->count = 0;
    memset(desk->looks, 0, sizeof desk->looks);
    desk->pasts = arena_array(&desk->sheet->arena, most ? most : 1, sizeof *desk->pasts);
    for (size_t i = 0; i < collective->service_count && desk->count < most; i++) {
        const struct service *service = collective->services[i];
        if (hoster && service->hoster != hoster)
            continue;
        struct past *past = &desk->pasts[desk->count++];
        *past = past_of(page, service, from, &desk->sheet->arena);
        desk->looks[past->look]++;
    }
}

static int64_t updated_at(const struct desk *desk)
{
    int64_t updated = 0;
    for (size_t i = 0; i < desk->count; i++)
        if (desk->pasts[i].belief.since > updated)
            updated = desk->pasts[i].belief.since;
    return updated;
}

static const char *page_id(const struct desk *desk)
{
    return desk->subject.hoster ? desk->subject.hoster->id : "collective";
}

/* Within a hoster's own page the service's id, among all its key. */
static const char *component_id(const struct desk *desk, const struct service *service)
{
    return desk->subject.hoster ? service->id : service->key;
}

static const char *component_name(const struct desk *desk, const struct service *service)
{
    const char *name = block_service_name(desk->sheet, service);
    return desk->subject.hoster
               ? name
               : JOIN(&desk->sheet->arena, block_hoster_name(desk->sheet, service->hoster), " – ",
                      name);
}

static const char *address_of(const struct desk *desk, const char *key)
{
    struct sheet *sheet = desk->sheet;
    return *key ? JOIN(&sheet->arena, sheet->root, sheet->words.language, "/h/", key, "/")
                : JOIN(&sheet->arena, sheet->root, sheet->words.language, "/");
}

/* ---- page and status ---- */

static void write_page(const struct desk *desk)
{
    const struct collective *collective = desk->sheet->page->collective;
    const struct hoster *hoster = desk->subject.hoster;
    struct buffer *out = desk->sheet->out;
    jot_open(out, "page", '{');
    jot_text(out, "id", page_id(desk));
    jot_text(out, "name", hoster ? block_hoster_name(desk->sheet, hoster) : collective->name);
    jot_text(out, "url", address_of(desk, output_key(desk->subject)));
    jot_text(out, "time_zone", collective->timezone ? collective->timezone : "Etc/UTC");
    jot_time(out, "updated_at", updated_at(desk));
    jot_close(out, '}');
}

static const char *indicator(const struct desk *desk)
{
    size_t measured = desk->count - desk->looks[LOOK_UNKNOWN];
    if (desk->looks[LOOK_DOWN])
        return desk->looks[LOOK_DOWN] == measured ? "critical" : "major";
    if (desk->looks[LOOK_DEGRADED])
        return "minor";
    return desk->looks[LOOK_MAINTENANCE] ? "maintenance" : "none";
}

/* The worst of what is the case, in a sentence. */
static const char *description(const struct desk *desk)
{
    struct sheet *sheet = desk->sheet;
    const size_t *looks = desk->looks;
    const struct word_value *total =
        VALUES(word_plain("total", format_count(&sheet->format, (int64_t)desk->count)));
    if (looks[LOOK_DOWN])
        return sheet_text_plural(sheet, "{n} service unavailable of {total}",
                                 "{n} services unavailable of {total}", (int64_t)looks[LOOK_DOWN],
                                 total);
    if (looks[LOOK_DEGRADED])
        return sheet_text_plural(sheet, "{n} service disrupted of {total}",
                                 "{n} services disrupted of {total}", (int64_t)looks[LOOK_DEGRADED],
                                 total);
    if (looks[LOOK_MAINTENANCE])
        return sheet_text_plural(sheet, "{n} service under maintenance of {total}",
                                 "{n} services under maintenance of {total}",
                                 (int64_t)looks[LOOK_MAINTENANCE], total);
    if (looks[LOOK_UNKNOWN])
        return sheet_text_plural(sheet, "{n} service not measured of {total}",
                                 "{n} services not measured of {total}",
                                 (int64_t)looks[LOOK_UNKNOWN], total);
    return sheet_text(sheet, N_("All services work"), NULL);
}

static void write_status(const struct desk *desk)
{
    struct buffer *out = desk->sheet->out;
    jot_open(out, "status", '{');
    jot_text(out, "indicator", indicator(desk));
    jot_text(out, "description", description(desk));
    jot_close(out, '}');
}

/* ---- components ---- */

static void write_component(const struct desk *desk, const struct past *past)
{
    struct buffer *out = desk->sheet->out;
    if (!component_words[past->look])
        return;
    jot_open(out, NULL, '{');
    jot_text(out, "id", component_id(desk, past->service));
    jot_text(out, "name", component_name(desk, past->service));
    jot_text(out, "status", component_words[past->look]);
    jot_time(out, "created_at", past->begin);
    jot_time(out, "updated_at", past->belief.since);
    jot_number(out, "position", past - desk->pasts + 1);
    jot_null(out, "description");
    jot_bool(out, "showcase", true);
    jot_day(out, "start_date", past->begin);
    jot_null(out, "group_id");
    jot_text(out, "page_id", page_id(desk));
    jot_bool(out, "group", false);
    jot_bool(out, "only_show_if_degraded", false);
    jot_close(out, '}');
}

static void write_components(const struct desk *desk)
{
    jot_open(desk->sheet->out, "components", '[');
    for (size_t i = 0; i < desk->count; i++)
        write_component(desk, &desk->pasts[i]);
    jot_close(desk->sheet->out, ']');
}

/* ---- incidents ---- */

static bool is_told(const struct desk *desk, const struct outage *outage, bool only_open)
{
    int64_t least = desk->sheet->page->incident_after_ms / 1000;
    if (only_open && outage->end != OUTAGE_OPEN)
        return false;
    return desk->subject.hoster || outage->to - outage->from >= least;
}

static int compare_newest(const void *left, const void *right)
{
    const struct incident *a = left, *b = right;
    if (a->outage->from != b->outage->from)
        return a->outage->from < b->outage->from ? 1 : -1;
    return strcmp(a->past->service->key, b->past->service->key);
}

static size_t find_incidents(const struct desk *desk, bool only_open, struct incident **ret)
{
    size_t total = 0, count = 0;
    for (size_t i = 0; i < desk->count; i++)
        total += desk->pasts[i].outage_count;
    *ret = arena_array(&desk->sheet->arena, total + 1, sizeof **ret);
    for (size_t i = 0; i < desk->count; i++)
        for (size_t j = 0; j < desk->pasts[i].outage_count; j++)
            if (is_told(desk, &desk->pasts[i].outages[j], only_open))
                (*ret)[count++] = (struct incident){&desk->pasts[i], &desk->pasts[i].outages[j]};
    qsort(*ret, count, sizeof **ret, compare_newest);
    return count < STATUS_API_INCIDENTS_MOST ? count : STATUS_API_INCIDENTS_MOST;
}

/* As much of the past as these parts tell of. Some days of a thousand services fill the list of incidents: only when they
 * do not, all days are read. */
static void gather_parts(struct desk *desk, int parts)
{
    int64_t now = desk->sheet->page->now;
    struct incident *incidents;
    if (!(parts & (PART_INCIDENTS | PART_OPEN))) {
        gather(desk, now);
        return;
    }
    if (parts == PART_INCIDENTS && !desk->subject.hoster) {
        gather(desk, now - FIRST_LOOK_S);
        if (find_incidents(desk, false, &incidents) == STATUS_API_INCIDENTS_MOST &&
            incidents[STATUS_API_INCIDENTS_MOST - 1].outage->from > now - FIRST_LOOK_S)
            return;
    }
    gather(desk, now - STATUS_API_DAYS * 86400);
}

static const char *numbered(struct arena *arena, const char *text, int64_t number)
{
    char digits[DIGITS_MAX];
    size_t length = (size_t)(digits_put(digits, number, 0) - digits);
    return JOIN(arena, text, "/", arena_bytes(arena, digits, length));
}

static const char *incident_id(const struct desk *desk, const struct incident *incident)
{
    return numbered(&desk->sheet->arena, incident->past->service->key, incident->outage->from);
}

static void write_update(const struct desk *desk, const struct incident *incident,
                         const char *status, const char *body, int64_t at)
{
    struct buffer *out = desk->sheet->out;
    const char *id = incident_id(desk, incident);
    jot_open(out, NULL, '{');
    jot_text(out, "id",
             numbered(&desk->sheet->arena, JOIN(&desk->sheet->arena, id, "/", status), at));
    jot_text(out, "status", status);
    jot_text(out, "body", body);
    jot_text(out, "incident_id", id);
    jot_time(out, "created_at", at);
    jot_time(out, "updated_at", at);
    jot_time(out, "display_at", at);
    jot_open(out, "affected_components", '[');
    jot_close(out, ']');
    jot_close(out, '}');
}

/* Others' sentences in quotation marks, with who says them. */
static const char *quote_of(const struct desk *desk, const struct annotation *note)
{
    struct sheet *sheet = desk->sheet;
    return sheet_text(
        sheet, N_("“{text}” ({name})"),
        VALUES(word_plain("text", wording_in(&note->said.text, sheet->words.language)),
               word_plain("name", note->said.by ? note->said.by : "")));
}

/* Newest first, as clients expect them. */
static void write_updates(const struct desk *desk, const struct incident *incident)
{
    struct sheet *sheet = desk->sheet;
    const struct history *history = sheet->page->history;
    const struct outage *outage = incident->outage;
    const struct annotation *notes;
    size_t count = history->annotations(history->owner, incident->past->service->key, outage->from,
                                        &sheet->arena, &notes);
    jot_open(sheet->out, "incident_updates", '[');
    for (size_t i = count; i-- > 0;)
        write_update(desk, incident, outage->end == OUTAGE_OPEN ? "investigating" : "resolved",
                     quote_of(desk, &notes[i]), notes[i].recorded_ms / 1000);
    if (outage->end == OUTAGE_OVER)
        write_update(desk, incident, "resolved", sheet_text(sheet, N_("It answers again."), NULL),
                     outage->to);
    else if (outage->end == OUTAGE_LOST)
        write_update(desk, incident, "resolved",
                     sheet_text(sheet, N_("We stopped measuring before its end."), NULL),
                     outage->to);
    write_update(desk, incident, "investigating", block_reason(sheet, outage->reason),
                 outage->from);
    jot_close(sheet->out, ']');
}

static void write_incident(const struct desk *desk, const struct incident *incident)
{
    struct sheet *sheet = desk->sheet;
    const struct outage *outage = incident->outage;
    const struct service *service = incident->past->service;
    bool over = outage->end != OUTAGE_OPEN;
    int64_t end = over ? outage->to : 0;
    jot_open(sheet->out, NULL, '{');
    jot_text(sheet->out, "id", incident_id(desk, incident));
    jot_text(sheet->out, "name",
             sheet_text(sheet, N_("{service}: {reason}"),
                        VALUES(word_plain("service", component_name(desk, service)),
                               word_plain("reason", block_reason(sheet, outage->reason)))));
    jot_text(sheet->out, "status", over ? "resolved" : "investigating");
    jot_text(sheet->out, "impact", "major");
    jot_time(sheet->out, "created_at", outage->from);
    jot_time(sheet->out, "updated_at", over ? end : outage->from);
    jot_null(sheet->out, "monitoring_at");
    jot_time(sheet->out, "resolved_at", end);
    jot_time(sheet->out, "started_at", outage->from);
    jot_text(sheet->out, "shortlink",
             JOIN(&sheet->arena, sheet->root, sheet->words.language, "/",
                  incident_place(sheet->page, service->key, outage, &sheet->arena)));
    jot_text(sheet->out, "page_id", page_id(desk));
    write_updates(desk, incident);
    jot_open(sheet->out, "components", '[');
    write_component(desk, incident->past);
    jot_close(sheet->out, ']');
    jot_close(sheet->out, '}');
}

static void write_incidents(const struct desk *desk, bool only_open)
{
    struct incident *incidents;
    size_t count = find_incidents(desk, only_open, &incidents);
    jot_open(desk->sheet->out, "incidents", '[');
    for (size_t i = 0; i < count; i++)
        write_incident(desk, &incidents[i]);
    jot_close(desk->sheet->out, ']');
}

/* ---- maintenance ---- */

/* What concerns several services is told once. */
static bool was_told(const struct desk *desk, const struct past *until,
                     const struct occurrence *occurrence)
{
    for (const struct past *past = desk->pasts; past < until; past++)
        for (size_t i = 0; i < past->occurrence_count; i++)
            if (past->occurrences[i].of == occurrence->of &&
                past->occurrences[i].from == occurrence->from)
                return true;
    return false;
}

static void write_plan(const struct desk *desk, const struct occurrence *occurrence)
{
    struct sheet *sheet = desk->sheet;
    const struct maintenance *of = occurrence->of;
    int64_t announced = of->announced_ms / 1000;
    bool begun = occurrence->from <= sheet->page->now;
    jot_open(sheet->out, NULL, '{');
    jot_text(
        sheet->out, "id",
        numbered(&sheet->arena, numbered(&sheet->arena, "maintenance", of->seq), occurrence->from));
    jot_text(sheet->out, "name", wording_in(&of->said.text, sheet->words.language));
    jot_text(sheet->out, "status", begun ? "in_progress" : "scheduled");
    jot_text(sheet->out, "impact", "maintenance");
    jot_time(sheet->out, "created_at", announced);
    jot_time(sheet->out, "updated_at", begun ? occurrence->from : announced);
    jot_time(sheet->out, "scheduled_for", occurrence->from);
    jot_time(sheet->out, "scheduled_until", occurrence->to);
    jot_text(sheet->out, "page_id", page_id(desk));
    jot_open(sheet->out, "incident_updates", '[');
    jot_close(sheet->out, ']');
    jot_open(sheet->out, "components", '[');
    for (size_t i = 0; i < desk->count; i++)
        if (maintenance_concerns(of, desk->pasts[i].service->key))
            write_component(desk, &desk->pasts[i]);
    jot_close(sheet->out, ']');
    jot_close(sheet->out, '}');
}

static void write_plans(const struct desk *desk)
{
    jot_open(desk->sheet->out, "scheduled_maintenances", '[');
    for (size_t i = 0; i < desk->count; i++)
        for (size_t j = 0; j < desk->pasts[i].occurrence_count; j++)
            if (!was_told(desk, &desk->pasts[i], &desk->pasts[i].occurrences[j]))
                write_plan(desk, &desk->pasts[i].occurrences[j]);
    jot_close(desk->sheet->out, ']');
}

/* ---- all ---- */

static void write_parts(const struct page *page, struct output_subject subject, int parts,
                        struct buffer *out)
{
    struct sheet sheet;
    struct desk desk = {.sheet = &sheet, .subject = subject};
    sheet_open(&sheet, page, out, "", "");
    /* Readers are elsewhere: where the site's own address is not known, addresses are relative to this file. */
    sheet.root = output_root(page, subject.hoster ? "h/x/api/v2/x" : "api/v2/x", &sheet.arena);
    gather_parts(&desk, parts);
    jot_open(out, NULL, '{');
    write_page(&desk);
    if (parts & PART_STATUS)
        write_status(&desk);
    if (parts & PART_COMPONENTS)
        write_components(&desk);
    if (parts & (PART_INCIDENTS | PART_OPEN))
        write_incidents(&desk, parts & PART_OPEN);
    if (parts & PART_PLANS)
        write_plans(&desk);
    jot_close(out, '}');
    buffer_byte(out, '\n');
    sheet_close(&sheet);
}

void status_api_summary(const struct page *page, struct output_subject subject, struct buffer *out)
{
    write_parts(page, subject, PART_STATUS | PART_COMPONENTS | PART_OPEN | PART_PLANS, out);
}

void status_api_status(const struct page *page, struct output_subject subject, struct buffer *out)
{
    write_parts(page, subject, PART_STATUS, out);
}

void status_api_components(const struct page *page, struct output_subject subject,
                           struct buffer *out)
{
    write_parts(page, subject, PART_COMPONENTS, out);
}

void status_api_incidents(const struct page *page, struct output_subject subject,
                          struct buffer *out)
{
    write_parts(page, subject, PART_INCIDENTS, out);
}
