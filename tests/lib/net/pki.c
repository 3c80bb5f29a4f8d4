#include "pki.h"

#include "testing.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void run(const char *const *arguments)
{
    pid_t pid;
    int status = -1;
    assert_int_equal(
        posix_spawnp(&pid, arguments[0], NULL, NULL, (char **)(uintptr_t)arguments, environ), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

void pki_open(struct pki *pki)
{
    char script[PKI_PATH_SIZE];
    const char *name = strrchr(__FILE__, '/');
    snprintf(script, sizeof script, "%.*s/pki.sh", (int)(name - __FILE__), __FILE__);
    snprintf(pki->folder, sizeof pki->folder, "/tmp/vibrisse-pki-XXXXXX");
    assert_non_null(mkdtemp(pki->folder));
    run((const char *const[]){"bash", script, pki->folder, NULL});
}

void pki_close(struct pki *pki)
{
    run((const char *const[]){"rm", "-r", pki->folder, NULL});
}

struct pki group_pki;

int pki_setup(void **state)
{
    (void)state;
    pki_open(&group_pki);
    return 0;
}

int pki_teardown(void **state)
{
    (void)state;
    pki_close(&group_pki);
    return 0;
}

char *pki_path(const struct pki *pki, const char *name, const char *suffix,
               char path[PKI_PATH_SIZE])
{
    int length = snprintf(path, PKI_PATH_SIZE, "%s/%s%s", pki->folder, name, suffix);
    assert_in_range(length, 1, PKI_PATH_SIZE - 1);
    return path;
}

STACK_OF(X509) * pki_chain(const struct pki *pki, const char *name)
{
    char path[PKI_PATH_SIZE];
    STACK_OF(X509) *chain = sk_X509_new_null();
    FILE *file = fopen(pki_path(pki, name, ".pem", path), "re");
    assert_non_null(file);
    for (X509 *one; (one = PEM_read_X509(file, NULL, NULL, NULL));)
        sk_X509_push(chain, one);
    fclose(file);
    assert_true(sk_X509_num(chain) > 0);
    return chain;
}
