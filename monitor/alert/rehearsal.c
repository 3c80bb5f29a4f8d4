#include "rehearsal.h"

#include "calendar.h"
#include "text.h"

#include <string.h>

void rehearsal_alert(const char *target, const char *language, const char *address,
                     const char *thread, int64_t at, struct alert *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->kind = ALERT_TEST;
    ret->opens = true;
    ret->at = at;
    text_copy(ret->thread, sizeof ret->thread, thread);
    text_copy(ret->target, sizeof ret->target, target);
    text_copy(ret->language, sizeof ret->language, language);
    if (address)
        text_copy(ret->link, sizeof ret->link, address);
    alert_identify(ret);
}

bool rehearsal_due(int minute, int64_t now, int64_t *ret_at)
{
    struct calendar_time clock = calendar_at(now);
    clock.hour = minute / 60;
    clock.minute = minute % 60;
    clock.second = 0;
    calendar_instant(&clock, ret_at);
    return *ret_at <= now && now - *ret_at < REHEARSAL_LATE_S;
}
