#include "trust_inside.h"

#include "legacy_decoder.h"
#include "mem.h"
#include "text.h"

#include <openssl/err.h>

#include <stdlib.h>
#include <string.h>

#define SYSTEM_FILE "/etc/ssl/certs/ca-certificates.crt"

enum { MEMORY_SETS = 1024, MEMORY_WAYS = 4, KEY_SIZE = 32 };

struct memory { /* of one chain */
    unsigned char key[KEY_SIZE];
    struct chain chain;
};

struct trust {
    X509_STORE *store;
    bool closed; /* see chain_judge() */
    SSL_CTX *context;
    EVP_MD *digest; /* fetched once: looking it up costs more than using it */
    EVP_MD_CTX *digesting;
    struct memory *memories[MEMORY_SETS]
                           [MEMORY_WAYS]; /* the store never changes, so they need no generation */
};

static int load(struct trust *trust, const char *file, struct fault *fault)
{
    trust->store = X509_STORE_new();
    trust->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    trust->digesting = EVP_MD_CTX_new();
    trust->context = SSL_CTX_new(TLS_client_method());
    if (!trust->store || !trust->digest || !trust->digesting || !trust->context)
        return fault_set(fault, "OpenSSL gives no context");
    if (X509_STORE_load_file(trust->store, file) != 1) {
        ERR_clear_error();
        return fault_set(fault, "%s: no certificates of authorities can be read from it", file);
    }
    return 0;
}

struct trust *trust_new(const char *file, struct fault *fault)
{
    struct trust *trust = mem_zalloc(sizeof *trust);
    trust->closed = file != NULL;
    legacy_decoder_install();
    if (load(trust, file ? file : SYSTEM_FILE, fault) < 0) {
        trust_free(trust);
        return NULL;
    }
    trust_prepare(trust->context);
    return trust;
}

void trust_free(struct trust *trust)
{
    if (!trust)
        return;
    for (size_t set = 0; set < MEMORY_SETS; set++)
        for (size_t way = 0; way < MEMORY_WAYS; way++)
            free(trust->memories[set][way]);
    X509_STORE_free(trust->store);
    EVP_MD_free(trust->digest);
    EVP_MD_CTX_free(trust->digesting);
    SSL_CTX_free(trust->context);
    free(trust);
}

void trust_prepare(SSL_CTX *context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, 0);
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    /* Many servers close without saying so in TLS; what is cut short shows in the protocol above it. */
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                     SSL_OP_LEGACY_SERVER_CONNECT);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
}

SSL_CTX *trust_context(struct trust *trust)
{
    return trust->context;
}

static bool add_digest(EVP_MD_CTX *digesting, X509 *certificate)
{
    unsigned char *bytes = NULL;
    int length = i2d_X509(certificate, &bytes);
    bool good = length > 0 && EVP_DigestUpdate(digesting, bytes, (size_t)length);
    OPENSSL_free(bytes);
    return good;
}

static bool make_key(struct trust *trust, const struct trust_question *question,
                     unsigned char key[KEY_SIZE])
{
    if (!EVP_DigestInit_ex2(trust->digesting, trust->digest, NULL) ||
        !add_digest(trust->digesting, question->leaf))
        return false;
    int count = question->sent ? sk_X509_num(question->sent) : 0;
    for (int i = 0; i < count; i++) {
        X509 *sent = sk_X509_value(question->sent, i);
        if (sent != question->leaf && !add_digest(trust->digesting, sent))
            return false;
    }
    return EVP_DigestFinal_ex(trust->digesting, key, NULL);
}

/* The place of the chain with this key: its own, a free one, or that of the set's oldest. */
static struct memory *find_place(struct trust *trust, const unsigned char key[KEY_SIZE])
{
    struct memory **set = trust->memories[(key[0] | key[1] << 8) % MEMORY_SETS];
    struct memory *oldest = NULL;
    for (size_t way = 0; way < MEMORY_WAYS; way++) {
        if (!set[way])
            set[way] = mem_zalloc(sizeof *set[way]);
        else if (memcmp(set[way]->key, key, KEY_SIZE) == 0)
            return set[way];
        if (!oldest || set[way]->chain.judged < oldest->chain.judged)
            oldest = set[way];
        if (!set[way]->chain.judged)
            break;
    }
    return oldest;
}

