#include "health.h"

#include "json.h"
#include "stamp.h"

#include <string.h>

static int64_t age_limit_s(const struct site_stamp *stamp)
{
    enum { INTERVALS = 3, LEAST_S = 60 };
    int64_t limit = INTERVALS * stamp->interval_s;
    return limit > LEAST_S ? limit : LEAST_S;
}

bool health_is_stale(const struct site_stamp *stamp, int64_t now_s)
{
    if (!stamp || !stamp->measured.ms)
        return false;
    return now_s - wall_seconds(stamp->measured) > age_limit_s(stamp);
}

/* NULL when all is well. */
static const char *trouble(const struct site_stamp *stamp, int64_t now_s)
{
    if (!stamp)
        return "no monitor keeps this site up to date";
    if (strcmp(stamp->state, "ok") != 0)
        return stamp->state;
    if (!stamp->measured.ms)
        return "nothing has been measured yet";
    return health_is_stale(stamp, now_s) ? "measurements have stopped" : NULL;
}

unsigned health_answer(const struct site_stamp *stamp, int64_t now_s, struct buffer *out)
{
    enum { OK = 200, UNAVAILABLE = 503 };
    char time[STAMP_SIZE];
    const char *reason = trouble(stamp, now_s);
    buffer_text_add(out, reason ? "{\"status\":\"failing\",\"reason\":" : "{\"status\":\"ok\"");
    if (reason)
        json_add_text(out, reason);
    if (stamp && stamp->measured.ms)
        buffer_printf(out, ",\"measured\":\"%s\"",
                      stamp_seconds(wall_seconds(stamp->measured), time));
    buffer_text_add(out, "}\n");
    return reason ? UNAVAILABLE : OK;
}
