#include "weblink.h"

#include "address.h"
#include "text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { HOST_MAX = 253, LABEL_MAX = 63 };

struct host {
    const char *name; /* with its brackets, without port */
    size_t length;
    const char *port; /* behind the colon; NULL = none */
    size_t port_length;
};

static void find(struct weblink *link, enum remark_kind fault)
{
    if (link->fault_count < WEBLINK_FAULTS)
        link->faults[link->fault_count++] = fault;
}

static struct weblink refuse(enum remark_kind fault)
{
    struct weblink link = {0};
    find(&link, fault);
    return link;
}

/* ---- scheme ---- */

/* Length of "https" in "https:…"; 0 when no scheme begins the text. A host with a port is none. */
static size_t scheme_length(const char *text)
{
    size_t length = 0;
    if (!isalpha((unsigned char)text[0]))
        return 0;
    while (isalnum((unsigned char)text[length]) || (text[length] && strchr("+.-", text[length])))
        length++;
    if (text[length] != ':' || (isdigit((unsigned char)text[length + 1]) && strchr(text, '.')))
        return 0;
    return length;
}

static bool is_scheme(const char *text, const char *scheme)
{
    size_t length = strlen(scheme);
    return scheme_length(text) == length && strncasecmp(text, scheme, length) == 0;
}

/* ---- host ---- */

static struct host host_of(const char *authority)
{
    size_t length = strcspn(authority, "/?#");
    const char *bracket = *authority == '[' ? memchr(authority, ']', length) : NULL;
    const char *from = bracket ? bracket : authority;
    const char *colon = memchr(from, ':', length - (size_t)(from - authority));
    struct host host = {authority, colon ? (size_t)(colon - authority) : length, NULL, 0};
    if (colon) {
        host.port = colon + 1;
        host.port_length = length - host.length - 1;
    }
    return host;
}

static bool is_port(const struct host *host)
{
    size_t digits = host->port ? strspn(host->port, "0123456789") : 0;
    unsigned long number = 0;
    for (size_t i = 0; i < digits && i < 6; i++)
        number = number * 10 + (unsigned long)(host->port[i] - '0');
    return !host->port ||
           (digits == host->port_length && digits <= 5 && number > 0 && number <= 65535);
}

/* Letters of other scripts pass: they are told apart (url_idn). */
static bool is_host_byte(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || (unsigned char)c >= 0x80;
}

static bool are_labels(const char *host, size_t length)
{
    size_t label = 0;
    for (size_t i = 0; i < length; i++) {
        if (host[i] != '.' && (!is_host_byte(host[i]) || ++label > LABEL_MAX))
            return false;
        if (host[i] == '.' && !label)
            return false;
        label = host[i] == '.' ? 0 : label;
    }
    return length && length <= HOST_MAX;
}

/* The last label tells: a browser takes 127.1, 2130706433 and 0x7f.1 for IPv4 (WHATWG URL). */
static bool is_number(const char *host, size_t length)
{
    if (length && host[length - 1] == '.')
        length--;
    size_t start = length;
    while (start && host[start - 1] != '.')
        start--;
    const char *last = host + start;
    size_t size = length - start;
    if (size > 1 && last[0] == '0' && (last[1] == 'x' || last[1] == 'X'))
        return true;
    return size && strspn(last, "0123456789") >= size;
}

/* What is certain to be of one's own network; a number in an odd form is refused as well. */
static bool is_local_number(const struct host *host)
{
    static const struct address_policy no_exceptions;
    struct sockaddr_storage address;
    char text[64];
    size_t skip = host->name[0] == '[', length = host->length - 2 * skip;
    if (host->length < 2 * skip || length >= sizeof text)
        return true;
    memcpy(text, host->name + skip, length);
    text[length] = '\0';
    return address_parse(text, 0, &address) ||
           !address_allowed(&no_exceptions, (const struct sockaddr *)&address);
}

static bool ends_host(const char *host, size_t length, const char *tail)
{
    size_t size = strlen(tail);
    if (length && host[length - 1] == '.')
        length--;
    return (length == size || (length > size && host[length - size - 1] == '.')) &&
           strncasecmp(host + length - size, tail, size) == 0;
}

/* Names that never lead anywhere but home (RFC 6761, 6762, 8375, 9476). */
static bool is_local_name(const char *host, size_t length)
{
    static const char *const tails[] = {"localhost", "local",    "localdomain",
                                        "lan",       "internal", "home.arpa"};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++)
        if (ends_host(host, length, tails[i]))
            return true;
    return false;
}

