#include "backslash.h"

#include <stdint.h>
#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "\u00e9" */
static bool read_unit(const char *text, const char *end, uint32_t *ret)
{
    if (end - text < 6 || text[0] != '\\' || text[1] != 'u')
        return false;
    *ret = 0;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0)
            return false;
        *ret = *ret << 4 | (uint32_t)digit;
    }
    return true;
}

/* How many bytes the character takes; 0 when there is none: half a pair, or NUL. */
static size_t read_character(const char *text, const char *end, uint32_t *ret)
{
    uint32_t low;
    if (!read_unit(text, end, ret) || *ret == 0)
        return 0;
    if (*ret < 0xD800 || *ret > 0xDFFF)
        return 6;
    if (*ret > 0xDBFF || !read_unit(text + 6, end, &low) || low < 0xDC00 || low > 0xDFFF)
        return 0;
    *ret = 0x10000 + ((*ret - 0xD800) << 10) + (low - 0xDC00);
    return 12;
}

static size_t encode(uint32_t code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint32_t firsts[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--, code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3F));
    to[0] = (char)(firsts[length] | code);
    return length;
}

bool backslash_remove(char *text, size_t *length)
{
    const char *from = text, *end = text + *length;
    char *to = text;
    bool any = false;
    while (from < end) {
        uint32_t code;
        size_t taken = read_character(from, end, &code);
        if (taken) {
            to += encode(code, to);
            from += taken;
            any = true;
            continue;
        }
        if (*from == '\\' && end - from > 1 && strchr(":=#! ", from[1])) {
            from++;
            any = true;
        }
        *to++ = *from++;
    }
    *length = (size_t)(to - text);
    return any;
}
