/* Transfers of libcurl on a loop, over loopback: each ends once, or is stopped and then never does, also when a call fails. */
#include "transfer.h"

#include "faults.h"
#include "hostile.h"
#include "macros.h"
#include "testing.h"
#include "text.h"

#include <curl/curl.h>
#include <string.h>
#include <uv.h>

enum { AT_ONCE = 5, GENEROUS_MS = 60000 };

static const struct hostile_act says_yes = {.send = "HTTP/1.1 204 No Content\r\n\r\n"},
                                says_nothing = {.hasty = true, .parting = HOSTILE_HOLD};

struct bench {
    uv_loop_t loop;
    struct hostile hostile;
    struct transfers *transfers;
    struct one {
        struct bench *bench;
        struct transfer transfer;
        int ended, code;
    } all[AT_ONCE];
    int ended;
    bool starting, freed;
};

static void on_ended(struct transfer *transfer, int code)
{
    struct one *one = container_of(transfer, struct one, transfer);
    assert_false(one->bench->starting);
    one->ended++;
    one->code = code;
    transfers_stop(one->bench->transfers, transfer);
    if (++one->bench->ended == AT_ONCE)
        uv_stop(&one->bench->loop);
}

static void on_freed(void *owner)
{
    struct bench *bench = owner;
    bench->freed = true;
    for (size_t i = 0; i < AT_ONCE; i++)
        curl_easy_cleanup(bench->all[i].transfer.easy);
}

static void start(struct bench *bench, struct one *one)
{
    char url[64];
    *one = (struct one){.bench = bench, .transfer.ended = on_ended};
    one->transfer.easy = curl_easy_init();
    assert_non_null(one->transfer.easy);
    text_format(url, sizeof url, "http://127.0.0.1:%u/", bench->hostile.port);
    curl_easy_setopt(one->transfer.easy, CURLOPT_URL, url);
    curl_easy_setopt(one->transfer.easy, CURLOPT_TIMEOUT_MS, (long)GENEROUS_MS);
    if (!transfers_start(bench->transfers, &one->transfer))
        on_ended(&one->transfer, CURLE_FAILED_INIT);
}

static void start_all(struct bench *bench)
{
    struct fault fault = {.text = ""};
    bench->ended = 0;
    bench->freed = false;
    uv_loop_init(&bench->loop);
    bench->transfers = transfers_new(&bench->loop, &fault);
    if (!bench->transfers) {
        assert_true(fault.text[0]);
        return;
    }
    for (size_t i = 0; i < AT_ONCE; i++) {
        bench->starting = true;
        start(bench, &bench->all[i]);
        bench->starting = false;
    }
}

static void leave(struct bench *bench)
{
    if (bench->transfers) {
        transfers_free(bench->transfers, on_freed, bench);
        uv_run(&bench->loop, UV_RUN_DEFAULT);
        assert_true(bench->freed);
    }
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void test_each_ends_once(void **state)
{
    struct bench bench = {0};
    (void)state;
    hostile_open(&bench.hostile, &says_yes, NULL);
    start_all(&bench);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    for (size_t i = 0; i < AT_ONCE; i++) {
        assert_int_equal(bench.all[i].ended, 1);
        assert_int_equal(bench.all[i].code, CURLE_OK);
    }
    leave(&bench);
    hostile_close(&bench.hostile);
}

static void on_time_enough(uv_timer_t *timer)
{
    struct bench *bench = timer->data;
    for (size_t i = 0; i < AT_ONCE; i++)
        transfers_stop(bench->transfers, &bench->all[i].transfer);
    uv_close((uv_handle_t *)timer, NULL);
    uv_stop(timer->loop);
}

/* Stopped in the middle, whatever state each is in by then. */
static void test_what_is_stopped_never_ends(void **state)
{
    struct bench bench = {0};
    uv_timer_t timer = {.data = &bench};
    (void)state;
    hostile_open(&bench.hostile, &says_nothing, NULL);
    start_all(&bench);
    uv_timer_init(&bench.loop, &timer);
    uv_timer_start(&timer, on_time_enough, 50, 0);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    leave(&bench);
    assert_int_equal(bench.ended, 0);
    hostile_close(&bench.hostile);
}

static void act(void *owner)
{
    struct bench *bench = owner;
    start_all(bench);
    faults_begin();
    while (bench->transfers && bench->ended < AT_ONCE)
        uv_run(&bench->loop, UV_RUN_DEFAULT);
    faults_end();
    leave(bench);
}

/* One suffers at most; the others do not hear of it. */
static void judge(void *owner, const char *failed)
{
    const struct bench *bench = owner;
    size_t good = 0;
    for (size_t i = 0; i < AT_ONCE; i++) {
        assert_int_equal(bench->all[i].ended, 1);
        good += bench->all[i].code == CURLE_OK && !bench->all[i].transfer.unwatched;
    }
    assert_true(good == AT_ONCE || (failed && good == AT_ONCE - 1));
}

static void test_each_call_fails(void **state)
{
    static const struct faults_scene scene = {act, judge};
    struct bench bench = {0};
    (void)state;
    hostile_open(&bench.hostile, &says_yes, NULL);
    assert_true(faults_each(&scene, &bench) >= AT_ONCE);
    hostile_close(&bench.hostile);
}

static void test_places(void **state)
{
    static const struct {
        const char *url, *host; /* NULL = none */
        uint16_t port;
    } rows[] = {
        {"https://Example.org/a?b", "Example.org", 443},
        {"http://2130706433/", "127.0.0.1", 80},
        {"http://[2001:db8::1]:8080/", "2001:db8::1", 8080},
        {"smtps://mail.example", "mail.example", 465},
        {"irc://chat.example", "chat.example", 0},
        {"xmpp://chat.example:15222", "chat.example", 15222},
        {"https://me:secret@example.org/", NULL, 0},
        {"https://", NULL, 0},
        {"http://a b/", NULL, 0},
        {"http://example.org:99999/", NULL, 0},
    };
    struct bench bench = {0};
    struct fault fault;
    (void)state;
    uv_loop_init(&bench.loop);
    bench.transfers = transfers_new(&bench.loop, &fault);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char host[TRANSFER_HOST_SIZE];
        uint16_t port = 0;
        bool good = transfers_place(bench.transfers, rows[i].url, host, &port);
        assert_row(i, good == (rows[i].host != NULL));
        assert_row(i, !good || (strcmp(host, rows[i].host) == 0 && port == rows[i].port));
    }
    leave(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_each_ends_once),
        cmocka_unit_test(test_what_is_stopped_never_ends),
        cmocka_unit_test(test_each_call_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
