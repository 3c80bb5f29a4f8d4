#include "schema.h"

#include "macros.h"
#include "mem.h"
#include "text.h"
#include "unit.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[] = {
    [SCHEMA_TEXT] = "text",      [SCHEMA_ID] = "id",      [SCHEMA_URL] = "URL",
    [SCHEMA_BOOL] = "yes or no", [SCHEMA_INT] = "number", [SCHEMA_DURATION] = "duration",
    [SCHEMA_SIZE] = "size",      [SCHEMA_ENUM] = "word",  [SCHEMA_OTHER] = "list or map",
};

const char *schema_type_name(enum schema_type type)
{
    return type_names[type];
}

const struct schema_row *schema_find(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->count; i++)
        if (strcmp(schema->rows[i].name, name) == 0)
            return &schema->rows[i];
    return NULL;
}

const struct schema_row *schema_nearest(const struct schema *schema, const char *name)
{
    const char **names = mem_array(schema->count, sizeof *names);
    for (size_t i = 0; i < schema->count; i++)
        names[i] = schema->rows[i].name;
    const char *nearest = text_nearest(name, names, schema->count);
    free(names);
    return nearest ? schema_find(schema, nearest) : NULL;
}

void schema_presets(const struct schema *schema, void *object, struct arena *arena)
{
    struct fault fault;
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_row *row = &schema->rows[i];
        if (row->preset && row->type != SCHEMA_OTHER) {
            int rc = schema_read(row, row->preset, object, arena, &fault);
            assert(rc == 0);
        }
    }
}

static bool is_printable(const char *value)
{
    for (; *value; value++)
        if ((unsigned char)*value < 0x20 || *value == 0x7F)
            return false;
    return true;
}

static int read_text(const struct schema_row *row, const char *value, const char **field,
                     struct arena *arena, struct fault *fault)
{
    int64_t length = (int64_t)strlen(value);
    if (!is_printable(value) || !text_is_utf8(value, strlen(value)))
        return fault_set(fault, "%s holds a control character or is not UTF-8", row->name);
    if (length < row->min || (row->max && length > row->max))
        return fault_set(fault, "%s must have %lld to %lld bytes, this has %lld", row->name,
                         (long long)row->min, (long long)row->max, (long long)length);
    *field = arena_text(arena, value);
    return 0;
}

static int read_id(const struct schema_row *row, const char *value, const char **field,
                   struct arena *arena, struct fault *fault)
{
    if (!text_is_id(value))
        return fault_set(fault, "%s must be 1 to 64 of a-z, 0-9 and -, not \"%.80s\"", row->name,
                         value);
    *field = arena_text(arena, value);
    return 0;
}

/* Only the outer form: which schemes exist and what follows is for those who use the URL. */
static bool is_url(const char *value)
{
    size_t scheme = strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789+-.");
    if (scheme == 0 || strncmp(value + scheme, "://", 3) != 0 || strlen(value) > 2000 ||
        !text_is_utf8(value, strlen(value)))
        return false;
    for (const char *c = value; *c; c++)
        if ((unsigned char)*c <= 0x20 || *c == 0x7F || *c == '\\')
            return false;
    return value[scheme + 3] != '\0';
}

static bool has_credentials(const char *url)
{
    const char *authority = strstr(url, "://") + 3;
    size_t length = strcspn(authority, "/?#");
    return memchr(authority, '@', length) != NULL;
}

static int read_url(const struct schema_row *row, const char *value, const char **field,
                    struct arena *arena, struct fault *fault)
{
    if (!is_url(value))
        return fault_set(fault, "%s must be an address such as %s", row->name,
                         row->example ? row->example : "https://example.org/");
    if (has_credentials(value))
        return fault_set(fault, "%s must not hold a user name or password", row->name);
    *field = arena_text(arena, value);
    return 0;
}

static int read_bool(const struct schema_row *row, const char *value, bool *field,
                     struct fault *fault)
{
    if (strcmp(value, "yes") == 0 || strcmp(value, "true") == 0)
        *field = true;
    else if (strcmp(value, "no") == 0 || strcmp(value, "false") == 0)
        *field = false;
    else
        return fault_set(fault, "%s must be yes or no, not \"%.80s\"", row->name, value);
    return 0;
}

