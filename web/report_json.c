#include "report_json.h"

#include "jot.h"

/* ---- parts ---- */

static void add_spread(struct buffer *out, const char *key, const struct distribution *of)
{
    jot_open(out, key, '{');
    jot_number(out, "count", (int64_t)of->count);
    jot_bool(out, "few", of->count < REPORT_FEW);
    jot_seconds(out, "least", of->least);
    jot_seconds(out, "p10", of->tenth);
    jot_seconds(out, "p25", of->quarter);
    jot_seconds(out, "median", of->median);
    jot_seconds(out, "p75", of->three_quarters);
    jot_seconds(out, "p90", of->nine_tenths);
    jot_seconds(out, "p95", of->p95);
    jot_seconds(out, "most", of->most);
    jot_seconds(out, "mean", distribution_mean(of));
    jot_close(out, '}');
}

static void add_seconds_of(struct buffer *out, const struct availability *figures)
{
    jot_number(out, "up_s", tally_good(&figures->tally));
    jot_number(out, "degraded_s", figures->tally.degraded);
    jot_number(out, "down_s", figures->tally.down);
    jot_number(out, "unknown_s", figures->tally.unknown);
    jot_number(out, "maintenance_s", figures->maintenance_s);
    jot_number(out, "maintenance_up_s", tally_good(&figures->excluded));
    jot_number(out, "maintenance_down_s", figures->excluded.down);
    jot_number(out, "least_up_s", figures->least_good_s);
    jot_number(out, "most_up_s", figures->most_good_s);
}

static void add_shares_of(struct buffer *out, const struct availability *figures)
{
    jot_share(out, "availability", availability_e5(figures));
    jot_share(out, "availability_low", availability_low_e5(figures));
    jot_share(out, "availability_high", availability_high_e5(figures));
    jot_share(out, "availability_excluding_maintenance",
              availability_without_maintenance_e5(figures));
    jot_share(out, "coverage", availability_coverage_e5(figures));
}

static void add_sum(struct buffer *out, const char *key, const struct report_sum *sum)
{
    const struct availability *figures = &sum->figures;
    jot_open(out, key, '{');
    jot_number(out, "services", (int64_t)sum->services);
    add_seconds_of(out, figures);
    add_shares_of(out, figures);
    jot_number(out, "down_apart_from_maintenance_s", sum->down_s);
    jot_seconds(out, "down_each_s", sum->down_each_s);
    jot_seconds(out, "least_down_each_s", sum->least_down_each_s);
    jot_seconds(out, "most_down_each_s", sum->most_down_each_s);
    jot_number(out, "outages", (int64_t)figures->outages);
    jot_number(out, "incidents", (int64_t)figures->incidents);
    jot_number(out, "longest_outage_s", figures->longest_s);
    jot_number(out, "outages_ended", (int64_t)figures->ended);
    jot_seconds(out, "mttr_s", availability_mean_s(figures));
    jot_seconds(out, "median_outage_s", availability_median_s(figures));
    jot_bool(out, "few", sum->few);
    jot_close(out, '}');
}

