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

void alert_name(const char *text, char name[ALERT_ID_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL);
    add_base32(name, ALERT_ID_SIZE - 1, digest);
}

void alert_identify(struct alert *alert)
{
    struct buffer text;
    buffer_init(&text, 1024);
    buffer_printf(&text, "%s\n%s\n%lld\n%s\n%s", alert->thread, alert_kind_words[alert->kind],
                  (long long)alert->at, alert->target,
                  alert->row_count ? alert->rows[0].service : "");
    alert_name(buffer_text(&text), alert->id);
    buffer_fini(&text);
}
