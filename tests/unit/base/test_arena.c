#include "arena.h"

#include "testing.h"

#include <string.h>

static void test_memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    static const unsigned char zeros[40000];
    struct arena arena = {0};
    for (size_t size = 0; size < sizeof zeros; size += 977) {
        unsigned char *block = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
        assert_memory_equal(block, zeros, size);
        memset(block, 0xFF, size); /* must not reach a neighbour */
    }
    arena_free(&arena);
    assert_null(arena.blocks);
}

static void test_pieces_do_not_overlap(void **state)
{
    (void)state;
    enum { PIECES = 3000 };
    struct arena arena = {0};
    size_t *pieces[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        pieces[i] = arena_array(&arena, 3, sizeof **pieces);
        pieces[i][0] = pieces[i][2] = i;
    }
    for (size_t i = 0; i < PIECES; i++) {
        assert_int_equal(pieces[i][0], i);
        assert_int_equal(pieces[i][1], 0);
        assert_int_equal(pieces[i][2], i);
    }
    arena_free(&arena);
}

/* Short or long, to the byte. */
static void test_printf_of_every_length(void **state)
{
    (void)state;
    enum { LONGEST = 600 };
    struct arena arena = {0};
    char source[LONGEST + 1] = "";
    for (size_t length = 0; length < LONGEST; length++) {
        const char *text = arena_printf(&arena, "%s", source);
        assert_string_equal(text, source);
        source[length] = (char)('a' + length % 26);
    }
    arena_free(&arena);
}

static void test_texts(void **state)
{
    (void)state;
    struct arena arena = {0};
    char source[] = "ronron";
    char *copy = arena_text(&arena, source);
    source[0] = 'X';
    assert_string_equal(copy, "ronron");
    assert_null(arena_text(&arena, NULL));
    assert_string_equal(arena_text(&arena, ""), "");
    assert_string_equal(arena_bytes(&arena, "abcdef", 3), "abc");
    assert_string_equal(arena_bytes(&arena, NULL, 0), "");
    assert_string_equal(arena_printf(&arena, "%s/%d", "chat", 7), "chat/7");
    arena_free(&arena);
    arena_free(&arena);
    assert_string_equal(arena_text(&arena, "again"), "again");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed_and_aligned),
        cmocka_unit_test(test_pieces_do_not_overlap),
        cmocka_unit_test(test_printf_of_every_length),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
