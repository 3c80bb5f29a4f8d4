#include "digits.h"

#include <string.h>

char *digits_put(char *at, int64_t number, int least)
{
    char digits[DIGITS_MAX], *end = digits + sizeof digits, *first = end;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    if (number < 0) {
        *at++ = '-';
        least--;
    }
    do
        *--first = (char)('0' + rest % 10);
    while (rest /= 10);
    size_t count = (size_t)(end - first);
    for (; least > (int)count; least--)
        *at++ = '0';
    memcpy(at, first, count);
    return at + count;
}
