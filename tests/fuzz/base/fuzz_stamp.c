/* Any text as a time stamp, a duration, a size: refused, or read into what prints and reads again to the same. */
#include "stamp.h"
#include "unit.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void try_stamp(const char *text)
{
    struct wall time, again;
    char printed[STAMP_SIZE];
    if (!stamp_parse(text, &time))
        return;
    stamp_ms(time, printed);
    /* An offset may push the last or first day beyond the years that can be written. */
    bool good = stamp_parse(printed, &again);
    assert(good);
    if (time.ms >= -62167219200000 && time.ms <= 253402300799999)
        assert(again.ms == time.ms);
}

static void try_units(const char *text)
{
    int64_t value, again;
    char printed[UNIT_TEXT_SIZE];
    if (unit_duration(text, &value)) {
        bool good = unit_duration(unit_duration_text(value, printed), &again);
        assert(good && again == value && value >= 0);
    }
    if (unit_size(text, &value)) {
        bool good = unit_size(unit_size_text(value, printed), &again);
        assert(good && again == value && value >= 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char text[64];
    if (length >= sizeof text)
        return 0;
    memcpy(text, bytes, length);
    text[length] = '\0';
    try_stamp(text);
    try_units(text);
    return 0;
}
