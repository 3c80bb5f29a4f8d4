#include "daybook.h"

#include "histogram.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* A year of a service is some 200 KB, and most hosters have no more services. */
enum { SERVICES = 12, FIRST = 32 * 1024, FIRST_DAYS = 400 };
static const int64_t year_s =
    INT64_C(366) * 86400; /* who asks for less first must not make others ask again */

struct day {
    int64_t at;
    uint64_t count;
    size_t begin, used; /* of its list, in the year's */
};

struct year {
    char *key;    /* NULL = none */
    int64_t from; /* its days are known from here to the end */
    struct day *days;
    size_t day_count, day_capacity;
    uint16_t *buckets; /* of all days, one after the other */
    uint32_t *counts;
    size_t used, capacity;
};

struct daybook {
    struct ledger *ledger;
    struct year years[SERVICES];
    size_t next; /* the oldest, whose place the next one takes */
};

static void close_year(struct year *year)
{
    free(year->key);
    free(year->days);
    free(year->buckets);
    free(year->counts);
    *year = (struct year){.key = NULL};
}

struct daybook *daybook_new(struct ledger *ledger)
{
    struct daybook *daybook = mem_zalloc(sizeof *daybook);
    daybook->ledger = ledger;
    return daybook;
}

void daybook_free(struct daybook *daybook)
{
    if (!daybook)
        return;
    daybook_forget(daybook, NULL);
    free(daybook);
}

static struct year *find(struct daybook *daybook, const char *key)
{
    for (size_t i = 0; i < SERVICES; i++)
        if (daybook->years[i].key && strcmp(daybook->years[i].key, key) == 0)
            return &daybook->years[i];
    return NULL;
}

void daybook_forget(struct daybook *daybook, const char *key)
{
    for (size_t i = 0; i < SERVICES; i++) {
        struct year *year = &daybook->years[i];
        if (!key || (year->key && strcmp(year->key, key) == 0))
            close_year(year);
    }
}

/* ---- reading ---- */

/* Where the next day's list is laid. */
static struct histogram_room make_room(struct year *year)
{
    size_t capacity = year->capacity, needed = year->used + HISTOGRAM_BUCKETS;
    if (needed > capacity) {
        void *buckets = year->buckets, *counts = year->counts;
        needed = capacity ? needed : FIRST;
        mem_grow(&buckets, &capacity, needed, sizeof *year->buckets);
        mem_grow(&counts, &year->capacity, needed, sizeof *year->counts);
        year->buckets = buckets;
        year->counts = counts;
    }
    return (struct histogram_room){year->buckets + year->used, year->counts + year->used};
}

static void add_day(void *owner, int64_t at, const void *bytes, size_t length)
{
    struct year *year = owner;
    struct histogram_list list;
    if (!histogram_list(bytes, length, make_room(year), &list))
        return;
    void *days = year->days;
    mem_grow(&days, &year->day_capacity, days ? year->day_count + 1 : FIRST_DAYS,
             sizeof *year->days);
    year->days = days;
    year->days[year->day_count++] = (struct day){at, list.count, year->used, list.used};
    year->used += list.used;
}

/* A year is kept for as long as its hoster's files are made. */
static void trim(struct year *year)
{
    if (year->capacity == 0)
        return;
    year->capacity = year->used ? year->used : 1;
    year->buckets = mem_resize(year->buckets, year->capacity * sizeof *year->buckets);
    year->counts = mem_resize(year->counts, year->capacity * sizeof *year->counts);
}

static int read_year(struct daybook *daybook, struct year *year, const char *key, int64_t from,
                     struct fault *fault)
{
    close_year(year);
    if (ledger_each_latency(daybook->ledger, key, from, INT64_MAX, add_day, year, fault)) {
        close_year(year);
        return -1;
    }
    trim(year);
    year->key = mem_text(key);
    year->from = from;
    return 0;
}

/* The year up to `to`, if that is what is asked for. */
static int open_year(struct daybook *daybook, const char *key, int64_t from, int64_t to,
                     struct year **ret, struct fault *fault)
{
    struct year *year = find(daybook, key);
    *ret = year;
    if (year && (from >= year->from || to - year_s >= year->from))
        return 0;
    if (!year) {
        year = &daybook->years[daybook->next];
        daybook->next = (daybook->next + 1) % SERVICES;
    }
    *ret = year;
    return read_year(daybook, year, key, to - year_s, fault);
}

/* ---- telling ---- */

struct listener {
    history_answers_fn *each;
    void *owner;
};

/* What is older than a year is asked for once a publication, and not kept. */
static void tell_row(void *owner, int64_t at, const void *bytes, size_t length)
{
    const struct listener *listener = owner;
    uint16_t buckets[HISTOGRAM_BUCKETS];
    uint32_t counts[HISTOGRAM_BUCKETS];
    struct histogram_list list;
    if (histogram_list(bytes, length, (struct histogram_room){buckets, counts}, &list))
        listener->each(listener->owner, at, &list);
}

static void tell(const struct year *year, int64_t from, int64_t to, struct listener *listener)
{
    for (size_t i = 0; i < year->day_count; i++) {
        const struct day *day = &year->days[i];
        const struct histogram_list list = {day->used, day->count, year->buckets + day->begin,
                                            year->counts + day->begin};
        if (day->at >= from && day->at < to)
            listener->each(listener->owner, day->at, &list);
    }
}

int daybook_each(struct daybook *daybook, const char *key, int64_t from, int64_t to,
                 history_answers_fn *each, void *owner, struct fault *fault)
{
    struct listener listener = {each, owner};
    struct year *year;
    if (open_year(daybook, key, from, to, &year, fault))
        return -1;
    int64_t kept = year->from < to ? year->from : to;
    if (from < kept &&
        ledger_each_latency(daybook->ledger, key, from, kept, tell_row, &listener, fault))
        return -1;
    tell(year, from, to, &listener);
    return 0;
}
