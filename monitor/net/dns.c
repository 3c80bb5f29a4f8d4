#include "dns.h"

#include "macros.h"
#include "mem.h"
#include "nonce.h"
#include "resolv_conf.h"

#include <ares.h>
#include <assert.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

enum { TRY_MS = 2000, TRIES = 3, KEEP_MS = 30 * 1000, RECEIVE_BUFFER = 1024 * 1024 };

/* An ordinary channel turns to the next server when one fails to answer properly, and tells afterwards only that none was
 * left; the blaming one is then asked once more and tells what they said. */
enum { ORDINARY, BLAMING, CHANNELS };

struct channel {
    struct dns *dns;
    ares_channel ares;
    struct watch_socket *sockets;
};

struct watch_socket {
    uv_poll_t poll;
    struct channel *channel;
    ares_socket_t fd;
    int events;
    bool watched; /* else libuv does not, and each tick looks at it */
    struct watch_socket *next;
};

struct dns {
    uv_loop_t *loop;
    struct dns_owner owner;
    struct channel channels[CHANNELS];
    size_t open_handles;
    bool closing;
    bool credible;       /* what our resolver says of DNSSEC */
    struct mono refused; /* when a socket to our resolver last failed */
    struct mono heard;   /* when it last answered anything */
};

/* Outlives its lookup's wait, since a single question cannot be withdrawn from c-ares. */
struct ask {
    struct dns *dns;
    struct lookup *lookup; /* NULL = nobody waits any more */
    bool blaming;
    struct dns_question question; /* for records */
};

enum { OUR_SILENCE = -1 }; /* a status of ours among those of c-ares */

static const struct {
    int status;
    enum reason reason;
    const char *detail;
} failures[] = {
    {OUR_SILENCE, REASON_self, "our resolver answers nothing at all"},
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

static void set_status(struct lookup *lookup, int status)
{
    for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
        if (failures[i].status == status) {
            lookup_fail(lookup, failures[i].reason, failures[i].detail);
            return;
        }
    }
    lookup_fail(lookup, REASON_self, ares_strerror(status));
}

static void set_addresses(struct lookup *lookup, const struct ares_addrinfo *info)
{
    int wanted = lookup->type == DNS_AAAA ? AF_INET6 : AF_INET;
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
        set_status(lookup, ARES_ENODATA);
    else
        lookup->good_until = mono_plus_ms(clock_mono(), keep_ms);
}

static void put(struct ask *ask);

/* Questions share a socket, and c-ares lays an error of it at the door of whichever it meets first: the others wait in
 * vain. So silence counts as theirs only if our resolver did not refuse us meanwhile, or has answered since. */
static bool is_refused(const struct dns *dns, const struct lookup *lookup)
{
    return dns->refused.ns >= lookup->asked.ns && dns->heard.ns < dns->refused.ns;
}

/* A resolver that has answered nobody since it was asked may be dead itself: in doubt nothing is held against the name. */
static int status_of_silence(const struct dns *dns, const struct lookup *lookup)
{
    if (is_refused(dns, lookup))
        return ARES_ECONNREFUSED;
    return dns->heard.ns < lookup->asked.ns ? OUR_SILENCE : ARES_ETIMEOUT;
}

static int weigh(struct dns *dns, const struct lookup *lookup, int status)
{
    if (status == ARES_ETIMEOUT)
        return status_of_silence(dns, lookup);
    if (status != ARES_ECONNREFUSED)
        dns->heard = clock_mono();
    return status;
}

/* True: it is asked once more, for who is to blame. */
static bool asks_again(struct ask *ask, int status)
{
    if (!ask->lookup || ask->dns->closing || status != ARES_ECONNREFUSED || ask->blaming)
        return false;
    ask->blaming = true;
    put(ask);
    return true;
}

static void let_go(struct ask *ask)
{
    struct lookup *lookup = ask->lookup;
    struct dns *dns = ask->dns;
    free(ask);
    if (!lookup || dns->closing)
        return;
    lookup->ask = NULL;
    dns->owner.answered(dns->owner.owner, lookup);
}

static void on_addresses(void *data, int status, int timeouts, struct ares_addrinfo *info)
{
    struct ask *ask = data;
    (void)timeouts;
    if (!asks_again(ask, status)) {
        if (ask->lookup && !ask->dns->closing) {
            status = weigh(ask->dns, ask->lookup, status);
            if (status == ARES_SUCCESS)
                set_addresses(ask->lookup, info);
            else
                set_status(ask->lookup, status);
        }
        let_go(ask);
    }
    ares_freeaddrinfo(info);
}

/* ---- records ---- */

static void keep_records(struct lookup *lookup, const struct records_answer *answer)
{
    int64_t ttl_ms = (int64_t)answer->ttl * 1000;
    lookup->records = mem_zalloc(sizeof *answer);
    *lookup->records = *answer;
    if (answer->count)
        lookup->good_until = mono_plus_ms(clock_mono(), ttl_ms < KEEP_MS ? ttl_ms : KEEP_MS);
}

