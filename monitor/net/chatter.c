#include "chatter.h"

#include <stddef.h>

static void on_message(int sent, int version, int type, const void *bytes, size_t length, SSL *ssl,
                       void *owner)
{
    struct chatter *chatter = owner;
    (void)version;
    (void)bytes;
    (void)length;
    if (!sent && type == SSL3_RT_HANDSHAKE && ++chatter->heard > CHATTER_MAX)
        SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN); /* what follows is thrown away unread */
}

void chatter_watch_context(struct chatter *chatter, SSL_CTX *context)
{
    SSL_CTX_set_msg_callback(context, on_message);
    SSL_CTX_set_msg_callback_arg(context, chatter);
}

void chatter_watch(struct chatter *chatter, SSL *ssl)
{
    SSL_set_msg_callback(ssl, on_message);
    SSL_set_msg_callback_arg(ssl, chatter);
}

bool chatter_is_endless(const struct chatter *chatter)
{
    return chatter->heard > CHATTER_MAX;
}

const char *chatter_words(void)
{
    return "TLS: messages about the connection itself without end";
}
