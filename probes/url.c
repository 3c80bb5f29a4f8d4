#include "url.h"

#include "address.h"
#include "macros.h"
#include "text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *authority_of(const char *url)
{
    const char *mark = strstr(url, "://");
    return mark ? mark + 3 : url;
}

const char *url_tail(const char *url)
{
    const char *authority = authority_of(url);
    return authority + strcspn(authority, "/?#");
}

void url_authority(const char *url, uint16_t default_port, char *to, size_t size)
{
    char port[8];
    const char *authority = authority_of(url), *end = url_tail(url);
    if (!text_format(to, size, "%.*s", (int)(end - authority), authority))
        to[0] = '\0';
    text_format(port, sizeof port, ":%u", default_port);
    if (text_ends(to, port) && (to[0] != '[' || strstr(to, "]:")))
        to[strlen(to) - strlen(port)] = '\0';
}

static const struct {
    const char *prefix;
    uint16_t port;
} webs[] = {{"https://", 443}, {"http://", 80}};

/* Copies up to `end` in lower case. */
static bool read_host(const char *at, const char *end, const char *more, char host[URL_HOST_SIZE])
{
    size_t length = (size_t)(end - at);
    if (length == 0 || length >= URL_HOST_SIZE)
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)at[i];
        if (!isascii(byte) || byte == '\0' || (!isalnum(byte) && !strchr(more, byte)))
            return false;
        host[i] = (char)tolower(byte);
    }
    host[length] = '\0';
    return true;
}

/* ":8443", or nothing at all. */
static bool read_port(const char *at, const char *end, uint16_t *ret)
{
    *ret = 0;
    if (at == end)
        return true;
    size_t digits = strspn(at + 1, "0123456789");
    unsigned long port = *at == ':' && digits <= 5 ? strtoul(at + 1, NULL, 10) : 0;
    *ret = (uint16_t)port;
    return at + 1 + digits == end && port > 0 && port <= UINT16_MAX;
}

static bool is_wide(const char *host)
{
    struct sockaddr_storage address;
    return address_parse(host, 0, &address) == 0 && address.ss_family == AF_INET6;
}

static bool read_place(const char *at, const char *end, char host[URL_HOST_SIZE], uint16_t *ret)
{
    const char *tail;
    *ret = 0;
    if (*at == '[') {
        tail = memchr(at, ']', (size_t)(end - at));
        return tail && read_host(at + 1, tail, ":.", host) && is_wide(host) &&
               read_port(tail + 1, end, ret);
    }
    tail = memchr(at, ':', (size_t)(end - at));
    tail = tail ? tail : end;
    return read_host(at, tail, "-._", host) && read_port(tail, end, ret);
}

/* The first byte that cannot be said as it stands; NULL = there is none. */
static const char *find_odd(const char *text)
{
    for (; *text; text++)
        if (!isascii((unsigned char)*text) || !isgraph((unsigned char)*text))
            return text;
    return NULL;
}

bool url_place(const char *url, char host[URL_HOST_SIZE], uint16_t *ret_port)
{
    for (size_t i = 0; i < ARRAY_LEN(webs); i++) {
        size_t length = strlen(webs[i].prefix);
        if (strncasecmp(url, webs[i].prefix, length) != 0)
            continue;
        bool good = read_place(url + length, url_tail(url), host, ret_port);
        if (*ret_port == 0)
            *ret_port = webs[i].port;
        return good && !find_odd(url);
    }
    return false;
}

bool url_read_authority(const char *text, char host[URL_HOST_SIZE], uint16_t *ret_port)
{
    return read_place(text, text + strlen(text), host, ret_port);
}

int url_check_tail(const char *url, size_t max, struct fault *fault)
{
    if (strlen(url) > max)
        return fault_set(fault, "\"%.60s...\" is longer than %zu bytes", url, max);
    if (strchr(url, '#'))
        return fault_set(fault, "\"%.200s\": what follows a # is never sent", url);
    if (find_odd(url_tail(url)))
        return fault_set(fault, "\"%.200s\": an accent or a space is written as %%C3%%A9", url);
    return 0;
}
