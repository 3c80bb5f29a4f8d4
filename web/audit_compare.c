#include "audit_compare.h"

#include "stamp.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 200, SHOWN_SIZE = 80 };

json_t *audit_compare_time(int64_t time)
{
    char text[STAMP_SIZE];
    return json_string(stamp_seconds(time, text));
}

static void show(const json_t *value, char shown[static SHOWN_SIZE])
{
    char *text =
        value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    text_format(shown, SHOWN_SIZE, "%.*s", SHOWN_SIZE - 1, text ? text : "missing");
    free(text);
}

static void tell(struct audit_data *data, const char *path, const json_t *published,
                 const json_t *expected)
{
    char is[SHOWN_SIZE], should[SHOWN_SIZE];
    show(published, is);
    show(expected, should);
    audit_data_tell(data, "%s is published as %s, and the tables give %s", path, is, should);
}

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

/* What was printed with few decimals is as near as these. */
static bool is_near(const char *path, const json_t *published, const json_t *expected)
{
    double tolerance = ends_with(path, "_ms") ? 0.05 + 1e-9 : 1e-9;
    return fabs(json_number_value(published) - json_number_value(expected)) <= tolerance;
}

static void compare_objects(struct audit_data *data, const char *path, const json_t *published,
                            const json_t *expected)
{
    char inner[PATH_SIZE];
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)expected, key, value)
    {
        text_format(inner, sizeof inner, "%s%s%s", path, *path ? "." : "", key);
        audit_compare(data, inner, json_object_get(published, key), value);
    }
    json_object_foreach((json_t *)(uintptr_t)published, key, value)
    {
        text_format(inner, sizeof inner, "%s%s%s", path, *path ? "." : "", key);
        if (!json_object_get(expected, key))
            audit_data_tell(data, "%s is published, and the tables do not give it", inner);
    }
}

static void compare_arrays(struct audit_data *data, const char *path, const json_t *published,
                           const json_t *expected)
{
    char inner[PATH_SIZE];
    size_t count = json_array_size(expected);
    if (json_array_size(published) != count)
        audit_data_tell(data, "%s has %zu elements as published, and %zu by the tables", path,
                        json_array_size(published), count);
    for (size_t i = 0; i < count && i < json_array_size(published); i++) {
        const json_t *one = json_array_get(expected, i);
        const char *name = json_string_value(json_object_get(one, "hoster"));
        if (name)
            text_format(inner, sizeof inner, "%s[%s]", path, name);
        else
            text_format(inner, sizeof inner, "%s[%zu]", path, i);
        audit_compare(data, inner, json_array_get(published, i), one);
    }
}

void audit_compare(struct audit_data *data, const char *path, const json_t *published,
                   const json_t *expected)
{
    if (json_is_object(published) && json_is_object(expected))
        compare_objects(data, path, published, expected);
    else if (json_is_array(published) && json_is_array(expected))
        compare_arrays(data, path, published, expected);
    else if (json_is_real(expected) && json_is_number(published)) {
        if (!is_near(path, published, expected))
            tell(data, path, published, expected);
    } else if (!published || !json_equal(published, expected)) {
        tell(data, path, published, expected);
    }
}

/* ---- rows ---- */

static json_t *cell_json(const char *text)
{
    if (!*text)
        return json_null();
    return strchr(text, '.') ? json_real(strtod(text, NULL))
                             : json_integer(strtoll(text, NULL, 10));
}

void audit_compare_row(struct audit_data *data, const struct audit_table *table, size_t row,
                       const json_t *expected)
{
    char path[PATH_SIZE];
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)expected, key, value)
    {
        if (audit_table_column(table, key) < 0)
            continue;
        json_t *published = cell_json(audit_table_text(table, row, key));
        text_format(path, sizeof path, "%s, row %zu, %s", table->name, row + 1, key);
        audit_compare(data, path, published, value);
        json_decref(published);
    }
}
