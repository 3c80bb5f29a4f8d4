/* The test's own authorities and certificates, made anew by pki.sh in a folder that goes with it. */
#ifndef VIBRISSE_PKI_H
#define VIBRISSE_PKI_H

#include <openssl/x509.h>

enum { PKI_PATH_SIZE = 200 };

struct pki {
    char folder[PKI_PATH_SIZE];
};

void pki_open(struct pki *pki);
void pki_close(struct pki *pki);

/* Those of a whole program, for cmocka_run_group_tests(). */
extern struct pki group_pki;
int pki_setup(void **state);
int pki_teardown(void **state);

char *pki_path(const struct pki *pki, const char *name, const char *suffix,
               char path[PKI_PATH_SIZE]);
/* What a server with this certificate sends, leaf first; the caller frees. */
STACK_OF(X509) * pki_chain(const struct pki *pki, const char *name);

#endif
