#include "route.h"

#include "fake_dns.h"
#include "macros.h"
#include "registry.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct bench {
    uv_loop_t loop;
    struct fake_dns dns;
    struct probe_world world;
};

struct walk {
    struct route_run run;
    int told;
    bool starting;
};

static const struct fake_dns_row rows[] = {
    {.name = "mail.test", .records = {"MX 20 b.test", "MX 10 c.test", "MX 10 a.test"}},
    {.name = "null.test", .records = {"MX 0 ."}},
    {.name = "halfnull.test", .records = {"MX 0 .", "MX 10 a.test"}},
    {.name = "literal.test", .records = {"MX 10 192.0.2.1"}},
    {.name = "bare.test", .addresses = {"192.0.2.1"}},
    {.name = "servfail.test", .way = FAKE_DNS_SERVFAIL},
    {.name = "many.test",
     .records = {"MX 1 a.test", "MX 2 b.test", "MX 3 c.test", "MX 4 d.test", "MX 5 e.test",
                 "MX 6 f.test", "MX 7 g.test", "MX 8 a.test"}},
    {.name = "_xmpp-client._tcp.chat.test",
     .records = {"SRV 10 0 5222 backup.test", "SRV 5 0 443 light.test", "SRV 5 30 5222 heavy.test",
                 "SRV 5 30 443 heavy.test", "SRV 5 30 5222 heavy.test"},
     .authentic = true},
    {.name = "_xmpps-client._tcp.chat.test", .records = {"SRV 0 0 0 ."}},
    {.name = "_mumble._tcp.chat.test", .way = FAKE_DNS_SERVFAIL},
    {.name = NULL},
};

static void open_bench(struct bench *bench)
{
    struct fault fault;
    *bench = (struct bench){0};
    uv_loop_init(&bench->loop);
    fake_dns_open(&bench->dns, &bench->loop, rows);
    const char *const servers[] = {bench->dns.server, NULL};
    bench->world.loop = &bench->loop;
    bench->world.resolver = resolver_new(&bench->loop, servers, &fault);
    assert_non_null(bench->world.resolver);
}

