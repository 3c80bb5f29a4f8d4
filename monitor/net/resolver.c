#include "resolver.h"

#include "lookup.h"
#include "macros.h"
#include "mem.h"

#include <ares.h>
#include <assert.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

enum {
    ASKING_MAX =
        200, /* what a UDP socket's receive buffer holds for sure (measured: more lose answers for good) */
    SERVERS_MAX = 16,
    TRY_MS = 2000,
    TRIES = 3,
    TICK_MS = 100,
    KEEP_MS = 30 * 1000,
    SWEEP_MS = 60 * 1000,
    RECEIVE_BUFFER = 1024 * 1024
};

/* An ordinary channel turns to the next server when one fails to answer properly, and tells afterwards only that none was
 * left; the blaming one is then asked once more and tells what they said. */
enum { ORDINARY, BLAMING, CHANNELS };

struct channel {
    struct resolver *resolver;
    ares_channel ares;
    struct watch_socket *sockets;
};

struct watch_socket {
    uv_poll_t poll;
    struct channel *channel;
    ares_socket_t fd;
    int events;
    struct watch_socket *next;
};

struct resolver {
    uv_loop_t *loop;
    struct channel channels[CHANNELS];
    uv_timer_t tick, soon, sweep;
    size_t handles; /* open or closing: the last one to close frees */
    bool closing;
    bool deaf;           /* a socket could not be watched: silence is our own fault */
    struct mono refused; /* when a socket to our resolver last failed */
    struct mono heard;   /* when it last answered anything */
    struct lookup_table table;
    struct lookup_list waiting; /* for their turn */
    struct lookup_list asking;  /* in order of time, hence of deadline */
    struct lookup_list ready;   /* answered, to be told */
    size_t asking_count;
};

/* Outlives its lookup, since a single question cannot be withdrawn from c-ares. */
struct ask {
    struct resolver *resolver;
    struct lookup *lookup; /* NULL = nobody waits any more */
    bool blaming;
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

static void set_failure(struct resolver_answer *answer, enum reason reason, const char *detail)
{
    answer->reason = reason;
    answer->detail = detail;
    answer->count = 0;
}

static const struct {
    int status;
    enum reason reason;
    const char *detail;
} failures[] = {
    {ARES_ENOTFOUND, REASON_dns_nxdomain, "no such name"},
    {ARES_EBADNAME, REASON_dns_nxdomain, "not a valid name"},
    {ARES_ENODATA, REASON_dns_no_address, "the name exists without an address of this family"},
    {ARES_ESERVFAIL, REASON_dns_servfail,
     "the resolver got no usable answer from the name servers"},
    {ARES_EFORMERR, REASON_dns_servfail, "the resolver could not read the question"},
    {ARES_EBADRESP, REASON_dns_servfail, "the answer is malformed"},
    {ARES_ETIMEOUT, REASON_dns_timeout, "no answer in time"},
    {ARES_ECONNREFUSED, REASON_self, "our resolver cannot be reached"},
    {ARES_EREFUSED, REASON_self, "our resolver refuses to answer us"},
    {ARES_ENOTIMP, REASON_self, "our resolver cannot answer us"},
};

static void set_status(struct resolver_answer *answer, int status)
{
    for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
        if (failures[i].status == status) {
            set_failure(answer, failures[i].reason, failures[i].detail);
            return;
        }
    }
    set_failure(answer, REASON_self, ares_strerror(status));
}

static void set_addresses(struct lookup *lookup, const struct ares_addrinfo *info)
{
    int wanted = lookup->family == FAMILY_IPV6 ? AF_INET6 : AF_INET;
    int64_t keep_ms = KEEP_MS;
    lookup->answer.reason = REASON_ok;
    lookup->answer.detail = "";
    for (const struct ares_addrinfo_node *node = info->nodes; node; node = node->ai_next) {
        if (node->ai_family != wanted)
            continue;
        lookup_add_address(lookup, node->ai_addr);
        int64_t ttl_ms = (int64_t)node->ai_ttl * 1000;
        keep_ms = ttl_ms < keep_ms ? ttl_ms : keep_ms;
    }
    if (lookup->answer.count == 0)
        set_status(&lookup->answer, ARES_ENODATA);
    else
        lookup->good_until = mono_plus_ms(clock_mono(), keep_ms);
}

static void leave_wire(struct resolver *resolver, struct lookup *lookup)
{
    lookup_list_remove(&resolver->asking, lookup);
    resolver->asking_count--;
    lookup->ask = NULL;
}

static void put(struct ask *ask);

/* Questions share a socket, and c-ares lays an error of it at the door of whichever it meets first: the others wait in
 * vain. So silence counts as theirs only if our resolver did not refuse us meanwhile, or has answered since. */
static bool is_silence_ours(const struct resolver *resolver, const struct lookup *lookup)
{
    return resolver->deaf ||
           (resolver->refused.ns >= lookup->asked.ns && resolver->heard.ns < resolver->refused.ns);
}

