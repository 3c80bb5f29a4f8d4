#include "lines.h"

#include "testing.h"

#include <string.h>

struct heard {
    struct buffer text; /* "line|line|", a "!" for each that was too long */
};

static void on_line(void *owner, const char *line, size_t length)
{
    struct heard *heard = owner;
    assert_int_equal(strlen(line), length);
    buffer_printf(&heard->text, "%s|", line);
}

static void on_too_long(void *owner)
{
    struct heard *heard = owner;
    buffer_text_add(&heard->text, "!");
}

/* Fed whole, and in pieces of every size. */
static void assert_lines(const char *stream, size_t max, const char *wanted)
{
    size_t length = strlen(stream);
    for (size_t piece = 1; piece <= length; piece++) {
        struct heard heard;
        struct lines lines;
        buffer_init(&heard.text, 1024);
        lines_init(&lines, max, on_line, on_too_long, &heard);
        for (size_t at = 0; at < length; at += piece)
            lines_feed(&lines, stream + at, length - at < piece ? length - at : piece);
        assert_string_equal(buffer_text(&heard.text), wanted);
        lines_fini(&lines);
        buffer_fini(&heard.text);
    }
}

static void test_lines(void **state)
{
    (void)state;
    assert_lines("one\ntwo\n", 16, "one|two|");
    assert_lines("no end", 16, "");
    assert_lines("one\n\n\ntwo\nrest", 16, "one|two|");
    assert_lines("\n", 16, "");
}

static void test_too_long(void **state)
{
    (void)state;
    assert_lines("abcd\n", 4, "abcd|");
    assert_lines("abcde\n", 4, "!");
    assert_lines("abcdefghijkl\nfine\nabcde\nok\n", 4, "!fine|!ok|");
}

static void test_reset(void **state)
{
    (void)state;
    struct heard heard;
    struct lines lines;
    buffer_init(&heard.text, 1024);
    lines_init(&lines, 4, on_line, on_too_long, &heard);
    lines_feed(&lines, "abcdefgh", 8);
    lines_reset(&lines);
    lines_feed(&lines, "ok\n", 3);
    assert_string_equal(buffer_text(&heard.text), "ok|");
    lines_fini(&lines);
    buffer_fini(&heard.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
