/* The sums of an archive's members, in the form of sha256sum(1): "HEX  NAME", a line each. Internal to bundle*.c. */
#ifndef VIBRISSE_BUNDLE_SUMS_H
#define VIBRISSE_BUNDLE_SUMS_H

#include "buffer.h"

#include <openssl/evp.h>
#include <stddef.h>

enum { BUNDLE_SUM_SIZE = 65 };
extern const char bundle_sums_name[];

struct bundle_sum { /* of one member, while its bytes go by */
    EVP_MD_CTX *context;
};

void bundle_sum_begin(struct bundle_sum *sum);
void bundle_sum_add(struct bundle_sum *sum, const void *bytes, size_t length);
void bundle_sum_end(struct bundle_sum *sum, char hex[BUNDLE_SUM_SIZE]);
/* Of bytes that are all there. */
void bundle_sum_of(const void *bytes, size_t length, char hex[BUNDLE_SUM_SIZE]);

void bundle_sums_add(struct buffer *sums, const char *hex, const char *name);

#endif
