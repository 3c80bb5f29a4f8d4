#include "open_data.h"

#include "calendar.h"
#include "open_table.h"
#include "reading.h"

/* First second of the civil month or year that holds `time`, or of one that much later. */
static int64_t civil_begin(int64_t time, enum open_grain grain, int later)
{
    struct calendar_time at = calendar_at(time);
    int64_t begin;
    int months = grain == OPEN_YEARLY ? 12 * later : at.month - 1 + later;
    struct calendar_time first = {
        .year = at.year + months / 12, .month = months % 12 + 1, .day = 1};
    calendar_instant(&first, &begin);
    return begin;
}

static int64_t next_begin(int64_t time, enum open_grain grain, struct calendar_walk *walk)
{
    return grain == OPEN_DAILY ? calendar_walk(walk, time) : civil_begin(time, grain, 1);
}

/* ---- rows ---- */

/* The day on which its record begins, no matter at what hour; of days, at most a year back. */
static int64_t first_day(int64_t begin, int64_t today, enum open_grain grain)
{
    int64_t first = calendar_day(begin), oldest = calendar_day_after(today, -OPEN_DATA_DAYS);
    return grain == OPEN_DAILY && first < oldest ? oldest : first;
}

static void write_service(const struct page *page, const struct service *service,
                          enum open_grain grain, struct buffer *out)
{
    const struct history *history = page->history;
    int64_t begin = history->begin(history->owner, service->key);
    int64_t today = calendar_day(page->now);
    if (begin == 0 || begin >= today)
        return;
    struct arena arena = {0};
    struct calendar_walk walk = {0};
    struct open_rows rows = {.grain = grain};
    int64_t from = first_day(begin, today, grain);
    struct reading reading = reading_open(page, service, from, today, &arena);
    for (int64_t next; from < today; from = next) {
        next = next_begin(from, grain, &walk);
        if (next > today)
            next = today;
        open_rows_add(
            &rows, &(struct open_row){service, from, reading_measure(&reading, from, next, &arena)},
            out);
    }
    arena_free(&arena);
}

static void write_table(const struct page *page, const struct hoster *hoster, enum open_grain grain,
                        struct buffer *out)
{
    open_table_head(grain, out);
    for (size_t i = 0; i < hoster->service_count; i++)
        write_service(page, &hoster->services[i], grain, out);
}

void open_data_daily(const struct page *page, struct output_subject subject, struct buffer *out)
{
    write_table(page, subject.hoster, OPEN_DAILY, out);
}

void open_data_monthly(const struct page *page, struct output_subject subject, struct buffer *out)
{
    write_table(page, subject.hoster, OPEN_MONTHLY, out);
}

void open_data_yearly(const struct page *page, struct output_subject subject, struct buffer *out)
{
    write_table(page, subject.hoster, OPEN_YEARLY, out);
}
