#include "compress.h"
#include "testing.h"

#include <string.h>
#include <zlib.h>

static const char text[] = "Un pad, deux pads, trois pads, quatre pads, cinq pads, six pads, sept "
                           "pads, huit pads, neuf pads.";

static void test_gzip_comes_back(void **state)
{
    struct buffer packed;
    unsigned char back[sizeof text];
    z_stream stream = {0};
    (void)state;
    buffer_init(&packed, 4096);
    assert_true(compress_gzip(text, sizeof text, &packed));
    assert_true(packed.length < sizeof text);
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = (Bytef *)packed.bytes;
    stream.avail_in = (uInt)packed.length;
    stream.next_out = back;
    stream.avail_out = sizeof back;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    inflateEnd(&stream);
    assert_memory_equal(back, text, sizeof text);
    buffer_fini(&packed);
}

static void test_brotli_is_smaller(void **state)
{
    enum { LINES = 400 };
    struct buffer content, quick, thorough;
    (void)state;
    buffer_init(&content, 64 * 1024);
    buffer_init(&quick, 64 * 1024);
    buffer_init(&thorough, 64 * 1024);
    for (int i = 0; i < LINES; i++)
        buffer_printf(&content, "<tr><td>%d</td><td>%d ms</td></tr>\n", i, i * i % 997);
    assert_true(compress_brotli(content.bytes, content.length, 5, &quick));
    assert_true(compress_brotli(content.bytes, content.length, 11, &thorough));
    assert_true(quick.length < content.length / 2);
    assert_true(thorough.length < quick.length);
    buffer_fini(&content);
    buffer_fini(&quick);
    buffer_fini(&thorough);
}

static void test_gain_or_nothing(void **state)
{
    struct buffer out;
    (void)state;
    buffer_init(&out, 4096);
    buffer_text_add(&out, "kept");
    assert_false(compress_gzip("ab", 2, &out));
    assert_false(compress_brotli("ab", 2, 5, &out));
    assert_false(compress_gzip("", 0, &out));
    assert_false(compress_brotli("", 0, 5, &out));
    assert_string_equal(buffer_text(&out), "kept");
    buffer_fini(&out);
}

static void test_respects_the_maximum(void **state)
{
    struct buffer out;
    (void)state;
    buffer_init(&out, 8);
    assert_false(compress_gzip(text, sizeof text, &out));
    assert_false(compress_brotli(text, sizeof text, 5, &out));
    assert_int_equal(out.length, 0);
    assert_false(out.overflow);
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gzip_comes_back),
        cmocka_unit_test(test_brotli_is_smaller),
        cmocka_unit_test(test_gain_or_nothing),
        cmocka_unit_test(test_respects_the_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
