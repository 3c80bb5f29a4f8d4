#include "badge.h"

#include "macros.h"
#include "text.h"

#include <string.h>

/* Hundredths of a pixel, from space to tilde. */
static const short ascii[] = {
    387,  433, 505, 900, 699, 1184, 799, 295,  499, 499, 699, 900, 400, 499,  400, 499,
    699,  699, 699, 699, 699, 699,  699, 699,  699, 699, 499, 499, 900, 900,  900, 600,
    1100, 752, 754, 768, 848, 696,  632, 853,  827, 463, 500, 762, 612, 927,  823, 866,
    663,  866, 765, 752, 678, 805,  752, 1088, 754, 677, 754, 499, 499, 499,  900, 699,
    699,  661, 685, 573, 685, 655,  387, 685,  696, 302, 379, 651, 302, 1070, 696, 668,
    685,  685, 469, 573, 433, 696,  651, 900,  651, 651, 578, 698, 500, 698,  900,
};

/* What accented Latin letters look like beneath, from U+00C0. */
static const char latin[] = "AAAAAAMCEEEEIIIIDNOOOOO+OUUUUYPsaaaaaamceeeeiiiidnooooo+ouuuuypy";

static int width_of(uint32_t code)
{
    enum { NO_BREAK_SPACE = 0xA0, NARROW_SPACE = 0x202F, WIDEST = 1400 };
    if (code >= ' ' && code <= '~')
        return ascii[code - ' '];
    if (code >= 0xC0 && code < 0xC0 + sizeof latin - 1)
        return ascii[latin[code - 0xC0] - ' '];
    if (code == NO_BREAK_SPACE || code == NARROW_SPACE)
        return ascii[0];
    return code < 0x2E80 ? 750 : WIDEST; /* Greek to punctuation; ideographs and emoji */
}

int badge_text_width(const char *text)
{
    const char *end = text + strlen(text);
    int width = 0;
    while (text < end)
        width += width_of(text_next_char(&text, end));
    return (width + 99) / 100;
}
