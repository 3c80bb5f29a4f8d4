#include "backoff.h"
#include "macros.h"
#include "mem.h"
#include "outbox.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const int64_t begin = INT64_C(1767225600000), second = 1000, hour = 3600 * 1000;

struct post { /* a message as the policy tells it */
    struct alert alert;
    struct policy_message message;
};

static struct post *post_of(const char *target, const char *thread, enum alert_kind kind)
{
    struct post *post = mem_zalloc(sizeof *post);
    struct alert *alert = &post->alert;
    text_copy(alert->target, sizeof alert->target, target);
    text_copy(alert->thread, sizeof alert->thread, thread);
    alert->kind = kind;
    alert->opens = kind == ALERT_DOWN;
    alert->at = begin / 1000;
    alert->total = alert->row_count = 1;
    alert->rows[0].kind = kind;
    text_copy(alert->rows[0].service, sizeof alert->rows[0].service, thread);
    alert_identify(alert);
    post->message.alert = alert;
    return post;
}

static void add(struct outbox *outbox, const char *target, const char *thread, enum alert_kind kind,
                int64_t now)
{
    struct post *post = post_of(target, thread, kind);
    outbox_add(outbox, &post->message, now);
    free(post);
}

static void expect_next(struct outbox *outbox, int64_t now, const char *target, const char *thread,
                        enum alert_kind kind)
{
    const struct delivery *delivery = outbox_next(outbox, now);
    assert_non_null(delivery);
    assert_string_equal(delivery->target, target);
    assert_string_equal(delivery->thread, thread);
    assert_int_equal(delivery->kind, kind);
}

static const struct delivery *flying;

static void note_flying(void *owner, const struct delivery *delivery)
{
    (void)owner;
    if (delivery->state == DELIVERY_FLYING)
        flying = delivery;
}

static void answer(struct outbox *outbox, enum outbox_end end, int64_t after_s, int64_t now)
{
    char id[ALERT_ID_SIZE];
    flying = NULL;
    outbox_each(outbox, note_flying, NULL);
    assert_non_null(flying);
    text_copy(id, sizeof id, flying->id);
    outbox_answer(outbox, id, end, after_s, "so it\r\nsaid", now);
}

static size_t counts[DELIVERY_STATE_COUNT];

static void note_state(void *owner, const struct delivery *delivery)
{
    (void)owner;
    counts[delivery->state]++;
    assert_int_equal(delivery->text == NULL, delivery_is_over(delivery));
    assert_null(strpbrk(delivery->why, "\r\n"));
}

static size_t count_of(const struct outbox *outbox, enum delivery_state state)
{
    memset(counts, 0, sizeof counts);
    outbox_each(outbox, note_state, NULL);
    return counts[state];
}

static void test_backoff(void **state)
{
    static const int seconds[] = {5, 30, 120, 300, 900, 1800, 3600, 3600, 3600};
    bool differ = false;
    (void)state;
    for (int i = 0; i < (int)ARRAY_LEN(seconds); i++) {
        int64_t ms = backoff_ms(i + 1, "a");
        assert_row(i, ms >= seconds[i] * 800 && ms <= seconds[i] * 1200);
        assert_row(i, ms == backoff_ms(i + 1, "a"));
        differ = differ || ms != backoff_ms(i + 1, "b");
    }
    assert_true(differ);
    assert_int_equal(backoff_ms(0, "a") / 4000, 1);
    assert_true(backoff_ms(INT32_MAX, "a") <= BACKOFF_MOST_S * 1200);
}

static void test_delivers_once(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    assert_null(outbox_next(outbox, begin));
    assert_true(outbox_due(outbox) == INT64_MAX);
    add(outbox, "tech", "a/x", ALERT_DOWN, begin);
    add(outbox, "tech", "a/x", ALERT_DOWN, begin);
    assert_true(outbox_due(outbox) == begin);
    expect_next(outbox, begin, "tech", "a/x", ALERT_DOWN);
    assert_null(outbox_next(outbox, begin));
    answer(outbox, OUTBOX_DELIVERED, 0, begin);
    assert_null(outbox_next(outbox, begin + 9 * hour));
    outbox_answer(outbox, "unknown", OUTBOX_LATER, 0, "", begin);
    assert_int_equal(count_of(outbox, DELIVERY_DONE), 1);
    outbox_free(outbox);
}

