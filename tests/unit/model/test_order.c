#include "order.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static const struct probe_option options[] = {{"expect-status", "200"},
                                              {"body-contains", "\"é\\n\" ]}"}};

static struct watch full_watch(void)
{
    return (struct watch){
        .service = "chat-perche/pad",
        .check = {.id = "web",
                  .url = "https://pad.example/\"",
                  .interval_ms = 60000,
                  .timeout_ms = 10000,
                  .slow_ms = 5000,
                  .role = ROLE_EXTRA,
                  .family = WISH_IPV6,
                  .address = "127.0.0.1",
                  .options = options,
                  .option_count = ARRAY_LEN(options)},
    };
}

static int read_back(struct buffer *line, struct arena *arena, struct order *ret)
{
    struct fault fault;
    assert_int_equal(line->bytes[line->length - 1], '\n');
    assert_int_equal(strlen(line->bytes), strcspn(line->bytes, "\n") + 1);
    return order_read(line->bytes, line->length - 1, arena, ret, &fault);
}

static void test_watch_round_trip(void **state)
{
    (void)state;
    struct buffer line;
    struct arena arena = {0};
    struct order order;
    struct watch watch = full_watch();
    buffer_init(&line, ORDER_LINE_MAX);
    order_write_watch(&watch, &line);
    assert_int_equal(read_back(&line, &arena, &order), 0);
    buffer_fini(&line); /* texts live in the arena, not in the line */
    assert_int_equal(order.kind, ORDER_WATCH);
    const struct check *check = &order.watch.check;
    assert_string_equal(order.watch.service, watch.service);
    assert_string_equal(check->id, "web");
    assert_string_equal(check->url, watch.check.url);
    assert_string_equal(check->address, "127.0.0.1");
    assert_int_equal(check->interval_ms, 60000);
    assert_int_equal(check->timeout_ms, 10000);
    assert_int_equal(check->slow_ms, 5000);
    assert_int_equal(check->role, ROLE_EXTRA);
    assert_int_equal(check->family, WISH_IPV6);
    assert_int_equal(check->option_count, 2);
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        assert_string_equal(check->options[i].name, options[i].name);
        assert_string_equal(check->options[i].value, options[i].value);
    }
    arena_free(&arena);
}

static void test_watch_without_extras(void **state)
{
    (void)state;
    struct buffer line;
    struct arena arena = {0};
    struct order order;
    struct watch watch = full_watch();
    watch.check.address = NULL;
    watch.check.options = NULL;
    watch.check.option_count = 0;
    buffer_init(&line, ORDER_LINE_MAX);
    order_write_watch(&watch, &line);
    assert_int_equal(read_back(&line, &arena, &order), 0);
    assert_null(order.watch.check.address);
    assert_int_equal(order.watch.check.option_count, 0);
    arena_free(&arena);
    buffer_fini(&line);
}

static void lists_are_equal(const char *const *left, const char *const *right)
{
    size_t i = 0;
    for (; left[i] && right[i]; i++)
        assert_string_equal(left[i], right[i]);
    assert_null(left[i]);
    assert_null(right[i]);
}

static void test_go_round_trip(void **state)
{
    (void)state;
    static const char *const allow[] = {"127.0.0.0/8", "::1/128", NULL}, *const servers[] = {
                                                                             "[::1]:53", NULL};
    static const int64_t rechecks[] = {5000, 10000, 20000, 0};
    static const char *const sentinels[] = {"tcp://192.0.2.1:443", "https://a.example/\"", NULL};
    struct rules rules = {.vantage = "paris",
                          .at_once = true,
                          .user_agent_url = "https://a.example/robot",
                          .ca_file = "/etc/ca.pem",
                          .allow = allow,
                          .servers = servers,
                          .rechecks_ms = rechecks,
                          .sentinels = sentinels};
    struct buffer line;
    struct arena arena = {0};
    struct order order;
    buffer_init(&line, ORDER_LINE_MAX);
    order_write_go(&rules, &line);
    assert_int_equal(read_back(&line, &arena, &order), 0);
    assert_int_equal(order.kind, ORDER_GO);
    assert_string_equal(order.rules.vantage, "paris");
    assert_true(order.rules.at_once);
    assert_string_equal(order.rules.user_agent_url, rules.user_agent_url);
    assert_string_equal(order.rules.ca_file, rules.ca_file);
    lists_are_equal(order.rules.allow, allow);
    lists_are_equal(order.rules.servers, servers);
    lists_are_equal(order.rules.sentinels, sentinels);
    assert_memory_equal(order.rules.rechecks_ms, rechecks, sizeof rechecks);
    arena_free(&arena);
    buffer_fini(&line);
}

