#include "dns_serials.h"

#include "buffer.h"
#include "dns_server.h"
#include "macros.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

struct dns_serials {
    struct probe_run *run;
    struct mono started;
    int64_t timeout_ms;
    void (*done)(void *owner);
    void *owner;
    uv_timer_t timer;
    bool closing, cancelled;
    size_t count;
    struct dns_server servers[1 + DNS_SERIALS_SERVERS]; /* first the one under test */
};

static const struct sockaddr *address_of(const struct dns_server *server)
{
    return (const struct sockaddr *)&server->address;
}

/* ---- questions ---- */

static void ask(struct dns_serials *serials, struct dns_server *server, enum dns_type type)
{
    int64_t passed_ms = mono_ms_between(serials->started, clock_mono());
    dns_server_ask(server, serials->run->world->loop, serials->run->url, type,
                   serials->timeout_ms - passed_ms);
}

/* Several names may lead to one server. */
static bool is_known(const struct dns_serials *serials, const struct sockaddr *address)
{
    for (size_t i = 0; i < serials->count; i++)
        if (serials->servers[i].address.ss_family == address->sa_family &&
            address_compare(address_of(&serials->servers[i]), address) == 0)
            return true;
    return false;
}

/* The first address that we may ask, or NULL. */
static const struct sockaddr *pick(const struct dns_serials *serials,
                                   const struct resolver_answer *answer)
{
    const struct sockaddr *first = NULL;
    for (size_t i = 0; i < answer->count; i++) {
        const struct sockaddr *address = (const struct sockaddr *)&answer->addresses[i];
        if (!address_allowed(serials->run->world->policy, address))
            continue;
        if (is_known(serials, address))
            return address;
        first = first ? first : address;
    }
    return first;
}

static void visit(struct dns_server *server, const struct resolver_answer *answer)
{
    char text[ADDRESS_TEXT_SIZE];
    struct dns_serials *serials = server->owner;
    const struct sockaddr *address = pick(serials, answer);
    if (!address) {
        dns_server_fail(server, "%s is not public",
                        address_text((const struct sockaddr *)&answer->addresses[0], text));
    } else if (is_known(serials, address)) {
        dns_server_settle(server, DNS_SERVER_LEFT_OUT);
    } else {
        memcpy(&server->address, address, address_size(address));
        ask(serials, server, DNS_SOA);
    }
}

static void on_resolved(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct dns_server *server = container_of(query, struct dns_server, query);
    if (answer->reason == REASON_ok)
        visit(server, answer);
    else if (answer->reason == REASON_dns_no_address || answer->reason == REASON_self)
        dns_server_settle(server, DNS_SERVER_LEFT_OUT);
    else
        dns_server_fail(server, "%s", answer->detail);
}

static void ask_all(struct dns_serials *serials)
{
    struct probe_run *run = serials->run;
    const struct sockaddr *address = (const struct sockaddr *)&run->address;
    for (size_t i = 1; i < serials->count; i++) {
        struct dns_server *server = &serials->servers[i];
        server->stage = DNS_SERVER_RESOLVING;
        server->query.done = on_resolved;
        resolver_start(run->world->resolver, &server->query, server->name, address_family(address),
                       address_port(address));
    }
    ask(serials, &serials->servers[0], DNS_SOA);
}

/* ---- the course ---- */

static void on_closed(uv_handle_t *handle)
{
    struct dns_serials *serials = container_of((uv_timer_t *)handle, struct dns_serials, timer);
    serials->done(serials->owner);
}

static void end_if_all_settled(struct dns_serials *serials)
{
    for (size_t i = 0; i < serials->count; i++)
        if (serials->servers[i].stage <= DNS_SERVER_ASKING)
            return;
    if (!serials->closing)
        uv_close((uv_handle_t *)&serials->timer, on_closed);
    serials->closing = true;
}

static void on_settled(void *owner, struct dns_server *server)
{
    struct dns_serials *serials = owner;
    if (server->stage == DNS_SERVER_LISTED && !serials->cancelled)
        ask_all(serials);
    else
        end_if_all_settled(serials);
}

static struct dns_server *add_server(struct dns_serials *serials, const char *name);

static void on_named(void *owner, const char *name)
{
    struct dns_serials *serials = owner;
    if (serials->count < ARRAY_LEN(serials->servers))
        add_server(serials, name);
}

static const struct dns_server_owner calls = {.named = on_named, .settled = on_settled};

static struct dns_server *add_server(struct dns_serials *serials, const char *name)
{
    struct dns_server *server = &serials->servers[serials->count++];
    server->calls = &calls;
    server->owner = serials;
    text_clean(server->name, sizeof server->name, name, strlen(name));
    return server;
}

