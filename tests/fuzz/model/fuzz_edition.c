/* Any bytes as the facts of an event on a yearly report: refused, or read into what can be written and read again to the same. */
#include "edition.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static int read_bytes(const char *bytes, size_t length, struct arena *arena, struct edition *ret)
{
    struct fault fault;
    json_t *facts = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
    *ret = (struct edition){0};
    int rc = facts ? edition_read(facts, ret, arena, &fault) : -1;
    json_decref(facts);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = {0};
    struct edition edition, again;
    struct buffer first, second;
    buffer_init(&first, STATEMENT_FACTS_MAX);
    buffer_init(&second, STATEMENT_FACTS_MAX);
    if (read_bytes((const char *)bytes, length, &arena, &edition) == 0) {
        edition_write(&edition, &first);
        assert(!first.overflow);
        int rc = read_bytes(first.bytes, first.length, &arena, &again);
        assert(rc == 0);
        edition_write(&again, &second);
        assert(strcmp(buffer_text(&first), buffer_text(&second)) == 0);
    }
    buffer_fini(&first);
    buffer_fini(&second);
    arena_free(&arena);
    return 0;
}
