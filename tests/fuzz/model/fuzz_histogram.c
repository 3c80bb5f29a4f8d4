/* Any bytes as a packed histogram: refused, or unpacked into one that packs to a form which means the same. */
#include "histogram.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct histogram histogram, again;
    static uint16_t buckets[HISTOGRAM_BUCKETS];
    static uint32_t counts[HISTOGRAM_BUCKETS];
    struct histogram_list list;
    struct buffer packed;
    if (!histogram_unpack(bytes, length, &histogram))
        return 0;
    buffer_init(&packed, 16 * 1024);
    histogram_pack(&histogram, &packed);
    bool good = histogram_unpack(buffer_text(&packed), packed.length, &again);
    assert(good && !packed.overflow && memcmp(&histogram, &again, sizeof histogram) == 0);
    double middle = histogram_percentile(&histogram, 0.5);
    good = histogram_list(bytes, length, (struct histogram_room){buckets, counts}, &list);
    assert(good && list.used <= HISTOGRAM_BUCKETS);
    assert(histogram_count(&histogram) == 0 || (middle > 0 && middle < 4.4e6));
    buffer_fini(&packed);
    return 0;
}