/* `bounds` apart the classes; the last one has none. */
static void add_classes(struct buffer *out, const char *key, const int64_t *bounds, size_t count,
                        const size_t *counts)
{
    jot_open(out, key, '[');
    for (size_t i = 0; i <= count; i++) {
        jot_open(out, NULL, '{');
        jot_number(out, "from_s", i ? bounds[i - 1] : 0);
        jot_seconds(out, "to_s", i < count ? bounds[i] : -1);
        jot_number(out, "count", (int64_t)counts[i]);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

static void add_durations(struct buffer *out, const struct report_duration *durations)
{
    jot_open(out, "durations", '{');
    add_spread(out, "whole_s", &durations->whole_s);
    add_classes(out, "classes", report_duration_bounds_s, REPORT_DURATION_BOUNDS,
                durations->classes);
    jot_close(out, '}');
}

static void add_worst(struct buffer *out, const int64_t *worst)
{
    jot_open(out, "worst_windows", '[');
    for (int i = 0; i < AVAILABILITY_WINDOWS; i++) {
        if (worst[i] < 0)
            continue;
        jot_open(out, NULL, '{');
        jot_number(out, "window_s", availability_windows_s[i]);
        jot_number(out, "down_s", worst[i]);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

static void add_counted_words(struct buffer *out, const char *key,
                              const struct report_counted_word *words, size_t count)
{
    jot_open(out, key, '[');
    for (size_t i = 0; i < count; i++) {
        jot_open(out, NULL, '{');
        jot_text(out, "name", words[i].word);
        jot_number(out, "count", (int64_t)words[i].count);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

static void add_words(struct buffer *out, const struct report_words *words)
{
    jot_open(out, "words", '{');
    jot_number(out, "outages", (int64_t)words->outages);
    jot_bool(out, "few", words->outages < REPORT_FEW);
    jot_number(out, "explained", (int64_t)words->explained);
    jot_number(out, "disputed", (int64_t)words->disputed);
    add_counted_words(out, "causes", words->causes, words->cause_count);
    jot_close(out, '}');
}

static void add_answers(struct buffer *out, const struct report_answers *answers)
{
    jot_open(out, "answers", '{');
    jot_number(out, "count", (int64_t)answers->count);
    jot_bool(out, "few", answers->count < REPORT_FEW_ANSWERS);
    jot_ms(out, "p50_ms", answers->p50);
    jot_ms(out, "p95_ms", answers->p95);
    jot_ms(out, "p99_ms", answers->p99);
    jot_close(out, '}');
}

static void add_ipv6(struct buffer *out, const struct report_share *published,
                     const struct report_share *working)
{
    jot_open(out, "ipv6", '{');
    jot_number(out, "known", (int64_t)published->of);
    jot_bool(out, "few", published->of < REPORT_FEW);
    jot_number(out, "published", (int64_t)published->so);
    jot_number(out, "working", (int64_t)working->so);
    jot_close(out, '}');
}

/* ---- the collective ---- */

static void add_months(struct buffer *out, const struct report *report)
{
    jot_open(out, "months", '[');
    for (int i = 0; i < REPORT_MONTHS; i++) {
        const struct report_month *month = &report->months[i];
        if (month->from == month->to)
            continue;
        jot_open(out, NULL, '{');
        jot_number(out, "month", i + 1);
        jot_time(out, "from", month->from);
        jot_time(out, "to", month->to);
        add_spread(out, "down_s", &month->down_s);
        add_sum(out, "sum", &month->sum);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

static void add_days(struct buffer *out, const struct report *report)
{
    jot_open(out, "days", '[');
    for (size_t i = 0; i < report->day_count; i++) {
        const struct report_day *day = &report->days[i];
        jot_open(out, NULL, '{');
        jot_time(out, "from", day->from);
        jot_number(out, "hosters_hit", (int64_t)day->hosters_hit);
        jot_number(out, "total_s", day->total_s);
        jot_number(out, "measured_s", day->measured_s);
        jot_bool(out, "measured", report_day_measured(day));
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

static void add_day_months(struct buffer *out, const struct report *report)
{
    jot_open(out, "days_by_month", '[');
    for (int i = 0; i < REPORT_MONTHS; i++) {
        const struct report_day_month *month = &report->day_months[i];
        if (!month->days)
            continue;
        jot_open(out, NULL, '{');
        jot_number(out, "month", month->month);
        jot_number(out, "days", (int64_t)month->days);
        jot_number(out, "hit", (int64_t)month->hit);
        jot_number(out, "unmeasured", (int64_t)month->unmeasured);
        jot_number(out, "most_hosters", (int64_t)month->most_hosters);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

static void add_clocks(struct buffer *out, const char *key, const char *what,
                       const struct report_clock *clocks, int count)
{
    jot_open(out, key, '[');
    for (int i = 0; i < count; i++) {
        jot_open(out, NULL, '{');
        jot_number(out, what, i);
        jot_number(out, "outages", (int64_t)clocks[i].outages);
        jot_number(out, "down_s", clocks[i].down_s);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

/* By kind, or by hosting: `what`. */
static void add_kinds(struct buffer *out, const char *key, const char *what,
                      const struct report_kind *kinds, size_t count)
{
    jot_open(out, key, '[');
    for (size_t i = 0; i < count; i++) {
        const struct report_kind *kind = &kinds[i];
        jot_open(out, NULL, '{');
        jot_text(out, what, kind->name);
        jot_number(out, "hosters", (int64_t)kind->hosters);
        jot_bool(out, "few", kind->few);
        add_spread(out, "down_s", &kind->down_s);
        add_sum(out, "sum", &kind->sum);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

static void add_told(struct buffer *out, const char *key, const struct report_told *told)
{
    jot_open(out, key, '{');
    jot_number(out, "services", (int64_t)told->services);
    jot_seconds(out, "sum", told->services ? told->sum : -1);
    jot_close(out, '}');
}

static void add_use_members(struct buffer *out, const struct report_use *use)
{
    jot_number(out, "services", (int64_t)use->services);
    jot_bool(out, "few", use->services < REPORT_FEW);
    add_told(out, "users_total", &use->total);
    add_told(out, "users_active_month", &use->month);
    add_told(out, "users_active_halfyear", &use->halfyear);
}

static void add_use(struct buffer *out, const struct report_use *use)
{
    jot_open(out, "usage", '{');
    add_use_members(out, use);
    jot_close(out, '}');
}

static void add_use_months(struct buffer *out, const struct report *report)
{
    jot_open(out, "usage_by_month", '[');
    for (int i = 0; i < REPORT_MONTHS; i++) {
        if (!report->use_months[i].services)
            continue;
        jot_open(out, NULL, '{');
        jot_number(out, "month", i + 1);
        add_use_members(out, &report->use_months[i]);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

static void add_certificates(struct buffer *out, const struct report_certificates *certificates)
{
    jot_open(out, "certificates", '{');
    jot_number(out, "services", (int64_t)certificates->services);
    jot_bool(out, "few", certificates->services < REPORT_FEW);
    add_counted_words(out, "issuers", certificates->issuers, certificates->issuer_count);
    add_counted_words(out, "protocols", certificates->protocols, certificates->protocol_count);
    add_spread(out, "lifetimes_s", &certificates->lifetimes_s);
    add_spread(out, "renewed_in_advance_s", &certificates->advance_s);
    jot_number(out, "renewed_late", (int64_t)certificates->late);
    jot_number(out, "expired", (int64_t)certificates->expired);
    add_spread(out, "expired_s", &certificates->expired_s);
    jot_close(out, '}');
}

static void add_maintenance(struct buffer *out, const struct report_maintenance *maintenance)
{
    jot_open(out, "maintenance", '{');
    jot_number(out, "announced", (int64_t)maintenance->announced);
    jot_number(out, "cancelled", (int64_t)maintenance->cancelled);
    jot_number(out, "late", (int64_t)maintenance->late);
    jot_number(out, "in_time", (int64_t)maintenance->in_time);
    jot_number(out, "day_ahead", (int64_t)maintenance->day_ahead);
    jot_number(out, "kept", (int64_t)maintenance->kept);
    jot_close(out, '}');
}

static void add_moves(struct buffer *out, const struct report_moves *moves)
{
    jot_open(out, "movements", '{');
    jot_number(out, "hosters_joined", (int64_t)moves->hosters_joined);
    jot_number(out, "hosters_left", (int64_t)moves->hosters_left);
    jot_number(out, "services_joined", (int64_t)moves->services_joined);
    jot_number(out, "services_left", (int64_t)moves->services_left);
    jot_number(out, "moved", (int64_t)moves->moved);
    jot_close(out, '}');
}

static void add_monitor(struct buffer *out, const struct report_monitor *monitor)
{
    jot_open(out, "monitor", '{');
    jot_number(out, "total_s", monitor->total_s);
    jot_number(out, "blind_s", monitor->blind_s);
    jot_number(out, "impaired_s", monitor->impaired_s);
    jot_number(out, "blind_count", (int64_t)monitor->blind_count);
    jot_share(out, "availability", monitor->availability_e5);
    jot_close(out, '}');
}

/* Made from the tables of that year, not of this one. */
static void add_earlier(struct buffer *out, const struct report_earlier *earlier)
{
    if (!earlier->year) {
        jot_null(out, "earlier");
        return;
    }
    jot_open(out, "earlier", '{');
    jot_number(out, "year", earlier->year);
    jot_bool(out, "partial", earlier->partial);
    jot_number(out, "hosters_in_both", (int64_t)earlier->hosters);
    jot_seconds(out, "median_down_each_then_s", earlier->median_then_s);
    jot_seconds(out, "median_down_each_now_s", earlier->median_now_s);
    add_sum(out, "then", &earlier->then);
    add_sum(out, "now", &earlier->now);
    jot_number(out, "outages_then", (int64_t)earlier->explained_then.of);
    jot_number(out, "explained_then", (int64_t)earlier->explained_then.so);
    jot_number(out, "ipv6_known_then", (int64_t)earlier->ipv6_then.of);
    jot_number(out, "ipv6_published_then", (int64_t)earlier->ipv6_then.so);
    jot_close(out, '}');
}

/* ---- hosters ---- */

static void add_member(struct buffer *out, const struct report_hoster *member)
{
    jot_open(out, NULL, '{');
    jot_text(out, "hoster", member->hoster->id);
    jot_number(out, "measured_s", member->measured_s);
    jot_bool(out, "counted", member->counted);
    add_sum(out, "sum", &member->sum);
    add_durations(out, &member->durations);
    add_worst(out, member->worst_s);
    add_words(out, &member->words);
    add_answers(out, &member->answers);
    add_ipv6(out, &member->ipv6_published, &member->ipv6_working);
    add_counted_words(out, "hosting", member->hosting, member->hosting_count);
    add_use(out, &member->use);
    jot_close(out, '}');
}

/* ---- the whole ---- */

static void add_collective(struct buffer *out, const struct report *report)
{
    add_sum(out, "sum", &report->sum);
    add_spread(out, "hosters_down_s", &report->hosters_down_s);
    add_classes(out, "hosters_down_classes", report_down_bounds_s, REPORT_DOWN_BOUNDS,
                report->down_classes);
    jot_bool(out, "few", report->few);
    add_spread(out, "services_down_s", &report->services_down_s);
    add_months(out, report);
    add_days(out, report);
    add_day_months(out, report);
    add_durations(out, &report->durations);
    add_worst(out, report->worst_s);
    add_clocks(out, "hours", "hour", report->hours, REPORT_HOURS);
    add_clocks(out, "weekdays", "weekday", report->weekdays, REPORT_WEEKDAYS);
    add_kinds(out, "kinds", "kind", report->kinds, report->kind_count);
    add_kinds(out, "hosting", "hosting", report->hosting, report->hosting_count);
    add_use(out, &report->use);
    add_use_months(out, report);
    add_ipv6(out, &report->ipv6_published, &report->ipv6_working);
    add_certificates(out, &report->certificates);
    add_answers(out, &report->answers);
    add_maintenance(out, &report->maintenance);
    add_words(out, &report->words);
    add_moves(out, &report->moves);
    add_monitor(out, &report->monitor);
}

static void add_statement(struct buffer *out, const struct statement *said)
{
    jot_open(out, "text", '{');
    for (size_t i = 0; i < said->text.count; i++)
        jot_text(out, said->text.texts[i].language, said->text.texts[i].text);
    jot_close(out, '}');
    jot_text(out, "by", said->by);
}

static void add_standing(struct buffer *out, const struct report_standing *standing)
{
    jot_bool(out, "draft", standing->comments_until != 0);
    jot_time(out, "comments_until", standing->comments_until);
    jot_time(out, "final", standing->final);
    jot_open(out, "corrections", '[');
    for (size_t i = 0; i < standing->correction_count; i++) {
        jot_open(out, NULL, '{');
        jot_time(out, "as_of", standing->corrections[i].as_of);
        add_statement(out, &standing->corrections[i].said);
        jot_close(out, '}');
    }
    jot_close(out, ']');
    jot_open(out, "comments", '[');
    for (size_t i = 0; i < standing->comment_count; i++) {
        jot_open(out, NULL, '{');
        jot_text(out, "hoster", standing->comments[i].hoster);
        jot_time(out, "at", standing->comments[i].as_of);
        add_statement(out, &standing->comments[i].said);
        jot_close(out, '}');
    }
    jot_close(out, ']');
}

/* What this monitor does not keep, and so does not tell. */
static void add_unmeasured(struct buffer *out)
{
    jot_open(out, "not_measured", '[');
    jot_text(out, NULL, "dane");
    jot_close(out, ']');
}

void report_json_write(const struct report *report, struct buffer *out)
{
    jot_open(out, NULL, '{');
    jot_number(out, "year", report->year);
    jot_time(out, "from", report->from);
    jot_time(out, "to", report->to);
    jot_time(out, "year_ends", report->end);
    jot_time(out, "as_of", report->as_of);
    add_standing(out, &report->standing);
    jot_bool(out, "partial", report->partial);
    jot_text(out, "time_zone", report->facts->timezone);
    jot_number(out, "incident_after_s", report->facts->incident_after_s);
    jot_number(out, "hosters", (int64_t)report->hosters);
    jot_number(out, "hosters_counted", (int64_t)report->hosters_counted);
    jot_number(out, "services_counted", (int64_t)report->services_counted);
    add_collective(out, report);
    add_unmeasured(out);
    add_earlier(out, &report->earlier);
    jot_open(out, "members", '[');
    for (size_t i = 0; i < report->member_count; i++)
        add_member(out, &report->members[i]);
    jot_close(out, ']');
    jot_close(out, '}');
    buffer_byte(out, '\n');
}
