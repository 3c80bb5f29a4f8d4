/* Any bytes as an ICMP packet; the first one says of which family and in which form. */
#include "echo.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct echo echo;
    uint8_t again[ECHO_SIZE];
    if (length == 0)
        return 0;
    int family = bytes[0] & 1 ? AF_INET6 : AF_INET;
    bool headed = bytes[0] & 2;
    if (!echo_read(family, headed, bytes + 1, length - 1, &echo))
        return 0;
    echo_write(family, &echo, again);
    assert(memcmp(again + 4, bytes + length - ECHO_SIZE + 4, ECHO_SIZE - 4) == 0);
    return 0;
}
