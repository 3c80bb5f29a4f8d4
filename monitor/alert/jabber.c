#include "jabber.h"

#include "mem.h"
#include "text.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    TURN_MS = 50,
    PARTING_TURNS = 20, /* for the server to say good-bye as well */
    NICK_ATTEMPTS = 3,
    NICK_SIZE = 64,
    JID_SIZE = 512,
    CONDITION_SIZE = 64
};

static const char ping_id[] = "vibrisse-ping";

/* One conversation with one address, on its thread. */
struct session {
    struct jabber *jabber;
    const struct dispatch *dispatch;
    xmpp_ctx_t *context;
    xmpp_conn_t *connection;
    const char *address; /* as a text */
    uint16_t port;
    size_t memory;
    int attempts; /* at a nickname in the room */
    bool connected, told, over, gone;
    bool mistaken;               /* the server does not know our password */
    char why[JABBER_WORDS_SIZE]; /* what the library last said against it */
};

/* The library tells the owner of a socket nothing but the connection, which knows no owner. */
static _Thread_local struct session *of_this_thread;

/* ---- memory: what a server sends is kept until its element ends, so it is counted ---- */

union block {
    size_t size;
    max_align_t alignment;
};

static void *take(size_t size, void *owner)
{
    struct session *session = owner;
    union block *block = mem_alloc(sizeof *block + size);
    block->size = size;
    session->memory += size;
    return block + 1;
}

static void give_back(void *memory, void *owner)
{
    struct session *session = owner;
    union block *block = memory;
    if (!block)
        return;
    session->memory -= block[-1].size;
    free(block - 1);
}

static void *resize(void *memory, size_t size, void *owner)
{
    struct session *session = owner;
    union block *block = memory;
    if (!block)
        return take(size, owner);
    session->memory += size - block[-1].size;
    block = mem_resize(block - 1, sizeof *block + size);
    block->size = size;
    return block + 1;
}

/* ---- the end of it ---- */

__attribute__((format(printf, 3, 4))) static void
conclude(struct session *session, enum jabber_end end, const char *format, ...)
{
    char text[1024];
    va_list list;
    if (session->over)
        return;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    session->over = true;
    session->jabber->end = end;
    text_clean(session->jabber->words, JABBER_WORDS_SIZE, text, strlen(text));
}

/* What the library says of a login and of a certificate it says nowhere else. */
static void on_log(void *owner, xmpp_log_level_t level, const char *area, const char *text)
{
    struct session *session = owner;
    (void)area;
    if (strstr(text, "<temporary-auth-failure"))
        text_copy(session->why, sizeof session->why, "it cannot check passwords just now");
    else if (text_starts(text, "SASL ") && text_ends(text, " auth failed") && !session->why[0])
        session->mistaken = true;
    else if (text_starts(text, "Certificate verification FAILED") ||
             (level == XMPP_LEVEL_ERROR && !session->why[0]))
        text_clean(session->why, sizeof session->why, text, strlen(text));
}

/* ---- what is said ---- */

static void put(xmpp_stanza_t *parent, xmpp_stanza_t *child)
{
    xmpp_stanza_add_child(parent, child);
    xmpp_stanza_release(child);
}

static xmpp_stanza_t *element(const struct session *session, const char *name, const char *ns)
{
    xmpp_stanza_t *stanza = xmpp_stanza_new(session->context);
    xmpp_stanza_set_name(stanza, name);
    if (ns)
        xmpp_stanza_set_ns(stanza, ns);
    return stanza;
}

static void put_text(const struct session *session, xmpp_stanza_t *parent, const char *name,
                     const char *text)
{
    xmpp_stanza_t *child = element(session, name, NULL), *inner = xmpp_stanza_new(session->context);
    xmpp_stanza_set_text(inner, text);
    put(child, inner);
    put(parent, child);
}

static void say(struct session *session, xmpp_stanza_t *stanza)
{
    xmpp_send(session->connection, stanza);
    xmpp_stanza_release(stanza);
}

/* Answered in the order in which stanzas come: what was sent before it has then been taken. The library keeps to itself
 * what acknowledgements (XEP-0198) it got. */
