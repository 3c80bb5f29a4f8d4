#include "form_data.h"

#include "text.h"

#include <string.h>

static int hex(char digit)
{
    const char *digits = "0123456789abcdef";
    if (digit >= 'A' && digit <= 'F')
        digit = (char)(digit - 'A' + 'a');
    const char *found = digit ? strchr(digits, digit) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* The byte that begins at `at`, and how many bytes it is written in; 0: none. */
static size_t decode_byte(const char *at, size_t left, char *ret)
{
    if (*at != '%') {
        *ret = *at == '+' ? ' ' : *at;
        return 1;
    }
    int high = left > 2 ? hex(at[1]) : -1, low = left > 2 ? hex(at[2]) : -1;
    *ret = (char)(high * 16 + low);
    return high < 0 || low < 0 ? 0 : 3;
}

static bool is_control(char byte)
{
    return (byte >= 0 && byte < ' ') || byte == 0x7F;
}

static bool decode(const char *data, size_t length, char *to, size_t size)
{
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        size_t step = used + 1 < size ? decode_byte(data + at, length - at, &to[used]) : 0;
        if (!step || is_control(to[used]))
            return false;
        used++;
        at += step;
    }
    to[used] = '\0';
    return text_is_utf8(to, used);
}

/* Names of ours need no decoding; whoever encodes them all the same asks for something else. */
static bool is_named(const char *pair, size_t length, const char *name)
{
    size_t own = strlen(name);
    return length > own && memcmp(pair, name, own) == 0 && pair[own] == '=';
}

bool form_data_value(const char *data, size_t length, const char *name, char *to, size_t size)
{
    for (size_t at = 0; at < length;) {
        const char *pair = data + at, *end = memchr(pair, '&', length - at);
        size_t own = end ? (size_t)(end - pair) : length - at, skip = strlen(name) + 1;
        if (is_named(pair, own, name)) {
            bool good = decode(pair + skip, own - skip, to, size);
            if (!good)
                *to = '\0';
            return good;
        }
        at += own + 1;
    }
    *to = '\0';
    return false;
}
