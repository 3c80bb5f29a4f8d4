#define PCRE2_CODE_UNIT_WIDTH 8

#include "expect.h"

#include "json_pointer.h"
#include "macros.h"
#include "text.h"

#include <ctype.h>
#include <pcre2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    REGEX_STEPS_MAX = 200 * 1000, /* some ten milliseconds, for the whole body */
    REGEX_HEAP_KIB_MAX = 4 * 1024,
    NAME_MAX_LENGTH = 100
};

__attribute__((format(printf, 3, 4))) static enum reason
find_fault(char detail[RESULT_DETAIL_SIZE], enum reason reason, const char *format, ...)
{
    char text[2 * RESULT_DETAIL_SIZE];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    text_clean(detail, RESULT_DETAIL_SIZE, text, strlen(text));
    return reason;
}

/* ---- status ---- */

static bool read_status(const char **cursor, int *ret)
{
    int status = 0, digits = 0;
    for (; isdigit((unsigned char)**cursor) && digits < 4; (*cursor)++, digits++)
        status = 10 * status + (**cursor - '0');
    *ret = status;
    return digits == 3 && status >= 100;
}

/* One item, "200" or "300-399", and the comma after it. */
static bool read_range(const char **cursor, int *low, int *high)
{
    *cursor += strspn(*cursor, " ");
    if (!read_status(cursor, low))
        return false;
    *high = *low;
    if (**cursor == '-') {
        (*cursor)++;
        if (!read_status(cursor, high) || *high < *low)
            return false;
    }
    *cursor += strspn(*cursor, " ");
    if (**cursor == ',' && (*cursor)[1] != '\0')
        (*cursor)++;
    else if (**cursor != '\0')
        return false;
    return true;
}

static int check_status(const char *list, struct fault *fault)
{
    int low, high;
    for (const char *cursor = list; *cursor;)
        if (!read_range(&cursor, &low, &high))
            return fault_set(fault, "status must be like 200,204,300-399, not \"%.80s\"", list);
    return 0;
}

static bool has_status(const char *list, int status)
{
    int low, high;
    for (const char *cursor = list; *cursor && read_range(&cursor, &low, &high);)
        if (status >= low && status <= high)
            return true;
    return false;
}

/* ---- header ---- */

struct slice {
    const char *bytes;
    size_t length;
};

static struct slice next_line(struct slice *rest)
{
    const char *end = memchr(rest->bytes, '\n', rest->length);
    size_t taken = end ? (size_t)(end - rest->bytes) + 1 : rest->length;
    struct slice line = {rest->bytes, taken};
    rest->bytes += taken;
    rest->length -= taken;
    while (line.length && isspace((unsigned char)line.bytes[line.length - 1]))
        line.length--;
    return line;
}

static bool contains(struct slice hay, const char *needle)
{
    return memmem(hay.bytes, hay.length, needle, strlen(needle)) != NULL;
}

static bool is_named(struct slice line, struct slice name)
{
    return line.length > name.length && line.bytes[name.length] == ':' &&
           strncasecmp(line.bytes, name.bytes, name.length) == 0;
}

static struct slice value_of(struct slice line, struct slice name)
{
    struct slice value = {line.bytes + name.length + 1, line.length - name.length - 1};
    while (value.length && isspace((unsigned char)value.bytes[0])) {
        value.bytes++;
        value.length--;
    }
    return value;
}

/* Whether any header of that name holds the text. *ret_found is the last of that name. */
static bool has_header(const struct expect_answer *answer, struct slice name, const char *text,
                       struct slice *ret_found)
{
    struct slice rest = {answer->head, answer->head_length};
    *ret_found = (struct slice){0};
    while (rest.length) {
        struct slice line = next_line(&rest);
        if (!is_named(line, name))
            continue;
        *ret_found = value_of(line, name);
        if (contains(*ret_found, text))
            return true;
    }
    return false;
}

static struct slice wanted_name(const char *header)
{
    return (struct slice){header, strcspn(header, ":")};
}

static const char *wanted_text(const char *header)
{
    const char *text = strchr(header, ':') + 1;
    return text + strspn(text, " ");
}

