#include "journal.h"

#include "buffer.h"
#include "mem.h"
#include "scratch.h"

#include "testing.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct bench {
    char path[SCRATCH_SIZE];
    int folder;
    struct journal *journal;
    struct buffer seen; /* "kind:payload " of each record handed out */
    struct fault fault;
};

static void on_record(void *owner, int kind, const unsigned char *payload, size_t length)
{
    struct bench *bench = owner;
    buffer_printf(&bench->seen, "%d:", kind);
    buffer_add(&bench->seen, payload, length);
    buffer_byte(&bench->seen, ' ');
}

static void open_journal(struct bench *bench)
{
    buffer_clear(&bench->seen);
    if (journal_open(bench->folder, on_record, bench, &bench->journal, &bench->fault))
        fail_msg("%s", bench->fault.text);
}

static int setup(void **state)
{
    struct bench *bench = mem_zalloc(sizeof *bench);
    scratch_make(bench->path);
    buffer_init(&bench->seen, 1024 * 1024);
    bench->folder = open(bench->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    open_journal(bench);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    journal_close(bench->journal);
    buffer_fini(&bench->seen);
    close(bench->folder);
    scratch_remove(bench->path);
    free(bench);
    return 0;
}

static void add(struct bench *bench, int kind, const char *text)
{
    journal_add(bench->journal, kind, text, strlen(text));
}

static void sync_it(struct bench *bench)
{
    if (journal_sync(bench->journal, &bench->fault))
        fail_msg("%s", bench->fault.text);
}

/* What a new start would find. */
static void expect(struct bench *bench, const char *seen)
{
    journal_close(bench->journal);
    open_journal(bench);
    assert_string_equal(buffer_text(&bench->seen), seen);
}

static void test_synced_records_come_back(void **state)
{
    struct bench *bench = *state;
    assert_string_equal(buffer_text(&bench->seen), "");
    add(bench, 1, "one");
    add(bench, 255, "");
    sync_it(bench);
    add(bench, 3, "three");
    sync_it(bench);
    sync_it(bench);
    add(bench, 4, "never synced");
    expect(bench, "1:one 255: 3:three ");
    add(bench, 5, "after");
    sync_it(bench);
    expect(bench, "1:one 255: 3:three 5:after ");
}

static void test_a_new_journal_takes_the_place_of_the_old_one(void **state)
{
    struct bench *bench = *state;
    add(bench, 1, "one");
    sync_it(bench);
    add(bench, 2, "dropped");
    journal_restart(bench->journal);
    add(bench, 3, "three");
    expect(bench, "1:one "); /* not before it is whole */
    journal_restart(bench->journal);
    add(bench, 3, "three");
    sync_it(bench);
    add(bench, 4, "four");
    sync_it(bench);
    expect(bench, "3:three 4:four ");
    journal_restart(bench->journal);
    sync_it(bench);
    expect(bench, "");
    assert_int_equal(journal_size(bench->journal), 8);
}

/* Cut anywhere, and with any one byte changed: the records before it are seen, none after. */
static void test_a_torn_tail_is_cut(void **state)
{
    struct bench *bench = *state;
    size_t length, second;
    add(bench, 1, "one");
    sync_it(bench);
    second = journal_size(bench->journal);
    add(bench, 2, "two");
    sync_it(bench);
    journal_close(bench->journal);
    char *bytes = scratch_read(bench->path, "journal", &length);
    for (size_t i = second; i < length; i++) {
        scratch_write(bench->path, "journal", bytes, i);
        open_journal(bench);
        assert_string_equal(buffer_text(&bench->seen), "1:one ");
        add(bench, 3, "three");
        sync_it(bench);
        expect(bench, "1:one 3:three ");
        journal_close(bench->journal);
        bytes[i] ^= 0x40;
        scratch_write(bench->path, "journal", bytes, length);
        bytes[i] ^= 0x40;
        open_journal(bench);
        assert_string_equal(buffer_text(&bench->seen), "1:one ");
        journal_close(bench->journal);
    }
    free(bytes);
    open_journal(bench);
}

static void test_what_is_no_journal_is_set_aside(void **state)
{
    struct bench *bench = *state;
    static const char *const contents[] = {"", "vibr", "something else", "vibrjnl9"};
    for (size_t i = 0; i < 4; i++) {
        size_t length;
        journal_close(bench->journal);
        scratch_write(bench->path, "journal", contents[i], strlen(contents[i]));
        open_journal(bench);
        char *bad = scratch_read(bench->path, "journal.bad", &length);
        assert_row(i, strcmp(bad, contents[i]) == 0);
        free(bad);
        add(bench, 1, "one");
        sync_it(bench);
        expect(bench, "1:one ");
    }
}

static void test_a_link_is_refused(void **state)
{
    struct bench *bench = *state;
    journal_close(bench->journal);
    assert_int_equal(symlinkat("/etc/passwd", bench->folder, "journal"), 0);
    assert_int_equal(journal_open(bench->folder, on_record, bench, &bench->journal, &bench->fault),
                     -1);
    assert_non_null(strstr(bench->fault.text, "cannot be opened"));
    bench->journal = NULL;
}

static void limit_files(rlim_t size)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_a_full_disk_breaks_it_until_it_is_begun_anew(void **state)
{
    struct bench *bench = *state;
    add(bench, 1, "one");
    sync_it(bench);
    for (rlim_t room = 0; room < 12; room++) {
        limit_files(journal_size(bench->journal) + room);
        add(bench, 2, "two");
        assert_int_equal(journal_sync(bench->journal, &bench->fault), -1);
        assert_non_null(strstr(bench->fault.text, "File too large"));
        assert_true(journal_is_broken(bench->journal));
        add(bench, 3, "void");
        assert_int_equal(journal_sync(bench->journal, &bench->fault), -1);
        journal_restart(bench->journal);
        add(bench, 4, "what is pending, all of it");
        limit_files(10);
        assert_int_equal(journal_sync(bench->journal, &bench->fault), -1);
        limit_files(RLIM_INFINITY);
        expect(bench, "1:one "); /* the old one is still whole */
        assert_int_equal(faccessat(bench->folder, "journal.new", F_OK, 0), -1);
    }
    journal_restart(bench->journal);
    add(bench, 4, "all");
    sync_it(bench);
    expect(bench, "4:all ");
}

static void test_records_have_a_maximum(void **state)
{
    struct bench *bench = *state;
    char *large = mem_zalloc(JOURNAL_RECORD_MAX);
    memset(large, 'x', JOURNAL_RECORD_MAX);
    journal_add(bench->journal, 7, large, JOURNAL_RECORD_MAX);
    sync_it(bench);
    journal_close(bench->journal);
    open_journal(bench);
    assert_int_equal(bench->seen.length, JOURNAL_RECORD_MAX + 3);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_synced_records_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_new_journal_takes_the_place_of_the_old_one, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_torn_tail_is_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_journal_is_set_aside, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_link_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_full_disk_breaks_it_until_it_is_begun_anew, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_records_have_a_maximum, setup, teardown),
    };
    signal(SIGXFSZ, SIG_IGN); /* a file over its limit is an error of write() */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
