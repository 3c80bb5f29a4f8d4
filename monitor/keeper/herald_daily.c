#include "herald_inside.h"

#include "mem.h"
#include "rehearsal.h"
#include "text.h"
#include "values.h"

#include <stdlib.h>

/* Of a day there is one: the outbox knows its id, also after a restart. */
static void rehearse(struct herald *herald, const struct config_target *target, int64_t at)
{
    const struct collective *collective = &herald->config->collective;
    const char *language = target->who.language ? target->who.language : collective->languages[0];
    struct alert *alert = mem_alloc(sizeof *alert);
    char text[ALERT_WORD_SIZE + 32], thread[ALERT_ID_SIZE];
    text_format(text, sizeof text, "test\n%s\n%lld", target->who.name, (long long)at);
    alert_name(text, thread);
    rehearsal_alert(target->who.name, language, collective->address, thread, at, alert);
    struct policy_message message = {.alert = alert, .due = at};
    outbox_add(herald->outbox, &message, herald->now);
    herald_wake(herald);
    free(alert);
}

void herald_rehearse(struct herald *herald)
{
    const struct config_alerts *alerts = &herald->config->alerts;
    int64_t at, minute = herald->now / 60000;
    if (minute == herald->rehearsed)
        return;
    herald->rehearsed = minute;
    for (size_t i = 0; i < alerts->target_count; i++) {
        const char *daily = alerts->targets[i]->daily_test;
        if (daily && rehearsal_due(value_minute(daily), herald->now / 1000, &at))
            rehearse(herald, alerts->targets[i], at);
    }
}