static void test_refused_is_final(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    add(outbox, "tech", "a/x", ALERT_DOWN, begin);
    expect_next(outbox, begin, "tech", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_REFUSED, 0, begin);
    assert_null(outbox_next(outbox, begin + hour));
    /* Who never heard of the beginning does not hear of the end. */
    add(outbox, "tech", "a/x", ALERT_RECOVERY, begin + hour);
    assert_null(outbox_next(outbox, begin + hour));
    assert_int_equal(count_of(outbox, DELIVERY_REFUSED), 1);
    assert_int_equal(count_of(outbox, DELIVERY_DROPPED), 1);
    outbox_free(outbox);
}

/* As when a contact says no, and yes again. */
static void test_what_never_arrived_may_be_told_again(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    add(outbox, "boss", "a/x", ALERT_DOWN, begin);
    expect_next(outbox, begin, "boss", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_LATER, 0, begin);
    outbox_drop(outbox, "boss", "it wants no more");
    assert_null(outbox_next(outbox, begin + hour));
    add(outbox, "boss", "a/x", ALERT_DOWN, begin + 100 * hour);
    expect_next(outbox, begin + 100 * hour, "boss", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_REFUSED, 0, begin + 100 * hour);
    add(outbox, "boss", "a/x", ALERT_DOWN, begin + 101 * hour);
    expect_next(outbox, begin + 101 * hour, "boss", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_DELIVERED, 0, begin + 101 * hour);
    add(outbox, "boss", "a/x", ALERT_DOWN, begin + 102 * hour);
    assert_null(outbox_next(outbox, begin + 102 * hour));
    assert_int_equal(count_of(outbox, DELIVERY_DONE), 1);
    outbox_free(outbox);
}

/* How often a target that never answers is tried in its 72 h, and that this delays nobody. */
static void test_tries_until_it_expires(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    int tries = 0;
    char id[ALERT_ID_SIZE] = "";
    add(outbox, "dead", "a/x", ALERT_DOWN, begin);
    for (int64_t now = begin; now < begin + 80 * hour; now += second) {
        const struct delivery *delivery = outbox_next(outbox, now);
        if (!delivery)
            continue;
        assert_true(!id[0] || strcmp(id, delivery->id) == 0);
        text_copy(id, sizeof id, delivery->id);
        tries++;
        answer(outbox, OUTBOX_LATER, 0, now);
        add(outbox, "tech", "a/y", ALERT_DOWN, now);
        if (tries == 1) {
            expect_next(outbox, now, "tech", "a/y", ALERT_DOWN);
            answer(outbox, OUTBOX_DELIVERED, 0, now);
        }
    }
    assert_true(tries > 60 && tries < 95);
    assert_int_equal(count_of(outbox, DELIVERY_EXPIRED), 1);
    assert_int_equal(count_of(outbox, DELIVERY_PENDING), 0);
    outbox_free(outbox);
}

static void test_a_receiver_can_put_us_off_within_bounds(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    add(outbox, "tech", "a/x", ALERT_DOWN, begin);
    expect_next(outbox, begin, "tech", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_LATER, 90, begin);
    add(outbox, "tech", "a/y", ALERT_DOWN, begin);
    assert_null(outbox_next(outbox, begin + 90 * second - 1));
    expect_next(outbox, begin + 90 * second, "tech", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_LATER, INT64_MAX, begin + 90 * second);
    int64_t due = outbox_due(outbox);
    assert_true(due == begin + 90 * second + (int64_t)OUTBOX_PUT_OFF_MOST_S * second);
    expect_next(outbox, due, "tech", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_LATER, -5, due);
    assert_true(outbox_due(outbox) > due);
    outbox_free(outbox);
}

