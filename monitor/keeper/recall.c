#include "recall.h"

#include "blip_list.h"
#include "calendar.h"
#include "daybook.h"
#include "hash.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* Spans without room for the longest evidence: of a year and a thousand services these are 4 MB instead of 15. */
struct brief {
    int64_t from, to, before;
    enum outcome state;
    enum reason reason;
    char *detail; /* NULL = "" */
};

/* All answers of some days. Packed: a few hundred bytes instead of 2 kB. */
struct sum {
    int64_t from, to;
    void *bytes; /* NULL = not known */
    size_t length;
};

/* Pages want a year, the interfaces ninety days. */
enum { SUMS = 2 };

struct recollection {
    char *key;
    bool has_spans, has_days;
    int64_t begin;       /* -1 = not asked yet */
    int64_t frontier;    /* -1 = not asked yet */
    int64_t spans_from;  /* they are known from here to the end */
    struct brief *spans; /* the last one has no end: that is the frontier's matter */
    size_t span_count;
    int64_t days_from, days_to;
    struct latency_day *days;
    size_t day_count, day_capacity;
    struct sum sums[SUMS]; /* that were asked for last, the newest first */
};

struct recall {
    struct ledger *ledger;
    struct daybook *daybook;
    struct blip_list *blips;
    struct recollection *
        *slots; /* by the hash of their key; a power of two; at most half are in use */
    size_t slot_count, used;
};

/* ---- the table ---- */

static size_t place_of(const struct recall *recall, const char *key)
{
    size_t mask = recall->slot_count - 1, place = (size_t)hash_text(key) & mask;
    while (recall->slots[place] && strcmp(recall->slots[place]->key, key) != 0)
        place = (place + 1) & mask;
    return place;
}

static void grow(struct recall *recall)
{
    struct recollection **old = recall->slots;
    size_t count = recall->slot_count;
    recall->slot_count = count ? count * 2 : 64;
    recall->slots = mem_array(recall->slot_count, sizeof(struct recollection *));
    for (size_t i = 0; i < count; i++)
        if (old[i])
            recall->slots[place_of(recall, old[i]->key)] = old[i];
    free(old);
}

static struct recollection *known(const struct recall *recall, const char *key)
{
    return recall->slot_count ? recall->slots[place_of(recall, key)] : NULL;
}

static struct recollection *of(struct recall *recall, const char *key)
{
    struct recollection *found = known(recall, key);
    if (found)
        return found;
    if (recall->used * 2 >= recall->slot_count)
        grow(recall);
    recall->used++;
    found = mem_zalloc(sizeof *found);
    found->key = mem_text(key);
    found->begin = found->frontier = -1;
    recall->slots[place_of(recall, key)] = found;
    return found;
}

/* ---- forgetting ---- */

static void forget_spans(struct recollection *of)
{
    for (size_t i = 0; i < of->span_count; i++)
        free(of->spans[i].detail);
    free(of->spans);
    of->spans = NULL;
    of->span_count = 0;
    of->has_spans = false;
    of->begin = -1;
}

static void forget_latency(struct recollection *of)
{
    of->has_days = false;
    for (size_t i = 0; i < SUMS; i++) {
        free(of->sums[i].bytes);
        of->sums[i] = (struct sum){0};
    }
}

static void forget_all(struct recall *recall)
{
    for (size_t i = 0; i < recall->slot_count; i++) {
        if (!recall->slots[i])
            continue;
        forget_spans(recall->slots[i]);
        forget_latency(recall->slots[i]);
        recall->slots[i]->frontier = -1;
    }
}

static void on_write(void *owner, enum ledger_write write, const char *subject, int64_t number)
{
    struct recall *recall = owner;
    struct recollection *found = subject ? known(recall, subject) : NULL;
    if (write == LEDGER_ROLLED_BACK)
        forget_all(recall);
    if (write == LEDGER_ROLLED_BACK || write == LEDGER_LATENCY)
        daybook_forget(recall->daybook, subject);
    if (write == LEDGER_ROLLED_BACK || write == LEDGER_BLIP)
        blip_list_forget(recall->blips);
    if (!found)
        return;
    if (write == LEDGER_STATE)
        forget_spans(found);
    else if (write == LEDGER_FRONTIER)
        found->frontier = number;
    else if (write == LEDGER_LATENCY)
        forget_latency(found);
}

