#include "own_api.h"

#include "account_store.h"
#include "block.h"
#include "calendar.h"
#include "incident.h"
#include "join.h"
#include "jot.h"
#include "method.h"
#include "past.h"

#include <math.h>

enum { P99_NEEDS = 1000, BLIPS_MOST = 60 };

static const char *const look_words[LOOK_COUNT] = {
    [LOOK_UNKNOWN] = "unknown",   [LOOK_UP] = "up",     [LOOK_MAINTENANCE] = "maintenance",
    [LOOK_DEGRADED] = "degraded", [LOOK_DOWN] = "down",
};

struct period {
    int64_t from, to;
};

/* Whole days, so that the figures change with the day and with nothing else. */
static struct period period_of(const struct page *page)
{
    int64_t today = calendar_day(page->now);
    return (struct period){calendar_day_after(today, -OWN_API_DAYS), today};
}

/* ---- pieces ---- */

static void open_answer(struct buffer *out)
{
    jot_open(out, NULL, '{');
    jot_text(out, "format", "vibrisse/1");
    jot_number(out, "method", METHOD_VERSION);
}

static void close_answer(struct buffer *out)
{
    jot_close(out, '}');
    buffer_byte(out, '\n');
}

static void write_wording(struct buffer *out, const char *key, const struct wording *wording)
{
    jot_open(out, key, '{');
    for (size_t i = 0; i < wording->count; i++)
        jot_text(out, wording->texts[i].language, wording->texts[i].text);
    jot_close(out, '}');
}

static void write_latency(struct buffer *out, const struct histogram *histogram)
{
    uint64_t count = histogram_count(histogram);
    jot_open(out, "latency_ms", '{');
    jot_number(out, "n", (int64_t)count);
    jot_ms(out, "p50", histogram_percentile(histogram, 0.50));
    jot_ms(out, "p95", histogram_percentile(histogram, 0.95));
    jot_ms(out, "p99", count >= P99_NEEDS ? histogram_percentile(histogram, 0.99) : NAN);
    jot_close(out, '}');
}

static void write_figures(struct buffer *out, const struct account *account)
{
    const struct availability *a = &account->availability;
    jot_open(out, "last_90_days", '{');
    jot_time(out, "from", a->from);
    jot_time(out, "to", a->to);
    jot_number(out, "up_s", tally_good(&a->tally));
    jot_number(out, "degraded_s", a->tally.degraded);
    jot_number(out, "down_s", a->tally.down);
    jot_number(out, "unknown_s", a->tally.unknown);
    jot_number(out, "maintenance_s", a->maintenance_s);
    jot_share(out, "availability", availability_e5(a));
    jot_share(out, "availability_low", availability_low_e5(a));
    jot_share(out, "availability_high", availability_high_e5(a));
    jot_share(out, "availability_excluding_maintenance", availability_without_maintenance_e5(a));
    jot_share(out, "coverage", availability_coverage_e5(a));
    jot_number(out, "outages", (int64_t)a->outages);
    jot_number(out, "incidents", (int64_t)a->incidents);
    jot_number(out, "longest_outage_s", a->longest_s);
    jot_seconds(out, "mttr_s", availability_mean_s(a));
    jot_seconds(out, "median_outage_s", availability_median_s(a));
    write_latency(out, &account->latency);
    jot_close(out, '}');
}

static bool account_of(const struct page *page, const struct service *service, struct arena *arena,
                       struct account *ret)
{
    struct period period = period_of(page);
    return account_store_get(page, service, period.from, period.to, arena, ret);
}

static void write_state(struct buffer *out, const struct past *past)
{
    jot_text(out, "state", look_words[past->look]);
    jot_time(out, "since", past->belief.since);
    jot_text(out, "reason", reason_code(past->belief.reason));
}

/* What its file says, apart from what is measured. */
static void write_declared(struct buffer *out, const char *state, const char *reason,
                           const char *until, const char *source, const char *source_date)
{
    jot_open(out, "declared", '{');
    jot_text(out, "state", state);
    jot_text(out, "reason", reason);
    jot_text(out, "until", until);
    jot_text(out, "source", source);
    jot_text(out, "source_date", source_date);
    jot_close(out, '}');
}

static void write_hoster_declared(struct buffer *out, const struct hoster *hoster)
{
    write_declared(out, presence_words[hoster->declared], hoster->declared_reason, NULL,
                   hoster->source, hoster->source_date);
}

