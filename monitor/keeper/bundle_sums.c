#include "bundle_sums.h"

#include "text.h"

#include <assert.h>

const char bundle_sums_name[] = "SHA256SUMS";

void bundle_sum_begin(struct bundle_sum *sum)
{
    sum->context = EVP_MD_CTX_new();
    int rc = sum->context ? EVP_DigestInit_ex(sum->context, EVP_sha256(), NULL) : 0;
    assert(rc == 1);
}

void bundle_sum_add(struct bundle_sum *sum, const void *bytes, size_t length)
{
    EVP_DigestUpdate(sum->context, bytes, length);
}

void bundle_sum_end(struct bundle_sum *sum, char hex[BUNDLE_SUM_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(sum->context, digest, &length);
    EVP_MD_CTX_free(sum->context);
    hex[0] = '\0';
    for (unsigned i = 0; i < length && 2 * i + 2 < BUNDLE_SUM_SIZE; i++)
        text_format(hex + 2 * i, 3, "%02x", digest[i]);
}

void bundle_sum_of(const void *bytes, size_t length, char hex[BUNDLE_SUM_SIZE])
{
    struct bundle_sum sum;
    bundle_sum_begin(&sum);
    bundle_sum_add(&sum, bytes, length);
    bundle_sum_end(&sum, hex);
}

void bundle_sums_add(struct buffer *sums, const char *hex, const char *name)
{
    buffer_printf(sums, "%s  %s\n", hex, name);
}
