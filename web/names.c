#include "names.h"

#include "buffer.h"
#include "macros.h"
#include "text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { KEY_MAX = 256 };

/* Base letters of U+00C0..U+017F (Unicode charts Latin-1 Supplement and Latin Extended-A). */
static const char bases[] =
    "aaaaaaaceeeeiiiidnooooo*ouuuuyts"
    "aaaaaaaceeeeiiiidnooooo/ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnn"
    "oooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
_Static_assert(sizeof bases == 0x180 - 0xC0 + 1, "one base letter per character");

static void add_base(struct buffer *key, uint32_t code, const char *bytes, size_t length)
{
    if (code == 0xC6 || code == 0xE6)
        buffer_text_add(key, "ae");
    else if (code == 0x152 || code == 0x153)
        buffer_text_add(key, "oe");
    else if (code == 0x2019)
        buffer_byte(key, '\'');
    else if (code >= 0xC0 && code < 0x180)
        buffer_byte(key, bases[code - 0xC0]);
    else if (code < 0x80)
        buffer_byte(key, (char)tolower((int)code));
    else
        buffer_add(key, bytes, length);
}

static const char *without_article(const char *key)
{
    static const char *const articles[] = {"le ", "la ", "les ", "l'", "the "};
    for (size_t i = 0; i < ARRAY_LEN(articles); i++) {
        size_t length = strlen(articles[i]);
        if (strncmp(key, articles[i], length) == 0 && key[length])
            return key + length;
    }
    return key;
}

const char *names_key(struct arena *arena, const char *name)
{
    struct buffer key;
    const char *end = name + strlen(name);
    buffer_init(&key, KEY_MAX);
    while (name < end && !key.overflow) {
        const char *start = name;
        uint32_t code = text_next_char(&name, end);
        add_base(&key, code, start, (size_t)(name - start));
    }
    const char *copy = arena_text(arena, without_article(buffer_text(&key)));
    buffer_fini(&key);
    return copy;
}

char names_initial(const char *key)
{
    return *key >= 'a' && *key <= 'z' ? (char)(*key - 'a' + 'A') : '#';
}
