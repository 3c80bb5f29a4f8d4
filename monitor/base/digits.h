/* Whole numbers in decimal, for what writes very many: printf() takes several times as long. Pure. */
#ifndef VIBRISSE_DIGITS_H
#define VIBRISSE_DIGITS_H

#include <stdint.h>

enum { DIGITS_MAX = 24 }; /* room for any number, when `least` is not more */

char *digits_put_any(char *at, int64_t number, int least);

/* As "%0*ld" writes it: with zeros in front of it up to `least` characters, the sign among them. No NUL is added. Returns its
 * end. Most numbers are of one figure, or of the two of a clock: hence inline. */
static inline char *digits_put(char *at, int64_t number, int least)
{
    if (number < 0 || number > 99 || least > 2 || (least < 2 && number > 9))
        return digits_put_any(at, number, least);
    if (least == 2)
        *at++ = (char)('0' + number / 10);
    *at++ = (char)('0' + number % 10);
    return at;
}

#endif
