/* Letters without case and accents, for names that are compared or become part of an id. Pure. */
#ifndef VIBRISSE_LETTER_H
#define VIBRISSE_LETTER_H

#include <stddef.h>
#include <stdint.h>

enum { LETTER_SIZE = 4 };

/* The bytes that a letter or digit leaves: ASCII in lower case for what is Latin, else the character itself, which stands
 * in `bytes`. 0 for what is neither: signs, blanks, marks that follow their letter. Not ended by NUL. */
size_t letter_plain(uint32_t code, const char *bytes, size_t length, char to[LETTER_SIZE]);

#endif
