#include "software_name.h"

#include "text.h"

#include <ctype.h>
#include <string.h>

/* U+00C0 to U+017F without their marks, ligatures by their first letter; a space for the two signs. */
static const char plain[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
enum { PLAIN_FIRST = 0xC0 };

/* The bytes that a letter or digit leaves in a key; 0 when it leaves none. */
static size_t reduce(uint32_t code, const char *bytes, size_t length, char to[4])
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

static char *make_key(const char *name, const char *end, char key[SOFTWARE_KEY_SIZE])
{
    size_t used = 0;
    while (name < end) {
        const char *start = name;
        char letters[4];
        uint32_t code = text_next_char(&name, end);
        size_t length = reduce(code, start, (size_t)(name - start), letters);
        if (used + length >= SOFTWARE_KEY_SIZE)
            break;
        memcpy(key + used, letters, length);
        used += length;
    }
    key[used] = '\0';
    return key;
}

char *software_key(const char *name, char key[SOFTWARE_KEY_SIZE])
{
    return make_key(name, name + strlen(name), key);
}

bool software_name_cut(const char *name, char key[SOFTWARE_KEY_SIZE])
{
    const char *space = strrchr(name, ' ');
    const char *version = space ? space + 1 + (space[1] == 'v') : "";
    if (!isdigit((unsigned char)*version))
        return false;
    make_key(name, space, key);
    return *key;
}
