#include "resolver.h"

#include "dns.h"
#include "lookup.h"
#include "macros.h"
#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

enum {
    ASKING_MAX =
        200, /* what a UDP socket's receive buffer holds for sure (measured: more lose answers for good) */
    TICK_MS = 100,
    SWEEP_MS = 60 * 1000
};

struct resolver {
    struct dns *dns;
    uv_timer_t tick, soon, sweep;
    size_t handles; /* open or closing, the dns among them: the last one to close frees */
    bool closing;
    struct lookup_table table;
    struct lookup_list waiting; /* for their turn */
    struct lookup_list asking;  /* in order of time, hence of deadline */
    struct lookup_list ready;   /* answered, to be told */
    size_t asking_count;
};

/* Answers are told from a timer, never from inside start or c-ares, so that whoever gets one may do anything. */
static void tell_soon(struct resolver *resolver, struct lookup *lookup)
{
    lookup->known = true;
    lookup->answered = clock_mono();
    lookup_list_add(&resolver->ready, lookup);
}

static void on_soon(uv_timer_t *timer);

static void wake(struct resolver *resolver)
{
    if (resolver->ready.first && !uv_is_active((uv_handle_t *)&resolver->soon))
        uv_timer_start(&resolver->soon, on_soon, 0, 0);
}

static void leave_wire(struct resolver *resolver, struct lookup *lookup)
{
    lookup_list_remove(&resolver->asking, lookup);
    resolver->asking_count--;
    tell_soon(resolver, lookup);
}

static void on_answered(void *owner, struct lookup *lookup)
{
    struct resolver *resolver = owner;
    leave_wire(resolver, lookup);
    wake(resolver);
}

static void on_tick(uv_timer_t *timer);

static void ask_next(struct resolver *resolver)
{
    while (resolver->waiting.first && resolver->asking_count < ASKING_MAX) {
        struct lookup *lookup = resolver->waiting.first;
        lookup_list_remove(&resolver->waiting, lookup);
        lookup_list_add(&resolver->asking, lookup);
        resolver->asking_count++;
        dns_ask(resolver->dns, lookup);
    }
    if (resolver->asking.first && !uv_is_active((uv_handle_t *)&resolver->tick))
        uv_timer_start(&resolver->tick, on_tick, TICK_MS, TICK_MS);
    wake(resolver);
}

static void on_turned(void *owner)
{
    ask_next(owner);
}

static void on_tick(uv_timer_t *timer)
{
    struct resolver *resolver = timer->data;
    dns_tick(resolver->dns);
    struct mono now = clock_mono();
    for (struct lookup *lookup; (lookup = resolver->asking.first) &&
                                mono_ms_between(lookup->asked, now) >= RESOLVER_LIMIT_MS;) {
        dns_give_up(resolver->dns, lookup);
        leave_wire(resolver, lookup);
    }
    if (!resolver->asking.first)
        uv_timer_stop(timer);
    ask_next(resolver);
}

/* Whoever is told may start, cancel and even free the resolver. */
static void tell(struct resolver *resolver, struct lookup *lookup)
{
    for (struct resolver_query *query; !resolver->closing && (query = lookup_take_query(lookup));) {
        struct resolver_answer answer = lookup_answer(lookup, query);
        query->done(query, &answer);
    }
}

static void on_soon(uv_timer_t *timer)
{
    struct resolver *resolver = timer->data;
    while (!resolver->closing && resolver->ready.first) {
        struct lookup *lookup = resolver->ready.first;
        tell(resolver, lookup);
        if (resolver->closing)
            return;
        lookup_list_remove(&resolver->ready, lookup);
        if (!lookup->shared || clock_mono().ns >= lookup->good_until.ns)
            lookup_free(&resolver->table, lookup);
    }
    if (!resolver->closing)
        ask_next(resolver);
}

static void on_sweep(uv_timer_t *timer)
{
    struct resolver *resolver = timer->data;
    lookup_sweep(&resolver->table, clock_mono());
}

/* RFC 6761 section 6.3. Not left to c-ares, which leaks a copy of the name when the hosts file lacks the family. */
static bool is_localhost(const char *name)
{
    static const char word[] = "localhost";
    size_t length = strlen(name), tail = strlen(word);
    if (length && name[length - 1] == '.')
        length--;
    return length >= tail && strncasecmp(name + length - tail, word, tail) == 0 &&
           (length == tail || name[length - tail - 1] == '.');
}

/* The address when the name says it, by being one or by meaning this machine. */
static bool is_plain(const char *name, enum family family, struct sockaddr_storage *ret)
{
    return address_parse(is_localhost(name) ? (family == FAMILY_IPV6 ? "::1" : "127.0.0.1") : name,
                         0, ret) == 0;
}

static uint16_t type_of(enum family family)
{
    return family == FAMILY_IPV6 ? DNS_AAAA : DNS_A;
}

/* A lookup that knows its answer without asking, or NULL. */
static struct lookup *answer_at_once(struct resolver *resolver, const char *name,
                                     enum family family)
{
    struct sockaddr_storage address;
    bool plain = is_plain(name, family, &address);
    if (!plain && name[0] && strlen(name) < RESOLVER_NAME_SIZE)
        return NULL;
    struct lookup *lookup = lookup_new("", type_of(family));
    if (!plain)
        lookup_fail(lookup, REASON_dns_nxdomain, "not a valid name");
    else if (address_family((struct sockaddr *)&address) != family)
        lookup_fail(lookup, REASON_dns_no_address, "an address of the other family");
    else
        lookup_add_address(lookup, (struct sockaddr *)&address);
    tell_soon(resolver, lookup);
    return lookup;
}

