/* Header values of visitors: three readers over the same bytes. */
#include "negotiate.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const languages[] = {"fr", "en", "oc"};
    char *text = malloc(length + 1);
    if (!text)
        return 0;
    if (length)
        memcpy(text, bytes, length);
    text[length] = '\0';
    assert(negotiate_encoding(text) < ENCODING_COUNT);
    assert(negotiate_language(text, languages, 3) < 3);
    /* What matches must at least be named, or everything is. */
    if (negotiate_match(text, "\"0123-br\""))
        assert(strstr(text, "\"0123-br\"") || strchr(text, '*'));
    free(text);
    return 0;
}
