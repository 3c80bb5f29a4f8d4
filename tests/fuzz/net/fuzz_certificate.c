/* Any bytes as a certificate: what is read from it is fit to be shown, and judging it ends in some verdict. */
#include "browser.h"
#include "certificate.h"
#include "chain.h"
#include "dane.h"
#include "staple.h"
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

/* No zone tells of a certificate by a digest of zeroes. */
static void check_zone(X509 *certificate, STACK_OF(X509) * sent)
{
    struct records_answer answer = {.count = 8};
    for (uint8_t i = 0; i < 8; i++) {
        answer.records[i].tlsa.usage = i / 2;
        answer.records[i].tlsa.selector = i % 2;
        answer.records[i].tlsa.matching = 1;
        answer.records[i].tlsa.length = 32;
    }
    assert(dane_judge(&answer, certificate, sent, true, 1700000000) == DANE_MISMATCH);
}

static void check(X509 *certificate, X509_STORE *store)
{
    char text[160];
    struct chain chain;
    certificate_names(certificate, text, sizeof text);
    check_text(text, sizeof text);
    certificate_issuer(certificate, text, sizeof text);
    check_text(text, sizeof text);
    STACK_OF(X509) *sent = sk_X509_new_null();
    assert(sent && sk_X509_push(sent, certificate) && sk_X509_push(sent, certificate));
    chain_judge(store, false, certificate, sent, 1700000000, &chain);
    assert(chain.faults && chain.stale > chain.judged);
    check_text(chain.issuer, sizeof chain.issuer);
    check_zone(certificate, sent);
    browser_refuses_usage(certificate, 0);
    staple_is_demanded(certificate);
    sk_X509_free(sent);
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
