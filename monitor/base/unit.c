#include "unit.h"

#include "macros.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct unit {
    const char *name;
    int64_t factor;
};

/* Largest first: the printer takes the first that divides. */
static const struct unit durations[] = {
    {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
static const struct unit sizes[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}};

static bool parse(const char *text, const struct unit *units, size_t count, int64_t *ret)
{
    int64_t value = 0;
    const char *cursor = text;
    for (; isdigit((unsigned char)*cursor); cursor++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *cursor - '0', &value))
            return false;
    if (cursor == text)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(cursor, units[i].name) == 0)
            return !__builtin_mul_overflow(value, units[i].factor, ret);
    return false;
}

static char *print(int64_t value, const struct unit *units, size_t count, char *text)
{
    size_t i = 0;
    while (i + 1 < count && (value == 0 || value % units[i].factor != 0))
        i++;
    snprintf(text, UNIT_TEXT_SIZE, "%lld%s", (long long)(value / units[i].factor), units[i].name);
    return text;
}

bool unit_duration(const char *text, int64_t *ret_ms)
{
    return parse(text, durations, ARRAY_LEN(durations), ret_ms);
}

bool unit_size(const char *text, int64_t *ret_bytes)
{
    return parse(text, sizes, ARRAY_LEN(sizes), ret_bytes);
}

char *unit_duration_text(int64_t ms, char text[UNIT_TEXT_SIZE])
{
    return print(ms, durations, ARRAY_LEN(durations), text);
}

char *unit_size_text(int64_t bytes, char text[UNIT_TEXT_SIZE])
{
    return print(bytes, sizes, ARRAY_LEN(sizes), text);
}
