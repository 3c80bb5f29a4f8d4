#include "ledger.h"

#include "json.h"

#include <string.h>

static const char *const kind_names[EVENT_KIND_COUNT] = {
    [EVENT_STATE] = "state", [EVENT_BLIND] = "blind",     [EVENT_CERTIFICATE] = "certificate",
    [EVENT_CLOCK] = "clock", [EVENT_MONITOR] = "monitor", [EVENT_SERIES] = "series",
};

const char *event_kind_name(enum event_kind kind)
{
    return kind_names[kind];
}

bool event_kind_parse(const char *name, enum event_kind *ret)
{
    for (int i = 0; i < EVENT_KIND_COUNT; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *ret = (enum event_kind)i;
            return true;
        }
    }
    return false;
}

void event_canonical(const struct event *event, struct buffer *out)
{
    buffer_printf(out, "{\"v\":1,\"seq\":%lld,\"recorded_ms\":%lld,\"kind\":\"%s\",\"subject\":",
                  (long long)event->seq, (long long)event->recorded_ms,
                  event_kind_name(event->kind));
    json_add_text(out, event->subject);
    buffer_printf(out, ",\"at\":%lld,\"before\":%lld", (long long)event->at,
                  (long long)event->before);
    if (event->kind == EVENT_STATE)
        buffer_printf(out, ",\"from\":\"%s\",\"to\":\"%s\",\"reason\":\"%s\"",
                      outcome_name(event->from), outcome_name(event->to),
                      reason_code(event->reason));
    buffer_text_add(out, ",\"detail\":");
    json_add_text(out, event->detail);
    buffer_byte(out, '}');
}
