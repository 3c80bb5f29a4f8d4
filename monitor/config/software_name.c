#include "software_name.h"

#include "letter.h"
#include "text.h"

#include <ctype.h>
#include <string.h>

static char *make_key(const char *name, const char *end, char key[SOFTWARE_KEY_SIZE])
{
    size_t used = 0;
    while (name < end) {
        const char *start = name;
        char letters[LETTER_SIZE];
        uint32_t code = text_next_char(&name, end);
        size_t length = letter_plain(code, start, (size_t)(name - start), letters);
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
