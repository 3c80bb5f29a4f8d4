#include "dns_serials.h"

#include "buffer.h"
#include "cause.h"
#include "datagram.h"
#include "dns_judge.h"
#include "macros.h"
#include "mem.h"
#include "nonce.h"
#include "resolver.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = DATAGRAM_TRIES * DATAGRAM_GAP_MS };

enum stage {
    IDLE,
    RESOLVING,
    ASKING,
    LEFT_OUT, /* it says nothing of the zone */
    ANSWERED, /* `serial` */
    FAILED    /* `answer` */
};

struct server {
    struct dns_serials *serials;
    enum stage stage;
    char name[RESOLVER_NAME_SIZE];
    struct resolver_query query;
    struct sockaddr_storage address;
    struct datagram datagram;
    struct dns_question question;
    enum packet_verdict verdict;
    struct packet_answer answer;
    uint32_t serial;
};

struct dns_serials {
    struct probe_run *run;
    struct mono started;
    int64_t timeout_ms;
    void (*done)(void *owner);
    void *owner;
    uv_timer_t timer;
    bool closing, cancelled;
    size_t count;
    struct server servers[1 + DNS_SERIALS_SERVERS]; /* first the one under test */
};

static int64_t left_ms(const struct dns_serials *serials)
{
    return serials->timeout_ms - mono_ms_between(serials->started, clock_mono());
}

/* ---- the end ---- */

static void on_closed(uv_handle_t *handle)
{
    struct dns_serials *serials = container_of((uv_timer_t *)handle, struct dns_serials, timer);
    serials->done(serials->owner);
}

static void end_if_all_settled(struct dns_serials *serials)
{
    for (size_t i = 0; i < serials->count; i++)
        if (serials->servers[i].stage <= ASKING)
            return;
    if (!serials->closing)
        uv_close((uv_handle_t *)&serials->timer, on_closed);
    serials->closing = true;
}

static void settle(struct server *server, enum stage stage)
{
    server->stage = stage;
    end_if_all_settled(server->serials);
}

__attribute__((format(printf, 2, 3))) static void fail(struct server *server, const char *format,
                                                       ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(server->answer.detail, sizeof server->answer.detail, format, list);
    va_end(list);
    settle(server, FAILED);
}

/* ---- one question ---- */

static const struct dns_options strict = {.authoritative = DNS_AUTHORITY_YES};

static size_t write_question(void *owner, const struct sockaddr *local, uint8_t *ret, size_t size)
{
    struct server *server = owner;
    (void)local;
    assert(size >= DNS_QUESTION_SIZE);
    return dns_question_write(&server->question, ret);
}

/* False = not of the form of an SOA record, which the judge has excluded. */
static bool read_serial(const struct dns_case *dns, uint32_t *ret)
{
    struct dns_name name;
    size_t at = dns->answers.records[0].data;
    if (!dns_name_read(&dns->message, &at, &name) || !dns_name_read(&dns->message, &at, &name) ||
        at + 4 > dns->message.length)
        return false;
    const uint8_t *bytes = dns->message.bytes + at;
    *ret = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    return true;
}

static void add_server(struct dns_serials *serials, const struct dns_message *message,
                       const struct dns_record *record)
{
    char text[DNS_NAME_TEXT_SIZE];
    struct dns_name name;
    size_t at = record->data;
    if (serials->count == ARRAY_LEN(serials->servers) || !dns_name_read(message, &at, &name))
        return;
    dns_name_text(&name, text);
    text[strlen(text) - 1] = '\0'; /* the last dot */
    struct server *server = &serials->servers[serials->count++];
    server->serials = serials;
    text_clean(server->name, sizeof server->name, text, strlen(text));
}

/* A list that is cut off is better than none. */
static void take_list(struct server *server, struct dns_case *dns)
{
    if (server->verdict == PACKET_CUT)
        dns_answers_find(&dns->question, &dns->message, &dns->answers);
    for (size_t i = 0; i < dns->answers.count; i++)
        add_server(server->serials, &dns->message, &dns->answers.records[i]);
}

static void take_serial(struct server *server, const struct dns_case *dns)
{
    if (!dns->answers.count || !read_serial(dns, &server->serial))
        packet_judged(&server->answer, REASON_protocol_error, "no SOA record");
}

