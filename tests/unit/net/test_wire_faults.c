/* Each call of libuv and OpenSSL that a wire makes fails once: it must end exactly once, leave nothing behind, and say that it
 * was our own doing. The functions below stand before those of the libraries. */
#include "wire.h"

#include "hostile.h"
#include "macros.h"
#include "pki.h"
#include "testing.h"

#include <dlfcn.h>
#include <string.h>

enum { GENEROUS_MS = 30000 };

/* Of the thread of the wire only: the server's calls are none of ours. */
static _Thread_local long countdown =
    -1; /* calls that go well before the one that fails; < 0 = all do */
static _Thread_local const char *failed; /* the call that did */

static bool fails(const char *name)
{
    if (countdown < 0 || countdown-- > 0)
        return false;
    failed = name;
    return true;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAULTY(type, name, parameters, arguments, failure)                                         \
    type name parameters                                                                           \
    {                                                                                              \
        return fails(#name) ? (failure) : REAL(name) arguments;                                    \
    }

FAULTY(int, uv_tcp_init_ex, (uv_loop_t * a, uv_tcp_t *b, unsigned c), (a, b, c), UV_EMFILE)
FAULTY(int, uv_tcp_connect,
       (uv_connect_t * a, uv_tcp_t *b, const struct sockaddr *c, uv_connect_cb d), (a, b, c, d),
       UV_ENETUNREACH)
FAULTY(int, uv_read_start, (uv_stream_t * a, uv_alloc_cb b, uv_read_cb c), (a, b, c), UV_ENOMEM)
FAULTY(int, uv_write,
       (uv_write_t * a, uv_stream_t *b, const uv_buf_t c[], unsigned d, uv_write_cb e),
       (a, b, c, d, e), UV_ENOMEM)
FAULTY(SSL *, SSL_new, (SSL_CTX * a), (a), NULL)
FAULTY(BIO *, BIO_new, (const BIO_METHOD *a), (a), NULL)
FAULTY(int, SSL_set_alpn_protos, (SSL * a, const unsigned char *b, unsigned c), (a, b, c), 1)
FAULTY(int, SSL_write, (SSL * a, const void *b, int c), (a, b, c), -1)

struct bench {
    uv_loop_t loop;
    struct wire wire;
    int gone;
};

static void on_opened(struct wire *wire)
{
    wire_secure(wire);
}

static void on_secured(struct wire *wire)
{
    wire_send(wire, "hello\r\n\r\n", 9);
}

static void on_received(struct wire *wire, const char *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    wire_close(wire);
}

static void on_gone(struct wire *wire)
{
    container_of(wire, struct bench, wire)->gone++;
}

static const struct wire_owner owner = {
    .opened = on_opened, .secured = on_secured, .received = on_received, .gone = on_gone};

static void run(struct bench *bench, struct trust *trust, const struct address_policy *policy,
                const struct hostile *hostile, long fault)
{
    const struct wire_wish wish = {.loop = &bench->loop,
                                   .trust = trust,
                                   .policy = policy,
                                   .address = (const struct sockaddr *)&hostile->address,
                                   .host = "good.test",
                                   .alpn = "test",
                                   .limit_ms = GENEROUS_MS};
    bench->gone = 0;
    uv_loop_init(&bench->loop);
    failed = NULL;
    countdown = fault;
    wire_open(&bench->wire, &owner, &wish);
    assert_int_equal(bench->gone, 0);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    countdown = -1;
    assert_int_equal(bench->gone, 1);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void test_each_call_fails(void **state)
{
    (void)state;
    static const char *const loopback[] = {"127.0.0.0/8", NULL};
    static const struct hostile_act act = {.send = "welcome", .parting = HOSTILE_HOLD};
    char path[PKI_PATH_SIZE];
    struct pki pki;
    struct hostile hostile;
    struct fault fault;
    struct address_policy policy;
    struct bench bench;
    pki_open(&pki);
    struct trust *trust = trust_new(pki_path(&pki, "root", ".pem", path), &fault);
    assert_non_null(trust);
    assert_int_equal(address_policy_init(&policy, loopback, &fault), 0);
    hostile_open(&hostile, &act,
                 &(struct hostile_tls){.certificate = pki_path(&pki, "good", "", path)});
    long n = 0;
    for (run(&bench, trust, &policy, &hostile, n); failed; run(&bench, trust, &policy, &hostile, n))
        if (bench.wire.reason != REASON_self)
            fail_msg("call %ld, %s: %s \"%s\"", n, failed, reason_code(bench.wire.reason),
                     bench.wire.detail);
        else
            n++;
    assert_int_equal(bench.wire.reason, REASON_ok);
    assert_true(n >= 9);
    hostile_close(&hostile);
    address_policy_fini(&policy);
    trust_free(trust);
    pki_close(&pki);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_call_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
