#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Length of `text` cut to at most `limit` bytes without splitting a character. */
static size_t whole_characters(const char *text, size_t limit)
{
    while (limit > 0 && ((unsigned char)text[limit] & 0xC0) == 0x80)
        limit--;
    return limit;
}

bool text_copy(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);
    bool fits = length < size;
    if (!fits)
        length = whole_characters(from, size - 1);
    memmove(to, from, length);
    to[length] = '\0';
    return fits;
}

bool text_format(char *to, size_t size, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(to, size, format, list);
    va_end(list);
    if (length >= 0 && (size_t)length < size)
        return true;
    /* vsnprintf may have cut inside a character: drop what is left of it. */
    const char *cursor = to, *end = to + strlen(to);
    while (cursor < end) {
        const char *start = cursor;
        if (text_next_char(&cursor, end) == 0xFFFD && end - start < 4) {
            to[start - to] = '\0';
            break;
        }
    }
    return false;
}

static int sequence_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return 2;
    if (first >= 0xE0 && first <= 0xEF)
        return 3;
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

/* Overlong forms, surrogates and what is above U+10FFFF (RFC 3629). */
static bool allowed(uint32_t code, int length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    return code >= least[length] && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
}

/* 0 when the bytes at `cursor` are no character. */
static int decode(const char *cursor, const char *end, uint32_t *ret_code)
{
    unsigned char first = (unsigned char)*cursor;
    int length = sequence_length(first);
    if (!length || end - cursor < length)
        return 0;
    uint32_t code = length == 1 ? first : first & (0x7Fu >> length);
    for (int i = 1; i < length; i++) {
        unsigned char next = (unsigned char)cursor[i];
        if ((next & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (next & 0x3F);
    }
    *ret_code = code;
    return allowed(code, length) ? length : 0;
}

uint32_t text_next_char(const char **cursor, const char *end)
{
    uint32_t code;
    int length = decode(*cursor, end, &code);
    *cursor += length ? length : 1;
    return length ? code : 0xFFFD;
}

bool text_is_utf8(const char *bytes, size_t length)
{
    const char *end = bytes + length;
    uint32_t code;
    while (bytes < end) {
        int step = decode(bytes, end, &code);
        if (!step)
            return false;
        bytes += step;
    }
    return true;
}

/* Tab, line ends, and Unicode's own: line and paragraph separator. */
static bool is_break(uint32_t code)
{
    return code == '\t' || code == '\n' || code == '\r' || code == 0x2028 || code == 0x2029;
}

static bool is_invisible(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7F && code <= 0x9F))
        return true;
    return (code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x2069) || code == 0xFEFF || code == 0x061C ||
           (code >= 0xFFF9 && code <= 0xFFFB) || (code & 0xFFFE) == 0xFFFE ||
           (code >= 0xE0000 && code <= 0xE007F);
}

void text_clean(char *to, size_t size, const char *from, size_t length)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    const char *end = from + length;
    size_t used = 0;
    while (from < end) {
        const char *start = from;
        if (*start >= ' ' && *start < 0x7F && used + 1 < size) { /* most of all text */
            to[used++] = *from++;
            continue;
        }
        uint32_t code = text_next_char(&from, end);
        const char *bytes = start;
        size_t count = (size_t)(from - start);
        if (code == 0xFFFD) {
            bytes = replacement;
            count = strlen(replacement);
        } else if (is_break(code)) {
            bytes = " ";
            count = 1;
        } else if (is_invisible(code)) {
            continue;
        }
        if (used + count >= size)
            break;
        memcpy(to + used, bytes, count);
        used += count;
    }
    to[used] = '\0';
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

static bool is_id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* How many bytes at the begin of `text` can be of an id. By hand: strspn() makes a table of 256 bytes for each call. */
static size_t id_length(const char *text)
{
    size_t length = 0;
    while (is_id_char(text[length]))
        length++;
    return length;
}

static bool is_id_length(size_t length)
{
    return length >= 1 && length <= TEXT_ID_MAX;
}

bool text_is_id(const char *text)
{
    size_t length = id_length(text);
    return is_id_length(length) && text[length] == '\0';
}

bool text_is_id_pair(const char *text)
{
    size_t length = id_length(text);
    return is_id_length(length) && text[length] == '/' && text_is_id(text + length + 1);
}

/* Levenshtein distance of two short words; more than `limit` letters apart is just "far". */
static size_t distance(const char *left, const char *right)
{
    enum { LONGEST = 40 };
    size_t row[LONGEST + 1], columns = strlen(right), rows = strlen(left);
    if (columns > LONGEST || rows > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t changed = diagonal + (left[i - 1] != right[j - 1]);
            diagonal = row[j];
            size_t shorter = row[j] < row[j - 1] ? row[j] : row[j - 1];
            row[j] = shorter + 1 < changed ? shorter + 1 : changed;
        }
    }
    return row[columns];
}

const char *text_nearest(const char *text, const char *const *candidates, size_t count)
{
    const char *nearest = NULL;
    size_t best = strlen(text) / 3 + 2; /* two slips in a short word, more in a long one */
    for (size_t i = 0; i < count; i++) {
        size_t far = distance(text, candidates[i]);
        if (far < best && far < strlen(candidates[i])) {
            best = far;
            nearest = candidates[i];
        }
    }
    return nearest;
}
