#include "hash.h"

#include "testing.h"

#include <stdlib.h>
#include <string.h>

/* File names and schedules hang on these very numbers: computed by a few lines of Python from the definition. */
static void test_never_changes(void **state)
{
    (void)state;
    assert_true(hash_text("") == UINT64_C(0xefd01f60ba992926));
    assert_true(hash_text("a") == UINT64_C(0x82a2a958a9bece5b));
    assert_true(hash_text("chat-perche/pad") == UINT64_C(0x2937d425f747d3fc));
    assert_true(hash_bytes("chat-perche/pad", 15) == hash_text("chat-perche/pad"));
    assert_true(hash_bytes("\0", 1) != hash_bytes("\0\0", 2));
}

/* 64 slots, 6400 names that differ in a digit or two: none is empty, none holds three times its share. */
static void test_spreads(void **state)
{
    (void)state;
    int slots[64] = {0};
    for (int i = 0; i < 6400; i++) {
        char name[32];
        snprintf(name, sizeof name, "host-%04d", i);
        slots[hash_text(name) >> 58]++;
    }
    for (size_t i = 0; i < 64; i++)
        assert_in_range(slots[i], 40, 250);
}

/* A row of numbers is told from one in another order, with another zero, or longer by one. */
static void test_numbers(void **state)
{
    (void)state;
    uint64_t one_two = hash_number(hash_number(0, 1), 2);
    assert_true(one_two == hash_number(hash_number(0, 1), 2));
    assert_true(one_two != hash_number(hash_number(0, 2), 1));
    assert_true(hash_number(0, 0) != 0);
    assert_true(hash_number(hash_number(0, 0), 0) != hash_number(0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_never_changes),
        cmocka_unit_test(test_spreads),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
