/* The key of the links by which contacts say yes or no: 32 bytes in DATA/consent.key, for its owner alone (0600). Not in the
 * ledger, which is copied into backups and read by all on the machine: whoever has the key can speak for every contact.
 * Without it (a backup was restored, somebody took it away to make all links void) another one is made: links of before are
 * then no longer any, those of the next messages are. */
#ifndef VIBRISSE_CONSENT_KEY_H
#define VIBRISSE_CONSENT_KEY_H

#include "fault.h"
#include "token.h"

/* Makes it where there is none. -1 and a sentence. */
int consent_key_fetch(const char *folder, unsigned char key[TOKEN_KEY_SIZE], struct fault *fault);

#endif