static bool on_answer(void *owner, const uint8_t *bytes, size_t length)
{
    struct server *server = owner;
    struct dns_case dns = {.question = server->question, .options = &strict, .now = clock_wall()};
    server->answer.reason = REASON_ok;
    server->verdict = dns_judge_message(&dns, bytes, length, &server->answer);
    if (server->verdict == PACKET_OTHER)
        return false;
    if (server->answer.reason == REASON_ok && server->question.type == DNS_NS)
        take_list(server, &dns);
    else if (server->answer.reason == REASON_ok)
        take_serial(server, &dns);
    return true;
}

static void on_asked(void *owner, int error);

static void ask(struct server *server, enum dns_type type)
{
    struct dns_serials *serials = server->serials;
    int64_t left = left_ms(serials);
    struct fault fault;
    if (left <= 0) {
        settle(server, LEFT_OUT);
        return;
    }
    server->stage = ASKING;
    int rc = dns_question_read(serials->run->url, &server->question, &fault);
    assert(rc == 0); /* it was asked for before */
    server->question.type = type;
    nonce_fill(&server->question.id, sizeof server->question.id);
    const struct datagram_request request = {
        .loop = serials->run->world->loop,
        .address = (const struct sockaddr *)&server->address,
        .timeout_ms = left < PATIENCE_MS ? left : PATIENCE_MS,
        .ask = write_question,
        .answer = on_answer,
        .done = on_asked,
        .owner = server,
    };
    datagram_start(&server->datagram, &request);
}

/* ---- all of them ---- */

static const struct sockaddr_storage *pick(const struct dns_serials *serials,
                                           const struct resolver_answer *answer)
{
    const struct address_policy *policy = serials->run->world->policy;
    const struct sockaddr_storage *first = NULL;
    for (size_t i = 0; i < answer->count; i++) {
        const struct sockaddr *address = (const struct sockaddr *)&answer->addresses[i];
        if (address_compare(address, (const struct sockaddr *)&serials->run->address) == 0)
            return &answer->addresses[i];
        if (!first && address_allowed(policy, address))
            first = &answer->addresses[i];
    }
    return first;
}

static void visit(struct server *server, const struct resolver_answer *answer)
{
    const struct dns_serials *serials = server->serials;
    char text[ADDRESS_TEXT_SIZE];
    const struct sockaddr_storage *address = pick(serials, answer);
    if (!address) {
        fail(server, "%s is not public",
             address_text((const struct sockaddr *)&answer->addresses[0], text));
        return;
    }
    server->address = *address;
    if (address_compare((const struct sockaddr *)address,
                        (const struct sockaddr *)&serials->run->address) == 0)
        settle(server, LEFT_OUT); /* it is the one under test, which is asked anyway */
    else
        ask(server, DNS_SOA);
}

static void on_resolved(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct server *server = container_of(query, struct server, query);
    if (answer->reason == REASON_ok)
        visit(server, answer);
    else if (answer->reason == REASON_dns_no_address || answer->reason == REASON_self)
        settle(server, LEFT_OUT);
    else
        fail(server, "%s", answer->detail);
}

static void ask_all(struct dns_serials *serials)
{
    struct probe_run *run = serials->run;
    const struct sockaddr *address = (const struct sockaddr *)&run->address;
    for (size_t i = 1; i < serials->count; i++) {
        struct server *server = &serials->servers[i];
        server->stage = RESOLVING;
        server->query.done = on_resolved;
        resolver_start(run->world->resolver, &server->query, server->name, address_family(address),
                       address_port(address));
    }
    ask(&serials->servers[0], DNS_SOA);
}

static void take_error(struct server *server, int error)
{
    if (error == -ECANCELED)
        settle(server, LEFT_OUT);
    else if (error == -ETIMEDOUT)
        fail(server, "no answer to %d packets", server->datagram.tries);
    else if (cause_of_connect(-error) == REASON_self)
        settle(server, LEFT_OUT);
    else
        fail(server, "%s", strerror(-error));
}

static void on_asked(void *owner, int error)
{
    struct server *server = owner;
    bool was_list = server->question.type == DNS_NS;
    if (error)
        take_error(server, error);
    else if (server->answer.reason != REASON_ok)
        settle(server, FAILED);
    else if (was_list && !server->serials->cancelled)
        ask_all(server->serials);
    else
        settle(server, was_list ? LEFT_OUT : ANSWERED);
}

