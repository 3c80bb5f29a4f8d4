/* Any bytes as a certificate: what is read from it is fit to be shown, and judging it ends in some verdict. */
#include "certificate.h"
#include "chain.h"
#include "text.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_text(const char *text, size_t size)
{
    assert(strlen(text) < size && text_is_utf8(text, strlen(text)));
    for (const char *c = text; *c; c++)
        assert((unsigned char)*c >= 0x20 && *c != 0x7F);
}

static void check(X509 *certificate, X509_STORE *store)
{
    char text[160];
    struct chain chain;
    certificate_names(certificate, text, sizeof text);
    check_text(text, sizeof text);
    certificate_issuer(certificate, text, sizeof text);
    check_text(text, sizeof text);
    chain_judge(store, false, certificate, NULL, 1700000000, &chain);
    assert(chain.faults && chain.stale > chain.judged);
    check_text(chain.facts.subject, sizeof chain.facts.subject);
    check_text(chain.facts.issuer, sizeof chain.facts.issuer);
    check_text(chain.facts.key, sizeof chain.facts.key);
    assert(strlen(chain.facts.sha256) == 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const unsigned char *cursor = bytes;
    X509 *certificate = d2i_X509(NULL, &cursor, (long)length);
    X509_STORE *store = X509_STORE_new();
    assert(store);
    if (certificate)
        check(certificate, store);
    X509_STORE_free(store);
    X509_free(certificate);
    return 0;
}