struct recall *recall_new(struct ledger *ledger)
{
    struct recall *recall = mem_zalloc(sizeof *recall);
    recall->ledger = ledger;
    recall->daybook = daybook_new(ledger);
    recall->blips = blip_list_new(ledger);
    ledger_watch(ledger, on_write, recall);
    return recall;
}

void recall_rest(struct recall *recall)
{
    daybook_forget(recall->daybook, NULL);
}

void recall_free(struct recall *recall)
{
    if (!recall)
        return;
    ledger_watch(recall->ledger, NULL, NULL);
    daybook_free(recall->daybook);
    blip_list_free(recall->blips);
    for (size_t i = 0; i < recall->slot_count; i++) {
        struct recollection *one = recall->slots[i];
        if (!one)
            continue;
        forget_spans(one);
        forget_latency(one);
        free(one->days);
        free(one->key);
        free(one);
    }
    free(recall->slots);
    free(recall);
}

/* ---- spans ---- */

static void keep_spans(struct recollection *of, const struct span *spans, size_t count)
{
    of->spans = mem_array(count + 1, sizeof *of->spans);
    of->span_count = count;
    for (size_t i = 0; i < count; i++)
        of->spans[i] = (struct brief){spans[i].from,  spans[i].to,     spans[i].before,
                                      spans[i].state, spans[i].reason, NULL};
    for (size_t i = 0; i < count; i++)
        if (spans[i].detail)
            of->spans[i].detail = mem_text(spans[i].detail);
    of->has_spans = true;
}

static int read_spans(struct recall *recall, struct recollection *of, int64_t from,
                      struct fault *fault)
{
    struct arena arena = {0};
    const struct span *spans;
    size_t count;
    forget_spans(of);
    int rc =
        ledger_spans_until(recall->ledger, of->key, INT64_MAX, from, &arena, &spans, &count, fault);
    if (rc == 0) {
        keep_spans(of, spans, count);
        of->spans_from = from;
    }
    arena_free(&arena);
    return rc;
}

static int read_frontier(struct recall *recall, struct recollection *of, struct fault *fault)
{
    return of->frontier >= 0 ? 0
                             : ledger_get_frontier(recall->ledger, of->key, &of->frontier, fault);
}

static void copy_span(const struct brief *brief, int64_t frontier, struct arena *arena,
                      struct span *ret)
{
    ret->from = brief->from;
    ret->to = brief->to < frontier ? brief->to : frontier;
    ret->before = brief->before;
    ret->state = brief->state;
    ret->reason = brief->reason;
    ret->detail = arena_text(arena, brief->detail);
}

