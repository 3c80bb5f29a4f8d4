#include "certificate_change.h"

#include "certificate_json.h"

#include <string.h>

bool certificate_change_is_first(const struct certificate_change *change)
{
    return !change->before.sha256[0];
}

bool certificate_change_of_issuer(const struct certificate_change *change)
{
    return !certificate_change_is_first(change) &&
           strcmp(change->before.issuer, change->now.issuer) != 0;
}

bool certificate_change_of_key(const struct certificate_change *change)
{
    if (certificate_change_is_first(change))
        return false;
    if (change->before.key_sha256[0] && change->now.key_sha256[0])
        return strcmp(change->before.key_sha256, change->now.key_sha256) != 0;
    return strcmp(change->before.key, change->now.key) != 0;
}

void certificate_change_write(const struct certificate_change *change, struct buffer *out)
{
    buffer_byte(out, '{');
    if (!certificate_change_is_first(change)) {
        buffer_printf(out, "\"changed\":[\"certificate\"%s%s],\"before\":",
                      certificate_change_of_issuer(change) ? ",\"issuer\"" : "",
                      certificate_change_of_key(change) ? ",\"key\"" : "");
        certificate_json_add(out, &change->before);
        buffer_byte(out, ',');
    }
    buffer_text_add(out, "\"now\":");
    certificate_json_add(out, &change->now);
    buffer_byte(out, '}');
}

bool certificate_change_read(const char *text, struct certificate_change *ret)
{
    json_error_t error;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    const json_t *before = json_object_get(object, "before");
    struct certificate_change change = *ret;
    change.before = (struct certificate){0};
    bool good = certificate_json_read(json_object_get(object, "now"), &change.now) &&
                (!before || certificate_json_read(before, &change.before));
    json_decref(object);
    if (good)
        *ret = change;
    return good;
}
