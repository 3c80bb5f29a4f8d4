#include "statement.h"

#include "json.h"
#include "text.h"

#include <string.h>

const char *const statement_languages[] = {"fr", "en", NULL};

enum { LANGUAGES = sizeof statement_languages / sizeof statement_languages[0] - 1 };

static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (const char *end = text + strlen(text); text < end; count++)
        text_next_char(&text, end);
    return count;
}

/* Cleaned and without blanks around it, in the arena; NULL when there is nothing left, or too much. */
static const char *take(const char *text, size_t most, const char *what, struct arena *arena,
                        struct fault *fault)
{
    size_t length = strlen(text), size = 3 * length + 1; /* U+FFFD has three bytes */
    if (length > 4 * most) {
        fault_set(fault, "%s is longer than %zu characters", what, most);
        return NULL;
    }
    char *clean = arena_alloc(arena, size);
    text_clean(clean, size, text, length);
    clean += strspn(clean, " ");
    for (size_t end = strlen(clean); end > 0 && clean[end - 1] == ' ';)
        clean[--end] = '\0';
    if (!*clean)
        fault_set(fault, "%s is empty", what);
    else if (count_characters(clean) > most)
        fault_set(fault, "%s is longer than %zu characters", what, most);
    else
        return clean;
    return NULL;
}

static int language_index(const char *language)
{
    for (int i = 0; i < LANGUAGES; i++)
        if (strcmp(statement_languages[i], language) == 0)
            return i;
    return -1;
}

/* The first text in the order of the languages serves where a language is missing. */
static void insert_text(struct wording *wording, const struct wording_text *text,
                        struct arena *arena)
{
    struct wording_text *texts = arena_array(arena, wording->count + 1, sizeof *texts);
    size_t used = 0;
    for (; used < wording->count &&
           language_index(wording->texts[used].language) < language_index(text->language);
         used++)
        texts[used] = wording->texts[used];
    texts[used] = *text;
    for (size_t i = used; i < wording->count; i++)
        texts[i + 1] = wording->texts[i];
    wording->texts = texts;
    wording->count++;
}

int statement_add_text(struct statement *statement, const char *language, const char *text,
                       struct arena *arena, struct fault *fault)
{
    char what[64];
    int index = language_index(language);
    if (index < 0)
        return fault_set(fault, "there are no texts in the language '%.16s'", language);
    for (size_t i = 0; i < statement->text.count; i++)
        if (strcmp(statement->text.texts[i].language, language) == 0)
            return fault_set(fault, "the text in '%s' is given twice", language);
    text_format(what, sizeof what, "the text in '%s'", language);
    const char *clean = take(text, STATEMENT_TEXT_MOST, what, arena, fault);
    if (!clean)
        return -1;
    insert_text(&statement->text, &(struct wording_text){statement_languages[index], clean}, arena);
    return 0;
}

int statement_set_by(struct statement *statement, const char *name, struct arena *arena,
                     struct fault *fault)
{
    statement->by = take(name, STATEMENT_NAME_MOST, "the name of who says it", arena, fault);
    return statement->by ? 0 : -1;
}

/* Strict, since it becomes an address that people follow: no blanks, quotes or brackets, nothing but ASCII. */
static bool is_plain(const char *url)
{
    for (; *url; url++)
        if (*url <= ' ' || *url > '~' || strchr("\"'<>\\^`{|}", *url))
            return false;
    return true;
}

int statement_set_link(struct statement *statement, const char *url, struct arena *arena,
                       struct fault *fault)
{
    const char *host = text_starts(url, "https://")  ? url + strlen("https://")
                       : text_starts(url, "http://") ? url + strlen("http://")
                                                     : "";
    if (!*host || *host == '/' || !is_plain(url))
        return fault_set(fault, "a link is an address that begins with https:// or http://");
    if (strlen(url) > STATEMENT_LINK_MOST)
        return fault_set(fault, "the link is longer than %d bytes", STATEMENT_LINK_MOST);
    statement->link = arena_text(arena, url);
    return 0;
}

static void write_pair(struct buffer *out, const char *key, const char *value)
{
    if (!value)
        return;
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, value);
}

void statement_write(const struct statement *statement, struct buffer *out)
{
    const char *before = ",\"text\":{";
    for (size_t i = 0; i < statement->text.count; i++) {
        buffer_text_add(out, before);
        json_add_text(out, statement->text.texts[i].language);
        buffer_byte(out, ':');
        json_add_text(out, statement->text.texts[i].text);
        before = ",";
    }
    if (statement->text.count)
        buffer_byte(out, '}');
    write_pair(out, "link", statement->link);
    write_pair(out, "by", statement->by);
}

static int read_texts(const json_t *texts, struct statement *ret, struct arena *arena,
                      struct fault *fault)
{
    for (int i = 0; i < LANGUAGES; i++) {
        const char *text = json_string_value(json_object_get(texts, statement_languages[i]));
        if (text && statement_add_text(ret, statement_languages[i], text, arena, fault))
            return -1;
    }
    return ret->text.count ? 0 : fault_set(fault, "a text is missing");
}

int statement_read(const json_t *object, struct statement *ret, struct arena *arena,
                   struct fault *fault)
{
    const char *by = json_string_value(json_object_get(object, "by"));
    const char *link = json_string_value(json_object_get(object, "link"));
    *ret = (struct statement){0};
    if (read_texts(json_object_get(object, "text"), ret, arena, fault))
        return -1;
    if (statement_set_by(ret, by ? by : "", arena, fault))
        return -1;
    return link ? statement_set_link(ret, link, arena, fault) : 0;
}
