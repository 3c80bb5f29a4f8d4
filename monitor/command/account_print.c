#include "account_print.h"

#include "json.h"
#include "stamp.h"
#include "text.h"

#include <math.h>

/* Below, the 99th percentile is one of the slowest few. */
enum { P99_NEEDS = 1000, PRINT_SIZE = 32 };

static void add_number(struct buffer *out, const char *key, int64_t value)
{
    buffer_printf(out, ",\"%s\":%lld", key, (long long)value);
}

/* -1 = nothing to tell. */
static void add_seconds(struct buffer *out, const char *key, int64_t seconds)
{
    if (seconds < 0)
        buffer_printf(out, ",\"%s\":null", key);
    else
        add_number(out, key, seconds);
}

static void add_share(struct buffer *out, const char *key, int64_t e5)
{
    if (e5 < 0)
        buffer_printf(out, ",\"%s\":null", key);
    else
        buffer_printf(out, ",\"%s\":%lld.%05lld", key, (long long)(e5 / 100000),
                      (long long)(e5 % 100000));
}

static void add_period(struct buffer *out, const char *key, int64_t at)
{
    char text[STAMP_SIZE];
    buffer_printf(out, ",\"%s\":\"%s\"", key, stamp_seconds(at, text));
}

static void add_percentile(struct buffer *out, const char *key, const struct histogram *histogram,
                           double share, bool told)
{
    double ms = told ? histogram_percentile(histogram, share) : NAN;
    if (isfinite(ms))
        buffer_printf(out, ",\"%s\":%.1f", key, ms);
    else
        buffer_printf(out, ",\"%s\":null", key);
}

static void add_latency(struct buffer *out, const struct histogram *histogram)
{
    uint64_t count = histogram_count(histogram);
    buffer_printf(out, ",\"latency_ms\":{\"n\":%llu", (unsigned long long)count);
    add_percentile(out, "p50", histogram, 0.50, true);
    add_percentile(out, "p95", histogram, 0.95, true);
    add_percentile(out, "p99", histogram, 0.99, count >= P99_NEEDS);
    buffer_text_add(out, "}");
}

static void add_worst(struct buffer *out, const struct availability *availability)
{
    const char *separator = "";
    buffer_text_add(out, ",\"worst_windows\":[");
    for (int i = 0; i < AVAILABILITY_WINDOWS; i++) {
        if (availability->worst_s[i] < 0)
            continue;
        buffer_printf(out, "%s{\"window_s\":%lld,\"down_s\":%lld}", separator,
                      (long long)availability_windows_s[i], (long long)availability->worst_s[i]);
        separator = ",";
    }
    buffer_text_add(out, "]");
}

void account_print_json(const char *kind, const char *name, const struct account *account,
                        struct buffer *out)
{
    const struct availability *availability = &account->availability;
    buffer_printf(out, "{\"%s\":", kind);
    json_add_text(out, name);
    add_period(out, "from", availability->from);
    add_period(out, "to", availability->to);
    add_number(out, "up_s", tally_good(&availability->tally));
    add_number(out, "degraded_s", availability->tally.degraded);
    add_number(out, "down_s", availability->tally.down);
    add_number(out, "unknown_s", availability->tally.unknown);
    add_number(out, "maintenance_s", availability->maintenance_s);
    add_share(out, "availability", availability_e5(availability));
    add_share(out, "availability_low", availability_low_e5(availability));
    add_share(out, "availability_high", availability_high_e5(availability));
    add_share(out, "availability_excluding_maintenance",
              availability_without_maintenance_e5(availability));
    add_share(out, "coverage", availability_coverage_e5(availability));
    add_number(out, "outages", (int64_t)availability->outages);
    add_number(out, "incidents", (int64_t)availability->incidents);
    add_number(out, "longest_outage_s", availability->longest_s);
    add_seconds(out, "mttr_s", availability_mean_s(availability));
    add_seconds(out, "median_outage_s", availability_median_s(availability));
    add_worst(out, availability);
    add_latency(out, &account->latency);
    buffer_text_add(out, "}");
}

void account_print_head(int width, FILE *out)
{
    fprintf(out, "%-*s  %-12s  %-20s  %-10s  %11s  %11s  %8s\n", width, "SERVICE", "AVAILABILITY",
            "BETWEEN", "MEASURED", "DOWN", "LONGEST", "OUTAGES");
}

static void percent(int64_t e5, char text[static PRINT_SIZE])
{
    if (e5 < 0)
        text_format(text, PRINT_SIZE, "-");
    else
        text_format(text, PRINT_SIZE, "%lld.%03lld %%", (long long)(e5 / 1000),
                    (long long)(e5 % 1000));
}

static void duration(int64_t seconds, char text[static PRINT_SIZE])
{
    if (seconds < 3600)
        text_format(text, PRINT_SIZE, "%lld:%02lld", (long long)(seconds / 60),
                    (long long)(seconds % 60));
    else
        text_format(text, PRINT_SIZE, "%lld:%02lld:%02lld", (long long)(seconds / 3600),
                    (long long)(seconds / 60 % 60), (long long)(seconds % 60));
}

void account_print_row(int width, const char *name, const struct account *account, FILE *out)
{
    const struct availability *availability = &account->availability;
    char share[PRINT_SIZE], low[PRINT_SIZE], high[PRINT_SIZE], coverage[PRINT_SIZE],
        down[PRINT_SIZE], longest[PRINT_SIZE], bounds[2 * PRINT_SIZE + 2];
    percent(availability_e5(availability), share);
    percent(availability_low_e5(availability), low);
    percent(availability_high_e5(availability), high);
    percent(availability_coverage_e5(availability), coverage);
    duration(availability->tally.down, down);
    duration(availability->longest_s, longest);
    text_format(bounds, sizeof bounds, "%s..%s", low, high);
    fprintf(out, "%-*s  %-12s  %-20s  %-10s  %11s  %11s  %8zu\n", width, name, share, bounds,
            coverage, down, longest, availability->outages);
}
