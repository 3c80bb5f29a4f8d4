#include "faults.h"

#include "testing.h"

#include <ares.h>
#include <curl/curl.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

enum { SETTLE_TRIES = 12000, SETTLE_US = 5000 };

enum kind { FAULTS_CALLS, FAULTS_MEMORY };

static _Thread_local long wanted;         /* calls that go well before the one that fails */
static _Thread_local long countdown = -1; /* of them; < 0 = all go well */
static _Thread_local enum kind kind_wanted;
static _Thread_local const char *failed; /* the call that did */

static bool fails(enum kind kind, const char *name)
{
    if (kind != kind_wanted || countdown < 0 || countdown-- > 0)
        return false;
    failed = name;
    return true;
}

/* ---- calls ---- */

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAULTY(type, name, parameters, arguments, failure)                                         \
    type name parameters                                                                           \
    {                                                                                              \
        return fails(FAULTS_CALLS, #name) ? (failure) : REAL(name) arguments;                      \
    }

static int no(int error)
{
    errno = error;
    return -1;
}

FAULTY(int, uv_tcp_init_ex, (uv_loop_t * a, uv_tcp_t *b, unsigned c), (a, b, c), UV_EMFILE)
FAULTY(int, uv_tcp_nodelay, (uv_tcp_t * a, int b), (a, b), UV_ENOBUFS)
FAULTY(int, uv_tcp_connect,
       (uv_connect_t * a, uv_tcp_t *b, const struct sockaddr *c, uv_connect_cb d), (a, b, c, d),
       UV_ENETUNREACH)
FAULTY(int, uv_read_start, (uv_stream_t * a, uv_alloc_cb b, uv_read_cb c), (a, b, c), UV_ENOMEM)
FAULTY(int, uv_write,
       (uv_write_t * a, uv_stream_t *b, const uv_buf_t c[], unsigned d, uv_write_cb e),
       (a, b, c, d, e), UV_ENOMEM)
FAULTY(int, uv_try_write, (uv_stream_t * a, const uv_buf_t b[], unsigned c), (a, b, c), UV_ENOBUFS)
FAULTY(int, uv_udp_connect, (uv_udp_t * a, const struct sockaddr *b), (a, b), UV_EMFILE)
FAULTY(int, uv_udp_getsockname, (const uv_udp_t *a, struct sockaddr *b, int *c), (a, b, c),
       UV_ENOBUFS)
FAULTY(int, uv_udp_recv_start, (uv_udp_t * a, uv_alloc_cb b, uv_udp_recv_cb c), (a, b, c),
       UV_ENOMEM)
FAULTY(int, uv_udp_try_send,
       (uv_udp_t * a, const uv_buf_t b[], unsigned c, const struct sockaddr *d), (a, b, c, d),
       UV_ENOMEM)
FAULTY(int, uv_poll_init, (uv_loop_t * a, uv_poll_t *b, int c), (a, b, c), UV_ENOMEM)
FAULTY(int, uv_poll_init_socket, (uv_loop_t * a, uv_poll_t *b, uv_os_sock_t c), (a, b, c),
       UV_ENOMEM)
FAULTY(int, uv_pipe, (uv_file a[2], int b, int c), (a, b, c), UV_EMFILE)
FAULTY(int, uv_pipe_open, (uv_pipe_t * a, uv_file b), (a, b), UV_ENOMEM)
FAULTY(int, uv_spawn, (uv_loop_t * a, uv_process_t *b, const uv_process_options_t *c), (a, b, c),
       UV_EAGAIN)

FAULTY(int, uv_thread_create, (uv_thread_t * a, uv_thread_cb b, void *c), (a, b, c), UV_EAGAIN)

FAULTY(SSL *, SSL_new, (SSL_CTX * a), (a), NULL)
FAULTY(BIO *, BIO_new, (const BIO_METHOD *a), (a), NULL)
FAULTY(int, SSL_set_alpn_protos, (SSL * a, const unsigned char *b, unsigned c), (a, b, c), 1)
FAULTY(X509_STORE_CTX *, X509_STORE_CTX_new, (void), (), NULL)
FAULTY(int, X509_STORE_CTX_init, (X509_STORE_CTX * a, X509_STORE *b, X509 *c, STACK_OF(X509) * d),
       (a, b, c, d), 0)

FAULTY(CURL *, curl_easy_init, (void), (), NULL)
FAULTY(CURLM *, curl_multi_init, (void), (), NULL)
FAULTY(CURLU *, curl_url, (void), (), NULL)
FAULTY(CURLMcode, curl_multi_add_handle, (CURLM * a, CURL *b), (a, b), CURLM_OUT_OF_MEMORY)

FAULTY(int, ares_init_options, (ares_channel * a, struct ares_options *b, int c), (a, b, c),
       ARES_ENOMEM)
FAULTY(int, ares_set_servers_ports, (ares_channel a, struct ares_addr_port_node *b), (a, b),
       ARES_ENOMEM)

FAULTY(int, socket, (int a, int b, int c), (a, b, c), no(EMFILE))
FAULTY(int, epoll_create1, (int a), (a), no(EMFILE))
FAULTY(int, pipe2, (int a[2], int b), (a, b), no(EMFILE))
FAULTY(int, close_range, (unsigned a, unsigned b, int c), (a, b, c), no(ENOSYS))

/* As a whole: when a part of it fails, libuv leaves a descriptor open. */
int uv_loop_init(uv_loop_t *loop)
{
    if (fails(FAULTS_CALLS, "uv_loop_init"))
        return UV_EMFILE;
    long kept = countdown;
    if (kind_wanted == FAULTS_CALLS)
        countdown = -1;
    int rc = REAL(uv_loop_init)(loop);
    if (kind_wanted == FAULTS_CALLS)
        countdown = kept;
    return rc;
}

/* What the child calls, even within fork(), is none of ours. */
pid_t fork(void)
{
    if (fails(FAULTS_CALLS, "fork"))
        return no(EAGAIN);
    long kept = countdown;
    countdown = -1;
    pid_t child = REAL(fork)();
    if (child)
        countdown = kept;
    return child;
}

/* libuv ends the process when its own do; OpenSSL writes to BIOs of its own, libcurl to sockets, where a
 * failure is the peer's. */
static bool is_ours(const void *caller)
{
    Dl_info theirs, ours;
    return dladdr(caller, &theirs) && dladdr((const void *)(uintptr_t)&fails, &ours) &&
           theirs.dli_fbase == ours.dli_fbase;
}

#define FAULTY_OF_OURS(type, name, parameters, arguments, failure)                                 \
    type name parameters                                                                           \
    {                                                                                              \
        return is_ours(__builtin_return_address(0)) && fails(FAULTS_CALLS, #name) ? (failure)      \
                                                                                  : REAL(name)     \
                                                                                        arguments; \
    }

FAULTY_OF_OURS(int, SSL_write, (SSL * a, const void *b, int c), (a, b, c), -1)
FAULTY_OF_OURS(int, BIO_write, (BIO * a, const void *b, int c), (a, b, c), -1)
FAULTY_OF_OURS(int, epoll_ctl, (int a, int b, int c, struct epoll_event *d), (a, b, c, d),
               no(ENOMEM))
FAULTY_OF_OURS(int, setsockopt, (int a, int b, int c, const void *d, socklen_t e), (a, b, c, d, e),
               no(ENOMEM))
FAULTY_OF_OURS(ssize_t, sendto,
               (int a, const void *b, size_t c, int d, const struct sockaddr *e, socklen_t f),
               (a, b, c, d, e, f), no(ENOMEM))

/* ---- memory ---- */

/* By the linker's --wrap: what mem.c asks for, hence with allocation_guard() what the libraries ask for, and all else of ours. */
#define WRAPPED(type, name, parameters, arguments)                                                 \
    type __wrap_##name parameters;                                                                 \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return fails(FAULTS_MEMORY, #name) ? NULL : __real_##name arguments;                       \
    }

WRAPPED(void *, malloc, (size_t a), (a))
WRAPPED(void *, calloc, (size_t a, size_t b), (a, b))
WRAPPED(void *, realloc, (void *a, size_t b), (a, b))
WRAPPED(void *, reallocarray, (void *a, size_t b, size_t c), (a, b, c))
WRAPPED(char *, strdup, (const char *a), (a))

/* ---- one after the other ---- */

void faults_begin(void)
{
    failed = NULL;
    countdown = wanted;
}

void faults_end(void)
{
    countdown = -1;
}

static int count_descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* A server's thread closes its end a little later. */
static bool settles(int descriptors)
{
    for (int i = 0; i < SETTLE_TRIES; i++) {
        if (count_descriptors() <= descriptors)
            return true;
        usleep(SETTLE_US);
    }
    return false;
}

static void run_one(const struct faults_scene *scene, void *owner)
{
    int before = count_descriptors();
    scene->act(owner);
    faults_end();
    if (!settles(before))
        fail_msg("call %ld, %s: a descriptor is left open", wanted, failed ? failed : "none");
    scene->judge(owner, failed);
}

/* What is opened once and for good is opened now. */
static void warm_up(const struct faults_scene *scene, void *owner)
{
    wanted = LONG_MAX;
    scene->act(owner);
    faults_end();
    scene->judge(owner, NULL);
}

long faults_each(const struct faults_scene *scene, void *owner)
{
    long count = 0;
    kind_wanted = FAULTS_CALLS;
    warm_up(scene, owner);
    for (wanted = 0;; wanted++, count++) {
        run_one(scene, owner);
        if (!failed)
            return count;
    }
}

/* 0 = all was well to the end, 1 = so it was although memory failed, else how the process ended. */
static int status_without_memory(const struct faults_scene *scene, void *owner)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO); /* what ends is not news */

        signal(SIGABRT, SIG_DFL);
        scene->act(owner);
        faults_end();
        scene->judge(owner, failed);
        _exit(failed ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

long faults_each_memory(long stride, const struct faults_scene *scene, void *owner)
{
    long count = 0;
    kind_wanted = FAULTS_MEMORY;
    warm_up(scene, owner);
    for (wanted = 0;; wanted += stride, count++) {
        int status = status_without_memory(scene, owner);
        if (status == 0)
            return count;
        bool ended = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
        if (!ended && !(WIFEXITED(status) && WEXITSTATUS(status) == 1))
            fail_msg("memory %ld: status %d", wanted, status);
    }
}
