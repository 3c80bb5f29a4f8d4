/* Mumble's ping, the form that servers of every version answer:
 * https://github.com/mumble-voip/mumble/blob/master/docs/dev/network-protocol/voice_data.md */
#include "packet.h"
#include "route.h"

#include <assert.h>
#include <string.h>

enum { IDENT_SIZE = 8, PING_SIZE = 4 + IDENT_SIZE, PONG_SIZE = 24 };

/* Four bytes of zero, then what the answer repeats behind the server's version. */
static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    assert(size >= PING_SIZE);
    memset(ret, 0, 4);
    memcpy(ret + 4, question->nonce, IDENT_SIZE);
    return PING_SIZE;
}

static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    if (length < PING_SIZE || memcmp(bytes + 4, question->nonce, IDENT_SIZE) != 0)
        return PACKET_OTHER;
    if (length != PONG_SIZE)
        return packet_judged(ret, REASON_protocol_error, "an answer of %zu bytes instead of %d",
                             length, PONG_SIZE);
    return packet_judged(ret, REASON_ok, "%s", "");
}

static const struct packet_protocol protocol = {
    .build = build,
    .judge = judge,
    .silence = "a server with allowping=false stays silent and is better checked by tls://",
};

extern const struct probe_type probe_mumble;
const struct probe_type probe_mumble = {
    .name = "mumble",
    .port = 64738,
    .options = {"mumble", NULL, 0},
    .route = &route_mumble,
    .protocol = &protocol,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};
