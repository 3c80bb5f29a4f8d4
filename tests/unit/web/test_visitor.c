#include "endpoint.h"
#include "testing.h"
#include "visitor.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 16 };

struct connection {
    int ours, theirs;
    struct visitor *visitor;
};

static struct visitors *visitors;
static struct mono now;

static void prepare(size_t per_address)
{
    now = (struct mono){1000000000};
    visitors = visitors_new(MOST, per_address);
}

static struct endpoint address(const char *text)
{
    struct endpoint endpoint;
    struct fault fault;
    assert_int_equal(endpoint_parse(text, &endpoint, &fault), 0);
    return endpoint;
}

static struct connection enter(const char *from)
{
    struct endpoint endpoint = address(from);
    struct connection connection;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    connection.ours = pair[0];
    connection.theirs = pair[1];
    connection.visitor =
        visitor_enter(visitors, pair[0], (struct sockaddr *)&endpoint.address, now);
    return connection;
}

static void leave(struct connection *connection)
{
    visitor_leave(visitors, connection->visitor);
    close(connection->ours);
    close(connection->theirs);
}

static bool is_shut(const struct connection *connection)
{
    char byte;
    return recv(connection->theirs, &byte, 1, MSG_DONTWAIT) == 0;
}

static bool welcome(const char *from)
{
    struct endpoint endpoint = address(from);
    return visitors_welcome(visitors, (struct sockaddr *)&endpoint.address);
}

static void test_request_has_its_time(void **state)
{
    (void)state;
    prepare(0);
    struct connection slow = enter("127.0.0.1:1");
    assert_int_equal(visitors_sweep(visitors, mono_plus_ms(now, 4999)), 0);
    assert_false(is_shut(&slow));
    assert_int_equal(visitors_sweep(visitors, mono_plus_ms(now, 5000)), 1);
    assert_true(is_shut(&slow));
    leave(&slow);
    visitors_free(visitors);
}

static void test_next_request_has_its_time_too(void **state)
{
    (void)state;
    prepare(0);
    struct connection connection = enter("127.0.0.1:1");
    visitor_answer(connection.visitor, 1000, now);
    assert_int_equal(visitors_answering(visitors), 1);
    visitor_done(connection.visitor, now);
    assert_int_equal(visitors_answering(visitors), 0);
    assert_int_equal(visitors_sweep(visitors, mono_plus_ms(now, 14999)), 0);
    assert_int_equal(visitors_sweep(visitors, mono_plus_ms(now, 15000)), 1);
    leave(&connection);
    visitors_free(visitors);
}

static void test_reader_has_time_by_size(void **state)
{
    (void)state;
    prepare(0);
    struct connection small = enter("127.0.0.1:1"), large = enter("127.0.0.1:2");
    visitor_answer(small.visitor, 0, now);
    visitor_answer(large.visitor, 600 * 1000, now);
    assert_int_equal(visitors_sweep(visitors, mono_plus_ms(now, 59999)), 0);
    assert_int_equal(visitors_sweep(visitors, mono_plus_ms(now, 60000)), 1);
    assert_true(is_shut(&small));
    assert_false(is_shut(&large));
    assert_int_equal(visitors_sweep(visitors, mono_plus_ms(now, 120000)), 2);
    assert_true(is_shut(&large));
    leave(&small);
    leave(&large);
    visitors_free(visitors);
}

static void test_limit_per_address(void **state)
{
    (void)state;
    prepare(2);
    struct connection guests[] = {enter("192.0.2.1:1"),     enter("192.0.2.1:2"),
                                  enter("[2001:db8::1]:1"), enter("[2001:db8::ffff:2]:1"),
                                  enter("127.0.0.1:1"),     enter("127.0.0.1:2"),
                                  enter("[::1]:1"),         enter("[::1]:2")};
    assert_false(welcome("192.0.2.1:3"));
    assert_false(welcome("[::ffff:192.0.2.1]:3"));
    assert_true(welcome("192.0.2.2:3"));
    assert_false(welcome("[2001:db8::77]:1")); /* the same /64 */
    assert_true(welcome("[2001:db8:0:1::1]:1"));
    assert_true(welcome("127.0.0.1:3"));
    assert_true(welcome("[::1]:3"));
    assert_true(welcome("[::ffff:127.0.0.1]:3"));
    leave(&guests[0]);
    assert_true(welcome("192.0.2.1:3"));
    for (size_t i = 1; i < sizeof guests / sizeof guests[0]; i++)
        leave(&guests[i]);
    visitors_free(visitors);
}

static void test_no_limit_per_address(void **state)
{
    (void)state;
    prepare(0);
    struct connection guests[] = {enter("192.0.2.1:1"), enter("192.0.2.1:2"), enter("192.0.2.1:3")};
    assert_true(welcome("192.0.2.1:4"));
    for (size_t i = 0; i < sizeof guests / sizeof guests[0]; i++)
        leave(&guests[i]);
    visitors_free(visitors);
}

static void test_longest_waiting_make_room(void **state)
{
    struct connection guests[MOST / 4 * 3 + 1];
    size_t count = sizeof guests / sizeof guests[0];
    (void)state;
    prepare(0);
    for (size_t i = 0; i < count; i++) {
        now = mono_plus_ms(now, 1);
        guests[i] = enter("127.0.0.1:1");
        if (i == 0)
            visitor_answer(guests[0].visitor, 0, now); /* is being answered: not to be disturbed */
    }
    assert_false(is_shut(&guests[0]));
    assert_true(is_shut(&guests[1]));
    for (size_t i = 2; i < count; i++)
        assert_false(is_shut(&guests[i]));
    for (size_t i = 0; i < count; i++)
        leave(&guests[i]);
    visitors_free(visitors);
}

static void test_targets(void **state)
{
    static const struct {
        const char *target, *path;
    } rows[] = {
        {"/fr/", "/fr/"},
        {"/fr/?a=b/c#d", "/fr/"},
        {"/fr/#x", "/fr/"},
        {"/%2e%2e/x", "/%2e%2e/x"},
        {"http://status.example/fr/?x", "/fr/"},
        {"HTTP://status.example:80/", "/"},
        {"http://status.example", "/"},
        {"http://status.example?/x", "/"},
        {"https://status.example/fr/", "https://status.example/fr/"},
        {"*", "*"},
        {"", ""},
    };
    (void)state;
    prepare(0);
    struct connection guest = enter("127.0.0.1:1");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        visitor_ask(guest.visitor, rows[i].target);
        assert_row(i, strcmp(guest.visitor->path, rows[i].path) == 0);
        assert_false(guest.visitor->too_long);
    }
    char target[ANSWER_PATH_MAX + 2];
    memset(target, 'a', sizeof target);
    target[ANSWER_PATH_MAX + 1] = '\0';
    visitor_ask(guest.visitor, target);
    assert_true(guest.visitor->too_long);
    target[ANSWER_PATH_MAX] = '?';
    visitor_ask(guest.visitor, target);
    assert_false(guest.visitor->too_long);
    assert_int_equal(strlen(guest.visitor->path), ANSWER_PATH_MAX);
    leave(&guest);
    visitors_free(visitors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_has_its_time),
        cmocka_unit_test(test_next_request_has_its_time_too),
        cmocka_unit_test(test_reader_has_time_by_size),
        cmocka_unit_test(test_limit_per_address),
        cmocka_unit_test(test_no_limit_per_address),
        cmocka_unit_test(test_longest_waiting_make_room),
        cmocka_unit_test(test_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