static size_t attempts(struct outbox *outbox, int64_t from, int64_t to)
{
    size_t count = 0;
    for (int64_t now = from; now < to; now += second) {
        while (outbox_next(outbox, now)) {
            answer(outbox, OUTBOX_LATER, 0, now);
            count++;
        }
    }
    return count;
}

static void test_a_dead_target_is_tried_rarely(void **state)
{
    char thread[16];
    (void)state;
    struct outbox *outbox = outbox_new();
    for (int i = 0; i < OUTBOX_CROWD; i++) {
        text_format(thread, sizeof thread, "a/%d", i);
        add(outbox, "dead", thread, ALERT_DOWN, begin);
    }
    assert_true(attempts(outbox, begin, begin + hour) < 15);
    /* Once it lives, nothing waits for its own time any more. */
    int64_t now = outbox_due(outbox);
    for (int i = 0; i < OUTBOX_CROWD; i++) {
        assert_non_null(outbox_next(outbox, now));
        answer(outbox, OUTBOX_DELIVERED, 0, now);
    }
    assert_int_equal(count_of(outbox, DELIVERY_DONE), OUTBOX_CROWD);
    /* And one failure is no series of them. */
    add(outbox, "dead", "b/1", ALERT_DOWN, now);
    add(outbox, "dead", "b/2", ALERT_DOWN, now);
    expect_next(outbox, now, "dead", "b/1", ALERT_DOWN);
    answer(outbox, OUTBOX_LATER, 0, now);
    expect_next(outbox, now, "dead", "b/2", ALERT_DOWN);
    outbox_free(outbox);
}

static void test_a_thread_keeps_its_order(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    add(outbox, "tech", "a/x", ALERT_DOWN, begin);
    expect_next(outbox, begin, "tech", "a/x", ALERT_DOWN);
    add(outbox, "tech", "a/x", ALERT_RECOVERY, begin);
    add(outbox, "tech", "a/y", ALERT_DOWN, begin);
    assert_null(outbox_next(outbox, begin));
    answer(outbox, OUTBOX_DELIVERED, 0, begin);
    expect_next(outbox, begin, "tech", "a/x", ALERT_RECOVERY);
    answer(outbox, OUTBOX_LATER, 0, begin);
    expect_next(outbox, begin, "tech", "a/y", ALERT_DOWN);
    outbox_free(outbox);
}

static void test_an_end_swallows_its_untold_beginning(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    add(outbox, "tech", "a/x", ALERT_DOWN, begin);
    expect_next(outbox, begin, "tech", "a/x", ALERT_DOWN);
    add(outbox, "tech", "a/x", ALERT_RECOVERY, begin);
    /* It failed while the end was added: then they go together, too. */
    answer(outbox, OUTBOX_LATER, 0, begin);
    const struct delivery *delivery = outbox_next(outbox, begin);
    assert_non_null(delivery);
    assert_int_equal(delivery->kind, ALERT_RECOVERY);
    assert_true(delivery->opens);
    assert_non_null(strstr(delivery->text, "\"opens\":true"));
    assert_int_equal(count_of(outbox, DELIVERY_MERGED), 1);
    outbox_free(outbox);
}

static void test_of_a_group_a_part_swallows_nothing(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    struct post *group = post_of("tech", "a/x", ALERT_DOWN);
    group->alert.total = 3;
    outbox_add(outbox, &group->message, begin);
    add(outbox, "tech", "a/x", ALERT_RECOVERY, begin);
    expect_next(outbox, begin, "tech", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_LATER, 0, begin);
    assert_null(outbox_next(outbox, begin)); /* the end does not go before the beginning */
    expect_next(outbox, begin + 6 * second, "tech", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_DELIVERED, 0, begin + 6 * second);
    expect_next(outbox, begin + 6 * second, "tech", "a/x", ALERT_RECOVERY);
    free(group);
    outbox_free(outbox);
}

