#include "dane.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>

#include <string.h>
#include <time.h>

enum { FOR_ISSUER = 0, FOR_SERVER = 1, ISSUER = 2, SERVER = 3 }; /* usages: PKIX-TA, PKIX-EE, … */

/* What the selector names, in DER; OPENSSL_free(). */
static int select_bytes(const X509 *certificate, unsigned selector, unsigned char **ret)
{
    *ret = NULL;
    return selector == 0 ? i2d_X509(certificate, ret)
                         : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), ret);
}

static bool fits(const struct record *record, const X509 *certificate)
{
    static const EVP_MD *(*const digests[])(void) = {NULL, EVP_sha256, EVP_sha512};
    unsigned char digest[EVP_MAX_MD_SIZE], *bytes;
    unsigned digest_length = 0;
    unsigned matching = record->tlsa.matching;
    int length = select_bytes(certificate, record->tlsa.selector, &bytes);
    bool same = false;
    if (length > 0 && matching == 0)
        same =
            length == record->tlsa.length && memcmp(bytes, record->tlsa.bytes, (size_t)length) == 0;
    else if (length > 0 &&
             EVP_Digest(bytes, (size_t)length, digest, &digest_length, digests[matching](), NULL))
        same = digest_length == record->tlsa.length &&
               memcmp(digest, record->tlsa.bytes, digest_length) == 0;
    OPENSSL_free(bytes);
    return same;
}

static bool is_usable(const struct record *record, bool also)
{
    return record->tlsa.usage <= SERVER && (also || record->tlsa.usage >= ISSUER) &&
           record->tlsa.selector <= 1 && record->tlsa.matching <= 2 && record->tlsa.length > 0;
}

/* The issuer that is told of is believed by itself, whoever issued it. */
static bool leads_to(X509 *issuer, X509 *leaf, STACK_OF(X509) * sent, int64_t now)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    bool leads = false;
    if (store && context && X509_STORE_add_cert(store, issuer) &&
        X509_STORE_CTX_init(context, store, leaf, sent)) {
        X509_STORE_CTX_set_default(context, "ssl_server");
        X509_STORE_CTX_set_flags(context, X509_V_FLAG_PARTIAL_CHAIN);
        X509_STORE_CTX_set_time(context, 0, (time_t)now);
        leads = X509_verify_cert(context) == 1;
    }
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    ERR_clear_error();
    return leads;
}

static bool fits_issuer(const struct record *record, X509 *leaf, STACK_OF(X509) * sent, int64_t now)
{
    int count = sent ? sk_X509_num(sent) : 0;
    for (int i = 0; i < count; i++) {
        X509 *issuer = sk_X509_value(sent, i);
        if (X509_cmp(issuer, leaf) != 0 && fits(record, issuer) &&
            leads_to(issuer, leaf, sent, now))
            return true;
    }
    return false;
}

static enum dane judge(const struct record *record, X509 *leaf, STACK_OF(X509) * sent, int64_t now)
{
    bool of_server = record->tlsa.usage == SERVER || record->tlsa.usage == FOR_SERVER;
    if (!(of_server ? fits(record, leaf) : fits_issuer(record, leaf, sent, now)))
        return DANE_MISMATCH;
    if (record->tlsa.usage < ISSUER)
        return DANE_FITS_ALSO;
    return of_server ? DANE_FITS_SERVER : DANE_FITS_ISSUER;
}

enum dane dane_judge(const struct records_answer *answer, X509 *leaf, STACK_OF(X509) * sent,
                     bool also, int64_t now)
{
    enum dane best = DANE_UNUSABLE;
    for (size_t i = 0; i < answer->count; i++) {
        if (!is_usable(&answer->records[i], also))
            continue;
        enum dane found = judge(&answer->records[i], leaf, sent, now);
        best = found > best ? found : best;
    }
    return best;
}
