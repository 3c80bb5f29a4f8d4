#include "letter.h"

#include <ctype.h>
#include <string.h>

/* U+00C0 to U+017F without their marks, ligatures by their first letter; a space for the two signs. */
static const char plain[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
enum { PLAIN_FIRST = 0xC0 };

size_t letter_plain(uint32_t code, const char *bytes, size_t length, char to[LETTER_SIZE])
{
    if (code < 0x80) {
        to[0] = (char)tolower((int)code);
        return isalnum((int)code) ? 1 : 0;
    }
    if (code >= PLAIN_FIRST && code < PLAIN_FIRST + sizeof plain - 1) {
        to[0] = plain[code - PLAIN_FIRST];
        return to[0] == ' ' ? 0 : 1;
    }
    if (code < PLAIN_FIRST || (code >= 0x300 && code < 0x370) ||
        (code >= 0x2000 && code < 0x2070) || code == 0xFFFD)
        return 0; /* signs, marks that follow their letter, spaces and dashes */
    memcpy(to, bytes, length);
    return length;
}