/* The first that ends after `from`. */
static size_t first_after(const struct recollection *of, int64_t from)
{
    size_t low = 0, high = of->span_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (of->spans[middle].to > from)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static size_t copy_spans(const struct recollection *of, int64_t from, int64_t to,
                         struct arena *arena, struct span **ret)
{
    int64_t end = to < of->frontier ? to : of->frontier;
    size_t first = first_after(of, from), last = first;
    while (last < of->span_count && of->spans[last].from < end)
        last++;
    if (from >= end)
        last = first;
    struct span *spans = arena_array(arena, last - first + 1, sizeof *spans);
    for (size_t i = first; i < last; i++)
        copy_span(&of->spans[i], of->frontier, arena, &spans[i - first]);
    *ret = spans;
    return last - first;
}

int64_t recall_begin(struct recall *recall, const char *key)
{
    struct fault fault;
    struct recollection *found = of(recall, key);
    if (found->begin >= 0)
        return found->begin;
    int64_t begin = ledger_record_begin(recall->ledger, key);
    if (ledger_unanswered(recall->ledger, &fault) == 0)
        found->begin = begin;
    return begin;
}

int recall_spans(struct recall *recall, const char *key, int64_t from, int64_t to,
                 struct arena *arena, struct span **ret, size_t *ret_count, struct fault *fault)
{
    enum {
        YEAR_S = 366 * 86400
    }; /* what most pages ask for: a shorter question first must not be asked twice */
    struct recollection *found = of(recall, key);
    *ret_count = 0;
    if (read_frontier(recall, found, fault))
        return -1;
    if (!found->has_spans || from < found->spans_from) {
        int64_t year = found->frontier - YEAR_S;
        if (read_spans(recall, found, from < year ? from : year, fault))
            return -1;
        if (recall_begin(recall, key) >= found->spans_from)
            found->spans_from = INT64_MIN; /* there is nothing before */
    }
    *ret_count = copy_spans(found, from, to, arena, ret);
    return 0;
}

/* ---- latencies ---- */

struct latency_day recall_day_of(int64_t from, const struct histogram *histogram)
{
    return (struct latency_day){from, (int64_t)histogram_count(histogram),
                                histogram_percentile(histogram, 0.5),
                                histogram_percentile(histogram, 0.95)};
}

static void add_day(void *owner, int64_t day, const struct histogram_list *answers)
{
    struct recollection *of = owner;
    if (!answers->count)
        return;
    void *days = of->days;
    mem_grow(&days, &of->day_capacity, of->day_count + 1, sizeof *of->days);
    of->days = days;
    of->days[of->day_count++] =
        (struct latency_day){day, (int64_t)answers->count, histogram_list_percentile(answers, 0.5),
                             histogram_list_percentile(answers, 0.95)};
}

int recall_days(struct recall *recall, const char *key, int64_t from, int64_t to,
                struct arena *arena, const struct latency_day **ret, size_t *ret_count,
                struct fault *fault)
{
    struct recollection *found = of(recall, key);
    *ret_count = 0;
    if (!found->has_days || found->days_from != from || found->days_to != to) {
        found->day_count = 0;
        found->has_days = false;
        if (daybook_each(recall->daybook, key, from, to, add_day, found, fault))
            return -1;
        found->has_days = true;
        found->days_from = from;
        found->days_to = to;
    }
    struct latency_day *days = arena_array(arena, found->day_count, sizeof *days);
    if (found->day_count)
        memcpy(days, found->days, found->day_count * sizeof *days);
    *ret = days;
    *ret_count = found->day_count;
    return 0;
}

static void add_to_sum(void *owner, int64_t day, const struct histogram_list *answers)
{
    (void)day;
    histogram_list_merge(owner, answers);
}

static const struct sum *find_sum(const struct recollection *of, int64_t from, int64_t to)
{
    for (size_t i = 0; i < SUMS; i++)
        if (of->sums[i].bytes && of->sums[i].from == from && of->sums[i].to == to)
            return &of->sums[i];
    return NULL;
}

static void keep_sum(struct recollection *of, int64_t from, int64_t to, const struct histogram *sum)
{
    struct buffer packed;
    buffer_init(&packed, HISTOGRAM_PACKED_MAX);
    histogram_pack(sum, &packed);
    free(of->sums[SUMS - 1].bytes);
    memmove(&of->sums[1], &of->sums[0], (SUMS - 1) * sizeof *of->sums);
    of->sums[0] = (struct sum){from, to, mem_alloc(packed.length), packed.length};
    if (packed.length)
        memcpy(of->sums[0].bytes, buffer_text(&packed), packed.length);
    buffer_fini(&packed);
}

int recall_sum(struct recall *recall, const char *key, int64_t from, int64_t to,
               struct histogram *ret, struct fault *fault)
{
    struct recollection *found = of(recall, key);
    if (to > from)
        to = calendar_day(to - 1) + 1; /* the same days, at whatever hour of the last one */
    const struct sum *known = find_sum(found, from, to);
    if (known) {
        histogram_unpack(known->bytes, known->length, ret);
        return 0;
    }
    *ret = (struct histogram){0};
    if (daybook_each(recall->daybook, key, from, to, add_to_sum, ret, fault))
        return -1;
    keep_sum(found, from, to, ret);
    return 0;
}

int recall_answers(struct recall *recall, const char *key, int64_t from, int64_t to,
                   history_answers_fn *each, void *owner, struct fault *fault)
{
    return daybook_each(recall->daybook, key, from, to, each, owner, fault);
}

int recall_blips(struct recall *recall, const char *key, int64_t from, int64_t to, size_t most,
                 struct arena *arena, const struct line_blip **ret, size_t *ret_count,
                 int64_t *ret_all, struct fault *fault)
{
    return blip_list_newest(recall->blips, key, from, to, most, arena, ret, ret_count, ret_all,
                            fault);
}
