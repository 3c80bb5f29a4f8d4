#include "text.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

static void test_copy_cuts_at_a_character(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *from, *wanted;
        bool fits;
    } rows[] = {
        {8, "", "", true},       {4, "abc", "abc", true}, {3, "abc", "ab", false},
        {1, "abc", "", false},   {3, "é", "é", true},     {2, "é", "", false},
        {4, "aéb", "aé", false}, {3, "aé", "a", false},   {4, "€", "€", true},
        {3, "€", "", false},     {5, "😺", "😺", true},     {4, "😺", "", false},
        {6, "a😺b", "a😺", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char to[8];
        memset(to, '#', sizeof to);
        assert_row(i, text_copy(to, rows[i].size, rows[i].from) == rows[i].fits);
        assert_string_equal(to, rows[i].wanted);
        for (size_t j = rows[i].size; j < sizeof to; j++)
            assert_row(i, to[j] == '#');
    }
}

static void test_copy_onto_itself(void **state)
{
    (void)state;
    char text[] = "moustache";
    assert_true(text_copy(text, sizeof text, text));
    assert_string_equal(text, "moustache");
    assert_true(text_copy(text, sizeof text, text + 3));
    assert_string_equal(text, "stache");
}

static void test_format_cuts_at_a_character(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *from, *wanted;
        bool fits;
    } rows[] = {
        {16, "chat", "chat", true}, {5, "chat", "chat", true}, {4, "chat", "cha", false},
        {4, "caé", "ca", false},    {5, "caé", "caé", true},   {3, "€", "", false},
        {7, "aé€b", "aé€", false},  {6, "aé€b", "aé", false},  {5, "aé€b", "aé", false},
        {4, "aé€b", "aé", false},   {3, "aé€b", "a", false},   {1, "aé€b", "", false},
        {5, "a😺", "a", false},      {4, "a😺", "a", false},     {3, "a😺", "a", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char to[16];
        assert_row(i, text_format(to, rows[i].size, "%s", rows[i].from) == rows[i].fits);
        assert_string_equal(to, rows[i].wanted);
        assert_row(i, text_is_utf8(to, strlen(to)));
    }
}

static void clean_is(const char *from, size_t length, size_t size, const char *wanted)
{
    char to[64];
    assert_true(size <= sizeof to);
    memset(to, '#', sizeof to);
    text_clean(to, size, from, length);
    assert_string_equal(to, wanted);
    for (size_t i = size; i < sizeof to; i++)
        assert_int_equal(to[i], '#');
}

