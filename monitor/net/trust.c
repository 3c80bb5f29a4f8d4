#include "trust.h"

#include "certificate.h"
#include "chain.h"
#include "legacy_decoder.h"
#include "macros.h"
#include "mem.h"
#include "staple.h"
#include "text.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <assert.h>
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

static bool is_for(X509 *leaf, const char *host)
{
    unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    int is_address = X509_check_ip_asc(leaf, host, 0);
    if (is_address != -2) /* -2: not an address literal */
        return is_address == 1;
    return X509_check_host(leaf, host, 0, flags, NULL) == 1;
}

/* A length of time as one says it: "45 min", "3 h", "12 d". */
static void print_span(int64_t seconds, char *to, size_t size)
{
    static const struct {
        int64_t from, unit;
        const char *name;
    } steps[] = {{2 * 86400, 86400, "d"}, {2 * 3600, 3600, "h"}, {120, 60, "min"}, {0, 1, "s"}};
    size_t i = 0;
    while (seconds < steps[i].from && i + 1 < ARRAY_LEN(steps))
        i++;
    text_format(to, size, "%lld %s", (long long)(seconds / steps[i].unit), steps[i].name);
}

/* Of the leaf or of what was sent with it; that an authority in our store is out of date shows in neither. */
static void describe_time(const struct trust_question *question, const struct chain *chain,
                          enum reason reason, char *to, size_t size)
{
    char span[32];
    int64_t to_end = wall_seconds(chain->facts.not_after) - wall_seconds(question->now);
    int64_t to_begin = certificate_begins(question->leaf) - wall_seconds(question->now);
    print_span(reason == REASON_tls_not_yet_valid ? to_begin : llabs(to_end), span, sizeof span);
    if (reason == REASON_tls_not_yet_valid && to_begin > 0)
        text_format(to, size, "certificate becomes valid in %s", span);
    else if (reason == REASON_tls_expires_soon)
        text_format(to, size, "certificate expires in %s", span);
    else if (reason == REASON_tls_expired && to_end <= 0)
        text_format(to, size, "certificate expired %s ago", span);
    else
        text_copy(to, size, "an authority's certificate in its chain is out of date");
}

static void describe_names(const struct trust_question *question, char *to, size_t size)
{
    char names[160];
    certificate_names(question->leaf, names, sizeof names);
    text_format(to, size, "certificate is for %s, not for %s", names[0] ? names : "no name at all",
                question->host);
}

static void describe_issuer(const struct trust_question *question, const struct chain *chain,
                            char *to, size_t size)
{
    char issuer[100];
    certificate_issuer(question->leaf, issuer, sizeof issuer);
    if (chain->oddity)
        text_format(to, size, "certificate from %s does not verify: %s", issuer, chain->oddity);
    else if (chain_has(chain, REASON_tls_incomplete_chain))
        text_format(to, size, "server does not send the certificate of the issuer, %s", issuer);
    else
        text_format(to, size, "issuer is not known to us: %s", issuer);
}

static void describe(const struct trust_question *question, const struct chain *chain,
                     enum reason reason, char *to, size_t size)
{
    switch (reason) {
    case REASON_tls_expired:
    case REASON_tls_not_yet_valid:
    case REASON_tls_expires_soon:
        describe_time(question, chain, reason, to, size);
        break;
    case REASON_tls_hostname:
        describe_names(question, to, size);
        break;
    case REASON_tls_self_signed:
        text_copy(to, size, "certificate is signed by itself");
        break;
    case REASON_tls_incomplete_chain:
    case REASON_tls_untrusted:
        describe_issuer(question, chain, to, size);
        break;
    case REASON_tls_weak_key:
        text_format(to, size, "key below 112 bits of security in the chain; the leaf's is %s",
                    chain->facts.key);
        break;
    case REASON_tls_weak_signature:
        text_copy(to, size, "signature by SHA-1, MD5 or weaker in the chain");
        break;
    default:
        break;
    }
}

static const char *protocol_name(int protocol)
{
    switch (protocol) {
    case TLS1_3_VERSION:
        return "TLSv1.3";
    case TLS1_2_VERSION:
        return "TLSv1.2";
    case TLS1_1_VERSION:
        return "TLSv1.1";
    case TLS1_VERSION:
        return "TLSv1";
    default:
        return "";
    }
}

#define BIT(code) (UINT64_C(1) << REASON_##code)

