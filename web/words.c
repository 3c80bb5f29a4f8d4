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

/* The catalogues are the program's, so nobody in particular can keep where their messages stand; each page would have to
 * find it out anew. */
static const struct mo_index *index_of(size_t language)
{
    static _Thread_local struct mo_index of_this_thread[ARRAY_LEN(rows)];
    struct mo_index *index = &of_this_thread[language];
    if (!index->mo.count) {
        const struct embedded_file *file = embedded_catalogue(rows[language].language);
        assert(file);
        struct mo mo = mo_of(file->bytes, file->length);
        mo_index_make(index, &mo);
    }
    return index;
}

bool words_open(struct words *ret, const char *language)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].language, language) != 0)
            continue;
        *ret = (struct words){
            .language = rows[i].language, .form = rows[i].form, .catalogue = index_of(i)};
        return true;
    }
    return false;
}

/* An empty translation means that there is none yet. */
static const char *look_up(const struct words *words, const char *key, size_t form)
{
    const char *found = mo_find(words->catalogue, key, form);
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

/* Where the message goes on after a value's name and its closing brace; NULL = it names something else. */
static const char *after_name(const char *at, const char *name)
{
    for (; *name; name++, at++)
        if (*at != *name)
            return NULL;
    return *at == '}' ? at + 1 : NULL;
}

/* The value that an opening brace names, and where the message goes on after it. */
static const struct word_value *value_at(const char *brace, const struct word_value *values,
                                         const char **ret_after)
{
    for (; values && values->name; values++)
        if ((*ret_after = after_name(brace + 1, values->name)))
            return values;
    return NULL;
}

bool words_next(const char **cursor, const struct word_value *values, struct word_piece *ret)
{
    const char *start = *cursor, *brace = strchrnul(start, '{');
    *ret = (struct word_piece){.text = start};
    for (; *brace; brace = strchrnul(brace + 1, '{'))
        if ((ret->value = value_at(brace, values, cursor)))
            break;
    ret->length = (size_t)(brace - start);
    if (!ret->value)
        *cursor = brace;
    return *cursor > start;
}

struct filling {
    char *to;
    size_t size, length;
};

/* What fits of it; the length is that of the whole. */
static void put(struct filling *filling, const char *text, size_t length)
{
    if (filling->length < filling->size) {
        size_t room = filling->size - filling->length;
        memcpy(filling->to + filling->length, text, length < room ? length : room);
    }
    filling->length += length;
}

/* Writes what fits, and returns how long the whole is. */
static size_t fill(char *to, size_t size, const char *message, const struct word_value *values)
{
    struct filling filling = {to, size, 0};
    struct word_piece piece;
    while (words_next(&message, values, &piece)) {
        put(&filling, piece.text, piece.length);
        if (piece.value)
            put(&filling, piece.value->text, strlen(piece.value->text));
    }
    return filling.length;
}

const char *words_format(struct arena *arena, const char *message, const struct word_value *values)
{
    char small[256]; /* most of them are: filled once, not twice */
    if (!values)
        return message;
    size_t length = fill(small, sizeof small, message, values);
    if (length <= sizeof small)
        return arena_bytes(arena, small, length);
    if (length > MESSAGE_MAX)
        length = MESSAGE_MAX;
    char *text = arena_alloc(arena, length + 1);
    fill(text, length, message, values);
    return text;
}