static int status_of_rcode(unsigned rcode)
{
    static const int statuses[] = {ARES_SUCCESS,   ARES_EFORMERR, ARES_ESERVFAIL,
                                   ARES_ENOTFOUND, ARES_ENOTIMP,  ARES_EREFUSED};
    return rcode < ARRAY_LEN(statuses) ? statuses[rcode] : ARES_EBADRESP;
}

static int read_message(const struct ask *ask, const uint8_t *bytes, size_t length)
{
    struct dns_message message;
    struct records_answer answer = {.reason = REASON_ok, .detail = ""};
    const char *why;
    if (dns_message_read(&ask->question, bytes, length, &message, &why) != DNS_FITS)
        return ARES_EBADRESP;
    bool known = message.rcode == DNS_NOERROR;
    if (!known && message.rcode != DNS_NXDOMAIN)
        return status_of_rcode(message.rcode);
    if (known && !records_read(&ask->question, &message, &answer))
        return ARES_EBADRESP;
    answer.authentic = message.authenticated && ask->dns->credible;
    keep_records(ask->lookup, &answer);
    return status_of_rcode(message.rcode);
}

static void on_message(void *data, int status, int timeouts, unsigned char *bytes, int length)
{
    struct ask *ask = data;
    (void)timeouts;
    if (asks_again(ask, status))
        return;
    if (ask->lookup && !ask->dns->closing) {
        status = weigh(ask->dns, ask->lookup, status);
        if (status == ARES_SUCCESS)
            status = read_message(ask, bytes, (size_t)length);
        if (status != ARES_SUCCESS)
            set_status(ask->lookup, status);
    }
    let_go(ask);
}

/* ---- asking ---- */

static void put_host(struct ask *ask, ares_channel ares)
{
    const struct ares_addrinfo_hints hints = {
        .ai_flags = ARES_AI_NOSORT, /* sorting would connect a socket to each address */
        .ai_family = ask->lookup->type == DNS_AAAA ? AF_INET6 : AF_INET,
    };
    ares_getaddrinfo(ares, ask->lookup->name, NULL, &hints, on_addresses, ask);
}

static void put_question(struct ask *ask, ares_channel ares)
{
    uint8_t bytes[DNS_QUESTION_SIZE];
    nonce_fill(&ask->question.id, sizeof ask->question.id);
    size_t length = dns_question_write(&ask->question, bytes);
    ares_send(ares, bytes, (int)length, on_message, ask);
}

static void put(struct ask *ask)
{
    ares_channel ares = ask->dns->channels[ask->blaming ? BLAMING : ORDINARY].ares;
    if (lookup_is_for_addresses(ask->lookup))
        put_host(ask, ares);
    else
        put_question(ask, ares);
}

/* The name was found valid before the lookup was made. */
static void set_question(struct ask *ask)
{
    struct fault fault;
    if (lookup_is_for_addresses(ask->lookup))
        return;
    ask->question = (struct dns_question){.recursion = true, .verify = true};
    int rc = dns_question_make(ask->lookup->name, ask->lookup->type, &ask->question, &fault);
    assert(rc == 0);
}

void dns_ask(struct dns *dns, struct lookup *lookup)
{
    lookup->asked = clock_mono();
    lookup->ask = mem_zalloc(sizeof *lookup->ask);
    *lookup->ask = (struct ask){.dns = dns, .lookup = lookup};
    set_question(lookup->ask);
    put(lookup->ask);
}

void dns_give_up(struct dns *dns, struct lookup *lookup)
{
    lookup->ask->lookup = NULL;
    lookup->ask = NULL;
    set_status(lookup, status_of_silence(dns, lookup));
}

bool dns_is_credible(const struct dns *dns)
{
    return dns->credible;
}

/* The unwatched socket with that number, or ARES_SOCKET_BAD. */
static ares_socket_t find_unwatched(const struct channel *channel, size_t number)
{
    for (const struct watch_socket *socket = channel->sockets; socket; socket = socket->next)
        if (!socket->watched && number-- == 0)
            return socket->fd;
    return ARES_SOCKET_BAD;
}

