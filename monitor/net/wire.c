#include "wire.h"

#include "cause.h"
#include "room.h"
#include "text.h"

#include <openssl/err.h>

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Two rules keep the callbacks simple. The first outcome wins: over() makes everything that follows silent. The last
 * callback reports: what is given to libuv is counted in `pending`, and each of its callbacks drops one. */

static void drop(struct wire *wire)
{
    if (--wire->pending > 0)
        return;
    SSL_free(wire->ssl); /* and its BIOs */
    wire->ssl = NULL;
    buffer_fini(&wire->waiting);
    buffer_fini(&wire->leaving);
    wire->owner->gone(wire);
}

static void on_closed(uv_handle_t *handle)
{
    drop(handle->data);
}

/* Best effort: a peer that takes nothing is left without a word. */
static void say_goodbye(struct wire *wire)
{
    uv_stream_t *stream = (uv_stream_t *)&wire->tcp;
    if (!wire->ssl || !SSL_is_init_finished(wire->ssl) || uv_stream_get_write_queue_size(stream))
        return;
    char bytes[512];
    SSL_shutdown(wire->ssl);
    ERR_clear_error();
    int length = BIO_read(wire->said, bytes, sizeof bytes);
    uv_buf_t buf = uv_buf_init(bytes, length > 0 ? (unsigned)length : 0);
    if (length > 0)
        uv_try_write(stream, &buf, 1);
}

void wire_close(struct wire *wire)
{
    if (wire->over)
        return;
    wire->over = true;
    say_goodbye(wire);
    uv_close((uv_handle_t *)&wire->timer, on_closed);
    if (wire->tcp.data)
        uv_close((uv_handle_t *)&wire->tcp, on_closed);
}

__attribute__((format(printf, 3, 4))) static void fail(struct wire *wire, enum reason reason,
                                                       const char *format, ...)
{
    char text[2 * RESULT_DETAIL_SIZE];
    va_list list;
    if (wire->over)
        return;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    wire->reason = reason;
    text_clean(wire->detail, sizeof wire->detail, text, strlen(text));
    wire_close(wire);
}

static double ms_since(struct mono since)
{
    return (double)(clock_mono().ns - since.ns) / 1e6;
}

static bool in_handshake(const struct wire *wire)
{
    return wire->ssl && !wire->secured;
}

/* ---- sending ---- */

static void on_written(uv_write_t *request, int status);

static void fail_transfer(struct wire *wire, int error)
{
    enum reason reason = cause_of_transfer(error);
    if (reason == REASON_connect_reset)
        fail(wire, reason, "cut the connection%s",
             in_handshake(wire) ? " during the TLS handshake" : "");
    else
        fail(wire, reason, "the connection broke: %s", strerror(error));
}

/* One write is under way at a time. */
static void flush(struct wire *wire)
{
    char bytes[2048];
    for (int n; wire->ssl && (n = BIO_read(wire->said, bytes, sizeof bytes)) > 0;)
        buffer_add(&wire->waiting, bytes, (size_t)n);
    if (wire->over || wire->leaving.length || !wire->waiting.length)
        return;
    if (wire->waiting.overflow) {
        fail(wire, REASON_self, "more than %d bytes wait to be sent", WIRE_OUT_MAX);
        return;
    }
    struct buffer empty = wire->leaving;
    wire->leaving = wire->waiting;
    wire->waiting = empty;
    uv_buf_t buf = uv_buf_init(wire->leaving.bytes, (unsigned)wire->leaving.length);
    int rc = uv_write(&wire->writing, (uv_stream_t *)&wire->tcp, &buf, 1, on_written);
    if (rc < 0)
        fail_transfer(wire, -rc);
    else
        wire->pending++;
}

static void on_written(uv_write_t *request, int status)
{
    struct wire *wire = request->data;
    buffer_clear(&wire->leaving);
    /* What the peer said before it went is more telling than that it went: reading finds out. */
    wire->cut = wire->cut || status == UV_EPIPE || status == UV_ECONNRESET;
    if (status < 0 && !wire->cut)
        fail_transfer(wire, -status);
    else if (status == 0 && !wire->over)
        flush(wire);
    drop(wire);
}

void wire_send(struct wire *wire, const char *bytes, size_t length)
{
    assert(!in_handshake(wire));
    if (wire->over || !length)
        return;
    if (!wire->ssl)
        buffer_add(&wire->waiting, bytes, length);
    else if (SSL_write(wire->ssl, bytes, (int)length) <= 0) /* a memory BIO takes everything */
        fail(wire, REASON_self, "OpenSSL does not take what we send");
    ERR_clear_error();
    flush(wire);
}

/* ---- TLS ---- */

