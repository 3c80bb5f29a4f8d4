/* LDAP (RFC 4511): StartTLS, then an anonymous bind. Whether strangers are welcome does not matter: a directory that turns
 * them away in its own words is there. */
#include "dialogue_run.h"
#include "macros.h"
#include "packet.h"

#include <assert.h>
#include <string.h>

enum request { STARTTLS, BIND };
enum { SEQUENCE = 0x30, INTEGER = 0x02, ENUMERATED = 0x0A, BOUND = 0x61, EXTENDED = 0x78 };
enum { SUCCESS = 0, BUSY = 51, UNAVAILABLE = 52, MESSAGE_MAX = 16 * 1024 };

/* The message's id is the request's number and 1. */
static const uint8_t starttls[] = {0x30, 0x1D, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16, '1', '.',
                                   '3',  '.',  '6',  '.',  '1',  '.',  '4',  '.',  '1',  '.', '1',
                                   '4',  '6',  '6',  '.',  '2',  '0',  '0',  '3',  '7'};
static const uint8_t bind_anonymously[] = {0x30, 0x0C, 0x02, 0x01, 0x02, 0x60, 0x07,
                                           0x02, 0x01, 0x03, 0x04, 0x00, 0x80, 0x00};

static int starttls_of(const struct packet_question *question)
{
    const struct dialogue_options *options = question->options;
    return options->starttls;
}

static enum request request_of(const struct packet_question *question)
{
    bool upgrade = question->stage == 0 && starttls_of(question) != STARTTLS_NEVER;
    return upgrade && !question->secured ? STARTTLS : BIND; /* ldaps is secured from the start */
}

static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    bool upgrade = request_of(question) == STARTTLS;
    const uint8_t *message = upgrade ? starttls : bind_anonymously;
    size_t length = upgrade ? sizeof starttls : sizeof bind_anonymously;
    assert(size >= length);
    memcpy(ret, message, length);
    return length;
}

/* ---- the answer, in BER ---- */

struct element {
    uint8_t tag;
    const uint8_t *value, *end;
};

enum found { FOUND, CUT_OFF, BROKEN };

/* The element at `at`. */
static enum found find_element(const uint8_t *at, const uint8_t *end, struct element *ret)
{
    if (end - at < 2)
        return CUT_OFF;
    ret->tag = at[0];
    size_t length = at[1], more = length & 0x7F;
    at += 2;
    if (length & 0x80) {
        if (more == 0 || more > 4)
            return BROKEN;
        if ((size_t)(end - at) < more)
            return CUT_OFF;
        for (length = 0; more; more--)
            length = length << 8 | *at++;
    }
    if (length > MESSAGE_MAX)
        return BROKEN;
    ret->value = at;
    ret->end = (size_t)(end - at) < length ? NULL : at + length;
    return ret->end ? FOUND : CUT_OFF;
}

/* A number of one byte with this tag at the beginning of `inside`, which is moved behind it; -1 = there is none. */
static int take_number(struct element *inside, uint8_t tag)
{
    struct element number;
    if (find_element(inside->value, inside->end, &number) != FOUND || number.tag != tag ||
        number.end - number.value != 1)
        return -1;
    inside->value = number.end;
    return number.value[0];
}

/* The result code of the response; -1 = it is none to this request. */
static int read_result(struct element message, enum request request)
{
    struct element response;
    uint8_t wanted = request == BIND ? BOUND : EXTENDED;
    if (message.tag != SEQUENCE || take_number(&message, INTEGER) != (int)request + 1 ||
        find_element(message.value, message.end, &response) != FOUND || response.tag != wanted)
        return -1;
    return take_number(&response, ENUMERATED);
}

static enum packet_verdict judge_bind(int result, struct packet_answer *ret)
{
    if (result == BUSY || result == UNAVAILABLE)
        return packet_judged(ret, REASON_banner_refused, "%s (result %d)",
                             result == BUSY ? "busy" : "unavailable", result);
    return packet_judged(ret, REASON_ok, "%s", "");
}

static enum packet_verdict judge_starttls(const struct packet_question *question, int result,
                                          bool trailing, struct packet_answer *ret)
{
    if (trailing)
        return packet_judged(ret, REASON_protocol_error, "it speaks on before TLS stands");
    if (result == SUCCESS)
        return PACKET_SECURE;
    if (starttls_of(question) == STARTTLS_OPTIONAL)
        return PACKET_NEXT;
    return packet_judged(ret, REASON_starttls_missing, "it refuses StartTLS (result %d)", result);
}

static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    struct element message;
    enum request request = request_of(question);
    enum found found = find_element(bytes, bytes + length, &message);
    if (found == CUT_OFF && bytes[0] == SEQUENCE)
        return PACKET_OTHER;
    int result = found == FOUND ? read_result(message, request) : -1;
    if (result < 0)
        return packet_judged(ret, REASON_protocol_error, "the answer is none of LDAP's");
    return request == BIND ? judge_bind(result, ret)
                           : judge_starttls(question, result, message.end < bytes + length, ret);
}

static const struct packet_protocol in_clear = {
    .carrier = PACKET_TCP, .build = build, .judge = judge};
static const struct packet_protocol under_tls = {
    .carrier = PACKET_TLS, .build = build, .judge = judge};

static const struct schema_row rows[] = {DIALOGUE_STARTTLS_ROW};

extern const struct probe_type probe_ldap, probe_ldaps;

const struct probe_type probe_ldap = {
    .name = "ldap",
    .port = 389,
    .options = {"ldap", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct dialogue_options),
    .protocol = &in_clear,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};

const struct probe_type probe_ldaps = {
    .name = "ldaps",
    .port = 636,
    .options = {"ldaps", NULL, 0},
    .protocol = &under_tls,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};
