/* What a link carries by which its owner says yes to messages, or no: it was in a mail to the address, so whoever has it
 * reads that mail. A letter for the purpose, the name of what it is about, and an HMAC-SHA-256 (RFC 2104) over purpose,
 * address and hoster in base64url (RFC 4648, section 5). No address stands in it. Pure. */
#ifndef VIBRISSE_TOKEN_H
#define VIBRISSE_TOKEN_H

#include "alert.h"

enum token_purpose {
    TOKEN_CONFIRM, /* of the one question: says yes, or no */
    TOKEN_STOP, /* of each message: it may be passed on, so it never says yes for the first time */
    TOKEN_PURPOSE_COUNT
};

enum { TOKEN_KEY_SIZE = 32, TOKEN_MAC_SIZE = 32, TOKEN_SIZE = 1 + (ALERT_ID_SIZE - 1) + 43 + 1 };

/* What it is about. */
struct token_subject {
    const char *hoster; /* its id */
    const char *address;
};

struct token { /* as it was read: nothing of it is proved */
    enum token_purpose purpose;
    char name[ALERT_ID_SIZE];
    unsigned char mac[TOKEN_MAC_SIZE];
};

void token_write(const unsigned char key[TOKEN_KEY_SIZE], enum token_purpose purpose,
                 const char *name, const struct token_subject *subject, char text[TOKEN_SIZE]);
/* False: it is none. Anything may stand there. */
bool token_read(const char *text, struct token *ret);
/* Whether it was written with that key about that subject, in a time that does not tell how nearly. */
bool token_proves(const unsigned char key[TOKEN_KEY_SIZE], const struct token *token,
                  const struct token_subject *subject);

#endif
