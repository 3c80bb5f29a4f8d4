/* A configuration, written as orders and read again as the prober reads them. */
#include "orders.h"

#include "mem.h"
#include "order.h"
#include "village.h"

#include "testing.h"

#include <stdlib.h>
#include <string.h>

static const char *const keys[] = {"a/mail", "a/pad", "b/web", NULL};

struct reading {
    struct arena arena;
    struct order orders[16];
    size_t count;
};

static void read_all(struct reading *reading, struct buffer *text)
{
    struct fault fault = {""};
    char *rest = (char *)(uintptr_t)buffer_text(text);
    *reading = (struct reading){0};
    assert_false(text->overflow);
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        assert_true(reading->count < 16);
        assert_true(strlen(line) < ORDER_LINE_MAX);
        if (order_read(line, strlen(line), &reading->arena, &reading->orders[reading->count++],
                       &fault))
            fail_msg("%s: %s", fault.text, line);
    }
}

static void write_and_read(const struct config *config, bool at_once, struct reading *reading)
{
    struct buffer text;
    buffer_init(&text, 1 << 20);
    orders_write(config, at_once, &text);
    read_all(reading, &text);
    buffer_fini(&text);
}

static void test_every_check(void **state)
{
    struct reading reading;
    struct config *config = village_config(keys);
    (void)state;
    write_and_read(config, false, &reading);
    assert_int_equal(reading.count, 4);
    for (size_t i = 0; i < 3; i++) {
        const struct watch *watch = &reading.orders[i].watch;
        assert_int_equal(reading.orders[i].kind, ORDER_WATCH);
        assert_string_equal(watch->service, keys[i]);
        assert_string_equal(watch->check.id, "web");
        assert_string_equal(watch->check.url, "https://pad.example/");
        assert_int_equal(watch->check.interval_ms, 60000);
        assert_int_equal(watch->check.timeout_ms, 10000);
        assert_int_equal(watch->check.slow_ms, 5000);
        assert_null(watch->check.address);
        assert_int_equal(watch->check.option_count, 0);
    }
    arena_free(&reading.arena);
    config_free(config);
}

static void test_shared_rules(void **state)
{
    struct reading reading;
    struct config *config = village_config(keys);
    (void)state;
    config->user_agent_url = "https://collective.example/robot \"quoted\"";
    config->ca_file = "/etc/roots.pem";
    config->allow = (const char *const[]){"127.0.0.0/8", "::1/128", NULL};
    config->sentinels = (const char *const[]){"tcp://192.0.2.1:443", "icmp://192.0.2.2", NULL};
    config->resolvers = (const char *const[]){"192.0.2.53:5353", NULL};
    write_and_read(config, true, &reading);
    assert_int_equal(reading.orders[3].kind, ORDER_GO);
    const struct rules *rules = &reading.orders[3].rules;
    assert_true(rules->at_once);
    assert_string_equal(rules->vantage, "here");
    assert_string_equal(rules->user_agent_url, config->user_agent_url);
    assert_string_equal(rules->ca_file, "/etc/roots.pem");
    assert_string_equal(rules->allow[1], "::1/128");
    assert_null(rules->allow[2]);
    assert_string_equal(rules->servers[0], "192.0.2.53:5353");
    assert_null(rules->servers[1]);
    assert_string_equal(rules->sentinels[0], "tcp://192.0.2.1:443");
    assert_string_equal(rules->sentinels[1], "icmp://192.0.2.2");
    assert_null(rules->sentinels[2]);
    for (int i = 0; i < 4; i++)
        assert_int_equal(rules->rechecks_ms[i], config->rechecks_ms[i]);
    arena_free(&reading.arena);
    config_free(config);
}

static void test_options(void **state)
{
    static const struct probe_option options[] = {{"expect", "a \"line\"\nand another"},
                                                  {"header", "Accept: été"}};
    static const struct check checks[] = {
        {.id = "page",
         .url = "https://x.example/",
         .interval_ms = 1000,
         .timeout_ms = 500,
         .role = ROLE_EXTRA,
         .family = WISH_IPV6,
         .address = "2001:db8::1",
         .options = options,
         .option_count = 2},
        {.id = "tcp", .url = "tcp://x.example:1", .interval_ms = 2000, .timeout_ms = 600}};
    struct service service = {.key = "a/x", .checks = checks, .check_count = 2};
    const struct service *const services[] = {&service};
    struct config config = {
        .collective = {.vantage = "v", .services = services, .service_count = 1}};
    struct reading reading;
    (void)state;
    write_and_read(&config, false, &reading);
    assert_int_equal(reading.count, 3);
    const struct check *check = &reading.orders[0].watch.check;
    assert_int_equal(check->role, ROLE_EXTRA);
    assert_int_equal(check->family, WISH_IPV6);
    assert_string_equal(check->address, "2001:db8::1");
    assert_int_equal(check->option_count, 2);
    assert_string_equal(check->options[0].name, "expect");
    assert_string_equal(check->options[0].value, "a \"line\"\nand another");
    assert_string_equal(check->options[1].value, "Accept: été");
    assert_string_equal(reading.orders[1].watch.check.id, "tcp");
    assert_int_equal(reading.orders[1].watch.check.family, WISH_BOTH);
    assert_false(reading.orders[2].rules.at_once);
    assert_null(reading.orders[2].rules.ca_file);
    arena_free(&reading.arena);
}

/* Nothing to watch is an order, too: it ends what was in force. */
static void test_nothing(void **state)
{
    struct reading reading;
    struct config *config = village_config((const char *const[]){NULL});
    (void)state;
    write_and_read(config, false, &reading);
    assert_int_equal(reading.count, 1);
    assert_int_equal(reading.orders[0].kind, ORDER_GO);
    arena_free(&reading.arena);
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_check),
        cmocka_unit_test(test_shared_rules),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
