#include "nonce.h"

#include <assert.h>
#include <errno.h>
#include <sys/random.h>

void nonce_fill(void *bytes, size_t length)
{
    ssize_t got;
    do
        got = getrandom(bytes, length, 0);
    while (got < 0 && errno == EINTR);
    assert(got == (ssize_t)length);
}
