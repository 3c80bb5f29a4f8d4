#include "librehost.h"

#include "form.h"
#include "inspection.h"
#include "macros.h"
#include "text.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

/* The document being read. */
struct document {
    const char *bytes;
    size_t length;
    json_t *root;
    struct declaration *to;
    struct remarks *remarks;
};

/* By the rows of ChatonsInfos' forms; offset NO_FIELD: known, and nothing that we use. */
enum { NO_FIELD = 0 };
_Static_assert(offsetof(struct declaration, arena) == NO_FIELD, "no text field has the offset 0");

static const struct {
    struct ontology_row row;
    size_t offset;
} keys[] = {
    {{.key = "name", .need = NEED_REQUIRED, .form = FORM_TEXT}, offsetof(struct declaration, name)},
    {{.key = "homeUrl", .need = NEED_MANDATORY, .form = FORM_URL},
     offsetof(struct declaration, website)},
    {{.key = "tagLine", .need = NEED_OPTIONAL, .form = FORM_TEXT},
     offsetof(struct declaration, description)},
    {{.key = "description", .need = NEED_WISHED, .form = FORM_TEXT},
     offsetof(struct declaration, description)},
    {{.key = "logo", .need = NEED_WISHED, .form = FORM_URL}, offsetof(struct declaration, logo)},
    {{.key = "contactUrl", .need = NEED_WISHED, .form = FORM_URL},
     offsetof(struct declaration, contact_url)},
    {{.key = "contactEmail", .need = NEED_OPTIONAL, .form = FORM_EMAIL},
     offsetof(struct declaration, contact_email)},
    {{.key = "privacyPolicyUrl", .need = NEED_WISHED, .form = FORM_URL},
     offsetof(struct declaration, legal_url)},
    {{.key = "termsOfServiceUrl", .need = NEED_WISHED, .form = FORM_URL},
     offsetof(struct declaration, legal_url)},
    {{.key = "organizationType", .need = NEED_OPTIONAL, .form = FORM_TEXT},
     offsetof(struct declaration, type)},
    {{.key = "version", .need = NEED_WISHED, .form = FORM_TEXT},
     offsetof(struct declaration, protocol)},
    {{.key = "dateModified", .need = NEED_OPTIONAL, .form = FORM_DATETIME},
     offsetof(struct declaration, datetime)},
    {{.key = "statusUrl", .need = NEED_OPTIONAL, .form = FORM_URL}, NO_FIELD},
    {{.key = "dateCreated", .need = NEED_OPTIONAL, .form = FORM_TEXT}, NO_FIELD},
    {{.key = "foundingDate", .need = NEED_OPTIONAL, .form = FORM_TEXT}, NO_FIELD},
    {{.key = "communicationLanguages", .need = NEED_OPTIONAL, .form = FORM_LIST}, NO_FIELD},
    {{.key = "isServiceProvider", .need = NEED_OPTIONAL, .form = FORM_TEXT}, NO_FIELD},
};

/* ---- places ---- */

/* The parser tells no lines of values: that of the key in quotes, the first time that it stands there. */
static size_t line_of(const struct document *document, const char *key)
{
    char quoted[PROPERTIES_KEY_MAX];
    text_format(quoted, sizeof quoted, "\"%s\"", key);
    const char *place = memmem(document->bytes, document->length, quoted, strlen(quoted));
    size_t line = 1;
    for (const char *c = document->bytes; place && c < place; c++)
        line += *c == '\n';
    return line;
}

static void find(const struct document *document, enum remark_kind kind, const char *key,
                 const char *value, const char *other)
{
    remarks_add(document->remarks, kind, line_of(document, key), key, value, other);
}

static const char *clean(const struct document *document, const char *text, size_t length)
{
    char *copy = arena_alloc(&document->to->arena, 3 * length + 1);
    text_clean(copy, 3 * length + 1, text, length);
    while (*copy == ' ')
        copy++;
    for (size_t end = strlen(copy); end && copy[end - 1] == ' ';)
        copy[--end] = '\0';
    return copy;
}

/* ---- a hoster ---- */

static const char *read_field(const struct document *document, const struct ontology_row *row)
{
    const json_t *value = json_object_get(document->root, row->key);
    if (!value || json_is_null(value))
        return NULL;
    if (!json_is_string(value) || json_string_length(value) > PROPERTIES_VALUE_MAX) {
        find(document, REMARK_json_text, row->key, NULL, NULL);
        return NULL;
    }
    struct property property = {
        .key = row->key,
        .value = clean(document, json_string_value(value), json_string_length(value)),
        .line = line_of(document, row->key)};
    return inspection_read(&property, row, &document->to->arena, document->remarks);
}

