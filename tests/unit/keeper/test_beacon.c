/* Signs of life by a courier that is a script: it gets its rules first, each receiver one sign at a time, and what it did not
 * take again. */
#include "beacon.h"

#include "clock.h"
#include "macros.h"
#include "mem.h"
#include "scratch.h"
#include "text.h"
#include "turning.h"
#include "village.h"

#include "testing.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { HEARD_MAX = 16 };

struct yard {
    uv_loop_t loop;
    struct postroom post;
    struct beacon beacon;
    struct config *config;
    struct config_option urls[2];
    char folder[SCRATCH_SIZE], program[2 * SCRATCH_SIZE];
    struct receipt heard[HEARD_MAX];
    int starts, receipts, awaited;
};

/* It notes what it reads, and answers each sign as the file `answer` says. */
static const char courier[] = "#!/bin/sh\n"
                              "cd \"${0%/*}\" || exit 1\n"
                              "while read -r line; do\n"
                              "    echo \"$line\" >>read\n"
                              "    id=${line#*\\\"id\\\":\\\"}\n"
                              "    case $line in *'\"ping\"'*)\n"
                              "        echo \"$(sed \"s/ID/${id%%\\\"*}/\" answer)\";;\n"
                              "    esac\n"
                              "done\n";

static void on_started(void *owner)
{
    struct yard *yard = owner;
    yard->starts++;
    beacon_lost(&yard->beacon, 7000);
}

static void on_receipt(void *owner, const struct receipt *receipt)
{
    struct yard *yard = owner;
    if (yard->receipts < HEARD_MAX)
        yard->heard[yard->receipts] = *receipt;
    yard->receipts++;
    assert_true(beacon_receipt(&yard->beacon, receipt, 5000));
}

static void answer(struct yard *yard, const char *end)
{
    char line[128];
    text_format(line, sizeof line,
                "{\"id\":\"ID\",\"target\":\"\",\"end\":\"%s\",\"detail\":\"\"}\n", end);
    scratch_write(yard->folder, "answer", line, strlen(line));
}

static int set_up(void **state)
{
    static const char *const keys[] = {"a/pad", NULL};
    struct yard *yard = mem_zalloc(sizeof *yard);
    const struct postroom_ears ears = {yard, on_started, on_receipt};
    static const char *const nobody[] = {NULL};
    scratch_make(yard->folder);
    text_format(yard->program, sizeof yard->program, "%s/courier", yard->folder);
    scratch_write(yard->folder, "courier", courier, strlen(courier));
    assert_int_equal(chmod(yard->program, 0755), 0);
    answer(yard, "delivered");
    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&yard->loop);
    postroom_init(&yard->post, yard->program, &yard->loop, &ears);
    yard->config = village_config(keys);
    yard->config->alerts.allow = yard->config->alerts.resolvers = yard->config->resolvers = nobody;
    yard->urls[0] = (struct config_option){"heartbeats", "http://one/", PLACE_HERE, true};
    yard->urls[1] = (struct config_option){"heartbeats", "VIBRISSE_URL", PLACE_ENVIRONMENT, true};
    yard->config->alerts.heartbeats = yard->urls;
    yard->config->alerts.heartbeat_count = 2;
    yard->config->alerts.heartbeat_every_ms = 60000;
    setenv("VIBRISSE_URL", "http://two/?a", 1);
    beacon_set(&yard->beacon, yard->config);
    *state = yard;
    return 0;
}

static int tear_down(void **state)
{
    struct yard *yard = *state;
    postroom_stop(&yard->post);
    turn_out(&yard->loop);
    postroom_fini(&yard->post);
    beacon_fini(&yard->beacon);
    config_free(yard->config);
    scratch_remove(yard->folder);
    free(yard);
    return 0;
}

static bool has_heard(void *owner)
{
    const struct yard *yard = owner;
    return yard->receipts >= yard->awaited;
}

static bool has_started(void *owner)
{
    const struct yard *yard = owner;
    return yard->starts >= yard->awaited;
}

static void await(struct yard *yard, bool (*what)(void *), int count)
{
    yard->awaited = count;
    turn_until(&yard->loop, what, yard);
}

static void open_post(struct yard *yard)
{
    struct fault fault = {""};
    int rc = postroom_open(&yard->post, yard->config, &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(rc, 0);
}

static void test_signs(void **state)
{
    struct yard *yard = *state;
    size_t length;
    open_post(yard);
    beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 1000);
    await(yard, has_heard, 2);
    beacon_turn(&yard->beacon, &yard->post, PULSE_BEATS, 2000);
    beacon_turn(&yard->beacon, &yard->post, PULSE_BEATS, 3000); /* not yet */
    await(yard, has_heard, 4);
    char *text = scratch_read(yard->folder, "read", &length);
    assert_string_equal(yard->heard[0].id, "sign-0-1");
    assert_string_equal(yard->heard[3].id, "sign-1-2");
    assert_ptr_equal(strstr(text, "{\"v\":1,\"errand\":\"rules\""), text);
    assert_non_null(
        strstr(text, "\"id\":\"sign-0-1\",\"url\":\"http://one/\",\"signal\":\"start\""));
    assert_non_null(
        strstr(text, "\"url\":\"http://two/?a\",\"signal\":\"success\",\"words\":\"all"));
    assert_null(strstr(text, "sign-0-3"));
    free(text);
}