static void write_unmeasured(struct buffer *out, const struct hoster *hoster)
{
    jot_open(out, "unmeasured", '[');
    for (size_t i = 0; i < hoster->unmeasured_count; i++) {
        const struct unmeasured_service *service = &hoster->unmeasured[i];
        jot_open(out, NULL, '{');
        jot_text(out, "name", service->name);
        jot_text(out, "fate", fate_words[service->fate]);
        write_declared(out, declared_words[service->declared], NULL, service->until,
                       service->source, NULL);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

/* ---- services ---- */

static void write_identity(struct buffer *out, const struct service *service)
{
    jot_text(out, "id", service->id);
    jot_text(out, "hoster", service->hoster->id);
    write_wording(out, "name", &service->name);
    jot_text(out, "url", service->url);
    jot_text(out, "software", service->software);
    jot_text(out, "kind", service->kind.count ? service->kind.texts[0].text : NULL);
    jot_bool(out, "counted", service->counted);
    jot_text(out, "hosting",
             service->hosting != HOSTING_UNKNOWN ? hosting_words[service->hosting] : NULL);
    write_declared(out, declared_words[service->declared], service->declared_reason, service->until,
                   service->source, service->source_date);
}

static struct past past_since(const struct page *page, const struct service *service,
                              struct arena *arena)
{
    return past_of(page, service, period_of(page).from, arena);
}

/* Of its page, in the first language; below the site's root where that is not known. NULL = it has none. */
static const char *incident_address(const struct page *page, const struct service *service,
                                    const struct outage *outage, struct arena *arena)
{
    return incident_is(page, outage) ? JOIN(arena, output_root(page, "", arena), page->language,
                                            "/", incident_path(service->key, outage->from, arena))
                                     : NULL;
}

/* What grows while it lasts is not told: its end is null then. */
static void write_outage(const struct page *page, const struct service *service,
                         const struct outage *outage, struct arena *arena, struct buffer *out)
{
    bool open = outage->end == OUTAGE_OPEN;
    static const char *const ends[] = {
        [OUTAGE_OPEN] = "open", [OUTAGE_OVER] = "over", [OUTAGE_LOST] = "lost"};
    jot_open(out, NULL, '{');
    jot_time(out, "from", outage->from);
    jot_time(out, "to", open ? 0 : outage->to);
    jot_time(out, "last_good_before", outage->last_good);
    jot_time(out, "last_bad", open ? 0 : outage->last_bad);
    jot_text(out, "end", ends[outage->end]);
    jot_text(out, "reason", reason_code(outage->reason));
    jot_text(out, "evidence", outage->detail);
    jot_text(out, "page", incident_address(page, service, outage, arena));
    jot_close(out, '}');
}

static void write_outages(const struct page *page, const struct past *past, struct arena *arena,
                          struct buffer *out)
{
    jot_open(out, "outages", '[');
    for (size_t i = 0; i < past->outage_count; i++)
        write_outage(page, past->service, &past->outages[i], arena, out);
    jot_close(out, ']');
}

static void write_blip(const struct line_blip *found, struct buffer *out)
{
    const struct blip *blip = &found->blip;
    jot_open(out, NULL, '{');
    jot_time(out, "from", blip->at);
    jot_time(out, "to", blip->until);
    jot_text(out, "check", found->check);
    jot_text(out, "family", family_name(found->family));
    jot_text(out, "vantage", found->vantage);
    jot_number(out, "results", blip->results);
    jot_text(out, "then", outcome_name(blip->then));
    jot_text(out, "reason", reason_code(blip->reason));
    jot_text(out, "evidence", blip->detail);
    jot_close(out, '}');
}

static void write_blips(const struct page *page, const struct service *service, struct arena *arena,
                        struct buffer *out)
{
    const struct history *history = page->history;
    const struct line_blip *blips;
    size_t all;
    if (!history->blips)
        return;
    size_t count = history->blips(history->owner, service->key, period_of(page).from, page->now,
                                  BLIPS_MOST, arena, &blips, &all);
    jot_open(out, "blips", '{');
    jot_number(out, "count", (int64_t)all);
    jot_open(out, "newest", '[');
    for (size_t i = 0; i < count; i++)
        write_blip(&blips[i], out);
    jot_close(out, ']');
    jot_close(out, '}');
}

static void write_count(struct buffer *out, const char *key, int64_t count)
{
    if (count == USERS_UNKNOWN)
        jot_null(out, key);
    else
        jot_number(out, key, count);
}

/* The newest reading of what its software says of itself. */
static void write_usage(const struct page *page, const struct service *service, struct arena *arena,
                        struct buffer *out)
{
    const struct history *history = page->history;
    const struct usage *months;
    size_t count =
        history->usage ? history->usage(history->owner, service->key, arena, &months) : 0;
    if (!count)
        return;
    const struct usage *newest = &months[count - 1];
    jot_open(out, "usage", '{');
    jot_time(out, "read", newest->at);
    jot_text(out, "source", "nodeinfo");
    write_count(out, "users_total", newest->users.total);
    write_count(out, "users_active_month", newest->users.month);
    write_count(out, "users_active_halfyear", newest->users.halfyear);
    write_count(out, "local_posts", newest->users.posts);
    jot_close(out, '}');
}

static void write_service(const struct page *page, const struct service *service, bool whole,
                          struct arena *arena, struct buffer *out)
{
    struct past past = past_since(page, service, arena);
    struct account account;
    write_identity(out, service);
    write_state(out, &past);
    jot_time(out, "record_begin", past.begin);
    if (account_of(page, service, arena, &account))
        write_figures(out, &account);
    write_usage(page, service, arena, out);
    if (!whole)
        return;
    write_outages(page, &past, arena, out);
    write_blips(page, service, arena, out);
}

void own_api_service(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct arena arena = {0};
    open_answer(out);
    write_service(page, subject.service, true, &arena, out);
    close_answer(out);
    arena_free(&arena);
}

/* ---- hosters ---- */

static bool is_counted(const struct hoster *hoster, const struct service *service)
{
    for (size_t i = 0; i < hoster->service_count; i++)
        if (hoster->services[i].counted)
            return service->counted;
    return true; /* one that only tries things out is judged by these */
}

static bool sum_up(const struct page *page, const struct hoster *hoster, struct arena *arena,
                   struct account *sum)
{
    struct period period = period_of(page);
    *sum = (struct account){.availability = {.from = period.from, .to = period.to}};
    for (size_t i = 0; i < hoster->service_count; i++) {
        struct account part;
        if (!is_counted(hoster, &hoster->services[i]))
            continue;
        if (!account_of(page, &hoster->services[i], arena, &part))
            return false;
        availability_add(&sum->availability, &part.availability, arena);
        histogram_merge(&sum->latency, &part.latency);
    }
    return true;
}

void own_api_hoster(const struct page *page, struct output_subject subject, struct buffer *out)
{
    const struct hoster *hoster = subject.hoster;
    struct arena arena = {0};
    struct account sum;
    open_answer(out);
    jot_text(out, "id", hoster->id);
    write_wording(out, "name", &hoster->name);
    jot_text(out, "url", hoster->website);
    jot_text(out, "place", hoster->place);
    write_hoster_declared(out, hoster);
    write_unmeasured(out, hoster);
    if (sum_up(page, hoster, &arena, &sum))
        write_figures(out, &sum);
    jot_open(out, "services", '[');
    for (size_t i = 0; i < hoster->service_count; i++) {
        jot_open(out, NULL, '{');
        write_service(page, &hoster->services[i], false, &arena, out);
        jot_close(out, '}');
    }
    jot_close(out, ']');
    close_answer(out);
    arena_free(&arena);
}

/* ---- the collective ---- */

/* States alone: whoever wants figures asks for the hoster's. */
static void write_hoster(const struct page *page, const struct hoster *hoster, struct buffer *out)
{
    struct arena arena = {0};
    jot_open(out, NULL, '{');
    jot_text(out, "id", hoster->id);
    write_wording(out, "name", &hoster->name);
    jot_text(out, "url", hoster->website);
    write_hoster_declared(out, hoster);
    jot_open(out, "services", '[');
    for (size_t i = 0; i < hoster->service_count; i++) {
        struct past past = past_of(page, &hoster->services[i], page->now, &arena);
        jot_open(out, NULL, '{');
        write_identity(out, &hoster->services[i]);
        write_state(out, &past);
        jot_close(out, '}');
    }
    jot_close(out, ']');
    jot_close(out, '}');
    arena_free(&arena);
}

void own_api_collective(const struct page *page, struct output_subject subject, struct buffer *out)
{
    const struct collective *collective = page->collective;
    (void)subject;
    open_answer(out);
    jot_text(out, "name", collective->name);
    jot_text(out, "url", collective->website);
    jot_text(out, "timezone", collective->timezone);
    jot_text(out, "vantage", collective->vantage);
    jot_open(out, "hosters", '[');
    for (size_t i = 0; i < collective->hoster_count; i++)
        write_hoster(page, &collective->hosters[i], out);
    jot_close(out, ']');
    close_answer(out);
}
