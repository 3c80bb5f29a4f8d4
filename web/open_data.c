#include "open_data.h"

#include "calendar.h"
#include "open_table.h"

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

static int64_t next_begin(int64_t time, enum open_grain grain)
{
    return grain == OPEN_DAILY ? calendar_day_after(time, 1) : civil_begin(time, grain, 1);
}

/* ---- the record ---- */

/* What can be counted of a service in [from, to), and where in it the periods have come to. */
struct reading {
    const struct page *page;
    const struct span *spans;
    size_t count, first;
    const struct stretch *maintenance;
    size_t maintenance_count, first_maintenance;
};

/* An outage is one, though it may be told in pieces. */
static bool is_same_stretch(const struct span *span, const struct span *next)
{
    return span->state == next->state && span->to == next->from;
}

static bool tells_end(const struct span *span, const struct span *next, int64_t to)
{
    return next->from >= to && !is_same_stretch(span, next);
}

/* How an outage at the end of the period went on is told by what comes after. */
static void choose_spans(struct reading *reading, struct availability_question *question)
{
    const struct span *spans = reading->spans;
    while (reading->first < reading->count && spans[reading->first].to <= question->from)
        reading->first++;
    size_t begin = reading->first, end = reading->first;
    while (begin > 0 && begin < reading->count && is_same_stretch(&spans[begin - 1], &spans[begin]))
        begin--;
    while (end < reading->count &&
           !(end > begin && tells_end(&spans[end - 1], &spans[end], question->to)))
        end++;
    question->spans = spans + begin;
    question->count = (end < reading->count ? end + 1 : end) - begin;
}

static void choose_maintenance(struct reading *reading, struct availability_question *question)
{
    const struct stretch *maintenance = reading->maintenance;
    while (reading->first_maintenance < reading->maintenance_count &&
           maintenance[reading->first_maintenance].to <= question->from)
        reading->first_maintenance++;
    size_t end = reading->first_maintenance;
    while (end < reading->maintenance_count && maintenance[end].from < question->to)
        end++;
    question->maintenance = maintenance + reading->first_maintenance;
    question->maintenance_count = end - reading->first_maintenance;
}

/* Periods come in order. */
static struct availability measure(struct reading *reading, int64_t from, int64_t to,
                                   struct arena *arena)
{
    struct availability figures;
    struct availability_question question = {
        .from = from,
        .to = to,
        .incident_after_s = reading->page->incident_after_ms / 1000,
    };
    choose_spans(reading, &question);
    choose_maintenance(reading, &question);
    availability_of(&question, arena, &figures);
    return figures;
}

static struct reading read_record(const struct page *page, const struct service *service,
                                  int64_t from, int64_t to, struct arena *arena)
{
    const struct history *history = page->history;
    struct reading reading = {.page = page};
    reading.count =
        history->known(history->owner, service->key, from, page->now, arena, &reading.spans);
    reading.maintenance_count =
        history->counted(history->owner, service->key, from, to, arena, &reading.maintenance);
    return reading;
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
    int64_t from = first_day(begin, today, grain);
    struct reading reading = read_record(page, service, from, today, &arena);
    for (int64_t next; from < today; from = next) {
        next = next_begin(from, grain);
        if (next > today)
            next = today;
        open_table_row(&(struct open_row){service, from, measure(&reading, from, next, &arena)},
                       grain, out);
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
