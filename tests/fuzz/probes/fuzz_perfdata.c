/* Any text as the figures of a plugin. */
#include "perfdata.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct perfdata data;
    char *text = malloc(length + 1); /* a block of its own, so that a read beyond it is caught */
    assert(text);
    memcpy(text, bytes, length);
    text[length] = '\0';
    const char *cursor = text, *last = text;
    for (; perfdata_next(&cursor, &data); last = cursor) {
        assert(cursor > last && cursor <= text + strlen(text));
        assert(*data.label && memchr(data.label, '\0', sizeof data.label));
        assert(memchr(data.unit, '\0', sizeof data.unit) && !isinf(data.value));
    }
    double ms = perfdata_time_ms(text);
    assert(isnan(ms) || ms >= 0);
    free(text);
    return 0;
}
