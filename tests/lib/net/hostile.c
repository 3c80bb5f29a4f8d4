#include "hostile.h"

#include "macros.h"
#include "testing.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

struct visit {
    struct hostile *hostile;
    int fd;
    SSL *ssl; /* NULL = plain */
};

/* False when it is time to go. */
static bool wait_for(const struct visit *visit, short events, int timeout_ms)
{
    struct pollfd fds[] = {{.fd = visit->hostile->stop[0], .events = POLLIN},
                           {.fd = visit->fd, .events = events}};
    int ready = poll(fds, ARRAY_LEN(fds), timeout_ms);
    return ready >= 0 && !fds[0].revents;
}

static ssize_t get(const struct visit *visit, char *bytes, size_t size)
{
    if (visit->ssl)
        return SSL_read(visit->ssl, bytes, (int)size);
    return recv(visit->fd, bytes, size, 0);
}

static bool put(const struct visit *visit, const char *bytes, size_t length)
{
    while (length) {
        ssize_t sent = visit->ssl
                           ? SSL_write(visit->ssl, bytes, (int)(length < 16384 ? length : 16384))
                           : send(visit->fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool read_request(const struct visit *visit)
{
    char request[1024] = "";
    size_t length = 0;
    while (!strstr(request, "\r\n\r\n") && length + 1 < sizeof request) {
        if (!wait_for(visit, POLLIN, -1))
            return false;
        ssize_t got = get(visit, request + length, sizeof request - length - 1);
        if (got <= 0)
            return false;
        length += (size_t)got;
        request[length] = '\0';
    }
    memcpy(visit->hostile->last, request, sizeof request);
    atomic_fetch_add(&visit->hostile->asked, 1);
    return true;
}

static void part(const struct visit *visit, enum hostile_parting parting)
{
    char bytes[512];
    if (parting == HOSTILE_RESET) {
        struct linger linger = {.l_onoff = 1};
        setsockopt(visit->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        return;
    }
    if (parting == HOSTILE_CLOSE && visit->ssl)
        SSL_shutdown(visit->ssl);
    if (parting == HOSTILE_CLOSE)
        shutdown(visit->fd, SHUT_WR);
    /* Closing with unread bytes would reset. */
    while (wait_for(visit, POLLIN, -1) && recv(visit->fd, bytes, sizeof bytes, 0) > 0)
        ;
}

static void play(const struct visit *visit)
{
    const struct hostile_act *act = visit->hostile->act;
    bool good = act->hasty || read_request(visit);
    if (good && act->send)
        good = put(visit, act->send, strlen(act->send));
    if (good && act->body)
        good = put(visit, act->body, act->body_length);
    for (long i = 0; good && act->again && i != act->times; i++)
        good = (!act->pause_ms || wait_for(visit, POLLRDHUP, act->pause_ms)) &&
               put(visit, act->again, strlen(act->again));
    if (good)
        part(visit, act->parting);
}

static void receive(struct hostile *hostile, int fd)
{
    struct visit visit = {.hostile = hostile, .fd = fd};
    atomic_fetch_add(&hostile->visits, 1);
    if (hostile->tls) {
        visit.ssl = SSL_new(hostile->tls);
        SSL_set_fd(visit.ssl, fd);
    }
    if (!visit.ssl || SSL_accept(visit.ssl) == 1)
        play(&visit);
    SSL_free(visit.ssl);
    close(fd);
}

static void *serve(void *argument)
{
    struct hostile *hostile = argument;
    struct visit door = {.hostile = hostile, .fd = hostile->listener};
    while (wait_for(&door, POLLIN, -1)) {
        int fd = accept4(hostile->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            receive(hostile, fd);
    }
    return NULL;
}

static void listen_on(struct hostile *hostile, int backlog)
{
    struct sockaddr_in *address = (struct sockaddr_in *)&hostile->address;
    socklen_t size = sizeof *address;
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    hostile->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(hostile->listener >= 0);
    assert_int_equal(bind(hostile->listener, (struct sockaddr *)address, size), 0);
    assert_int_equal(listen(hostile->listener, backlog), 0);
    assert_int_equal(getsockname(hostile->listener, (struct sockaddr *)address, &size), 0);
    hostile->port = ntohs(address->sin_port);
}

/* Staples what lies beside the certificate as NAME.ocsp. */
static int on_status(SSL *ssl, void *path)
{
    unsigned char *bytes = OPENSSL_malloc(10000);
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(bytes, 1, 10000, file) : 0;
    if (file)
        fclose(file);
    if (!length) {
        OPENSSL_free(bytes);
        return SSL_TLSEXT_ERR_NOACK;
    }
    SSL_set_tlsext_status_ocsp_resp(ssl, bytes, (long)length); /* now theirs */
    return SSL_TLSEXT_ERR_OK;
}

static void open_tls(struct hostile *hostile, const struct hostile_tls *tls)
{
    char path[300];
    SSL_CTX *context = hostile->tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, tls->newest);
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    snprintf(path, sizeof path, "%s.pem", tls->certificate);
    assert_int_equal(SSL_CTX_use_certificate_chain_file(context, path), 1);
    snprintf(path, sizeof path, "%s.key", tls->certificate);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM), 1);
    snprintf(hostile->status, sizeof hostile->status, "%s.ocsp", tls->certificate);
    SSL_CTX_set_tlsext_status_cb(context, on_status);
    SSL_CTX_set_tlsext_status_arg(context, hostile->status);
    if (tls->renounce)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
}

void hostile_open(struct hostile *hostile, const struct hostile_act *act,
                  const struct hostile_tls *tls)
{
    *hostile = (struct hostile){.act = act};
    signal(SIGPIPE, SIG_IGN);
    listen_on(hostile, 256);
    if (tls)
        open_tls(hostile, tls);
    assert_int_equal(pipe(hostile->stop), 0);
    assert_int_equal(pthread_create(&hostile->thread, NULL, serve, hostile), 0);
}

void hostile_open_deaf(struct hostile *hostile)
{
    *hostile = (struct hostile){.stop = {-1, -1}};
    listen_on(hostile, 0);
    for (int i = 0; i < 2; i++) {
        hostile->stop[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(hostile->stop[i], (struct sockaddr *)&hostile->address, sizeof(struct sockaddr_in));
    }
}

void hostile_close(struct hostile *hostile)
{
    if (hostile->act) {
        assert_int_equal(write(hostile->stop[1], "", 1), 1);
        pthread_join(hostile->thread, NULL);
    }
    SSL_CTX_free(hostile->tls);
    close(hostile->listener);
    close(hostile->stop[0]);
    close(hostile->stop[1]);
}
