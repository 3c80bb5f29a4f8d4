/* The name servers of a zone and their serials, on loopback: the one under test is 127.0.0.1, the others are 127.0.0.2 and
 * so on at the same port. */
#include "dns_serials.h"

#include "dns_message.h"
#include "fake_dns.h"
#include "macros.h"
#include "packet_bench.h"
#include "resolver.h"
#include "testing.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/resource.h>

enum { SERVERS = 4, NAMES_MAX = 20, MESSAGE_MAX = 1232 };

enum way { GOOD, SILENT, LAME, CUT, ABSENT };

struct server {
    uv_udp_t udp;
    enum way way;
    uint32_t serial;
    int asked;
};

static struct zone {
    const char *names[NAMES_MAX + 1]; /* of its name servers */
    struct server servers[SERVERS];
} zone;

/* ---- the servers ---- */

static size_t put_name(uint8_t *to, const char *name)
{
    size_t at = 0;
    while (*name && strcmp(name, ".") != 0) {
        size_t length = strcspn(name, ".");
        to[at++] = (uint8_t)length;
        memcpy(to + at, name, length);
        at += length;
        name += length + (name[length] == '.');
    }
    to[at++] = 0;
    return at;
}

static size_t put_record(uint8_t *to, unsigned type, const uint8_t *data, size_t length)
{
    const uint8_t head[] = {0xC0, 12, 0, (uint8_t)type, 0, 1, 0, 0, 0, 60, 0, (uint8_t)length};
    memcpy(to, head, sizeof head);
    memcpy(to + sizeof head, data, length);
    return sizeof head + length;
}

static size_t put_soa(uint8_t *to, uint32_t serial)
{
    uint8_t data[2 + 20] = {0};
    for (int i = 0; i < 4; i++)
        data[2 + i] = (uint8_t)(serial >> 8 * (3 - i));
    return put_record(to, DNS_SOA, data, sizeof data);
}

static size_t put_list(uint8_t *to, uint8_t *ret_count)
{
    size_t at = 0;
    for (size_t i = 0; zone.names[i]; i++) {
        uint8_t data[DNS_NAME_SIZE];
        at += put_record(to + at, DNS_NS, data, put_name(data, zone.names[i]));
        ++*ret_count;
    }
    return at;
}

static int serve(struct server *server, const uint8_t *question, uint8_t *ret)
{
    size_t head = 12 + strlen((const char *)question + 12) + 1 + 4;
    server->asked++;
    if (server->way == SILENT)
        return -1;
    memcpy(ret, question, head);
    ret[2] = server->way == LAME ? 0x80 : 0x84;
    memset(ret + 6, 0, 6);
    if (question[head - 3] == DNS_NS)
        return (int)(head + put_list(ret + head, &ret[7]));
    if (server->way == CUT) {
        ret[2] |= 2;
        return (int)head;
    }
    ret[7] = 1;
    return (int)(head + put_soa(ret + head, server->serial));
}

static int serve_first(const uint8_t *question, size_t length, bool stream, uint8_t *ret)
{
    return stream || length < 12 ? -1 : serve(&zone.servers[0], question, ret);
}

static void on_room(uv_handle_t *handle, size_t wish, uv_buf_t *buf)
{
    static char room[MESSAGE_MAX];
    (void)handle, (void)wish;
    *buf = uv_buf_init(room, sizeof room);
}

static void on_packet(uv_udp_t *udp, ssize_t got, const uv_buf_t *buf, const struct sockaddr *from,
                      unsigned flags)
{
    uint8_t bytes[PACKET_BENCH_ANSWER_MAX];
    (void)flags;
    if (got <= 0 || !from)
        return;
    int size = serve(container_of(udp, struct server, udp), (uint8_t *)buf->base, bytes);
    uv_buf_t answer = uv_buf_init((char *)bytes, size > 0 ? (unsigned)size : 0);
    if (size > 0)
        uv_udp_try_send(udp, &answer, 1, from);
}

static void open_server(uv_loop_t *loop, unsigned number, uint16_t port)
{
    struct server *server = &zone.servers[number];
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK + number)};
    uv_udp_init(loop, &server->udp);
    assert_int_equal(uv_udp_bind(&server->udp, (struct sockaddr *)&address, 0), 0);
    assert_int_equal(uv_udp_recv_start(&server->udp, on_room, on_packet), 0);
}

/* ---- the stage ---- */

