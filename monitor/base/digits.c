#include "digits.h"

#include <stddef.h>
#include <string.h>

static const char pairs[] = "0001020304050607080910111213141516171819"
                            "2021222324252627282930313233343536373839"
                            "4041424344454647484950515253545556575859"
                            "6061626364656667686970717273747576777879"
                            "8081828384858687888990919293949596979899";

static int length_of(uint64_t number)
{
    int length = 1;
    for (; number >= 100; number /= 100)
        length += 2;
    return length + (number >= 10);
}

/* Two at a time, from the last one on. */
static void put_before(char *end, uint64_t number)
{
    for (; number >= 100; number /= 100)
        memcpy(end -= 2, &pairs[number % 100 * 2], 2);
    if (number >= 10)
        memcpy(end - 2, &pairs[number * 2], 2);
    else
        end[-1] = (char)('0' + number);
}

char *digits_put(char *at, int64_t number, int least)
{
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    if (number < 0) {
        *at++ = '-';
        least--;
    }
    int length = length_of(rest);
    for (; least > length; least--)
        *at++ = '0';
    put_before(at + length, rest);
    return at + length;
}
