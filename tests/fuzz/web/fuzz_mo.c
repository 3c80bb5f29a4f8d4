/* Any bytes as a catalogue: opened or refused, and what was opened is safe to ask. */
#include "mo.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const keys[] = {"", "day", "x", "short\004May", "{n} service", "zzz"};
    static struct mo_index index;
    struct mo mo;
    if (!mo_open(&mo, bytes, length))
        return 0;
    mo_index_make(&index, &mo);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        for (size_t form = 0; form < 4; form++) {
            const char *text = mo_find(&index, keys[i], form);
            if (text && (const uint8_t *)text + strlen(text) >= bytes + length)
                __builtin_trap();
        }
    }
    return 0;
}
