/* What a hoster should mend about a certificate or the encryption although no visitor is kept out: one table of stable
 * codes. They are part of the wire format: they are added, never renamed. Pure. */
#ifndef VIBRISSE_NOTICE_H
#define VIBRISSE_NOTICE_H

#include <stdbool.h>

/*      code                phrase about the certificate (English source text of the catalogues) */
#define NOTICE_TABLE(ROW)                                                                          \
    ROW(renew_soon, N_("it should be renewed by now"))                                             \
    ROW(long_lived, N_("it is valid for longer than public authorities may issue"))                \
    ROW(root_sent, N_("its root is sent along, which nobody needs"))                               \
    ROW(useless_sent, N_("certificates are sent along that are no part of its chain"))             \
    ROW(disordered, N_("the certificates of its chain are sent out of order"))                     \
    ROW(rare_signature, N_("it is signed in a way that not all programs know"))                    \
    ROW(no_forward_secrecy, N_("who gets its key later can read what was said before"))            \
    ROW(old_exchange, N_("the keys are exchanged in a way that browsers gave up"))                 \
    ROW(staple_useless, N_("the proof sent along that it is not revoked is of no use"))            \
    ROW(dane_verified, N_("its domain announces it (DANE)"))                                       \
    ROW(dane_unusable, N_("what its domain announces of it (DANE) is of no use"))

enum notice {
#define ROW(code, phrase) NOTICE_##code,
    NOTICE_TABLE(ROW)
#undef ROW
        NOTICE_COUNT
};

const char *notice_code(enum notice notice);   /* "renew_soon" */
const char *notice_phrase(enum notice notice); /* msgid */
bool notice_parse(const char *code, enum notice *ret);

/* In a set of them. */
static inline unsigned notice_bit(enum notice notice)
{
    return 1U << notice;
}

#endif
