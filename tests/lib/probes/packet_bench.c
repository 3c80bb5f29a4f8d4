#include "packet_bench.h"

#include "macros.h"
#include "pinger.h"
#include "registry.h"
#include "testing.h"
#include "trust.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { GENEROUS_MS = 30000 };

struct caller {
    uv_tcp_t tcp;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct packet_bench *bench;
    char room[2000];
};

static void on_caller_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void close_caller(struct caller *caller)
{
    if (!uv_is_closing((uv_handle_t *)&caller->tcp))
        uv_close((uv_handle_t *)&caller->tcp, on_caller_closed);
}

static void on_room(uv_handle_t *handle, size_t wish, uv_buf_t *buf)
{
    struct caller *caller = handle->data;
    (void)wish;
    *buf = uv_buf_init(caller->room, sizeof caller->room);
}

static void on_written(uv_write_t *write, int status)
{
    struct caller *caller = write->data;
    (void)status;
    if (caller->bench->hang_up)
        close_caller(caller);
}

static void serve_caller(struct caller *caller, size_t length)
{
    struct packet_bench *bench = caller->bench;
    int size =
        bench->answer ? bench->answer((uint8_t *)caller->room, length, true, bench->bytes) : -1;
    uv_buf_t buf = uv_buf_init((char *)bench->bytes, size > 0 ? (unsigned)size : 0);
    if (size > 0)
        uv_write(&caller->write, (uv_stream_t *)&caller->tcp, &buf, 1, on_written);
    else if (bench->hang_up)
        close_caller(caller);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct caller *caller = stream->data;
    (void)buf;
    if (got < 0) {
        close_caller(caller);
        return;
    }
    caller->bench->asked++;
    serve_caller(caller, (size_t)got);
}

static void on_caller(uv_stream_t *listener, int status)
{
    assert_int_equal(status, 0);
    struct caller *caller = calloc(1, sizeof *caller);
    assert_non_null(caller);
    caller->bench = listener->data;
    uv_tcp_init(listener->loop, &caller->tcp);
    caller->tcp.data = caller->write.data = caller;
    assert_int_equal(uv_accept(listener, (uv_stream_t *)&caller->tcp), 0);
    uv_read_start((uv_stream_t *)&caller->tcp, on_room, on_read);
    serve_caller(caller, 0);
}

static void on_packet_room(uv_handle_t *handle, size_t wish, uv_buf_t *buf)
{
    static char room[2000];
    (void)handle, (void)wish;
    *buf = uv_buf_init(room, sizeof room);
}

static void on_packet(uv_udp_t *udp, ssize_t got, const uv_buf_t *buf, const struct sockaddr *from,
                      unsigned flags)
{
    struct packet_bench *bench = udp->data;
    (void)flags;
    if (got < 0 || !from)
        return;
    bench->asked++;
    if (bench->drop > 0) {
        bench->drop--;
        return;
    }
    int size =
        bench->answer ? bench->answer((uint8_t *)buf->base, (size_t)got, false, bench->bytes) : -1;
    uv_buf_t answer = uv_buf_init((char *)bench->bytes, size > 0 ? (unsigned)size : 0);
    if (size >= 0)
        uv_udp_try_send(udp, &answer, 1, from);
}