/* As many, but not the same: one of those that are down was not told to be over. */
static void test_an_end_swallows_only_what_it_names(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    struct post *down = post_of("tech", "a/x", ALERT_DOWN);
    struct post *up = post_of("tech", "a/x", ALERT_RECOVERY);
    down->alert.total = down->alert.row_count = up->alert.total = up->alert.row_count = 2;
    text_copy(down->alert.rows[1].service, sizeof down->alert.rows[1].service, "a/y");
    text_copy(up->alert.rows[1].service, sizeof up->alert.rows[1].service, "a/z");
    outbox_add(outbox, &down->message, begin);
    outbox_add(outbox, &up->message, begin);
    expect_next(outbox, begin, "tech", "a/x", ALERT_DOWN);
    free(down);
    free(up);
    outbox_free(outbox);
}

static void test_old_reminders_give_way(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    struct post *post = post_of("tech", "a/x", ALERT_REMINDER);
    for (int i = 0; i < 3; i++) {
        post->alert.at += 3600;
        alert_identify(&post->alert);
        outbox_add(outbox, &post->message, begin + i * hour);
    }
    assert_int_equal(count_of(outbox, DELIVERY_PENDING), 1);
    add(outbox, "tech", "a/x", ALERT_RECOVERY, begin + 3 * hour);
    assert_int_equal(count_of(outbox, DELIVERY_PENDING), 1);
    assert_int_equal(counts[DELIVERY_DROPPED], 3);
    free(post);
    outbox_free(outbox);
}

static void test_a_crash_loses_nothing(void **state)
{
    char id[ALERT_ID_SIZE];
    (void)state;
    struct outbox *outbox = outbox_new(), *next = outbox_new();
    add(outbox, "tech", "a/x", ALERT_DOWN, begin);
    const struct delivery *delivery = outbox_next(outbox, begin);
    assert_non_null(delivery);
    assert_ptr_equal(outbox_next_changed(outbox), delivery);
    assert_null(outbox_next_changed(outbox));
    text_copy(id, sizeof id, delivery->id);
    outbox_restore(next, delivery);
    outbox_restore(next, delivery);
    outbox_free(outbox);
    assert_null(outbox_next_changed(next));
    delivery = outbox_next(next, begin + second);
    assert_non_null(delivery);
    assert_string_equal(delivery->id, id);
    assert_true(outbox_stuck_since(next, begin + second) == begin);
    outbox_recall(next, begin + 2 * second); /* the courier died */
    delivery = outbox_next(next, begin + 2 * second);
    assert_non_null(delivery);
    assert_string_equal(delivery->id, id);
    answer(next, OUTBOX_DELIVERED, 0, begin + 3 * second);
    assert_true(outbox_stuck_since(next, begin + 9 * second) == 0);
    outbox_free(next);
}

static void test_a_crowd_becomes_a_digest(void **state)
{
    enum { CROWD = 60 };
    struct alert *alert = mem_zalloc(sizeof *alert);
    char thread[16];
    (void)state;
    struct outbox *outbox = outbox_new();
    for (int i = 0; i < CROWD; i++) {
        struct post *post = NULL;
        text_format(thread, sizeof thread, "a/%d", i);
        post = post_of("tech", thread, i == CROWD - 1 ? ALERT_DOWN : ALERT_DEGRADED);
        post->alert.severity = i == CROWD - 1 ? SEVERITY_CRITICAL : SEVERITY_WARNING;
        outbox_add(outbox, &post->message, begin);
        free(post);
    }
    add(outbox, "tech", "t", ALERT_TEST, begin);
    const struct delivery *delivery = outbox_next(outbox, begin);
    assert_non_null(delivery);
    assert_int_equal(delivery->kind, ALERT_TEST);
    answer(outbox, OUTBOX_DELIVERED, 0, begin);
    delivery = outbox_next(outbox, begin);
    assert_non_null(delivery);
    assert_int_equal(delivery->kind, ALERT_DIGEST);
    assert_true(alert_read(delivery->text, strlen(delivery->text), alert));
    assert_int_equal(alert->total, CROWD);
    assert_int_equal(alert->row_count, ALERT_ROWS_MAX);
    assert_int_equal(alert->severity, SEVERITY_CRITICAL);
    assert_int_equal(alert->rows[0].kind, ALERT_DOWN); /* the gravest first */
    answer(outbox, OUTBOX_DELIVERED, 0, begin);
    assert_null(outbox_next(outbox, begin + hour));
    add(outbox, "tech", "a/7", ALERT_RECOVERY, begin + hour); /* the digest told its beginning */
    expect_next(outbox, begin + hour, "tech", "a/7", ALERT_RECOVERY);
    free(alert);
    outbox_free(outbox);
}