/* What each rule does not care about, and what it lets pass. */
static const struct {
    uint64_t ignored, tolerated;
    const char *consolation; /* for what is tolerated */
} rules[] = {
    [TRUST_AUTHORITIES] = {0},
    [TRUST_FIRST_USE] = {BIT(tls_self_signed) | BIT(tls_incomplete_chain) | BIT(tls_untrusted) |
                             BIT(tls_hostname) | BIT(tls_weak_signature) | BIT(tls_revoked),
                         BIT(tls_expired) | BIT(tls_not_yet_valid) | BIT(tls_weak_key),
                         "visitors are asked whether they take it"},
    [TRUST_OPPORTUNISTIC] = {0, UINT64_MAX & ~BIT(tls_handshake), "mail still arrives"},
};

static bool counts(enum trust_rule rule, enum reason fault)
{
    return !(rules[rule].ignored & UINT64_C(1) << fault);
}

/* The outcome, and for what is let pass the reason why. */
static void settle(enum trust_rule rule, struct trust_answer *ret)
{
    ret->outcome = reason_outcome(ret->reason);
    if (ret->outcome != OUTCOME_DOWN || !(rules[rule].tolerated & UINT64_C(1) << ret->reason))
        return;
    size_t used = strlen(ret->detail);
    ret->outcome = OUTCOME_DEGRADED;
    text_format(ret->detail + used, sizeof ret->detail - used, "; %s", rules[rule].consolation);
}

static enum reason weigh(const struct trust_question *question, const struct chain *chain,
                         bool right_host)
{
    static const enum reason before_host[] = {REASON_tls_expired, REASON_tls_not_yet_valid,
                                              REASON_tls_self_signed, REASON_tls_incomplete_chain,
                                              REASON_tls_untrusted};
    static const enum reason after_host[] = {REASON_tls_weak_key, REASON_tls_weak_signature};
    for (size_t i = 0; i < ARRAY_LEN(before_host); i++)
        if (chain_has(chain, before_host[i]) && counts(question->rule, before_host[i]))
            return before_host[i];
    if (!right_host && counts(question->rule, REASON_tls_hostname))
        return REASON_tls_hostname;
    for (size_t i = 0; i < ARRAY_LEN(after_host); i++)
        if (chain_has(chain, after_host[i]) && counts(question->rule, after_host[i]))
            return after_host[i];
    if (question->protocol < TLS1_2_VERSION)
        return REASON_tls_old_protocol;
    return wall_seconds(question->now) >= chain->soon ? REASON_tls_expires_soon : REASON_ok;
}

void trust_judge(struct trust *trust, const struct trust_question *question,
                 struct trust_answer *ret)
{
    struct chain room;
    const struct chain *chain = recall(trust, question, &room);
    bool right_host = is_for(question->leaf, question->host);
    ret->certificate = chain->facts;
    ret->certificate.chain_ok = !chain->faults && right_host;
    text_copy(ret->certificate.protocol, sizeof ret->certificate.protocol,
              protocol_name(question->protocol));
    ret->detail[0] = '\0';
    ret->reason = weigh(question, chain, right_host);
    if (ret->reason == REASON_tls_old_protocol)
        text_format(ret->detail, sizeof ret->detail, "server speaks at most %s",
                    ret->certificate.protocol);
    else if (ret->reason != REASON_ok)
        describe(question, chain, ret->reason, ret->detail, sizeof ret->detail);
    settle(question->rule, ret);
}

bool trust_find_revoked(struct trust *trust, const SSL *ssl, struct trust_answer *ret)
{
    if (!staple_revokes(ssl, trust->store))
        return false;
    ret->reason = REASON_tls_revoked;
    ret->outcome = reason_outcome(REASON_tls_revoked);
    ret->certificate.chain_ok = false;
    text_copy(ret->detail, sizeof ret->detail,
              "revoked, as the status that the server staples says");
    return true;
}

void trust_judge_peer(struct trust *trust, const SSL *ssl, const char *host, enum trust_rule rule,
                      struct wall now, struct trust_answer *ret)
{
    struct trust_question question = {.leaf = SSL_get0_peer_certificate(ssl),
                                      .sent = SSL_get_peer_cert_chain(ssl),
                                      .protocol = SSL_version(ssl),
                                      .host = host,
                                      .rule = rule,
                                      .now = now};
    if (question.leaf) {
        trust_judge(trust, &question, ret);
        if (counts(rule, REASON_tls_revoked) && trust_find_revoked(trust, ssl, ret))
            settle(rule, ret);
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
    struct trust_question question = {.leaf = X509_STORE_CTX_get0_cert(context),
                                      .sent = X509_STORE_CTX_get0_untrusted(context),
                                      .protocol = SSL_version(ssl),
                                      .host = host    ? host
                                              : asked ? asked
                                                      : "",
                                      .now = now};
    trust_judge(trust, &question, ret);
}
