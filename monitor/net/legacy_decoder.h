/* Cheaper public keys with OpenSSL 3.0, whose decoder builds a chain of decoders for every key of every certificate
 * (openssl issues 16878, 17950, 19119): 37 % of a handshake's instructions. While an ENGINE exists for a key type,
 * its older decoder is used. Ours does nothing but exist. Other versions of OpenSSL are left alone.
 *
 * Process-wide and for good, by trust_new(); a second time changes nothing. Not while other threads use OpenSSL. */
#ifndef VIBRISSE_LEGACY_DECODER_H
#define VIBRISSE_LEGACY_DECODER_H

#include <stdbool.h>

/* False when this OpenSSL has no such decoder, or when the self test finds that it reads a key differently; keys are
 * then decoded as usual. */
bool legacy_decoder_install(void);

#endif