/* Names that are no question to name servers: no name at all, or this machine (RFC 6761 section 6.3), which has no records
 * but addresses. */
static struct lookup *answer_records_at_once(struct resolver *resolver, const char *name,
                                             uint16_t type)
{
    struct dns_question question;
    struct fault fault;
    bool valid =
        strlen(name) < RESOLVER_NAME_SIZE && dns_question_make(name, type, &question, &fault) == 0;
    if (valid && !is_localhost(name))
        return NULL;
    struct lookup *lookup = lookup_new("", type);
    if (!valid)
        lookup_fail(lookup, REASON_dns_nxdomain, "not a valid name");
    tell_soon(resolver, lookup);
    return lookup;
}

static struct lookup *answer_later(struct resolver *resolver, const char *name, uint16_t type)
{
    struct lookup *lookup = lookup_share(&resolver->table, name, type, clock_mono());
    if (!lookup->listed)
        lookup_list_add(lookup->known ? &resolver->ready : &resolver->waiting, lookup);
    return lookup;
}

void resolver_start(struct resolver *resolver, struct resolver_query *query, const char *name,
                    enum family family, uint16_t port)
{
    assert(!resolver->closing);
    query->started = clock_mono();
    query->port = port;
    struct lookup *lookup = answer_at_once(resolver, name, family);
    lookup_add_query(lookup ? lookup : answer_later(resolver, name, type_of(family)), query);
    ask_next(resolver);
}

void resolver_start_records(struct resolver *resolver, struct resolver_query *query,
                            const char *name, uint16_t type)
{
    assert(!resolver->closing);
    query->started = clock_mono();
    query->port = 0;
    struct lookup *lookup = answer_records_at_once(resolver, name, type);
    lookup_add_query(lookup ? lookup : answer_later(resolver, name, type), query);
    ask_next(resolver);
}

void resolver_cancel(struct resolver_query *query)
{
    if (query->lookup)
        lookup_remove_query(query);
}

bool resolver_is_credible(const struct resolver *resolver)
{
    return dns_is_credible(resolver->dns);
}

static void drop(struct resolver *resolver)
{
    if (--resolver->handles)
        return;
    lookup_free_all(&resolver->table);
    free(resolver);
}

static void on_timer_closed(uv_handle_t *handle)
{
    drop(handle->data);
}

static void on_dns_closed(void *owner)
{
    drop(owner);
}

static int parse_servers(const char *const *texts, struct sockaddr_storage *servers,
                         size_t *ret_count, struct fault *fault)
{
    size_t count = 0;
    for (; texts && texts[count]; count++) {
        if (count == DNS_SERVERS_MAX)
            return fault_set(fault, "more than %d name servers", DNS_SERVERS_MAX);
        if (address_parse_endpoint(texts[count], 53, &servers[count]))
            return fault_set(
                fault, "\"%.80s\" is no name server such as 192.0.2.53 or [2001:db8::53]:5353",
                texts[count]);
    }
    *ret_count = count;
    return 0;
}

static void open_timers(struct resolver *resolver, uv_loop_t *loop)
{
    uv_timer_t *const timers[] = {&resolver->tick, &resolver->soon, &resolver->sweep};
    for (size_t i = 0; i < ARRAY_LEN(timers); i++) {
        uv_timer_init(loop, timers[i]);
        timers[i]->data = resolver;
    }
    resolver->handles = ARRAY_LEN(timers) + 1;
    uv_timer_start(&resolver->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
    uv_unref((uv_handle_t *)&resolver->sweep);
}

struct resolver *resolver_new(struct uv_loop_s *loop, const char *const *servers,
                              struct fault *fault)
{
    struct sockaddr_storage addresses[DNS_SERVERS_MAX];
    size_t count = 0;
    if (parse_servers(servers, addresses, &count, fault))
        return NULL;
    struct resolver *resolver = mem_zalloc(sizeof *resolver);
    lookup_list_init(&resolver->waiting);
    lookup_list_init(&resolver->asking);
    lookup_list_init(&resolver->ready);
    const struct dns_owner owner = {on_answered, on_turned, on_dns_closed, resolver};
    resolver->dns = dns_new(loop, addresses, count, &owner, fault);
    if (!resolver->dns) {
        free(resolver);
        return NULL;
    }
    open_timers(resolver, loop);
    return resolver;
}

/* Lookups of literals stand in no table, only in the list that they wait in. */
static void release(struct resolver *resolver, struct lookup_list *list)
{
    for (struct lookup *lookup = list->first, *next; lookup; lookup = next) {
        next = lookup->next;
        while (lookup_take_query(lookup))
            continue;
        if (!lookup->shared)
            lookup_free(&resolver->table, lookup);
    }
}

void resolver_free(struct resolver *resolver)
{
    if (!resolver)
        return;
    resolver->closing = true;
    release(resolver, &resolver->waiting);
    release(resolver, &resolver->asking);
    release(resolver, &resolver->ready);
    dns_free(resolver->dns);
    uv_close((uv_handle_t *)&resolver->tick, on_timer_closed);
    uv_close((uv_handle_t *)&resolver->soon, on_timer_closed);
    uv_close((uv_handle_t *)&resolver->sweep, on_timer_closed);
}