static void close_bench(struct bench *bench)
{
    resolver_free(bench->world.resolver);
    fake_dns_close(&bench->dns);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void on_done(struct route_run *run)
{
    struct walk *walk = container_of(run, struct walk, run);
    assert_false(walk->starting);
    walk->told++;
    free(run->state);
    run->state = NULL;
}

static void start(struct bench *bench, struct walk *walk, const struct probe_type *type,
                  const char *host)
{
    *walk = (struct walk){.run = {.type = type,
                                  .world = &bench->world,
                                  .host = host,
                                  .timeout_ms = 5000,
                                  .reason = REASON_self,
                                  .done = on_done}};
    walk->run.state = calloc(1, type->route->run_size);
    assert_non_null(walk->run.state);
    walk->starting = true;
    type->route->start(&walk->run);
    walk->starting = false;
}

static const struct route_run *follow(struct bench *bench, struct walk *walk,
                                      const struct probe_type *type, const char *host)
{
    start(bench, walk, type, host);
    while (!walk->told)
        uv_run(&bench->loop, UV_RUN_ONCE);
    assert_int_equal(walk->told, 1);
    return &walk->run;
}

static const struct probe_type mail = {.name = "smtp", .port = 25, .route = &route_mx};
static const struct probe_type chat = {.name = "xmpp", .port = 5222, .route = &route_xmpp_client};
static const struct probe_type chats = {
    .name = "xmpps", .port = 5223, .route = &route_xmpps_client};
static const struct probe_type voice = {.name = "mumble", .port = 64738, .route = &route_mumble};

static void assert_target(const struct route_run *run, size_t at, const char *host,
                          const char *name, uint16_t port, const char *label)
{
    assert_true(at < run->count);
    assert_string_equal(run->targets[at].host, host);
    assert_string_equal(run->targets[at].name, name);
    assert_int_equal(run->targets[at].port, port);
    assert_string_equal(run->targets[at].label, label);
}

static void test_mail(void **state)
{
    (void)state;
    struct bench bench;
    struct walk walk;
    open_bench(&bench);
    const struct route_run *run = follow(&bench, &walk, &mail, "mail.test");
    assert_int_equal(run->reason, REASON_ok);
    assert_int_equal(run->count, 3);
    assert_false(run->authentic);
    assert_target(run, 0, "a.test", "a.test", 25, "a.test");
    assert_target(run, 1, "c.test", "c.test", 25, "c.test");
    assert_target(run, 2, "b.test", "b.test", 25, "b.test");
    run = follow(&bench, &walk, &mail, "halfnull.test");
    assert_int_equal(run->count, 1);
    /* An address is looked up as the name that it is not. */
    run = follow(&bench, &walk, &mail, "literal.test");
    assert_target(run, 0, "192.0.2.1.", "192.0.2.1", 25, "192.0.2.1.");
    run = follow(&bench, &walk, &mail, "many.test");
    assert_int_equal(run->count, 7);
    close_bench(&bench);
}

static void test_without_records_the_domain_itself(void **state)
{
    (void)state;
    struct bench bench;
    struct walk walk;
    open_bench(&bench);
    assert_target(follow(&bench, &walk, &mail, "bare.test"), 0, "bare.test", "bare.test", 25,
                  "bare.test");
    assert_target(follow(&bench, &walk, &chat, "bare.test"), 0, "bare.test", "bare.test", 5222,
                  "bare.test");
    assert_target(follow(&bench, &walk, &voice, "localhost"), 0, "localhost", "localhost", 64738,
                  "localhost");
    assert_int_equal(walk.run.count, 1);
    close_bench(&bench);
}

static void test_services(void **state)
{
    (void)state;
    struct bench bench;
    struct walk walk;
    open_bench(&bench);
    const struct route_run *run = follow(&bench, &walk, &chat, "chat.test");
    assert_int_equal(run->count, 4);
    assert_true(run->authentic);
    assert_target(run, 0, "heavy.test", "chat.test", 443, "heavy.test:443");
    assert_target(run, 1, "heavy.test", "chat.test", 5222, "heavy.test");
    assert_target(run, 2, "light.test", "chat.test", 443, "light.test:443");
    assert_target(run, 3, "backup.test", "chat.test", 5222, "backup.test");
    close_bench(&bench);
}

static void test_no_way(void **state)
{
    (void)state;
    struct bench bench;
    struct walk walk;
    open_bench(&bench);
    const struct route_run *run = follow(&bench, &walk, &mail, "null.test");
    assert_int_equal(run->reason, REASON_not_offered);
    assert_string_equal(run->detail, "null.test declares that it takes no mail (null MX)");
    assert_int_equal(run->count, 0);
    run = follow(&bench, &walk, &chats, "chat.test");
    assert_int_equal(run->reason, REASON_not_offered);
    assert_non_null(strstr(run->detail, "SRV record of chat.test"));
    run = follow(&bench, &walk, &mail, "servfail.test");
    assert_int_equal(run->reason, REASON_dns_servfail);
    assert_non_null(strstr(run->detail, "MX of servfail.test: "));
    run = follow(&bench, &walk, &voice, "chat.test");
    assert_int_equal(run->reason, REASON_dns_servfail);
    close_bench(&bench);
}

/* One word and no more, whenever it is cancelled. */
static void test_cancelled(void **state)
{
    (void)state;
    struct bench bench;
    struct walk walk;
    for (int turns = 0; turns < 4; turns++) {
        open_bench(&bench);
        start(&bench, &walk, &mail, "mail.test");
        for (int i = 0; i < turns && !walk.told; i++)
            uv_run(&bench.loop, UV_RUN_NOWAIT);
        if (!walk.told)
            mail.route->cancel(&walk.run);
        for (int i = 0; i < 20; i++)
            uv_run(&bench.loop, UV_RUN_NOWAIT);
        assert_int_equal(walk.told, 1);
        close_bench(&bench);
    }
}

static void test_targets_are_bounded(void **state)
{
    (void)state;
    struct route_run run = {.type = &mail, .reason = REASON_self};
    for (uint16_t port = 1; port < 20; port++)
        route_add(&run, "a.test", "a.test", port);
    assert_int_equal(run.count, ROUTE_TARGETS_MAX);
    assert_int_equal(run.reason, REASON_ok);
    route_fail(&run, REASON_self, "%s", "no\nway");
    assert_int_equal(run.count, 0);
    assert_string_equal(run.detail, "no way");
}

static void test_who_looks_up_what(void **state)
{
    static const struct {
        const char *scheme;
        const struct route_type *route;
        bool dane;
    } cases[] = {
        {"smtp", &route_mx, true},
        {"xmpp", &route_xmpp_client, true},
        {"xmpps", &route_xmpps_client, true},
        {"xmpp-server", &route_xmpp_server, true},
        {"mumble", &route_mumble, false},
        {"sip", &route_sip, false},
        {"submission", NULL, false},
        {"imaps", NULL, false},
        {"https", NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct probe_type *type = registry_find(cases[i].scheme);
        assert_non_null(type);
        assert_ptr_equal(type->route, cases[i].route);
        assert_int_equal(type->dane, cases[i].dane);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_looks_up_what),
        cmocka_unit_test(test_mail),
        cmocka_unit_test(test_without_records_the_domain_itself),
        cmocka_unit_test(test_services),
        cmocka_unit_test(test_no_way),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_targets_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