static void ping(struct session *session)
{
    xmpp_stanza_t *iq = xmpp_iq_new(session->context, "get", ping_id);
    put(iq, element(session, "ping", "urn:xmpp:ping"));
    say(session, iq);
}

static void tell(struct session *session)
{
    const struct dispatch *dispatch = session->dispatch;
    xmpp_stanza_t *message = xmpp_message_new(
        session->context, dispatch->nick ? "groupchat" : "chat", dispatch->to[0], dispatch->id);
    xmpp_stanza_t *origin = element(session, "origin-id", "urn:xmpp:sid:0");
    xmpp_stanza_set_id(origin, dispatch->id);
    put_text(session, message, "body", dispatch->body);
    if (dispatch->thread[0])
        put_text(session, message, "thread", dispatch->thread);
    put(message, origin);
    session->told = true;
    say(session, message);
    if (!dispatch->nick)
        ping(session);
}

/* XEP-0045; nothing of what was said there before. */
static void join(struct session *session)
{
    static const char underscores[] = "___";
    char occupant[JID_SIZE];
    xmpp_stanza_t *presence = xmpp_presence_new(session->context);
    xmpp_stanza_t *room = element(session, "x", "http://jabber.org/protocol/muc");
    xmpp_stanza_t *history = element(session, "history", NULL);
    text_format(occupant, sizeof occupant, "%s/%s%.*s", session->dispatch->to[0],
                session->dispatch->nick, session->attempts, underscores);
    xmpp_stanza_set_to(presence, occupant);
    xmpp_stanza_set_attribute(history, "maxstanzas", "0");
    put(room, history);
    put(presence, room);
    say(session, presence);
}

/* ---- what is heard ---- */

static const char *condition_of(xmpp_stanza_t *error)
{
    for (xmpp_stanza_t *child = error ? xmpp_stanza_get_children(error) : NULL; child;
         child = xmpp_stanza_get_next(child)) {
        const char *ns = xmpp_stanza_get_ns(child);
        if (ns && strcmp(ns, XMPP_NS_STANZAS_IETF) == 0 &&
            strcmp(xmpp_stanza_get_name(child), "text") != 0)
            return xmpp_stanza_get_name(child);
    }
    return "an error without a name";
}

/* RFC 6120, section 8.3.2 says which errors to try again after; a server that is not found may only have lost its way. */
static bool is_passing(const char *type, const char *condition)
{
    return !type || strcmp(type, "wait") == 0 || text_starts(condition, "remote-server-") ||
           strcmp(condition, "internal-server-error") == 0;
}

static void hear_error(struct session *session, xmpp_stanza_t *stanza)
{
    xmpp_stanza_t *error = xmpp_stanza_get_child_by_name(stanza, "error");
    const char *condition = condition_of(error);
    const char *type = error ? xmpp_stanza_get_type(error) : NULL;
    conclude(session, is_passing(type, condition) ? JABBER_LATER : JABBER_REFUSED, "%s: %s",
             session->dispatch->to[0], condition);
}

static bool is(const char *text, const char *other)
{
    return text && strcmp(text, other) == 0;
}

static bool is_from_room(const struct session *session, xmpp_stanza_t *stanza)
{
    const char *from = xmpp_stanza_get_from(stanza), *room = session->dispatch->to[0];
    size_t length = strlen(room);
    return from && strncmp(from, room, length) == 0 && (!from[length] || from[length] == '/');
}

/* A room sends everything back to whoever said it. */
static int on_message(xmpp_conn_t *connection, xmpp_stanza_t *stanza, void *owner)
{
    struct session *session = owner;
    const char *type = xmpp_stanza_get_type(stanza);
    bool ours = session->told && is(xmpp_stanza_get_id(stanza), session->dispatch->id);
    (void)connection;
    if (ours && is(type, "error"))
        hear_error(session, stanza);
    else if (ours && session->dispatch->nick && is(type, "groupchat") &&
             is_from_room(session, stanza))
        conclude(session, JABBER_ARRIVED, "%s", "");
    return 1;
}

static bool is_our_own(xmpp_stanza_t *presence)
{
    xmpp_stanza_t *user =
        xmpp_stanza_get_child_by_ns(presence, "http://jabber.org/protocol/muc#user");
    for (xmpp_stanza_t *child = user ? xmpp_stanza_get_children(user) : NULL; child;
         child = xmpp_stanza_get_next(child))
        if (is(xmpp_stanza_get_name(child), "status") &&
            is(xmpp_stanza_get_attribute(child, "code"), "110"))
            return true;
    return false;
}

