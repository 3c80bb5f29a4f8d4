#include "server.h"

#include "answer.h"
#include "mem.h"
#include "visitor.h"

#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    THREADS = 2,
    CONNECTIONS_MOST = 256,
    CONNECTION_MEMORY = 16 * 1024, /* bounds the request's headers */
    INACTIVE_MOST_S = 10,
    BACKLOG = 511,
    WATCH_MS = 1000,
    FAREWELL_MS = 1500,
    FAREWELL_STEP_MS = 20,
    CACHE_BYTES = 4 * 1024 * 1024,
};

struct server {
    struct site *site;
    struct visitors *visitors;
    struct endpoint endpoint;
    int socket; /* that listens; -1 = none */
    struct MHD_Daemon *daemon;

    pthread_t watch;
    bool watching;
    pthread_mutex_t lock;
    pthread_cond_t ending;
    bool end; /* under the lock */
};

static struct site_now now(void)
{
    return (struct site_now){clock_mono(), clock_wall()};
}

/* --- one request ---------------------------------------------------------------------------------------------- */

static struct visitor *visitor_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info->socket_context;
}

static void release_body(void *body)
{
    site_body_release(body);
}

/* Takes over the answer's body or file. NULL without memory. */
static struct MHD_Response *response_of(struct answer *answer)
{
    if (answer->file >= 0) {
        struct MHD_Response *response =
            MHD_create_response_from_fd64((uint64_t)answer->file_size, answer->file);
        if (!response)
            close(answer->file);
        return response;
    }
    if (!answer->body || !answer->body->length) {
        site_body_release(answer->body);
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    }
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
        answer->body->length, answer->body->bytes, release_body, answer->body);
    if (!response)
        site_body_release(answer->body);
    return response;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct answer *answer)
{
    int64_t size = answer->body ? (int64_t)answer->body->length : answer->file_size;
    struct MHD_Response *response = response_of(answer);
    if (!response)
        return MHD_NO;
    for (size_t i = 0; i < answer->header_count; i++)
        MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
    visitor_answer(visitor_of(connection), size, clock_mono());
    enum MHD_Result queued = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    return queued;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void make_answer(const struct server *server, struct MHD_Connection *connection,
                        struct answer *answer)
{
    struct answer_request request = {
        .path = visitor_of(connection)->path,
        .accept_encoding = header(connection, "Accept-Encoding"),
        .accept_language = header(connection, "Accept-Language"),
        .if_none_match = header(connection, "If-None-Match"),
        .now = now(),
    };
    answer_make(server->site, &request, answer);
}

/* Called by libmicrohttpd when the headers are there, then for each part of the body, then when all is there. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    struct server *server = cls;
    struct visitor *visitor = visitor_of(connection);
    struct answer answer;
    (void)url; /* decoded, and cut at a NUL: we match what was sent */
    (void)version, (void)upload, (void)context;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        answer_refuse(MHD_HTTP_METHOD_NOT_ALLOWED, &answer);
        return send_answer(connection, &answer);
    }
    if (!visitor->heard || *upload_size) {
        visitor->heard = true;
        *upload_size = 0;
        return MHD_YES;
    }
    if (visitor->too_long)
        answer_refuse(MHD_HTTP_URI_TOO_LONG, &answer);
    else
        make_answer(server, connection, &answer);
    return send_answer(connection, &answer);
}

static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    (void)cls;
    visitor_ask(visitor_of(connection), target);
    return NULL;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    (void)cls, (void)context, (void)code;
    visitor_done(visitor_of(connection), clock_mono());
}

/* --- one connection ------------------------------------------------------------------------------------------- */

static enum MHD_Result on_accept(void *cls, const struct sockaddr *address, socklen_t length)
{
    struct server *server = cls;
    (void)length;
    return visitors_welcome(server->visitors, address) ? MHD_YES : MHD_NO;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *server = cls;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        visitor_leave(server->visitors, *context);
        return;
    }
    int socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    *context = visitor_enter(server->visitors, socket, address, clock_mono());
}

/* --- beginning and end ---------------------------------------------------------------------------------------- */

static int listen_fault(const struct endpoint *endpoint, struct fault *fault)
{
    char text[ENDPOINT_TEXT_SIZE];
    const char *hint = "";
    if (errno == EADDRINUSE)
        hint = "; another program listens there already: choose another port";
    else if (errno == EACCES)
        hint = "; ports below 1024 are for root: choose a higher one";
    else if (errno == EADDRNOTAVAIL)
        hint = "; this machine does not have that address";
    return fault_set(fault, "cannot listen on %s: %s%s", endpoint_text(endpoint, text),
                     strerror(errno), hint);
}