/* Three times in all, then the next beat. */
static void test_again(void **state)
{
    struct yard *yard = *state;
    answer(yard, "later");
    open_post(yard);
    beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 1000);
    await(yard, has_heard, 2);
    beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 9999); /* told at 5000: not before 10000 */
    assert_false(yard->beacon.receivers[0].flying);
    for (int i = 2; i <= 3; i++) {
        beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 10000);
        await(yard, has_heard, 2 * i);
    }
    beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 10000);
    assert_false(yard->beacon.receivers[0].flying);
    assert_true(yard->beacon.receivers[0].troubled);
}

/* A beat that was not taken is not told any more once all is not well. */
static void test_no_longer_true(void **state)
{
    struct yard *yard = *state;
    answer(yard, "later");
    open_post(yard);
    beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 0);
    await(yard, has_heard, 2);
    beacon_turn(&yard->beacon, &yard->post, PULSE_BEATS, 1000);
    await(yard, has_heard, 4);
    beacon_turn(&yard->beacon, &yard->post, PULSE_LEDGER, 10000);
    assert_false(yard->beacon.receivers[0].flying);
    beacon_turn(&yard->beacon, &yard->post, PULSE_BEATS, 10001);
    assert_true(yard->beacon.receivers[0].flying);
    await(yard, has_heard, 6);
}

static void test_refused_is_final(void **state)
{
    struct yard *yard = *state;
    answer(yard, "refused");
    open_post(yard);
    beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 1000);
    await(yard, has_heard, 2);
    beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 30000);
    assert_false(yard->beacon.receivers[0].flying);
}

/* What it had when it died is sent again; the rules come first again. */
static void test_courier_dies(void **state)
{
    struct yard *yard = *state;
    size_t length;
    open_post(yard);
    await(yard, has_started, 1);
    child_kill(&yard->post.courier);
    beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 1000);
    await(yard, has_started, 2);
    assert_false(yard->beacon.receivers[0].flying);
    beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 7000);
    await(yard, has_heard, 2);
    char *text = scratch_read(yard->folder, "read", &length);
    const char *sign = strstr(text, "sign-0-1");
    assert_non_null(sign);
    assert_true(strstr(text, "\"rules\"") < sign);
    free(text);
}

static void test_without_courier(void **state)
{
    struct yard *yard = *state;
    struct fault fault;
    assert_false(postroom_send(&yard->post, "x\n", 2));
    beacon_turn(&yard->beacon, &yard->post, PULSE_YOUNG, 1000);
    assert_false(yard->beacon.receivers[0].flying);
    scratch_remove(yard->program);
    assert_int_equal(postroom_open(&yard->post, yard->config, &fault), -1);
}

/* It hangs: what it does not take is not piled up without end. */
static void test_courier_does_not_read(void **state)
{
    static const char hangs[] = "#!/bin/sh\nexec sleep 300\n";
    static char line[64 * 1024];
    struct yard *yard = *state;
    int sent = 0;
    scratch_write(yard->folder, "courier", hangs, strlen(hangs));
    open_post(yard);
    memset(line, ' ', sizeof line);
    while (sent < 1000 && postroom_send(&yard->post, line, sizeof line))
        sent++;
    assert_in_range(sent, POSTROOM_UNSENT_MAX / (int)sizeof line, 100);
}

static void test_nonsense(void **state)
{
    static const char talks[] = "#!/bin/sh\necho '{}'\nhead -c 9000 /dev/zero | tr '\\0' x\necho\n"
                                "echo '{\"id\":\"sign-9-1\",\"target\":\"\",\"end\":\"later\","
                                "\"detail\":\"\"}'\nexec sleep 300\n";
    struct yard *yard = *state;
    scratch_write(yard->folder, "courier", talks, strlen(talks));
    open_post(yard);
    await(yard, has_heard, 1); /* of a receiver that there is not */
    assert_false(
        beacon_receipt(&yard->beacon, &(struct receipt){.id = "abcdefghijklmnopqrstuvwxyz"}, 1));
}

static void test_url_is_not_there(void **state)
{
    struct yard *yard = *state;
    unsetenv("VIBRISSE_URL");
    beacon_set(&yard->beacon, yard->config);
    assert_int_equal(yard->beacon.count, 1);
    assert_string_equal(yard->beacon.receivers[0].url, "http://one/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_signs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_longer_true, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_is_final, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_courier_dies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_courier, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_courier_does_not_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nonsense, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_url_is_not_there, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
