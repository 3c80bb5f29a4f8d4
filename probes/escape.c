#include "escape.h"

#include <string.h>

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) % 16 : -1;
}

/* What stands behind the backslash: how many characters of it make one byte, or 0 when they make none. */
static size_t read_one(const char *text, uint8_t *ret)
{
    static const char letters[] = "nrt0\\", bytes[] = "\n\r\t\0\\";
    const char *letter = *text ? strchr(letters, *text) : NULL;
    if (letter) {
        *ret = (uint8_t)bytes[letter - letters];
        return 1;
    }
    if (*text != 'x' || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0)
        return 0;
    *ret = (uint8_t)(hex_digit(text[1]) << 4 | hex_digit(text[2]));
    return 3;
}

int escape_read(const char *name, const char *text, uint8_t *ret, size_t *ret_length,
                struct fault *fault)
{
    size_t length = 0;
    while (*text) {
        uint8_t byte = (uint8_t)*text;
        size_t used = *text++ == '\\' ? read_one(text, &byte) : 0;
        if (used == 0 && text[-1] == '\\')
            return fault_set(fault,
                             "%s: after a backslash comes n, r, t, 0, another one, or x and two "
                             "hexadecimal digits, not \"%.3s\"",
                             name, text);
        text += used;
        if (ret)
            ret[length] = byte;
        length++;
    }
    *ret_length = length;
    return 0;
}