/* One that goes `target`'s way unless that of `first` was accepted. */
static void add_next_way(struct outbox *outbox, const char *target, const char *first,
                         const char *thread)
{
    struct post *earlier = post_of(first, thread, ALERT_DOWN);
    struct post *post = post_of(target, thread, ALERT_DOWN);
    post->message.unless = earlier->alert.id;
    post->message.due = begin / 1000 + POLICY_ESCALATE_S;
    outbox_add(outbox, &post->message, begin);
    free(earlier);
    free(post);
}

static void test_next_ways_wait_for_the_digest(void **state)
{
    enum { CROWD = OUTBOX_CROWD + 1 };
    char thread[16];
    (void)state;
    struct outbox *outbox = outbox_new();
    for (int i = 0; i < CROWD; i++) {
        text_format(thread, sizeof thread, "a/%d", i);
        add(outbox, "tech", thread, ALERT_DOWN, begin);
        add_next_way(outbox, "way", "tech", thread);
    }
    const struct delivery *delivery = outbox_next(outbox, begin);
    assert_non_null(delivery);
    assert_int_equal(delivery->kind, ALERT_DIGEST);
    answer(outbox, OUTBOX_DELIVERED, 0, begin);
    assert_int_equal(count_of(outbox, DELIVERY_DROPPED), CROWD);
    assert_null(outbox_next(outbox, begin + hour));
    outbox_free(outbox);
}

static void test_next_ways_follow_a_digest_that_fails(void **state)
{
    enum { CROWD = OUTBOX_CROWD + 1 };
    char thread[16];
    (void)state;
    struct outbox *outbox = outbox_new();
    for (int i = 0; i < CROWD; i++) {
        text_format(thread, sizeof thread, "a/%d", i);
        add(outbox, "tech", thread, ALERT_DOWN, begin);
        add_next_way(outbox, "way", "tech", thread);
    }
    assert_non_null(outbox_next(outbox, begin));
    answer(outbox, OUTBOX_LATER, 3600, begin);
    int64_t later = begin + POLICY_ESCALATE_S * second;
    const struct delivery *delivery = outbox_next(outbox, later);
    assert_non_null(delivery);
    assert_string_equal(delivery->target, "way");
    assert_int_equal(delivery->kind, ALERT_DIGEST);
    outbox_free(outbox);
}

/* Its end goes the first way only, as when the others were struck from the configuration meanwhile. */
static void test_next_ways_end_with_what_is_over(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    add(outbox, "tech", "a/x", ALERT_DOWN, begin);
    add_next_way(outbox, "way", "tech", "a/x");
    add(outbox, "tech", "a/x", ALERT_RECOVERY, begin + second);
    expect_next(outbox, begin + second, "tech", "a/x", ALERT_RECOVERY);
    answer(outbox, OUTBOX_LATER, 3600, begin + second);
    assert_null(outbox_next(outbox, begin + POLICY_ESCALATE_S * second));
    assert_int_equal(count_of(outbox, DELIVERY_DROPPED), 1);
    outbox_free(outbox);
}

