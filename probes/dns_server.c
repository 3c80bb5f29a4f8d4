#include "dns_server.h"

#include "cause.h"
#include "nonce.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PATIENCE_MS = DATAGRAM_TRIES * DATAGRAM_GAP_MS };

static const struct dns_options strict = {.authoritative = DNS_AUTHORITY_YES};

void dns_server_settle(struct dns_server *server, enum dns_server_stage stage)
{
    server->stage = stage;
    server->calls->settled(server->owner, server);
}

void dns_server_fail(struct dns_server *server, const char *format, ...)
{
    char text[RESULT_DETAIL_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    packet_judged(&server->answer, REASON_timeout, "%s", text);
    dns_server_settle(server, DNS_SERVER_FAILED);
}

/* ---- the answer ---- */

/* A list that is cut off is better than none. */
static void take_list(struct dns_server *server, struct dns_case *dns)
{
    if (server->verdict == PACKET_CUT)
        dns_answers_find(&dns->question, &dns->message, &dns->answers);
    for (size_t i = 0; i < dns->answers.count; i++) {
        char text[DNS_NAME_TEXT_SIZE];
        struct dns_name name;
        size_t at = dns->answers.records[i].data;
        if (!dns_name_read(&dns->message, &at, &name))
            continue;
        dns_name_text(&name, text);
        text[strlen(text) - 1] = '\0';
        server->calls->named(server->owner, text);
    }
}

/* Behind two names, RFC 1035 section 3.3.13. */
static bool read_serial(const struct dns_case *dns, uint32_t *ret)
{
    struct dns_name name;
    size_t at = dns->answers.records[0].data;
    if (!dns_name_read(&dns->message, &at, &name) || !dns_name_read(&dns->message, &at, &name) ||
        at + 4 > dns->message.length)
        return false;
    const uint8_t *bytes = dns->message.bytes + at;
    *ret = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    return true;
}

static void take_serial(struct dns_server *server, const struct dns_case *dns)
{
    if (server->verdict == PACKET_CUT)
        packet_judged(&server->answer, REASON_protocol_error, "its answer does not fit a packet");
    else if (!dns->answers.count || !read_serial(dns, &server->serial))
        packet_judged(&server->answer, REASON_protocol_error, "no SOA record");
}

bool dns_server_take(struct dns_server *server, const uint8_t *bytes, size_t length)
{
    struct dns_case dns = {.question = server->question, .options = &strict};
    server->answer.reason = REASON_ok;
    server->verdict = dns_judge_message(&dns, bytes, length, &server->answer);
    if (server->verdict == PACKET_OTHER)
        return false;
    if (server->answer.reason == REASON_ok && server->question.type == DNS_NS)
        take_list(server, &dns);
    else if (server->answer.reason == REASON_ok)
        take_serial(server, &dns);
    return true;
}

static bool on_answer(void *owner, const uint8_t *bytes, size_t length)
{
    return dns_server_take(owner, bytes, length);
}

/* ---- the question ---- */

static void take_error(struct dns_server *server, int error)
{
    if (error == -ETIMEDOUT)
        dns_server_fail(server, "no answer to %d packets", server->datagram.tries);
    else if (error == -ECANCELED || cause_of_connect(-error) == REASON_self)
        dns_server_settle(server, DNS_SERVER_LEFT_OUT);
    else
        dns_server_fail(server, "%s", strerror(-error));
}

static void on_asked(void *owner, int error)
{
    struct dns_server *server = owner;
    if (error)
        take_error(server, error);
    else if (server->answer.reason != REASON_ok)
        dns_server_settle(server, DNS_SERVER_FAILED);
    else
        dns_server_settle(server, server->question.type == DNS_NS ? DNS_SERVER_LISTED
                                                                  : DNS_SERVER_ANSWERED);
}

static size_t write_question(void *owner, const struct sockaddr *local, uint8_t *ret, size_t size)
{
    struct dns_server *server = owner;
    (void)local;
    assert(size >= DNS_QUESTION_SIZE);
    return dns_question_write(&server->question, ret);
}

void dns_server_ask(struct dns_server *server, uv_loop_t *loop, const char *url, enum dns_type type,
                    int64_t left_ms)
{
    struct fault fault;
    if (left_ms <= 0) {
        dns_server_settle(server, DNS_SERVER_LEFT_OUT);
        return;
    }
    int rc = dns_question_read(url, &server->question, &fault);
    assert(rc == 0);
    server->stage = DNS_SERVER_ASKING;
    server->question.type = (uint16_t)type;
    nonce_fill(&server->question.id, sizeof server->question.id);
    const struct datagram_request request = {
        .loop = loop,
        .address = (const struct sockaddr *)&server->address,
        .timeout_ms = left_ms < PATIENCE_MS ? left_ms : PATIENCE_MS,
        .ask = write_question,
        .answer = on_answer,
        .done = on_asked,
        .owner = server,
    };
    datagram_start(&server->datagram, &request);
}

void dns_server_cancel(struct dns_server *server)
{
    if (server->stage == DNS_SERVER_ASKING)
        datagram_cancel(&server->datagram);
}
