/* Each call that a courier makes on its own thread fails once, and memory runs out: one receipt for each errand, which
 * never says that the receiver refused, or an end that its monitor sees. */
#include "courier.h"

#include "allocation.h"
#include "errand.h"
#include "faults.h"
#include "hostile.h"
#include "macros.h"
#include "pki.h"
#include "sample.h"
#include "testing.h"
#include "text.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STRIDE = 1999, LINES_MAX = 4 };

struct bench {
    struct hostile hostile;
    const char *channel;
    struct probe_option options[4];
    bool arrives; /* when nothing fails */
    struct alert *alert;
    int status;
    struct fault fault;
    size_t receipts;
    struct receipt receipt;
};

/* ---- one life of a courier ---- */

static void write_errands(const struct bench *bench, int fd)
{
    static const char *const allow[] = {"127.0.0.0/8", NULL}, *const nobody[] = {"127.0.0.1:1",
                                                                                 NULL};
    static const char *const none[] = {NULL};
    char path[PKI_PATH_SIZE];
    const struct errand_rules rules = {.user_agent = "test",
                                       .ca_file = pki_path(&group_pki, "root", ".pem", path),
                                       .allow = allow,
                                       .resolvers = nobody,
                                       .second = none};
    struct errand_target target = {"night", bench->channel, bench->options, 0};
    struct buffer lines;
    while (target.option_count < ARRAY_LEN(bench->options) &&
           bench->options[target.option_count].name)
        target.option_count++;
    buffer_init(&lines, ERRAND_LINE_MAX);
    errand_write_rules(&rules, &lines);
    errand_write_carry(&target, bench->alert, &lines);
    assert_int_equal(write(fd, lines.bytes, lines.length), lines.length);
    buffer_fini(&lines);
}

static void read_receipts(struct bench *bench, int fd)
{
    char bytes[LINES_MAX * RECEIPT_LINE_MAX];
    size_t length = 0;
    for (ssize_t got; (got = read(fd, bytes + length, sizeof bytes - length)) > 0;)
        length += (size_t)got;
    bench->receipts = 0;
    for (const char *at = bytes, *end; (end = memchr(at, '\n', length)); at = end + 1) {
        assert_true(receipt_read(at, (size_t)(end - at), &bench->receipt));
        assert_string_equal(bench->receipt.id, bench->alert->id);
        length -= (size_t)(end - at) + 1;
        bench->receipts++;
    }
    assert_int_equal(length, 0);
}

static void act(void *owner)
{
    struct bench *bench = owner;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const struct courier_setup setup = {ends[1], fcntl(ends[1], F_DUPFD_CLOEXEC, 0)};
    bench->fault.text[0] = '\0';
    write_errands(bench, ends[0]);
    shutdown(ends[0], SHUT_WR);
    faults_begin();
    bench->status = courier_run(&setup, &bench->fault);
    faults_end();
    read_receipts(bench, ends[0]);
    close(ends[0]);
}

/* ---- what came of it ---- */

static bool is_right(const struct bench *bench, const char *failed)
{
    if (bench->status)
        return failed && bench->fault.text[0] && !bench->receipts;
    if (failed && strcmp(failed, "uv_write") == 0 && !bench->receipts)
        return true; /* of the receipt itself: the monitor sees the end of the pipe */
    if (bench->receipts != 1)
        return false;
    if (strstr(bench->receipt.verdict.detail, "time"))
        return false; /* nobody has to wait for what is known at once */
    enum channel_end end = bench->receipt.verdict.end;
    return end == CHANNEL_DELIVERED ? bench->arrives
                                    : end == CHANNEL_LATER && (failed || !bench->arrives);
}

static void judge(void *owner, const char *failed)
{
    const struct bench *bench = owner;
    if (!is_right(bench, failed))
        fail_msg("%s, %s: status %d \"%s\", %zu receipts, %s \"%s\"", bench->channel,
                 failed ? failed : "nothing", bench->status, bench->fault.text, bench->receipts,
                 channel_end_words[bench->receipt.verdict.end], bench->receipt.verdict.detail);
}

static const struct faults_scene scene = {act, judge};

static void fail_each(struct bench *bench, long at_least)
{
    assert_true(faults_each(&scene, bench) >= at_least);
    assert_true(faults_each_memory(STRIDE, &scene, bench) >= 1);
    free(bench->alert);
}

/* ---- the ways ---- */

static void test_http(void **state)
{
    (void)state;
    static const struct hostile_act answer = {.send =
                                                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"};
    char url[64];
    struct bench bench = {.channel = "ntfy",
                          .options = {{"url", url}, {"topic", "t"}},
                          .arrives = true,
                          .alert = sample_down("fr")};
    hostile_open(&bench.hostile, &answer, NULL);
    text_format(url, sizeof url, "http://127.0.0.1:%u/", bench.hostile.port);
    fail_each(&bench, 8);
    hostile_close(&bench.hostile);
}

static void test_program(void **state)
{
    (void)state;
    struct bench bench = {.channel = "command",
                          .options = {{"command", "/bin/cat"}},
                          .arrives = true,
                          .alert = sample_down("fr")};
    fail_each(&bench, 8);
}

static void test_conversation(void **state)
{
    (void)state;
    char url[64], words[256];
    const struct hostile_act answer = {.hasty = true, .send = words, .parting = HOSTILE_HOLD};
    struct bench bench = {.channel = "irc",
                          .options = {{"server", url}, {"to", "#t"}},
                          .arrives = true,
                          .alert = sample_down("fr")};
    text_format(words, sizeof words,
                ":x 001 vibrisse :Hi\r\n:x 366 vibrisse #t :End\r\n:x PONG x :%s\r\n",
                bench.alert->id);
    hostile_open(&bench.hostile, &answer, NULL);
    text_format(url, sizeof url, "irc://127.0.0.1:%u", bench.hostile.port);
    fail_each(&bench, 8);
    hostile_close(&bench.hostile);
}

/* Its conversation has a thread, of which the calls are its own; here nobody talks XMPP. */
static void test_xmpp(void **state)
{
    (void)state;
    static const struct hostile_act answer = {.hasty = true, .send = "220 mail\r\n"};
    char url[64];
    struct bench bench = {
        .channel = "xmpp",
        .options = {{"server", url}, {"jid", "v@x.example"}, {"password", "p"}, {"to", "a@b"}},
        .alert = sample_down("fr")};
    hostile_open(&bench.hostile, &answer, NULL);
    text_format(url, sizeof url, "xmpp://127.0.0.1:%u", bench.hostile.port);
    fail_each(&bench, 6);
    hostile_close(&bench.hostile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_program),
        cmocka_unit_test(test_conversation),
        cmocka_unit_test(test_xmpp),
    };
    allocation_guard();
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