static const struct fake_dns_row addresses[] = {
    {.name = "ns1.test", .addresses = {"127.0.0.1"}, .ttl = 60},
    {.name = "ns2.test", .addresses = {"127.0.0.2"}, .ttl = 60},
    {.name = "ns3.test", .addresses = {"127.0.0.3"}, .ttl = 60},
    {.name = "ns4.test", .addresses = {"127.0.0.4"}, .ttl = 60},
    {.name = "private.test", .addresses = {"10.0.0.1"}, .ttl = 60},
    {.name = "both.test", .addresses = {"10.0.0.1", "127.0.0.2"}, .ttl = 60},
    {.name = "six.test", .addresses = {"2001:db8::1"}, .ttl = 60},
    {.name = "mute.test", .way = FAKE_DNS_SILENT},
    {.name = NULL},
};

struct stage {
    struct packet_bench bench;
    struct fake_dns dns;
};

static void stage_open_zone(struct stage *stage)
{
    struct fault fault;
    packet_bench_open(&stage->bench);
    fake_dns_open(&stage->dns, &stage->bench.loop, addresses);
    const char *servers[] = {stage->dns.server, NULL};
    stage->bench.world.resolver = resolver_new(&stage->bench.loop, servers, &fault);
    assert_non_null(stage->bench.world.resolver);
    stage->bench.answer = serve_first;
    for (unsigned i = 1; i < SERVERS; i++)
        if (zone.servers[i].way != ABSENT)
            open_server(&stage->bench.loop, i, stage->bench.port);
}

static void stage_close_zone(struct stage *stage)
{
    for (unsigned i = 1; i < SERVERS; i++)
        if (zone.servers[i].way != ABSENT)
            uv_close((uv_handle_t *)&zone.servers[i].udp, NULL);
    resolver_free(stage->bench.world.resolver);
    fake_dns_close(&stage->dns);
    packet_bench_close(&stage->bench);
}

static const char *const same[] = {"serials", "same", NULL};

static const struct result *look(struct stage *stage, int64_t timeout_ms)
{
    packet_bench_prepare(&stage->bench, "dns", "/zone.test?type=SOA", same);
    stage->bench.run.timeout_ms = timeout_ms;
    packet_bench_start(&stage->bench);
    packet_bench_wait(&stage->bench);
    return &stage->bench.run.result;
}

/* Where one is waited for in vain, the others need their part of the time. */
static const struct result *look_within(struct stage *stage, int64_t timeout_ms, const char *detail)
{
    const struct result *result;
    do
        result = look(stage, timeout_ms);
    while (fnmatch(detail, result->detail, 0) != 0 && testing_longer(&timeout_ms));
    return result;
}

/* ---- what comes of it ---- */

