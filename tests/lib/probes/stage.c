#include "stage.h"

#include "macros.h"
#include "pki.h"
#include "testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* False when nobody came before it was time to go. */
static bool wait_for_visitor(const struct stage *stage)
{
    struct pollfd fds[] = {{.fd = stage->stop[0], .events = POLLIN},
                           {.fd = stage->listener, .events = POLLIN}};
    return poll(fds, ARRAY_LEN(fds), -1) >= 0 && fds[1].revents;
}

/* Whoever came hangs up before the stage is closed: what was said before that is heard, however late this thread runs. */
static ssize_t get(const struct stage *stage, char *bytes, size_t size)
{
    if (stage->ssl)
        return SSL_read(stage->ssl, bytes, (int)size);
    return recv(stage->visitor, bytes, size, 0);
}

static bool put(const struct stage *stage, const struct play_move *move)
{
    if (stage->ssl)
        return SSL_write(stage->ssl, move->bytes, (int)move->length) == (int)move->length;
    return send(stage->visitor, move->bytes, move->length, MSG_NOSIGNAL) == (ssize_t)move->length;
}

static bool hear(struct stage *stage, const struct play_move *move)
{
    char bytes[800];
    size_t length = 0;
    while (length < move->length) {
        ssize_t got = get(stage, bytes + length, move->length - length);
        if (got <= 0)
            return false;
        length += (size_t)got;
    }
    if (memcmp(bytes, move->bytes, length) == 0)
        return true;
    snprintf(stage->fault, sizeof stage->fault, "\"%.*s\" instead of \"%.*s\"", (int)length, bytes,
             (int)length, move->bytes);
    return false;
}

static bool begin_tls(struct stage *stage)
{
    stage->ssl = SSL_new(stage->tls);
    SSL_set_fd(stage->ssl, stage->visitor);
    return SSL_accept(stage->ssl) == 1;
}

/* Closing with unread bytes would reset. */
static void wait_for_leave(const struct stage *stage)
{
    char bytes[500];
    while (recv(stage->visitor, bytes, sizeof bytes, 0) > 0)
        ;
}

static void hang_up(const struct stage *stage)
{
    if (stage->ssl)
        SSL_shutdown(stage->ssl);
    shutdown(stage->visitor, SHUT_WR);
}

static void reset(const struct stage *stage)
{
    struct linger linger = {.l_onoff = 1};
    setsockopt(stage->visitor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static bool play(struct stage *stage, const struct play_move *move)
{
    switch (move->kind) {
    case 'S':
        return put(stage, move);
    case 'C':
        return hear(stage, move);
    case 'T':
        return begin_tls(stage);
    case 'H':
        hang_up(stage);
        break;
    default:
        break;
    }
    return true;
}

static void *perform(void *argument)
{
    struct stage *stage = argument;
    const struct play_scene *scene = stage->scene;
    if (!wait_for_visitor(stage))
        return NULL;
    stage->visitor = accept4(stage->listener, NULL, NULL, SOCK_CLOEXEC);
    for (size_t i = 0; i < scene->move_count && !stage->left; i++)
        stage->left = !play(stage, &scene->moves[i]);
    if (play_has(scene, 'R'))
        reset(stage);
    else
        wait_for_leave(stage);
    SSL_free(stage->ssl);
    close(stage->visitor);
    return NULL;
}

static void open_tls(struct stage *stage, const struct pki *pki)
{
    char path[PKI_PATH_SIZE];
    const char *name = stage->scene->certificate;
    stage->tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_security_level(stage->tls, 0);
    assert_int_equal(
        SSL_CTX_use_certificate_chain_file(stage->tls, pki_path(pki, name, ".pem", path)), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(stage->tls, pki_path(pki, name, ".key", path),
                                                 SSL_FILETYPE_PEM),
                     1);
}

void stage_open(struct stage *stage, const struct play_scene *scene, const struct pki *pki)
{
    struct sockaddr_in *address = (struct sockaddr_in *)&stage->address;
    socklen_t size = sizeof *address;
    *stage = (struct stage){.scene = scene, .visitor = -1};
    signal(SIGPIPE, SIG_IGN);
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    stage->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(stage->listener, (struct sockaddr *)address, size), 0);
    assert_int_equal(listen(stage->listener, 8), 0);
    assert_int_equal(getsockname(stage->listener, (struct sockaddr *)address, &size), 0);
    stage->port = ntohs(address->sin_port);
    open_tls(stage, pki);
    assert_int_equal(pipe(stage->stop), 0);
    assert_int_equal(pthread_create(&stage->thread, NULL, perform, stage), 0);
}

void stage_close(struct stage *stage)
{
    assert_int_equal(write(stage->stop[1], "", 1), 1);
    pthread_join(stage->thread, NULL);
    SSL_CTX_free(stage->tls);
    close(stage->listener);
    close(stage->stop[0]);
    close(stage->stop[1]);
}