static bool is_old_protocol(int reason)
{
    return reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION ||
           reason == SSL_R_WRONG_SSL_VERSION || reason == SSL_R_VERSION_TOO_LOW;
}

static enum reason reason_of(unsigned long error)
{
    int reason = ERR_GET_REASON(error);
    if (reason == ERR_R_MALLOC_FAILURE || reason == ERR_R_BUF_LIB)
        return REASON_self;
    return is_old_protocol(reason) ? REASON_tls_old_protocol : REASON_tls_handshake;
}

static void fail_tls(struct wire *wire)
{
    unsigned long error = ERR_peek_error();
    const char *words = error ? ERR_reason_error_string(error) : NULL;
    ERR_clear_error();
    if (chatter_is_endless(&wire->chatter)) {
        fail(wire, REASON_tls_handshake, "%s", chatter_words());
        return;
    }
    fail(wire, reason_of(error), "%s: %s", wire->secured ? "TLS" : "TLS handshake",
         words ? words : "no reason given");
}

static void finish_handshake(struct wire *wire)
{
    wire->tls_ms = ms_since(wire->since);
    wire->secured = true;
    const struct trust_wish wish = {wire->wish.host, wire->wish.rule, wire->wish.dane};
    trust_judge_peer(wire->wish.trust, wire->ssl, &wish, clock_wall(), &wire->tls);
    ERR_clear_error();
    if (wire->tls.outcome == OUTCOME_DOWN)
        fail(wire, wire->tls.reason, "%s", wire->tls.detail);
    else
        wire->owner->secured(wire);
}

static void shake_hands(struct wire *wire)
{
    ERR_clear_error();
    int rc = SSL_do_handshake(wire->ssl);
    bool wants_more = rc != 1 && SSL_get_error(wire->ssl, rc) == SSL_ERROR_WANT_READ;
    flush(wire); /* an alert too */
    if (wire->over || wants_more)
        return;
    if (rc == 1)
        finish_handshake(wire);
    else
        fail_tls(wire);
}

/* SNI is for names only, without the dot of the root (RFC 6066 section 3). */
static bool set_host(struct wire *wire)
{
    struct sockaddr_storage literal;
    const char *host = wire->wish.host;
    if (address_parse(host, 0, &literal) == 0)
        return true;
    char name[256];
    size_t length = strlen(host);
    length -= length > 1 && host[length - 1] == '.';
    return length < sizeof name && text_format(name, sizeof name, "%.*s", (int)length, host) &&
           SSL_set_tlsext_host_name(wire->ssl, name) == 1;
}

static bool set_alpn(struct wire *wire)
{
    unsigned char list[64];
    size_t length = wire->wish.alpn ? strlen(wire->wish.alpn) : 0;
    if (!length)
        return true;
    assert(length < sizeof list);
    list[0] = (unsigned char)length;
    memcpy(list + 1, wire->wish.alpn, length);
    return SSL_set_alpn_protos(wire->ssl, list, (unsigned)length + 1) == 0; /* 0 is success */
}

static bool make_tls(struct wire *wire)
{
    wire->ssl = SSL_new(trust_context(wire->wish.trust));
    wire->heard = BIO_new(BIO_s_mem());
    wire->said = BIO_new(BIO_s_mem());
    if (wire->ssl && wire->heard && wire->said && set_host(wire) && set_alpn(wire)) {
        BIO_set_mem_eof_return(wire->heard, -1);
        BIO_set_mem_eof_return(wire->said, -1);
        SSL_set_bio(wire->ssl, wire->heard, wire->said);
        SSL_set_options(wire->ssl, SSL_OP_NO_RENEGOTIATION); /* no work at the peer's will */
        SSL_set_connect_state(wire->ssl);
        chatter_watch(&wire->chatter, wire->ssl);
        return true;
    }
    BIO_free(wire->heard);
    BIO_free(wire->said);
    SSL_free(wire->ssl);
    wire->ssl = NULL;
    ERR_clear_error();
    return false;
}

void wire_secure(struct wire *wire)
{
    assert(wire->over || (wire->connected && !wire->ssl));
    if (wire->over)
        return;
    wire->since = clock_mono();
    if (!make_tls(wire))
        fail(wire, REASON_self, "OpenSSL gives no connection");
    else
        shake_hands(wire); /* says the first word; it cannot end here */
}

/* ---- receiving ---- */

static void tell_hung_up(struct wire *wire)
{
    if (wire->over || wire->deaf)
        return;
    wire->deaf = true;
    uv_read_stop((uv_stream_t *)&wire->tcp);
    if (wire->cut) /* the write has taken the error away from us */
        fail_transfer(wire, ECONNRESET);
    else if (in_handshake(wire))
        fail(wire, REASON_closed_early, "closed the connection during the TLS handshake");
    else if (wire->owner->hung_up)
        wire->owner->hung_up(wire);
    else
        wire_close(wire);
}

