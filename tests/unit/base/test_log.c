#include "log.h"

#include "stamp.h"
#include "testing.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char written[8192];

/* What one event puts on standard error. */
static const char *logged(enum log_level level, const char *message, const char *key,
                          const char *value)
{
    int ends[2], old = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    dup2(ends[1], STDERR_FILENO);
    log_event(level, message, key, value, NULL);
    dup2(old, STDERR_FILENO);
    close(old);
    close(ends[1]);
    ssize_t length = read(ends[0], written, sizeof written - 1);
    written[length > 0 ? length : 0] = '\0';
    close(ends[0]);
    return written;
}

/* The part after the time, which is checked to be one. */
static const char *without_time(const char *line)
{
    char stamp[STAMP_SIZE] = "";
    struct wall time;
    assert_true(strlen(line) > 25);
    memcpy(stamp, line, 24);
    assert_true(stamp_parse(stamp, &time));
    return line + 25;
}

static void test_one_line(void **state)
{
    (void)state;
    log_set_name("prober");
    assert_string_equal(without_time(logged(LOG_LEVEL_INFO, "started", "checks", "12")),
                        "prober info: started checks=12\n");
    assert_string_equal(without_time(logged(LOG_LEVEL_ERROR, "ended", NULL, NULL)),
                        "prober error: ended\n");
}

static void test_values_are_quoted(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "\"\""},           {"two words", "\"two words\""},
        {"a=b", "\"a=b\""},     {"a\"b", "\"a\\\"b\""},
        {"a\\b", "\"a\\\\b\""}, {"plain", "plain"},
        {"%n%s", "%n%s"},       {NULL, "\"\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char wanted[100];
        const char *value = rows[i][0] ? rows[i][0] : NULL;
        snprintf(wanted, sizeof wanted, "prober warning: m k=%s\n", rows[i][1]);
        assert_string_equal(without_time(logged(LOG_LEVEL_WARNING, "m", "k", value)), wanted);
    }
}

/* A server must not be able to write a line of our log. */
static void test_no_forged_lines(void **state)
{
    (void)state;
    const char *line =
        logged(LOG_LEVEL_INFO, "banner", "text", "a\n2026-01-01 forged\x1B]0;title\x07\r\n");
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    assert_null(strchr(line, '\x1B'));
}

static void test_long_values_are_cut(void **state)
{
    (void)state;
    char endless[6000];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    const char *line = logged(LOG_LEVEL_INFO, "m", "k", endless);
    assert_true(strlen(line) < 4097);
    assert_int_equal(line[strlen(line) - 1], '\n');
}

static void test_level(void **state)
{
    (void)state;
    assert_string_equal(logged(LOG_LEVEL_DEBUG, "m", NULL, NULL), "");
    log_set_level(LOG_LEVEL_DEBUG);
    assert_string_not_equal(logged(LOG_LEVEL_DEBUG, "m", NULL, NULL), "");
    log_set_level(LOG_LEVEL_ERROR);
    assert_string_equal(logged(LOG_LEVEL_WARNING, "m", NULL, NULL), "");
    log_set_level(LOG_LEVEL_INFO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_line),        cmocka_unit_test(test_values_are_quoted),
        cmocka_unit_test(test_no_forged_lines), cmocka_unit_test(test_long_values_are_cut),
        cmocka_unit_test(test_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