static void test_go_of_nothing(void **state)
{
    (void)state;
    struct rules rules = {.vantage = "paris"};
    struct buffer line;
    struct arena arena = {0};
    struct order order;
    buffer_init(&line, ORDER_LINE_MAX);
    order_write_go(&rules, &line);
    assert_int_equal(read_back(&line, &arena, &order), 0);
    assert_null(order.rules.user_agent_url);
    assert_null(order.rules.ca_file);
    assert_false(order.rules.at_once);
    assert_null(order.rules.allow[0]);
    assert_null(order.rules.servers[0]);
    assert_null(order.rules.sentinels[0]);
    assert_int_equal(order.rules.rechecks_ms[0], 0);
    arena_free(&arena);
    buffer_fini(&line);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "[]",
        "{}",
        "{\"order\":7}",
        "{\"order\":\"stop\"}",
        "{\"order\":\"go\"}",
        "{\"order\":\"go\",\"order\":\"go\",\"vantage\":\"a\"}",
        "{\"order\":\"watch\"}",
        "{\"order\":\"watch\",\"service\":\"a/b\",\"id\":\"w\",\"url\":\"x://"
        "y\",\"interval_ms\":0,\"timeout_ms\":1,"
        "\"role\":\"extra\",\"family\":\"both\"}",
        "{\"order\":\"watch\",\"service\":\"a/b\",\"id\":\"w\",\"url\":\"x://"
        "y\",\"interval_ms\":1,\"timeout_ms\":-1,"
        "\"role\":\"extra\",\"family\":\"both\"}",
        "{\"order\":\"watch\",\"service\":\"a/b\",\"id\":\"w\",\"url\":\"x://"
        "y\",\"interval_ms\":1,\"timeout_ms\":1,"
        "\"role\":\"none\",\"family\":\"both\"}",
        "{\"order\":\"watch\",\"service\":\"a/b\",\"id\":\"w\",\"url\":\"x://"
        "y\",\"interval_ms\":1,\"timeout_ms\":1,"
        "\"role\":\"extra\"}",
        "{\"order\":\"watch\",\"service\":\"a/b\",\"url\":\"x://"
        "y\",\"interval_ms\":1,\"timeout_ms\":1,"
        "\"role\":\"extra\",\"family\":\"both\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct order order = {.kind = ORDER_GO};
        struct fault fault;
        assert_row(i, order_read(rows[i], strlen(rows[i]), &arena, &order, &fault) == -1);
        assert_row(i, order.kind == ORDER_GO && !order.rules.vantage);
        arena_free(&arena);
    }
}

static void test_too_long(void **state)
{
    (void)state;
    static char line[ORDER_LINE_MAX + 1];
    struct arena arena = {0};
    struct order order;
    struct fault fault;
    memset(line, ' ', sizeof line);
    memcpy(line, "{\"order\":\"go\",\"vantage\":\"a\"}", 28);
    assert_int_equal(order_read(line, ORDER_LINE_MAX, &arena, &order, &fault), 0);
    assert_int_equal(order_read(line, ORDER_LINE_MAX + 1, &arena, &order, &fault), -1);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_watch_round_trip), cmocka_unit_test(test_watch_without_extras),
        cmocka_unit_test(test_go_round_trip),    cmocka_unit_test(test_go_of_nothing),
        cmocka_unit_test(test_refused),          cmocka_unit_test(test_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
