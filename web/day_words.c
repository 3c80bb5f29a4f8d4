#include "day_words.h"

#include "calendar.h"
#include "mem.h"

#include <stdlib.h>

enum { LANGUAGES_MOST = 4, DAYS = 512 }; /* no two days of a year have the same place */

struct tongue {
    const char *language;
    struct day_word days[DAYS];
};

struct day_words {
    struct tongue *tongues[LANGUAGES_MOST];
    struct strip_range range;
    int64_t range_number; /* of its last day; 0 = there is none yet */
};

struct day_words *day_words_new(void)
{
    return mem_zalloc(sizeof(struct day_words));
}

void day_words_free(struct day_words *day_words)
{
    if (!day_words)
        return;
    for (size_t i = 0; i < LANGUAGES_MOST; i++)
        free(day_words->tongues[i]);
    free(day_words);
}

static struct tongue *tongue_of(struct day_words *day_words, const char *language)
{
    for (size_t i = 0; i < LANGUAGES_MOST; i++) {
        if (!day_words->tongues[i]) {
            day_words->tongues[i] = mem_zalloc(sizeof *day_words->tongues[i]);
            day_words->tongues[i]->language = language;
        }
        if (day_words->tongues[i]->language == language)
            return day_words->tongues[i];
    }
    return NULL;
}

struct day_word *day_words_place(struct day_words *day_words, const char *language, int64_t number)
{
    struct tongue *tongue = tongue_of(day_words, language);
    if (!tongue)
        return NULL;
    struct day_word *day = &tongue->days[(uint64_t)number % DAYS];
    if (day->number != number)
        *day = (struct day_word){.number = number};
    return day;
}

struct strip_range day_words_range(const struct page *page)
{
    struct day_words *day_words = page->day_words;
    if (!day_words)
        return strip_range_until(page->now);
    int64_t number = calendar_number(page->now);
    if (day_words->range_number != number)
        day_words->range = strip_range_until(page->now);
    day_words->range_number = number;
    day_words->range.bounds[STRIP_DAYS] = page->now;
    return day_words->range;
}