/* A nickname that somebody has is another's business: the next one is tried. */
static int on_presence(xmpp_conn_t *connection, xmpp_stanza_t *stanza, void *owner)
{
    struct session *session = owner;
    (void)connection;
    if (!session->dispatch->nick || session->told || !is_from_room(session, stanza))
        return 1;
    if (is(xmpp_stanza_get_type(stanza), "error")) {
        bool taken = is(condition_of(xmpp_stanza_get_child_by_name(stanza, "error")), "conflict");
        if (taken && session->attempts++ < NICK_ATTEMPTS)
            join(session);
        else
            hear_error(session, stanza);
    } else if (is_our_own(stanza)) {
        tell(session);
    }
    return 1;
}

/* An error answers it just as well: it came behind the message. */
static int on_pong(xmpp_conn_t *connection, xmpp_stanza_t *stanza, void *owner)
{
    (void)connection;
    (void)stanza;
    conclude(owner, JABBER_ARRIVED, "%s", "");
    return 0;
}

static void begin(struct session *session)
{
    xmpp_conn_t *connection = session->connection;
    session->connected = true;
    if (!xmpp_conn_is_secured(connection)) {
        conclude(session, JABBER_LATER, "the connection is not encrypted");
        return;
    }
    xmpp_handler_add(connection, on_message, NULL, "message", NULL, session);
    xmpp_handler_add(connection, on_presence, NULL, "presence", NULL, session);
    xmpp_id_handler_add(connection, on_pong, ping_id, session);
    if (session->dispatch->nick)
        join(session);
    else
        tell(session);
}

static void part(struct session *session, const xmpp_stream_error_t *error)
{
    session->gone = true;
    if (session->mistaken)
        conclude(session, JABBER_REFUSED, "it does not take the password");
    else if (session->why[0])
        conclude(session, JABBER_BROKEN, "%s", session->why);
    else if (error && error->text)
        conclude(session, JABBER_BROKEN, "it ends the stream: %.200s", error->text);
    else
        conclude(session, JABBER_BROKEN, "it hung up");
}

static void on_event(xmpp_conn_t *connection, xmpp_conn_event_t event, int code,
                     xmpp_stream_error_t *error, void *owner)
{
    (void)connection;
    (void)code;
    if (event == XMPP_CONN_CONNECT)
        begin(owner);
    else
        part(owner, error);
}

/* ---- the socket ---- */

/* A descriptor of our own can be cut at any time: nobody else closes it. */
static int on_socket(xmpp_conn_t *connection, void *descriptor)
{
    struct jabber *jabber = of_this_thread->jabber;
    int fd = *(const int *)descriptor;
    (void)connection;
    if (fd >= FD_SETSIZE) /* the library calls select() */
        return -1;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    pthread_mutex_lock(&jabber->lock);
    jabber->socket = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    bool good = jabber->socket >= 0 && !jabber->cut;
    pthread_mutex_unlock(&jabber->lock);
    return good ? 0 : -1;
}

static void drop_socket(struct jabber *jabber)
{
    pthread_mutex_lock(&jabber->lock);
    if (jabber->socket >= 0)
        close(jabber->socket);
    jabber->socket = -1;
    pthread_mutex_unlock(&jabber->lock);
}

static bool is_cut(struct jabber *jabber)
{
    pthread_mutex_lock(&jabber->lock);
    bool cut = jabber->cut;
    pthread_mutex_unlock(&jabber->lock);
    return cut;
}

static void cut(struct jabber *jabber)
{
    pthread_mutex_lock(&jabber->lock);
    jabber->cut = true;
    if (jabber->socket >= 0)
        shutdown(jabber->socket, SHUT_RDWR);
    pthread_mutex_unlock(&jabber->lock);
}

/* ---- the thread ---- */

