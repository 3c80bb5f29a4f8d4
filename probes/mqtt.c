/* MQTT 3.1.1 (https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/): CONNECT without a name, and a DISCONNECT at once so that the
 * broker's log stays quiet. Whether it lets us in does not matter, unless it says that it serves nobody. */
#include "macros.h"
#include "packet.h"

#include <assert.h>
#include <string.h>

enum {
    CONNACK = 0x20,
    UNAVAILABLE = 3,
    UNAVAILABLE_5 = 0x88,
    BUSY_5 = 0x89,
    CODE_MIN = 2,
    CODE_MAX = 126
};

static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    static const uint8_t message[] = {0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 4, /* level: 3.1.1 */
                                      0x02,                                  /* clean session */
                                      0,    30,                              /* keep alive */
                                      0,    0,                               /* no client id */
                                      0xE0, 0};                              /* DISCONNECT */
    (void)question;
    assert(size >= sizeof message);
    memcpy(ret, message, sizeof message);
    return sizeof message;
}

/* A broker that only knows version 5 answers in its form: longer, and with codes from 0x80 on. */
static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    (void)question;
    if (bytes[0] != CONNACK || (length > 1 && (bytes[1] < CODE_MIN || bytes[1] > CODE_MAX)))
        return packet_judged(ret, REASON_protocol_error, "the answer is none of MQTT's");
    if (length < 4)
        return PACKET_OTHER;
    unsigned code = bytes[3];
    if (code == UNAVAILABLE || code == UNAVAILABLE_5 || code == BUSY_5)
        return packet_judged(ret, REASON_banner_refused, "unavailable (code %u)", code);
    return packet_judged(ret, REASON_ok, "%s", "");
}

static const struct packet_protocol in_clear = {
    .carrier = PACKET_TCP, .build = build, .judge = judge};
static const struct packet_protocol under_tls = {
    .carrier = PACKET_TLS, .build = build, .judge = judge};

#define MQTT_TYPE(symbol, scheme, its_port, its_protocol)                                          \
    extern const struct probe_type symbol;                                                         \
    const struct probe_type symbol = {                                                             \
        .name = scheme,                                                                            \
        .port = its_port,                                                                          \
        .options = {scheme, NULL, 0},                                                              \
        .protocol = &its_protocol,                                                                 \
        .run_size = sizeof(struct packet_run),                                                     \
        .start = packet_start,                                                                     \
        .cancel = packet_cancel,                                                                   \
    }

MQTT_TYPE(probe_mqtt, "mqtt", 1883, in_clear);
MQTT_TYPE(probe_mqtts, "mqtts", 8883, under_tls);
