#include "perfdata.h"

#include "macros.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Within quotes '' stands for one '. Stops at '=' or a blank outside of them. */
static const char *read_label(const char *text, char ret[PERFDATA_LABEL_SIZE])
{
    bool quoted = false;
    size_t length = 0;
    for (; *text && (quoted || (*text != '=' && *text != ' ')); text++) {
        if (*text == '\'' && !(quoted && text[1] == '\'')) {
            quoted = !quoted;
            continue;
        }
        text += *text == '\'';
        if (length + 1 < PERFDATA_LABEL_SIZE)
            ret[length++] = *text;
    }
    ret[length] = '\0';
    return text;
}

/* A decimal number, or U. Neither hexadecimal nor inf: strtod() knows more than plugins may say. */
static bool read_value(const char **text, double *ret)
{
    char digits[40], *end;
    size_t length = strspn(*text, "+-.0123456789");
    *ret = (double)NAN;
    if (**text == 'U') {
        ++*text;
        return true;
    }
    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, *text, length);
    digits[length] = '\0';
    *ret = strtod(digits, &end);
    *text += length;
    return end == digits + length;
}

static bool read_unit(const char *text, char ret[PERFDATA_UNIT_SIZE])
{
    size_t length = strcspn(text, "; 0123456789");
    if (length >= PERFDATA_UNIT_SIZE || isdigit((unsigned char)text[length]))
        return false;
    memcpy(ret, text, length);
    ret[length] = '\0';
    return true;
}

bool perfdata_next(const char **cursor, struct perfdata *ret)
{
    for (;;) {
        const char *text = *cursor + strspn(*cursor, " ");
        if (!*text)
            return false;
        text = read_label(text, ret->label);
        bool good = *text == '=' && *ret->label;
        text += *text == '=';
        *cursor = text + strcspn(text, " ");
        if (good && read_value(&text, &ret->value) && read_unit(text, ret->unit))
            return true;
    }
}

static double in_ms(const struct perfdata *data)
{
    static const struct {
        const char *unit;
        double ms;
    } units[] = {{"s", 1e3}, {"ms", 1}, {"us", 1e-3}};
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (strcmp(data->unit, units[i].unit) == 0 && data->value >= 0)
            return data->value * units[i].ms;
    return (double)NAN;
}

double perfdata_time_ms(const char *text)
{
    struct perfdata data;
    while (perfdata_next(&text, &data))
        if (strcmp(data.label, "time") == 0)
            return in_ms(&data);
    return (double)NAN;
}
