/* Any expectation of any answer. Three parts, each ended by a NUL: what is expected (its first byte says of what), the
 * answer's head, its body. */
#include "expect.h"

#include "default_page.h"
#include "macros.h"
#include "text.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { WISH_MAX = 500 };

static const size_t wishes[] = {
    offsetof(struct expect_options, status),        offsetof(struct expect_options, header),
    offsetof(struct expect_options, body_contains), offsetof(struct expect_options, body_regex),
    offsetof(struct expect_options, json),          offsetof(struct expect_options, final_url),
};

/* The part before the next NUL, in a block of its own so that a read beyond it is caught. */
static char *take(const uint8_t **cursor, const uint8_t *end, size_t *ret_length)
{
    const uint8_t *nul = *cursor < end ? memchr(*cursor, 0, (size_t)(end - *cursor)) : NULL;
    const uint8_t *stop = nul ? nul : end;
    size_t length = (size_t)(stop - *cursor);
    char *part = malloc(length + 1);
    assert(part);
    memcpy(part, *cursor, length);
    part[length] = '\0';
    *cursor = nul ? nul + 1 : end;
    *ret_length = length;
    return part;
}

static void judge(const char *wish, struct expect_answer *answer)
{
    struct expect_options options = {0};
    struct fault fault;
    char detail[RESULT_DETAIL_SIZE];
    size_t offset = wishes[(unsigned char)wish[0] % ARRAY_LEN(wishes)];
    *(const char **)(void *)((char *)&options + offset) = wish + 1;
    if (expect_validate(&options, "expect", &fault) < 0)
        return;
    enum reason reason = expect_judge(&options, answer, detail);
    assert((reason == REASON_ok) == (detail[0] == '\0'));
    assert(strlen(detail) < sizeof detail && text_is_utf8(detail, strlen(detail)));
    bool is_alike = expect_resembles(&options, answer, detail);
    assert(is_alike == (reason == REASON_ok));
    assert(strlen(detail) < sizeof detail && text_is_utf8(detail, strlen(detail)));
    default_page_name(answer->body, answer->body_length);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const uint8_t *cursor = bytes, *end = bytes + length;
    struct expect_answer answer = {.status = 100 + (int)(length % 500), .url = "https://a.test/"};
    size_t wish_length;
    char *wish = take(&cursor, end, &wish_length);
    char *head = take(&cursor, end, &answer.head_length);
    char *body = take(&cursor, end, &answer.body_length);
    answer.head = head;
    answer.body = body;
    if (wish_length > 0 && wish_length <= WISH_MAX && text_is_utf8(wish, wish_length))
        judge(wish, &answer);
    free(wish);
    free(head);
    free(body);
    return 0;
}
