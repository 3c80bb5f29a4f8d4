#include "exposition.h"

#include "macros.h"

#include <stdbool.h>
#include <string.h>

struct part { /* of a line */
    const char *start;
    size_t length;
};

static const struct kind {
    const char *name, *suffix, *older;
} kinds[] = {
    {"counter", "_total", "counter"},
    {"gauge", "", "gauge"},
    {"info", "_info", "gauge"},
    {"stateset", "", "gauge"},
};

static bool begins(struct part line, const char *start)
{
    return line.length >= strlen(start) && memcmp(line.start, start, strlen(start)) == 0;
}

/* Up to the next blank, which is passed. */
static struct part take_word(struct part *line)
{
    const char *blank = memchr(line->start, ' ', line->length);
    struct part word = {line->start, blank ? (size_t)(blank - line->start) : line->length};
    size_t passed = word.length + (blank != NULL);
    line->start += passed;
    line->length -= passed;
    return word;
}

static const struct kind *find_kind(struct part name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (begins(name, kinds[i].name) && strlen(kinds[i].name) == name.length)
            return &kinds[i];
    return NULL;
}

static void add_part(struct buffer *out, struct part part)
{
    buffer_add(out, part.start, part.length);
}

/* "# TYPE name counter" or "# HELP name words"; kept is the kind of the family from its TYPE on. */
static void write_told(struct part line, const struct kind **kind, struct buffer *out)
{
    bool is_type = begins(line, "# TYPE ");
    struct part rest = {line.start + strlen("# TYPE "), line.length - strlen("# TYPE ")};
    struct part name = take_word(&rest);
    if (is_type)
        *kind = find_kind(rest);
    buffer_add(out, line.start, strlen("# TYPE "));
    add_part(out, name);
    buffer_text_add(out, *kind ? (*kind)->suffix : "");
    buffer_byte(out, ' ');
    if (is_type)
        buffer_text_add(out, *kind ? (*kind)->older : "untyped");
    else
        add_part(out, rest);
    buffer_byte(out, '\n');
}

static void write_line(struct part line, const struct kind **kind, struct buffer *out)
{
    if (begins(line, "# TYPE ") || begins(line, "# HELP ")) {
        write_told(line, kind, out);
    } else if (!begins(line, "#")) {
        add_part(out, line);
        buffer_byte(out, '\n');
    }
}

void exposition_write(const char *text, size_t length, struct buffer *out)
{
    const struct kind *kind = NULL;
    for (const char *at = text, *end = text + length; at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        struct part line = {at, (size_t)((line_end ? line_end : end) - at)};
        write_line(line, &kind, out);
        at += line.length + 1;
    }
}
