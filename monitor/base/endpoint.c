#include "endpoint.h"

#include "text.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

static bool read_port(const char *text, uint16_t *ret)
{
    unsigned port = 0;
    size_t digits = strlen(text);
    if (digits < 1 || digits > 5)
        return false;
    for (; *text; text++) {
        if (!isdigit((unsigned char)*text))
            return false;
        port = port * 10 + (unsigned)(*text - '0');
    }
    *ret = (uint16_t)port;
    return port <= UINT16_MAX;
}

static bool read_ipv4(const char *host, uint16_t port, struct endpoint *ret)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        return false;
    memcpy(&ret->address, &address, sizeof address);
    ret->length = sizeof address;
    return true;
}

static bool read_ipv6(const char *host, uint16_t port, struct endpoint *ret)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (inet_pton(AF_INET6, host, &address.sin6_addr) != 1)
        return false;
    memcpy(&ret->address, &address, sizeof address);
    ret->length = sizeof address;
    return true;
}

/* Cuts "HOST:PORT" or "[HOST]:PORT" at the last colon; the brackets go. */
static bool split(const char *text, char host[ENDPOINT_TEXT_SIZE], const char **ret_port,
                  bool *ret_brackets)
{
    const char *colon = strrchr(text, ':');
    if (!colon || colon == text)
        return false;
    size_t length = (size_t)(colon - text);
    *ret_brackets = text[0] == '[' && colon[-1] == ']';
    if (*ret_brackets) {
        text++;
        length -= 2;
    }
    if (length >= ENDPOINT_TEXT_SIZE)
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    *ret_port = colon + 1;
    return true;
}

int endpoint_parse(const char *text, struct endpoint *ret, struct fault *fault)
{
    char host[ENDPOINT_TEXT_SIZE], shown[ENDPOINT_TEXT_SIZE];
    const char *digits;
    bool brackets;
    uint16_t port;
    text_clean(shown, sizeof shown, text, strlen(text));
    *ret = (struct endpoint){0};
    if (!split(text, host, &digits, &brackets))
        return fault_set(
            fault, "'%s' is no ADDR:PORT; write for example 127.0.0.1:8080 or [::1]:8080", shown);
    if (!read_port(digits, &port))
        return fault_set(fault, "'%s' does not end in a port from 0 to 65535", shown);
    if (brackets ? read_ipv6(host, port, ret) : read_ipv4(host, port, ret))
        return 0;
    if (!brackets && read_ipv6(host, port, ret))
        return fault_set(fault, "'%s': an IPv6 address stands in brackets, as in [::1]:8080",
                         shown);
    return fault_set(fault,
                     "'%s' does not begin with an IP address, as 127.0.0.1:8080 and [::1]:8080 do",
                     shown);
}

char *endpoint_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_SIZE])
{
    char host[INET6_ADDRSTRLEN];
    if (endpoint->address.ss_family == AF_INET6) {
        struct sockaddr_in6 address;
        memcpy(&address, &endpoint->address, sizeof address);
        inet_ntop(AF_INET6, &address.sin6_addr, host, sizeof host);
        text_format(text, ENDPOINT_TEXT_SIZE, "[%s]:%u", host, ntohs(address.sin6_port));
    } else {
        struct sockaddr_in address;
        assert(endpoint->address.ss_family == AF_INET);
        memcpy(&address, &endpoint->address, sizeof address);
        inet_ntop(AF_INET, &address.sin_addr, host, sizeof host);
        text_format(text, ENDPOINT_TEXT_SIZE, "%s:%u", host, ntohs(address.sin_port));
    }
    return text;
}