static bool parse_int(const char *value, int64_t *ret)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno || end == value || *end || isspace((unsigned char)value[0]) || value[0] == '+')
        return false;
    *ret = number;
    return true;
}

/* A bound as people read it: in the unit of the type. */
static const char *bound_text(enum schema_type type, int64_t bound, char text[UNIT_TEXT_SIZE])
{
    if (type == SCHEMA_DURATION)
        return unit_duration_text(bound, text);
    if (type == SCHEMA_SIZE)
        return unit_size_text(bound, text);
    text_format(text, UNIT_TEXT_SIZE, "%lld", (long long)bound);
    return text;
}

static int read_number(const struct schema_row *row, const char *value, int64_t *field,
                       struct fault *fault)
{
    static const char *const forms[] = {
        [SCHEMA_INT] = "a whole number",
        [SCHEMA_DURATION] = "a duration such as 250ms, 10s, 5m, 6h or 30d",
        [SCHEMA_SIZE] = "a size such as 512B, 64KiB or 1MiB",
    };
    int64_t number;
    bool good = row->type == SCHEMA_DURATION ? unit_duration(value, &number)
                : row->type == SCHEMA_SIZE   ? unit_size(value, &number)
                                             : parse_int(value, &number);
    if (!good)
        return fault_set(fault, "%s must be %s, not \"%.80s\"", row->name, forms[row->type], value);
    char low[UNIT_TEXT_SIZE], high[UNIT_TEXT_SIZE];
    if ((row->min || row->max) && (number < row->min || number > row->max))
        return fault_set(fault, "%s must be from %s to %s, not %.80s", row->name,
                         bound_text(row->type, row->min, low),
                         bound_text(row->type, row->max, high), value);
    *field = number;
    return 0;
}

static int read_word(const struct schema_row *row, const char *value, int *field,
                     struct fault *fault)
{
    char known[256] = "";
    for (int i = 0; row->words[i]; i++) {
        if (strcmp(row->words[i], value) == 0) {
            *field = i;
            return 0;
        }
        size_t used = strlen(known);
        text_format(known + used, sizeof known - used, "%s%s", i ? ", " : "", row->words[i]);
    }
    return fault_set(fault, "%s must be one of %s, not \"%.80s\"", row->name, known, value);
}

int schema_read(const struct schema_row *row, const char *value, void *object, struct arena *arena,
                struct fault *fault)
{
    void *field = (char *)object + row->offset;
    switch (row->type) {
    case SCHEMA_TEXT:
        return read_text(row, value, field, arena, fault);
    case SCHEMA_ID:
        return read_id(row, value, field, arena, fault);
    case SCHEMA_URL:
        return read_url(row, value, field, arena, fault);
    case SCHEMA_BOOL:
        return read_bool(row, value, field, fault);
    case SCHEMA_INT:
    case SCHEMA_DURATION:
    case SCHEMA_SIZE:
        return read_number(row, value, field, fault);
    case SCHEMA_ENUM:
        return read_word(row, value, field, fault);
    case SCHEMA_OTHER:
        break;
    }
    return fault_set(fault, "%s takes a list or a map, not one value", row->name);
}

const char *schema_print(const struct schema_row *row, const void *object, struct arena *arena)
{
    const void *field = (const char *)object + row->offset;
    char text[UNIT_TEXT_SIZE];
    switch (row->type) {
    case SCHEMA_TEXT:
    case SCHEMA_ID:
    case SCHEMA_URL:
        return *(const char *const *)field;
    case SCHEMA_BOOL:
        return *(const bool *)field ? "yes" : "no";
    case SCHEMA_INT:
    case SCHEMA_DURATION:
    case SCHEMA_SIZE:
        return arena_text(arena, bound_text(row->type, *(const int64_t *)field, text));
    case SCHEMA_ENUM:
        return row->words[*(const int *)field];
    case SCHEMA_OTHER:
        break;
    }
    return NULL;
}
