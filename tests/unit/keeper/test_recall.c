#include "recall.h"

#include "mem.h"
#include "scratch.h"
#include "text.h"

#include "testing.h"

#include <stdlib.h>
#include <string.h>

enum { BEGIN = 1700000000, STEP = 1000, DAY = 86400 };

static const char pad[] = "chat-perche/pad", mail[] = "chat-perche/mail";

struct shelf {
    char folder[SCRATCH_SIZE];
    struct ledger *ledger;
    struct recall *recall;
    struct fault fault;
    struct arena arena;
};

static int setup(void **state)
{
    struct shelf *shelf = mem_zalloc(sizeof *shelf);
    scratch_make(shelf->folder);
    assert_int_equal(ledger_open(shelf->folder, &shelf->ledger, &shelf->fault), 0);
    shelf->recall = recall_new(shelf->ledger);
    *state = shelf;
    return 0;
}

static int teardown(void **state)
{
    struct shelf *shelf = *state;
    recall_free(shelf->recall);
    ledger_close(shelf->ledger);
    arena_free(&shelf->arena);
    scratch_remove(shelf->folder);
    free(shelf);
    return 0;
}

static void change(struct shelf *shelf, const char *key, int number)
{
    bool down = number % 2;
    struct event event = {.kind = EVENT_STATE,
                          .at = BEGIN + (int64_t)number * STEP,
                          .before = BEGIN + (int64_t)number * STEP - 60,
                          .from = down ? OUTCOME_UP : OUTCOME_DOWN,
                          .to = down ? OUTCOME_DOWN : OUTCOME_UP,
                          .reason = down ? REASON_timeout : REASON_ok};
    text_copy(event.subject, sizeof event.subject, key);
    text_copy(event.detail, sizeof event.detail, down ? "no answer" : "");
    assert_int_equal(ledger_append(shelf->ledger, &event, &shelf->fault), 0);
}

static void reach(struct shelf *shelf, const char *key, int64_t until)
{
    assert_int_equal(ledger_set_frontier(shelf->ledger, key, until, &shelf->fault), 0);
}

/* Of any period both say the same. */
static void compare(struct shelf *shelf, const char *key, int64_t from, int64_t to)
{
    struct span *recalled;
    const struct span *read;
    size_t recalled_count, read_count;
    assert_int_equal(recall_spans(shelf->recall, key, from, to, &shelf->arena, &recalled,
                                  &recalled_count, &shelf->fault),
                     0);
    assert_int_equal(ledger_spans(shelf->ledger, key, from, to, &shelf->arena, &read, &read_count,
                                  &shelf->fault),
                     0);
    assert_int_equal(recalled_count, read_count);
    for (size_t i = 0; i < read_count; i++) {
        assert_int_equal(recalled[i].from, read[i].from);
        assert_int_equal(recalled[i].to, read[i].to);
        assert_int_equal(recalled[i].before, read[i].before);
        assert_int_equal(recalled[i].state, read[i].state);
        assert_int_equal(recalled[i].reason, read[i].reason);
        assert_string_equal(span_detail(&recalled[i]), span_detail(&read[i]));
    }
    assert_int_equal(recall_begin(shelf->recall, key), ledger_record_begin(shelf->ledger, key));
}

static void compare_all(struct shelf *shelf)
{
    for (int64_t from = -1; from < 8; from++)
        for (int64_t to = from; to < 9; to++)
            for (int64_t off = -1; off <= 1; off++) {
                compare(shelf, pad, BEGIN + from * STEP + off, BEGIN + to * STEP);
                compare(shelf, mail, BEGIN + from * STEP, BEGIN + to * STEP + off);
            }
    compare(shelf, "chat-perche/nobody", BEGIN, BEGIN + STEP);
    compare(shelf, pad, BEGIN - INT64_C(800) * DAY, BEGIN + 9 * STEP);
}

static void test_says_what_the_ledger_says(void **state)
{
    struct shelf *shelf = *state;
    compare_all(shelf);
    for (int i = 0; i < 6; i++) {
        change(shelf, pad, i);
        compare_all(shelf);
        reach(shelf, pad, BEGIN + (int64_t)i * STEP + STEP / 2);
        compare_all(shelf);
    }
    change(shelf, mail, 2);
    reach(shelf, mail, BEGIN + 4 * STEP);
    compare_all(shelf);
}

static void test_what_is_rolled_back_was_not(void **state)
{
    struct shelf *shelf = *state;
    change(shelf, pad, 0);
    reach(shelf, pad, BEGIN + STEP);
    assert_int_equal(ledger_begin(shelf->ledger, &shelf->fault), 0);
    change(shelf, pad, 1);
    reach(shelf, pad, BEGIN + 2 * STEP);
    compare_all(shelf);
    ledger_rollback(shelf->ledger);
    compare_all(shelf);
}

