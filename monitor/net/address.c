#include "address.h"

#include "macros.h"
#include "mem.h"
#include "text.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* What an address of a network means for us. Where an IPv4 address is wrapped into it, that one decides, since it is
 * where the packets end. */
enum meaning { DENIED, WRAPS_IPV4 };

struct special {
    struct address_net net;
    enum meaning meaning;
    size_t offset; /* WRAPS_IPV4: of its four bytes */
};

/* clang-format off */
static const struct special specials[] = {
    {{AF_INET, 8, {0}}, DENIED, 0}, /* this network: RFC 791 */
    {{AF_INET, 8, {10}}, DENIED, 0}, /* private: RFC 1918 */
    {{AF_INET, 10, {100, 64}}, DENIED, 0}, /* shared by carriers: RFC 6598 */
    {{AF_INET, 8, {127}}, DENIED, 0}, /* loopback: RFC 1122 */
    {{AF_INET, 16, {169, 254}}, DENIED, 0}, /* link local, cloud metadata: RFC 3927 */
    {{AF_INET, 12, {172, 16}}, DENIED, 0}, /* private: RFC 1918 */
    {{AF_INET, 24, {192}}, DENIED, 0}, /* protocol assignments: RFC 6890 */
    {{AF_INET, 24, {192, 0, 2}}, DENIED, 0}, /* documentation: RFC 5737 */
    {{AF_INET, 24, {192, 88, 99}}, DENIED, 0}, /* 6to4 relays, deprecated: RFC 7526 */
    {{AF_INET, 16, {192, 168}}, DENIED, 0}, /* private: RFC 1918 */
    {{AF_INET, 15, {198, 18}}, DENIED, 0}, /* benchmarks: RFC 2544 */
    {{AF_INET, 24, {198, 51, 100}}, DENIED, 0}, /* documentation: RFC 5737 */
    {{AF_INET, 24, {203, 0, 113}}, DENIED, 0}, /* documentation: RFC 5737 */
    {{AF_INET, 4, {224}}, DENIED, 0}, /* multicast: RFC 5771 */
    {{AF_INET, 4, {240}}, DENIED, 0}, /* reserved, broadcast: RFC 1112, RFC 919 */
    {{AF_INET6, 96, {0}}, DENIED, 0}, /* unspecified, loopback, IPv4-compatible: RFC 4291 */
    {{AF_INET6, 96, {0, 0x64, 0xff, 0x9b}}, WRAPS_IPV4, 12}, /* NAT64: RFC 6052 */
    {{AF_INET6, 48, {0, 0x64, 0xff, 0x9b, 0, 0x01}}, DENIED, 0}, /* NAT64 of one network: RFC 8215 */
    {{AF_INET6, 64, {0x01}}, DENIED, 0}, /* discard: RFC 6666 */
    {{AF_INET6, 64, {0x01, 0, 0, 0, 0, 0, 0, 0x01}}, DENIED, 0}, /* dummy: RFC 9780 */
    {{AF_INET6, 23, {0x20, 0x01}}, DENIED, 0}, /* protocol assignments, Teredo: RFC 2928, RFC 4380 */
    {{AF_INET6, 32, {0x20, 0x01, 0x0d, 0xb8}}, DENIED, 0}, /* documentation: RFC 3849 */
    {{AF_INET6, 16, {0x20, 0x02}}, WRAPS_IPV4, 2}, /* 6to4: RFC 3056 */
    {{AF_INET6, 20, {0x3f, 0xff}}, DENIED, 0}, /* documentation: RFC 9637 */
    {{AF_INET6, 16, {0x5f}}, DENIED, 0}, /* segment routing: RFC 9602 */
    {{AF_INET6, 7, {0xfc}}, DENIED, 0}, /* unique local: RFC 4193 */
    {{AF_INET6, 10, {0xfe, 0x80}}, DENIED, 0}, /* link local: RFC 4291 */
    {{AF_INET6, 10, {0xfe, 0xc0}}, DENIED, 0}, /* site local, deprecated: RFC 3879 */
    {{AF_INET6, 8, {0xff}}, DENIED, 0}, /* multicast: RFC 4291 */
};
/* clang-format on */

