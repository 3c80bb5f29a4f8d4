#include "buffer.h"

#include "testing.h"

#include <stdlib.h>
#include <string.h>

static void test_starts_empty(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 10);
    assert_string_equal(buffer_text(&buffer), "");
    assert_int_equal(buffer.length, 0);
    assert_false(buffer.overflow);
    buffer_drop(&buffer, 0);
    buffer_clear(&buffer);
    buffer_fini(&buffer);
}

static void test_adds_and_ends_in_nul(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 1000);
    buffer_add(&buffer, "a\0b", 3);
    buffer_text_add(&buffer, "cd");
    buffer_byte(&buffer, 'e');
    buffer_printf(&buffer, "%d%s", 42, "!");
    assert_int_equal(buffer.length, 9);
    assert_memory_equal(buffer.bytes, "a\0bcde42!", 10);
    buffer_fini(&buffer);
}

static void test_overflow_keeps_what_fits(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 5);
    buffer_text_add(&buffer, "abcde");
    assert_false(buffer.overflow);
    buffer_text_add(&buffer, "");
    assert_false(buffer.overflow);
    buffer_byte(&buffer, 'f');
    assert_true(buffer.overflow);
    assert_string_equal(buffer_text(&buffer), "abcde");
    buffer_clear(&buffer);
    assert_false(buffer.overflow);
    buffer_printf(&buffer, "%s", "123456789");
    assert_true(buffer.overflow);
    assert_string_equal(buffer_text(&buffer), "12345");
    buffer_fini(&buffer);
}

static void test_printf_longer_than_the_stack_piece(void **state)
{
    (void)state;
    char long_text[2000];
    for (size_t length = 250; length < 262; length++) {
        struct buffer buffer;
        memset(long_text, 'm', length);
        long_text[length] = '\0';
        buffer_init(&buffer, sizeof long_text);
        buffer_printf(&buffer, "<%s>", long_text);
        assert_int_equal(buffer.length, length + 2);
        assert_int_equal(buffer.bytes[length + 1], '>');
        buffer_fini(&buffer);
    }
}

static void test_drop_from_the_front(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 100);
    buffer_text_add(&buffer, "abcdef");
    buffer_drop(&buffer, 2);
    assert_string_equal(buffer_text(&buffer), "cdef");
    buffer_drop(&buffer, 4);
    assert_string_equal(buffer_text(&buffer), "");
    buffer_fini(&buffer);
}

static void test_drop_makes_room(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 4);
    buffer_text_add(&buffer, "abcd");
    buffer_drop(&buffer, 3);
    buffer_text_add(&buffer, "xyz");
    assert_false(buffer.overflow);
    assert_string_equal(buffer_text(&buffer), "dxyz");
    buffer_fini(&buffer);
}

static void test_take_hands_over(void **state)
{
    (void)state;
    struct buffer buffer;
    size_t length;
    buffer_init(&buffer, 4);
    char *empty = buffer_take(&buffer, NULL);
    assert_string_equal(empty, "");
    free(empty);
    buffer_text_add(&buffer, "abc");
    char *bytes = buffer_take(&buffer, &length);
    assert_int_equal(length, 3);
    assert_string_equal(bytes, "abc");
    assert_string_equal(buffer_text(&buffer), "");
    buffer_text_add(&buffer, "12345");
    assert_string_equal(buffer_text(&buffer), "1234");
    free(bytes);
    buffer_fini(&buffer);
}

/* Any sequence of pieces gives the first `max` bytes of their concatenation. */
static void test_any_pieces(void **state)
{
    (void)state;
    static const char source[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    for (size_t max = 0; max < sizeof source; max++) {
        for (size_t piece = 1; piece < 8; piece++) {
            struct buffer buffer;
            buffer_init(&buffer, max);
            size_t total = sizeof source - 1;
            for (size_t at = 0; at < total; at += piece)
                buffer_add(&buffer, source + at, at + piece > total ? total - at : piece);
            assert_int_equal(buffer.length, max);
            assert_memory_equal(buffer_text(&buffer), source, max);
            assert_int_equal(buffer_text(&buffer)[max], '\0');
            assert_int_equal(buffer.overflow, max < total);
            buffer_fini(&buffer);
        }
    }
}

static void test_numbers(void **state)
{
    static const int64_t numbers[] = {0, 7, 10, -1, -250, 1234567890123, INT64_MAX, INT64_MIN};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char wanted[32];
        struct buffer buffer;
        buffer_init(&buffer, 64);
        buffer_number(&buffer, numbers[i]);
        snprintf(wanted, sizeof wanted, "%lld", (long long)numbers[i]);
        assert_string_equal(buffer_text(&buffer), wanted);
        buffer_fini(&buffer);
    }
}

/* As adding one piece after the other, whatever the maximum. */
static void test_by_hand(void **state)
{
    (void)state;
    static const char pieces[] = "one two -42\0 7 1234567890123";
    for (size_t max = 0; max < 200; max++) {
        struct buffer added, written;
        buffer_init(&added, max);
        buffer_init(&written, max);
        for (int turn = 0; turn < 6; turn++) {
            buffer_add(&added, pieces, sizeof pieces);
            char *at = buffer_room(&written, sizeof pieces);
            memcpy(at, pieces, sizeof pieces);
            buffer_wrote(&written, at + sizeof pieces);
            buffer_printf(&added, "%d", -42 * turn);
            buffer_number(&written, -42 * turn);
        }
        assert_int_equal(written.length, added.length);
        assert_memory_equal(buffer_text(&written), buffer_text(&added), added.length);
        assert_int_equal(buffer_text(&written)[written.length], '\0');
        assert_int_equal(written.overflow, added.overflow);
        buffer_fini(&added);
        buffer_fini(&written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_starts_empty),
        cmocka_unit_test(test_adds_and_ends_in_nul),
        cmocka_unit_test(test_overflow_keeps_what_fits),
        cmocka_unit_test(test_printf_longer_than_the_stack_piece),
        cmocka_unit_test(test_drop_from_the_front),
        cmocka_unit_test(test_drop_makes_room),
        cmocka_unit_test(test_take_hands_over),
        cmocka_unit_test(test_any_pieces),
        cmocka_unit_test(test_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
