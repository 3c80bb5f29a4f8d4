/* Each call that a datagram makes fails once: one last word, and no other than the call's error. */
#include "datagram.h"

#include "address.h"
#include "fake_dns_thread.h"
#include "faults.h"
#include "testing.h"

#include <errno.h>
#include <string.h>

enum { GENEROUS_MS = 30000 };

struct bench {
    uv_loop_t loop;
    struct fake_dns_thread server;
    struct datagram datagram;
    int told, error;
};

/* "A four.test": RFC 1035 section 4.1. */
static size_t ask(void *owner, const struct sockaddr *local, uint8_t *ret, size_t size)
{
    static const uint8_t question[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                                      "\x04"
                                      "four"
                                      "\x04"
                                      "test\x00\x00\x01\x00\x01";
    (void)owner;
    assert_int_equal(local->sa_family, AF_INET);
    assert_true(size >= sizeof question - 1);
    memcpy(ret, question, sizeof question - 1);
    return sizeof question - 1;
}

static bool answer(void *owner, const uint8_t *bytes, size_t length)
{
    (void)owner;
    return length > 2 && bytes[0] == 0x12;
}

static void on_done(void *owner, int error)
{
    struct bench *bench = owner;
    bench->told++;
    bench->error = error;
}

static void act(void *owner)
{
    struct bench *bench = owner;
    struct sockaddr_storage address;
    assert_int_equal(address_parse_endpoint(bench->server.dns.server, 0, &address), 0);
    const struct datagram_request request = {.loop = &bench->loop,
                                             .address = (struct sockaddr *)&address,
                                             .timeout_ms = GENEROUS_MS,
                                             .ask = ask,
                                             .answer = answer,
                                             .done = on_done,
                                             .owner = bench};
    bench->told = 0;
    uv_loop_init(&bench->loop);
    faults_begin();
    datagram_start(&bench->datagram, &request);
    assert_int_equal(bench->told, 0);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    faults_end();
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void judge(void *owner, const char *failed)
{
    const struct bench *bench = owner;
    bool ours = bench->error == -EMFILE || bench->error == -ENOBUFS || bench->error == -ENOMEM;
    if (bench->told != 1 || !(bench->error == 0 || (failed && ours)))
        fail_msg("%s: told %d times: %s", failed ? failed : "nothing", bench->told,
                 strerror(-bench->error));
}

static void test_each_call_fails(void **state)
{
    (void)state;
    static const struct fake_dns_row rows[] = {{.name = "four.test", .addresses = {"192.0.2.4"}},
                                               {.name = NULL}};
    static const struct faults_scene scene = {act, judge};
    struct bench bench;
    fake_dns_thread_open(&bench.server, rows);
    assert_true(faults_each(&scene, &bench) >= 4);
    fake_dns_thread_close(&bench.server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_call_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
