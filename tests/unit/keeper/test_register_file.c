/* What a crawl left for the page of the registers, and what is none of that. */
#include "register_file.h"

#include "scratch.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char journal[] =
    "{\"v\":1,\"at\":\"2026-01-15T12:00:00Z\",\"files\":13,\"left_out\":0}\n"
    "{\"level\":0,\"files\":1,\"unread\":0,\"notices\":2,\"warnings\":1,\"errors\":0,\"url\":"
    "\"https://"
    "f.example/"
    "\",\"name\":\"F\",\"state\":\"fresh\",\"reason\":\"ok\",\"good\":\"2026-01-15T12:00:00Z\"}\n"
    "no json\n"
    "{\"level\":1,\"url\":\"https://x.example/\",\"state\":\"eaten\",\"reason\":\"ok\"}\n"
    "{\"level\":1,\"url\":\"https://x.example/\",\"state\":\"kept\",\"reason\":\"bad luck\"}\n"
    "{\"level\":1,\"state\":\"kept\",\"reason\":\"ok\"}\n"
    "[7]\n"
    "{\"level\":1,\"files\":-4,\"url\":\"https://a.example/"
    "\",\"id\":\"a\",\"name\":\"A\\u0007\\u202e\",\"state\":"
    "\"kept\",\"reason\":\"http_status\",\"status\":404,\"good\":\"2026-01-14T12:00:00Z\",\"line\":"
    "3,\"in\":"
    "\"https://a.example/p\",\"sentence\":\"{key} is {value}\",\"key\":\"k\"}\n";

static void write_journal(const char *data, const char *text)
{
    char path[300], fresh[310];
    snprintf(path, sizeof path, "%s/register/journal", data);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *out = fopen(fresh, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    assert_int_equal(rename(fresh, path), 0);
}

static void make_data(char data[SCRATCH_SIZE])
{
    char path[300];
    scratch_make(data);
    snprintf(path, sizeof path, "%s/register", data);
    assert_int_equal(mkdir(path, 0700), 0);
}

static bool read_text(const char *text, struct register_file *ret)
{
    char data[SCRATCH_SIZE];
    make_data(data);
    write_journal(data, text);
    *ret = (struct register_file){0};
    bool good = register_file_look(ret, data);
    scratch_remove(data);
    return good;
}

static void test_entries(void **state)
{
    (void)state;
    struct register_file file;
    assert_true(read_text(journal, &file));
    const struct register_log log = *register_file_log(&file);
    assert_int_equal(log.at, 1768478400);
    assert_int_equal(log.files, 13);
    assert_int_equal(log.count, 2);
    assert_true(log.entries[0].is_federation);
    assert_int_equal(log.entries[0].warnings, 1);
    assert_null(log.entries[0].sentence);
    const struct register_entry *a = &log.entries[1];
    assert_string_equal(a->name, "A");
    assert_int_equal(a->state, REGISTER_KEPT);
    assert_int_equal(a->reason, REASON_http_status);
    assert_int_equal(a->status, 404);
    assert_int_equal(a->good, 1768392000);
    assert_int_equal(a->files, 0);
    assert_int_equal(a->line, 3);
    assert_string_equal(a->sentence, "{key} is {value}");
    assert_null(a->value);
    register_file_fini(&file);
}

static void test_nothing_of_use(void **state)
{
    (void)state;
    static const char *const texts[] = {" ", "{}\n", "\n\n\n", "{\"at\":7}\n",
                                        "{\"at\":\"soon\"}\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct register_file file;
        assert_false(read_text(texts[i], &file));
        assert_null(register_file_log(&file));
        register_file_fini(&file);
    }
}

/* It is read when it is another one; what cannot be read leaves the last in force. */
static void test_look(void **state)
{
    (void)state;
    struct register_file file = {0};
    char data[SCRATCH_SIZE], path[300];
    scratch_make(data);
    assert_false(register_file_look(&file, data));
    assert_null(register_file_log(&file));
    snprintf(path, sizeof path, "%s/register", data);
    assert_int_equal(mkdir(path, 0700), 0);
    write_journal(data, journal);
    assert_true(register_file_look(&file, data));
    assert_int_equal(register_file_log(&file)->count, 2);
    assert_false(register_file_look(&file, data));
    write_journal(data, "eaten");
    assert_false(register_file_look(&file, data));
    assert_int_equal(register_file_log(&file)->count, 2);
    write_journal(data, "{\"at\":\"2026-01-16T12:00:00Z\"}\n");
    assert_true(register_file_look(&file, data));
    assert_int_equal(register_file_log(&file)->count, 0);
    register_file_fini(&file);
    scratch_remove(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_nothing_of_use),
        cmocka_unit_test(test_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
