#include "values.h"

#include "endpoint.h"
#include "software_url.h"
#include "text.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { HOST_SIZE = INET6_ADDRSTRLEN };

/* AF_INET, AF_INET6, or 0 when the text is no address. */
static int family_of(const char *text)
{
    struct in6_addr address;
    if (inet_pton(AF_INET, text, &address) == 1)
        return AF_INET;
    return inet_pton(AF_INET6, text, &address) == 1 ? AF_INET6 : 0;
}

static bool is_number(const char *text, long most)
{
    size_t digits = strspn(text, "0123456789");
    bool padded = text[0] == '0' && digits > 1;
    return digits >= 1 && digits <= 5 && !padded && !text[digits] && strtol(text, NULL, 10) <= most;
}

/* What stands before `end`; false when that is longer than any address. */
static bool cut(char host[HOST_SIZE], const char *text, const char *end)
{
    size_t length = (size_t)(end - text);
    if (length >= HOST_SIZE)
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    return true;
}

/* ::ffff:10.0.0.0 is an IPv4 address in disguise: a rule for it would say two things. */
static bool is_mapped(const char *host)
{
    struct in6_addr address;
    return inet_pton(AF_INET6, host, &address) == 1 && IN6_IS_ADDR_V4MAPPED(&address);
}

int value_network(const char *value, const struct config_probes *probes, struct fault *fault)
{
    (void)probes;
    char host[HOST_SIZE];
    const char *slash = strchr(value, '/');
    int family = cut(host, value, slash ? slash : value + strlen(value)) ? family_of(host) : 0;
    if (!family || (slash && !is_number(slash + 1, family == AF_INET ? 32 : 128)))
        return fault_set(
            fault,
            "a network is an address and a prefix such as 10.0.0.0/8 or fd00::/8, not \"%.80s\"",
            value);
    return is_mapped(host) ? fault_set(fault, "write \"%.80s\" as an IPv4 network", value) : 0;
}

/* "[::1]:80" and "192.0.2.1:80": where the address ends, and the port after it; false when it is no such form. */
static bool split_endpoint(const char *value, char host[HOST_SIZE], const char **ret_port)
{
    const char *end = *value == '[' ? strchr(value, ']') : strchr(value, ':');
    int family = *value == '[' ? AF_INET6 : AF_INET;
    if (!end || !cut(host, value + (*value == '['), end) || family_of(host) != family)
        return false;
    *ret_port = *end == ']' ? end + 1 : end;
    return **ret_port == ':' && is_number(*ret_port + 1, 65535);
}

int value_endpoint(const char *value, const struct config_probes *probes, struct fault *fault)
{
    (void)probes;
    struct endpoint endpoint;
    return endpoint_parse(value, &endpoint, fault);
}

int value_server(const char *value, const struct config_probes *probes, struct fault *fault)
{
    (void)probes;
    char host[HOST_SIZE];
    const char *port;
    if (!family_of(value) && !split_endpoint(value, host, &port))
        return fault_set(
            fault, "a resolver is an address such as 192.0.2.53 or 192.0.2.53:5353, not \"%.80s\"",
            value);
    return 0;
}

int value_address(const char *value, const struct config_probes *probes, struct fault *fault)
{
    (void)probes;
    return family_of(value) ? 0 : fault_set(fault, "\"%.80s\" is no IPv4 or IPv6 address", value);
}

