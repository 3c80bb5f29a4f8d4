#include "daybook.h"

#include "buffer.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* A year of a service is some 40 KB, and most hosters have no more services. */
enum { SERVICES = 12, BYTES_MAX = 4 * 1024 * 1024 };
static const int64_t year_s =
    INT64_C(366) * 86400; /* who asks for less first must not make others ask again */

struct day {
    int64_t at;
    size_t begin, length; /* in the bytes */
};

struct year {
    char *key;    /* NULL = none */
    int64_t from; /* its days are known from here to the end */
    struct day *days;
    size_t count, capacity;
    struct buffer bytes;
};

struct daybook {
    struct ledger *ledger;
    struct year years[SERVICES];
    size_t next; /* the oldest, whose place the next one takes */
};

static void close_year(struct year *year)
{
    free(year->key);
    year->key = NULL;
    year->count = 0;
    buffer_clear(&year->bytes);
}

struct daybook *daybook_new(struct ledger *ledger)
{
    struct daybook *daybook = mem_zalloc(sizeof *daybook);
    daybook->ledger = ledger;
    for (size_t i = 0; i < SERVICES; i++)
        buffer_init(&daybook->years[i].bytes, BYTES_MAX);
    return daybook;
}

void daybook_free(struct daybook *daybook)
{
    if (!daybook)
        return;
    for (size_t i = 0; i < SERVICES; i++) {
        close_year(&daybook->years[i]);
        buffer_fini(&daybook->years[i].bytes);
        free(daybook->years[i].days);
    }
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

static void add_day(void *owner, int64_t at, const void *bytes, size_t length)
{
    struct year *year = owner;
    void *days = year->days;
    mem_grow(&days, &year->capacity, year->count + 1, sizeof *year->days);
    year->days = days;
    year->days[year->count++] = (struct day){at, year->bytes.length, length};
    buffer_add(&year->bytes, bytes, length);
}

static int read_year(struct daybook *daybook, struct year *year, const char *key, int64_t from,
                     struct fault *fault)
{
    close_year(year);
    if (ledger_each_latency(daybook->ledger, key, from, INT64_MAX, add_day, year, fault))
        return -1;
    if (year->bytes.overflow)
        return 0;
    year->key = mem_text(key);
    year->from = from;
    return 0;
}

static void tell(const struct year *year, int64_t from, int64_t to, ledger_latency_fn *each,
                 void *owner)
{
    for (size_t i = 0; i < year->count; i++) {
        const struct day *day = &year->days[i];
        if (day->at >= from && day->at < to)
            each(owner, day->at, buffer_text(&year->bytes) + day->begin, day->length);
    }
}

int daybook_each(struct daybook *daybook, const char *key, int64_t from, int64_t to,
                 ledger_latency_fn *each, void *owner, struct fault *fault)
{
    struct year *year = find(daybook, key);
    if (!year || from < year->from) {
        if (!year) {
            year = &daybook->years[daybook->next];
            daybook->next = (daybook->next + 1) % SERVICES;
        }
        int64_t since = to < from + year_s ? to - year_s : from;
        if (read_year(daybook, year, key, since, fault)) {
            close_year(year);
            return -1;
        }
    }
    if (!year->key) /* more than there is room for */
        return ledger_each_latency(daybook->ledger, key, from, to, each, owner, fault);
    tell(year, from, to, each, owner);
    return 0;
}