static void conclude(struct ask *ask, int status, const struct ares_addrinfo *info)
{
    if (status == ARES_ETIMEOUT && is_silence_ours(ask->resolver, ask->lookup))
        status = ARES_ECONNREFUSED;
    if (status != ARES_ETIMEOUT && status != ARES_ECONNREFUSED)
        ask->resolver->heard = clock_mono();
    if (status == ARES_SUCCESS)
        set_addresses(ask->lookup, info);
    else
        set_status(&ask->lookup->answer, status);
    leave_wire(ask->resolver, ask->lookup);
    tell_soon(ask->resolver, ask->lookup);
    wake(ask->resolver);
}

static void on_ares(void *data, int status, int timeouts, struct ares_addrinfo *info)
{
    struct ask *ask = data;
    bool wanted = ask->lookup && !ask->resolver->closing;
    (void)timeouts;
    if (wanted && status == ARES_ECONNREFUSED && !ask->blaming) {
        ask->blaming = true;
        put(ask);
    } else {
        if (wanted)
            conclude(ask, status, info);
        free(ask);
    }
    ares_freeaddrinfo(info);
}

static void put(struct ask *ask)
{
    const struct ares_addrinfo_hints hints = {
        .ai_flags = ARES_AI_NOSORT, /* sorting would connect a socket to each address */
        .ai_family = ask->lookup->family == FAMILY_IPV6 ? AF_INET6 : AF_INET,
    };
    struct channel *channel = &ask->resolver->channels[ask->blaming ? BLAMING : ORDINARY];
    ares_getaddrinfo(channel->ares, ask->lookup->name, NULL, &hints, on_ares, ask);
}

static void on_tick(uv_timer_t *timer);

static void ask_next(struct resolver *resolver)
{
    while (resolver->waiting.first && resolver->asking_count < ASKING_MAX) {
        struct lookup *lookup = resolver->waiting.first;
        lookup_list_remove(&resolver->waiting, lookup);
        lookup_list_add(&resolver->asking, lookup);
        resolver->asking_count++;
        lookup->asked = clock_mono();
        lookup->ask = mem_zalloc(sizeof *lookup->ask);
        *lookup->ask = (struct ask){resolver, lookup, false};
        put(lookup->ask);
    }
    if (resolver->asking.first && !uv_is_active((uv_handle_t *)&resolver->tick))
        uv_timer_start(&resolver->tick, on_tick, TICK_MS, TICK_MS);
    wake(resolver);
}

static void give_up(struct resolver *resolver, struct lookup *lookup)
{
    bool ours = is_silence_ours(resolver, lookup);
    lookup->ask->lookup = NULL;
    leave_wire(resolver, lookup);
    set_status(&lookup->answer, ours ? ARES_ECONNREFUSED : ARES_ETIMEOUT);
    tell_soon(resolver, lookup);
}

