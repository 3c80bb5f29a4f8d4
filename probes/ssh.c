/* Shells: SSH (RFC 4253). Whoever greets with a version might be a mere porter, so that we wait for the list of algorithms
 * (KEXINIT), which comes from the service itself, and disconnect before any key is exchanged. No login. */
#include "dialogue_run.h"
#include "macros.h"

#include <stdint.h>

enum {
    LENGTH_SIZE = 4,
    HEAD_SIZE = LENGTH_SIZE + 2, /* length of the rest, length of the padding, kind of message */
    PACKET_MAX = 35000,          /* section 6.1 */
    PADDING_MIN = 4,
    COOKIE_SIZE = 16,
    NAME_LISTS = 10,
    DISCONNECT = 1,
    IGNORE = 2,
    DEBUG = 4,
    KEXINIT = 20
};

static uint32_t number_at(const char *bytes)
{
    const unsigned char *at = (const unsigned char *)bytes;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* A packet before encryption begins (section 6). */
static long measure(const struct dialogue *dialogue, const char *bytes, size_t length)
{
    (void)dialogue;
    if (length < HEAD_SIZE)
        return 0;
    uint32_t rest = number_at(bytes), padding = (unsigned char)bytes[LENGTH_SIZE];
    if (rest > PACKET_MAX || padding < PADDING_MIN || rest < padding + 2)
        return -1;
    return length >= LENGTH_SIZE + rest ? (long)(LENGTH_SIZE + rest) : 0;
}

/* Whether the lists of names fit into the message, and exactly a flag and a reserved number follow (section 7.1). */
static bool is_kexinit(const char *body, size_t length)
{
    size_t at = COOKIE_SIZE;
    for (int i = 0; i < NAME_LISTS; i++) {
        if (at + 4 > length || number_at(body + at) > length - at - 4)
            return false;
        at += 4 + number_at(body + at);
    }
    return length - at == 1 + 4;
}

/* A reason's number, then its description (section 11.1). */
static void quote_disconnect(struct dialogue *dialogue, const char *body, size_t length)
{
    size_t described = length >= 8 ? number_at(body + 4) : 0;
    if (described == 0 || described > length - 8)
        dialogue_quote(dialogue, "disconnected", 12);
    else
        dialogue_quote(dialogue, body + 8, described);
}

static enum dialogue_turn judge(struct dialogue *dialogue, const char *piece, size_t length)
{
    const char *body = piece + HEAD_SIZE;
    size_t body_length = length - HEAD_SIZE - (unsigned char)piece[LENGTH_SIZE];
    switch (piece[HEAD_SIZE - 1]) {
    case KEXINIT:
        dialogue_quote(dialogue, "list of algorithms", 18);
        return is_kexinit(body, body_length) ? TURN_GOOD : TURN_NONSENSE;
    case DISCONNECT:
        quote_disconnect(dialogue, body, body_length);
        return TURN_REFUSED;
    case IGNORE:
    case DEBUG:
        return TURN_MORE;
    default:
        dialogue_quote(dialogue, "another message", 15);
        return TURN_NONSENSE;
    }
}

static const struct dialogue_pieces packets = {measure, judge};

/* SSH_DISCONNECT_BY_APPLICATION, "just looking", no language, padded to 40 bytes. */
static const char farewell[] = "\0\0\0\x24\x0a"
                               "\x01\0\0\0\x0b"
                               "\0\0\0\x0c"
                               "just looking"
                               "\0\0\0\0"
                               "\0\0\0\0\0\0\0\0\0";

static const struct dialogue_step steps[] = {
    {.name = "SSH-2.0",
     .say = "SSH-2.0-vibrisse\r\n",
     .await = AWAIT_UNTIL, /* lines of welcome may come first (section 4.2) */
     .good = "SSH-2.0-|SSH-1.99-",
     .refused = "SSH-|Exceeded MaxStartups",
     .blocked = "Not allowed at this time"},
    {.name = "list of algorithms", .await = AWAIT_PIECES, .pieces = &packets},
    {.name = "farewell",
     .say = farewell,
     .say_length = sizeof farewell,
     .await = AWAIT_NOTHING,
     .parting = true},
};

_Static_assert(sizeof farewell == 40, "a packet is a multiple of 8 bytes");

static const struct dialogue_script script = {.steps = steps, .count = ARRAY_LEN(steps)};

extern const struct probe_type probe_ssh;

const struct probe_type probe_ssh = {
    .name = "ssh",
    .options = {"ssh", NULL, 0},
    DIALOGUE_TYPE(22, &script),
};
