#include "template.h"

#include "macros.h"
#include "text.h"

#include <string.h>

enum { NAME_SIZE = 24 };

/* ---- the file's name ---- */

static int find_language(const char *word, const char **ret)
{
    const char *const *languages = words_languages();
    for (size_t i = 0; languages[i]; i++) {
        if (strcmp(languages[i], word) == 0) {
            *ret = languages[i];
            return 0;
        }
    }
    return -1;
}

static int find_kind(const char *word, size_t length, enum alert_kind *ret)
{
    for (int i = 0; alert_kind_words[i]; i++) {
        if (strlen(alert_kind_words[i]) == length &&
            strncmp(alert_kind_words[i], word, length) == 0) {
            *ret = (enum alert_kind)i;
            return 0;
        }
    }
    return -1;
}

static int read_name(const char *file, struct template *ret, struct fault *fault)
{
    char language[ALERT_LANGUAGE_SIZE];
    const char *dot = strchr(file, '.');
    if (!dot || find_kind(file, (size_t)(dot - file), &ret->kind))
        return fault_set(fault,
                         "%.80s: no kind of message has that name; there are down, recovery "
                         "and others, see vibrisse alert templates",
                         file);
    size_t length = strcspn(dot + 1, ".");
    if (!text_format(language, sizeof language, "%.*s", (int)length, dot + 1) ||
        strcmp(dot + 1 + length, ".txt") != 0 || find_language(language, &ret->language))
        return fault_set(fault,
                         "%.80s: a language that messages are written in must stand before "
                         ".txt, such as %.*s.%s.txt",
                         file, (int)(dot - file), file, words_languages()[0]);
    return 0;
}

/* ---- names in braces ---- */

static const struct template_name *find_name(const char *name, size_t length)
{
    for (const struct template_name *at = template_names; at->name; at++)
        if (strlen(at->name) == length && strncmp(at->name, name, length) == 0)
            return at;
    return NULL;
}

static const char *nearest_name(const char *name)
{
    const char *names[64];
    size_t count = 0;
    for (const struct template_name *at = template_names; at->name && count < 64; at++)
        names[count++] = at->name;
    return text_nearest(name, names, count);
}

struct spot {
    const char *file;
    int line; /* from 1 */
};

static int check_name(struct spot spot, const char *text, const char *open, size_t length,
                      struct fault *fault)
{
    const struct template_name *found = find_name(open + 1, length);
    char name[NAME_SIZE];
    if (!found) {
        text_format(name, sizeof name, "%.*s", (int)length, open + 1);
        const char *nearest = nearest_name(name);
        return fault_set(fault, "%.80s: line %d: nothing has the name {%s}%s%s%s", spot.file,
                         spot.line, name, nearest ? ", did you mean {" : "", nearest ? nearest : "",
                         nearest ? "}?" : "");
    }
    bool is_alone = text == open && !open[length + 2] && spot.line > 1;
    if (found->alone && !is_alone)
        return fault_set(fault, "%.80s: line %d: {%s} must stand alone on a line below the subject",
                         spot.file, spot.line, found->name);
    return 0;
}

static int check_line(struct spot spot, const char *text, struct fault *fault)
{
    for (const char *open = text; (open = strchr(open, '{')); open++) {
        size_t length = strcspn(open + 1, "{} ");
        if (open[1 + length] != '}')
            return fault_set(fault, "%.80s: line %d: a brace { opens and no } closes it", spot.file,
                             spot.line);
        if (check_name(spot, text, open, length, fault))
            return -1;
    }
    return 0;
}

/* ---- the text ---- */

static size_t times_of(const struct template *template, const char *line)
{
    size_t count = 0;
    for (size_t i = 0; i < template->count; i++)
        count += strcmp(template->lines[i], line) == 0;
    return count;
}

static int check_whole(const char *file, const struct template *template, struct fault *fault)
{
    if (!template->title || !template->title[0])
        return fault_set(fault, "%.80s: the first line must be the subject", file);
    if (times_of(template, "{link}") != 1)
        return fault_set(fault,
                         "%.80s: {link} must stand on one line of its own: without it nobody "
                         "finds the page",
                         file);
    if (times_of(template, "{details}") > 1)
        return fault_set(fault, "%.80s: {details} stands there twice", file);
    return 0;
}

/* Without blanks at its end, and whatever could be taken for something else than text. */
static const char *clean_line(const char *text, size_t length, struct arena *arena)
{
    char *line = arena_alloc(arena, length + 1);
    while (length && strchr(" \t\r", text[length - 1]))
        length--;
    text_clean(line, length + 1, text, length);
    return line;
}

static int take_line(struct spot spot, const char *line, struct template *ret, struct fault *fault)
{
    if (check_line(spot, line, fault))
        return -1;
    if (spot.line == 1)
        ret->title = line;
    else if (ret->count == TEMPLATE_LINES_MAX)
        return fault_set(fault, "%.80s: more than %d lines", spot.file, TEMPLATE_LINES_MAX);
    else if (line[0] || ret->count) /* the gap below the subject is none of the text's */
        ret->lines[ret->count++] = line;
    return 0;
}

int template_read(const char *file, const char *text, struct arena *arena, struct template *ret,
                  struct fault *fault)
{
    struct spot spot = {file, 0};
    *ret = (struct template){0};
    if (read_name(file, ret, fault))
        return -1;
    if (strlen(text) > TEMPLATE_BYTES_MAX || !text_is_utf8(text, strlen(text)))
        return fault_set(fault, "%.80s: it is no UTF-8, or more than %d bytes", file,
                         TEMPLATE_BYTES_MAX);
    while (*text) {
        size_t length = strcspn(text, "\n");
        spot.line++;
        if (take_line(spot, clean_line(text, length, arena), ret, fault))
            return -1;
        text += length + (text[length] ? 1 : 0);
    }
    while (ret->count && !ret->lines[ret->count - 1][0])
        ret->count--;
    return check_whole(file, ret, fault);
}

int templates_read(const struct probe_option *files, size_t count, struct arena *arena,
                   struct templates *ret, struct fault *fault)
{
    int rc = 0;
    *ret = (struct templates){.count = 0};
    for (size_t i = 0; i < count && ret->count < TEMPLATES_MAX; i++) {
        if (template_read(files[i].name, files[i].value, arena, &ret->list[ret->count], fault))
            rc = -1;
        else
            ret->count++;
    }
    return rc;
}

const struct template *template_find(const struct templates *templates, enum alert_kind kind,
                                     const char *language)
{
    for (size_t i = 0; templates && i < templates->count; i++)
        if (templates->list[i].kind == kind && strcmp(templates->list[i].language, language) == 0)
            return &templates->list[i];
    return NULL;
}