static bool is_regular(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

int value_timezone(const char *value, const struct config_probes *probes, struct fault *fault)
{
    (void)probes;
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
    char path[128];
    if (strcmp(value, "UTC") == 0) /* known even where no time zones are installed */
        return 0;
    if (value[strspn(value, letters)] || *value == '/' ||
        !text_format(path, sizeof path, "/usr/share/zoneinfo/%s", value) || !is_regular(path))
        return fault_set(fault, "this machine knows no time zone \"%.80s\"", value);
    return 0;
}

/* ISO 639-1. */
static const char languages[] = " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br "
                                "bs ca ce ch co cr cs cu cv cy da de dv dz ee el en"
                                " eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho "
                                "hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv"
                                " ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo "
                                "lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne"
                                " ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro "
                                "ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st"
                                " su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz "
                                "ve vi vo wa wo xh yi yo za zh zu ";

int value_language(const char *value, const struct config_probes *probes, struct fault *fault)
{
    (void)probes;
    char word[] = {' ', value[0], value[0] ? value[1] : '\0', ' ', '\0'};
    if (strlen(value) != 2 || strchr(value, ' ') || !strstr(languages, word))
        return fault_set(
            fault, "a language is a code of two small letters such as fr or en, not \"%.80s\"",
            value);
    return 0;
}

char *value_scheme(const char *url, char scheme[VALUE_SCHEME_SIZE])
{
    size_t length = strcspn(url, ":");
    if (length >= VALUE_SCHEME_SIZE)
        length = VALUE_SCHEME_SIZE - 1;
    memcpy(scheme, url, length);
    scheme[length] = '\0';
    return scheme;
}

/* What no address holds by itself (RFC 3986) would make the page invalid on which it becomes a link. */
static int refuse_odd(const char *value, struct fault *fault)
{
    const char *odd = strpbrk(value, " \"<>\\^`{|}");
    return odd ? fault_set(fault, "%c stands in an address only as %%%02X", *odd, (unsigned)*odd)
               : 0;
}

static bool is_web(const char *value)
{
    return text_starts(value, "http://") || text_starts(value, "https://");
}

int value_web(const char *value, const struct config_probes *probes, struct fault *fault)
{
    (void)probes;
    if (!is_web(value))
        return fault_set(fault,
                         "an address that begins with https:// or http:// is needed, not \"%.80s\"",
                         value);
    return refuse_odd(value, fault);
}

static size_t count_schemes(const struct config_probes *probes)
{
    size_t count = 0;
    while (probes->schemes[count])
        count++;
    return count;
}

static int refuse_scheme(const char *scheme, const struct config_probes *probes,
                         struct fault *fault)
{
    const char *nearest = text_nearest(scheme, probes->schemes, count_schemes(probes));
    return fault_set(fault, "there is no probe for %s://%s%s%s", scheme,
                     nearest ? ", did you mean " : "", nearest ? nearest : "",
                     nearest ? "://?" : "");
}

int value_probe_url(const char *value, const struct config_probes *probes, struct fault *fault)
{
    char scheme[VALUE_SCHEME_SIZE];
    if (probes->options(value_scheme(value, scheme)))
        return probes->check_url ? probes->check_url(value, fault) : 0;
    return refuse_scheme(scheme, probes, fault);
}

int value_pattern(const char *value, const struct config_probes *probes, struct fault *fault)
{
    char scheme[VALUE_SCHEME_SIZE];
    if (!strstr(value, SOFTWARE_HOST) && !strstr(value, SOFTWARE_AUTHORITY))
        return fault_set(fault, "a url of software must hold {host}, as in mumble://{host}");
    return probes->options(value_scheme(value, scheme)) ? 0 : refuse_scheme(scheme, probes, fault);
}

int value_link(const char *value, const struct config_probes *probes, struct fault *fault)
{
    /* Becomes a link on a page: javascript:// and its like must not pass. */
    if (!is_web(value) && value_probe_url(value, probes, fault))
        return -1;
    return refuse_odd(value, fault);
}

int value_contact(const char *value, const struct config_probes *probes, struct fault *fault)
{
    const char *at = strchr(value, '@');
    bool is_mail =
        at && at > value && at[1] && !strpbrk(value, " <>\"(),:;?&") && !strchr(at + 1, '@');
    if (!is_mail && value_web(value, probes, fault))
        return fault_set(fault, "a mail address or an https:// address is needed, not \"%.80s\"",
                         value);
    return 0;
}

int value_minute(const char *text)
{
    static const char form[] = "00:00";
    for (size_t i = 0; form[i]; i++)
        if (form[i] == ':' ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return -1;
    int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

int value_clock(const char *value, const struct config_probes *probes, struct fault *fault)
{
    (void)probes;
    if (value_minute(value) < 0 || value[5])
        return fault_set(fault, "\"%.40s\" is no time of the day such as 08:30", value);
    return 0;
}
