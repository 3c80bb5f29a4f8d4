#include "histogram.h"

#include <math.h>
#include <string.h>

enum { STEPS = 16 };

/* 16 * floor(log2 us) + the next four bits. */
static size_t bucket_of(double ms)
{
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
    if (isfinite(ms) && ms >= 0)
        histogram->counts[bucket_of(ms)]++;
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

/* Returns how many bytes could be read, up to the first bucket that cannot be. */
static size_t add_packed(const unsigned char *bytes, size_t length, struct histogram *into)
{
    const unsigned char *cursor = bytes, *end = bytes + length, *good = bytes;
    uint64_t bucket = 0, step, count;
    while (cursor < end) {
        if (end - cursor >= 2 && (cursor[0] | cursor[1]) < 0x80) { /* nearly always */
            step = *cursor++;
            count = *cursor++;
        } else if (!next_varint(&cursor, end, &step) || !next_varint(&cursor, end, &count)) {
            break;
        }
        bucket += step;
        if (bucket >= HISTOGRAM_BUCKETS || count > UINT32_MAX)
            break;
        into->counts[bucket] += (uint32_t)count;
        good = cursor;
    }
    return (size_t)(good - bytes);
}

bool histogram_unpack(const void *bytes, size_t length, struct histogram *ret)
{
    memset(ret, 0, sizeof *ret);
    return add_packed(bytes, length, ret) == length;
}

bool histogram_merge_packed(struct histogram *into, const void *bytes, size_t length)
{
    struct histogram before = *into;
    if (add_packed(bytes, length, into) == length)
        return true;
    *into = before;
    return false;
}