static void test_serials(void **state)
{
    (void)state;
    static const struct {
        const char *names[NAMES_MAX];
        struct server servers[SERVERS];
        int64_t timeout_ms;
        enum reason reason;
        const char *detail;
    } rows[] = {
        {{"ns1.test", "ns2.test", "ns3.test"},
         {{.serial = 7}, {.serial = 7}, {.serial = 7}},
         30000,
         REASON_ok,
         "DNSSEC: not signed; serial 7 on 3 name servers"},
        {{"ns1.test", "ns2.test", "ns3.test"},
         {{.serial = 7}, {.serial = 6}, {.serial = 7}},
         30000,
         REASON_dns_serials,
         "ns2.test has 6; watched.test has 7"},
        /* round the end of the numbers; the one under test is not in the list */
        {{"ns2.test", "ns3.test"},
         {{.serial = 4294967295}, {.serial = 1}, {.serial = 1}},
         30000,
         REASON_dns_serials,
         "watched.test has 4294967295; ns2.test has 1"},
        {{"ns1.test", "ns2.test"},
         {{.serial = 7}, {.way = SILENT}},
         2000,
         REASON_dns_serials,
         "ns2.test: no answer to * packets; watched.test has 7"}, /* three, if the machine is not busy */
        {{"ns1.test", "ns2.test", "ns3.test"},
         {{.serial = 7}, {.serial = 7, .way = LAME}, {.serial = 5}},
         30000,
         REASON_dns_serials,
         "ns2.test: the answer is not authoritative; ns3.test has 5; watched.test has 7"},
        {{"ns1.test", "ns2.test"},
         {{.serial = 7}, {.way = ABSENT}},
         30000,
         REASON_dns_serials,
         "ns2.test: Connection refused; watched.test has 7"},
        {{"ns1.test", "ns2.test"},
         {{.serial = 7}, {.way = CUT}},
         30000,
         REASON_dns_serials,
         "ns2.test: its answer does not fit a packet; watched.test has 7"},
        {{"ns1.test", "private.test"},
         {{.serial = 7}},
         30000,
         REASON_dns_serials,
         "private.test: 10.0.0.1 is not public; watched.test has 7"},
        {{"both.test"},
         {{.serial = 7}, {.serial = 7}},
         30000,
         REASON_ok,
         "DNSSEC: not signed; serial 7 on 2 name servers"},
        /* two names of one server */
        {{"ns2.test", "both.test"},
         {{.serial = 7}, {.serial = 7}},
         30000,
         REASON_ok,
         "DNSSEC: not signed; serial 7 on 2 name servers"},
        {{"ns1.test", "."},
         {{.serial = 7}},
         30000,
         REASON_dns_serials,
         ": not a valid name; watched.test has 7"},
        {{"ns1.test", "missing.test"},
         {{.serial = 7}},
         30000,
         REASON_dns_serials,
         "missing.test: no such name; watched.test has 7"},
        /* what tells nothing of the zone */
        {{"ns1.test", "six.test"},
         {{.serial = 7}},
         30000,
         REASON_ok,
         "DNSSEC: not signed; serial 7 on 1 name server"},
        {{"ns1.test", "mute.test", "ns2.test"},
         {{.serial = 7}, {.serial = 7}},
         2000,
         REASON_ok,
         "DNSSEC: not signed; serial 7 on 2 name servers"},
        {{NULL},
         {{.serial = 7}},
         30000,
         REASON_body_mismatch,
         "asked for its name servers: no NS record"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct stage stage;
        zone = (struct zone){{NULL}, {{.serial = 0}}};
        memcpy(zone.names, rows[i].names, sizeof rows[i].names);
        memcpy(zone.servers, rows[i].servers, sizeof zone.servers);
        stage_open_zone(&stage);
        const struct result *result = look_within(&stage, rows[i].timeout_ms, rows[i].detail);
        if (result->reason != rows[i].reason || fnmatch(rows[i].detail, result->detail, 0) != 0)
            fail_msg("row %zu: %s \"%s\"", i, reason_code(result->reason), result->detail);
        assert_row(i, result->phases.ms[PHASE_FIRST_BYTE] >= 0);
        stage_close_zone(&stage);
    }
}

/* However many a stranger names. */
static void test_long_list(void **state)
{
    (void)state;
    struct stage stage;
    char names[NAMES_MAX][16];
    zone = (struct zone){{NULL}, {{.serial = 7}}};
    for (size_t i = 0; i < NAMES_MAX; i++) {
        snprintf(names[i], sizeof names[i], "n%zu.test", i);
        zone.names[i] = names[i];
    }
    stage_open_zone(&stage);
    const struct result *result = look(&stage, 30000);
    assert_int_equal(result->reason, REASON_dns_serials);
    assert_memory_equal(result->detail, "n0.test: no such name; n1.test: ", 32);
    assert_int_equal(stage.dns.asked_a, DNS_SERIALS_SERVERS);
    stage_close_zone(&stage);
}

/* That we have no descriptor left says nothing of them. */
static void test_own_fault(void **state)
{
    (void)state;
    struct stage stage;
    struct rlimit limit, none;
    zone = (struct zone){{"ns1.test", "ns2.test", NULL}, {{.serial = 7}, {.serial = 6}}};
    stage_open_zone(&stage);
    struct packet_bench *bench = &stage.bench;
    packet_bench_prepare(bench, "dns", "/zone.test?type=SOA", same);
    packet_bench_start(bench);
    while (zone.servers[0].asked == 0)
        uv_run(&bench->loop, UV_RUN_ONCE);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = limit;
    none.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    packet_bench_wait(bench);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(bench->run.result.reason, REASON_ok);
    assert_string_equal(bench->run.result.detail, "DNSSEC: not signed; serials not compared");
    assert_int_equal(zone.servers[1].asked, 0);
    stage_close_zone(&stage);
}

static void test_cancel_at_any_moment(void **state)
{
    (void)state;
    struct stage stage;
    zone = (struct zone){{"ns1.test", "ns2.test", "mute.test"}, {{.serial = 7}, {.serial = 7}}};
    stage_open_zone(&stage);
    struct packet_bench *bench = &stage.bench;
    int turns = 0, most = 0;
    int64_t timeout_ms = 600;
    do {
        packet_bench_prepare(bench, "dns", "/zone.test?type=SOA", same);
        bench->run.timeout_ms = timeout_ms;
        packet_bench_start(bench);
        for (int turn = 0; turn < turns && !bench->told; turn++)
            uv_run(&bench->loop, UV_RUN_ONCE);
        if (!bench->told) {
            packet_bench_cancel(bench);
            packet_bench_cancel(bench);
            most = turns;
        }
        packet_bench_wait(bench);
        turns++;
    } while ((bench->run.result.reason == REASON_self && turns < 300) ||
             (bench->run.result.reason == REASON_timeout && testing_longer(&timeout_ms)));
    assert_int_equal(bench->run.result.reason, REASON_ok);
    assert_in_range(most, 5, 298);
    stage_close_zone(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_serials),
        cmocka_unit_test(test_long_list),
        cmocka_unit_test(test_own_fault),
        cmocka_unit_test(test_cancel_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
