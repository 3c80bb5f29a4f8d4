#include "log.h"

#include "stamp.h"
#include "testing.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char written[8192];

/* What one event puts on standard error; the value is there so many times, at most nine. */
static const char *logged_often(enum log_level level, const char *message, const char *key,
                                const char *value, size_t times)
{
    const char *keys[9] = {NULL};
    int ends[2], old = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    dup2(ends[1], STDERR_FILENO);
    for (size_t i = 0; i < times; i++)
        keys[i] = key;
    log_event(level, message, keys[0], value, keys[1], value, keys[2], value, keys[3], value,
              keys[4], value, keys[5], value, keys[6], value, keys[7], value, keys[8], value, NULL);
    dup2(old, STDERR_FILENO);
    close(old);
    close(ends[1]);
    ssize_t length = read(ends[0], written, sizeof written - 1);
    written[length > 0 ? length : 0] = '\0';
    close(ends[0]);
    return written;
}

static const char *logged(enum log_level level, const char *message, const char *key,
                          const char *value)
{
    return logged_often(level, message, key, value, 1);
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

/* However many there are, the line has its end and every quote its other. */
static void test_long_lines_are_whole(void **state)
{
    static const char *const fills[] = {"x", "\"", "\\", "x ", "é ", "𐍈"};
    (void)state;
    for (size_t i = 0; i < sizeof fills / sizeof *fills; i++)
        for (size_t shift = 0; shift < 4; shift++) {
            char endless[10240], message[8] = "mmmmmmm";
            endless[0] = '\0';
            for (size_t j = 0; j < 2000; j++)
                strcat(endless, fills[i]);
            message[4 + shift] = '\0';
            const char *line = logged_often(LOG_LEVEL_INFO, message, "k", endless, 9);
            assert_true(strlen(line) > 2000 && strlen(line) < 4097);
            assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
            size_t quotes = 0;
            for (const char *c = line; *c; c++) {
                quotes += *c == '"';
                c += *c == '\\';
            }
            assert_int_equal(quotes % 2, 0);
        }
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
        cmocka_unit_test(test_one_line),
        cmocka_unit_test(test_values_are_quoted),
        cmocka_unit_test(test_no_forged_lines),
        cmocka_unit_test(test_long_values_are_cut),
        cmocka_unit_test(test_long_lines_are_whole),
        cmocka_unit_test(test_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