/* -1 = nothing is wrong with it. */
static int judge_host(const struct host *host)
{
    if (!is_port(host))
        return REMARK_url_host;
    if (host->name[0] == '[' || is_number(host->name, host->length))
        return is_local_number(host) ? REMARK_url_local : REMARK_url_number;
    if (!are_labels(host->name, host->length))
        return REMARK_url_host;
    if (is_local_name(host->name, host->length))
        return REMARK_url_local;
    return memchr(host->name, '.', host->length) ? -1 : REMARK_url_host;
}

/* ---- the whole ---- */

static bool has_at(const char *authority)
{
    return memchr(authority, '@', strcspn(authority, "/?#"));
}

/* Asked first of all, since what is refused for something else is quoted. */
static bool has_login(const char *text)
{
    size_t scheme = scheme_length(text);
    const char *behind = scheme ? text + scheme + 1 : text;
    bool slashes = *behind == '/';
    if (is_scheme(text, "mailto"))
        return false;
    return has_at(slashes ? behind + strspn(behind, "/") : text) || (!slashes && has_at(behind));
}

static bool is_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

static size_t path_length(const char *path)
{
    return strcspn(path, "?#");
}

/* Scheme and host in lower case, one slash where there are two. */
static char *normal(struct arena *arena, const char *scheme, const struct host *host,
                    const char *rest)
{
    char *url =
        arena_printf(arena, "%s://%.*s%s", scheme, (int)(rest - host->name), host->name, rest);
    char *to = strstr(url, "://") + 3;
    for (size_t i = 0; i < host->length; i++, to++)
        *to = (char)tolower((unsigned char)*to);
    to += (size_t)(rest - host->name) - host->length;
    size_t length = path_length(to), used = 0;
    for (size_t i = 0; i < length; i++)
        if (to[i] != '/' || !used || to[used - 1] != '/')
            to[used++] = to[i];
    memmove(to + used, to + length, strlen(to + length) + 1);
    return url;
}

static void judge_path(struct weblink *link, const char *rest)
{
    const char *slashes = strstr(rest, "//");
    if (slashes && (size_t)(slashes - rest) < path_length(rest))
        find(link, REMARK_url_slashes);
    if (text_starts(rest, "/.well_known/"))
        find(link, REMARK_well_known);
}

static struct weblink read_authority(const char *authority, const char *scheme, struct arena *arena)
{
    struct weblink link = {0};
    struct host host = host_of(authority);
    int fault = judge_host(&host);
    if (fault == REMARK_url_host || fault == REMARK_url_local)
        return refuse((enum remark_kind)fault);
    if (fault >= 0)
        find(&link, (enum remark_kind)fault);
    if (!is_ascii(host.name, host.length))
        find(&link, REMARK_url_idn);
    const char *rest = authority + strcspn(authority, "/?#");
    judge_path(&link, rest);
    link.url = normal(arena, scheme, &host, rest);
    return link;
}

static bool is_clean(const char *text)
{
    return *text && strlen(text) <= WEBLINK_MAX && !strpbrk(text, " \t\"<>\\^`{|}");
}

struct weblink weblink_read(const char *text, struct arena *arena)
{
    bool secure = is_scheme(text, "https"), plain = is_scheme(text, "http");
    if (has_login(text))
        return refuse(REMARK_url_login);
    if (!is_clean(text))
        return refuse(REMARK_url_form);
    if (scheme_length(text) && !secure && !plain)
        return refuse(REMARK_url_scheme);
    const char *authority = text + (secure ? 6 : plain ? 5 : 0);
    size_t slashes = strspn(authority, "/");
    if (slashes != 2 && (secure || plain || slashes))
        return refuse(REMARK_url_form);
    struct weblink link = read_authority(authority + slashes, plain ? "http" : "https", arena);
    if (link.url && plain)
        find(&link, REMARK_not_https);
    if (link.url && !secure && !plain)
        find(&link, REMARK_url_bare);
    return link;
}

struct weblink weblink_read_any(const char *text, struct arena *arena)
{
    static const char *const forbidden[] = {"file", "javascript", "data", "vbscript", "about"};
    struct weblink link = {0};
    if (!scheme_length(text) || is_scheme(text, "https") || is_scheme(text, "http"))
        return weblink_read(text, arena);
    const char *slashes = strstr(text, "://");
    if (slashes && has_at(slashes + 3))
        return refuse(REMARK_url_login);
    if (!is_clean(text))
        return refuse(REMARK_url_form);
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        if (is_scheme(text, forbidden[i]))
            return refuse(REMARK_url_scheme);
    link.url = arena_text(arena, text);
    return link;
}
