#include "chain.h"

#include "browser.h"
#include "certificate.h"
#include "macros.h"
#include "sent.h"
#include "text.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <assert.h>

enum {
    DAY = 24 * 3600,
    PUBLIC_DAYS_MAX = 398, /* CA/Browser Forum, Baseline Requirements section 6.3.2 */
    HOLDS_AT_MOST = 3600,  /* the store's other half is the world: look again at least hourly */
    AUTH_LEVEL = 2, /* 112 bits, such as RSA 2048 and SHA-224: see SSL_CTX_set_security_level(3) */
    DEPTH_MAX = 10
};

/* How OpenSSL's errors count. What is missing here makes a chain untrusted, with OpenSSL's words as the evidence. */
static const struct {
    int error;
    enum reason reason;
} meanings[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, REASON_tls_expired},
    {X509_V_ERR_CERT_NOT_YET_VALID, REASON_tls_not_yet_valid},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, REASON_tls_self_signed},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, REASON_tls_untrusted},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, REASON_tls_untrusted},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, REASON_tls_untrusted},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, REASON_tls_untrusted},
    {X509_V_ERR_EE_KEY_TOO_SMALL, REASON_tls_weak_key},
    {X509_V_ERR_CA_KEY_TOO_SMALL, REASON_tls_weak_key},
    {X509_V_ERR_CA_MD_TOO_WEAK, REASON_tls_weak_signature},
};

static void note_oddity(struct chain *chain, const char *words)
{
    chain->faults |= UINT64_C(1) << REASON_tls_untrusted;
    chain->oddity = chain->oddity ? chain->oddity : words;
}

static void note_error(struct chain *chain, int error)
{
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
        if (meanings[i].error == error) {
            chain->faults |= UINT64_C(1) << meanings[i].reason;
            return;
        }
    }
    note_oddity(chain, X509_verify_cert_error_string(error));
}

/* Going on after an error finds the others: a certificate can be expired and misissued at once. */
static int on_error(int good, X509_STORE_CTX *context)
{
    if (!good)
        note_error(X509_STORE_CTX_get_app_data(context), X509_STORE_CTX_get_error(context));
    return 1;
}

/* A path that stops at the leaf lacks the certificate between it and a root, when there is one to be had: the leaf says
 * where to fetch it (authority information access, RFC 5280 section 4.2.2.1), as those of public authorities do. Else its
 * authority itself is unknown to us. */
static bool lacks_intermediate(const struct chain *chain, const STACK_OF(X509) * path, bool closed)
{
    if (!chain_has(chain, REASON_tls_untrusted) || chain->oddity || sk_X509_num(path) != 1)
        return false;
    X509 *leaf = sk_X509_value(path, 0);
    return closed || X509_get_ext_by_NID(leaf, NID_info_access, -1) >= 0;
}

static void note_boundary(struct chain *chain, int64_t time)
{
    if (time > chain->judged && time < chain->stale)
        chain->stale = time;
}

static void note_dates(struct chain *chain, const STACK_OF(X509) * certificates)
{
    int count = certificates ? sk_X509_num(certificates) : 0;
    for (int i = 0; i < count; i++) {
        const X509 *certificate = sk_X509_value(certificates, i);
        note_boundary(chain, certificate_begins(certificate));
        note_boundary(chain, certificate_ends(certificate));
    }
}

/* By the share of the lifetime, which is six days or a year: programs renew with a third left. */
static void note_margins(struct chain *chain, const X509 *certificate)
{
    int64_t ends = certificate_ends(certificate);
    int64_t lifetime = ends - certificate_begins(certificate);
    int64_t renew = ends - (lifetime / 4 < 30 * DAY ? lifetime / 4 : 30 * DAY);
    int64_t part = lifetime / CERTIFICATE_SOON_PART, most = (int64_t)CERTIFICATE_SOON_DAYS * DAY;
    int64_t soon = ends - (part < most ? part : most);
    chain->renew = renew < chain->renew ? renew : chain->renew;
    chain->soon = soon < chain->soon ? soon : chain->soon;
}

/* The anchor's own dates are our store's affair, unless it is all there is. */
static void note_ends(struct chain *chain, const STACK_OF(X509) * certificates, int count)
{
    for (int i = 0; i < count; i++) {
        const X509 *certificate = sk_X509_value(certificates, i);
        struct wall ends = wall_from_seconds(certificate_ends(certificate));
        if (ends.ms < chain->facts.not_after.ms)
            chain->facts.not_after = ends;
        note_margins(chain, certificate);
    }
}

