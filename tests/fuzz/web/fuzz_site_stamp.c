/* The stamp of a site's folder: what is read must be sound, and come back the same when written. */
#include "site_stamp.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct site_stamp stamp, back;
    struct buffer out;
    if (!site_stamp_read((const char *)bytes, length, &stamp))
        return 0;
    assert(stamp.interval_s > 0 && stamp.state[0] && stamp.language_count <= SITE_LANGUAGES_MOST);
    buffer_init(&out, SITE_STAMP_MAX);
    site_stamp_write(&stamp, &out);
    assert(site_stamp_read(buffer_text(&out), out.length, &back));
    assert(back.structure == stamp.structure && strcmp(back.state, stamp.state) == 0);
    assert(back.language_count == stamp.language_count);
    buffer_fini(&out);
    return 0;
}
