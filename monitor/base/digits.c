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
    for (; number >= 100000; number /= 100000)
        length += 5;
    return length + (number >= 10) + (number >= 100) + (number >= 1000) + (number >= 10000);
}

/* Two at a time, from the last one on; what is left of `at` becomes zeros. */
static void fill(char *at, char *end, uint64_t number)
{
    for (; end - at >= 2; number /= 100)
        memcpy(end -= 2, &pairs[number % 100 * 2], 2);
    if (end > at)
        *at = (char)('0' + number);
}

char *digits_put_any(char *at, int64_t number, int least)
{
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    if (number < 0) {
        *at++ = '-';
        least--;
    }
    int length = length_of(rest);
    char *end = at + (length > least ? length : least);
    fill(at, end, rest);
    return end;
}
