#include "server.h"

#include "http_daemon.h"
#include "mem.h"
#include "visitor.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    BACKLOG = 511,
    WATCH_MS = 1000,
    FAREWELL_MS = 1500,
    FAREWELL_STEP_MS = 20,
    CACHE_BYTES = 2 * 1024 * 1024,
};

struct server {
    struct site *site;
    struct visitors *visitors;
    struct reception *reception; /* NULL = no forms */
    struct endpoint endpoint;
    int socket; /* that listens; -1 = none */
    struct http_daemon *daemon;

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
        (rules->board && site_listen(server->site, rules->board, fault)) ||
        open_socket(server, fault))
        return -1;
    if (rules->forms && reception_open(rules->forms, &server->reception, fault))
        return -1;
    const struct http_daemon_parts parts = {server->site, server->visitors, server->reception};
    server->daemon =
        http_daemon_start(server->socket, server->endpoint.address.ss_family == AF_INET6, &parts);
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
    server->visitors = visitors_new(HTTP_DAEMON_CONNECTIONS, rules->per_address);
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

/* Lets answers under way finish. */
static void quiesce(struct server *server)
{
    const struct timespec step = {0, FAREWELL_STEP_MS * 1000000};
    http_daemon_quiesce(server->daemon);
    for (int waited = 0; waited < FAREWELL_MS && visitors_answering(server->visitors);
         waited += FAREWELL_STEP_MS)
        nanosleep(&step, NULL);
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
        quiesce(server);
    if (server->reception)
        reception_dismiss(server->reception);
    http_daemon_stop(server->daemon);
    reception_close(server->reception);
    if (server->socket >= 0)
        close(server->socket);
    visitors_free(server->visitors);
    site_close(server->site);
    pthread_cond_destroy(&server->ending);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