static int open_socket(struct server *server, struct fault *fault)
{
    struct endpoint *endpoint = &server->endpoint;
    int family = endpoint->address.ss_family, yes = 1;
    struct sockaddr *address = (struct sockaddr *)&endpoint->address;
    server->socket = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (server->socket < 0)
        return listen_fault(endpoint, fault);
    setsockopt(server->socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (family == AF_INET6)
        setsockopt(server->socket, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(server->socket, address, endpoint->length) || listen(server->socket, BACKLOG) ||
        getsockname(server->socket, address, &endpoint->length))
        return listen_fault(endpoint, fault);
    return 0;
}

static struct MHD_Daemon *start_daemon(struct server *server)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC;
    if (server->endpoint.address.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(flags, 0, on_accept, server, on_request, server,               //
                            MHD_OPTION_LISTEN_SOCKET, server->socket,                      //
                            MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,                //
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MOST,       //
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, //
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)INACTIVE_MOST_S,      //
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,                               //
                            MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,                          //
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, server,                //
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,             //
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
}

/* Waits until the end is wanted or the time is over; true at the end. */
static bool wait_for_end(struct server *server, int64_t ms)
{
    struct mono until = mono_plus_ms(clock_mono(), ms);
    struct timespec time = {until.ns / 1000000000, until.ns % 1000000000};
    int error = 0;
    pthread_mutex_lock(&server->lock);
    while (!server->end && error != ETIMEDOUT)
        error = pthread_cond_timedwait(&server->ending, &server->lock, &time);
    bool end = server->end;
    pthread_mutex_unlock(&server->lock);
    return end;
}

static void *watch(void *cls)
{
    struct server *server = cls;
    while (!wait_for_end(server, WATCH_MS)) {
        visitors_sweep(server->visitors, clock_mono());
        site_refresh(server->site, now());
    }
    return NULL;
}

static void init_watch(struct server *server)
{
    pthread_condattr_t attributes;
    int error = pthread_condattr_init(&attributes);
    error |= pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    error |= pthread_cond_init(&server->ending, &attributes);
    error |= pthread_mutex_init(&server->lock, NULL);
    assert(!error);
    pthread_condattr_destroy(&attributes);
}

static int start_parts(struct server *server, const struct server_rules *rules, struct fault *fault)
{
    if (site_open(rules->folder, CACHE_BYTES, now(), &server->site, fault) ||
        open_socket(server, fault))
        return -1;
    server->daemon = start_daemon(server);
    if (!server->daemon)
        return fault_set(fault, "cannot start serving: %s", strerror(errno));
    int error = pthread_create(&server->watch, NULL, watch, server);
    server->watching = !error;
    return error ? fault_set(fault, "cannot start a thread: %s", strerror(error)) : 0;
}

int server_start(const struct server_rules *rules, struct server **ret, struct fault *fault)
{
    struct server *server = mem_zalloc(sizeof *server);
    server->socket = -1;
    server->endpoint = rules->listen;
    server->visitors = visitors_new(CONNECTIONS_MOST, rules->per_address);
    init_watch(server);
    if (start_parts(server, rules, fault)) {
        server_stop(server);
        return -1;
    }
    *ret = server;
    return 0;
}

struct endpoint server_endpoint(const struct server *server)
{
    return server->endpoint;
}

static void stop_daemon(struct server *server)
{
    const struct timespec step = {0, FAREWELL_STEP_MS * 1000000};
    MHD_quiesce_daemon(server->daemon);
    for (int waited = 0; waited < FAREWELL_MS && visitors_answering(server->visitors);
         waited += FAREWELL_STEP_MS)
        nanosleep(&step, NULL);
    MHD_stop_daemon(server->daemon);
}

static void stop_watch(struct server *server)
{
    pthread_mutex_lock(&server->lock);
    server->end = true;
    pthread_cond_signal(&server->ending);
    pthread_mutex_unlock(&server->lock);
    pthread_join(server->watch, NULL);
}

void server_stop(struct server *server)
{
    if (server->watching)
        stop_watch(server);
    if (server->daemon)
        stop_daemon(server);
    if (server->socket >= 0)
        close(server->socket);
    visitors_free(server->visitors);
    site_close(server->site);
    pthread_cond_destroy(&server->ending);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
