#include "writer.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MAX = 64 * 1024 };

static void expect_text(const char *text, const char *html)
{
    struct buffer out;
    buffer_init(&out, MAX);
    html_text(&out, text);
    assert_string_equal(buffer_text(&out), html);
    buffer_fini(&out);
}

static void test_text_is_escaped(void **state)
{
    (void)state;
    expect_text("", "");
    expect_text("Le Chat Perché", "Le Chat Perché");
    expect_text("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
    expect_text("\" onload=\"x & y", "&quot; onload=&quot;x &amp; y");
    expect_text("]]>&amp;<!--stale-->", "]]&gt;&amp;amp;&lt;!--stale--&gt;");
}

static void test_text_is_cleaned(void **state)
{
    (void)state;
    expect_text("a\xE2\x80\xAE"
                "b\xE2\x81\xA6"
                "c",
                "abc"); /* bidi controls */
    expect_text("a\x01\x1B[31mb\nc", "a[31mb c");
    expect_text("a\xFF"
                "b",
                "a\xEF\xBF\xBD"
                "b");
    expect_text("14\xC2\xA0h\xE2\x80\xAF!", "14\xC2\xA0h\xE2\x80\xAF!"); /* our spaces stay */
    expect_text("“a” – ‘b’ · «c»…", "“a” – ‘b’ · «c»…");
    expect_text("a\xE2\x80\xA8z\xE2\x80\x8F.\xE2\x80\xAA.\xE2\x80\xB0", "a z..\xE2\x80\xB0");
}

/* What begins like an accented letter or like one of our spaces, and is none. */
static void test_cut_letters(void **state)
{
    (void)state;
    expect_text("\xC3", "\xEF\xBF\xBD");
    expect_text("\xC3<", "\xEF\xBF\xBD&lt;");
    expect_text("\xC3\xC3\xA9", "\xEF\xBF\xBD\xC3\xA9");
    expect_text("\xC2\x9F", "");
    expect_text("\xC2", "\xEF\xBF\xBD");
    expect_text("\xE2\x80", "\xEF\xBF\xBD\xEF\xBF\xBD");
    expect_text("\xE2\x80\x99\xE2\x80\x8B\xE2\x80\xAF", "\xE2\x80\x99\xE2\x80\xAF");
    expect_text("\xE2\xC3\xA9\x99", "\xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD");
}

/* Cutting into pieces loses and splits nothing, wherever the borders fall. */
static void test_long_text(void **state)
{
    (void)state;
    static char text[10001], html[10001 * 5];
    for (size_t shift = 0; shift < 4; shift++) {
        size_t length = 0;
        memset(text, 'x', shift);
        for (length = shift; length + 3 < sizeof text; length += 3)
            memcpy(text + length, "\xE2\x82\xAC", 3);
        text[length] = '\0';
        expect_text(text, text);
    }
    memset(text, '<', sizeof text - 1);
    for (size_t i = 0; i < sizeof text - 1; i++)
        memcpy(html + i * 4, "&lt;", 5);
    expect_text(text, html);
}

/* Nothing behind the end has a say, nor is a letter read that it cuts. */
static void test_part_of_a_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        const char *html;
    } rows[] = {
        {"abcd<efgh", 4, "abcd"},           {"abcd<efgh", 5, "abcd&lt;"},           {"abc", 0, ""},
        {"caf\xC3\xA9s", 5, "caf\xC3\xA9"}, {"caf\xC3\xA9s", 4, "caf\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer out;
        buffer_init(&out, MAX);
        html_text_part(&out, rows[i].text, rows[i].length);
        assert_string_equal(buffer_text(&out), rows[i].html);
        buffer_fini(&out);
    }
}