static void judge_missing(const struct document *document, const struct ontology_row *row)
{
    static const enum remark_kind kinds[] = {[NEED_WISHED] = REMARK_json_wished,
                                             [NEED_MANDATORY] = REMARK_json_mandatory,
                                             [NEED_REQUIRED] = REMARK_json_required};
    const json_t *value = json_object_get(document->root, row->key);
    if (row->need != NEED_OPTIONAL &&
        (!value || json_is_null(value) || (json_is_string(value) && !json_string_length(value))))
        find(document, kinds[row->need], row->key, NULL, NULL);
}

static void judge_keys(const struct document *document)
{
    const char *names[ARRAY_LEN(keys)], *key;
    json_t *value;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        names[i] = keys[i].row.key;
    json_object_foreach(document->root, key, value)
    {
        size_t i = 0;
        while (i < ARRAY_LEN(names) && strcmp(names[i], key) != 0)
            i++;
        if (i < ARRAY_LEN(names) || *key == '@' || document->remarks->count == REMARKS_MAX)
            continue;
        const char *near = text_nearest(key, names, ARRAY_LEN(names));
        remarks_add(document->remarks, near ? REMARK_misspelt_key : REMARK_unknown_key,
                    line_of(document, key), clean(document, key, strlen(key)), NULL, near);
    }
}

static void read_hoster(const struct document *document)
{
    struct declaration *to = document->to;
    char id[FORM_ID_SIZE];
    to->class = CLASS_ORGANIZATION;
    judge_keys(document);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        judge_missing(document, &keys[i].row);
        if (keys[i].offset == NO_FIELD)
            continue;
        const char **field = (const char **)(void *)((char *)to + keys[i].offset);
        const char *value = read_field(document, &keys[i].row);
        *field = value ? value : *field;
    }
    if (to->name && form_id(to->name, id))
        to->id = arena_text(&to->arena, id);
}

/* ---- a directory ---- */

/* Names and addresses, nothing else. */
static bool is_directory(json_t *root)
{
    const char *key;
    json_t *value;
    json_object_foreach(root, key, value)
    {
        const char *text = json_string_value(value);
        if (!text || !strstr(text, "://"))
            return false;
        for (size_t i = 0; i < ARRAY_LEN(keys); i++)
            if (strcmp(keys[i].row.key, key) == 0)
                return false;
    }
    return json_object_size(root);
}

static void read_directory(const struct document *document)
{
    static const struct ontology_row row = {
        .key = "subs.*", .need = NEED_OPTIONAL, .form = FORM_URL};
    struct declaration *to = document->to;
    struct declaration_sub *subs = arena_array(&to->arena, DECLARATION_SUBS_MAX, sizeof *subs);
    const char *key;
    json_t *value;
    to->class = CLASS_FEDERATION;
    to->subs = subs;
    json_object_foreach(document->root, key, value)
    {
        if (to->sub_count == DECLARATION_SUBS_MAX) {
            find(document, REMARK_subs_many, clean(document, key, strlen(key)), NULL, "200");
            return;
        }
        const char *name = clean(document, key, strlen(key));
        struct property property = {
            .key = name,
            .value = clean(document, json_string_value(value), json_string_length(value)),
            .line = line_of(document, key)};
        const char *url = inspection_read(&property, &row, &to->arena, document->remarks);
        if (url)
            subs[to->sub_count++] = (struct declaration_sub){name, url, property.line};
    }
}

/* ---- a file ---- */

static void find_error(const json_error_t *error, struct remarks *remarks)
{
    char text[REMARK_QUOTE_MAX];
    text_clean(text, sizeof text, error->text, strlen(error->text));
    remarks_add(remarks, REMARK_json, error->line > 0 ? (size_t)error->line : 1, NULL, NULL, text);
}

void librehost_read(const char *bytes, size_t length, struct declaration *ret,
                    struct remarks *remarks)
{
    json_error_t error;
    *ret = (struct declaration){.latitude = NAN, .longitude = NAN};
    if (length > LIBREHOST_MAX) {
        remarks_add(remarks, REMARK_too_large, 1, NULL, NULL, "64 KiB");
        return;
    }
    struct document document = {
        bytes, length, json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &error), ret, remarks};
    if (!document.root)
        find_error(&error, remarks);
    else if (!json_is_object(document.root))
        remarks_add(remarks, REMARK_json_object, 1, NULL, NULL, NULL);
    else if (is_directory(document.root))
        read_directory(&document);
    else
        read_hoster(&document);
    json_decref(document.root);
    remarks_sort(remarks);
}