static const struct chain *recall(struct trust *trust, const struct trust_question *question,
                                  struct chain *room)
{
    int64_t now = wall_seconds(question->now);
    unsigned char key[KEY_SIZE];
    if (!make_key(trust, question, key)) {
        chain_judge(trust->store, trust->closed, question->leaf, question->sent, now, room);
        return room;
    }
    struct memory *memory = find_place(trust, key);
    const struct chain *chain = &memory->chain;
    if (memcmp(memory->key, key, KEY_SIZE) == 0 && now >= chain->judged && now < chain->stale)
        return chain;
    memcpy(memory->key, key, KEY_SIZE);
    chain_judge(trust->store, trust->closed, question->leaf, question->sent, now, &memory->chain);
    return chain;
}

void trust_judge(struct trust *trust, const struct trust_question *question,
                 struct trust_answer *ret)
{
    struct chain room;
    enum dane dane = DANE_NONE;
    if (question->dane)
        dane = dane_judge(question->dane, question->leaf, question->sent,
                          question->rule != TRUST_OPPORTUNISTIC, wall_seconds(question->now));
    trust_weigh(question, recall(trust, question, &room), dane, ret);
}

static int dh_bits_of(const SSL *ssl)
{
    EVP_PKEY *key = NULL;
    int bits = 0;
    if (SSL_get_peer_tmp_key((SSL *)(uintptr_t)ssl, &key) &&
        EVP_PKEY_get_base_id(key) == EVP_PKEY_DH)
        bits = EVP_PKEY_get_bits(key);
    EVP_PKEY_free(key);
    return bits;
}

bool trust_judge_end(struct trust *trust, const SSL *ssl, enum trust_rule rule,
                     struct trust_answer *ret)
{
    const X509 *leaf = SSL_get0_peer_certificate(ssl);
    trust_weigh_exchange(rule, dh_bits_of(ssl), ret);
    if (leaf)
        trust_weigh_staple(rule, staple_judge(ssl, trust->store), staple_is_demanded(leaf), ret);
    return ret->outcome != OUTCOME_DOWN;
}

void trust_judge_peer(struct trust *trust, const SSL *ssl, const struct trust_wish *wish,
                      struct wall now, struct trust_answer *ret)
{
    const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
    struct trust_question question = {.leaf = SSL_get0_peer_certificate(ssl),
                                      .sent = SSL_get_peer_cert_chain(ssl),
                                      .protocol = SSL_version(ssl),
                                      .exchange = cipher ? SSL_CIPHER_get_kx_nid(cipher) : 0,
                                      .host = wish->host,
                                      .rule = wish->rule,
                                      .dane = wish->dane,
                                      .now = now};
    if (question.leaf) {
        trust_judge(trust, &question, ret);
        trust_judge_end(trust, ssl, wish->rule, ret);
        return;
    }
    *ret = (struct trust_answer){.reason = REASON_tls_handshake, .outcome = OUTCOME_DOWN};
    text_copy(ret->detail, sizeof ret->detail, "server shows no certificate");
}

void trust_judge_handshake(struct trust *trust, X509_STORE_CTX *context, const char *host,
                           struct wall now, struct trust_answer *ret)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
    const char *asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    const SSL_CIPHER *cipher = SSL_get_pending_cipher(ssl);
    struct trust_question question = {.leaf = X509_STORE_CTX_get0_cert(context),
                                      .sent = X509_STORE_CTX_get0_untrusted(context),
                                      .protocol = SSL_version(ssl),
                                      .exchange = cipher ? SSL_CIPHER_get_kx_nid(cipher) : 0,
                                      .host = host    ? host
                                              : asked ? asked
                                                      : "",
                                      .now = now};
    trust_judge(trust, &question, ret);
}
