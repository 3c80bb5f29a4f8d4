#include "arguments.h"

#include <string.h>

/* One word from `text`, which is no blank, into `ret`; where it ends, or NULL = a quote has no end. */
static const char *take_word(const char *text, struct buffer *ret)
{
    while (*text && *text != ' ') {
        if (*text != '\'' && *text != '"') {
            buffer_byte(ret, *text++);
            continue;
        }
        const char *end = strchr(text + 1, *text);
        if (!end)
            return NULL;
        buffer_add(ret, text + 1, (size_t)(end - text - 1));
        text = end + 1;
    }
    return text;
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " ");
}

char **arguments_split(const char *text, struct arena *arena, struct fault *fault)
{
    char **words = arena_array(arena, ARGUMENTS_MAX + 1, sizeof *words);
    struct buffer word;
    size_t count = 0;
    buffer_init(&word, strlen(text));
    for (text = skip_blanks(text); text && *text && count < ARGUMENTS_MAX;
         text = skip_blanks(text)) {
        text = take_word(text, &word);
        if (!text)
            break;
        words[count++] = arena_text(arena, buffer_text(&word));
        buffer_clear(&word);
    }
    buffer_fini(&word);
    if (text && !*text)
        return words;
    if (text)
        fault_set(fault, "more than %d words", ARGUMENTS_MAX);
    else
        fault_set(fault, "a quote has no end");
    return NULL;
}

void arguments_add(struct buffer *line, const char *word)
{
    if (line->length)
        buffer_byte(line, ' ');
    if (*word && !strpbrk(word, " '\"")) {
        buffer_text_add(line, word);
        return;
    }
    do { /* pieces without ' between ', runs of ' between " */
        size_t quotes = strspn(word, "'"), length = quotes ? quotes : strcspn(word, "'");
        char mark = quotes ? '"' : '\'';
        buffer_byte(line, mark);
        buffer_add(line, word, length);
        buffer_byte(line, mark);
        word += length;
    } while (*word);
}
