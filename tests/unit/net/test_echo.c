#include "echo.h"

#include "macros.h"
#include "testing.h"

#include <string.h>
#include <sys/socket.h>

static const struct echo some = {0x1234, 0x0102, "0123456789abcde"};

/* A reply to `some` as the other side makes it. Returns its length. */
static size_t make_reply(int family, bool headed, uint8_t ret[100])
{
    uint8_t request[ECHO_SIZE];
    size_t header = headed ? 24 : 0; /* with an option */
    echo_write(family, &some, request);
    memset(ret, 0, 100);
    ret[0] = headed ? 0x46 : 0;
    memcpy(ret + header, request, sizeof request);
    ret[header] = family == AF_INET ? ECHO_REPLY : ECHO_REPLY_6;
    if (family == AF_INET)
        ret[header + 2] = (uint8_t)(request[2] + 8); /* the sum without the 8 of the type */
    return header + sizeof request;
}

static void test_request(void **state)
{
    (void)state;
    uint8_t bytes[ECHO_SIZE];
    echo_write(AF_INET, &some, bytes);
    assert_memory_equal(bytes, "\x08\x00", 2);
    assert_memory_equal(bytes + 4,
                        "\x12\x34\x01\x02"
                        "0123456789abcde",
                        20);
    uint32_t sum = 0; /* RFC 1071 by another way */
    for (size_t i = 0; i < sizeof bytes; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    assert_int_equal((sum & 0xFFFF) + (sum >> 16), 0xFFFF);
    echo_write(AF_INET6, &some, bytes);
    assert_memory_equal(bytes, "\x80\x00\x00\x00\x12\x34", 6);
}

static void test_replies(void **state)
{
    (void)state;
    static const struct {
        int family;
        bool headed;
    } rows[] = {{AF_INET, true}, {AF_INET, false}, {AF_INET6, false}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t bytes[100];
        struct echo echo;
        size_t length = make_reply(rows[i].family, rows[i].headed, bytes);
        assert_row(i, echo_read(rows[i].family, rows[i].headed, bytes, length, &echo));
        assert_memory_equal(&echo, &some, sizeof echo);
        for (size_t cut = 0; cut < length; cut++) {
            uint8_t *exact = test_malloc(cut);
            memcpy(exact, bytes, cut);
            assert_row(i, !echo_read(rows[i].family, rows[i].headed, exact, cut, &echo));
            test_free(exact);
        }
        assert_row(i, !echo_read(rows[i].family, rows[i].headed, bytes, length + 1, &echo));
    }
}

static void test_hostile(void **state)
{
    (void)state;
    struct echo echo;
    uint8_t bytes[100], request[ECHO_SIZE];
    size_t length = make_reply(AF_INET, true, bytes);
    bytes[0] = 0x44; /* a header that is too short */
    assert_false(echo_read(AF_INET, true, bytes, length, &echo));
    bytes[0] = 0x4F; /* and one that is too long */
    assert_false(echo_read(AF_INET, true, bytes, length, &echo));
    length = make_reply(AF_INET, false, bytes);
    bytes[ECHO_SIZE - 1] ^= 1; /* a sum that is wrong */
    assert_false(echo_read(AF_INET, false, bytes, length, &echo));
    echo_write(AF_INET, &some, request); /* our own request */
    assert_false(echo_read(AF_INET, false, request, sizeof request, &echo));
    echo_write(AF_INET6, &some, request);
    assert_false(echo_read(AF_INET6, false, request, sizeof request, &echo));
    length = make_reply(AF_INET6, false, bytes);
    assert_false(echo_read(AF_INET, false, bytes, length, &echo));
    bytes[1] = 1; /* a code */
    assert_false(echo_read(AF_INET6, false, bytes, length, &echo));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
