#include "block.h"

#include "account_store.h"
#include "chart.h"
#include "macros.h"

#include <math.h>

static void fact(struct sheet *sheet, const char *label, const char *text)
{
    block_fact(sheet, sheet_text(sheet, label, NULL), text);
}

static struct word_value percent(struct sheet *sheet, const char *name, int64_t e5)
{
    return word_plain(name, format_percent(&sheet->format, e5, 2));
}

static void write_bounds(struct sheet *sheet, const struct availability *availability)
{
    int64_t low = availability_low_e5(availability), high = availability_high_e5(availability);
    if (low < 0 || high < 0)
        return;
    fact(sheet, N_("Bounds"),
         sheet_text(sheet,
                    N_("available between {low} and {high} of the time, whatever happened while we "
                       "did not look"),
                    VALUES(percent(sheet, "low", low), percent(sheet, "high", high))));
}

static void write_without_maintenance(struct sheet *sheet, const struct availability *availability)
{
    int64_t e5 = availability_without_maintenance_e5(availability);
    if (!availability->maintenance_s || e5 < 0)
        return;
    fact(sheet, N_("Without maintenance"),
         sheet_text(sheet,
                    N_("available {percent} of the time measured, {duration} announced left out"),
                    VALUES(percent(sheet, "percent", e5),
                           sheet_duration(sheet, "duration", availability->maintenance_s))));
}

static void write_outages(struct sheet *sheet, const struct availability *availability)
{
    int64_t mean = availability_mean_s(availability);
    int64_t least = sheet->page->incident_after_ms / 1000;
    if (availability->outages && least > 0)
        fact(sheet, N_("Incidents"),
             sheet_text_plural(sheet, "{n} interruption of {duration} or more",
                               "{n} interruptions of {duration} or more",
                               (int64_t)availability->incidents,
                               VALUES(sheet_duration(sheet, "duration", least))));
    if (mean >= 0)
        fact(sheet, N_("Recovery"),
             sheet_text(sheet, N_("after {mean} on average (MTTR)"),
                        VALUES(sheet_duration(sheet, "mean", mean))));
}

static void write_disrupted(struct sheet *sheet, const struct availability *availability)
{
    if (availability->tally.degraded)
        fact(sheet, N_("Disrupted"),
             sheet_text(sheet, N_("{duration}, counted as available"),
                        VALUES(sheet_duration(sheet, "duration", availability->tally.degraded))));
}

/* The year's own worst window is the year. */
static void write_worst(struct sheet *sheet, const struct availability *availability)
{
    static const char *const labels[] = {N_("Worst hour"), N_("Worst day"), N_("Worst seven days"),
                                         N_("Worst thirty days")};
    for (size_t i = 0; i < ARRAY_LEN(labels) && i < AVAILABILITY_WINDOWS; i++)
        if (availability->worst_s[i] > 0)
            fact(sheet, labels[i],
                 sheet_text(sheet, N_("{duration} unavailable"),
                            VALUES(sheet_duration(sheet, "duration", availability->worst_s[i]))));
}

static struct word_value share(struct sheet *sheet, const char *name,
                               const struct histogram *latency, double part)
{
    return word_plain(name, format_latency(&sheet->format, histogram_percentile(latency, part)));
}

static void write_latency(struct sheet *sheet, const struct histogram *latency)
{
    if (histogram_count(latency))
        fact(sheet, N_("Response time"),
             sheet_text(sheet,
                        N_("half of the answers within {p50}, 95% within {p95}, 99% within {p99}"),
                        VALUES(share(sheet, "p50", latency, .5), share(sheet, "p95", latency, .95),
                               share(sheet, "p99", latency, .99))));
}

static bool account_since(struct sheet *sheet, const struct past *past, int64_t from,
                          struct account *ret)
{
    if (past->begin > from)
        from = past->begin;
    return from < past->until &&
           account_store_get(sheet->page, past->service, from, past->until, &sheet->arena, ret);
}

/* False when one of them cannot be told: a sum without it would be of something else. */
static bool sum_since(struct sheet *sheet, const struct past *pasts, size_t count, int64_t from,
                      struct account *ret)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct account part;
        if (pasts[i].begin == 0)
            continue;
        if (!account_since(sheet, &pasts[i], from, &part))
            return false;
        if (used++ == 0) {
            *ret = part;
            continue;
        }
        availability_add(&ret->availability, &part.availability, &sheet->arena);
        histogram_merge(&ret->latency, &part.latency);
    }
    return used > 0;
}

void block_account(struct sheet *sheet, const struct past *pasts, size_t count, int64_t from)
{
    struct account account;
    if (!sum_since(sheet, pasts, count, from, &account))
        return;
    html_raw(sheet->out, "<details><summary>");
    sheet_say(sheet, N_("Bounds and other figures"), NULL);
    html_raw(sheet->out, "</summary>\n<dl class=\"kv facts\">\n");
    write_bounds(sheet, &account.availability);
    write_without_maintenance(sheet, &account.availability);
    write_disrupted(sheet, &account.availability);
    write_outages(sheet, &account.availability);
    if (count == 1)
        write_worst(sheet, &account.availability);
    write_latency(sheet, &account.latency);
    html_raw(sheet->out, "</dl>\n");
    chart_spread(sheet, &account.latency);
    html_raw(sheet->out, "</details>\n");
}
