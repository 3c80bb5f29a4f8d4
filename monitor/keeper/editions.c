#include "editions.h"

#include "log.h"

static bool take(const struct event *event, struct arena *arena, struct edition *ret)
{
    struct fault fault;
    json_error_t error;
    json_t *facts = event->facts ? json_loads(event->facts, JSON_REJECT_DUPLICATES, &error) : NULL;
    *ret = (struct edition){.seq = event->seq,
                            .recorded_ms = event->recorded_ms,
                            .hoster = event->subject,
                            .as_of = event->at};
    int rc = facts ? edition_read(facts, ret, arena, &fault) : -1;
    json_decref(facts);
    if (rc)
        log_event(LOG_LEVEL_WARNING, "an event of the ledger says nothing that we understand",
                  "kind", event_kind_name(event->kind), NULL);
    return rc == 0;
}

int editions_read(struct ledger *ledger, struct arena *arena, const struct edition **ret,
                  size_t *ret_count, struct fault *fault)
{
    const struct event *events;
    size_t count;
    *ret = NULL;
    *ret_count = 0;
    if (ledger_reports(ledger, arena, &events, &count, fault))
        return -1;
    struct edition *editions = arena_array(arena, count + 1, sizeof *editions);
    for (size_t i = 0; i < count; i++)
        *ret_count += take(&events[i], arena, &editions[*ret_count]);
    *ret = editions;
    return 0;
}
