/* An operator's own words for one kind of message in one language: a file "down.fr.txt" with the subject in its first line
 * and the text below, in which names in braces stand for what is known. A line that names what is not known of an alert is
 * left out; so is the paragraph around {link} or {acknowledge}. Values are escaped for each channel as in the built-in
 * message. Pure. */
#ifndef VIBRISSE_TEMPLATE_H
#define VIBRISSE_TEMPLATE_H

#include "alert.h"
#include "arena.h"
#include "buffer.h"
#include "collective.h"
#include "fault.h"
#include "speaker.h"

#include <stddef.h>

enum { TEMPLATE_BYTES_MAX = 4 * 1024, TEMPLATE_LINES_MAX = 40, TEMPLATES_MAX = 64 };

struct template
{
    enum alert_kind kind;
    const char *language; /* of words_languages() */
    const char *title;
    const char *lines[TEMPLATE_LINES_MAX]; /* "" = a gap */
    size_t count;
};

struct templates {
    struct template list[TEMPLATES_MAX];
    size_t count;
};

/* What can stand in braces, ended by a NULL name. */
struct template_name {
    const char *name, *doc;
    bool alone; /* on a line of its own, in the text */
    const char *(*value)(
        const struct speaker *speaker); /* NULL: not known; for `alone`: none here */
};
extern const struct template_name template_names[];

/* `file` without its folder. Texts live in the arena. -1 and one sentence that names the file. */
int template_read(const char *file, const char *text, struct arena *arena, struct template *ret,
                  struct fault *fault);
/* The same for a list of files and their texts; those that cannot be read are left out, and the last of them is told. */
int templates_read(const struct probe_option *files, size_t count, struct arena *arena,
                   struct templates *ret, struct fault *fault);
/* NULL when there is none; `templates` may be NULL. */
const struct template *template_find(const struct templates *templates, enum alert_kind kind,
                                     const char *language);

/* The line with its names filled in; NULL when one of them is not known. */
const char *template_fill(const struct speaker *speaker, const char *line);

/* The file that says what is built in. False: the language is not spoken. */
bool template_builtin(enum alert_kind kind, const char *language, struct buffer *out);

#endif
