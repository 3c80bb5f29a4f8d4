#include "histogram.h"

#include <math.h>
#include <string.h>

enum { STEPS = 16 };

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
    double base = ldexp(1, (int)(bucket / STEPS));
    return base * (1 + ((double)(bucket % STEPS) + 0.5) / STEPS) / 1000;
}

void histogram_add(struct histogram *histogram, double ms)
{
    size_t bucket = histogram_bucket(ms);
    if (bucket < HISTOGRAM_BUCKETS)
        histogram->counts[bucket]++;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        into->counts[i] += from->counts[i];
}

uint64_t histogram_count(const struct histogram *histogram)
{
    uint64_t count = 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        count += histogram->counts[i];
    return count;
}

uint64_t histogram_count_below(const struct histogram *histogram, double ms)
{
    uint64_t count = 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS && histogram_bucket_ms(i) < ms; i++)
        count += histogram->counts[i];
    return count;
}

double histogram_percentile(const struct histogram *histogram, double share)
{
    uint64_t count = histogram_count(histogram), seen = 0;
    if (!count)
        return NAN;
    double wanted = ceil(share * (double)count);
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->counts[i];
        if (histogram->counts[i] && (double)seen >= wanted)
            return histogram_bucket_ms(i);
    }
    return NAN;
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

/* At most five bytes. */
static bool next_varint(const unsigned char **cursor, const unsigned char *end, uint64_t *ret)
{
    uint64_t value = 0;
    for (unsigned shift = 0; *cursor < end && shift < 35; shift += 7) {
        unsigned char byte = *(*cursor)++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *ret = value;
            return true;
        }
    }
    return false;
}

/* The next two numbers of the compact form. */
static bool next_pair(const unsigned char **cursor, const unsigned char *end, uint64_t *step,
                      uint64_t *count)
{
    return next_varint(cursor, end, step) && next_varint(cursor, end, count);
}

bool histogram_list(const void *bytes, size_t length, struct histogram_list *ret)
{
    const unsigned char *cursor = bytes, *end = cursor + length;
    uint64_t bucket = 0, sum = 0;
    size_t used = 0;
    while (cursor < end) {
        uint64_t step, count;
        const unsigned char *after = cursor + 2;
        if (end - cursor >= 2 && (cursor[0] | cursor[1]) < 0x80) { /* nearly always */
            step = cursor[0];
            count = cursor[1];
        } else {
            after = cursor;
            if (!next_pair(&after, end, &step, &count))
                return false;
        }
        cursor = after;
        bucket += step;
        if (bucket >= HISTOGRAM_BUCKETS || count > UINT32_MAX || used == HISTOGRAM_BUCKETS)
            return false;
        ret->buckets[used] = (uint16_t)bucket;
        ret->counts[used++] = (uint32_t)count;
        sum += count;
    }
    ret->used = used;
    ret->count = sum;
    return true;
}

void histogram_list_merge(struct histogram *into, const struct histogram_list *list)
{
    for (size_t i = 0; i < list->used; i++)
        into->counts[list->buckets[i]] += list->counts[i];
}

double histogram_list_percentile(const struct histogram_list *list, double share)
{
    uint64_t seen = 0;
    double wanted = ceil(share * (double)list->count);
    for (size_t i = 0; i < list->used; i++) {
        seen += list->counts[i];
        if (list->counts[i] && (double)seen >= wanted)
            return histogram_bucket_ms(list->buckets[i]);
    }
    return NAN;
}

bool histogram_merge_packed(struct histogram *into, const void *bytes, size_t length)
{
    struct histogram_list list;
    if (!histogram_list(bytes, length, &list))
        return false;
    histogram_list_merge(into, &list);
    return true;
}

bool histogram_unpack(const void *bytes, size_t length, struct histogram *ret)
{
    memset(ret, 0, sizeof *ret);
    return histogram_merge_packed(ret, bytes, length);
}
