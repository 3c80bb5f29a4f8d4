#include "heartbeat.h"

#include "json.h"
#include "macros.h"
#include "stamp.h"
#include "text.h"

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
    {"unsynchronised", offsetof(struct heartbeat, unsynchronised)},
};

static const char opening[] = "{\"v\":1,\"heartbeat\":\"";

static void write_vantage(const struct vantage *vantage, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    const char *comma = "";
    buffer_text_add(out, ",\"vantage\":{");
    for (int i = 0; i < SENSE_COUNT; i++) {
        const struct vantage_state *state = &vantage->senses[i];
        if (state->condition == CONDITION_UNJUDGED)
            continue;
        buffer_printf(out, "%s\"%s\":{\"condition\":\"%s\",\"since\":\"%s\",\"why\":", comma,
                      vantage_sense_name((enum vantage_sense)i),
                      vantage_condition_name(state->condition), stamp_ms(state->since, stamp));
        json_add_text(out, state->why);
        buffer_byte(out, '}');
        comma = ",";
    }
    buffer_byte(out, '}');
}

static void read_vantage(const json_t *object, struct vantage *vantage)
{
    for (int i = 0; i < SENSE_COUNT; i++) {
        struct vantage_state *state = &vantage->senses[i];
        json_t *member = json_object_get(object, vantage_sense_name((enum vantage_sense)i));
        const char *why = json_string_value(json_object_get(member, "why"));
        if (!vantage_condition_parse(json_string_value(json_object_get(member, "condition")),
                                     &state->condition) ||
            !json_get_time(member, "since", &state->since.ms))
            *state = (struct vantage_state){0};
        else if (why)
            text_clean(state->why, sizeof state->why, why, strlen(why));
    }
}

void heartbeat_write(const struct heartbeat *heartbeat, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    buffer_printf(out, "%s%s\"", opening, stamp_ms(heartbeat->time, stamp));
    for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
        int64_t value;
        memcpy(&value, (const char *)heartbeat + counters[i].offset, sizeof value);
        buffer_printf(out, ",\"%s\":%lld", counters[i].name, (long long)value);
    }
    write_vantage(&heartbeat->vantage, out);
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
    read_vantage(json_object_get(object, "vantage"), &heartbeat.vantage);
    json_decref(object);
    if (good)
        *ret = heartbeat;
    return good;
}
