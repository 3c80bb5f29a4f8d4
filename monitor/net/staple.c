#include "staple.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

enum { CLOCK_SKEW_S = 300, STATUS_REQUEST = 5 /* RFC 6066 section 1.1 */ };

static OCSP_RESPONSE *read_response(const SSL *ssl, bool *ret_sent)
{
    const unsigned char *bytes = NULL;
    long length = SSL_get_tlsext_status_ocsp_resp((SSL *)(uintptr_t)ssl, &bytes);
    *ret_sent = length > 0 && bytes;
    return *ret_sent ? d2i_OCSP_RESPONSE(NULL, &bytes, length) : NULL;
}

/* By serial number alone: whose it is follows from who signed the whole. */
static bool names(OCSP_SINGLERESP *single, const X509 *leaf)
{
    ASN1_INTEGER *serial = NULL;
    OCSP_CERTID *id = (OCSP_CERTID *)(uintptr_t)OCSP_SINGLERESP_get0_id(single);
    return OCSP_id_get0_info(NULL, NULL, NULL, &serial, id) &&
           ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf)) == 0;
}

static OCSP_SINGLERESP *find_single(OCSP_BASICRESP *status, const X509 *leaf)
{
    for (int i = 0; i < OCSP_resp_count(status); i++)
        if (names(OCSP_resp_get0(status, i), leaf))
            return OCSP_resp_get0(status, i);
    return NULL;
}

static enum staple judge_single(OCSP_SINGLERESP *single)
{
    ASN1_GENERALIZEDTIME *from = NULL, *to = NULL;
    int state = OCSP_single_get0_status(single, NULL, NULL, &from, &to);
    if (!OCSP_check_validity(from, to, CLOCK_SKEW_S, -1))
        return STAPLE_EXPIRED;
    if (state == V_OCSP_CERTSTATUS_REVOKED)
        return STAPLE_REVOKED;
    return state == V_OCSP_CERTSTATUS_GOOD ? STAPLE_GOOD : STAPLE_UNKNOWN;
}

static enum staple judge_signature(OCSP_BASICRESP *status, const SSL *ssl, X509_STORE *store)
{
    ERR_clear_error();
    if (OCSP_basic_verify(status, SSL_get_peer_cert_chain(ssl), store, 0) > 0)
        return STAPLE_GOOD;
    for (unsigned long error; (error = ERR_get_error());)
        if (ERR_GET_LIB(error) == ERR_LIB_OCSP && ERR_GET_REASON(error) == OCSP_R_SIGNATURE_FAILURE)
            return STAPLE_INVALID;
    return STAPLE_STRANGE;
}

static enum staple judge_status(OCSP_BASICRESP *status, const SSL *ssl, X509_STORE *store)
{
    const X509 *leaf = SSL_get0_peer_certificate(ssl);
    OCSP_SINGLERESP *single = leaf ? find_single(status, leaf) : NULL;
    if (!single)
        return STAPLE_INVALID;
    enum staple signature = judge_signature(status, ssl, store);
    return signature == STAPLE_GOOD ? judge_single(single) : signature;
}

enum staple staple_judge(const SSL *ssl, X509_STORE *store)
{
    bool sent;
    OCSP_RESPONSE *response = read_response(ssl, &sent);
    if (!sent)
        return STAPLE_NONE;
    enum staple found = STAPLE_INVALID;
    if (response && OCSP_response_status(response) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        found = STAPLE_EMPTY;
    OCSP_BASICRESP *status =
        response && found == STAPLE_INVALID ? OCSP_response_get1_basic(response) : NULL;
    if (status)
        found = judge_status(status, ssl, store);
    OCSP_BASICRESP_free(status);
    OCSP_RESPONSE_free(response);
    ERR_clear_error();
    return found;
}

bool staple_is_demanded(const X509 *leaf)
{
    TLS_FEATURE *features = X509_get_ext_d2i(leaf, NID_tlsfeature, NULL, NULL);
    bool demanded = false;
    for (int i = 0; features && i < sk_ASN1_INTEGER_num(features); i++)
        if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == STATUS_REQUEST)
            demanded = true;
    TLS_FEATURE_free(features);
    return demanded;
}
