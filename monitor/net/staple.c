#include "staple.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

enum { CLOCK_SKEW_S = 300 };

static OCSP_BASICRESP *read_status(const SSL *ssl)
{
    const unsigned char *bytes = NULL;
    long length = SSL_get_tlsext_status_ocsp_resp((SSL *)(uintptr_t)ssl, &bytes);
    if (length <= 0 || !bytes)
        return NULL;
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &bytes, length);
    OCSP_BASICRESP *status = NULL;
    if (response && OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL)
        status = OCSP_response_get1_basic(response);
    OCSP_RESPONSE_free(response);
    return status;
}

/* By serial number alone: whose it is follows from who signed the whole. */
static bool names(OCSP_SINGLERESP *single, X509 *leaf)
{
    ASN1_INTEGER *serial = NULL;
    OCSP_CERTID *id = (OCSP_CERTID *)(uintptr_t)OCSP_SINGLERESP_get0_id(single);
    return OCSP_id_get0_info(NULL, NULL, NULL, &serial, id) &&
           ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf)) == 0;
}

static bool revokes(OCSP_BASICRESP *status, X509 *leaf)
{
    for (int i = 0; i < OCSP_resp_count(status); i++) {
        OCSP_SINGLERESP *single = OCSP_resp_get0(status, i);
        ASN1_GENERALIZEDTIME *from = NULL, *to = NULL;
        int state = OCSP_single_get0_status(single, NULL, NULL, &from, &to);
        if (state == V_OCSP_CERTSTATUS_REVOKED && names(single, leaf) &&
            OCSP_check_validity(from, to, CLOCK_SKEW_S, -1))
            return true;
    }
    return false;
}

/* The signature is looked at last: it costs more than all the rest, and nearly every status is good. */
bool staple_revokes(const SSL *ssl, X509_STORE *store)
{
    X509 *leaf = SSL_get0_peer_certificate(ssl);
    OCSP_BASICRESP *status = leaf ? read_status(ssl) : NULL;
    bool revoked = status && revokes(status, leaf) &&
                   OCSP_basic_verify(status, SSL_get_peer_cert_chain(ssl), store, 0) > 0;
    OCSP_BASICRESP_free(status);
    ERR_clear_error();
    return revoked;
}
