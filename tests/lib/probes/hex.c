#include "hex.h"

#include "testing.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

size_t hex_read(const char *text, uint8_t *ret, size_t size)
{
    size_t count = 0;
    while (*text) {
        if (isspace((unsigned char)*text)) {
            text++;
        } else if (*text == '\'') {
            for (text++; *text != '\''; text++) {
                assert_true(*text && count < size);
                ret[count++] = (uint8_t)*text;
            }
            text++;
        } else {
            char digits[3] = {text[0], text[1], '\0'}, *end;
            assert_true(count < size);
            ret[count++] = (uint8_t)strtoul(digits, &end, 16);
            assert_true(end == digits + 2);
            text += 2;
        }
    }
    return count;
}
