#include "target.h"

#include "text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { HOST_MAX = 253 }; /* RFC 1035 */

static char *lower(struct arena *arena, const char *bytes, size_t length)
{
    char *text = arena_bytes(arena, bytes, length);
    for (char *c = text; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return text;
}

static bool is_host(const char *host, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isascii(host[i]) || !(isalnum((unsigned char)host[i]) || strchr("-._:", host[i])))
            return false;
    return length > 0 && length <= HOST_MAX;
}

/* What follows the host: nothing, or ':' and a port, up to `end`. */
static bool read_port(const char *text, const char *end, uint16_t *ret)
{
    unsigned long port = 0;
    *ret = 0;
    if (text == end)
        return true;
    if (*text != ':' || end - text < 2 || end - text > 6)
        return false;
    for (text++; text < end; text++) {
        if (!isdigit((unsigned char)*text))
            return false;
        port = port * 10 + (unsigned long)(*text - '0');
    }
    *ret = (uint16_t)port;
    return port > 0 && port <= 65535;
}

int target_split_url(const char *url, struct arena *arena, struct target_url *ret,
                     struct fault *fault)
{
    const char *mark = strstr(url, "://");
    if (!mark || mark == url)
        return fault_set(fault, "\"%.200s\" is no address such as https://example.org/", url);
    const char *host = mark + 3, *end = host + strcspn(host, "/?#"), *tail;
    if (memchr(host, '@', (size_t)(end - host)))
        return fault_set(fault, "an address must not hold a user name or password");
    bool bracketed = *host == '[';
    if (bracketed) {
        host++;
        tail = memchr(host, ']', (size_t)(end - host));
    } else {
        tail = memchr(host, ':', (size_t)(end - host));
        tail = tail ? tail : end;
    }
    if (!tail || !is_host(host, (size_t)(tail - host)))
        return fault_set(
            fault, "\"%.200s\" has no usable host; a name with accents is written as xn--...", url);
    if (!read_port(tail + bracketed, end, &ret->port))
        return fault_set(fault, "\"%.200s\": the port must be from 1 to 65535", url);
    ret->scheme = lower(arena, url, (size_t)(mark - url));
    ret->host = lower(arena, host, (size_t)(tail - host));
    struct sockaddr_storage address;
    if (bracketed && (address_parse(ret->host, 0, &address) || address.ss_family != AF_INET6))
        return fault_set(fault, "\"%.200s\": no IPv6 address stands in the brackets", url);
    return 0;
}

static int find_type(const char *scheme, const struct catalogue *catalogue,
                     const struct probe_type **ret, struct fault *fault)
{
    const char *const *schemes = catalogue->schemes();
    size_t count = 0;
    *ret = catalogue->find(scheme);
    if (*ret)
        return 0;
    while (schemes[count])
        count++;
    const char *nearest = text_nearest(scheme, schemes, count);
    return fault_set(fault, "there is no probe \"%.40s\"%s%s%s", scheme,
                     nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
}

/* A literal has one family only; a name may have both. */
static int choose_families(const struct check *check, struct target *target, struct fault *fault)
{
    struct sockaddr_storage address;
    static const unsigned wished[] = {
        [WISH_BOTH] = 1u << FAMILY_IPV4 | 1u << FAMILY_IPV6,
        [WISH_IPV4] = 1u << FAMILY_IPV4,
        [WISH_IPV6] = 1u << FAMILY_IPV6,
    };
    target->families = wished[check->family];
    if (address_parse(target->connect, 0, &address)) {
        if (check->address)
            return fault_set(fault, "address must be a literal such as 192.0.2.1, not \"%.80s\"",
                             check->address);
        return 0;
    }
    target->literal = true;
    target->families &= 1u << address_family((struct sockaddr *)&address);
    if (!target->families)
        return fault_set(fault, "%s is no %s address", target->connect,
                         family_wish_words[check->family]);
    return 0;
}

static int check_port(const struct probe_type *type, const struct target_url *url,
                      struct fault *fault)
{
    if (type->portless && url->port)
        return fault_set(fault, "%s knows no ports: write %s://%.200s", type->name, type->name,
                         url->host);
    if (!type->portless && !type->port_optional && !type->port && !url->port)
        return fault_set(fault, "%s has no port of its own: write one, as in %s://%.200s:4242",
                         type->name, type->name, url->host);
    return 0;
}

static int read_url(const char *text, const struct catalogue *catalogue, struct arena *arena,
                    struct target_url *ret_url, const struct probe_type **ret_type,
                    struct fault *fault)
{
    if (target_split_url(text, arena, ret_url, fault) ||
        find_type(ret_url->scheme, catalogue, ret_type, fault) ||
        check_port(*ret_type, ret_url, fault))
        return -1;
    return (*ret_type)->check_url ? (*ret_type)->check_url(text, fault) : 0;
}

int target_check_url(const char *url, const struct catalogue *catalogue, struct fault *fault)
{
    struct arena arena = {0};
    struct target_url parts;
    const struct probe_type *type;
    int rc = read_url(url, catalogue, &arena, &parts, &type, fault);
    arena_free(&arena);
    return rc;
}

int target_read(const struct watch *watch, const struct catalogue *catalogue, struct arena *arena,
                struct target *ret, struct fault *fault)
{
    const struct check *check = &watch->check;
    struct target_url url;
    const struct probe_type *type;
    if (read_url(check->url, catalogue, arena, &url, &type, fault))
        return -1;
    *ret = (struct target){
        .type = type,
        .service = watch->service,
        .check = check->id,
        .url = check->url,
        .host = url.host,
        .connect = check->address ? check->address : url.host,
        .timeout_ms = check->timeout_ms,
        .slow_ms = check->slow_ms,
    };
    if (choose_families(check, ret, fault))
        return -1;
    ret->port = url.port ? url.port : ret->type->port;
    ret->routed = type->route && !url.port && !check->address && !ret->literal;
    return catalogue->read_options(ret->type, check->options, check->option_count, arena,
                                   &ret->options, fault);
}
