#include "pinger.h"

#include "address.h"
#include "macros.h"
#include "mem.h"
#include "nonce.h"

#include <assert.h>
#include <errno.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { BATCH = 64, ROOM = 256 }; /* replies read in one turn of the loop; bytes of each */

struct line {
    struct pinger *pinger;
    uv_poll_t poll;
    int family; /* AF_INET or AF_INET6 */
    int socket; /* -1 = not open yet */
    bool raw;
    size_t visits;
};

struct pinger {
    uv_loop_t *loop;
    struct line lines[FAMILY_COUNT];
    struct pinger_visit *visits;
    uint16_t id;
    int handles;
};

struct pinger *pinger_new(struct uv_loop_s *loop)
{
    struct pinger *pinger = mem_zalloc(sizeof *pinger);
    pinger->loop = loop;
    nonce_fill(&pinger->id, sizeof pinger->id);
    for (int i = 0; i < FAMILY_COUNT; i++)
        pinger->lines[i] = (struct line){
            .pinger = pinger, .family = i == FAMILY_IPV4 ? AF_INET : AF_INET6, .socket = -1};
    return pinger;
}

static void on_closed(uv_handle_t *handle)
{
    struct line *line = handle->data;
    struct pinger *pinger = line->pinger;
    close(line->socket);
    if (--pinger->handles == 0)
        free(pinger);
}

void pinger_free(struct pinger *pinger)
{
    if (!pinger)
        return;
    assert(!pinger->visits);
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (pinger->lines[i].socket >= 0)
            uv_close((uv_handle_t *)&pinger->lines[i].poll, on_closed);
    if (pinger->handles == 0)
        free(pinger);
}

/* ---- replies ---- */

static struct pinger_visit *find_visit(const struct pinger *pinger, const struct sockaddr *from,
                                       const struct echo *echo)
{
    struct pinger_visit *visit = pinger->visits;
    while (visit && (memcmp(visit->cookie, echo->cookie, ECHO_COOKIE_SIZE) != 0 ||
                     address_compare((struct sockaddr *)&visit->address, from) != 0))
        visit = visit->next;
    return visit;
}

/* False when there is nothing more to read. */
static bool read_one(struct line *line)
{
    uint8_t bytes[ROOM];
    struct echo echo;
    struct sockaddr_storage from = {0};
    socklen_t size = sizeof from;
    ssize_t got = recvfrom(line->socket, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size);
    if (got < 0)
        return errno == EINTR;
    bool headed = line->raw && line->family == AF_INET;
    if (!echo_read(line->family, headed, bytes, (size_t)got, &echo))
        return true;
    struct pinger_visit *visit = find_visit(line->pinger, (struct sockaddr *)&from, &echo);
    if (visit)
        visit->answered(visit, echo.sequence);
    return true;
}

/* libuv tells an error of the socket as EBADF and stops watching. It is one packet's, so reading takes it away and we
 * watch on. */
static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct line *line = poll->data;
    (void)events;
    for (int i = 0; i < BATCH && read_one(line); i++)
        ;
    if (status < 0 && line->visits)
        uv_poll_start(poll, UV_READABLE, on_readable);
}

/* ---- sockets ---- */

/* Keeps from us the replies that are for other programs, before they are copied. */
static int attach_filter(const struct line *line)
{
    struct sock_filter ipv4[] = {
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* X = length of the IP header */
        BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ECHO_REPLY, 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, line->pinger->id, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, ROOM),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_filter ipv6[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ECHO_REPLY_6, 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, line->pinger->id, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, ROOM),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog program = line->family == AF_INET
                                    ? (struct sock_fprog){ARRAY_LEN(ipv4), ipv4}
                                    : (struct sock_fprog){ARRAY_LEN(ipv6), ipv6};
    return setsockopt(line->socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/* -1 and errno. */
static int open_socket(struct line *line)
{
    const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int protocol = line->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
    line->socket = socket(line->family, SOCK_RAW | flags, protocol);
    line->raw = line->socket >= 0;
    if (line->raw)
        return attach_filter(line);
    if (errno == EPERM || errno == EACCES)
        line->socket = socket(line->family, SOCK_DGRAM | flags, protocol);
    return line->socket < 0 ? -1 : 0;
}

static int open_line(struct line *line)
{
    if (line->socket >= 0)
        return 0;
    int error = open_socket(line) < 0 ? -errno : 0;
    if (error == 0)
        error = uv_poll_init(line->pinger->loop, &line->poll, line->socket);
    if (error < 0 && line->socket >= 0)
        close(line->socket);
    if (error < 0) {
        line->socket = -1;
        return error;
    }
    line->poll.data = line;
    line->pinger->handles++;
    return 0;
}

/* ---- visits ---- */

static struct line *line_of(const struct pinger_visit *visit)
{
    return &visit->pinger->lines[address_family((const struct sockaddr *)&visit->address)];
}

int pinger_open(struct pinger *pinger, struct pinger_visit *visit, const struct sockaddr *address)
{
    struct line *line = &pinger->lines[address_family(address)];
    int rc = open_line(line);
    if (rc == 0 && line->visits == 0)
        rc = uv_poll_start(&line->poll, UV_READABLE, on_readable);
    if (rc < 0)
        return rc;
    line->visits++;
    memcpy(&visit->address, address, address_size(address));
    if (line->family == AF_INET6)
        ((struct sockaddr_in6 *)&visit->address)->sin6_port = 0; /* a protocol to raw sockets */
    nonce_fill(visit->cookie, sizeof visit->cookie);
    visit->pinger = pinger;
    visit->next = pinger->visits;
    pinger->visits = visit;
    return 0;
}

int pinger_send(struct pinger_visit *visit, uint16_t sequence)
{
    const struct line *line = line_of(visit);
    const struct sockaddr *address = (const struct sockaddr *)&visit->address;
    struct echo echo = {.id = visit->pinger->id, .sequence = sequence};
    uint8_t bytes[ECHO_SIZE];
    memcpy(echo.cookie, visit->cookie, sizeof echo.cookie);
    echo_write(line->family, &echo, bytes);
    ssize_t sent = sendto(line->socket, bytes, sizeof bytes, 0, address, address_size(address));
    return sent < 0 ? -errno : 0;
}

void pinger_close(struct pinger_visit *visit)
{
    if (!visit->pinger)
        return;
    struct line *line = line_of(visit);
    struct pinger_visit **link = &visit->pinger->visits;
    while (*link != visit)
        link = &(*link)->next;
    *link = visit->next;
    visit->pinger = NULL;
    if (--line->visits == 0)
        uv_poll_stop(&line->poll);
}
