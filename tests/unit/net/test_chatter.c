#include "chatter.h"

#include "macros.h"
#include "pki.h"
#include "testing.h"

#include <string.h>

/* A server and its visitor, each of which hears what the other has said. */
struct pair {
    SSL_CTX *here, *there;
    SSL *client, *server;
    struct chatter chatter;
};

static void load_certificate(SSL_CTX *context)
{
    char path[PKI_PATH_SIZE];
    pki_path(&group_pki, "good", ".pem", path);
    assert_int_equal(SSL_CTX_use_certificate_chain_file(context, path), 1);
    pki_path(&group_pki, "good", ".key", path);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM), 1);
}

static void join(struct pair *pair)
{
    BIO *to_server = BIO_new(BIO_s_mem()), *to_client = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(to_server, -1);
    BIO_set_mem_eof_return(to_client, -1);
    BIO_up_ref(to_server);
    BIO_up_ref(to_client);
    SSL_set_bio(pair->client, to_client, to_server);
    SSL_set_bio(pair->server, to_server, to_client);
    SSL_set_connect_state(pair->client);
    SSL_set_accept_state(pair->server);
}

/* Watched as libcurl's connections are, by the context, or as our own. */
static void pair_open(struct pair *pair, int version, bool by_context)
{
    *pair = (struct pair){.here = SSL_CTX_new(TLS_client_method()),
                          .there = SSL_CTX_new(TLS_server_method())};
    load_certificate(pair->there);
    SSL_CTX_set_max_proto_version(pair->here, version);
    if (by_context)
        chatter_watch_context(&pair->chatter, pair->here);
    pair->client = SSL_new(pair->here);
    pair->server = SSL_new(pair->there);
    if (!by_context)
        chatter_watch(&pair->chatter, pair->client);
    join(pair);
}

static void pair_close(struct pair *pair)
{
    SSL_free(pair->client);
    SSL_free(pair->server);
    SSL_CTX_free(pair->here);
    SSL_CTX_free(pair->there);
}

static void shake_hands(struct pair *pair)
{
    int here, there;
    do {
        here = SSL_do_handshake(pair->client);
        there = SSL_do_handshake(pair->server);
    } while (here != 1 || there != 1);
}

static int wish_for_key(SSL *ssl)
{
    return SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
}

static void say(struct pair *pair, int (*make)(SSL *ssl), int times)
{
    for (int i = 0; i < times; i++) {
        assert_int_equal(make(pair->server), 1);
        assert_int_equal(SSL_do_handshake(pair->server), 1);
    }
}

static const struct {
    int version;
    int (*make)(SSL *ssl);
} kinds[] = {
    {TLS1_3_VERSION, wish_for_key},
    {TLS1_3_VERSION, SSL_new_session_ticket},
    {TLS1_2_VERSION, SSL_renegotiate}, /* a wish for another handshake, of which nothing comes */
};

static void test_a_flood_ends_the_connection(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_LEN(kinds); i++) {
        struct pair pair;
        char bytes[16];
        pair_open(&pair, kinds[i / 2].version, i % 2);
        SSL_set_options(pair.client, SSL_OP_NO_RENEGOTIATION);
        shake_hands(&pair);
        say(&pair, kinds[i / 2].make, 10 * CHATTER_MAX);
        assert_int_equal(SSL_read(pair.client, bytes, sizeof bytes), 0);
        assert_true(chatter_is_endless(&pair.chatter));
        assert_int_equal(pair.chatter.heard, CHATTER_MAX + 1); /* no more was looked at */
        pair_close(&pair);
    }
}

static void test_a_few_do_not(void **state)
{
    (void)state;
    struct pair pair;
    char bytes[16];
    pair_open(&pair, TLS1_3_VERSION, false);
    shake_hands(&pair);
    say(&pair, wish_for_key, CHATTER_MAX / 4);
    say(&pair, SSL_new_session_ticket, CHATTER_MAX / 4);
    assert_int_equal(SSL_write(pair.server, "hello", 5), 5);
    assert_int_equal(SSL_read(pair.client, bytes, sizeof bytes), 5);
    assert_false(chatter_is_endless(&pair.chatter));
    pair_close(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_flood_ends_the_connection),
        cmocka_unit_test(test_a_few_do_not),
    };
    return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
