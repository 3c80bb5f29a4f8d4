#include "certificate.h"

#include "macros.h"
#include "text.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <string.h>
#include <time.h>

enum { NAME_FLAGS = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB, NAMES_SHOWN = 20, PART_MAX = 76 };

static int64_t seconds_of(const ASN1_TIME *time)
{
    struct tm tm;
    return time && ASN1_TIME_to_tm(time, &tm) ? (int64_t)timegm(&tm) : -1;
}

int64_t certificate_begins(const X509 *certificate)
{
    return seconds_of(X509_get0_notBefore(certificate));
}

int64_t certificate_ends(const X509 *certificate)
{
    return seconds_of(X509_get0_notAfter(certificate));
}

/* RFC 2253, the last resort for names of rare parts only. */
static void print_whole(const X509_NAME *name, char *to, size_t size)
{
    to[0] = '\0';
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        return;
    char *bytes;
    if (X509_NAME_print_ex(bio, name, 0, NAME_FLAGS) >= 0) {
        long length = BIO_get_mem_data(bio, &bytes);
        text_clean(to, size, bytes, length > 0 ? (size_t)length : 0);
    }
    BIO_free(bio);
}

static bool print_part(const X509_NAME *name, int nid, char *to, size_t size)
{
    to[0] = '\0';
    int at = X509_NAME_get_index_by_NID(name, nid, -1);
    if (at < 0)
        return false;
    unsigned char *bytes = NULL;
    int length =
        ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (length >= 0) {
        text_clean(to, size, (const char *)bytes, (size_t)length);
        OPENSSL_free(bytes);
    }
    return to[0] != '\0';
}

/* As people know it: "Organisation (Common name)", one of the two when it says all, else the whole. */
static void print_name(const X509_NAME *name, char *to, size_t size)
{
    char organisation[PART_MAX], common[PART_MAX];
    bool organised = print_part(name, NID_organizationName, organisation, sizeof organisation);
    bool called = print_part(name, NID_commonName, common, sizeof common);
    if (organised && called && !strstr(common, organisation))
        text_format(to, size, "%s (%s)", organisation, common);
    else if (called || organised)
        text_copy(to, size, called ? common : organisation);
    else
        print_whole(name, to, size);
}

void certificate_issuer(const X509 *certificate, char *to, size_t size)
{
    print_name(X509_get_issuer_name(certificate), to, size);
}

static void print_key(X509 *certificate, char *to, size_t size)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    const char *name = key ? EVP_PKEY_get0_type_name(key) : NULL;
    if (name)
        text_format(to, size, "%s %d", name, EVP_PKEY_get_bits(key));
}

static void print_hex(const unsigned char *digest, unsigned length, char to[65])
{
    for (unsigned i = 0; length == 32 && i < length; i++)
        text_format(to + 2 * i, 3, "%02x", digest[i]);
}

static void print_digest(const X509 *certificate, char to[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &length))
        print_hex(digest, length, to);
}

/* Of the whole SubjectPublicKeyInfo, as pins have it (RFC 7469 section 2.4). */
static void print_key_digest(const X509 *certificate, char to[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE], *bytes = NULL;
    unsigned digest_length = 0;
    int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes);
    if (length > 0 && EVP_Digest(bytes, (size_t)length, digest, &digest_length, EVP_sha256(), NULL))
        print_hex(digest, digest_length, to);
    OPENSSL_free(bytes);
}

static GENERAL_NAMES *alternative_names(X509 *certificate)
{
    return X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

static void print_alternative(const GENERAL_NAME *name, char *to, size_t size)
{
    int type;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &type);
    const unsigned char *bytes = value ? ASN1_STRING_get0_data(value) : NULL;
    int length = value ? ASN1_STRING_length(value) : 0;
    to[0] = '\0';
    if (type == GEN_DNS)
        text_clean(to, size, (const char *)bytes, length > 0 ? (size_t)length : 0);
    else if (type == GEN_IPADD && (length == 4 || length == 16))
        inet_ntop(length == 4 ? AF_INET : AF_INET6, bytes, to, (socklen_t)size);
}

/* As many names as fit whole. */
static void print_alternatives(const GENERAL_NAMES *names, char *to, size_t size)
{
    size_t used = 0;
    int count = names ? sk_GENERAL_NAME_num(names) : 0;
    to[0] = '\0';
    for (int i = 0; i < count && i < NAMES_SHOWN; i++) {
        char name[80];
        print_alternative(sk_GENERAL_NAME_value(names, i), name, sizeof name);
        if (!name[0])
            continue;
        if (!text_format(to + used, size - used, "%s%s", used ? ", " : "", name)) {
            to[used] = '\0';
            return;
        }
        used = strlen(to);
    }
}

void certificate_names(X509 *certificate, char *to, size_t size)
{
    GENERAL_NAMES *names = alternative_names(certificate);
    print_alternatives(names, to, size);
    GENERAL_NAMES_free(names);
}

void certificate_read(X509 *certificate, struct certificate *ret)
{
    *ret = (struct certificate){0};
    print_digest(certificate, ret->sha256);
    print_key_digest(certificate, ret->key_sha256);
    print_name(X509_get_subject_name(certificate), ret->subject, sizeof ret->subject);
    print_name(X509_get_issuer_name(certificate), ret->issuer, sizeof ret->issuer);
    ret->not_before = wall_from_seconds(certificate_begins(certificate));
    ret->not_after = wall_from_seconds(certificate_ends(certificate));
    print_key(certificate, ret->key, sizeof ret->key);
    GENERAL_NAMES *names = alternative_names(certificate);
    ret->sans = names ? sk_GENERAL_NAME_num(names) : 0;
    print_alternatives(names, ret->names, sizeof ret->names);
    GENERAL_NAMES_free(names);
}

bool certificate_issuer_url(X509 *certificate, char *to, size_t size)
{
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(certificate, NID_info_access, NULL, NULL);
    int count = access ? sk_ACCESS_DESCRIPTION_num(access) : 0;
    to[0] = '\0';
    for (int i = 0; i < count && !to[0]; i++) {
        const ACCESS_DESCRIPTION *entry = sk_ACCESS_DESCRIPTION_value(access, i);
        if (OBJ_obj2nid(entry->method) != NID_ad_ca_issuers || entry->location->type != GEN_URI)
            continue;
        const ASN1_IA5STRING *url = entry->location->d.uniformResourceIdentifier;
        int length = ASN1_STRING_length(url);
        text_clean(to, size, (const char *)ASN1_STRING_get0_data(url),
                   length > 0 ? (size_t)length : 0);
    }
    AUTHORITY_INFO_ACCESS_free(access);
    return to[0] != '\0';
}
