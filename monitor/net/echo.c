#include "echo.h"

#include <string.h>
#include <sys/socket.h>

enum { ID = 4, SEQUENCE = 6, COOKIE = 8, IPV4_HEADER_MIN = 20 };

static uint16_t get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* RFC 1071. Over a message with its checksum in it: 0. */
static uint16_t checksum(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i += 2)
        sum += (uint32_t)bytes[i] << 8 | (i + 1 < length ? bytes[i + 1] : 0);
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)~sum;
}

void echo_write(int family, const struct echo *echo, uint8_t ret[ECHO_SIZE])
{
    memset(ret, 0, ECHO_SIZE);
    ret[0] = family == AF_INET ? ECHO_REQUEST : ECHO_REQUEST_6;
    put16(ret + ID, echo->id);
    put16(ret + SEQUENCE, echo->sequence);
    memcpy(ret + COOKIE, echo->cookie, ECHO_COOKIE_SIZE);
    if (family == AF_INET)
        put16(ret + 2, checksum(ret, ECHO_SIZE));
}

bool echo_read(int family, bool headed, const uint8_t *bytes, size_t length, struct echo *ret)
{
    if (headed) {
        size_t header = length ? (size_t)(bytes[0] & 15) * 4 : 0;
        if (header < IPV4_HEADER_MIN || header > length)
            return false;
        bytes += header;
        length -= header;
    }
    if (length != ECHO_SIZE || bytes[0] != (family == AF_INET ? ECHO_REPLY : ECHO_REPLY_6) ||
        bytes[1] != 0 || (family == AF_INET && checksum(bytes, length) != 0))
        return false;
    ret->id = get16(bytes + ID);
    ret->sequence = get16(bytes + SEQUENCE);
    memcpy(ret->cookie, bytes + COOKIE, ECHO_COOKIE_SIZE);
    return true;
}
