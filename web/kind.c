#include "kind.h"

#include "hash.h"
#include "names.h"

#include <stdint.h>
#include <string.h>

enum { SLUG_MOST = 48 }; /* characters before the digest */

/* A word that somebody has for a kind. */
struct known_word {
    uint64_t hash; /* of its slug */
    size_t kind;
};

struct gathering {
    struct arena *arena;
    struct kind *kinds;
    size_t count;
    struct known_word *words;
    size_t word_count;
};

/* A slug under way. */
struct slug {
    char text[SLUG_MOST + 1];
    size_t used;
    bool gap;  /* a '-' comes before the next letter */
    bool lost; /* there was more than this tells */
};

static void slug_add(struct slug *slug, char letter)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789", parting[] = " '-";
    if (!strchr(letters, letter)) {
        slug->gap = slug->used > 0;
        slug->lost |= !strchr(parting, letter);
    } else if (slug->used + slug->gap < SLUG_MOST) {
        if (slug->gap)
            slug->text[slug->used++] = '-';
        slug->text[slug->used++] = letter;
        slug->gap = false;
    } else {
        slug->lost = true;
    }
}

/* Letters and digits of the word as names are compared (see names.h), and '-' between them. What cannot be written so,
 * or is cut, gets a digest: other words have other addresses. */
static const char *slug_of(struct arena *arena, const char *word)
{
    const char *key = names_key(arena, word);
    struct slug slug = {.used = 0};
    for (const char *c = key; *c; c++)
        slug_add(&slug, *c);
    if (slug.used && !slug.lost)
        return arena_text(arena, slug.text);
    return arena_printf(arena, "%s-%08x", slug.used ? slug.text : "x", (unsigned)hash_text(key));
}

static const struct known_word *word_find(const struct gathering *gathering, uint64_t hash)
{
    for (size_t i = 0; i < gathering->word_count; i++)
        if (gathering->words[i].hash == hash)
            return &gathering->words[i];
    return NULL;
}

static uint64_t word_hash(const struct gathering *gathering, const char *text)
{
    return hash_text(slug_of(gathering->arena, text));
}

/* The kind of which one of the words is known already, or a new one. */
static size_t kind_by_words(struct gathering *gathering, const struct wording *wording,
                            const char *language)
{
    for (size_t i = 0; i < wording->count; i++) {
        const struct known_word *word =
            word_find(gathering, word_hash(gathering, wording->texts[i].text));
        if (word)
            return word->kind;
    }
    const char *name = wording_in(wording, language);
    gathering->kinds[gathering->count].slug = slug_of(gathering->arena, name);
    return gathering->count++;
}

static void learn_words(struct gathering *gathering, const struct wording *wording, size_t kind)
{
    for (size_t i = 0; i < wording->count; i++) {
        uint64_t hash = word_hash(gathering, wording->texts[i].text);
        if (!word_find(gathering, hash))
            gathering->words[gathering->word_count++] = (struct known_word){hash, kind};
    }
}

static size_t count_words(const struct collective *collective)
{
    size_t count = 0;
    for (size_t i = 0; i < collective->service_count; i++)
        count += collective->services[i]->kind.count;
    return count;
}

/* Lays the services, of which `of` tells the kinds, one kind after the other. */
static void share_out(struct gathering *gathering, const struct collective *collective,
                      const size_t *of)
{
    const struct service **next =
        arena_array(gathering->arena, collective->service_count, sizeof(void *));
    for (size_t i = 0; i < gathering->count; i++) {
        struct kind *kind = &gathering->kinds[i];
        kind->services = next;
        next += kind->count;
        kind->count = 0;
    }
    for (size_t i = 0; i < collective->service_count; i++) {
        if (of[i] == SIZE_MAX)
            continue;
        struct kind *kind = &gathering->kinds[of[i]];
        kind->services[kind->count++] = collective->services[i];
    }
}

/* In which a kind is named first: the collective's own. */
static const char *first_language(const struct collective *collective)
{
    return collective->languages && collective->languages[0] ? collective->languages[0] : "";
}

size_t kinds_of(const struct collective *collective, struct arena *arena, struct kind **ret)
{
    size_t words = count_words(collective), services = collective->service_count;
    const char *language = first_language(collective);
    struct gathering gathering = {.arena = arena};
    *ret = NULL;
    if (!words)
        return 0;
    gathering.kinds = *ret = arena_array(arena, words, sizeof *gathering.kinds);
    gathering.words = arena_array(arena, words, sizeof *gathering.words);
    size_t *of = arena_array(arena, services, sizeof *of);
    for (size_t i = 0; i < services; i++) {
        const struct wording *wording = &collective->services[i]->kind;
        of[i] = SIZE_MAX;
        if (!*wording_in(wording, language))
            continue;
        of[i] = kind_by_words(&gathering, wording, language);
        gathering.kinds[of[i]].count++;
        learn_words(&gathering, wording, of[i]);
    }
    share_out(&gathering, collective, of);
    return gathering.count;
}

bool kind_is(const struct collective *collective, const char *slug)
{
    struct arena arena = {0};
    struct kind *kinds;
    size_t count = kinds_of(collective, &arena, &kinds);
    bool found = false;
    for (size_t i = 0; i < count && !found; i++)
        found = strcmp(kinds[i].slug, slug) == 0;
    arena_free(&arena);
    return found;
}

bool kind_has(const struct kind *kind, const struct service *service)
{
    for (size_t i = 0; i < kind->count; i++)
        if (kind->services[i] == service)
            return true;
    return false;
}

/* Those of one hoster stand together. */
size_t kind_hosters(const struct kind *kind)
{
    size_t count = 1;
    for (size_t i = 1; i < kind->count; i++)
        count += kind->services[i]->hoster != kind->services[i - 1]->hoster;
    return count;
}

const char *kind_path(const struct kind *kind, struct arena *arena)
{
    return arena_printf(arena, KIND_ROOT "%s/", kind->slug);
}

const char *kind_name(const struct kind *kind, const char *language)
{
    for (size_t i = 0; i < kind->count; i++) {
        const struct wording *wording = &kind->services[i]->kind;
        for (size_t j = 0; j < wording->count; j++)
            if (strcmp(wording->texts[j].language, language) == 0)
                return wording->texts[j].text;
    }
    return wording_in(&kind->services[0]->kind, language);
}