static void on_tick(uv_timer_t *timer)
{
    struct resolver *resolver = timer->data;
    for (int i = 0; i < CHANNELS; i++)
        ares_process_fd(resolver->channels[i].ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    struct mono now = clock_mono();
    while (resolver->asking.first &&
           mono_ms_between(resolver->asking.first->asked, now) >= RESOLVER_LIMIT_MS)
        give_up(resolver, resolver->asking.first);
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

/* A lookup that knows its answer without asking, or NULL. */
static struct lookup *answer_at_once(struct resolver *resolver, const char *name,
                                     enum family family)
{
    struct sockaddr_storage address;
    bool plain = is_plain(name, family, &address);
    if (!plain && name[0] && strlen(name) < RESOLVER_NAME_SIZE)
        return NULL;
    struct lookup *lookup = lookup_new("", family);
    lookup->answer = (struct resolver_answer){.reason = REASON_ok, .detail = ""};
    if (!plain)
        set_status(&lookup->answer, ARES_EBADNAME);
    else if (address_family((struct sockaddr *)&address) != family)
        set_status(&lookup->answer, ARES_ENODATA);
    else
        lookup_add_address(lookup, (struct sockaddr *)&address);
    tell_soon(resolver, lookup);
    return lookup;
}

static struct lookup *answer_later(struct resolver *resolver, const char *name, enum family family)
{
    struct lookup *lookup = lookup_share(&resolver->table, name, family, clock_mono());
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
    lookup_add_query(lookup ? lookup : answer_later(resolver, name, family), query);
    ask_next(resolver);
}

void resolver_cancel(struct resolver_query *query)
{
    if (query->lookup)
        lookup_remove_query(query);
}

static void on_closed(uv_handle_t *handle)
{
    struct resolver *resolver = handle->data;
    if (--resolver->handles)
        return;
    lookup_free_all(&resolver->table);
    free(resolver);
}

static void on_socket_closed(uv_handle_t *handle)
{
    struct watch_socket *socket = handle->data;
    handle->data = socket->channel->resolver;
    on_closed(handle);
    free(socket);
}

/* libuv reports any error condition as UV_EBADF and stops watching; c-ares finds the true one by reading. */
static void on_event(uv_poll_t *poll, int status, int events)
{
    struct watch_socket *socket = poll->data;
    struct channel *channel = socket->channel;
    bool failed = status < 0;
    if (failed)
        channel->resolver->refused = clock_mono();
    ares_process_fd(channel->ares, failed || (events & UV_READABLE) ? socket->fd : ARES_SOCKET_BAD,
                    failed || (events & UV_WRITABLE) ? socket->fd : ARES_SOCKET_BAD);
    if (failed && !uv_is_closing((uv_handle_t *)poll))
        uv_poll_start(poll, socket->events, on_event);
    ask_next(channel->resolver);
}

static struct watch_socket *watch_socket(struct channel *channel, ares_socket_t fd)
{
    struct watch_socket *socket = mem_zalloc(sizeof *socket);
    if (uv_poll_init(channel->resolver->loop, &socket->poll, fd)) {
        channel->resolver->deaf = true;
        free(socket);
        return NULL;
    }
    *socket = (struct watch_socket){socket->poll, channel, fd, 0, channel->sockets};
    socket->poll.data = socket;
    channel->sockets = socket;
    channel->resolver->handles++;
    return socket;
}

static void on_socket(void *data, ares_socket_t fd, int readable, int writable)
{
    struct channel *channel = data;
    struct watch_socket **link = &channel->sockets;
    while (*link && (*link)->fd != fd)
        link = &(*link)->next;
    struct watch_socket *socket = *link;
    if (readable || writable) {
        socket = socket ? socket : watch_socket(channel, fd);
        if (!socket)
            return;
        socket->events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
        uv_poll_start(&socket->poll, socket->events, on_event);
    } else if (socket) {
        /* c-ares closes the descriptor when we return: libuv must have let go of it. */
        *link = socket->next;
        uv_poll_stop(&socket->poll);
        uv_close((uv_handle_t *)&socket->poll, on_socket_closed);
    }
}

static void set_servers(ares_channel ares, const struct sockaddr_storage *servers, size_t count)
{
    struct ares_addr_port_node nodes[SERVERS_MAX] = {{0}};
    for (size_t i = 0; i < count; i++) {
        const struct sockaddr *address = (const struct sockaddr *)&servers[i];
        nodes[i].next = i + 1 < count ? &nodes[i + 1] : NULL;
        nodes[i].family = address->sa_family;
        nodes[i].udp_port = nodes[i].tcp_port = address_port(address);
        if (address->sa_family == AF_INET6)
            memcpy(&nodes[i].addr, &((const struct sockaddr_in6 *)&servers[i])->sin6_addr, 16);
        else
            memcpy(&nodes[i].addr, &((const struct sockaddr_in *)&servers[i])->sin_addr, 4);
    }
    if (count)
        ares_set_servers_ports(ares, nodes);
}

static int open_channel(struct resolver *resolver, int which,
                        const struct sockaddr_storage *servers, size_t count)
{
    struct channel *channel = &resolver->channels[which];
    char lookups[] = "fb";
    struct ares_options options = {
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
                 (which == BLAMING ? ARES_FLAG_NOCHECKRESP : 0),
        .timeout = TRY_MS,
        .tries = TRIES,
        .lookups = lookups,
        .sock_state_cb = on_socket,
        .sock_state_cb_data = channel,
        .socket_receive_buffer_size = RECEIVE_BUFFER,
    };
    channel->resolver = resolver;
    int rc =
        ares_init_options(&channel->ares, &options,
                          ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                              ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_SOCK_RCVBUF);
    if (rc == ARES_SUCCESS)
        set_servers(channel->ares, servers, count);
    return rc;
}

static int parse_servers(const char *const *texts, struct sockaddr_storage *servers,
                         size_t *ret_count, struct fault *fault)
{
    size_t count = 0;
    for (; texts && texts[count]; count++) {
        if (count == SERVERS_MAX)
            return fault_set(fault, "more than %d name servers", SERVERS_MAX);
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
    resolver->handles = ARRAY_LEN(timers);
    uv_timer_start(&resolver->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
    uv_unref((uv_handle_t *)&resolver->sweep);
}

struct resolver *resolver_new(struct uv_loop_s *loop, const char *const *servers,
                              struct fault *fault)
{
    struct sockaddr_storage addresses[SERVERS_MAX];
    size_t count;
    if (parse_servers(servers, addresses, &count, fault))
        return NULL;
    struct resolver *resolver = mem_zalloc(sizeof *resolver);
    resolver->loop = loop;
    lookup_list_init(&resolver->waiting);
    lookup_list_init(&resolver->asking);
    lookup_list_init(&resolver->ready);
    int rc = open_channel(resolver, ORDINARY, addresses, count);
    if (rc == ARES_SUCCESS &&
        (rc = open_channel(resolver, BLAMING, addresses, count)) != ARES_SUCCESS)
        ares_destroy(resolver->channels[ORDINARY].ares);
    if (rc != ARES_SUCCESS) {
        fault_set(fault, "cannot set up the resolver: %s", ares_strerror(rc));
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
    for (int i = 0; i < CHANNELS; i++)
        ares_destroy(resolver->channels[i].ares);
    uv_close((uv_handle_t *)&resolver->tick, on_closed);
    uv_close((uv_handle_t *)&resolver->soon, on_closed);
    uv_close((uv_handle_t *)&resolver->sweep, on_closed);
}
