#include "http_daemon.h"

#include "answer.h"
#include "mem.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    THREADS = 2,
    CONNECTION_MEMORY = 16 * 1024, /* bounds the request's headers */
    INACTIVE_MOST_S = 10,
};

struct http_daemon {
    struct site *site;
    struct visitors *visitors;
    struct MHD_Daemon *daemon;
};

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

static void make_answer(const struct http_daemon *daemon, struct MHD_Connection *connection,
                        struct answer *answer)
{
    struct answer_request request = {
        .path = visitor_of(connection)->path,
        .accept = header(connection, "Accept"),
        .accept_encoding = header(connection, "Accept-Encoding"),
        .accept_language = header(connection, "Accept-Language"),
        .if_none_match = header(connection, "If-None-Match"),
        .now = {clock_mono(), clock_wall()},
    };
    answer_make(daemon->site, &request, answer);
}

/* Called by libmicrohttpd when the headers are there, then for each part of the body, then when all is there. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    struct http_daemon *daemon = cls;
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
        make_answer(daemon, connection, &answer);
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
    struct http_daemon *daemon = cls;
    (void)length;
    return visitors_welcome(daemon->visitors, address) ? MHD_YES : MHD_NO;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_daemon *daemon = cls;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        visitor_leave(daemon->visitors, *context);
        return;
    }
    int socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    *context = visitor_enter(daemon->visitors, socket, address, clock_mono());
}

/* --- beginning and end ---------------------------------------------------------------------------------------- */

struct http_daemon *http_daemon_start(int socket, bool ipv6, struct site *site,
                                      struct visitors *visitors)
{
    struct http_daemon *daemon = mem_zalloc(sizeof *daemon);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | (ipv6 ? MHD_USE_IPv6 : 0);
    daemon->site = site;
    daemon->visitors = visitors;
    daemon->daemon = MHD_start_daemon(
        flags, 0, on_accept, daemon, on_request, daemon, MHD_OPTION_LISTEN_SOCKET, socket, //
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,                                    //
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_DAEMON_CONNECTIONS,                    //
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,                     //
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)INACTIVE_MOST_S,                          //
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,             //
        MHD_OPTION_URI_LOG_CALLBACK, on_target, daemon,                                    //
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, daemon,                                 //
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, daemon, MHD_OPTION_END);
    if (daemon->daemon)
        return daemon;
    free(daemon);
    return NULL;
}

void http_daemon_quiesce(struct http_daemon *daemon)
{
    MHD_quiesce_daemon(daemon->daemon);
}

void http_daemon_stop(struct http_daemon *daemon)
{
    if (!daemon)
        return;
    MHD_stop_daemon(daemon->daemon);
    free(daemon);
}
