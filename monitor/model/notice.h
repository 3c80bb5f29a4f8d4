/* What a hoster should mend about a certificate or the encryption although no visitor is kept out: one table of stable
 * codes. They are part of the wire format: they are added, never renamed. Pure. */
#ifndef VIBRISSE_NOTICE_H
#define VIBRISSE_NOTICE_H

#include <stdbool.h>

/*      code                 sentence, about the service */
#define NOTICE_TABLE(ROW)                                                                          \
    ROW(renew_soon, "its certificate should be renewed by now")                                    \
    ROW(long_lived, "its certificate is valid for longer than public authorities may issue")       \
    ROW(root_sent, "it sends its root along, which nobody needs")                                  \
    ROW(useless_sent, "it sends certificates that belong to no chain of its own")                  \
    ROW(disordered, "it sends its certificates out of order")                                      \
    ROW(rare_signature, "its certificate is signed in a way that not all programs know")           \
    ROW(no_forward_secrecy, "who gets its key later can read what was said before")                \
    ROW(old_exchange, "it takes a key exchange that browsers gave up")                             \
    ROW(staple_useless,                                                                            \
        "the proof that it was not revoked is out of date, or not its authority's")                \
    ROW(dane_verified, "its certificate is the one that its signed DNS zone tells (DANE)")         \
    ROW(dane_unusable, "the TLSA records of its zone are of no use to anybody")

enum notice {
#define ROW(code, sentence) NOTICE_##code,
    NOTICE_TABLE(ROW)
#undef ROW
        NOTICE_COUNT
};

const char *notice_code(enum notice notice); /* "renew_soon" */
const char *notice_sentence(enum notice notice);
bool notice_parse(const char *code, enum notice *ret);

/* In a set of them. */
static inline unsigned notice_bit(enum notice notice)
{
    return 1U << notice;
}

#endif
