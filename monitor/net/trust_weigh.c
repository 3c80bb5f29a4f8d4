#include "trust_inside.h"

#include "browser.h"
#include "evidence.h"
#include "macros.h"
#include "text.h"

#include <openssl/x509v3.h>

#include <string.h>

enum { DH_BITS_MIN = 2048 }; /* as OpenSSL asks for, which programs other than browsers use */

#define BIT(code) (UINT64_C(1) << REASON_##code)

_Static_assert(REASON_COUNT <= 64, "reasons fit into a set");

/* What each rule does not care about, and what it lets pass. */
static const struct {
    uint64_t ignored, tolerated;
    const char *consolation; /* for what is tolerated */
} rules[] = {
    [TRUST_AUTHORITIES] = {0, BIT(tls_dane_mismatch), "most programs do not look there"},
    [TRUST_FIRST_USE] = {BIT(tls_self_signed) | BIT(tls_incomplete_chain) | BIT(tls_untrusted) |
                             BIT(tls_hostname) | BIT(tls_weak_signature) | BIT(tls_handshake) |
                             BIT(tls_revoked) | BIT(tls_staple_missing) | BIT(tls_staple_invalid),
                         BIT(tls_expired) | BIT(tls_not_yet_valid) | BIT(tls_weak_key),
                         "visitors are asked whether they take it"},
    [TRUST_OPPORTUNISTIC] = {0, UINT64_MAX & ~BIT(tls_dane_mismatch),
                             "clients that do not verify still connect"},
};

static bool counts(enum trust_rule rule, enum reason fault)
{
    return !(rules[rule].ignored & UINT64_C(1) << fault);
}

/* The outcome, and for what is let pass the reason why. */
static void settle(enum trust_rule rule, enum dane dane, struct trust_answer *ret)
{
    uint64_t tolerated = rules[rule].tolerated;
    if (dane == DANE_FITS_ISSUER) /* who looks there looks at the name, too */
        tolerated &= ~BIT(tls_hostname);
    ret->outcome = reason_outcome(ret->reason);
    if (ret->outcome != OUTCOME_DOWN || !(tolerated & UINT64_C(1) << ret->reason))
        return;
    size_t used = strlen(ret->detail);
    ret->outcome = OUTCOME_DEGRADED;
    text_format(ret->detail + used, sizeof ret->detail - used, "; %s", rules[rule].consolation);
}

/* A name may end in the dot of the root, which is in no certificate (RFC 6125 section 6.4.1). */
static bool is_for(X509 *leaf, const char *host)
{
    unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    size_t length = strlen(host);
    int is_address = X509_check_ip_asc(leaf, host, 0);
    if (is_address != -2) /* -2: not an address literal */
        return is_address == 1;
    if (length > 1 && host[length - 1] == '.')
        length--;
    return length && X509_check_host(leaf, host, length, flags, NULL) == 1;
}

/* What the word of its zone makes up for, with those who look there: senders of mail, hardly any other program. */
static uint64_t excused_by(enum trust_rule rule, enum dane dane)
{
    uint64_t issuer = BIT(tls_self_signed) | BIT(tls_incomplete_chain) | BIT(tls_untrusted);
    uint64_t dates = BIT(tls_expired) | BIT(tls_not_yet_valid) | BIT(tls_expires_soon);
    if (rule != TRUST_OPPORTUNISTIC || dane < DANE_FITS_ISSUER)
        return 0;
    return dane == DANE_FITS_ISSUER ? issuer : issuer | dates | BIT(tls_hostname);
}

/* Of what is wrong that which has to be mended first. */
static enum reason find_fault(const struct trust_question *question, const struct chain *chain,
                              bool right_host, enum dane dane)
{
    uint64_t excused = rules[question->rule].ignored | excused_by(question->rule, dane);
    const struct {
        enum reason reason;
        bool found;
    } faults[] = {
        {REASON_tls_expired, chain_has(chain, REASON_tls_expired)},
        {REASON_tls_not_yet_valid, chain_has(chain, REASON_tls_not_yet_valid)},
        {REASON_tls_self_signed, chain_has(chain, REASON_tls_self_signed)},
        {REASON_tls_incomplete_chain, chain_has(chain, REASON_tls_incomplete_chain)},
        {REASON_tls_untrusted, chain_has(chain, REASON_tls_untrusted)},
        {REASON_tls_hostname, !right_host},
        {REASON_tls_weak_key, chain_has(chain, REASON_tls_weak_key)},
        {REASON_tls_weak_signature, chain_has(chain, REASON_tls_weak_signature)},
        {REASON_tls_handshake, chain_has(chain, REASON_tls_handshake)},
        {REASON_tls_untrusted, browser_refuses_usage(question->leaf, question->exchange) != NULL},
        {REASON_tls_old_protocol, question->protocol < TLS1_2_VERSION},
        {REASON_tls_expires_soon, wall_seconds(question->now) >= chain->soon},
    };
    for (size_t i = 0; i < ARRAY_LEN(faults); i++)
        if (faults[i].found && !(excused & UINT64_C(1) << faults[i].reason))
            return faults[i].reason;
    return REASON_ok;
}