static void save_day(struct shelf *shelf, int day, int answers)
{
    struct histogram histogram = {0};
    struct buffer packed;
    buffer_init(&packed, 4096);
    for (int i = 0; i < answers; i++)
        histogram_add(&histogram, 10 * day + 5);
    histogram_pack(&histogram, &packed);
    assert_int_equal(ledger_save_latency(shelf->ledger, pad, BEGIN + day * DAY,
                                         buffer_text(&packed), packed.length, &shelf->fault),
                     0);
    buffer_fini(&packed);
}

static void expect_days(struct shelf *shelf, int days, size_t count, int64_t answers)
{
    const struct latency_day *found;
    struct histogram sum;
    size_t found_count;
    int64_t to = BEGIN + (int64_t)days * DAY;
    for (int twice = 0; twice < 2; twice++) {
        assert_int_equal(recall_days(shelf->recall, pad, BEGIN, to, &shelf->arena, &found,
                                     &found_count, &shelf->fault),
                         0);
        assert_int_equal(found_count, count);
        int64_t total = 0;
        for (size_t i = 0; i < count; i++)
            total += found[i].count;
        assert_int_equal(total, answers);
        assert_int_equal(recall_sum(shelf->recall, pad, BEGIN, to, &sum, &shelf->fault), 0);
        assert_int_equal(histogram_count(&sum), answers);
    }
}

static void test_days(void **state)
{
    struct shelf *shelf = *state;
    expect_days(shelf, 9, 0, 0);
    save_day(shelf, 0, 3);
    save_day(shelf, 1, 4);
    expect_days(shelf, 9, 2, 7);
    expect_days(shelf, 1, 1, 3);
    save_day(shelf, 1, 6);
    expect_days(shelf, 2, 2, 9);
    save_day(shelf, 2, 0); /* without an answer it is no day */
    expect_days(shelf, 9, 2, 9);
}

static void add_up(void *owner, int64_t day, const struct histogram_list *answers)
{
    *(int64_t *)owner += (day - BEGIN) / DAY * 1000 + (int64_t)answers->count;
}

static void expect_answers(struct shelf *shelf, const char *key, int from, int to, int64_t wanted)
{
    int64_t sum = 0;
    assert_int_equal(recall_answers(shelf->recall, key, BEGIN + (int64_t)from * DAY,
                                    BEGIN + (int64_t)to * DAY, add_up, &sum, &shelf->fault),
                     0);
    assert_int_equal(sum, wanted);
}

/* Day by day, as of the last write; of more services than are kept, of more than a year, and after a rollback. */
static void test_answers(void **state)
{
    enum { MANY = 40, YEARS = 900 };
    struct shelf *shelf = *state;
    char key[32];
    expect_answers(shelf, pad, 0, 9, 0);
    save_day(shelf, 0, 3);
    save_day(shelf, 2, 4);
    expect_answers(shelf, pad, 0, 9, 2007);
    expect_answers(shelf, pad, 1, 3, 2004);
    expect_answers(shelf, pad, 1, 2, 0);
    save_day(shelf, 2, 5);
    expect_answers(shelf, pad, -YEARS, 3, 2008);
    for (int i = 0; i < MANY; i++) {
        text_format(key, sizeof key, "h/service-%d", i);
        expect_answers(shelf, key, 0, 9, 0);
    }
    expect_answers(shelf, pad, 0, 9, 2008);
    assert_int_equal(ledger_begin(shelf->ledger, &shelf->fault), 0);
    save_day(shelf, 1, 1);
    expect_answers(shelf, pad, 0, 9, 3009);
    ledger_rollback(shelf->ledger);
    expect_answers(shelf, pad, 0, 9, 2008);
    recall_rest(shelf->recall);
    expect_answers(shelf, pad, 0, 9, 2008);
    save_day(shelf, YEARS, 2);
    expect_answers(shelf, pad, YEARS - 1, YEARS + 1, YEARS * 1000 + 2);
    expect_answers(shelf, pad, 0, YEARS + 1, YEARS * 1000 + 2010);
    expect_answers(shelf, pad, 0, YEARS,
                   2008); /* a year that is not the newest, all before it, and both */
    expect_answers(shelf, pad, -YEARS, 1, 3);
    expect_answers(shelf, pad, 1, YEARS + 1, YEARS * 1000 + 2007);
}

static void test_many_services(void **state)
{
    enum { MANY = 300 };
    struct shelf *shelf = *state;
    char key[32];
    for (int i = 0; i < MANY; i++) {
        text_format(key, sizeof key, "h/service-%d", i);
        change(shelf, key, i % 5);
        reach(shelf, key, BEGIN + 6 * STEP);
        compare(shelf, key, BEGIN, BEGIN + 9 * STEP);
    }
    for (int i = 0; i < MANY; i++) {
        text_format(key, sizeof key, "h/service-%d", i);
        compare(shelf, key, BEGIN, BEGIN + 9 * STEP);
    }
}

