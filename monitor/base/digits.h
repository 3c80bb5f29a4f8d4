/* Whole numbers in decimal, for what writes very many: printf() takes several times as long. Pure. */
#ifndef VIBRISSE_DIGITS_H
#define VIBRISSE_DIGITS_H

#include <stdint.h>

enum { DIGITS_MAX = 24 }; /* room for any number, when `least` is not more */

/* As "%0*ld" writes it: with zeros in front of it up to `least` characters, the sign among them. No NUL is added. Returns its
 * end. */
char *digits_put(char *at, int64_t number, int least);

#endif
