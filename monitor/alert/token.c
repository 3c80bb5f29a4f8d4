#include "token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { NAME_LENGTH = ALERT_ID_SIZE - 1, MAC_LENGTH = 43 };

static const char letters[TOKEN_PURPOSE_COUNT] = {'c', 's'};
static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* ---- base64url, without padding: 32 bytes are 42 characters and four bits ---- */

static void encode(const unsigned char mac[TOKEN_MAC_SIZE], char *to)
{
    for (size_t i = 0; i < MAC_LENGTH; i++) {
        size_t bit = i * 6, byte = bit / 8;
        unsigned pair = (unsigned)mac[byte] << 8 | (byte + 1 < TOKEN_MAC_SIZE ? mac[byte + 1] : 0U);
        to[i] = digits[pair >> (10 - bit % 8) & 63];
    }
    to[MAC_LENGTH] = '\0';
}

/* One text for one value only: the bits beyond the last byte are nought. */
static bool decode(const char *text, unsigned char mac[TOKEN_MAC_SIZE])
{
    unsigned held = 0;
    size_t bits = 0, bytes = 0;
    for (size_t i = 0; i < MAC_LENGTH; i++) {
        const char *digit = text[i] ? strchr(digits, text[i]) : NULL;
        if (!digit)
            return false;
        held = (held << 6 | (unsigned)(digit - digits)) & 0x3FFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            mac[bytes++] = (unsigned char)(held >> bits);
        }
    }
    return (held & ((1U << bits) - 1)) == 0;
}

/* ---- what is sealed ---- */

/* The words end in NUL, which none of them holds. An address is the same in any letters. */
static void seal(const unsigned char key[TOKEN_KEY_SIZE], enum token_purpose purpose,
                 const struct token_subject *subject, unsigned char mac[TOKEN_MAC_SIZE])
{
    struct buffer text;
    buffer_init(&text, 4096);
    buffer_byte(&text, letters[purpose]);
    for (const char *at = subject->address; *at; at++)
        buffer_byte(&text, *at >= 'A' && *at <= 'Z' ? (char)(*at + 'a' - 'A') : *at);
    buffer_byte(&text, '\0');
    buffer_add(&text, subject->hoster, strlen(subject->hoster) + 1);
    HMAC(EVP_sha256(), key, TOKEN_KEY_SIZE, (const unsigned char *)text.bytes, text.length, mac,
         NULL);
    buffer_fini(&text);
}

void token_write(const unsigned char key[TOKEN_KEY_SIZE], enum token_purpose purpose,
                 const char *name, const struct token_subject *subject, char text[TOKEN_SIZE])
{
    unsigned char mac[TOKEN_MAC_SIZE];
    seal(key, purpose, subject, mac);
    text[0] = letters[purpose];
    memcpy(text + 1, name, NAME_LENGTH);
    encode(mac, text + 1 + NAME_LENGTH);
}

bool token_read(const char *text, struct token *ret)
{
    static const char name_digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    if (strlen(text) != TOKEN_SIZE - 1 || (text[0] != letters[0] && text[0] != letters[1]) ||
        strspn(text + 1, name_digits) < NAME_LENGTH)
        return false;
    ret->purpose = text[0] == letters[TOKEN_STOP] ? TOKEN_STOP : TOKEN_CONFIRM;
    memcpy(ret->name, text + 1, NAME_LENGTH);
    ret->name[NAME_LENGTH] = '\0';
    return decode(text + 1 + NAME_LENGTH, ret->mac);
}

bool token_proves(const unsigned char key[TOKEN_KEY_SIZE], const struct token *token,
                  const struct token_subject *subject)
{
    unsigned char mac[TOKEN_MAC_SIZE];
    seal(key, token->purpose, subject, mac);
    return CRYPTO_memcmp(mac, token->mac, sizeof mac) == 0;
}
