/* What forms send: the first line is the name, the rest the data. Whatever comes out is text that ends, and is itself again when
 * it is sent with every byte encoded. */
#include "form_data.h"

#include "text.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 64, VALUE_SIZE = 300 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void send_again(const char *value, size_t size)
{
    char data[3 * VALUE_SIZE + 2] = "v=", again[VALUE_SIZE];
    size_t used = 2;
    for (const char *at = value; *at; at++, used += 3)
        snprintf(data + used, sizeof data - used, "%%%02X", (unsigned)(unsigned char)*at);
    bool found = form_data_value(data, used, "v", again, size);
    assert(found && strcmp(again, value) == 0);
}

static void try_size(const char *name, const char *data, size_t length, size_t size)
{
    char *to = malloc(size);
    assert(to);
    bool found = form_data_value(data, length, name, to, size);
    size_t own = strnlen(to, size);
    assert(own < size && text_is_utf8(to, own) && (found || !own));
    for (size_t i = 0; i < own; i++)
        assert((unsigned char)to[i] >= ' ' && to[i] != 0x7F);
    if (found) {
        assert(memmem(data, length, name, strlen(name)));
        send_again(to, size);
    }
    free(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const size_t sizes[] = {1, 2, 16, VALUE_SIZE};
    const char *line = length ? memchr(bytes, '\n', length) : NULL;
    size_t own = line ? (size_t)(line - (const char *)bytes) : 0;
    char name[NAME_SIZE] = "";
    if (!line || own >= sizeof name || memchr(bytes, '\0', own))
        return 0;
    memcpy(name, bytes, own);
    /* A copy, so that a step beyond it is seen. */
    char *data = malloc(length - own);
    assert(data);
    memcpy(data, line + 1, length - own - 1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        try_size(name, data, length - own - 1, sizes[i]);
    free(data);
    return 0;
}