static void test_clean(void **state)
{
    (void)state;
    static const struct {
        const char *from, *wanted;
    } rows[] = {
        {"", ""},
        {"Le Chat Perché", "Le Chat Perché"},
        {"a\tb\nc\rd", "a b c d"},
        {"a\x01\x1F\x7F"
         "b",
         "ab"},
        {"\x1B[31mred", "[31mred"},
        {"a\xC2\x85\xC2\x9F"
         "b",
         "ab"}, /* C1 controls */
        {"a\xEF\xBF\xBE\xEF\xBF\xBF"
         "b\xF0\x9F\xBF\xBE",
         "ab"},
        {"a\xE2\x80\xAE"
         "b\xE2\x80\xAD",
         "ab"}, /* bidi overrides */
        {"a\xE2\x81\xA6"
         "b\xE2\x81\xA9",
         "ab"}, /* bidi isolates */
        {"a\xE2\x80\x8B\xE2\x80\x8D\xEF\xBB\xBF"
         "b",
         "ab"}, /* zero width */
        {"a\xD8\x9C"
         "b",
         "ab"}, /* arabic letter mark */
        {"a\xF3\xA0\x81\x81"
         "b",
         "ab"}, /* tag characters */
        {"a\xE2\x80\xA8"
         "b\xE2\x80\xA9"
         "c",
         "a b c"}, /* line and paragraph separator */
        {"a\xFF"
         "b",
         "a\xEF\xBF\xBD"
         "b"},
        {"\xC3", "\xEF\xBF\xBD"}, /* cut at the end */
        {"\xE2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* overlong */
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* surrogate */
        {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xEF\xBF\xBD", "\xEF\xBF\xBD"},
        {"%n%s<script>", "%n%s<script>"}, /* escaping is for where it leaves */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        clean_is(rows[i].from, strlen(rows[i].from), 64, rows[i].wanted);
}

static void test_clean_is_bounded(void **state)
{
    (void)state;
    clean_is("abcdef", 3, 64, "abc");
    clean_is("a\0b", 3, 64, "ab");
    clean_is("abcdef", 6, 4, "abc");
    clean_is("abcdef", 6, 1, "");
    clean_is("aé€", strlen("aé€"), 4, "aé");
    clean_is("aé€", strlen("aé€"), 3, "a");
    clean_is("a\xFF\xFF", 3, 5, "a\xEF\xBF\xBD");
    clean_is("a\xFF\xFF", 3, 4, "a");
}

static void test_next_char(void **state)
{
    (void)state;
    const char text[] = "aé€😺\xFFz";
    const uint32_t wanted[] = {'a', 0xE9, 0x20AC, 0x1F63A, 0xFFFD, 'z'};
    const char *cursor = text, *end = text + sizeof text - 1;
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        assert_int_equal(text_next_char(&cursor, end), wanted[i]);
    assert_ptr_equal(cursor, end);
}

/* Every code point that UTF-8 can carry comes back as itself, every other one is refused. */
static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x120000; code++) {
        char bytes[4];
        size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
        uint32_t rest = code;
        for (size_t i = length - 1; i > 0; i--, rest >>= 6)
            bytes[i] = (char)(0x80 | (rest & 0x3F));
        bytes[0] = (char)(lead[length] | rest);
        bool good = code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
        const char *cursor = bytes;
        uint32_t read = text_next_char(&cursor, bytes + length);
        if (read != (good ? code : 0xFFFD) || text_is_utf8(bytes, length) != good ||
            cursor != bytes + (good ? length : 1))
            fail_msg("U+%04X", code);
    }
}

static void test_starts_and_ends(void **state)
{
    (void)state;
    assert_true(text_starts("moustache", "mous"));
    assert_true(text_starts("moustache", ""));
    assert_false(text_starts("mou", "mous"));
    assert_false(text_starts("xmous", "mous"));
    assert_true(text_ends("moustache", "tache"));
    assert_true(text_ends("tache", "tache"));
    assert_true(text_ends("a", ""));
    assert_false(text_ends("ache", "tache"));
    assert_false(text_ends("tachex", "tache"));
}

static void test_is_id(void **state)
{
    (void)state;
    char longest[66];
    memset(longest, 'a', 65);
    longest[64] = '\0';
    assert_true(text_is_id(longest));
    longest[64] = 'a';
    longest[65] = '\0';
    assert_false(text_is_id(longest));
    static const char *const good[] = {"a", "0", "chat-perche", "-", "9lives"};
    static const char *const bad[] = {"",    ".",   "..", "a/b", "A",           "é",
                                      "a b", "a_b", "a.", "a\n", "../../etc/x", "a%00"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_row(i, text_is_id(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_row(i, !text_is_id(bad[i]));
}

static void test_is_id_pair(void **state)
{
    (void)state;
    static const char *const good[] = {"a/b", "chat-perche/pad", "-/0"};
    static const char *const bad[] = {"",     "/",   "a",   "a/",   "/b",   "a/b/c",
                                      "a//b", "A/b", "a/B", "../b", "a/..", "a /b"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_row(i, text_is_id_pair(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_row(i, !text_is_id_pair(bad[i]));
    char longest[2 * TEXT_ID_MAX + 3];
    memset(longest, 'a', sizeof longest);
    longest[TEXT_ID_MAX] = '/';
    longest[2 * TEXT_ID_MAX + 1] = '\0';
    assert_true(text_is_id_pair(longest));
    longest[2 * TEXT_ID_MAX + 1] = 'a';
    longest[2 * TEXT_ID_MAX + 2] = '\0';
    assert_false(text_is_id_pair(longest));
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const words[] = {"interval", "timeout", "slow", "id", "url"};
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"intervall", "interval"}, {"intreval", "interval"},
        {"time-out", "timeout"},   {"slwo", "slow"},
        {"sloww", "slow"},         {"ulr", "url"},
        {"address", NULL},         {"", NULL},
        {"slow", "slow"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *nearest = text_nearest(rows[i].text, words, ARRAY_LEN(words));
        assert_row(i, (nearest == NULL) == (rows[i].wanted == NULL));
        if (nearest)
            assert_string_equal(nearest, rows[i].wanted);
    }
    char endless[300];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_null(text_nearest(endless, words, ARRAY_LEN(words)));
    assert_null(text_nearest("slow", words, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy_cuts_at_a_character),
        cmocka_unit_test(test_copy_onto_itself),
        cmocka_unit_test(test_format_cuts_at_a_character),
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_clean_is_bounded),
        cmocka_unit_test(test_next_char),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_starts_and_ends),
        cmocka_unit_test(test_is_id),
        cmocka_unit_test(test_is_id_pair),
        cmocka_unit_test(test_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
