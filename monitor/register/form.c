#include "form.h"

#include "letter.h"
#include "stamp.h"
#include "text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- dates ---- */

static const int64_t day_seconds = 86400;

/* `pattern` has a digit wherever `text` must have one, and everything else as it is. */
static bool looks_like(const char *text, const char *pattern)
{
    size_t i = 0;
    for (; pattern[i]; i++)
        if (isdigit((unsigned char)pattern[i]) ? !isdigit((unsigned char)text[i])
                                               : text[i] != pattern[i])
            return false;
    return true;
}

static bool is_date(const char *date)
{
    struct wall time;
    return stamp_parse(date, &time);
}

/* Year first, as it is meant to be; with a time behind it or not. */
static bool year_first(const char *text, char ret[FORM_DATE_SIZE])
{
    static const char *const patterns[] = {"0000-00-00", "0000/00/00", "0000.00.00"};
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        if (!looks_like(text, patterns[i]) || isdigit((unsigned char)text[10]))
            continue;
        text_format(ret, FORM_DATE_SIZE, "%.4s-%.2s-%.2s", text, text + 5, text + 8);
        return !text[10] || text[10] == 'T' || text[10] == 't' || text[10] == ' ';
    }
    return false;
}

/* Day first, of one digit or two. */
static bool day_first(const char *text, char ret[FORM_DATE_SIZE])
{
    char *end;
    size_t digits = strspn(text, "0123456789");
    char mark = text[digits];
    if (digits < 1 || digits > 2 || !mark || !strchr("/.-", mark))
        return false;
    unsigned long day = strtoul(text, NULL, 10);
    const char *rest = text + digits + 1;
    digits = strspn(rest, "0123456789");
    if (digits < 1 || digits > 2 || rest[digits] != mark)
        return false;
    unsigned long month = strtoul(rest, NULL, 10);
    rest += digits + 1;
    if (strspn(rest, "0123456789") != 4)
        return false;
    unsigned long year = strtoul(rest, &end, 10);
    text_format(ret, FORM_DATE_SIZE, "%04lu-%02lu-%02lu", year, month, day);
    return !*end || *end == ' ';
}

bool form_date(const char *text, char ret[FORM_DATE_SIZE])
{
    return (year_first(text, ret) || day_first(text, ret)) && is_date(ret);
}

/* What may stand behind the seconds: a fraction, a zone. */
static bool is_tail(const char *text)
{
    if (*text == '.' || *text == ',')
        text += 1 + strspn(text + 1, "0123456789");
    return !*text || strcasecmp(text, "Z") == 0 || looks_like(text, "+00:00") ||
           looks_like(text, "-00:00") || looks_like(text, "+0000");
}

bool form_datetime(const char *text, char ret[FORM_TIME_SIZE])
{
    char date[FORM_DATE_SIZE], stamp[STAMP_SIZE];
    struct wall time;
    if (!form_date(text, date))
        return false;
    const char *clock = strpbrk(text, "Tt ");
    clock = clock ? clock + 1 : "00:00:00";
    bool seconds = looks_like(clock, "00:00:00");
    if (!seconds && !looks_like(clock, "00:00"))
        return false;
    text_format(ret, FORM_TIME_SIZE, "%sT%.5s:%.2s", date, clock, seconds ? clock + 6 : "00");
    text_format(stamp, sizeof stamp, "%sZ", ret);
    return stamp_parse(stamp, &time) && is_tail(clock + (seconds ? 8 : 5));
}

int64_t form_day(const char *date)
{
    struct wall time = {0};
    stamp_parse(date, &time);
    int64_t seconds = wall_seconds(time);
    return (seconds - (seconds % day_seconds + day_seconds) % day_seconds) / day_seconds;
}

/* ---- numbers and short forms ---- */

bool form_number(const char *text, double *ret)
{
    char number[40];
    size_t sign = *text == '+' || *text == '-';
    size_t whole = strspn(text + sign, "0123456789");
    const char *point = text + sign + whole;
    size_t decimals = *point == '.' || *point == ',' ? strspn(point + 1, "0123456789") : 0;
    if (!whole || point[decimals ? decimals + 1 : 0] || !text_copy(number, sizeof number, text))
        return false;
    char *comma = strchr(number, ',');
    if (comma)
        *comma = '.';
    *ret = strtod(number, NULL);
    return isfinite(*ret);
}