/* Each byte, wherever it stands among others that nothing is done to. */
static void test_every_place(void **state)
{
    (void)state;
    for (size_t at = 0; at < 12; at++)
        for (int byte = 1; byte < 0x80; byte++) {
            char text[] = "abcdefghijkl", html[64];
            const char *escape = byte == '&'    ? "&amp;"
                                 : byte == '<'  ? "&lt;"
                                 : byte == '>'  ? "&gt;"
                                 : byte == '"'  ? "&quot;"
                                 : byte == '\'' ? "&#39;"
                                                : NULL;
            if (!escape && (byte < ' ' || byte == 0x7F))
                continue;
            text[at] = (char)byte;
            snprintf(html, sizeof html, "%.*s%s%s", (int)at, text,
                     escape ? escape : (char[]){(char)byte, '\0'}, text + at + 1);
            expect_text(text, html);
        }
}

static void test_overflow_is_a_result(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 4);
    html_text(&out, "<<<<");
    assert_true(out.overflow);
    assert_int_equal(out.length, 4);
    buffer_fini(&out);
}

static void test_attributes(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, MAX);
    html_raw(&out, "<p");
    html_attr(&out, "title", "\"><script>");
    html_raw(&out, ">");
    assert_string_equal(buffer_text(&out), "<p title=\"&quot;&gt;&lt;script&gt;\">");
    buffer_fini(&out);
}

static void test_addresses(void **state)
{
    (void)state;
    static const char *const good[] = {"https://a.example/",
                                       "HTTP://a.example",
                                       "mailto:a@b.example",
                                       "h/chat-perche/",
                                       "../../",
                                       "./",
                                       "#i-A",
                                       "method/?x=a:b",
                                       "/fr/",
                                       "https://a.example/?q=%22"};
    static const char *const bad[] = {"javascript:alert(1)",
                                      "JaVaScRiPt:alert(1)",
                                      " javascript:alert(1)",
                                      "java\tscript:alert(1)",
                                      "\x01javascript:alert(1)",
                                      "data:text/html,x",
                                      "//evil.example/",
                                      "\\\\evil.example",
                                      "vbscript:x",
                                      "",
                                      "a b",
                                      "file:///etc/passwd",
                                      "ftp://a.example/"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(html_href_allowed(good[i]));
    assert_true(html_is_web_address("https://a.example/"));
    assert_false(html_is_web_address("h/chat-perche/"));
    assert_false(html_is_web_address("https://a.example/ b"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(html_href_allowed(bad[i]));
    struct buffer out;
    buffer_init(&out, MAX);
    html_href(&out, "javascript:alert(1)");
    assert_string_equal(buffer_text(&out), "");
    html_href(&out, "https://a.example/?a=1&b=\"");
    assert_string_equal(buffer_text(&out), " href=\"https://a.example/?a=1&amp;b=&quot;\"");
    buffer_fini(&out);
}

static void expect_real(double number, int decimals, const char *text)
{
    struct buffer out;
    buffer_init(&out, MAX);
    html_real(&out, number, decimals);
    assert_string_equal(buffer_text(&out), text);
    buffer_fini(&out);
}

static void test_numbers(void **state)
{
    (void)state;
    expect_real(16.1111, 2, "16.11");
    expect_real(25, 2, "25");
    expect_real(0.5, 1, "0.5");
    expect_real(-0.01, 1, "0");
    expect_real(100, 0, "100");
    expect_real(NAN, 1, "0");
    expect_real(INFINITY, 1, "0");
    expect_real(1e300, 1, "0");
}

/* As printf rounds, without the zeros at the end. */
static void test_numbers_are_as_printf_has_them(void **state)
{
    (void)state;
    for (int decimals = 0; decimals <= 3; decimals++) {
        for (int i = -4000; i < 4000; i++) {
            char wanted[64];
            double number = i * 0.0125 + i % 7 * 1e-7;
            int length = snprintf(wanted, sizeof wanted, "%.*f", decimals, number);
            while (decimals && wanted[length - 1] == '0')
                wanted[--length] = '\0';
            if (wanted[length - 1] == '.')
                wanted[--length] = '\0';
            expect_real(number, decimals, strcmp(wanted, "-0") == 0 ? "0" : wanted);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_escaped),
        cmocka_unit_test(test_text_is_cleaned),
        cmocka_unit_test(test_cut_letters),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_part_of_a_text),
        cmocka_unit_test(test_every_place),
        cmocka_unit_test(test_overflow_is_a_result),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_numbers_are_as_printf_has_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
