/* Keys by their hashes: each found where it was put last, others not at all, with hashes that are all the same, too. */
#include "key_index.h"

#include "hash.h"
#include "testing.h"

enum { KEYS = 1000 };

static const char *key_of(struct arena *arena, size_t number)
{
    return arena_printf(arena, "organization.key-%zu", number);
}

/* As many as there is room for, by hashes of which so many bits differ. */
static void fill(uint64_t mask)
{
    struct arena arena = {0};
    struct key_index index;
    key_index_init(&index, &arena, KEYS);
    for (size_t i = 0; i < KEYS; i++) {
        const char *key = key_of(&arena, i);
        assert_true(key_index_put(&index, key, hash_text(key) & mask, i) == KEY_INDEX_NONE);
    }
    for (size_t i = 0; i < KEYS; i++) {
        const char *key = key_of(&arena, i);
        assert_int_equal(key_index_find(&index, key, hash_text(key) & mask), i);
        assert_int_equal(key_index_put(&index, key, hash_text(key) & mask, i + 1), i);
        assert_int_equal(key_index_find(&index, key, hash_text(key) & mask), i + 1);
    }
    assert_true(key_index_find(&index, "x", hash_text("x") & mask) == KEY_INDEX_NONE);
    arena_free(&arena);
}

static void test_many(void **state)
{
    (void)state;
    fill(UINT64_MAX);
}

static void test_same_hashes(void **state)
{
    (void)state;
    fill(3);
    fill(0);
}

static void test_none(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct key_index index;
    key_index_init(&index, &arena, 0);
    assert_true(key_index_find(&index, "", hash_text("")) == KEY_INDEX_NONE);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_same_hashes),
        cmocka_unit_test(test_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
