#include "recorder_inside.h"

#include "buffer.h"
#include "clock.h"
#include "comings.h"
#include "desk.h"
#include "log.h"

#include <stdlib.h>

static void tell_coming(void *owner, const char *subject, const char *detail)
{
    struct recorder *recorder = owner;
    pipeline_event(recorder->pipeline, EVENT_MEMBER, subject, 0, wall_seconds(clock_wall()),
                   detail);
}

static void take_config(struct recorder *recorder, struct config *config)
{
    comings_tell(&recorder->config->collective, &config->collective, tell_coming, recorder);
    pipeline_reload(recorder->pipeline, config);
    if (recorder->herald)
        herald_reload(recorder->herald, config, clock_wall().ms);
    if (recorder->publisher)
        publisher_reload(recorder->publisher, config);
    config_free(recorder->config);
    recorder->config = config;
}

struct status_view recorder_view(const struct recorder *recorder)
{
    return (struct status_view){recorder->config,           recorder->pipeline,
                                &recorder->heartbeat,       recorder_health(recorder),
                                wall_seconds(clock_wall()), recorder->unreadable};
}

static void answer_status(struct recorder *recorder, void *asker)
{
    struct status_view view = recorder_view(recorder);
    struct buffer text;
    size_t length;
    buffer_init(&text, STATUS_MAX);
    status_write(&view, &text);
    char *bytes = buffer_take(&text, &length);
    recorder->ears.answer(recorder->ears.owner, asker, bytes, length);
}

static void show_word(struct recorder *recorder, const struct event *event)
{
    const struct collective *all = &recorder->config->collective;
    const struct maintenance of = {.subject = event->subject};
    if (!recorder->publisher)
        return;
    publisher_forget(recorder->publisher); /* the desk let the almanac forget */
    if (event->kind == EVENT_REPORT)
        return; /* no page of a service has it */
    for (size_t i = 0; i < all->service_count; i++)
        if (maintenance_concerns(&of, all->services[i]->key))
            publisher_said(recorder->publisher, i, event->at);
}

static void take_word(struct recorder *recorder, const char *request, void *asker)
{
    struct desk desk = {recorder->config, recorder->ledger, &recorder->memory};
    struct arena arena = {0};
    struct buffer text;
    struct event event;
    struct fault fault;
    size_t length;
    buffer_init(&text, 2 * DESK_REQUEST_MAX);
    if (desk_take(&desk, request, clock_wall().ms, &arena, &event, &fault)) {
        desk_write_refusal(&fault, &text);
    } else {
        desk_write_answer(&event, &text);
        show_word(recorder, &event);
    }
    arena_free(&arena);
    char *bytes = buffer_take(&text, &length);
    recorder->ears.answer(recorder->ears.owner, asker, bytes, length);
}

/* What was said is answered when it is on disk: nobody believes in vain that it is known. */
static void take_alert_word(struct recorder *recorder, const char *request, void *asker)
{
    struct buffer text;
    struct fault fault;
    size_t length;
    buffer_init(&text, HERALD_ANSWER_MAX);
    if (recorder->herald)
        herald_word(recorder->herald, request, clock_wall().ms, &text);
    if (!recorder->herald || (herald_is_urgent(recorder->herald) &&
                              pipeline_commit(recorder->pipeline, KEEP_CHANGES, &fault))) {
        buffer_clear(&text);
        if (!recorder->herald)
            fault_set(&fault, "with --once nobody is alerted");
        desk_write_refusal(&fault, &text);
    }
    char *bytes = buffer_take(&text, &length);
    recorder->ears.answer(recorder->ears.owner, asker, bytes, length);
}

static void take_heartbeat(struct recorder *recorder, const struct heartbeat *heartbeat)
{
    char sentence[VANTAGE_SENTENCE_SIZE];
    recorder->heartbeat = *heartbeat;
    if (recorder->herald)
        herald_vantage(recorder->herald, &heartbeat->vantage, clock_wall().ms);
    for (int i = 0; i < SENSE_COUNT; i++) {
        const struct vantage_state *state = &heartbeat->vantage.senses[i];
        if (!vantage_news(&recorder->told.senses[i], state))
            continue;
        vantage_sentence((enum vantage_sense)i, state, sentence);
        log_event(state->condition == CONDITION_GOOD ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
                  "what we can see has changed", "vantage", sentence, NULL);
        pipeline_event(recorder->pipeline, EVENT_VANTAGE, "", 0, wall_seconds(state->since),
                       sentence);
    }
}

static void take_message(struct recorder *recorder, const struct message *message)
{
    switch (message->kind) {
    case MESSAGE_RESULT:
        pipeline_result(recorder->pipeline, &message->result, clock_wall());
        recorder->progress.result = clock_mono().ns / 1000000;
        break;
    case MESSAGE_HEARTBEAT:
        take_heartbeat(recorder, &message->heartbeat);
        break;
    case MESSAGE_EVENT:
        pipeline_event(recorder->pipeline, (enum event_kind)message->event.kind, "",
                       message->event.before, message->event.at, message->event.detail);
        break;
    case MESSAGE_CONFIG:
        take_config(recorder, message->config);
        break;
    case MESSAGE_UNREADABLE:
        recorder->unreadable++;
        break;
    case MESSAGE_STATUS:
        answer_status(recorder, message->asker);
        break;
    case MESSAGE_WORD:
        (message->word.of_alerts ? take_alert_word : take_word)(recorder, message->word.request,
                                                                message->word.asker);
        free(message->word.request);
        break;
    case MESSAGE_COURIER:
        herald_courier(recorder->herald, message->courier, clock_wall().ms);
        break;
    case MESSAGE_RECEIPT:
        herald_answer(recorder->herald, &message->receipt, clock_wall().ms);
        break;
    case MESSAGE_STOP:
        recorder->stopping = true;
        break;
    }
}

void recorder_take_messages(struct recorder *recorder, int64_t wait_ms)
{
    size_t count =
        inbox_take(&recorder->inbox, wait_ms, &recorder->messages, &recorder->message_capacity);
    for (size_t i = 0; i < count; i++)
        take_message(recorder, &recorder->messages[i]);
}
