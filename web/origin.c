#include "origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

static uint64_t of_ipv4(uint32_t host_order)
{
    return host_order >> 24 == 127 ? ORIGIN_LOCAL : host_order;
}

static uint64_t of_ipv6(const struct in6_addr *address)
{
    uint64_t network;
    uint32_t last;
    memcpy(&network, address->s6_addr, sizeof network);
    memcpy(&last, address->s6_addr + 12, sizeof last);
    if (IN6_IS_ADDR_V4MAPPED(address))
        return of_ipv4(ntohl(last));
    return IN6_IS_ADDR_LOOPBACK(address) ? ORIGIN_LOCAL : network;
}

uint64_t origin_of(const struct sockaddr *address)
{
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    if (address->sa_family == AF_INET) {
        memcpy(&ipv4, address, sizeof ipv4);
        return of_ipv4(ntohl(ipv4.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        memcpy(&ipv6, address, sizeof ipv6);
        return of_ipv6(&ipv6.sin6_addr);
    }
    return ORIGIN_LOCAL;
}

/* The last element of the list, blanks left out. */
static size_t last_of(const char *list, const char **ret)
{
    const char *comma = strrchr(list, ',');
    const char *begin = comma ? comma + 1 : list;
    begin += strspn(begin, " \t");
    *ret = begin;
    return strcspn(begin, " \t");
}

uint64_t origin_behind(uint64_t connection, const char *forwarded)
{
    char text[INET6_ADDRSTRLEN] = "";
    const char *last;
    struct in_addr ipv4;
    struct in6_addr ipv6;
    if (connection != ORIGIN_LOCAL || !forwarded)
        return connection;
    size_t length = last_of(forwarded, &last);
    if (length >= sizeof text)
        return ORIGIN_LOCAL;
    memcpy(text, last, length);
    if (inet_pton(AF_INET, text, &ipv4) == 1)
        return of_ipv4(ntohl(ipv4.s_addr));
    return inet_pton(AF_INET6, text, &ipv6) == 1 ? of_ipv6(&ipv6) : ORIGIN_LOCAL;
}
