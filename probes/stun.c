/* STUN (RFC 8489) and TURN (RFC 8656). A TURN server proves itself without credentials: it refuses an allocation by
 * asking for some. */
#include "macros.h"
#include "packet.h"

#include <assert.h>
#include <string.h>

enum {
    HEADER_SIZE = 20,
    ID = 8,
    ID_SIZE = 12,
    BINDING = 0x001,
    ALLOCATE = 0x003,
    SUCCESS = 0x100, /* classes, as the type has them */
    FAILURE = 0x110,
    ERROR_CODE = 0x0009,
    REALM = 0x0014,
    NONCE = 0x0015,
    REQUESTED_TRANSPORT = 0x0019,
    XOR_MAPPED_ADDRESS = 0x0020,
    UDP = 17,
    UNAUTHENTICATED = 401
};

static const uint8_t cookie[] = {0x21, 0x12, 0xA4, 0x42};

static unsigned get16(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static void put_header(const struct packet_question *question, unsigned type, size_t body,
                       uint8_t *ret)
{
    ret[0] = (uint8_t)(type >> 8);
    ret[1] = (uint8_t)type;
    ret[2] = 0;
    ret[3] = (uint8_t)body;
    memcpy(ret + 4, cookie, sizeof cookie);
    memcpy(ret + ID, question->nonce, ID_SIZE);
}

static size_t build_binding(const struct packet_question *question, uint8_t *ret, size_t size)
{
    assert(size >= HEADER_SIZE);
    put_header(question, BINDING, 0, ret);
    return HEADER_SIZE;
}

static size_t build_allocate(const struct packet_question *question, uint8_t *ret, size_t size)
{
    static const uint8_t transport[] = {0, REQUESTED_TRANSPORT, 0, 4, UDP, 0, 0, 0};
    assert(size >= HEADER_SIZE + sizeof transport);
    put_header(question, ALLOCATE, sizeof transport, ret);
    memcpy(ret + HEADER_SIZE, transport, sizeof transport);
    return HEADER_SIZE + sizeof transport;
}

/* What we look at in an answer. */
struct answer {
    unsigned type, error; /* error: 0 = none is given */
    bool mapped, realm, nonce;
};

static bool is_mapped_address(const uint8_t *value, size_t length)
{
    return (length == 8 && value[1] == 1) || (length == 20 && value[1] == 2);
}

static void read_attribute(unsigned type, const uint8_t *value, size_t length, struct answer *ret)
{
    if (type == XOR_MAPPED_ADDRESS)
        ret->mapped = is_mapped_address(value, length);
    else if (type == REALM)
        ret->realm = length > 0;
    else if (type == NONCE)
        ret->nonce = length > 0;
    else if (type == ERROR_CODE && length >= 4)
        ret->error = (value[2] & 7u) * 100 + value[3];
}

/* False when the attributes do not fill the message exactly. */
static bool read_answer(const uint8_t *bytes, size_t length, struct answer *ret)
{
    *ret = (struct answer){.type = get16(bytes)};
    if (get16(bytes + 2) != length - HEADER_SIZE || length % 4)
        return false;
    for (size_t at = HEADER_SIZE; at < length;) {
        size_t size = get16(bytes + at + 2); /* whole words are left: at least one */
        if (length - at - 4 < size)
            return false;
        read_attribute(get16(bytes + at), bytes + at + 4, size, ret);
        at += 4 + (size + 3) / 4 * 4;
    }
    return true;
}

static bool is_ours(const struct packet_question *question, const uint8_t *bytes, size_t length)
{
    return length >= HEADER_SIZE && memcmp(bytes + 4, cookie, sizeof cookie) == 0 &&
           memcmp(bytes + ID, question->nonce, ID_SIZE) == 0;
}

static enum packet_verdict judge_failure(const struct answer *answer, struct packet_answer *ret)
{
    return packet_judged(ret, REASON_banner_refused, "error %u", answer->error);
}

static enum packet_verdict judge_binding(const struct packet_question *question,
                                         const uint8_t *bytes, size_t length,
                                         struct packet_answer *ret)
{
    struct answer answer;
    if (!is_ours(question, bytes, length))
        return PACKET_OTHER;
    if (!read_answer(bytes, length, &answer))
        return packet_judged(ret, REASON_protocol_error, "the answer breaks its format");
    if (answer.type == (BINDING | FAILURE))
        return judge_failure(&answer, ret);
    if (answer.type != (BINDING | SUCCESS))
        return packet_judged(ret, REASON_protocol_error, "an answer of type 0x%04x", answer.type);
    if (!answer.mapped)
        return packet_judged(ret, REASON_body_mismatch, "it does not say our address");
    return packet_judged(ret, REASON_ok, "%s", "");
}

static enum packet_verdict judge_allocate(const struct packet_question *question,
                                          const uint8_t *bytes, size_t length,
                                          struct packet_answer *ret)
{
    struct answer answer;
    if (!is_ours(question, bytes, length))
        return PACKET_OTHER;
    if (!read_answer(bytes, length, &answer))
        return packet_judged(ret, REASON_protocol_error, "the answer breaks its format");
    if (answer.type == (ALLOCATE | SUCCESS)) /* it relays for everybody: not wise, but it works */
        return packet_judged(ret, REASON_ok, "%s", "");
    if (answer.type != (ALLOCATE | FAILURE))
        return packet_judged(ret, REASON_protocol_error, "an answer of type 0x%04x", answer.type);
    if (answer.error != UNAUTHENTICATED)
        return judge_failure(&answer, ret);
    if (!answer.realm || !answer.nonce)
        return packet_judged(ret, REASON_body_mismatch, "it asks for credentials without %s",
                             answer.realm ? "a nonce" : "a realm");
    return packet_judged(ret, REASON_ok, "%s", "");
}

static const struct packet_protocol stun = {.build = build_binding, .judge = judge_binding};
static const struct packet_protocol turn = {.build = build_allocate, .judge = judge_allocate};

#define STUN_TYPE(symbol, scheme, its_protocol)                                                    \
    extern const struct probe_type symbol;                                                         \
    const struct probe_type symbol = {                                                             \
        .name = scheme,                                                                            \
        .port = 3478,                                                                              \
        .options = {scheme, NULL, 0},                                                              \
        .protocol = &its_protocol,                                                                 \
        .run_size = sizeof(struct packet_run),                                                     \
        .start = packet_start,                                                                     \
        .cancel = packet_cancel,                                                                   \
    }

STUN_TYPE(probe_stun, "stun", stun);
STUN_TYPE(probe_turn, "turn", turn);
