/* A child enters the sandbox, tries what each deed is about and tells which of them went. */
#include "sandbox.h"

#include "macros.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char own[64], other[64];
static int listening;
static uint16_t port;

/* ---- deeds: true when it went ---- */

static bool write_in(const char *folder)
{
    char path[128];
    snprintf(path, sizeof path, "%s/new", folder);
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    if (file >= 0)
        close(file);
    unlink(path);
    return file >= 0;
}

static bool read_in(const char *folder)
{
    char path[128];
    snprintf(path, sizeof path, "%s/old", folder);
    int file = open(path, O_RDONLY);
    if (file >= 0)
        close(file);
    return file >= 0;
}

static bool write_own(void)
{
    return write_in(own);
}

static bool write_other(void)
{
    return write_in(other);
}

static bool write_temporary(void)
{
    return write_in("/var/tmp");
}

static bool read_own(void)
{
    return read_in(own);
}

static bool read_other(void)
{
    return read_in(other);
}

static bool link_own(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/link", own);
    bool went = symlink("/etc/passwd", path) == 0;
    unlink(path);
    return went;
}

static bool move_between_folders(void)
{
    char from[128], to[128];
    snprintf(from, sizeof from, "%s/old", own);
    snprintf(to, sizeof to, "%s/below/old", own);
    return rename(from, to) == 0 && rename(to, from) == 0;
}

static bool run_program(void)
{
    extern char **environ;
    char word[] = "true";
    char *const words[] = {word, NULL};
    pid_t child;
    int status;
    return posix_spawn(&child, "/bin/true", NULL, NULL, words, environ) == 0 &&
           waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool connect_tcp(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int client = socket(AF_INET, SOCK_STREAM, 0);
    bool went = connect(client, (const struct sockaddr *)&address, sizeof address) == 0;
    close(client);
    return went;
}

static bool leave_name_space(void)
{
    return unshare(CLONE_NEWUTS) == 0;
}

static bool (*const deeds[])(void) = {read_own,        read_other,           write_own, write_other,
                                      write_temporary, move_between_folders, link_own,  run_program,
                                      connect_tcp,     leave_name_space};

enum { CONNECTING = 8 }; /* its place among them */

/* ---- children ---- */

static void be_sandboxed(enum sandbox_role role, enum sandbox_kind kind, int answer)
{
    const char *const folders[] = {own, NULL};
    char went[ARRAY_LEN(deeds)];
    struct fault fault;
    setenv(SANDBOX_VARIABLE, sandbox_word(kind), 1);
    if (sandbox_enter(role, folders, &fault)) {
        fprintf(stderr, "%s\n", fault.text);
        _exit(77);
    }
    for (size_t i = 0; i < ARRAY_LEN(deeds); i++)
        went[i] = deeds[i]() ? '1' : '0';
    _exit(write(answer, went, sizeof went) == sizeof went ? 0 : 1);
}

/* False: this kernel has no sandbox. */
static bool try_all(enum sandbox_role role, enum sandbox_kind kind, char ret[ARRAY_LEN(deeds) + 1])
{
    int answer[2], status;
    assert_int_equal(pipe(answer), 0);
    pid_t child = fork();
    if (child == 0)
        be_sandboxed(role, kind, answer[1]);
    close(answer[1]);
    ssize_t length = read(answer[0], ret, ARRAY_LEN(deeds));
    close(answer[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    ret[length > 0 ? length : 0] = '\0';
    return WEXITSTATUS(status) != 77;
}

/* Landlock does from its fourth version on, Linux 6.7. */
static bool kernel_rules_connections(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 4;
}

static void test_what_each_role_may_do(void **state)
{
    (void)state;
    static const struct {
        enum sandbox_role role;
        enum sandbox_kind kind;
        const char *went; /* in the order of the deeds */
    } rows[] = {
        {SANDBOX_KEEPER, SANDBOX_STRICT, "1110010010"},
        {SANDBOX_KEEPER, SANDBOX_PROGRAMS, "1110110110"},
        {SANDBOX_NETWORK, SANDBOX_STRICT, "1100000010"},
        {SANDBOX_NETWORK, SANDBOX_PROGRAMS, "1100100110"},
        {SANDBOX_CRAWLER, SANDBOX_STRICT, "1100000010"},
        {SANDBOX_CRAWLER, SANDBOX_PROGRAMS, "1100000010"},
        {SANDBOX_SERVER, SANDBOX_STRICT, "1000000000"},
        {SANDBOX_SERVER, SANDBOX_PROGRAMS, "1000000000"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char went[ARRAY_LEN(deeds) + 1];
        if (!try_all(rows[i].role, rows[i].kind, went))
            skip();
        if (rows[i].role == SANDBOX_SERVER && !kernel_rules_connections())
            went[CONNECTING] = '0';
        assert_string_equal(went, rows[i].went);
    }
}

static void test_nothing_is_given_up_where_none_is_wanted(void **state)
{
    (void)state;
    char went[ARRAY_LEN(deeds) + 1];
    assert_true(try_all(SANDBOX_SERVER, SANDBOX_NONE, went));
    assert_memory_equal(went, "111111111", 9); /* the last deed is for root alone */
}

static void test_the_kind_is_strict_until_told_otherwise(void **state)
{
    (void)state;
    unsetenv(SANDBOX_VARIABLE);
    assert_int_equal(sandbox_kind(), SANDBOX_STRICT);
    setenv(SANDBOX_VARIABLE, "whatever", 1);
    assert_int_equal(sandbox_kind(), SANDBOX_STRICT);
    setenv(SANDBOX_VARIABLE, sandbox_word(SANDBOX_PROGRAMS), 1);
    assert_int_equal(sandbox_kind(), SANDBOX_PROGRAMS);
}

/* ---- the ground ---- */

static void make_file(const char *folder)
{
    char path[128];
    snprintf(path, sizeof path, "%s/old", folder);
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(file >= 0);
    close(file);
}

static int set_up(void **state)
{
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    char below[128];
    /* Not below /tmp, which programs may write to. */
    snprintf(own, sizeof own, "/dev/shm/own.XXXXXX");
    snprintf(other, sizeof other, "/dev/shm/other.XXXXXX");
    if (!mkdtemp(own) || !mkdtemp(other))
        return -1;
    snprintf(below, sizeof below, "%s/below", own);
    mkdir(below, 0700);
    make_file(own);
    make_file(other);
    listening = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listening, (struct sockaddr *)&address, sizeof address) || listen(listening, 64) ||
        getsockname(listening, (struct sockaddr *)&address, &size))
        return -1;
    port = ntohs(address.sin_port);
    return 0;
}

static void remove_folder(const char *folder)
{
    char path[128];
    snprintf(path, sizeof path, "%s/old", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/below", folder);
    rmdir(path);
    rmdir(folder);
}

static int tear_down(void **state)
{
    (void)state;
    close(listening);
    remove_folder(own);
    remove_folder(other);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_each_role_may_do),
        cmocka_unit_test(test_nothing_is_given_up_where_none_is_wanted),
        cmocka_unit_test(test_the_kind_is_strict_until_told_otherwise),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