static int check_header(const char *header, struct fault *fault)
{
    size_t length = strcspn(header, ":");
    if (header[length] != ':' || length == 0 || length > NAME_MAX_LENGTH ||
        strcspn(header, " ") < length)
        return fault_set(fault, "header must be like Content-Type: text/html, not \"%.80s\"",
                         header);
    return 0;
}

static enum reason judge_header(const char *header, const struct expect_answer *answer,
                                char *detail)
{
    struct slice name = wanted_name(header), found;
    if (has_header(answer, name, wanted_text(header), &found))
        return REASON_ok;
    if (!found.bytes)
        return find_fault(detail, REASON_body_mismatch, "header %.*s is missing", (int)name.length,
                          name.bytes);
    return find_fault(detail, REASON_body_mismatch, "header %.*s is \"%.*s\"", (int)name.length,
                      name.bytes, (int)(found.length < 80 ? found.length : 80), found.bytes);
}

/* ---- body ---- */

static pcre2_code *compile(const char *expression, int *ret_error, PCRE2_SIZE *ret_at)
{
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    return pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED, options, ret_error, ret_at,
                         NULL);
}

static int check_regex(const char *expression, struct fault *fault)
{
    int error;
    PCRE2_SIZE at;
    PCRE2_UCHAR words[120];
    pcre2_code *code = compile(expression, &error, &at);
    if (!code) {
        pcre2_get_error_message(error, words, sizeof words);
        return fault_set(fault, "body-regex: at character %zu: %s", at + 1, (char *)words);
    }
    pcre2_code_free(code);
    return 0;
}

static int match(const pcre2_code *code, const struct expect_answer *answer)
{
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int rc = PCRE2_ERROR_NOMEMORY;
    if (limits && data) {
        pcre2_set_match_limit(limits, REGEX_STEPS_MAX);
        pcre2_set_heap_limit(limits, REGEX_HEAP_KIB_MAX);
        rc = pcre2_match(code, (PCRE2_SPTR)answer->body, answer->body_length, 0, 0, data, limits);
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(limits);
    return rc;
}

static enum reason judge_regex(const char *expression, const struct expect_answer *answer,
                               char *detail)
{
    int error;
    PCRE2_SIZE at;
    pcre2_code *code = compile(expression, &error, &at);
    int rc = code ? match(code, answer) : PCRE2_ERROR_NOMEMORY;
    pcre2_code_free(code);
    if (rc >= 0)
        return REASON_ok;
    if (rc == PCRE2_ERROR_NOMATCH)
        return find_fault(detail, REASON_body_mismatch, "body does not match %.100s", expression);
    return find_fault(detail, REASON_self, "our expression %.100s is too costly for this body",
                      expression);
}

static enum reason judge_contains(const char *text, const struct expect_answer *answer,
                                  char *detail)
{
    if (contains((struct slice){answer->body, answer->body_length}, text))
        return REASON_ok;
    return find_fault(detail, REASON_body_mismatch, "body of %zu bytes lacks \"%.100s\"",
                      answer->body_length, text);
}

static enum reason judge_json(const char *wish, const struct expect_answer *answer, char *detail)
{
    char found[80];
    switch (json_pointer_test(wish, answer->body, answer->body_length, found, sizeof found)) {
    case JSON_POINTER_EQUAL:
        return REASON_ok;
    case JSON_POINTER_OTHER:
        return find_fault(detail, REASON_body_mismatch, "%.100s: it is %s", wish, found);
    case JSON_POINTER_MISSING:
        return find_fault(detail, REASON_body_mismatch, "%.100s: there is no such value", wish);
    case JSON_POINTER_NO_JSON:
        break;
    }
    return find_fault(detail, REASON_body_mismatch, "body is not JSON: %s", found);
}

/* ---- all of it ---- */

static enum reason judge_status(const char *list, const struct expect_answer *answer, char *detail)
{
    if (has_status(list, answer->status))
        return REASON_ok;
    return find_fault(detail, REASON_http_status, "HTTP %d", answer->status);
}

static enum reason judge_url(const char *prefix, const struct expect_answer *answer, char *detail)
{
    if (text_starts(answer->url, prefix))
        return REASON_ok;
    return find_fault(detail, REASON_body_mismatch, "ends at %.120s", answer->url);
}

static const struct rule {
    size_t offset; /* of its text in struct expect_options */
    bool of_body;
    int (*check)(const char *text, struct fault *fault); /* may be NULL */
    enum reason (*judge)(const char *text, const struct expect_answer *answer, char *detail);
} rules[] = {
    {offsetof(struct expect_options, status), false, check_status, judge_status},
    {offsetof(struct expect_options, final_url), false, NULL, judge_url},
    {offsetof(struct expect_options, header), false, check_header, judge_header},
    {offsetof(struct expect_options, body_contains), true, NULL, judge_contains},
    {offsetof(struct expect_options, body_regex), true, check_regex, judge_regex},
    {offsetof(struct expect_options, json), true, json_pointer_check, judge_json},
};

static const char *text_of(const struct expect_options *options, const struct rule *rule)
{
    return *(const char *const *)(const void *)((const char *)options + rule->offset);
}

static int check_text(const struct rule *rule, const char *text, const char *prefix,
                      struct fault *fault)
{
    struct fault found;
    if (!text || !rule->check || rule->check(text, &found) == 0)
        return 0;
    return fault_set(fault, "%s-%.400s", prefix, found.text);
}

int expect_validate(const struct expect_options *options, const char *prefix, struct fault *fault)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (check_text(&rules[i], text_of(options, &rules[i]), prefix, fault) < 0)
            return -1;
    return 0;
}

