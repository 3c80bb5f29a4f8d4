#include "alert.h"

#include <openssl/evp.h>
#include <string.h>

const char *const alert_kind_words[] = {"down",   "degraded", "certificate", "recovery", "flapping",
                                        "steady", "impaired", "restored",    "reminder", "digest",
                                        "test",   "confirm",  NULL};
const char *const alert_severity_words[] = {"info", "warning", "critical", NULL};
const char *const alert_factor_words[] = {"none", "address", "network", "issuer", "hoster", NULL};

/* RFC 4648, in lower case, without padding; five bits a character. */
static void add_base32(char *to, size_t count, const unsigned char *bytes)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    for (size_t i = 0; i < count; i++) {
        size_t bit = i * 5;
        unsigned pair = (unsigned)bytes[bit / 8] << 8 | bytes[bit / 8 + 1];
        to[i] = digits[pair >> (11 - bit % 8) & 31];
    }
    to[count] = '\0';
}

void alert_identify(struct alert *alert)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    struct buffer text;
    buffer_init(&text, 512);
    buffer_printf(&text, "%s\n%s\n%lld\n%s", alert->thread, alert_kind_words[alert->kind],
                  (long long)alert->at, alert->target);
    EVP_Digest(text.bytes, text.length, digest, NULL, EVP_sha256(), NULL);
    buffer_fini(&text);
    add_base32(alert->id, ALERT_ID_SIZE - 1, digest);
}
