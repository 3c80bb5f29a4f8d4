/* NTP (RFC 5905), the plain client's question. Its transmit time is random: it says nothing of our clock and proves that
 * the answer is to us. */
#include "macros.h"
#include "packet.h"

#include <assert.h>
#include <string.h>

enum {
    MESSAGE_SIZE = 48,
    CLIENT = 4 << 3 | 3, /* version 4, mode 3 */
    MODE_SERVER = 4,
    LEAP_UNKNOWN = 3,
    STRATUM = 1,
    REFERENCE = 12,
    ORIGIN = 24,
    TRANSMIT = 40,
    STAMP_SIZE = 8
};

static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    assert(size >= MESSAGE_SIZE);
    memset(ret, 0, MESSAGE_SIZE);
    ret[0] = CLIENT;
    memcpy(ret + TRANSMIT, question->nonce, STAMP_SIZE);
    return MESSAGE_SIZE;
}

/* A stratum of 0 is a «kiss of death»: four letters say why (RFC 5905 section 7.4). */
static enum packet_verdict judge_kiss(const uint8_t *code, struct packet_answer *ret)
{
    if (memcmp(code, "RATE", 4) == 0)
        return packet_judged(ret, REASON_blocked, "RATE: it asks us to come less often");
    if (memcmp(code, "DENY", 4) == 0 || memcmp(code, "RSTR", 4) == 0)
        return packet_judged(ret, REASON_banner_refused, "%.4s", (const char *)code);
    return packet_judged(ret, REASON_body_mismatch, "it has no time to give: %.4s",
                         (const char *)code);
}

static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    if (length < MESSAGE_SIZE || memcmp(bytes + ORIGIN, question->nonce, STAMP_SIZE) != 0)
        return PACKET_OTHER;
    if ((bytes[0] & 7) != MODE_SERVER)
        return packet_judged(ret, REASON_protocol_error, "mode %d instead of %d", bytes[0] & 7,
                             MODE_SERVER);
    if (bytes[STRATUM] == 0)
        return judge_kiss(bytes + REFERENCE, ret);
    if (bytes[0] >> 6 == LEAP_UNKNOWN || bytes[STRATUM] > 15)
        return packet_judged(ret, REASON_body_mismatch, "its clock is not synchronised");
    return packet_judged(ret, REASON_ok, "%s", "");
}

static const struct packet_protocol protocol = {.build = build, .judge = judge};

extern const struct probe_type probe_ntp;
const struct probe_type probe_ntp = {
    .name = "ntp",
    .port = 123,
    .options = {"ntp", NULL, 0},
    .protocol = &protocol,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};