/* Names that are not found in time: whose fault it is cannot be told. */
static void give_up_names(struct dns_serials *serials)
{
    for (size_t i = 0; i < serials->count; i++) {
        struct server *server = &serials->servers[i];
        if (server->stage != RESOLVING)
            continue;
        resolver_cancel(&server->query);
        server->stage = LEFT_OUT;
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
    struct server *server = &serials->servers[0];
    serials->run = run;
    serials->started = clock_mono();
    serials->timeout_ms = timeout_ms > 0 ? timeout_ms : 1;
    serials->done = done;
    serials->owner = owner;
    serials->count = 1;
    uv_timer_init(run->world->loop, &serials->timer);
    uv_timer_start(&serials->timer, on_overdue, (uint64_t)serials->timeout_ms, 0);
    server->serials = serials;
    server->address = run->address;
    text_copy(server->name, sizeof server->name, run->host);
    ask(server, DNS_NS);
    return serials;
}

void dns_serials_cancel(struct dns_serials *serials)
{
    serials->cancelled = true;
    for (size_t i = 0; i < serials->count; i++)
        if (serials->servers[i].stage == ASKING)
            datagram_cancel(&serials->servers[i].datagram);
    give_up_names(serials);
}

void dns_serials_free(struct dns_serials *serials)
{
    free(serials);
}

/* ---- what came of it ---- */

/* The one with the newest serial, or NULL when none has answered. */
static const struct server *newest(const struct dns_serials *serials)
{
    const struct server *best = NULL;
    for (size_t i = 0; i < serials->count; i++) {
        const struct server *server = &serials->servers[i];
        if (server->stage == ANSWERED && (!best || (int32_t)(server->serial - best->serial) > 0))
            best = server;
    }
    return best;
}

static bool is_astray(const struct server *server, const struct server *best)
{
    return server->stage == FAILED || (server->stage == ANSWERED && server->serial != best->serial);
}

static size_t count_astray(const struct dns_serials *serials, const struct server *best)
{
    size_t count = 0;
    for (size_t i = 0; best && i < serials->count; i++)
        count += is_astray(&serials->servers[i], best);
    return count;
}

static size_t count_answers(const struct dns_serials *serials)
{
    size_t count = 0;
    for (size_t i = 0; i < serials->count; i++)
        count += serials->servers[i].stage == ANSWERED;
    return count;
}

static void report_astray(const struct dns_serials *serials, const struct server *best,
                          struct result *result)
{
    struct buffer text;
    buffer_init(&text, 2 * RESULT_DETAIL_SIZE);
    for (size_t i = 0; i < serials->count; i++) {
        const struct server *server = &serials->servers[i];
        if (server->stage == FAILED)
            buffer_printf(&text, "%s: %s; ", server->name, server->answer.detail);
        else if (is_astray(server, best))
            buffer_printf(&text, "%s has %u; ", server->name, server->serial);
    }
    buffer_printf(&text, "%s has %u", best->name, best->serial);
    result_set(result, REASON_dns_serials, "%s", buffer_text(&text));
    buffer_fini(&text);
}

static void report_agreement(const struct dns_serials *serials, const struct server *best,
                             struct result *result)
{
    char detail[RESULT_DETAIL_SIZE];
    size_t count = count_answers(serials);
    text_format(detail, sizeof detail, "%s%sserial %u on %zu name server%s", result->detail,
                result->detail[0] ? "; " : "", best->serial, count, count == 1 ? "" : "s");
    text_copy(result->detail, sizeof result->detail, detail);
}

void dns_serials_report(const struct dns_serials *serials, struct result *result)
{
    const struct server *first = &serials->servers[0], *best = newest(serials);
    if (serials->cancelled)
        result_set(result, REASON_self, "%s", "");
    else if (serials->count == 1 && first->stage == FAILED)
        result_set(result, first->answer.reason, "asked for its name servers: %s",
                   first->answer.detail);
    else if (best && count_astray(serials, best))
        report_astray(serials, best, result);
    else if (best)
        report_agreement(serials, best, result);
}
