#include "annotation.h"

#include "json.h"
#include "macros.h"

#include <string.h>

static const char *const kind_names[ANNOTATION_KIND_COUNT] = {
    [ANNOTATION_NOTE] = "annotate",
    [ANNOTATION_DISPUTE] = "dispute",
};

const char *const annotation_causes[] = {
    "power",       "network", "hardware", "disk-full", "overload", "update", "mistake",
    "certificate", "domain",  "attack",   "supplier",  "other",    NULL,
};

static const char *const cause_texts[] = {
    N_("power cut"),
    N_("network failure"),
    N_("hardware failure"),
    N_("full disk"),
    N_("overload"),
    N_("update"),
    N_("handling error"),
    N_("expired certificate"),
    N_("domain name"),
    N_("attack"),
    N_("failure of a supplier"),
    N_("other"),
};
_Static_assert(ARRAY_LEN(cause_texts) == ARRAY_LEN(annotation_causes) - 1, "one text per cause");

const char *annotation_kind_name(enum annotation_kind kind)
{
    return kind_names[kind];
}

bool annotation_kind_parse(const char *name, enum annotation_kind *ret)
{
    for (int i = 0; i < ANNOTATION_KIND_COUNT; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *ret = (enum annotation_kind)i;
            return true;
        }
    }
    return false;
}

/* The table's own word, which lives for ever; NULL when it is none. */
static const char *find_cause(const char *cause)
{
    for (size_t i = 0; annotation_causes[i]; i++)
        if (strcmp(annotation_causes[i], cause) == 0)
            return annotation_causes[i];
    return NULL;
}

const char *annotation_cause_text(const char *cause)
{
    for (size_t i = 0; annotation_causes[i]; i++)
        if (strcmp(annotation_causes[i], cause) == 0)
            return cause_texts[i];
    return cause;
}

static bool is_replaced_by(const struct annotation *earlier, const struct annotation *later)
{
    return earlier->kind == later->kind && strcmp(earlier->said.by, later->said.by) == 0;
}

size_t annotations_of(const struct annotation *all, size_t count, const char *subject,
                      int64_t outage, struct arena *arena, const struct annotation **ret)
{
    struct annotation *own = arena_array(arena, count + 1, sizeof *own);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (all[i].outage != outage || strcmp(all[i].subject, subject) != 0)
            continue;
        size_t kept = 0;
        for (size_t j = 0; j < used; j++)
            if (!is_replaced_by(&own[j], &all[i]))
                own[kept++] = own[j];
        own[kept] = all[i];
        used = kept + 1;
    }
    *ret = own;
    return used;
}

void annotation_write(const struct annotation *annotation, struct buffer *out)
{
    buffer_printf(out, "{\"action\":\"%s\"", annotation_kind_name(annotation->kind));
    if (annotation->replaces)
        buffer_printf(out, ",\"of\":%lld", (long long)annotation->replaces);
    if (annotation->cause)
        buffer_printf(out, ",\"cause\":\"%s\"", annotation->cause);
    statement_write(&annotation->said, out);
    buffer_byte(out, '}');
}

int annotation_read(const json_t *facts, struct annotation *ret, struct arena *arena,
                    struct fault *fault)
{
    const char *action = json_string_value(json_object_get(facts, "action"));
    const char *cause = json_string_value(json_object_get(facts, "cause"));
    if (!action || !annotation_kind_parse(action, &ret->kind))
        return fault_set(fault, "it is no annotation");
    ret->replaces = json_integer_value(json_object_get(facts, "of"));
    ret->cause = cause ? find_cause(cause) : NULL;
    if (cause && !ret->cause)
        return fault_set(fault, "there is no cause '%.32s'", cause);
    return statement_read(facts, &ret->said, arena, fault);
}
