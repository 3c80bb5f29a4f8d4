#include "blip.h"

#include "json.h"
#include "line.h"

#include <string.h>

void blip_write(const struct blip *blip, struct buffer *out)
{
    buffer_printf(out, "{\"until\":%lld,\"then\":\"%s\",\"results\":%d,\"reason\":\"%s\",",
                  (long long)blip->until, outcome_name(blip->then), blip->results,
                  reason_code(blip->reason));
    buffer_text_add(out, "\"detail\":");
    json_add_text(out, blip->detail);
    buffer_byte(out, '}');
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool read_fields(const json_t *object, struct blip *blip)
{
    json_int_t results = json_integer_value(json_object_get(object, "results"));
    blip->until = json_integer_value(json_object_get(object, "until"));
    if (results < 1 || results >= LINE_FAILS_TO_DOWN)
        return false;
    blip->results = (int)results;
    /* A later vibrisse may know more reasons. */
    if (!reason_parse(text_at(object, "reason"), &blip->reason))
        blip->reason = REASON_protocol_error;
    return (!blip->until || blip->until >= blip->at) &&
           outcome_parse(text_at(object, "then"), &blip->then) && blip->then != OUTCOME_DOWN &&
           json_get_text(object, "detail", blip->detail, sizeof blip->detail);
}

bool blip_read(const char *text, struct blip *ret)
{
    json_error_t error;
    struct blip blip = {.at = ret->at};
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    bool good = read_fields(object, &blip);
    json_decref(object);
    if (good)
        *ret = blip;
    return good;
}