/* Names that are not found in time: whose fault it is cannot be told. */
static void give_up_names(struct dns_serials *serials)
{
    for (size_t i = 0; i < serials->count; i++) {
        struct dns_server *server = &serials->servers[i];
        if (server->stage != DNS_SERVER_RESOLVING)
            continue;
        resolver_cancel(&server->query);
        server->stage = DNS_SERVER_LEFT_OUT;
    }
    end_if_all_settled(serials);
}

static void on_overdue(uv_timer_t *timer)
{
    give_up_names(container_of(timer, struct dns_serials, timer));
}

struct dns_serials *dns_serials_start(struct probe_run *run, int64_t timeout_ms,
                                      void (*done)(void *owner), void *owner)
{
    struct dns_serials *serials = mem_zalloc(sizeof *serials);
    serials->run = run;
    serials->started = clock_mono();
    serials->timeout_ms = timeout_ms > 0 ? timeout_ms : 1;
    serials->done = done;
    serials->owner = owner;
    uv_timer_init(run->world->loop, &serials->timer);
    uv_timer_start(&serials->timer, on_overdue, (uint64_t)serials->timeout_ms, 0);
    struct dns_server *server = add_server(serials, run->host);
    server->address = run->address;
    ask(serials, server, DNS_NS);
    return serials;
}

void dns_serials_cancel(struct dns_serials *serials)
{
    serials->cancelled = true;
    for (size_t i = 0; i < serials->count; i++)
        dns_server_cancel(&serials->servers[i]);
    give_up_names(serials);
}

void dns_serials_free(struct dns_serials *serials)
{
    free(serials);
}

/* ---- what came of it ---- */

/* The one with the newest serial (RFC 1982), or NULL when none has answered. */
static const struct dns_server *newest(const struct dns_serials *serials)
{
    const struct dns_server *best = NULL;
    for (size_t i = 0; i < serials->count; i++) {
        const struct dns_server *server = &serials->servers[i];
        if (server->stage == DNS_SERVER_ANSWERED &&
            (!best || (int32_t)(server->serial - best->serial) > 0))
            best = server;
    }
    return best;
}

static bool is_astray(const struct dns_server *server, const struct dns_server *best)
{
    return server->stage == DNS_SERVER_FAILED ||
           (server->stage == DNS_SERVER_ANSWERED && server->serial != best->serial);
}

/* What is wrong with each, and what would be right; false = nothing is wrong. */
static bool report_astray(const struct dns_serials *serials, const struct dns_server *best,
                          struct result *result)
{
    struct buffer text;
    size_t astray = 0;
    buffer_init(&text, 2 * RESULT_DETAIL_SIZE);
    for (size_t i = 0; i < serials->count; i++) {
        const struct dns_server *server = &serials->servers[i];
        if (!is_astray(server, best))
            continue;
        astray++;
        if (server->stage == DNS_SERVER_FAILED)
            buffer_printf(&text, "%s: %s; ", server->name, server->answer.detail);
        else
            buffer_printf(&text, "%s has %u; ", server->name, server->serial);
    }
    buffer_printf(&text, "%s has %u", best->name, best->serial);
    if (astray)
        result_set(result, REASON_dns_serials, "%s", buffer_text(&text));
    buffer_fini(&text);
    return astray > 0;
}

static void add_note(struct result *result, const char *note)
{
    char detail[RESULT_DETAIL_SIZE];
    text_format(detail, sizeof detail, "%s%s%s", result->detail, result->detail[0] ? "; " : "",
                note);
    text_copy(result->detail, sizeof result->detail, detail);
}

static void report_agreement(const struct dns_serials *serials, const struct dns_server *best,
                             struct result *result)
{
    char note[80];
    size_t count = 0;
    for (size_t i = 0; i < serials->count; i++)
        count += serials->servers[i].stage == DNS_SERVER_ANSWERED;
    text_format(note, sizeof note, "serial %u on %zu name server%s", best->serial, count,
                count == 1 ? "" : "s");
    add_note(result, note);
}

void dns_serials_report(const struct dns_serials *serials, struct result *result)
{
    const struct dns_server *first = &serials->servers[0], *best = newest(serials);
    if (serials->cancelled)
        result_set(result, REASON_self, "%s", "");
    else if (!best && first->stage == DNS_SERVER_FAILED)
        result_set(result, first->answer.reason, "asked for its %s: %s",
                   serials->count == 1 ? "name servers" : "serial", first->answer.detail);
    else if (!best)
        add_note(result, "serials not compared"); /* our own fault, not theirs */
    else if (!report_astray(serials, best, result))
        report_agreement(serials, best, result);
}