static void test_what_is_stuck(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    add(outbox, "tech", "a/x", ALERT_DOWN, begin);
    add_next_way(outbox, "way", "tech", "a/x");
    assert_true(outbox_stuck_since(outbox, begin + 9 * second) == begin);
    expect_next(outbox, begin, "tech", "a/x", ALERT_DOWN);
    assert_true(outbox_stuck_since(outbox, begin + 9 * second) == begin); /* no answer yet */
    answer(outbox, OUTBOX_LATER, 3600, begin);
    assert_true(outbox_stuck_since(outbox, begin + 9 * second) == begin);
    expect_next(outbox, begin + POLICY_ESCALATE_S * second, "way", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_DELIVERED, 0, begin + POLICY_ESCALATE_S * second);
    assert_true(outbox_stuck_since(outbox, begin + hour) == 0); /* somebody heard of it */
    outbox_free(outbox);
}

static void test_what_has_time_is_not_stuck(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    add_next_way(outbox, "way", "tech", "a/x");
    assert_true(outbox_stuck_since(outbox, begin + second) == 0);
    int64_t due = begin + POLICY_ESCALATE_S * second;
    assert_true(outbox_stuck_since(outbox, due + hour) == due);
    outbox_free(outbox);
}

static size_t gone_count;

static void on_gone(void *owner, const struct delivery *delivery)
{
    (void)owner;
    assert_true(delivery_is_over(delivery));
    gone_count++;
}

static void test_forgets_what_is_long_over(void **state)
{
    (void)state;
    struct outbox *outbox = outbox_new();
    add(outbox, "tech", "a/x", ALERT_DOWN, begin);
    expect_next(outbox, begin, "tech", "a/x", ALERT_DOWN);
    answer(outbox, OUTBOX_DELIVERED, 0, begin);
    int64_t later = begin + ((int64_t)OUTBOX_MEMORY_S + 1) * second;
    gone_count = 0;
    outbox_sweep(outbox, later, on_gone, NULL);
    assert_int_equal(gone_count, 0); /* its change was not stored yet */
    assert_non_null(outbox_next_changed(outbox));
    outbox_sweep(outbox, later - 2 * second, on_gone, NULL);
    assert_int_equal(gone_count, 0);
    outbox_sweep(outbox, later, on_gone, NULL);
    assert_int_equal(gone_count, 1);
    /* Of an outage that is older than that the end is told all the same. */
    add(outbox, "tech", "a/x", ALERT_RECOVERY, later);
    expect_next(outbox, later, "tech", "a/x", ALERT_RECOVERY);
    outbox_free(outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backoff),
        cmocka_unit_test(test_delivers_once),
        cmocka_unit_test(test_refused_is_final),
        cmocka_unit_test(test_what_never_arrived_may_be_told_again),
        cmocka_unit_test(test_tries_until_it_expires),
        cmocka_unit_test(test_a_receiver_can_put_us_off_within_bounds),
        cmocka_unit_test(test_a_dead_target_is_tried_rarely),
        cmocka_unit_test(test_a_thread_keeps_its_order),
        cmocka_unit_test(test_an_end_swallows_its_untold_beginning),
        cmocka_unit_test(test_of_a_group_a_part_swallows_nothing),
        cmocka_unit_test(test_an_end_swallows_only_what_it_names),
        cmocka_unit_test(test_old_reminders_give_way),
        cmocka_unit_test(test_a_crash_loses_nothing),
        cmocka_unit_test(test_a_crowd_becomes_a_digest),
        cmocka_unit_test(test_next_ways_wait_for_the_digest),
        cmocka_unit_test(test_next_ways_follow_a_digest_that_fails),
        cmocka_unit_test(test_next_ways_end_with_what_is_over),
        cmocka_unit_test(test_what_is_stuck),
        cmocka_unit_test(test_what_has_time_is_not_stuck),
        cmocka_unit_test(test_forgets_what_is_long_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
