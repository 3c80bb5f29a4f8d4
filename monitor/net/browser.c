#include "browser.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <string.h>

static const char *refuses_curve(const EVP_PKEY *key)
{
    char name[40] = "";
    EVP_PKEY_get_group_name(key, name, sizeof name, NULL);
    if (strcmp(name, "prime256v1") == 0 || strcmp(name, "secp384r1") == 0)
        return NULL;
    return strcmp(name, "secp521r1") == 0 ? "Chrome takes no key on the curve P-521"
                                          : "browsers take no key on such a curve";
}

const char *browser_refuses_key(X509 *leaf)
{
    const EVP_PKEY *key = X509_get0_pubkey(leaf);
    switch (key ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE) {
    case EVP_PKEY_RSA:
        return NULL;
    case EVP_PKEY_EC:
        return refuses_curve(key);
    case EVP_PKEY_RSA_PSS:
        return "browsers take no RSA key that is for PSS alone";
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:
        return "browsers take no Edwards key (EdDSA) in a certificate";
    default:
        return "browsers take no key of this kind";
    }
}

const char *browser_refuses_authority(X509 *leaf)
{
    return X509_check_ca(leaf) == 1
               ? "Firefox takes the certificate of an authority for no server's"
               : NULL;
}

const char *browser_refuses_usage(X509 *leaf, int exchange)
{
    uint32_t usage = X509_get_key_usage(leaf); /* all bits when it says nothing */
    if (exchange == NID_kx_rsa)
        return usage & KU_KEY_ENCIPHERMENT ? NULL : "its key may not be used to decipher";
    return usage & KU_DIGITAL_SIGNATURE ? NULL : "its key may not be used to sign";
}

bool browser_may_refuse_signature(const X509 *certificate)
{
    return X509_get_signature_nid(certificate) == NID_rsassaPss;
}