static const uint8_t *bytes_of(const struct sockaddr *address, size_t *ret_length)
{
    if (address->sa_family == AF_INET) {
        *ret_length = 4;
        return (const uint8_t *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
    }
    if (address->sa_family == AF_INET6) {
        *ret_length = 16;
        return (const uint8_t *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    }
    *ret_length = 0;
    return NULL;
}

/* Whether the first `bits` of both are the same. */
static bool same_prefix(const uint8_t *left, const uint8_t *right, unsigned bits)
{
    size_t whole = bits / 8;
    uint8_t mask = (uint8_t)(0xFF00u >> bits % 8);
    return memcmp(left, right, whole) == 0 &&
           (bits % 8 == 0 || ((left[whole] ^ right[whole]) & mask) == 0);
}

static bool holds(const struct address_net *net, int family, const uint8_t *bytes)
{
    return net->family == family && same_prefix(net->prefix, bytes, net->bits);
}

static bool is_exception(const struct address_policy *policy, int family, const uint8_t *bytes)
{
    for (size_t i = 0; i < policy->allow_count; i++)
        if (holds(&policy->allow[i], family, bytes))
            return true;
    return false;
}

static const struct special *special_of(int family, const uint8_t *bytes)
{
    for (size_t i = 0; i < ARRAY_LEN(specials); i++)
        if (holds(&specials[i].net, family, bytes))
            return &specials[i];
    return NULL;
}

static bool is_mapped(int family, const uint8_t *bytes)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* ::ffff:0:0/96: RFC 4291 */
    return family == AF_INET6 && memcmp(bytes, mapped, sizeof mapped) == 0;
}

/* Below 1024 stand the services of others (mail, databases of old, remote shells), which take an HTTP request for commands
 * of theirs. */
static bool is_web_port(uint16_t port)
{
    return port == 80 || port == 443 || port >= 1024;
}

static bool may_reach(const struct address_policy *policy, int family, const uint8_t *bytes,
                      uint16_t port)
{
    if (is_exception(policy, family, bytes))
        return true;
    const struct special *special = special_of(family, bytes);
    if (special && special->meaning == WRAPS_IPV4)
        return may_reach(policy, AF_INET, bytes + special->offset, port);
    return !special && (!policy->web_ports || is_web_port(port));
}

bool address_allowed(const struct address_policy *policy, const struct sockaddr *address)
{
    size_t length;
    const uint8_t *bytes = bytes_of(address, &length);
    if (!bytes)
        return false;
    /* A mapped address is IPv4 in all but spelling: an exception for IPv6 networks does not cover it. */
    if (is_mapped(address->sa_family, bytes))
        return may_reach(policy, AF_INET, bytes + 12, address_port(address));
    return may_reach(policy, address->sa_family, bytes, address_port(address));
}

bool address_port_refused(const struct address_policy *policy, const struct sockaddr *address)
{
    const struct address_policy any_port = {policy->allow, policy->allow_count, false};
    return !address_allowed(policy, address) && address_allowed(&any_port, address);
}

int address_policy_init(struct address_policy *policy, const char *const *allow,
                        struct fault *fault)
{
    size_t count = 0;
    *policy = (struct address_policy){0};
    while (allow && allow[count])
        count++;
    struct address_net *nets = mem_array(count, sizeof *nets);
    for (size_t i = 0; i < count; i++) {
        if (address_parse_net(allow[i], &nets[i], fault)) {
            free(nets);
            return -1;
        }
    }
    *policy = (struct address_policy){nets, count, false};
    return 0;
}

void address_policy_fini(struct address_policy *policy)
{
    free(policy->allow);
    *policy = (struct address_policy){0};
}

int address_parse(const char *text, uint16_t port, struct sockaddr_storage *ret)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    *ret = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
        memcpy(ret, &in, sizeof in);
    else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
        memcpy(ret, &in6, sizeof in6);
    else
        return -1;
    return 0;
}