static void decipher(struct wire *wire)
{
    char bytes[2048];
    int n = 0;
    if (in_handshake(wire))
        shake_hands(wire);
    while (!wire->over && wire->secured && (n = SSL_read(wire->ssl, bytes, sizeof bytes)) > 0)
        wire->owner->received(wire, bytes, (size_t)n);
    if (wire->over || !wire->secured)
        return;
    int why = SSL_get_error(wire->ssl, n);
    flush(wire); /* answers to what TLS asks for itself */
    if (why == SSL_ERROR_ZERO_RETURN && !chatter_is_endless(&wire->chatter))
        tell_hung_up(wire);
    else if (why != SSL_ERROR_WANT_READ)
        fail_tls(wire);
    ERR_clear_error();
}

static void take(struct wire *wire, const char *bytes, ssize_t got)
{
    if (wire->over || got == 0)
        return;
    if (got == UV_EOF)
        tell_hung_up(wire);
    else if (got < 0)
        fail_transfer(wire, (int)-got);
    else if (!wire->ssl)
        wire->owner->received(wire, bytes, (size_t)got);
    else if (BIO_write(wire->heard, bytes, (int)got) != (int)got)
        fail(wire, REASON_self, "OpenSSL does not take what came");
    else
        decipher(wire);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    take(stream->data, buf->base, got);
    room_return(buf);
}

/* ---- from the socket on ---- */

static void on_limit(uv_timer_t *timer)
{
    struct wire *wire = timer->data;
    long long limit = wire->wish.limit_ms;
    if (!wire->connected)
        fail(wire, REASON_connect_timeout, "no connection within %lld ms", limit);
    else if (in_handshake(wire))
        fail(wire, REASON_timeout, "connected, but no TLS within %lld ms", limit);
    else if (!wire->over)
        wire->owner->overdue(wire);
}

void wire_limit(struct wire *wire, int64_t ms)
{
    if (wire->over)
        return;
    wire->wish.limit_ms = ms;
    uv_update_time(wire->wish.loop); /* the limit counts from now, not from when this turn began */
    uv_timer_start(&wire->timer, on_limit, ms > 0 ? (uint64_t)ms : 0, 0);
}

static void on_connected(uv_connect_t *request, int status)
{
    struct wire *wire = request->data;
    if (wire->over) {
        drop(wire);
        return;
    }
    if (status == UV_ECONNRESET) { /* it stood for a moment: else it would have been refused */
        fail_transfer(wire, ECONNRESET);
    } else if (status < 0) {
        fail(wire, cause_of_connect(-status), "cannot connect: %s", strerror(-status));
    } else {
        wire->connect_ms = ms_since(wire->since);
        wire->connected = true;
        uv_tcp_nodelay(&wire->tcp, 1);
        int rc = uv_read_start((uv_stream_t *)&wire->tcp, room_lend, on_read);
        if (rc < 0)
            fail(wire, REASON_self, "cannot read from the socket: %s", strerror(-rc));
        else
            wire->owner->opened(wire);
    }
    drop(wire);
}

static void open_socket(struct wire *wire, const struct sockaddr *address)
{
    char text[ADDRESS_TEXT_SIZE];
    if (!address_allowed(wire->wish.policy, address)) {
        fail(wire, REASON_refused_by_policy, "our rules forbid %s", address_text(address, text));
        return;
    }
    int rc = uv_tcp_init_ex(wire->wish.loop, &wire->tcp, address->sa_family);
    if (rc < 0) {
        fail(wire, REASON_self, "cannot open a socket: %s", strerror(-rc));
        return;
    }
    wire->tcp.data = wire;
    wire->pending++;
    rc = uv_tcp_connect(&wire->connecting, &wire->tcp, address, on_connected);
    if (rc < 0)
        fail(wire, cause_of_connect(-rc), "cannot connect: %s", strerror(-rc));
    else
        wire->pending++;
}

void wire_open(struct wire *wire, const struct wire_owner *owner, const struct wire_wish *wish)
{
    *wire = (struct wire){.reason = REASON_ok,
                          .connect_ms = NAN,
                          .tls_ms = NAN,
                          .owner = owner,
                          .wish = *wish,
                          .pending = 1,
                          .since = clock_mono()};
    wire->wish.address = NULL; /* libuv has taken it when this returns */
    wire->timer.data = wire->connecting.data = wire->writing.data = wire;
    buffer_init(&wire->waiting, WIRE_OUT_MAX);
    buffer_init(&wire->leaving, WIRE_OUT_MAX);
    uv_timer_init(wish->loop, &wire->timer);
    wire_limit(wire, wish->limit_ms);
    open_socket(wire, wish->address);
}
