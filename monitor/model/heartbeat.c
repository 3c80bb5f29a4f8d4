#include "heartbeat.h"

#include "json.h"
#include "macros.h"
#include "stamp.h"

#include <string.h>

static const struct {
    const char *name;
    size_t offset;
} counters[] = {
    {"started", offsetof(struct heartbeat, started)},
    {"late", offsetof(struct heartbeat, late)},
    {"missed", offsetof(struct heartbeat, missed)},
    {"latest_ms", offsetof(struct heartbeat, latest_ms)},
    {"in_flight", offsetof(struct heartbeat, in_flight)},
    {"loop_lag_ms", offsetof(struct heartbeat, loop_lag_ms)},
    {"checks", offsetof(struct heartbeat, checks)},
};

static const char opening[] = "{\"v\":1,\"heartbeat\":\"";

void heartbeat_write(const struct heartbeat *heartbeat, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    buffer_printf(out, "%s%s\"", opening, stamp_ms(heartbeat->time, stamp));
    for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
        int64_t value;
        memcpy(&value, (const char *)heartbeat + counters[i].offset, sizeof value);
        buffer_printf(out, ",\"%s\":%lld", counters[i].name, (long long)value);
    }
    buffer_text_add(out, "}\n");
}

bool heartbeat_read(const char *line, size_t length, struct heartbeat *ret)
{
    /* We wrote it ourselves: the opening tells it from a result without parsing every line twice. */
    if (length < strlen(opening) || memcmp(line, opening, strlen(opening)) != 0)
        return false;
    json_error_t error;
    json_t *object = json_loadb(line, length, 0, &error);
    struct heartbeat heartbeat = {0};
    bool good = json_get_time(object, "heartbeat", &heartbeat.time.ms);
    for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
        int64_t value = json_integer_value(json_object_get(object, counters[i].name));
        memcpy((char *)&heartbeat + counters[i].offset, &value, sizeof value);
    }
    json_decref(object);
    if (good)
        *ret = heartbeat;
    return good;
}