static void tick(const struct channel *channel)
{
    ares_socket_t fd;
    ares_process_fd(channel->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    for (size_t i = 0; (fd = find_unwatched(channel, i)) != ARES_SOCKET_BAD; i++)
        ares_process_fd(channel->ares, fd, fd);
}

void dns_tick(struct dns *dns)
{
    for (int i = 0; i < CHANNELS; i++)
        tick(&dns->channels[i]);
}

/* ---- sockets ---- */

static void close_when_idle(struct dns *dns)
{
    if (!dns->closing || dns->open_handles)
        return;
    dns->owner.closed(dns->owner.owner);
    free(dns);
}

static void on_socket_closed(uv_handle_t *handle)
{
    struct watch_socket *socket = handle->data;
    struct dns *dns = socket->channel->dns;
    free(socket);
    dns->open_handles--;
    close_when_idle(dns);
}

/* libuv reports any error condition as UV_EBADF and stops watching; c-ares finds the true one by reading. */
static void on_event(uv_poll_t *poll, int status, int events)
{
    struct watch_socket *socket = poll->data;
    struct channel *channel = socket->channel;
    bool failed = status < 0;
    if (failed)
        channel->dns->refused = clock_mono();
    ares_process_fd(channel->ares, failed || (events & UV_READABLE) ? socket->fd : ARES_SOCKET_BAD,
                    failed || (events & UV_WRITABLE) ? socket->fd : ARES_SOCKET_BAD);
    if (failed && !uv_is_closing((uv_handle_t *)poll))
        uv_poll_start(poll, socket->events, on_event);
    channel->dns->owner.turned(channel->dns->owner.owner);
}

static struct watch_socket *watch_socket(struct channel *channel, ares_socket_t fd)
{
    struct watch_socket *socket = mem_zalloc(sizeof *socket);
    bool watched = uv_poll_init(channel->dns->loop, &socket->poll, fd) == 0;
    *socket = (struct watch_socket){socket->poll, channel, fd, 0, watched, channel->sockets};
    socket->poll.data = socket;
    channel->sockets = socket;
    channel->dns->open_handles += watched;
    return socket;
}

/* c-ares closes the descriptor afterwards: libuv must have let go of it. */
static void unwatch_socket(struct watch_socket *socket)
{
    if (!socket->watched) {
        free(socket);
        return;
    }
    uv_poll_stop(&socket->poll);
    uv_close((uv_handle_t *)&socket->poll, on_socket_closed);
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
        socket->events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
        if (socket->watched)
            uv_poll_start(&socket->poll, socket->events, on_event);
    } else if (socket) {
        *link = socket->next;
        unwatch_socket(socket);
    }
}

/* ARES_SUCCESS, or why not: then others would be asked. */
static int set_servers(ares_channel ares, const struct sockaddr_storage *servers, size_t count)
{
    struct ares_addr_port_node nodes[DNS_SERVERS_MAX] = {{0}};
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
    return count ? ares_set_servers_ports(ares, nodes) : ARES_SUCCESS;
}

static int open_channel(struct dns *dns, int which, const struct sockaddr_storage *servers,
                        size_t count)
{
    struct channel *channel = &dns->channels[which];
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
    channel->dns = dns;
    int rc =
        ares_init_options(&channel->ares, &options,
                          ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                              ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_SOCK_RCVBUF);
    if (rc != ARES_SUCCESS)
        return rc;
    rc = set_servers(channel->ares, servers, count);
    if (rc != ARES_SUCCESS)
        ares_destroy(channel->ares);
    return rc;
}

static bool is_local(const struct ares_addr_port_node *node)
{
    struct in6_addr address = {0};
    if (node->family == AF_INET)
        return ntohl(node->addr.addr4.s_addr) >> 24 == 127;
    memcpy(&address, &node->addr.addr6, sizeof address);
    return IN6_IS_ADDR_LOOPBACK(&address);
}

/* See `authentic` in records.h. */
static bool is_credible(ares_channel ares, bool system)
{
    struct ares_addr_port_node *nodes = NULL;
    if (system && resolv_conf_trusts("/etc/resolv.conf"))
        return true;
    bool local = ares_get_servers_ports(ares, &nodes) == ARES_SUCCESS && nodes;
    for (const struct ares_addr_port_node *node = nodes; node; node = node->next)
        local = local && is_local(node);
    ares_free_data(nodes);
    return local;
}

struct dns *dns_new(uv_loop_t *loop, const struct sockaddr_storage *servers, size_t count,
                    const struct dns_owner *owner, struct fault *fault)
{
    struct dns *dns = mem_zalloc(sizeof *dns);
    dns->loop = loop;
    dns->owner = *owner;
    int rc = open_channel(dns, ORDINARY, servers, count);
    if (rc == ARES_SUCCESS && (rc = open_channel(dns, BLAMING, servers, count)) != ARES_SUCCESS)
        ares_destroy(dns->channels[ORDINARY].ares);
    if (rc != ARES_SUCCESS) {
        fault_set(fault, "cannot set up the resolver: %s", ares_strerror(rc));
        free(dns);
        return NULL;
    }
    dns->credible = is_credible(dns->channels[ORDINARY].ares, count == 0);
    return dns;
}

void dns_free(struct dns *dns)
{
    if (!dns)
        return;
    dns->closing = true;
    for (int i = 0; i < CHANNELS; i++)
        ares_destroy(dns->channels[i].ares);
    close_when_idle(dns);
}
