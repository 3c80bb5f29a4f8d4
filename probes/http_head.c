#include "http_head.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define BEGINNING "HTTP/1.1 "
#define END       "\r\n\r\n"

enum { SWITCHING_PROTOCOLS = 101, STATUS_SIZE = sizeof BEGINNING - 1 + 3 };

/* HTTP/1.0 knows no other protocols, so that its answers are fine as long as they refuse. */
static bool is_beginning(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length && i < STATUS_SIZE; i++) {
        bool good = i == 7                     ? bytes[i] == '0' || bytes[i] == '1'
                    : i < sizeof BEGINNING - 1 ? bytes[i] == BEGINNING[i]
                                               : isdigit((unsigned char)bytes[i]) != 0;
        if (!good)
            return false;
    }
    return true;
}

static int status_of(const char *bytes)
{
    const char *digit = bytes + sizeof BEGINNING - 1;
    return (digit[0] - '0') * 100 + (digit[1] - '0') * 10 + (digit[2] - '0');
}

static bool is_interim(int status)
{
    return status >= 100 && status < 200 && status != SWITCHING_PROTOCOLS;
}

enum http_head_verdict http_head_read(const char *bytes, size_t length, struct http_head *ret)
{
    size_t readable = length < HTTP_HEAD_MAX ? length : HTTP_HEAD_MAX, begin = 0;
    for (;;) {
        const char *head = bytes + begin, *end;
        if (!is_beginning(head, readable - begin))
            return HTTP_HEAD_NO_HTTP;
        end = memmem(head, readable - begin, END, sizeof END - 1);
        if (!end)
            return length > HTTP_HEAD_MAX ? HTTP_HEAD_TOO_LONG : HTTP_HEAD_CUT_OFF;
        *ret = (struct http_head){status_of(head), head, (size_t)(end - head) + sizeof END - 1};
        if (!is_interim(ret->status))
            break;
        begin += ret->length;
    }
    bool old = ret->bytes[7] == '0' && ret->status == SWITCHING_PROTOCOLS;
    return ret->status < 100 || old ? HTTP_HEAD_NO_HTTP : HTTP_HEAD_WHOLE;
}

struct span {
    const char *bytes;
    size_t length;
};

static struct span trim(struct span span)
{
    while (span.length && isspace((unsigned char)span.bytes[span.length - 1]))
        span.length--;
    while (span.length && isspace((unsigned char)span.bytes[0])) {
        span.bytes++;
        span.length--;
    }
    return span;
}

/* The value of the next line of that name, from *cursor on, which is moved behind it. */
static bool next_value(const struct http_head *head, size_t *cursor, const char *name,
                       struct span *ret)
{
    size_t size = strlen(name);
    while (*cursor < head->length) {
        const char *line = head->bytes + *cursor;
        const char *end = memchr(line, '\n', head->length - *cursor);
        size_t length = end ? (size_t)(end - line) : head->length - *cursor;
        *cursor += length + 1;
        if (length > size && line[size] == ':' && strncasecmp(line, name, size) == 0) {
            *ret = trim((struct span){line + size + 1, length - size - 1});
            return true;
        }
    }
    return false;
}

const char *http_head_value(const struct http_head *head, const char *name, size_t *ret_length)
{
    size_t cursor = 0;
    struct span value;
    if (!next_value(head, &cursor, name, &value))
        return NULL;
    *ret_length = value.length;
    return value.bytes;
}

static bool has_word(struct span list, const char *word)
{
    while (list.length) {
        const char *comma = memchr(list.bytes, ',', list.length);
        size_t length = comma ? (size_t)(comma - list.bytes) : list.length;
        struct span item = trim((struct span){list.bytes, length});
        if (item.length == strlen(word) && strncasecmp(item.bytes, word, item.length) == 0)
            return true;
        length += comma != NULL;
        list.bytes += length;
        list.length -= length;
    }
    return false;
}

bool http_head_lists(const struct http_head *head, const char *name, const char *word)
{
    size_t cursor = 0;
    for (struct span value; next_value(head, &cursor, name, &value);)
        if (has_word(value, word))
            return true;
    return false;
}
