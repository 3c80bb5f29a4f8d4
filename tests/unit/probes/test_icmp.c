/* Echo requests, in network namespaces of their own where the kernel is told to be silent or to trust everybody. Without
 * the right to make such, these tests are skipped. */
#include "address.h"
#include "packet_bench.h"
#include "pinger.h"
#include "testing.h"

#include <fcntl.h>
#include <math.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_NAMESPACE = 77, NOBODY = 65534 };

/* Checks within a child: cmocka's would go on with the parent's tests there. */
#define check(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "line %d: %s: %s \"%s\"\n", __LINE__, #condition,                      \
                    reason_code(result->reason), result->detail);                                  \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

static void raise_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ioctl(fd, SIOCGIFFLAGS, &request);
    request.ifr_flags |= IFF_UP;
    if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
        _exit(NO_NAMESPACE);
    close(fd);
}

static void set(const char *name, const char *value)
{
    char path[100];
    snprintf(path, sizeof path, "/proc/sys/net/ipv4/%s", name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, value, strlen(value)) < 0)
        _exit(NO_NAMESPACE);
    close(fd);
}

static void become_nobody(void)
{
    if (setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
        _exit(NO_NAMESPACE);
}

static void in_namespace(void (*act)(void))
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWNET) < 0)
            _exit(NO_NAMESPACE);
        raise_loopback();
        act();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_NAMESPACE)
        skip();
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static const struct result *ping(struct packet_bench *bench, const char *address,
                                 int64_t timeout_ms, const char *const *options)
{
    packet_bench_prepare(bench, "icmp", "", options);
    address_parse(address, 0, &bench->run.address);
    bench->run.timeout_ms = timeout_ms;
    packet_bench_start(bench);
    packet_bench_wait(bench);
    return &bench->run.result;
}

static void act_answered(void)
{
    static const char *const thrice[] = {"count", "3", NULL};
    static const char *const addresses[] = {"127.0.0.1", "127.0.0.77", "::1"};
    struct packet_bench bench;
    packet_bench_open(&bench);
    for (int i = 0; i < 3; i++) {
        const struct result *result = ping(&bench, addresses[i], 20000, NULL);
        check(result->reason == REASON_ok);
        check(result->phases.ms[PHASE_TOTAL] >= 0 && result->phases.ms[PHASE_TOTAL] < 20000);
        check(isnan(result->phases.ms[PHASE_CONNECT]));
    }
    struct mono before = clock_mono();
    const struct result *result = ping(&bench, "127.0.0.1", 20000, thrice);
    check(result->reason == REASON_ok);
    check(mono_ms_between(before, clock_mono()) >= 400); /* two pauses */
    packet_bench_close(&bench);
}

static void test_answered(void **state)
{
    (void)state;
    in_namespace(act_answered);
}

static void act_ping_socket(void)
{
    set("ping_group_range", "0 65535");
    become_nobody();
    act_answered();
}

static void test_ping_socket(void **state)
{
    (void)state;
    in_namespace(act_ping_socket);
}

static void act_forbidden(void)
{
    set("ping_group_range", "1 0");
    become_nobody();
    struct packet_bench bench;
    packet_bench_open(&bench);
    const struct result *result = ping(&bench, "127.0.0.1", 20000, NULL);
    check(result->reason == REASON_self);
    check(strstr(result->detail, "CAP_NET_RAW"));
    packet_bench_close(&bench);
}

static void test_forbidden(void **state)
{
    (void)state;
    in_namespace(act_forbidden);
}

static void act_silence(void)
{
    set("icmp_echo_ignore_all", "1");
    struct packet_bench bench;
    int64_t timeout_ms = 300;
    char detail[100];
    packet_bench_open(&bench);
    const struct result *result;
    do {
        result = ping(&bench, "127.0.0.1", timeout_ms, NULL);
        snprintf(detail, sizeof detail, "no reply to 3 echo requests within %d ms",
                 (int)timeout_ms);
    } while (strcmp(result->detail, detail) != 0 && testing_longer(&timeout_ms));
    check(result->reason == REASON_timeout);
    check(strcmp(result->detail, detail) == 0);
    packet_bench_close(&bench);
}

static void test_silence(void **state)
{
    (void)state;
    in_namespace(act_silence);
}

static void act_no_route(void)
{
    struct packet_bench bench;
    packet_bench_open(&bench);
    const struct result *result = ping(&bench, "192.0.2.1", 20000, NULL);
    check(result->reason == REASON_self);
    check(strcmp(result->detail, "cannot send: Network is unreachable") == 0);
    packet_bench_close(&bench);
}

static void test_no_route(void **state)
{
    (void)state;
    in_namespace(act_no_route);
}

/* Two visits at once: each gets what is for it alone. */
struct guest {
    struct pinger_visit visit;
    unsigned answers;
};

static void on_answered(struct pinger_visit *visit, unsigned sequence)
{
    struct guest *guest = (struct guest *)visit;
    (void)sequence;
    guest->answers++;
}

static void act_two_visits(void)
{
    struct packet_bench bench;
    struct sockaddr_storage first, second;
    struct guest one = {.visit.answered = on_answered}, other = {.visit.answered = on_answered};
    const struct result *result = &bench.run.result;
    packet_bench_open(&bench);
    address_parse("127.0.0.1", 0, &first);
    address_parse("127.0.0.2", 0, &second);
    check(pinger_open(bench.world.pinger, &one.visit, (struct sockaddr *)&first) == 0);
    check(pinger_open(bench.world.pinger, &other.visit, (struct sockaddr *)&second) == 0);
    pinger_send(&one.visit, 0);
    pinger_send(&one.visit, 1);
    while (one.answers < 2)
        uv_run(&bench.loop, UV_RUN_ONCE);
    check(other.answers == 0);
    /* The right cookie from the wrong address, the wrong cookie from the right one. */
    memcpy(&one.visit.address, &second, sizeof second);
    pinger_send(&one.visit, 2);
    memcpy(&one.visit.address, &first, sizeof first);
    pinger_send(&other.visit, 0);
    memset(other.visit.cookie, 7, sizeof other.visit.cookie);
    for (int i = 0; i < 20; i++)
        uv_run(&bench.loop, UV_RUN_NOWAIT);
    check(one.answers == 2 && other.answers == 0);
    pinger_close(&one.visit);
    pinger_close(&one.visit);
    pinger_close(&other.visit);
    packet_bench_close(&bench);
}

static void test_two_visits(void **state)
{
    (void)state;
    in_namespace(act_two_visits);
}

static void act_cancel(void)
{
    struct packet_bench bench;
    const struct result *result = &bench.run.result;
    set("icmp_echo_ignore_all", "1");
    packet_bench_open(&bench);
    for (int turns = 0; turns < 5; turns++) {
        packet_bench_prepare(&bench, "icmp", "", NULL);
        address_parse("127.0.0.1", 0, &bench.run.address);
        packet_bench_start(&bench);
        for (int i = 0; i < turns; i++)
            uv_run(&bench.loop, UV_RUN_NOWAIT);
        packet_bench_cancel(&bench);
        packet_bench_cancel(&bench);
        packet_bench_wait(&bench);
        check(result->reason == REASON_self);
    }
    packet_bench_close(&bench);
}

static void test_cancel(void **state)
{
    (void)state;
    in_namespace(act_cancel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answered),  cmocka_unit_test(test_ping_socket),
        cmocka_unit_test(test_forbidden), cmocka_unit_test(test_silence),
        cmocka_unit_test(test_no_route),  cmocka_unit_test(test_two_visits),
        cmocka_unit_test(test_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