bool form_email(const char *text)
{
    const char *at = strchr(text, '@');
    if (!at || at == text || strchr(at + 1, '@') || strpbrk(text, " \t,;<>()\"'"))
        return false;
    const char *dot = strchr(at + 1, '.');
    return dot && dot > at + 1 && !text_ends(text, ".") && !strstr(at, "..");
}

bool form_country(const char *text, char ret[3])
{
    if (strlen(text) != 2 || !isalpha((unsigned char)text[0]) || !isalpha((unsigned char)text[1]))
        return false;
    text_format(ret, 3, "%c%c", toupper((unsigned char)text[0]), toupper((unsigned char)text[1]));
    return true;
}

bool form_protocol(const char *text)
{
    static const char *const names[] = {"ChatonsInfos-", "StatoolInfos-"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *version = text + strlen(names[i]);
        if (strncasecmp(text, names[i], strlen(names[i])) == 0 &&
            isdigit((unsigned char)*version) && !text_ends(version, ".") && !strstr(version, ".."))
            return strspn(version, "0123456789.") == strlen(version);
    }
    return false;
}

/* ---- texts ---- */

/* The length of a line break that begins here, as ChatonsInfos and people write it; 0 = none does. */
static size_t break_length(const char *text)
{
    static const char *const breaks[] = {"\\n", "<br/>", "<br />", "<br>"};
    for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++)
        if (strncasecmp(text, breaks[i], strlen(breaks[i])) == 0)
            return strlen(breaks[i]);
    return 0;
}

const char *form_text(const char *text, struct arena *arena)
{
    if (!strpbrk(text, "<\\"))
        return text;
    char *copy = arena_alloc(arena, strlen(text) + 1), *to = copy;
    while (*text) {
        size_t skipped = break_length(text);
        if (!skipped)
            *to++ = *text++;
        else if (to > copy && to[-1] != ' ')
            *to++ = ' ';
        text += skipped;
        while (skipped && *text == ' ')
            text++;
    }
    while (to > copy && to[-1] == ' ')
        to--;
    *to = '\0';
    return copy;
}

const char *form_element(const char *from, const char *end, struct arena *arena)
{
    while (from < end && *from == ' ')
        from++;
    while (end > from && end[-1] == ' ')
        end--;
    return from < end ? arena_bytes(arena, from, (size_t)(end - from)) : "";
}

char form_separator(const char *text)
{
    return strchr(text, ';') ? ';' : ',';
}

size_t form_list_count(const char *text, char separator)
{
    size_t count = *text != '\0';
    for (const char *c = text; *c; c++)
        count += *c == separator;
    return count;
}

const char **form_list(const char *text, struct arena *arena, size_t *ret_count)
{
    char separator = form_separator(text);
    size_t count = form_list_count(text, separator);
    *ret_count = count;
    if (!count)
        return NULL;
    const char **list = arena_array(arena, count, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        const char *end = strchrnul(text, separator);
        list[i] = form_element(text, end, arena);
        text = end + 1;
    }
    return list;
}

bool form_id(const char *name, char ret[FORM_ID_SIZE])
{
    const char *cursor = name, *end = name + strlen(name);
    size_t used = 0;
    while (cursor < end && used + LETTER_SIZE < FORM_ID_SIZE) {
        const char *start = cursor;
        char letters[LETTER_SIZE];
        uint32_t code = text_next_char(&cursor, end);
        size_t length = letter_plain(code, start, (size_t)(cursor - start), letters);
        if (length == 1 && isalnum((unsigned char)letters[0]))
            ret[used++] = letters[0];
        else if (length == 0 && code < 0x300 && used && ret[used - 1] != '-')
            ret[used++] = '-';
    }
    while (used && ret[used - 1] == '-')
        used--;
    ret[used] = '\0';
    return used;
}