static uint16_t port_of(const uv_tcp_t *tcp)
{
    struct sockaddr_in address;
    int size = sizeof address;
    assert_int_equal(uv_tcp_getsockname(tcp, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

/* The same port for both: when somebody has it over UDP, another one is tried. */
static bool try_port(struct packet_bench *bench)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    uv_udp_init(&bench->loop, &bench->udp);
    uv_tcp_init(&bench->loop, &bench->tcp);
    bench->udp.data = bench->tcp.data = bench;
    assert_int_equal(uv_tcp_bind(&bench->tcp, (struct sockaddr *)&address, 0), 0);
    bench->port = port_of(&bench->tcp);
    address.sin_port = htons(bench->port);
    if (uv_udp_bind(&bench->udp, (struct sockaddr *)&address, 0) < 0)
        return false;
    assert_int_equal(uv_listen((uv_stream_t *)&bench->tcp, 16, on_caller), 0);
    assert_int_equal(uv_udp_recv_start(&bench->udp, on_packet_room, on_packet), 0);
    return true;
}

static void shut(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void packet_bench_deaf(struct packet_bench *bench)
{
    shut((uv_handle_t *)&bench->udp);
    shut((uv_handle_t *)&bench->tcp);
    uv_run(&bench->loop, UV_RUN_NOWAIT);
}

void packet_bench_open(struct packet_bench *bench)
{
    static const char *const allow[] = {"127.0.0.0/8", "::1/128", NULL};
    struct fault fault;
    *bench = (struct packet_bench){.told = 0};
    assert_int_equal(uv_loop_init(&bench->loop), 0);
    assert_int_equal(address_policy_init(&bench->policy, allow, &fault), 0);
    bench->world = (struct probe_world){
        .loop = &bench->loop, .policy = &bench->policy, .user_agent = "vibrisse/test"};
    bench->world.pinger = pinger_new(&bench->loop);
    bench->world.trust = trust_new(NULL, &fault);
    assert_non_null(bench->world.trust);
    while (!try_port(bench))
        packet_bench_deaf(bench);
}

void packet_bench_close(struct packet_bench *bench)
{
    packet_bench_deaf(bench);
    pinger_free(bench->world.pinger);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    trust_free(bench->world.trust);
    address_policy_fini(&bench->policy);
    arena_free(&bench->arena);
}

static void on_told(struct probe_run *run)
{
    struct packet_bench *bench = container_of(run, struct packet_bench, run);
    assert_false(bench->within);
    bench->told++;
    memset(run->state, 0xA5, run->type->run_size); /* it may be gone from now on */
}

static void read_options(struct packet_bench *bench, const char *const *texts)
{
    struct probe_option options[8];
    struct fault fault;
    size_t count = 0;
    for (; texts && texts[2 * count]; count++)
        options[count] = (struct probe_option){texts[2 * count], texts[2 * count + 1]};
    if (registry_read_options(bench->run.type, options, count, &bench->arena, &bench->run.options,
                              &fault) < 0)
        fail_msg("%s", fault.text);
}

void packet_bench_prepare(struct packet_bench *bench, const char *scheme, const char *path,
                          const char *const *options)
{
    struct probe_run *run = &bench->run;
    snprintf(bench->url, sizeof bench->url, "%s://watched.test:%u%s", scheme, bench->port, path);
    bench->told = 0;
    *run = (struct probe_run){.type = registry_find(scheme),
                              .world = &bench->world,
                              .url = bench->url,
                              .host = "watched.test",
                              .timeout_ms = GENEROUS_MS,
                              .done = on_told};
    assert_non_null(run->type);
    result_init(&run->result);
    address_parse("127.0.0.1", bench->port, &run->address);
    read_options(bench, options);
    run->state = arena_alloc(&bench->arena, run->type->run_size);
}

void packet_bench_start(struct packet_bench *bench)
{
    bench->within = true;
    bench->run.type->start(&bench->run);
    bench->within = false;
}

void packet_bench_cancel(struct packet_bench *bench)
{
    bench->within = true;
    bench->run.type->cancel(&bench->run);
    bench->within = false;
}

void packet_bench_wait(struct packet_bench *bench)
{
    while (!bench->told)
        uv_run(&bench->loop, UV_RUN_ONCE);
    for (int i = 0; i < 3; i++)
        uv_run(&bench->loop, UV_RUN_NOWAIT);
    assert_int_equal(bench->told, 1);
}

const struct result *packet_bench_run(struct packet_bench *bench, const char *scheme,
                                      const char *path, const char *const *options)
{
    packet_bench_prepare(bench, scheme, path, options);
    packet_bench_start(bench);
    packet_bench_wait(bench);
    return &bench->run.result;
}