static enum reason weigh(const struct trust_question *question, const struct chain *chain,
                         bool right_host, enum dane dane)
{
    enum reason reason = find_fault(question, chain, right_host, dane);
    bool counts_most =
        question->rule == TRUST_OPPORTUNISTIC || reason_outcome(reason) != OUTCOME_DOWN;
    return dane == DANE_MISMATCH && counts_most ? REASON_tls_dane_mismatch : reason;
}

const char *trust_protocol_name(int protocol)
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

static unsigned notices_of(const struct trust_question *question, const struct chain *chain,
                           enum reason reason, enum dane dane)
{
    bool by_authority = question->rule != TRUST_FIRST_USE; /* which has rules of its own */
    unsigned notices = by_authority ? chain->facts.notices : 0;
    if (reason == REASON_ok && wall_seconds(question->now) >= chain->renew)
        notices |= notice_bit(NOTICE_renew_soon);
    if (question->exchange == NID_kx_rsa)
        notices |= notice_bit(NOTICE_no_forward_secrecy);
    if (question->exchange == NID_kx_dhe)
        notices |= notice_bit(NOTICE_old_exchange);
    if (dane == DANE_UNUSABLE)
        notices |= notice_bit(NOTICE_dane_unusable);
    if (dane >= DANE_FITS_ALSO)
        notices |= notice_bit(NOTICE_dane_verified);
    return notices;
}

void trust_weigh(const struct trust_question *question, const struct chain *chain, enum dane dane,
                 struct trust_answer *ret)
{
    bool right_host = is_for(question->leaf, question->host);
    ret->certificate = chain->facts;
    ret->certificate.chain_ok = !chain->faults && right_host;
    text_copy(ret->certificate.protocol, sizeof ret->certificate.protocol,
              trust_protocol_name(question->protocol));
    ret->reason = weigh(question, chain, right_host, dane);
    ret->certificate.notices = notices_of(question, chain, ret->reason, dane);
    evidence_write(question, chain, ret->reason, ret->detail, sizeof ret->detail);
    settle(question->rule, dane, ret);
}

/* What is found last gives way to what was found before. */
static bool is_told(enum trust_rule rule, enum reason reason, const struct trust_answer *answer)
{
    return reason != REASON_ok && counts(rule, reason) &&
           reason_outcome(answer->reason) != OUTCOME_DOWN;
}

void trust_weigh_exchange(enum trust_rule rule, int dh_bits, struct trust_answer *ret)
{
    bool weak = dh_bits && dh_bits < DH_BITS_MIN;
    if (!weak || !is_told(rule, REASON_tls_handshake, ret))
        return;
    ret->reason = REASON_tls_handshake;
    text_format(ret->detail, sizeof ret->detail, "key exchange by Diffie-Hellman with %d bits",
                dh_bits);
    settle(rule, DANE_NONE, ret);
}

void trust_weigh_staple(enum trust_rule rule, enum staple found, bool demanded,
                        struct trust_answer *ret)
{
    static const struct {
        enum reason reason;
        const char *words;
    } rows[] = {
        [STAPLE_NONE] = {REASON_ok, "the server staples none"},
        [STAPLE_GOOD] = {REASON_ok, ""},
        [STAPLE_REVOKED] = {REASON_tls_revoked,
                            "revoked, as the status that the server staples says"},
        [STAPLE_UNKNOWN] = {REASON_tls_staple_invalid,
                            "the stapled status says that its authority does not know it"},
        [STAPLE_INVALID] = {REASON_tls_staple_invalid,
                            "the stapled status is none of this certificate"},
        [STAPLE_EXPIRED] = {REASON_ok, "the stapled one is out of date"},
        [STAPLE_STRANGE] = {REASON_ok, "the stapled one is not signed by its authority"},
        [STAPLE_EMPTY] = {REASON_ok, "the stapled one is an excuse of its authority"},
    };
    if (found != STAPLE_NONE && found != STAPLE_GOOD && rows[found].reason == REASON_ok)
        ret->certificate.notices |= notice_bit(NOTICE_staple_useless);
    enum reason reason = rows[found].reason;
    bool lacking = reason == REASON_ok && demanded && found != STAPLE_GOOD;
    if (lacking)
        reason = REASON_tls_staple_missing;
    if (!is_told(rule, reason, ret))
        return;
    ret->reason = reason;
    ret->certificate.chain_ok = false;
    text_format(ret->detail, sizeof ret->detail, "%s%s",
                lacking ? "it demands a status stapled to it, and " : "", rows[found].words);
    settle(rule, DANE_NONE, ret);
}
