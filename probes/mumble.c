/* Mumble's ping, the form that servers of every version answer:
 * https://github.com/mumble-voip/mumble/blob/master/docs/dev/network-protocol/voice_data.md
 *
 * Nobody enters without a connection to the same port over TLS, where the server says its version first of all
 * (.../establishing_connection.md): it is tried, too. Without pings (allowping=false) that alone is proof, and voice
 * that finds no way over UDP goes through it. Servers sign their certificates themselves; clients remember them. A server
 * counts connections and bans who comes ten times in two minutes (autobanAttempts): checks every 30 s stay below. */
#include "packet.h"
#include "route.h"

#include <assert.h>
#include <string.h>

enum { IDENT_SIZE = 8, PING_SIZE = 4 + IDENT_SIZE, PONG_SIZE = 24 };
enum {
    HEAD_SIZE = 6,
    TYPE_VERSION = 0,
    MESSAGE_MAX = 4096
}; /* a type in two bytes, a length in four */

/* ---- over UDP ---- */

/* Four bytes of zero, then what the answer repeats behind the server's version. */
static size_t build_ping(const struct packet_question *question, uint8_t *ret, size_t size)
{
    assert(size >= PING_SIZE);
    memset(ret, 0, 4);
    memcpy(ret + 4, question->nonce, IDENT_SIZE);
    return PING_SIZE;
}

static enum packet_verdict judge_pong(const struct packet_question *question, const uint8_t *bytes,
                                      size_t length, struct packet_answer *ret)
{
    if (length < PING_SIZE || memcmp(bytes + 4, question->nonce, IDENT_SIZE) != 0)
        return PACKET_OTHER;
    if (length != PONG_SIZE)
        return packet_judged(ret, REASON_protocol_error, "an answer of %zu bytes instead of %d",
                             length, PONG_SIZE);
    return packet_judged(ret, REASON_ok, "%s", "");
}

/* ---- over TLS ---- */

/* It speaks first. */
static size_t build_nothing(const struct packet_question *question, uint8_t *ret, size_t size)
{
    (void)question, (void)ret, (void)size;
    return 0;
}

static enum packet_verdict judge_version(const struct packet_question *question,
                                         const uint8_t *bytes, size_t length,
                                         struct packet_answer *ret)
{
    (void)question;
    if (length < HEAD_SIZE)
        return PACKET_OTHER;
    unsigned type = (unsigned)bytes[0] << 8 | bytes[1];
    size_t size =
        (size_t)bytes[2] << 24 | (size_t)bytes[3] << 16 | (size_t)bytes[4] << 8 | bytes[5];
    if (type != TYPE_VERSION || size > MESSAGE_MAX)
        return packet_judged(ret, REASON_protocol_error, "a message of type %u and %zu bytes first",
                             type, size);
    return length < HEAD_SIZE + size ? PACKET_OTHER : packet_judged(ret, REASON_ok, "%s", "");
}

static const struct packet_protocol control = {
    .carrier = PACKET_TLS,
    .rule = TRUST_FIRST_USE,
    .build = build_nothing,
    .judge = judge_version,
};

static const struct packet_protocol pings = {
    .build = build_ping,
    .judge = judge_pong,
    .silence = "it may be set to answer no pings (allowping=false)",
    .besides = &control,
};

extern const struct probe_type probe_mumble;
const struct probe_type probe_mumble = {
    .name = "mumble",
    .port = 64738,
    .options = {"mumble", NULL, 0},
    .route = &route_mumble,
    .protocol = &pings,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};
