/* Any bytes as the token of a link: none, or one that is of that text alone, and that proves nothing without the key. */
#include "token.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const unsigned char key[TOKEN_KEY_SIZE] = "the key of this test, 32 bytes.";
static const struct token_subject subject = {"alpha", "tech@alpha.example"};

/* Only the one text that was written is believed. */
static void check(const char *text, const struct token *token)
{
    char written[TOKEN_SIZE];
    token_write(key, token->purpose, token->name, &subject, written);
    assert(token_proves(key, token, &subject) == (strcmp(written, text) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct token token;
    char *text = malloc(length + 1);
    assert(text);
    memcpy(text, bytes, length);
    text[length] = '\0';
    if (token_read(text, &token))
        check(text, &token);
    free(text);
    return 0;
}
