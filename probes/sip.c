/* SIP (RFC 3261): OPTIONS over UDP. Whatever a server answers to it, it answers. */
#include "address.h"
#include "packet.h"
#include "route.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { ID_SIZE = 2 * PACKET_NONCE_SIZE + 1, UNAVAILABLE = 503 };

static void write_id(const struct packet_question *question, char ret[ID_SIZE])
{
    for (size_t i = 0; i < PACKET_NONCE_SIZE; i++)
        snprintf(ret + 2 * i, 3, "%02x", question->nonce[i]);
}

/* As a URI has it: an IPv6 literal in brackets. */
static void write_host(char *ret, size_t size, const char *host)
{
    bool bracketed = strchr(host, ':');
    snprintf(ret, size, "%s%s%s", bracketed ? "[" : "", host, bracketed ? "]" : "");
}

static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    char id[ID_SIZE], host[300], from[ADDRESS_TEXT_SIZE], here[ADDRESS_TEXT_SIZE + 2];
    write_id(question, id);
    write_host(host, sizeof host, question->host);
    write_host(here, sizeof here, address_text(question->from, from));
    int length = snprintf((char *)ret, size,
                          "OPTIONS sip:%s SIP/2.0\r\n"
                          "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%.16s;rport\r\n"
                          "Max-Forwards: 70\r\n"
                          "To: <sip:%s>\r\n"
                          "From: <sip:monitor@%s>;tag=%.8s\r\n"
                          "Call-ID: %s\r\n"
                          "CSeq: 1 OPTIONS\r\n"
                          "Contact: <sip:monitor@%s:%u>\r\n"
                          "Accept: application/sdp\r\n"
                          "User-Agent: %.250s\r\n"
                          "Content-Length: 0\r\n\r\n",
                          host, here, address_port(question->from), id, host, here, id, id, here,
                          address_port(question->from), question->user_agent);
    return (size_t)length < size ? (size_t)length : size - 1;
}

/* Whether a header line with one of two names has this value, spaces around it aside. */
static bool has_header(const char *line, size_t length, const char *name, const char *brief,
                       const char *value)
{
    const char *end = line + length, *colon = memchr(line, ':', length);
    if (!colon)
        return false;
    size_t named = (size_t)(colon - line);
    while (named > 0 && strchr(" \t", line[named - 1]))
        named--;
    const char *is = named == 1 ? brief : name;
    if (strlen(is) != named || strncasecmp(line, is, named) != 0)
        return false;
    for (colon++; colon < end && strchr(" \t", *colon); colon++)
        ;
    while (end > colon && strchr(" \t\r", end[-1]))
        end--;
    return strlen(value) == (size_t)(end - colon) && memcmp(colon, value, strlen(value)) == 0;
}

/* Among the header lines, which end at an empty line or with the packet. */
static bool find_header(const char *text, size_t length, const char *name, const char *brief,
                        const char *value)
{
    for (const char *end = text + length; text < end && *text != '\r' && *text != '\n';) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((feed ? feed : end) - text);
        if (has_header(text, line, name, brief, value))
            return true;
        text = feed ? feed + 1 : end;
    }
    return false;
}

/* "SIP/2.0 200 OK": the status, or 0. */
static int read_status(const char *text, size_t length)
{
    if (length < 12 || memcmp(text, "SIP/2.0 ", 8) != 0)
        return 0;
    int status = 0;
    for (size_t i = 8; i < 11; i++) {
        if (!isdigit((unsigned char)text[i]))
            return 0;
        status = status * 10 + (text[i] - '0');
    }
    return status >= 100 && status < 700 && strchr(" \r\n", text[11]) ? status : 0;
}

static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    const char *text = (const char *)bytes;
    char id[ID_SIZE];
    write_id(question, id);
    int status = read_status(text, length);
    const char *feed = memchr(text, '\n', length);
    size_t first = feed ? (size_t)(feed + 1 - text) : length;
    if (!status || !find_header(text + first, length - first, "Call-ID", "i", id) ||
        !find_header(text + first, length - first, "CSeq", "", "1 OPTIONS"))
        return PACKET_OTHER;
    if (status == UNAVAILABLE)
        return packet_judged(ret, REASON_http_status, "SIP %d", status);
    return packet_judged(ret, REASON_ok, "%s", "");
}

static const struct packet_protocol protocol = {.build = build, .judge = judge};

extern const struct probe_type probe_sip;
const struct probe_type probe_sip = {
    .name = "sip",
    .port = 5060,
    .options = {"sip", NULL, 0},
    .route = &route_sip,
    .protocol = &protocol,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};
