#include "registry.h"

#include "collective.h"
#include "macros.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*      symbol   scheme */
#define REGISTRY_TABLE(ROW)                                                                        \
    ROW(probe_http, "http")                                                                        \
    ROW(probe_https, "https")                                                                      \
    ROW(probe_ws, "ws")                                                                            \
    ROW(probe_wss, "wss")                                                                          \
    ROW(probe_gemini, "gemini")                                                                    \
    ROW(probe_nodeinfo, "nodeinfo")                                                                \
    ROW(probe_matrix, "matrix")                                                                    \
    ROW(probe_ldap, "ldap")                                                                        \
    ROW(probe_ldaps, "ldaps")                                                                      \
    ROW(probe_mqtt, "mqtt")                                                                        \
    ROW(probe_mqtts, "mqtts")                                                                      \
    ROW(probe_postgres, "postgres")                                                                \
    ROW(probe_icmp, "icmp")                                                                        \
    ROW(probe_dns, "dns")                                                                          \
    ROW(probe_dot, "dot")                                                                          \
    ROW(probe_mumble, "mumble")                                                                    \
    ROW(probe_mysql, "mysql")                                                                      \
    ROW(probe_ntp, "ntp")                                                                          \
    ROW(probe_sip, "sip")                                                                          \
    ROW(probe_stun, "stun")                                                                        \
    ROW(probe_tcp, "tcp")                                                                          \
    ROW(probe_tls, "tls")                                                                          \
    ROW(probe_turn, "turn")                                                                        \
    ROW(probe_udp, "udp")                                                                          \
    ROW(probe_smtp, "smtp")                                                                        \
    ROW(probe_submission, "submission")                                                            \
    ROW(probe_smtps, "smtps")                                                                      \
    ROW(probe_imap, "imap")                                                                        \
    ROW(probe_imaps, "imaps")                                                                      \
    ROW(probe_pop3, "pop3")                                                                        \
    ROW(probe_pop3s, "pop3s")                                                                      \
    ROW(probe_sieve, "sieve")                                                                      \
    ROW(probe_nntp, "nntp")                                                                        \
    ROW(probe_nntps, "nntps")                                                                      \
    ROW(probe_ftp, "ftp")                                                                          \
    ROW(probe_ftps, "ftps")                                                                        \
    ROW(probe_irc, "irc")                                                                          \
    ROW(probe_ircs, "ircs")                                                                        \
    ROW(probe_redis, "redis")                                                                      \
    ROW(probe_ssh, "ssh")                                                                          \
    ROW(probe_xmpp, "xmpp")                                                                        \
    ROW(probe_xmpps, "xmpps")                                                                      \
    ROW(probe_xmpp_server, "xmpp-server")                                                          \
    ROW(probe_command, "command")                                                                  \
    ROW(probe_lmtp, "lmtp")

#define ROW(symbol, scheme) extern const struct probe_type symbol;
REGISTRY_TABLE(ROW)
#undef ROW

const struct probe_type *const registry[] = {
#define ROW(symbol, scheme) &symbol,
    REGISTRY_TABLE(ROW)
#undef ROW
        NULL,
};

static const char *const schemes[] = {
#define ROW(symbol, scheme) scheme,
    REGISTRY_TABLE(ROW)
#undef ROW
        NULL,
};

const struct probe_type *registry_find(const char *scheme)
{
    for (size_t i = 0; registry[i]; i++)
        if (strcmp(registry[i]->name, scheme) == 0)
            return registry[i];
    return NULL;
}

const struct schema *registry_options(const char *scheme)
{
    const struct probe_type *type = registry_find(scheme);
    return type ? &type->options : NULL;
}

const char *const *registry_schemes(void)
{
    return schemes;
}

static int refuse_name(const struct probe_type *type, const char *name, struct fault *fault)
{
    const struct schema_row *nearest = schema_nearest(&type->options, name);
    if (nearest)
        return fault_set(fault, "%s has no option \"%.80s\"; did you mean %s?", type->name, name,
                         nearest->name);
    return fault_set(fault, "%s has no option \"%.80s\"", type->name, name);
}

static int check_required(const struct probe_type *type, const bool *given, struct fault *fault)
{
    for (size_t i = 0; i < type->options.count; i++)
        if (type->options.rows[i].required && !given[i])
            return fault_set(fault, "%s needs the option %s", type->name,
                             type->options.rows[i].name);
    return 0;
}

static int read_all(const struct probe_type *type, const struct probe_option *options, size_t count,
                    struct arena *arena, void *object, bool *given, struct fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        const struct schema_row *row = schema_find(&type->options, options[i].name);
        if (!row)
            return refuse_name(type, options[i].name, fault);
        if (given[row - type->options.rows])
            return fault_set(fault, "%s is given twice", row->name);
        given[row - type->options.rows] = true;
        if (schema_read(row, options[i].value, object, arena, fault) < 0)
            return -1;
    }
    return check_required(type, given, fault);
}

int registry_read_options(const struct probe_type *type, const struct probe_option *options,
                          size_t count, struct arena *arena, const void **ret, struct fault *fault)
{
    void *object = arena_alloc(arena, type->options_size);
    bool *given = arena_array(arena, type->options.count + 1, sizeof *given);
    schema_presets(&type->options, object, arena);
    if (read_all(type, options, count, arena, object, given, fault) < 0 ||
        (type->check && type->check(object, fault) < 0))
        return -1;
    *ret = object;
    return 0;
}
