/* The inbox between two threads. Run under ThreadSanitizer, too. */
#include "inbox.h"

#include "clock.h"
#include "mem.h"

#include "testing.h"

#include <pthread.h>
#include <stdlib.h>

enum { MANY = 20000 };

static struct message numbered(int64_t number)
{
    struct message message = {.kind = MESSAGE_EVENT};
    message.event.at = number;
    return message;
}

struct taker {
    struct message *messages;
    size_t capacity;
};

static size_t take(struct inbox *inbox, struct taker *taker, int64_t wait_ms)
{
    return inbox_take(inbox, wait_ms, &taker->messages, &taker->capacity);
}

static void test_order(void **state)
{
    struct inbox inbox;
    struct taker taker = {0};
    (void)state;
    inbox_init(&inbox);
    assert_int_equal(take(&inbox, &taker, 0), 0);
    for (int64_t i = 0; i < 100; i++) {
        struct message message = numbered(i);
        assert_int_equal(inbox_put(&inbox, &message), i + 1);
    }
    assert_int_equal(inbox_waiting(&inbox), 100);
    assert_int_equal(take(&inbox, &taker, 1000), 100);
    for (int64_t i = 0; i < 100; i++)
        assert_int_equal(taker.messages[i].event.at, i);
    assert_int_equal(inbox_waiting(&inbox), 0);
    assert_int_equal(take(&inbox, &taker, 0), 0);
    free(taker.messages);
    inbox_fini(&inbox);
}

/* Waits, but not longer than it was told. */
static void test_wait(void **state)
{
    struct inbox inbox;
    struct taker taker = {0};
    (void)state;
    inbox_init(&inbox);
    struct mono begin = clock_mono();
    assert_int_equal(take(&inbox, &taker, 1100), 0);
    assert_true(mono_ms_between(begin, clock_mono()) >= 1099);
    inbox_fini(&inbox);
    free(taker.messages);
}

static void *put_many(void *owner)
{
    struct inbox *inbox = owner;
    for (int64_t i = 0; i < MANY; i++) {
        struct message message = numbered(i);
        inbox_put(inbox, &message);
    }
    return NULL;
}

/* Every message comes once and in order, however the threads interleave. */
static void test_two_threads(void **state)
{
    struct inbox inbox;
    struct taker taker = {0};
    pthread_t putter;
    int64_t next = 0;
    (void)state;
    inbox_init(&inbox);
    assert_int_equal(pthread_create(&putter, NULL, put_many, &inbox), 0);
    while (next < MANY) {
        size_t count = take(&inbox, &taker, 60000);
        assert_true(count > 0);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(taker.messages[i].event.at, next++);
    }
    pthread_join(putter, NULL);
    assert_int_equal(inbox_waiting(&inbox), 0);
    free(taker.messages);
    inbox_fini(&inbox);
}

static void *put_one(void *owner)
{
    struct message message = numbered(7);
    inbox_put(owner, &message);
    return NULL;
}

/* Who waits is woken at once: with an hour to wait, this test would not end. */
static void test_wakes(void **state)
{
    struct inbox inbox;
    struct taker taker = {0};
    pthread_t putter;
    (void)state;
    inbox_init(&inbox);
    assert_int_equal(pthread_create(&putter, NULL, put_one, &inbox), 0);
    assert_int_equal(take(&inbox, &taker, 3600000), 1);
    assert_int_equal(taker.messages[0].event.at, 7);
    pthread_join(putter, NULL);
    free(taker.messages);
    inbox_fini(&inbox);
}

/* LeakSanitizer sees when a configuration that nobody took is forgotten. */
static void test_dropped(void **state)
{
    struct inbox inbox;
    struct message message = numbered(1);
    (void)state;
    inbox_init(&inbox);
    inbox_put(&inbox, &message);
    message = (struct message){.kind = MESSAGE_CONFIG, .config = mem_zalloc(sizeof(struct config))};
    arena_text(&message.config->arena, "some text of it");
    inbox_put(&inbox, &message);
    inbox_fini(&inbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),       cmocka_unit_test(test_wait),
        cmocka_unit_test(test_two_threads), cmocka_unit_test(test_wakes),
        cmocka_unit_test(test_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
