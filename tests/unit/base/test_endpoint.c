#include "endpoint.h"
#include "macros.h"
#include "testing.h"

#include <string.h>

static void test_reads_what_it_writes(void **state)
{
    static const char *const good[] = {
        "127.0.0.1:8080", "0.0.0.0:0",       "[::1]:8080",
        "[::]:65535",     "[2001:db8::1]:1", "203.0.113.9:80",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct endpoint endpoint;
        struct fault fault;
        char text[ENDPOINT_TEXT_SIZE];
        assert_int_equal(endpoint_parse(good[i], &endpoint, &fault), 0);
        assert_string_equal(endpoint_text(&endpoint, text), good[i]);
    }
}

static void test_refuses_with_a_sentence(void **state)
{
    static const struct {
        const char *text, *part;
    } bad[] = {
        {"", "no ADDR:PORT"},
        {"8080", "no ADDR:PORT"},
        {":8080", "no ADDR:PORT"},
        {"127.0.0.1", "no ADDR:PORT"},
        {"127.0.0.1:", "port"},
        {"127.0.0.1:65536", "port"},
        {"127.0.0.1:99999999999", "port"},
        {"127.0.0.1:-1", "port"},
        {"127.0.0.1:8o", "port"},
        {"localhost:8080", "IP address"},
        {"127.1:8080", "IP address"},
        {"::1:8080", "brackets"},
        {"[]:8080", "IP address"},
        {"[127.0.0.1]:8080", "IP address"},
        {"[::1:8080", "IP address"},
        {"[fe80::1%lo]:8080", "IP address"},
        {"\x1b[31m:80", "IP address"},
        {"11111111111111111111111111111111111111111111111111111111111111111111111111:80",
         "no ADDR:PORT"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct endpoint endpoint;
        struct fault fault = {""};
        assert_int_equal(endpoint_parse(bad[i].text, &endpoint, &fault), -1);
        assert_non_null(strstr(fault.text, bad[i].part));
        assert_null(strchr(fault.text, '\x1b'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_it_writes),
        cmocka_unit_test(test_refuses_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
