#include "ending.h"

#include "cause.h"
#include "macros.h"
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 4))) static enum reason
conclude(char detail[RESULT_DETAIL_SIZE], enum reason reason, const char *format, ...)
{
    char text[2 * RESULT_DETAIL_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    text_clean(detail, RESULT_DETAIL_SIZE, text, strlen(text));
    return reason;
}

/* libcurl puts what happened to a socket under TLS, or within HTTP, into words only. */
static bool says(const struct exchange *exchange, const char *words)
{
    return strstr(exchange->words, words) != NULL;
}

static enum reason judge_timeout(const struct exchange *exchange, int64_t limit_ms, char *detail)
{
    long long limit = (long long)limit_ms;
    if (!exchange->connected)
        return conclude(detail, REASON_connect_timeout, "no connection within %lld ms", limit);
    if (text_starts(exchange->wish.url, "https:") && !exchange->secured)
        return conclude(detail, REASON_timeout, "connected, but no TLS within %lld ms", limit);
    if (exchange->head_bytes == 0)
        return conclude(detail, REASON_timeout, "connected, but no answer within %lld ms", limit);
    return conclude(detail, REASON_timeout,
                    "answer not complete within %lld ms; %zu bytes of its body came", limit,
                    exchange->body_bytes);
}

static enum reason judge_connect(const struct exchange *exchange, char *detail)
{
    int error = exchange->os_error;
    enum reason reason = exchange->own_error ? REASON_self : cause_of_connect(error);
    return conclude(detail, reason, "cannot %s: %s",
                    exchange->connected ? "watch the connection" : "connect",
                    error ? strerror(error) : exchange->words);
}

/* A peer that resets at once leaves a socket without a peer: libcurl says so before it sees the reset. */
static bool was_reset(const struct exchange *exchange)
{
    return says(exchange, strerror(ECONNRESET)) || says(exchange, strerror(ENOTCONN));
}

static enum reason judge_tls(const struct exchange *exchange, char *detail)
{
    const char *colon = says(exchange, "::") ? strrchr(exchange->words, ':') : NULL;
    const char *words = colon ? colon + 1 : exchange->words;
    if (was_reset(exchange))
        return conclude(detail, REASON_connect_reset,
                        "cut the connection during the TLS handshake");
    if (says(exchange, "unexpected eof") || says(exchange, "SSL_ERROR_SYSCALL"))
        return conclude(detail, REASON_closed_early,
                        "closed the connection during the TLS handshake");
    if (says(exchange, "unsupported protocol") || says(exchange, "alert protocol version"))
        return conclude(detail, REASON_tls_old_protocol, "TLS handshake: %s", words);
    return conclude(detail, REASON_tls_handshake, "TLS handshake: %s", words);
}

static enum reason judge_receive(const struct exchange *exchange, char *detail)
{
    int error = exchange->os_error;
    if (error == ECONNRESET || was_reset(exchange))
        return conclude(detail, REASON_connect_reset,
                        "cut the connection after %zu bytes of its answer",
                        exchange->head_bytes + exchange->body_bytes);
    if (error)
        return conclude(detail, cause_of_transfer(error), "cannot read the answer: %s",
                        strerror(error));
    return conclude(detail, REASON_protocol_error, "%s", exchange->words);
}

static enum reason judge_cap(const struct exchange *exchange, char *detail)
{
    if (exchange->head_bytes > EXCHANGE_HEAD_MAX)
        return conclude(detail, REASON_protocol_error, "header of more than %d bytes",
                        EXCHANGE_HEAD_MAX);
    if (exchange->body_bytes > exchange->wish.body_max)
        return conclude(detail, REASON_body_too_large, "body of more than %zu bytes",
                        exchange->wish.body_max);
    return conclude(detail, REASON_protocol_error, "%s", exchange->words);
}

/* No memory, or an object of OpenSSL's that could not be made. */
static bool is_own_failure(const struct exchange *exchange)
{
    static const char *const words[] = {"::malloc failure", "::BUF lib", "::X509 lib"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (says(exchange, words[i]))
            return true;
    return false;
}

static bool could_ask(const struct exchange *exchange)
{
    return text_starts(exchange->wish.url, "https:") ? exchange->secured : exchange->connected;
}

static enum reason judge_end(const struct exchange *exchange, int64_t limit_ms, char *detail)
{
    switch (exchange->end) {
    case EXCHANGE_WHOLE:
        return conclude(detail, REASON_ok, "%s", "");
    case EXCHANGE_NO_CONNECT:
        return judge_connect(exchange, detail);
    case EXCHANGE_NO_TLS:
        return judge_tls(exchange, detail);
    case EXCHANGE_NO_SEND:
        return conclude(detail, REASON_connect_reset, "cut the connection while we asked");
    case EXCHANGE_NO_ANSWER:
        return conclude(detail, REASON_closed_early, "closed the connection without an answer");
    case EXCHANGE_NO_RECEIVE:
        return judge_receive(exchange, detail);
    case EXCHANGE_PARTIAL:
        return conclude(detail, REASON_closed_early,
                        "closed the connection after %zu bytes of the body", exchange->body_bytes);
    case EXCHANGE_CAPPED:
        return judge_cap(exchange, detail);
    case EXCHANGE_NOT_OVER:
    case EXCHANGE_TIMEOUT:
        return judge_timeout(exchange, limit_ms, detail);
    case EXCHANGE_ODD:
        break;
    }
    /* Before we could ask it was not the other side that is odd. */
    return conclude(detail, could_ask(exchange) ? REASON_protocol_error : REASON_self, "%s",
                    exchange->words);
}

/* What our own rules and judgement said goes before what libcurl made of it. */
enum reason ending_judge(const struct exchange *exchange, int64_t limit_ms,
                         char detail[RESULT_DETAIL_SIZE])
{
    char address[ADDRESS_TEXT_SIZE];
    if (exchange->port_refused)
        return conclude(detail, REASON_refused_by_policy, "our rules forbid port %u",
                        address_port(exchange->wish.address));
    if (exchange->refused)
        return conclude(detail, REASON_refused_by_policy, "our rules forbid %s",
                        address_text(exchange->wish.address, address));
    if (reason_outcome(exchange->tls.reason) == OUTCOME_DOWN)
        return conclude(detail, exchange->tls.reason, "%s", exchange->tls.detail);
    if (chatter_is_endless(&exchange->chatter))
        return conclude(detail, REASON_tls_handshake, "%s", chatter_words());
    if (exchange->end != EXCHANGE_WHOLE && is_own_failure(exchange))
        return conclude(detail, REASON_self, "OpenSSL fails here: %s", exchange->words);
    return judge_end(exchange, limit_ms, detail);
}
