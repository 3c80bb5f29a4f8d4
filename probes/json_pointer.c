#include "json_pointer.h"

#include "text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATOR " = "

enum { TOKEN_SIZE = 256, INDEX_DIGITS_MAX = 6 };

int json_pointer_check(const char *wish, struct fault *fault)
{
    const char *separator = strstr(wish, SEPARATOR);
    bool is_bare = !separator && !strchr(wish, '='); /* "/a=b" is a slip, not a name */
    if (wish[0] != '/' || !(separator ? separator[strlen(SEPARATOR)] : is_bare && wish[1]))
        return fault_set(fault, "json must be like /status = ok or /status, not \"%.80s\"", wish);
    return 0;
}

/* Copies the token after a '/' up to the next one, ~1 and ~0 undone; false when it is too long. */
static bool read_token(const char **cursor, const char *end, char token[TOKEN_SIZE])
{
    size_t length = 0;
    for ((*cursor)++; *cursor < end && **cursor != '/'; (*cursor)++) {
        char byte = **cursor;
        if (byte == '~' && *cursor + 1 < end && ((*cursor)[1] == '0' || (*cursor)[1] == '1')) {
            (*cursor)++;
            byte = **cursor == '0' ? '~' : '/';
        }
        if (length + 1 == TOKEN_SIZE)
            return false;
        token[length++] = byte;
    }
    token[length] = '\0';
    return true;
}

static json_t *element(const json_t *array, const char *token)
{
    size_t digits = strspn(token, "0123456789");
    if (!digits || digits > INDEX_DIGITS_MAX || token[digits] || (token[0] == '0' && digits > 1))
        return NULL;
    return json_array_get(array, strtoul(token, NULL, 10));
}

static json_t *find(json_t *value, const char *pointer, const char *end)
{
    char token[TOKEN_SIZE];
    while (value && pointer < end) {
        if (!read_token(&pointer, end, token))
            return NULL;
        value = json_is_array(value) ? element(value, token) : json_object_get(value, token);
    }
    return value;
}

static bool equals(const json_t *found, const char *wanted)
{
    if (json_is_string(found) && strcmp(json_string_value(found), wanted) == 0)
        return true;
    json_t *value = json_loads(wanted, JSON_DECODE_ANY, NULL);
    bool same = json_is_number(found) && json_is_number(value)
                    ? json_number_value(found) == json_number_value(value)
                    : value && json_equal(found, value);
    json_decref(value);
    return same;
}

static void print(const json_t *found, char *to, size_t size)
{
    char text[512];
    size_t length = json_dumpb(found, text, sizeof text, JSON_ENCODE_ANY | JSON_COMPACT);
    if (length == 0 || length > sizeof text)
        text_copy(to, size, json_is_string(found) ? "a long text" : "a large value");
    else
        text_clean(to, size, text, length);
}

enum json_pointer_verdict json_pointer_test(const char *wish, const char *json, size_t length,
                                            char *ret_found, size_t size)
{
    json_error_t error;
    json_t *document = json_loadb(json, length, JSON_DECODE_ANY, &error);
    if (!document) {
        text_clean(ret_found, size, error.text, strlen(error.text));
        return JSON_POINTER_NO_JSON;
    }
    enum json_pointer_verdict verdict = JSON_POINTER_MISSING;
    const char *separator = strstr(wish, SEPARATOR);
    const json_t *found = find(document, wish, separator ? separator : wish + strlen(wish));
    if (found) {
        bool same = !separator || equals(found, separator + strlen(SEPARATOR));
        verdict = same ? JSON_POINTER_EQUAL : JSON_POINTER_OTHER;
        print(found, ret_found, size);
    }
    json_decref(document);
    return verdict;
}