/* A decimal number without sign or leading zero, at most `max`. */
static bool parse_number(const char *text, unsigned long max, unsigned long *ret)
{
    size_t length = strspn(text, "0123456789");
    if (length == 0 || length > 5 || text[length] || (text[0] == '0' && length > 1))
        return false;
    *ret = strtoul(text, NULL, 10);
    return *ret <= max;
}

/* The port after "]:" or after the only colon; NULL when the text has none. */
static const char *port_in(const char *text)
{
    if (text[0] == '[') {
        const char *end = strchr(text, ']');
        return end && end[1] == ':' ? end + 2 : NULL;
    }
    const char *colon = strchr(text, ':');
    return colon && !strchr(colon + 1, ':') ? colon + 1 : NULL;
}

int address_parse_endpoint(const char *text, uint16_t default_port, struct sockaddr_storage *ret)
{
    char host[ADDRESS_TEXT_SIZE + 2];
    unsigned long port = default_port;
    const char *port_text = port_in(text);
    size_t length = port_text ? (size_t)(port_text - 1 - text) : strlen(text);
    if (length >= sizeof host ||
        (port_text && (!parse_number(port_text, 65535, &port) || port == 0)))
        return -1;
    memcpy(host, text, length);
    host[length] = '\0';
    if (host[0] != '[')
        return address_parse(host, (uint16_t)port, ret);
    if (host[length - 1] != ']')
        return -1;
    host[length - 1] = '\0';
    return address_parse(host + 1, (uint16_t)port, ret) || ret->ss_family != AF_INET6 ? -1 : 0;
}

static void clear_beyond(uint8_t *bytes, size_t length, unsigned bits)
{
    for (size_t i = 0; i < length; i++) {
        unsigned keep = bits > 8 * i ? bits - 8 * (unsigned)i : 0;
        if (keep < 8)
            bytes[i] &= (uint8_t)(0xFF00u >> keep);
    }
}

int address_parse_net(const char *text, struct address_net *ret, struct fault *fault)
{
    char host[ADDRESS_TEXT_SIZE];
    struct sockaddr_storage address;
    size_t length = strcspn(text, "/"), size;
    text_format(host, sizeof host, "%.*s", (int)(length < sizeof host ? length : sizeof host),
                text);
    if (length >= sizeof host || address_parse(host, 0, &address))
        return fault_set(fault, "\"%.80s\" is no network such as 192.0.2.0/24 or 2001:db8::/32",
                         text);
    const uint8_t *bytes = bytes_of((struct sockaddr *)&address, &size);
    unsigned long bits = 8 * size;
    if (text[length] && !parse_number(text + length + 1, 8 * size, &bits))
        return fault_set(fault, "\"%.80s\": the prefix must be from 0 to %zu", text, 8 * size);
    if (is_mapped(address.ss_family, bytes))
        return fault_set(fault, "\"%.80s\": write it as an IPv4 network", text);
    *ret = (struct address_net){.family = address.ss_family, .bits = (unsigned)bits};
    memcpy(ret->prefix, bytes, size);
    clear_beyond(ret->prefix, size, ret->bits);
    return 0;
}

char *address_text(const struct sockaddr *address, char text[ADDRESS_TEXT_SIZE])
{
    size_t length;
    const uint8_t *bytes = bytes_of(address, &length);
    text[0] = '\0';
    if (bytes)
        inet_ntop(address->sa_family, bytes, text, ADDRESS_TEXT_SIZE);
    return text;
}

enum family address_family(const struct sockaddr *address)
{
    return address->sa_family == AF_INET6 ? FAMILY_IPV6 : FAMILY_IPV4;
}

socklen_t address_size(const struct sockaddr *address)
{
    return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                          : sizeof(struct sockaddr_in);
}

uint16_t address_port(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)address)->sin6_port);
    return ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port);
}

void address_set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)address)->sin_port = htons(port);
}

int address_compare(const struct sockaddr *left, const struct sockaddr *right)
{
    size_t length, other;
    const uint8_t *bytes = bytes_of(left, &length), *others = bytes_of(right, &other);
    if (length != other)
        return length < other ? -1 : 1;
    return length ? memcmp(bytes, others, length) : 0;
}
