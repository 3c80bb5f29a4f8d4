#include "series_layout.h"

#include "macros.h"

#include <string.h>

/* Infinite for avail, since it is always told what to say; two days for certificates, which are read hourly. */
enum { FOREVER_S = 630720000, TWO_DAYS_S = 172800 };

static const char *const avail_sources[] = {"up", "down", "maint"};
static const char *const latency_sources[] = {"dns", "conn", "tls", "ttfb", "total"};
static const char *const certificate_sources[] = {"left"};

#define ARCHIVE(cf, xff, steps, rows)                                                              \
    {                                                                                              \
        "RRA:" #cf ":" #xff ":" #steps ":" #rows, rows                                             \
    }

static const struct series_archive avail_archives[] = {
    ARCHIVE(AVERAGE, 0.5, 1, 10080),
    ARCHIVE(AVERAGE, 0.5, 5, 26496),
    ARCHIVE(AVERAGE, 0.5, 60, 26400),
    ARCHIVE(AVERAGE, 0.5, 1440, 7320),
};
static const struct series_archive line_archives[] = {
    ARCHIVE(AVERAGE, 0.5, 1, 2880),
    ARCHIVE(AVERAGE, 0.5, 12, 9600),
    ARCHIVE(AVERAGE, 0.5, 288, 7320),
};
static const struct series_archive latency_archives[] = {
    ARCHIVE(AVERAGE, 0.9999, 1, 1440),  ARCHIVE(AVERAGE, 0.9999, 5, 8928),
    ARCHIVE(AVERAGE, 0.9999, 60, 9600), ARCHIVE(AVERAGE, 0.9999, 1440, 7320),
    ARCHIVE(MAX, 0.9999, 1440, 7320),
};
static const struct series_archive certificate_archives[] = {
    ARCHIVE(MIN, 0.9999, 1, 2160),
    ARCHIVE(MIN, 0.9999, 24, 7320),
};
static const struct series_archive compact_avail_archives[] = {
    ARCHIVE(AVERAGE, 0.5, 1, 2880),
    ARCHIVE(AVERAGE, 0.5, 12, 9600),
    ARCHIVE(AVERAGE, 0.5, 288, 7320),
};
static const struct series_archive compact_line_archives[] = {
    ARCHIVE(AVERAGE, 0.5, 1, 4800),
    ARCHIVE(AVERAGE, 0.5, 24, 7320),
};
/* The ledger has the percentiles of each day for ever. */
static const struct series_archive compact_latency_archives[] = {
    ARCHIVE(AVERAGE, 0.9999, 1, 576),
    ARCHIVE(AVERAGE, 0.9999, 12, 2232),
    ARCHIVE(AVERAGE, 0.9999, 288, 1830),
    ARCHIVE(MAX, 0.9999, 288, 1830),
};
static const struct series_archive compact_certificate_archives[] = {
    ARCHIVE(MIN, 0.9999, 1, 744),
    ARCHIVE(MIN, 0.9999, 24, 1830),
};

#undef ARCHIVE

#define ROW(kind, compact, step, heartbeat, minimum, sources, source_count, archives)              \
    {                                                                                              \
        kind, compact, step, heartbeat, minimum, sources, source_count, archives,                  \
            ARRAY_LEN(archives)                                                                    \
    }

static const struct series_layout layouts[] = {
    ROW(SERIES_AVAIL, false, 60, FOREVER_S, "U", avail_sources, 3, avail_archives),
    ROW(SERIES_LATENCY, false, 60, 0, "0", latency_sources, 5, latency_archives),
    ROW(SERIES_CERTIFICATE, false, 3600, TWO_DAYS_S, "U", certificate_sources, 1,
        certificate_archives),
    ROW(SERIES_LINE, false, 300, FOREVER_S, "U", avail_sources, 2, line_archives),
    /* The compact profile keeps the first two of avail and the last two of latency. */
    ROW(SERIES_AVAIL, true, 300, FOREVER_S, "U", avail_sources, 2, compact_avail_archives),
    ROW(SERIES_LATENCY, true, 300, 0, "0", latency_sources + 3, 2, compact_latency_archives),
    ROW(SERIES_CERTIFICATE, true, 3600, TWO_DAYS_S, "U", certificate_sources, 1,
        compact_certificate_archives),
    ROW(SERIES_LINE, true, 3600, FOREVER_S, "U", avail_sources, 2, compact_line_archives),
};