bool expect_wants_more(const struct expect_options *options)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (rules[i].judge != judge_status && text_of(options, &rules[i]))
            return true;
    return false;
}

bool expect_wants_body(const struct expect_options *options)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (rules[i].of_body && text_of(options, &rules[i]))
            return true;
    return false;
}

/* Walls that ask a visitor to prove to be none of our kind, by what they say in their headers. */
static const struct barrier {
    const char *header, *text, *name;
} barriers[] = {
    {"cf-mitigated", "challenge", "Cloudflare"},
    {"x-amzn-waf-action", "", "AWS WAF"},
    {"x-datadome", "", "DataDome"},
    {"server", "ddos-guard", "DDoS-Guard"},
    {"set-cookie", "anubis-cookie-verification", "Anubis"},
};

static const struct barrier *find_barrier(const struct expect_answer *answer)
{
    struct slice found;
    for (size_t i = 0; i < ARRAY_LEN(barriers); i++)
        if (has_header(answer, wanted_name(barriers[i].header), barriers[i].text, &found))
            return &barriers[i];
    return NULL;
}

static enum reason judge_rules(const struct expect_options *options,
                               const struct expect_answer *answer, char *detail)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        const char *text = text_of(options, &rules[i]);
        enum reason reason = text ? rules[i].judge(text, answer, detail) : REASON_ok;
        if (reason != REASON_ok)
            return reason;
    }
    return REASON_ok;
}

enum reason expect_judge(const struct expect_options *options, const struct expect_answer *answer,
                         char detail[RESULT_DETAIL_SIZE])
{
    detail[0] = '\0';
    enum reason reason = judge_rules(options, answer, detail);
    if (reason == REASON_http_status && answer->status == 429)
        return find_fault(detail, REASON_blocked, "HTTP 429: it asks us to come less often");
    const struct barrier *barrier =
        reason_outcome(reason) == OUTCOME_DOWN ? find_barrier(answer) : NULL;
    if (barrier)
        return find_fault(detail, REASON_blocked, "HTTP %d from a wall against robots (%s)",
                          answer->status, barrier->name);
    return reason;
}

bool expect_resembles(const struct expect_options *looks, const struct expect_answer *answer,
                      char detail[RESULT_DETAIL_SIZE])
{
    char unlike[RESULT_DETAIL_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        const char *text = text_of(looks, &rules[i]);
        if (!text || rules[i].judge(text, answer, unlike) != REASON_ok)
            continue;
        bool by_status = rules[i].judge == judge_status;
        find_fault(detail, REASON_ok, "HTTP %d%s%.120s", answer->status, by_status ? "" : " with ",
                   by_status ? "" : text);
        return true;
    }
    return false;
}