static X509_STORE_CTX *begin(X509_STORE *store, X509 *leaf, STACK_OF(X509) * sent,
                             struct chain *chain)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (!context || !X509_STORE_CTX_init(context, store, leaf, sent)) {
        X509_STORE_CTX_free(context);
        return NULL;
    }
    X509_STORE_CTX_set_default(context, "ssl_server");
    X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(rules, (time_t)chain->judged);
    X509_VERIFY_PARAM_set_auth_level(rules, AUTH_LEVEL);
    X509_VERIFY_PARAM_set_depth(rules, DEPTH_MAX);
    X509_STORE_CTX_set_verify_cb(context, on_error);
    X509_STORE_CTX_set_app_data(context, chain);
    return context;
}

/* Whose certificate is not to be had where the path stops. */
static void note_issuer(struct chain *chain, const STACK_OF(X509) * path)
{
    char name[CHAIN_ISSUER_SIZE], url[CHAIN_ISSUER_SIZE];
    X509 *last = sk_X509_value(path, sk_X509_num(path) - 1);
    certificate_issuer(last, name, sizeof name);
    bool fetchable = certificate_issuer_url(last, url, sizeof url);
    text_format(chain->issuer, sizeof chain->issuer, "%s%s%s%s", name,
                fetchable ? " (it is at " : "", url, fetchable ? ")" : "");
}

static bool leads_to_store(const struct chain *chain)
{
    return !chain_has(chain, REASON_tls_untrusted) && !chain_has(chain, REASON_tls_self_signed) &&
           !chain_has(chain, REASON_tls_incomplete_chain);
}

static void judge_path(struct chain *chain, X509_STORE_CTX *context, STACK_OF(X509) * sent,
                       bool closed)
{
    const STACK_OF(X509) *path = X509_STORE_CTX_get0_chain(context);
    int length = path ? sk_X509_num(path) : 0;
    if (length && lacks_intermediate(chain, path, closed)) {
        chain->faults &= ~(UINT64_C(1) << REASON_tls_untrusted);
        chain->faults |= UINT64_C(1) << REASON_tls_incomplete_chain;
    }
    if (length)
        note_issuer(chain, path);
    /* Where the path is the leaf alone, our store holds it. */
    const char *refused =
        length > 1 && !chain->faults ? browser_refuses_authority(sk_X509_value(path, 0)) : NULL;
    if (refused)
        note_oddity(chain, refused);
    note_dates(chain, path);
    if (sent && !leads_to_store(chain))
        note_ends(chain, sent, sk_X509_num(sent));
    else
        note_ends(chain, path, length > 1 ? length - 1 : length);
}

/* One of the two ways to look for a path. */
static void try_path(X509_STORE *store, bool closed, X509 *leaf, STACK_OF(X509) * sent,
                     bool own_first, struct chain *chain)
{
    X509_STORE_CTX *context = begin(store, leaf, sent, chain);
    if (context && !own_first)
        X509_VERIFY_PARAM_clear_flags(X509_STORE_CTX_get0_param(context),
                                      X509_V_FLAG_TRUSTED_FIRST);
    if (!context || (X509_verify_cert(context) <= 0 && !chain->faults))
        note_error(chain, context ? X509_STORE_CTX_get_error(context) : X509_V_ERR_OUT_OF_MEM);
    if (context)
        judge_path(chain, context, sent, closed);
    X509_STORE_CTX_free(context);
}

static void note_habits(struct chain *chain, X509 *leaf, const STACK_OF(X509) * sent)
{
    int64_t lifetime = certificate_ends(leaf) - certificate_begins(leaf);
    chain->refusal = browser_refuses_key(leaf);
    if (chain->refusal)
        chain->faults |= UINT64_C(1) << REASON_tls_handshake;
    chain->facts.notices = sent_notices(leaf, sent);
    if (lifetime > PUBLIC_DAYS_MAX * INT64_C(86400))
        chain->facts.notices |= notice_bit(NOTICE_long_lived);
    if (browser_may_refuse_signature(leaf))
        chain->facts.notices |= notice_bit(NOTICE_rare_signature);
}

void chain_judge(X509_STORE *store, bool closed, X509 *leaf, STACK_OF(X509) * sent, int64_t now,
                 struct chain *ret)
{
    *ret = (struct chain){
        .judged = now, .stale = now + HOLDS_AT_MOST, .renew = INT64_MAX, .soon = INT64_MAX};
    certificate_read(leaf, &ret->facts);
    note_margins(ret, leaf);
    note_boundary(ret, certificate_begins(leaf));
    note_boundary(ret, certificate_ends(leaf));
    note_dates(ret, sent);
    struct chain other = *ret;
    try_path(store, closed, leaf, sent, true, ret);
    if (ret->faults) {
        try_path(store, closed, leaf, sent, false, &other);
        if (!other.faults)
            *ret = other;
    }
    note_habits(ret, leaf, sent);
}
