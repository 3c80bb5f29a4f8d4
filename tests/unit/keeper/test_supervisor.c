/* What whoever started us hears, by a socket of our own in its place. */
#include "supervisor.h"

#include "macros.h"
#include "scratch.h"
#include "text.h"

#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct stand_in {
    char folder[SCRATCH_SIZE], path[2 * SCRATCH_SIZE], heard[256];
    int socket;
};

static int bind_to(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    memcpy(address.sun_path, name, length);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(file, (struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
                     0);
    return file;
}

static int set_up(void **state)
{
    struct stand_in *systemd = calloc(1, sizeof *systemd);
    assert_non_null(systemd);
    scratch_make(systemd->folder);
    text_format(systemd->path, sizeof systemd->path, "%s/notify", systemd->folder);
    systemd->socket = bind_to(systemd->path);
    setenv("NOTIFY_SOCKET", systemd->path, 1);
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    *state = systemd;
    return 0;
}

static int tear_down(void **state)
{
    struct stand_in *systemd = *state;
    close(systemd->socket);
    scratch_remove(systemd->folder);
    free(systemd);
    unsetenv("NOTIFY_SOCKET");
    return 0;
}

/* The next datagram; "" = there is none. */
static const char *hear(struct stand_in *systemd)
{
    ssize_t length = recv(systemd->socket, systemd->heard, sizeof systemd->heard - 1, 0);
    systemd->heard[length > 0 ? length : 0] = '\0';
    return systemd->heard;
}

static void test_told(void **state)
{
    static const char first[] = "all is well", second[] = "the pages cannot be written";
    struct stand_in *systemd = *state;
    struct supervisor supervisor;
    supervisor_open(&supervisor);
    supervisor_ready(&supervisor);
    assert_string_equal(hear(systemd), "READY=1");
    supervisor_status(&supervisor, first);
    assert_string_equal(hear(systemd), "STATUS=all is well");
    supervisor_status(&supervisor, first);
    assert_string_equal(hear(systemd), "");
    supervisor_status(&supervisor, second);
    assert_string_equal(hear(systemd), "STATUS=the pages cannot be written");
    supervisor_stopping(&supervisor);
    assert_string_equal(hear(systemd), "STOPPING=1");
    supervisor_beat(&supervisor, 1); /* nobody asked for it */
    assert_string_equal(hear(systemd), "");
    supervisor_close(&supervisor);
}

static void test_watchdog(void **state)
{
    struct stand_in *systemd = *state;
    struct supervisor supervisor;
    setenv("WATCHDOG_USEC", "60000000", 1);
    supervisor_open(&supervisor);
    assert_int_equal(supervisor.every_ms, 30000);
    supervisor_beat(&supervisor, 1000);
    assert_string_equal(hear(systemd), "WATCHDOG=1");
    supervisor_beat(&supervisor, 30999);
    assert_string_equal(hear(systemd), "");
    supervisor_beat(&supervisor, 31000);
    assert_string_equal(hear(systemd), "WATCHDOG=1");
    supervisor_close(&supervisor);
}

static void test_watchdog_of_whom(void **state)
{
    static const struct {
        const char *microseconds;
        bool ours;
        int64_t every_ms;
    } rows[] = {
        {"60000000", true, 30000}, {"60000000", false, 0}, {"", true, 0},
        {"-5", true, 0},           {"5s", true, 0},        {"100", true, 1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char pid[24];
        struct supervisor supervisor;
        text_format(pid, sizeof pid, "%d", rows[i].ours ? (int)getpid() : 1);
        setenv("WATCHDOG_USEC", rows[i].microseconds, 1);
        setenv("WATCHDOG_PID", pid, 1);
        supervisor_open(&supervisor);
        assert_row(i, supervisor.every_ms == rows[i].every_ms);
        supervisor_close(&supervisor);
    }
}

/* A name without a file, as containers have it. */
static void test_abstract(void **state)
{
    struct stand_in *systemd = *state;
    struct supervisor supervisor;
    char name[64];
    text_format(name, sizeof name, "@vibrisse-test-%d", (int)getpid());
    close(systemd->socket);
    systemd->socket = bind_to(name);
    setenv("NOTIFY_SOCKET", name, 1);
    supervisor_open(&supervisor);
    supervisor_ready(&supervisor);
    assert_string_equal(hear(systemd), "READY=1");
    supervisor_close(&supervisor);
}

static void test_nobody_listens(void **state)
{
    char longer[300];
    memset(longer, 'x', sizeof longer - 1);
    longer[0] = '/';
    longer[sizeof longer - 1] = '\0';
    const char *const names[] = {"", "/", "notify", "/nobody/there", "vsock:2:9", longer};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct supervisor supervisor;
        setenv("NOTIFY_SOCKET", names[i], 1);
        setenv("WATCHDOG_USEC", "60000000", 1);
        supervisor_open(&supervisor);
        assert_row(i, supervisor.socket == -1 && !supervisor.every_ms);
        supervisor_ready(&supervisor);
        supervisor_close(&supervisor);
    }
}

/* Whoever hangs or has gone does not hold us up. */
static void test_they_do_not_read(void **state)
{
    struct stand_in *systemd = *state;
    struct supervisor supervisor;
    supervisor_open(&supervisor);
    for (int i = 0; i < 10000; i++)
        supervisor_ready(&supervisor);
    supervisor_status(&supervisor, "all is well");
    while (*hear(systemd))
        assert_string_equal(systemd->heard, "READY=1");
    supervisor_status(&supervisor, "all is well"); /* again: they did not hear it */
    assert_string_equal(hear(systemd), "STATUS=all is well");
    close(systemd->socket);
    supervisor_stopping(&supervisor);
    systemd->socket = -1;
    supervisor_close(&supervisor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_watchdog, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_watchdog_of_whom, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_abstract, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_listens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_they_do_not_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
