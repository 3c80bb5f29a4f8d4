#include "token.h"

#include "testing.h"

#include <string.h>

static const unsigned char key[TOKEN_KEY_SIZE] = "the key of this test, 32 bytes.";
static const unsigned char other_key[TOKEN_KEY_SIZE] = "the key of this test, 32 byteS.";
static const struct token_subject subject = {"alpha", "tech@alpha.example"};
static const char name[] = "abcdefghijklmnopqrstuvwxyz";

/* As another program makes it: printf 'stech@alpha.example\0alpha\0' | openssl dgst -sha256 -hmac KEY -binary | basenc
 * --base64url, where KEY ends in NUL. */
static const char known[] =
    "sabcdefghijklmnopqrstuvwxyzhIJwq1GoJjg8ecOP4ZMlPXDKG3AzWFGyMnXO6bsdjoU";

static void test_written_as_others_do(void **state)
{
    char text[TOKEN_SIZE];
    (void)state;
    token_write(key, TOKEN_STOP, name, &subject, text);
    assert_string_equal(text, known);
}

static bool proves(const char *text, const unsigned char *with, const struct token_subject *about)
{
    struct token token;
    return token_read(text, &token) && token_proves(with, &token, about);
}

static void test_there_and_back(void **state)
{
    char text[TOKEN_SIZE];
    struct token token;
    (void)state;
    for (int purpose = 0; purpose < TOKEN_PURPOSE_COUNT; purpose++) {
        token_write(key, (enum token_purpose)purpose, name, &subject, text);
        assert_true(token_read(text, &token));
        assert_int_equal(token.purpose, purpose);
        assert_string_equal(token.name, name);
        assert_true(token_proves(key, &token, &subject));
        assert_int_equal(strspn(text,
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "-_"),
                         TOKEN_SIZE - 1);
    }
}

static void test_of_nobody_else(void **state)
{
    static const struct token_subject others[] = {{"alphb", "tech@alpha.example"},
                                                  {"alpha", "tech@alphb.example"},
                                                  {"", "tech@alpha.examplealpha"},
                                                  {"alpha.example", "tech@"}};
    static const struct token_subject shouted = {"alpha", "Tech@ALPHA.example"};
    char text[TOKEN_SIZE];
    (void)state;
    token_write(key, TOKEN_CONFIRM, name, &subject, text);
    assert_true(proves(text, key, &shouted));
    assert_false(proves(text, other_key, &subject));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(proves(text, key, &others[i]));
    text[0] = 's'; /* a question's link is no message's, and the other way round */
    assert_false(proves(text, key, &subject));
}

/* Each letter counts: none of them can be another one. */
static void test_each_letter_counts(void **state)
{
    char text[TOKEN_SIZE];
    (void)state;
    token_write(key, TOKEN_CONFIRM, name, &subject, text);
    for (size_t i = 27; i < TOKEN_SIZE - 1; i++) {
        char right = text[i];
        for (int letter = 1; letter < 256; letter++) {
            text[i] = (char)letter;
            assert_int_equal(proves(text, key, &subject), text[i] == right);
        }
        text[i] = right;
    }
}

static void test_what_is_none(void **state)
{
    static const char *const texts[] = {"", "c", "?token=", "xabcdefghijklmnopqrstuvwxyz", NULL};
    char text[2 * TOKEN_SIZE];
    struct token token;
    (void)state;
    for (size_t i = 0; texts[i]; i++)
        assert_false(token_read(texts[i], &token));
    token_write(key, TOKEN_CONFIRM, name, &subject, text);
    text[3] = 'A'; /* no digit of a name */
    assert_false(token_read(text, &token));
    token_write(key, TOKEN_CONFIRM, name, &subject, text);
    strcat(text, "A");
    assert_false(token_read(text, &token));
    text[TOKEN_SIZE - 2] = '\0';
    assert_false(token_read(text, &token));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_as_others_do), cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_of_nobody_else),       cmocka_unit_test(test_each_letter_counts),
        cmocka_unit_test(test_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
