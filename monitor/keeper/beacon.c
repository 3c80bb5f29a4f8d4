#include "beacon.h"

#include "log.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* ---- the receivers ---- */

static void drop_receivers(struct beacon *beacon)
{
    for (size_t i = 0; i < beacon->count; i++)
        free(beacon->receivers[i].url);
    beacon->count = 0;
}

static void add_receiver(struct beacon *beacon, const struct config_option *option)
{
    struct arena arena = {0};
    struct fault fault;
    const char *url;
    if (config_option_fetch(option, &arena, &url, &fault))
        log_event(LOG_LEVEL_ERROR, "a heartbeat has no URL and is not sent", "why", fault.text,
                  NULL);
    else if (beacon->count < BEACON_RECEIVERS_MAX)
        beacon->receivers[beacon->count++] = (struct beacon_receiver){.url = mem_text(url)};
    arena_free(&arena);
}

void beacon_set(struct beacon *beacon, const struct config *config)
{
    drop_receivers(beacon);
    beacon->every_ms = config->alerts.heartbeat_every_ms;
    for (size_t i = 0; i < config->alerts.heartbeat_count; i++)
        add_receiver(beacon, &config->alerts.heartbeats[i]);
}

void beacon_fini(struct beacon *beacon)
{
    drop_receivers(beacon);
}

/* ---- sending ---- */

static void send_to(struct beacon *beacon, struct postroom *post, size_t index, int64_t now_ms)
{
    struct beacon_receiver *receiver = &beacon->receivers[index];
    char id[ALERT_ID_SIZE];
    struct buffer line;
    receiver->again_ms = now_ms + BEACON_AGAIN_MS;
    if (receiver->flying)
        return;
    text_format(id, sizeof id, "sign-%zu-%u", index, beacon->serial);
    const struct ping ping = {id, receiver->url, beacon->signal, beacon->words};
    buffer_init(&line, ERRAND_LINE_MAX);
    errand_write_ping(&ping, &line);
    receiver->flying = postroom_send(post, line.bytes, line.length);
    buffer_fini(&line);
    receiver->tries++;
    if (receiver->flying)
        receiver->again_ms = 0;
}

static void send_to_all(struct beacon *beacon, struct postroom *post, int64_t now_ms)
{
    beacon->serial++;
    for (size_t i = 0; i < beacon->count; i++) {
        beacon->receivers[i].tries = 0;
        send_to(beacon, post, i, now_ms);
    }
}

/* What was true then may not be told any more. */
static void send_again(struct beacon *beacon, struct postroom *post, bool beats, int64_t now_ms)
{
    for (size_t i = 0; i < beacon->count; i++) {
        const struct beacon_receiver *receiver = &beacon->receivers[i];
        if (receiver->again_ms && now_ms >= receiver->again_ms && receiver->tries < BEACON_TRIES &&
            (beats || beacon->signal != PING_SUCCESS))
            send_to(beacon, post, i, now_ms);
    }
}

void beacon_turn(struct beacon *beacon, struct postroom *post, enum pulse_reason reason,
                 int64_t now_ms)
{
    bool beats = reason == PULSE_BEATS;
    if (!beacon->count)
        return;
    if (pulse_turn(&beacon->pulse, reason, beacon->every_ms, now_ms, &beacon->signal)) {
        beacon->words = pulse_sentence(reason);
        send_to_all(beacon, post, now_ms);
    } else {
        send_again(beacon, post, beats, now_ms);
    }
}

void beacon_lost(struct beacon *beacon, int64_t now_ms)
{
    for (size_t i = 0; i < beacon->count; i++) {
        if (beacon->receivers[i].flying)
            beacon->receivers[i].again_ms = now_ms;
        beacon->receivers[i].flying = false;
    }
}

/* ---- receipts ---- */

static void note(struct beacon_receiver *receiver, size_t index,
                 const struct channel_verdict *verdict)
{
    bool troubled = verdict->end != CHANNEL_DELIVERED;
    char number[24];
    text_format(number, sizeof number, "%zu", index + 1);
    if (troubled && !receiver->troubled)
        log_event(LOG_LEVEL_WARNING, "a heartbeat was not taken", "which", number, "why",
                  verdict->detail, NULL);
    else if (!troubled && receiver->troubled)
        log_event(LOG_LEVEL_INFO, "a heartbeat is taken again", "which", number, NULL);
    receiver->troubled = troubled;
}

/* "sign-0-17" */
static bool read_id(const char *id, size_t *ret_index, unsigned *ret_serial)
{
    static const char mark[] = "sign-";
    char *end;
    if (!text_starts(id, mark))
        return false;
    *ret_index = strtoul(id + strlen(mark), &end, 10);
    *ret_serial = *end == '-' ? (unsigned)strtoul(end + 1, &end, 10) : 0;
    return true;
}

bool beacon_receipt(struct beacon *beacon, const struct receipt *receipt, int64_t now_ms)
{
    size_t index;
    unsigned serial;
    if (!read_id(receipt->id, &index, &serial))
        return false;
    if (index >= beacon->count)
        return true;
    struct beacon_receiver *receiver = &beacon->receivers[index];
    receiver->flying = false;
    note(receiver, index, &receipt->verdict);
    if (receipt->verdict.end == CHANNEL_LATER && serial == beacon->serial)
        receiver->again_ms = now_ms + BEACON_AGAIN_MS;
    return true;
}