static bool open_connection(struct session *session)
{
    const struct dispatch *dispatch = session->dispatch;
    xmpp_conn_t *connection = session->connection;
    xmpp_conn_set_flags(connection, session->jabber->wish.direct ? XMPP_CONN_FLAG_LEGACY_SSL
                                                                 : XMPP_CONN_FLAG_MANDATORY_TLS);
    xmpp_conn_set_jid(connection, dispatch->username);
    xmpp_conn_set_pass(connection, dispatch->password);
    if (session->jabber->wish.ca_file)
        xmpp_conn_set_cafile(connection, session->jabber->wish.ca_file);
    xmpp_conn_set_sockopt_callback(connection, on_socket);
    return xmpp_connect_client(connection, session->address, session->port, on_event, session) ==
           XMPP_EOK;
}

static void converse(struct session *session)
{
    while (!session->over && !is_cut(session->jabber)) {
        xmpp_run_once(session->context, TURN_MS);
        if (session->memory > JABBER_MEMORY_MAX)
            conclude(session, JABBER_BROKEN, "it sends too much");
    }
    conclude(session, JABBER_BROKEN, "it did not answer in time");
    if (session->connected && !session->gone)
        xmpp_disconnect(session->connection);
    for (int i = 0; i < PARTING_TURNS && session->connected && !session->gone; i++)
        xmpp_run_once(session->context, TURN_MS);
}

/* Whether it came to a connection, so that no other address is to be tried. */
static bool attempt(struct jabber *jabber, const struct sockaddr *address)
{
    char text[ADDRESS_TEXT_SIZE];
    struct session session = {.jabber = jabber, .dispatch = jabber->wish.dispatch};
    xmpp_mem_t memory = {take, give_back, resize, &session};
    xmpp_log_t log = {on_log, &session};
    session.address = address_text(address, text);
    session.port = address_port(address);
    session.context = xmpp_ctx_new(&memory, &log);
    session.connection = xmpp_conn_new(session.context);
    of_this_thread = &session;
    if (open_connection(&session))
        converse(&session);
    else
        conclude(&session, JABBER_BROKEN, "%s",
                 session.why[0] ? session.why : "it cannot be connected to");
    xmpp_conn_release(session.connection);
    xmpp_ctx_free(session.context);
    of_this_thread = NULL;
    drop_socket(jabber);
    jabber->connected = session.connected;
    return session.connected || jabber->end != JABBER_BROKEN;
}

static void work(void *owner)
{
    struct jabber *jabber = owner;
    const struct jabber_wish *wish = &jabber->wish;
    text_copy(jabber->words, sizeof jabber->words, "none of its addresses may be written to");
    for (size_t i = 0; i < wish->count && !is_cut(jabber); i++) {
        const struct sockaddr *address = (const struct sockaddr *)&wish->addresses[i];
        if (address_allowed(wish->policy, address) && attempt(jabber, address))
            break;
    }
    uv_async_send(&jabber->ended);
}

/* ---- the loop ---- */

static void on_limit(uv_timer_t *timer)
{
    cut(timer->data);
}

static void on_closed(uv_handle_t *handle)
{
    struct jabber *jabber = handle->data;
    if (--jabber->handles)
        return;
    pthread_mutex_destroy(&jabber->lock);
    jabber->done(jabber);
}

static void on_ended(uv_async_t *async)
{
    struct jabber *jabber = async->data;
    if (jabber->started)
        uv_thread_join(&jabber->thread);
    uv_close((uv_handle_t *)&jabber->ended, on_closed);
    uv_close((uv_handle_t *)&jabber->limit, on_closed);
}

void jabber_start(struct jabber *jabber, const struct jabber_wish *wish)
{
    void (*done)(struct jabber *) = jabber->done;
    *jabber = (struct jabber){.done = done, .wish = *wish, .handles = 2, .socket = -1};
    pthread_mutex_init(&jabber->lock, NULL);
    uv_timer_init(wish->loop, &jabber->limit);
    uv_async_init(wish->loop, &jabber->ended, on_ended);
    jabber->limit.data = jabber->ended.data = jabber;
    uv_timer_start(&jabber->limit, on_limit, (uint64_t)wish->limit_ms, 0);
    xmpp_initialize();
    jabber->started = uv_thread_create(&jabber->thread, work, jabber) == 0;
    if (jabber->started)
        return;
    text_copy(jabber->words, sizeof jabber->words, "no thread can be started for it");
    uv_async_send(&jabber->ended);
}
