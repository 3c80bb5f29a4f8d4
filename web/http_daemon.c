#include "http_daemon.h"

#include "answer.h"
#include "mem.h"
#include "origin.h"

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
    struct http_daemon_parts parts;
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

static struct answer_request request_of(struct MHD_Connection *connection)
{
    return (struct answer_request){
        .path = visitor_of(connection)->path,
        .accept = header(connection, "Accept"),
        .accept_encoding = header(connection, "Accept-Encoding"),
        .accept_language = header(connection, "Accept-Language"),
        .if_none_match = header(connection, "If-None-Match"),
        .now = {clock_mono(), clock_wall()},
    };
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, bool at_form)
{
    struct answer answer;
    answer_refuse(status, at_form, &answer);
    return send_answer(connection, &answer);
}

/* --- a request to a form -------------------------------------------------------------------------------------- */

static void on_replied(void *connection)
{
    MHD_resume_connection(connection);
}

static enum MHD_Result answer_call(const struct http_daemon *daemon,
                                   struct MHD_Connection *connection, struct reception_call *call)
{
    struct answer answer;
    struct answer_request request = request_of(connection);
    reception_answer(daemon->parts.site, &request, call, &answer);
    return send_answer(connection, &answer);
}

/* The connection sleeps while the monitor is asked, and is waked by its answer. */
static enum MHD_Result ask(const struct http_daemon *daemon, struct MHD_Connection *connection,
                           struct reception_call *call)
{
    struct visitor *visitor = visitor_of(connection);
    uint64_t origin = origin_behind(visitor->address, header(connection, "X-Forwarded-For"));
    call->is_heard = true;
    call->replied = on_replied;
    call->owner = connection;
    visitor_answer(visitor, 0, clock_mono());
    MHD_suspend_connection(connection);
    if (!reception_ask(daemon->parts.reception, call, visitor->query, origin, clock_mono()))
        MHD_resume_connection(connection);
    return MHD_YES;
}

/* The first call of on_request(): there are headers only. */
static enum MHD_Result welcome(struct MHD_Connection *connection, struct reception_call *call,
                               const char *method)
{
    const struct reception_headers headers = {header(connection, MHD_HTTP_HEADER_CONTENT_TYPE),
                                              header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH)};
    call->is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
    unsigned refusal = call->is_post ? reception_refusal(&headers) : 0;
    visitor_of(connection)->heard = true;
    return refusal ? refuse(connection, refusal, true) : MHD_YES;
}

static enum MHD_Result go_on(const struct http_daemon *daemon, struct MHD_Connection *connection,
                             struct reception_call *call, const char *upload, size_t *upload_size)
{
    if (*upload_size) {
        bool taken = !call->is_post || reception_hear(call, upload, *upload_size);
        *upload_size = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    return call->is_heard ? answer_call(daemon, connection, call) : ask(daemon, connection, call);
}

static bool is_known(const char *method, bool at_form)
{
    return strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0 ||
           (at_form && strcmp(method, MHD_HTTP_METHOD_POST) == 0);
}

/* --- any request ---------------------------------------------------------------------------------------------- */

static enum MHD_Result make_answer(const struct http_daemon *daemon,
                                   struct MHD_Connection *connection)
{
    struct answer answer;
    struct answer_request request = request_of(connection);
    answer_make(daemon->parts.site, &request, &answer);
    return send_answer(connection, &answer);
}

/* Called by libmicrohttpd when the headers are there, then for each part of the body, then when all is there. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    struct http_daemon *daemon = cls;
    struct visitor *visitor = visitor_of(connection);
    (void)url; /* decoded, and cut at a NUL: we match what was sent */
    (void)version;
    if (*context)
        return go_on(daemon, connection, *context, upload, upload_size);
    if (!visitor->heard && daemon->parts.reception)
        *context = reception_welcome(visitor->path);
    if (!is_known(method, *context))
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, *context);
    if (*context)
        return welcome(connection, *context, method);
    if (!visitor->heard || *upload_size) {
        visitor->heard = true;
        *upload_size = 0;
        return MHD_YES;
    }
    return visitor->too_long ? refuse(connection, MHD_HTTP_URI_TOO_LONG, false)
                             : make_answer(daemon, connection);
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
    (void)cls, (void)code;
    reception_leave(*context);
    *context = NULL;
    visitor_done(visitor_of(connection), clock_mono());
}

/* --- one connection ------------------------------------------------------------------------------------------- */

static enum MHD_Result on_accept(void *cls, const struct sockaddr *address, socklen_t length)
{
    struct http_daemon *daemon = cls;
    (void)length;
    return visitors_welcome(daemon->parts.visitors, address) ? MHD_YES : MHD_NO;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_daemon *daemon = cls;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        visitor_leave(daemon->parts.visitors, *context);
        return;
    }
    int socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    *context = visitor_enter(daemon->parts.visitors, socket, address, clock_mono());
}

/* --- beginning and end ---------------------------------------------------------------------------------------- */

struct http_daemon *http_daemon_start(int socket, bool ipv6, const struct http_daemon_parts *parts)
{
    struct http_daemon *daemon = mem_zalloc(sizeof *daemon);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME |
                     (ipv6 ? MHD_USE_IPv6 : 0);
    daemon->parts = *parts;
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