/* ---- unconfirmed failures ---- */

static const char pad_line[] = "chat-perche/pad/web/ipv4/here";

static void fail_once(struct shelf *shelf, const char *line, int number, const char *facts)
{
    struct buffer text;
    const struct blip blip = {.then = OUTCOME_UP, .results = 1, .reason = REASON_timeout};
    struct event event = {.kind = EVENT_BLIP, .at = BEGIN + (int64_t)number * STEP};
    text_copy(event.subject, sizeof event.subject, line);
    buffer_init(&text, BLIP_MAX);
    if (facts)
        buffer_text_add(&text, facts);
    else
        blip_write(&blip, &text);
    event.facts = buffer_take(&text, NULL);
    assert_int_equal(ledger_append(shelf->ledger, &event, &shelf->fault), 0);
    free(event.facts);
}

/* Those that began in [from, 100 steps): the newest is `newest`, and of `most` so many can be read. */
static void expect_blips(struct shelf *shelf, const char *key, int from, size_t most, int newest,
                         size_t count, int64_t all)
{
    const struct line_blip *blips;
    size_t found;
    int64_t found_all;
    assert_int_equal(recall_blips(shelf->recall, key, BEGIN + (int64_t)from * STEP,
                                  BEGIN + 100 * STEP, most, &shelf->arena, &blips, &found,
                                  &found_all, &shelf->fault),
                     0);
    assert_int_equal(found, count);
    assert_int_equal(found_all, all);
    if (!count)
        return;
    assert_int_equal(blips[0].blip.at, BEGIN + (int64_t)newest * STEP);
    assert_int_equal(blips[0].family, FAMILY_IPV4);
    assert_string_equal(blips[0].check, "web");
    assert_string_equal(blips[0].vantage, "here");
}

/* Whoever asks first, for more or less: each has its own answer. */
static void test_blips_for_each_who_asks(void **state)
{
    struct shelf *shelf = *state;
    expect_blips(shelf, pad, 0, 30, 0, 0, 0);
    for (int i = 0; i < 70; i++)
        fail_once(shelf, pad_line, i, NULL);
    fail_once(shelf, "chat-perche/mail/web/ipv4/here", 80, NULL);
    expect_blips(shelf, pad, 60, 30, 69, 10, 10);
    expect_blips(shelf, pad, 5, 30, 69, 30, 65);
    expect_blips(shelf, pad, 0, 60, 69, 60, 70);
    expect_blips(shelf, pad, 0, 65, 69, 65, 70);
    expect_blips(shelf, pad, -100 * DAY / STEP, 90, 69, 70, 70);
    expect_blips(shelf, mail, 0, 30, 80, 1, 1);
    expect_blips(shelf, pad, 65, 30, 69, 5, 5);
    fail_once(shelf, pad_line, 71, "{\"results\":99}");
    expect_blips(shelf, pad, 65, 30, 69, 5, 6); /* one cannot be read */
    const struct line_blip *blips;
    size_t count;
    int64_t all;
    assert_int_equal(recall_blips(shelf->recall, pad, BEGIN, BEGIN + 3 * STEP, 2, &shelf->arena,
                                  &blips, &count, &all, &shelf->fault),
                     0);
    assert_int_equal(count, 2);
    assert_int_equal(all, 3);
    assert_int_equal(blips[0].blip.at, BEGIN + 2 * STEP);
}

static void test_blips_as_of_the_last_write(void **state)
{
    struct shelf *shelf = *state;
    fail_once(shelf, pad_line, 1, NULL);
    expect_blips(shelf, pad, 0, 30, 1, 1, 1);
    fail_once(shelf, pad_line, 2, NULL);
    expect_blips(shelf, pad, 0, 30, 2, 2, 2);
    assert_int_equal(ledger_begin(shelf->ledger, &shelf->fault), 0);
    fail_once(shelf, pad_line, 3, NULL);
    expect_blips(shelf, pad, 0, 60, 3, 3, 3);
    ledger_rollback(shelf->ledger);
    expect_blips(shelf, pad, 0, 60, 2, 2, 2);
}

/* It is the ledger's word that makes us forget: without it, what was read is told again. */
static void test_blips_are_read_once(void **state)
{
    struct shelf *shelf = *state;
    fail_once(shelf, pad_line, 1, NULL);
    expect_blips(shelf, pad, 0, 30, 1, 1, 1);
    ledger_watch(shelf->ledger, NULL, NULL);
    fail_once(shelf, pad_line, 2, NULL);
    expect_blips(shelf, pad, 1, 60, 1, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_says_what_the_ledger_says, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_rolled_back_was_not, setup, teardown),
        cmocka_unit_test_setup_teardown(test_days, setup, teardown),
        cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_services, setup, teardown),
        cmocka_unit_test_setup_teardown(test_blips_for_each_who_asks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_blips_as_of_the_last_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_blips_are_read_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
