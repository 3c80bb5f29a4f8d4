#include "stale.h"

#include "badge.h"
#include "json.h"
#include "macros.h"
#include "stamp.h"
#include "text.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL_MAX = 1024 };

struct form {
    const char *within, *suffix; /* of the path */
    bool fresh;                  /* while measurements are fresh, too */
    bool (*write)(const struct stale_file *file, const char *language, struct buffer *out);
};

/* ---- labels ---- */

static size_t undo_entity(const char *text, char *ret)
{
    static const struct {
        const char *name;
        char byte;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
    for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
        if (!text_starts(text, entities[i].name))
            continue;
        *ret = entities[i].byte;
        return strlen(entities[i].name);
    }
    *ret = *text;
    return 1;
}

/* The first text of a badge, escaping undone. */
static bool find_label(const char *svg, char label[LABEL_MAX])
{
    const char *at = strstr(svg, "<text ");
    size_t used = 0;
    at = at ? strchr(at, '>') : NULL;
    if (!at)
        return false;
    for (at++; *at && *at != '<' && used < LABEL_MAX - 1; used++)
        at += undo_entity(at, &label[used]);
    label[used] = '\0';
    return text_starts(at, "</text>");
}

static bool write_svg(const struct stale_file *file, const char *language, struct buffer *out)
{
    char label[LABEL_MAX];
    return find_label(file->bytes, label) && badge_stopped(label, language, out);
}

static bool write_shields(const struct stale_file *file, const char *language, struct buffer *out)
{
    json_error_t error;
    json_t *badge = json_loadb(file->bytes, file->length, JSON_REJECT_DUPLICATES, &error);
    const char *label = json_string_value(json_object_get(badge, "label"));
    bool written = label && badge_shields_stopped(label, language, out);
    json_decref(badge);
    return written;
}

static bool write_document(const struct stale_file *file, const char *language, struct buffer *out)
{
    char time[STAMP_SIZE];
    (void)language;
    if (!text_starts(file->bytes, "{") || file->length < 3)
        return false;
    buffer_printf(out, "{%s\"measured\":\"%s\",\n", file->fresh ? "" : "\"stale\":true,",
                  stamp_seconds(file->measured, time));
    buffer_add(out, file->bytes + 1, file->length - 1);
    return true;
}

/* ---- files ---- */

/* The first that fits. */
static const struct form forms[] = {
    {"/api/v1/openapi", ".json", false, NULL}, /* nothing measured is in it */
    {"/badge/", ".svg", false, write_svg},       {"/badge/", ".json", false, write_shields},
    {"/api/v1/", ".json", true, write_document}, {"/api/", ".json", false, write_document},
};

static const struct form *form_of(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (strstr(path, forms[i].within) && text_ends(path, forms[i].suffix))
            return forms[i].write ? &forms[i] : NULL;
    return NULL;
}

bool stale_has_form(const char *path)
{
    return form_of(path) != NULL;
}

bool stale_tells_fresh(const char *path)
{
    const struct form *form = form_of(path);
    return form && form->fresh;
}

/* "….fr.svg" is French. */
static const char *language_of(const char *path, const char *otherwise)
{
    const char *const *languages = words_languages();
    for (; *languages; languages++) {
        char part[16];
        text_format(part, sizeof part, ".%s.", *languages);
        if (strstr(path, part))
            return *languages;
    }
    return otherwise;
}

bool stale_write(const struct stale_file *file, const char *language, struct buffer *out)
{
    const struct form *form = form_of(file->path);
    return form && (form->fresh || !file->fresh) &&
           form->write(file, language_of(file->path, language), out);
}
