/* Any text as the value of an option of every type: a sentence, or a field that prints and reads again to the same. */
#include "schema.h"

#include "macros.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const words[] = {"asleep", "awake", NULL};

struct object {
    const char *text;
    bool yes;
    int64_t number;
    int word;
};

#define FIELD(field) .offset = offsetof(struct object, field)

static const struct schema_row rows[] = {
    {.name = "text", .type = SCHEMA_TEXT, FIELD(text), .min = 1, .max = 300},
    {.name = "id", .type = SCHEMA_ID, FIELD(text)},
    {.name = "url", .type = SCHEMA_URL, FIELD(text)},
    {.name = "bool", .type = SCHEMA_BOOL, FIELD(yes)},
    {.name = "int", .type = SCHEMA_INT, FIELD(number)},
    {.name = "duration", .type = SCHEMA_DURATION, FIELD(number), .min = 1, .max = 1000000000},
    {.name = "size", .type = SCHEMA_SIZE, FIELD(number)},
    {.name = "enum", .type = SCHEMA_ENUM, FIELD(word), .words = words},
    {.name = "other", .type = SCHEMA_OTHER},
};

static const struct schema schema = {"object", rows, ARRAY_LEN(rows)};

static void try_row(const struct schema_row *row, const char *value, struct arena *arena)
{
    struct object object = {0}, again = {0};
    struct fault fault = {""};
    if (schema_read(row, value, &object, arena, &fault)) {
        assert(fault.text[0]);
        return;
    }
    const char *printed = schema_print(row, &object, arena);
    assert(printed && text_is_utf8(printed, strlen(printed)));
    int rc = schema_read(row, printed, &again, arena, &fault);
    assert(rc == 0 && strcmp(schema_print(row, &again, arena), printed) == 0);
}

static void try_texts(const char *value, size_t length)
{
    char clean[40], cut[40];
    text_clean(clean, sizeof clean, value, length);
    assert(text_is_utf8(clean, strlen(clean)));
    text_clean(cut, sizeof cut, clean, strlen(clean));
    assert(strcmp(clean, cut) == 0);
    text_copy(cut, 7, clean);
    assert(text_is_utf8(cut, strlen(cut)));
    text_format(cut, 9, "%s", clean);
    assert(text_is_utf8(cut, strlen(cut)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = {0};
    const char *value = arena_bytes(&arena, (const char *)bytes, length);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        try_row(&rows[i], value, &arena);
    try_texts(value, length);
    schema_nearest(&schema, value);
    arena_free(&arena);
    return 0;
}
