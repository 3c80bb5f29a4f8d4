#include "site_stamp.h"

#include "json.h"
#include "stamp.h"
#include "text.h"

#include <string.h>

static void add_time(struct buffer *out, const char *key, struct wall time)
{
    char stamp[STAMP_SIZE];
    buffer_printf(out, ",\"%s\":", key);
    if (time.ms)
        buffer_printf(out, "\"%s\"", stamp_ms(time, stamp));
    else
        buffer_text_add(out, "null");
}

void site_stamp_write(const struct site_stamp *stamp, struct buffer *out)
{
    buffer_printf(out, "{\"v\":1,\"structure\":%lld", (long long)stamp->structure);
    add_time(out, "written", stamp->written);
    add_time(out, "measured", stamp->measured);
    buffer_printf(out, ",\"interval_s\":%lld,\"state\":", (long long)stamp->interval_s);
    json_add_text(out, stamp->state);
    buffer_text_add(out, ",\"languages\":[");
    for (size_t i = 0; i < stamp->language_count; i++) {
        if (i)
            buffer_byte(out, ',');
        json_add_text(out, stamp->languages[i]);
    }
    buffer_text_add(out, "]}\n");
}

/* A language becomes the first segment of a path, so only an id passes. */
static void read_languages(const json_t *array, struct site_stamp *stamp)
{
    size_t i;
    const json_t *value;
    json_array_foreach(array, i, value)
    {
        const char *language = json_string_value(value);
        if (stamp->language_count == SITE_LANGUAGES_MOST)
            return;
        if (language && text_is_id(language) && strlen(language) < SITE_LANGUAGE_SIZE)
            text_copy(stamp->languages[stamp->language_count++], SITE_LANGUAGE_SIZE, language);
    }
}

static bool read_object(const json_t *object, struct site_stamp *stamp)
{
    enum { INTERVAL_MOST = 7 * 24 * 3600 };
    json_get_time(object, "measured", &stamp->measured.ms);
    read_languages(json_object_get(object, "languages"), stamp);
    stamp->structure = json_integer_value(json_object_get(object, "structure"));
    stamp->interval_s = json_integer_value(json_object_get(object, "interval_s"));
    return json_integer_value(json_object_get(object, "v")) == 1 &&
           json_get_time(object, "written", &stamp->written.ms) &&
           json_get_text(object, "state", stamp->state, sizeof stamp->state) && stamp->state[0] &&
           stamp->interval_s >= 1 && stamp->interval_s <= INTERVAL_MOST;
}

bool site_stamp_read(const char *bytes, size_t length, struct site_stamp *ret)
{
    if (length > SITE_STAMP_MAX)
        return false;
    json_error_t error;
    json_t *object = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &error);
    struct site_stamp stamp = {0};
    bool good = json_is_object(object) && read_object(object, &stamp);
    json_decref(object);
    if (good)
        *ret = stamp;
    return good;
}
