/* Gemini (https://geminiprotocol.net/docs/protocol-specification.gmi): a request of one line under TLS, an answer whose first
 * line proves the service. Its programs believe the certificate that they saw the first time, whoever signed it. */
#include "macros.h"
#include "packet.h"
#include "text.h"
#include "url.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

enum { URL_MAX = 1023, HEADER_MAX = 1024 + 5, SLOW_DOWN = 44 }; /* a '/' may be added to the URL */

static int check_url(const char *url, struct fault *fault)
{
    return url_check_tail(url, URL_MAX, fault);
}

static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    char host[URL_HOST_SIZE + 10];
    const char *tail = url_tail(question->url);
    url_authority(question->url, 1965, host, sizeof host);
    bool whole =
        text_format((char *)ret, size, "gemini://%s%s%s\r\n", host, *tail == '/' ? "" : "/", tail);
    assert(whole); /* check_url() has passed it */
    return strlen((char *)ret);
}

struct header {
    int status;
    const char *meta;
    int length; /* of it */
};

enum found { FOUND, CUT_OFF, BROKEN };

/* "20 text/gemini", the meta and its space being optional where nothing is to be said. */
static enum found find_header(const char *bytes, size_t length, struct header *ret)
{
    size_t readable = length < HEADER_MAX ? length : HEADER_MAX;
    const char *end = memmem(bytes, readable, "\r\n", 2);
    if ((readable > 0 && (bytes[0] < '1' || bytes[0] > '6')) ||
        (readable > 1 && !isdigit((unsigned char)bytes[1])) ||
        (readable > 2 && bytes[2] != ' ' && bytes[2] != '\r'))
        return BROKEN;
    if (!end)
        return length < HEADER_MAX ? CUT_OFF : BROKEN;
    if (end - bytes < 2)
        return BROKEN;
    ret->status = (bytes[0] - '0') * 10 + (bytes[1] - '0');
    ret->meta = end - bytes > 3 ? bytes + 3 : end;
    ret->length = (int)(end - ret->meta);
    return FOUND;
}

/* By the first digit of the status. A redirect is followed, a question or the wish for a certificate of their own is shown
 * to visitors: the server is there for them. */
static const struct {
    enum reason reason;
    const char *words;
} classes[] = {
    [1] = {REASON_ok, "asks for an input: "},
    [2] = {REASON_ok, NULL},
    [3] = {REASON_ok, "redirects to "},
    [4] = {REASON_http_status, ""},
    [5] = {REASON_http_status, ""},
    [6] = {REASON_ok, "wants a certificate of the visitor: "},
};

static enum packet_verdict judge_header(const struct header *header, struct packet_answer *ret)
{
    int class = header->status / 10, length = header->length < 120 ? header->length : 120;
    if (header->status == SLOW_DOWN)
        return packet_judged(ret, REASON_blocked, "44: it asks us to come less often");
    if (class == 3 && header->length == 0)
        return packet_judged(ret, REASON_protocol_error, "it redirects to nowhere");
    if (!classes[class].words)
        return packet_judged(ret, REASON_ok, "%s", "");
    return packet_judged(ret, classes[class].reason, "%s%d %.*s", classes[class].words,
                         header->status, length, header->meta);
}

static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    struct header header;
    const char *text = (const char *)bytes;
    (void)question;
    switch (find_header(text, length, &header)) {
    case CUT_OFF:
        return PACKET_OTHER;
    case BROKEN:
        return packet_judged(ret, REASON_protocol_error, "the answer is none of Gemini's: %.*s",
                             packet_quotable(bytes, length), text);
    case FOUND:
        break;
    }
    return judge_header(&header, ret);
}

static const struct packet_protocol protocol = {
    .carrier = PACKET_TLS, .rule = TRUST_FIRST_USE, .build = build, .judge = judge};

extern const struct probe_type probe_gemini;

const struct probe_type probe_gemini = {
    .name = "gemini",
    .port = 1965,
    .options = {"gemini", NULL, 0},
    .check_url = check_url,
    .protocol = &protocol,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};