#undef ROW

const struct series_layout *series_layout_of(enum series_kind kind, bool compact)
{
    return &layouts[(compact ? SERIES_KIND_COUNT : 0) + (int)kind];
}

bool series_layout_has_states(const struct series_layout *layout)
{
    return layout->kind == SERIES_AVAIL || layout->kind == SERIES_LINE;
}

/* stat_head_t, ds_def_t and rra_def_t; live_head_t; pdp_prep_t and cdp_prep_t; rra_ptr_t */
enum {
    STAT_HEAD = 128,
    SOURCE_DEF = 120,
    ARCHIVE_DEF = 120,
    LIVE_HEAD = 16,
    PDP_PREP = 112,
    CDP_PREP = 80,
    PTR = 8
};

size_t series_layout_header(const struct series_layout *layout)
{
    size_t sources = layout->source_count, archives = layout->archive_count;
    return STAT_HEAD + SOURCE_DEF * sources + ARCHIVE_DEF * archives + LIVE_HEAD +
           PDP_PREP * sources + CDP_PREP * sources * archives + PTR * archives;
}

size_t series_layout_size(const struct series_layout *layout)
{
    size_t rows = 0;
    for (size_t i = 0; i < layout->archive_count; i++)
        rows += layout->archives[i].rows;
    return series_layout_header(layout) + sizeof(double) * layout->source_count * rows;
}

int64_t series_layout_heartbeat(const struct series_layout *layout, int64_t interval_ms)
{
    if (layout->heartbeat)
        return layout->heartbeat;
    int64_t interval = interval_ms / 1000 > layout->step ? interval_ms / 1000 : layout->step;
    return interval * 5 / 2;
}

static uint64_t number_at(const unsigned char *bytes, size_t offset)
{
    uint64_t number;
    memcpy(&number, bytes + offset, sizeof number);
    return number;
}

size_t series_layout_heartbeat_at(size_t source)
{
    enum { NAME_AND_TYPE = 40 };
    return STAT_HEAD + SOURCE_DEF * source + NAME_AND_TYPE;
}

int64_t series_layout_heartbeat_in(const unsigned char *header)
{
    return (int64_t)number_at(header, series_layout_heartbeat_at(0));
}

static bool has_sources(const struct series_layout *layout, const unsigned char *header)
{
    for (size_t i = 0; i < layout->source_count; i++) {
        const char *name = layout->sources[i];
        if (memcmp(header + STAT_HEAD + SOURCE_DEF * i, name, strlen(name) + 1) != 0)
            return false;
    }
    return true;
}

bool series_layout_fits(const struct series_layout *layout, const unsigned char *header,
                        int64_t *ret_last, const char **ret_why)
{
    static const char cookie[4] = "RRD", version[4] = "0003";
    static const double float_cookie = 8.642135E130;
    enum { VERSION = 4, FLOAT_COOKIE = 16, SOURCES = 24, ARCHIVES = 32, STEP = 40 };
    if (memcmp(header, cookie, sizeof cookie) != 0 ||
        memcmp(header + VERSION, version, sizeof version) != 0 ||
        memcmp(header + FLOAT_COOKIE, &float_cookie, sizeof float_cookie) != 0)
        *ret_why = "is no RRD file of this kind of machine";
    else if (number_at(header, STEP) != (uint64_t)layout->step)
        *ret_why = "has another step";
    else if (number_at(header, SOURCES) != layout->source_count ||
             number_at(header, ARCHIVES) != layout->archive_count || !has_sources(layout, header))
        *ret_why = "has other sources or archives";
    else
        *ret_why = NULL;
    if (*ret_why)
        return false;
    size_t live =
        STAT_HEAD + SOURCE_DEF * layout->source_count + ARCHIVE_DEF * layout->archive_count;
    *ret_last = (int64_t)number_at(header, live);
    return true;
}
