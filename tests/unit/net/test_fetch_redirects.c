/* Redirects to another host. */
#include "fetch_bench.h"

#include "pki.h"
#include "testing.h"

#include <string.h>

struct two {
    struct hostile first, second;
    struct fetch_bench bench;
};

static void two_open(struct two *two)
{
    static const struct hostile_act first = {
        .send =
            "HTTP/1.1 303 See\r\nLocation: http://elsewhere.test/x\r\nContent-Length: 0\r\n\r\n"};
    static const struct hostile_act second = {.send = OK_SHORT};
    hostile_open(&two->first, &first, NULL);
    hostile_open(&two->second, &second, NULL);
    fetch_bench_open(&two->bench, &group_pki);
    two->bench.elsewhere = two->second.address;
    two->bench.request.redirects = 1;
    two->bench.request.resolve = fetch_bench_on_resolve;
    two->bench.request.header = "Authorization: secret";
    two->bench.request.method = "POST";
    two->bench.request.body = "secret";
}

static void two_close(struct two *two)
{
    fetch_bench_close(&two->bench);
    hostile_close(&two->first);
    hostile_close(&two->second);
}

static void test_other_host(void **state)
{
    (void)state;
    for (int later = 0; later < 2; later++) {
        struct two two;
        two_open(&two);
        two.bench.resolve_later = later;
        fetch_bench_get(&two.bench, &two.first, "http://good.test/");
        assert_int_equal(two.bench.answer.reason, REASON_ok);
        assert_int_equal(two.bench.answer.redirects, 1);
        assert_int_equal(two.bench.resolved, 1);
        two_close(&two);
        assert_non_null(strstr(two.first.last, "Authorization: secret\r\n"));
        assert_true(strncmp(two.second.last, "GET /x HTTP/1.1\r\nHost: elsewhere.test\r\n", 39) ==
                    0);
        assert_null(strstr(two.second.last, "secret"));
    }
}

static void test_other_host_unknown(void **state)
{
    (void)state;
    struct two two;
    two_open(&two);
    two.bench.resolve_none = true;
    fetch_bench_get(&two.bench, &two.first, "http://good.test/");
    assert_int_equal(two.bench.answer.reason, REASON_dns_nxdomain);
    assert_string_equal(two.bench.answer.detail, "redirects to elsewhere.test: no such name");
    two_close(&two);
}

/* Whether an address will do is for its owner to say, as of a name. */
static void test_other_host_by_address(void **state)
{
    (void)state;
    static const struct hostile_act first = {
        .send = "HTTP/1.1 302 Found\r\nLocation: http://[2001:db8::1]/x\r\n\r\n"};
    struct two two;
    two_open(&two);
    two.first.act = &first;
    two.bench.wanted = "2001:db8::1";
    two.bench.resolve_none = true;
    fetch_bench_get(&two.bench, &two.first, "http://good.test/");
    assert_int_equal(two.bench.resolved, 1);
    assert_string_equal(two.bench.answer.detail, "redirects to 2001:db8::1: no such name");
    two_close(&two);
}

static void test_no_redirects(void **state)
{
    (void)state;
    struct two two;
    two_open(&two);
    two.bench.request.redirects = 0;
    fetch_bench_get(&two.bench, &two.first, "http://good.test/");
    assert_int_equal(two.bench.answer.reason, REASON_ok);
    assert_int_equal(two.bench.answer.status, 303);
    assert_int_equal(two.bench.resolved, 0);
    two_close(&two);
}

static void test_cancel_redirected(void **state)
{
    (void)state;
    struct two two;
    two_open(&two);
    two.bench.resolve_later = true;
    int turns = 0;
    do
        fetch_bench_cancel_after(&two.bench, &two.first, "http://good.test/", turns++);
    while (two.bench.answer.reason != REASON_ok && turns < 100);
    assert_in_range(turns, 2, 99);
    two_close(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_host),
        cmocka_unit_test(test_other_host_unknown),
        cmocka_unit_test(test_other_host_by_address),
        cmocka_unit_test(test_no_redirects),
        cmocka_unit_test(test_cancel_redirected),
    };
    return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
