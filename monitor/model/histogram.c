#include "histogram.h"

#include <math.h>
#include <string.h>

enum { STEPS = 16, OCTAVES = HISTOGRAM_BUCKETS / STEPS };

/* 16 * floor(log2 us) + the next four bits. */
size_t histogram_bucket(double ms)
{
    if (!isfinite(ms) || ms < 0)
        return HISTOGRAM_BUCKETS;
    double limit = 4294967295.0, us = ms * 1000;
    uint32_t value = us < 1 ? 1 : us > limit ? UINT32_MAX : (uint32_t)us;
    unsigned octave = 31u - (unsigned)__builtin_clz(value);
    uint32_t fraction = octave >= 4 ? (value >> (octave - 4)) & 15u : (value << (4 - octave)) & 15u;
    return octave * STEPS + fraction;
}

double histogram_bucket_ms(size_t bucket)
{
    double base = (double)(UINT64_C(1) << bucket / STEPS);
    return base * (1 + ((double)(bucket % STEPS) + 0.5) / STEPS) / 1000;
}

void histogram_add(struct histogram *histogram, double ms)
{
    size_t bucket = histogram_bucket(ms);
    if (bucket < HISTOGRAM_BUCKETS)
        histogram->counts[bucket]++;
}

void histogram_merge(struct histogram *restrict into, const struct histogram *restrict from)
{
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        into->counts[i] += from->counts[i];
}

static uint64_t octave_count(const struct histogram *histogram, size_t octave)
{
    const uint32_t *counts = histogram->counts + octave * STEPS;
    uint64_t count = 0;
    for (size_t i = 0; i < STEPS; i++)
        count += counts[i];
    return count;
}

uint64_t histogram_count(const struct histogram *histogram)
{
    uint64_t count = 0;
    for (size_t i = 0; i < OCTAVES; i++)
        count += octave_count(histogram, i);
    return count;
}

/* The first bucket whose middle is not below. */
static size_t first_not_below(double ms)
{
    size_t low = 0, high = HISTOGRAM_BUCKETS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (histogram_bucket_ms(middle) < ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint64_t histogram_count_below(const struct histogram *histogram, double ms)
{
    uint64_t count = 0;
    for (size_t i = 0, end = first_not_below(ms); i < end; i++)
        count += histogram->counts[i];
    return count;
}

/* Which of `count` values it is, from 1. */
static uint64_t rank_of(double share, uint64_t count)
{
    double rank = ceil(share * (double)count);
    return rank < 1 ? 1 : (uint64_t)rank;
}

double histogram_percentile(const struct histogram *histogram, double share)
{
    uint64_t octaves[OCTAVES], count = 0;
    for (size_t i = 0; i < OCTAVES; i++)
        count += octaves[i] = octave_count(histogram, i);
    uint64_t wanted = rank_of(share, count);
    if (wanted > count)
        return NAN;
    size_t octave = 0;
    for (; octaves[octave] < wanted; octave++)
        wanted -= octaves[octave];
    size_t bucket = octave * STEPS;
    for (; histogram->counts[bucket] < wanted; bucket++)
        wanted -= histogram->counts[bucket];
    return histogram_bucket_ms(bucket);
}

static void add_varint(struct buffer *out, uint64_t value)
{
    while (value >= 0x80) {
        buffer_byte(out, (char)(value | 0x80));
        value >>= 7;
    }
    buffer_byte(out, (char)value);
}

void histogram_pack(const struct histogram *histogram, struct buffer *out)
{
    size_t before = 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        if (histogram->counts[i]) {
            add_varint(out, i - before);
            add_varint(out, histogram->counts[i]);
            before = i;
        }
    }
}

/* At most five bytes. Returns where the next one begins; NULL = it cannot be read. */
static inline const unsigned char *take_varint(const unsigned char *at, const unsigned char *end,
                                               uint64_t *ret)
{
    uint64_t value = 0;
    for (unsigned shift = 0; at < end && shift < 35; shift += 7) {
        unsigned char byte = *at++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *ret = value;
            return at;
        }
    }
    return NULL;
}

bool histogram_list(const void *bytes, size_t length, struct histogram_room room,
                    struct histogram_list *ret)
{
    const unsigned char *at = bytes, *end = at + length;
    uint64_t bucket = 0, sum = 0, step, count;
    size_t used = 0;
    while (at < end) {
        size_t pairs = (size_t)(end - at) / 2, most = HISTOGRAM_BUCKETS - used;
        size_t last = used + (pairs < most ? pairs : most);
        for (; used < last && (at[0] | at[1]) < 0x80; at += 2) { /* nearly all are short */
            bucket += at[0];
            room.buckets[used] = (uint16_t)bucket;
            room.counts[used++] = at[1];
            sum += at[1];
        }
        if (at == end)
            break;
        at = take_varint(at, end, &step);
        at = at ? take_varint(at, end, &count) : NULL;
        if (!at || used == HISTOGRAM_BUCKETS || count > UINT32_MAX)
            return false;
        bucket += step;
        room.buckets[used] = (uint16_t)bucket;
        room.counts[used++] = (uint32_t)count;
        sum += count;
    }
    *ret = (struct histogram_list){used, sum, room.buckets, room.counts};
    return bucket < HISTOGRAM_BUCKETS; /* the last one is the greatest */
}

void histogram_list_merge(struct histogram *into, const struct histogram_list *list)
{
    const uint16_t *buckets = list->buckets;
    const uint32_t *counts = list->counts;
    for (size_t i = 0, used = list->used; i < used; i++)
        into->counts[buckets[i]] += counts[i];
}

double histogram_list_percentile(const struct histogram_list *list, double share)
{
    const uint32_t *counts = list->counts;
    uint64_t wanted = rank_of(share, list->count);
    if (wanted > list->count)
        return NAN;
    for (; *counts < wanted; counts++)
        wanted -= *counts;
    return histogram_bucket_ms(list->buckets[counts - list->counts]);
}

bool histogram_unpack(const void *bytes, size_t length, struct histogram *ret)
{
    uint16_t buckets[HISTOGRAM_BUCKETS];
    uint32_t counts[HISTOGRAM_BUCKETS];
    struct histogram_list list;
    memset(ret, 0, sizeof *ret);
    if (!histogram_list(bytes, length, (struct histogram_room){buckets, counts}, &list))
        return false;
    histogram_list_merge(ret, &list);
    return true;
}
