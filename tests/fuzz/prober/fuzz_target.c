/* Any text as the URL of a check: refused with a sentence, or a host and a port that are safe to pass on. */
#include "target.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void try_parts(const struct target_url *url)
{
    assert(url->scheme[0] && url->host[0] && strlen(url->host) <= 253);
    for (const char *c = url->host; *c; c++)
        assert(isalnum((unsigned char)*c) ? !isupper((unsigned char)*c)
                                          : strchr("-._:", *c) != NULL);
    struct sockaddr_storage address;
    if (strchr(url->host, ':'))
        assert(address_parse(url->host, url->port, &address) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = {0};
    struct target_url url;
    struct fault fault = {{0}};
    char *text = strndup((const char *)bytes, length);
    assert(text);
    if (target_split_url(text, &arena, &url, &fault) == 0)
        try_parts(&url);
    else
        assert(fault.text[0]);
    free(text);
    arena_free(&arena);
    return 0;
}
