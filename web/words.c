#include "words.h"

#include "embedded.h"
#include "macros.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_MAX = 64 * 1024 };

static size_t french_form(int64_t n)
{
    return n < 2 ? 0 : 1;
}

static size_t english_form(int64_t n)
{
    return n == 1 ? 0 : 1;
}

/* Rules as code: evaluating the C expression of a catalogue's header is not worth its parser. */
static const struct {
    const char *language;
    size_t (*form)(int64_t n);
} rows[] = {
    {"fr", french_form},
    {"en", english_form},
};

static const char *const languages[] = {"fr", "en", NULL};
_Static_assert(ARRAY_LEN(languages) == ARRAY_LEN(rows) + 1, "one row per language");

const char *const *words_languages(void)
{
    return languages;
}

bool words_open(struct words *ret, const char *language)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].language, language) != 0)
            continue;
        const struct embedded_file *file = embedded_catalogue(language);
        assert(file);
        *ret = (struct words){.language = rows[i].language,
                              .form = rows[i].form,
                              .catalogue = mo_of(file->bytes, file->length)};
        return true;
    }
    return false;
}

/* An empty translation means that there is none yet. */
static const char *look_up(const struct words *words, const char *key, size_t form)
{
    const char *found = mo_find(&words->catalogue, key, form);
    return found && *found ? found : NULL;
}

const char *words_get(const struct words *words, const char *message)
{
    const char *found = look_up(words, message, 0);
    return found ? found : message;
}

const char *words_context(const struct words *words, const char *context, const char *message)
{
    char key[256];
    snprintf(key, sizeof key, "%s\004%s", context, message);
    const char *found = look_up(words, key, 0);
    return found ? found : message;
}

const char *words_plural(const struct words *words, const char *one, const char *many, int64_t n)
{
    const char *found = look_up(words, one, words->form(n));
    if (found)
        return found;
    return english_form(n) == 0 ? one : many;
}

static const struct word_value *value_named(const struct word_value *values, const char *name,
                                            size_t length)
{
    for (; values && values->name; values++)
        if (strlen(values->name) == length && memcmp(values->name, name, length) == 0)
            return values;
    return NULL;
}

bool words_next(const char **cursor, const struct word_value *values, struct word_piece *ret)
{
    const char *start = *cursor;
    *ret = (struct word_piece){.text = start};
    if (!*start)
        return false;
    for (const char *at = strchr(start, '{'); at; at = strchr(at + 1, '{')) {
        const char *close = strchr(at, '}');
        const struct word_value *value =
            close ? value_named(values, at + 1, (size_t)(close - at - 1)) : NULL;
        if (!value)
            continue;
        if (at == start) {
            ret->value = value;
            *cursor = close + 1;
            return true;
        }
        ret->length = (size_t)(at - start);
        *cursor = at;
        return true;
    }
    ret->length = strlen(start);
    *cursor = start + ret->length;
    return true;
}

/* Writes what fits, and returns how long the whole is. */
static size_t fill(char *to, size_t size, const char *message, const struct word_value *values)
{
    struct word_piece piece;
    size_t length = 0;
    while (words_next(&message, values, &piece)) {
        const char *text = piece.value ? piece.value->text : piece.text;
        size_t all = piece.value ? strlen(text) : piece.length;
        size_t room = length < size ? size - length : 0, fits = all < room ? all : room;
        if (fits)
            memcpy(to + length, text, fits);
        length += all;
    }
    return length;
}

const char *words_format(struct arena *arena, const char *message, const struct word_value *values)
{
    char small[256]; /* most of them are: filled once, not twice */
    size_t length = fill(small, sizeof small, message, values);
    if (length <= sizeof small)
        return arena_bytes(arena, small, length);
    if (length > MESSAGE_MAX)
        length = MESSAGE_MAX;
    char *text = arena_alloc(arena, length + 1);
    fill(text, length, message, values);
    return text;
}
