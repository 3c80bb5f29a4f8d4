/* Any bytes as librehost.json or as a directory: remarks, and nothing declared that could do harm. */
#include "librehost.h"

#include "text.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct declaration declaration;
    struct remarks remarks = {0};
    librehost_read((const char *)bytes, length, &declaration, &remarks);
    assert(declaration.class != CLASS_UNKNOWN || remarks.count);
    assert(!declaration.id || text_is_id(declaration.id));
    assert(!declaration.website || text_starts(declaration.website, "http"));
    for (size_t i = 0; i < declaration.sub_count; i++)
        assert(text_starts(declaration.subs[i].url, "http"));
    declaration_fini(&declaration);
    remarks_fini(&remarks);
    return 0;
}
