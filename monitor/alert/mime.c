#include "mime.h"

#include "text.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

enum {
    WORD_BYTES = 42,   /* in an encoded word: 56 characters of base64, 68 in all */
    HEADER_LINE = 76,  /* characters, section 2 of RFC 2047 */
    BODY_LINE = 76,    /* with the = of a soft line end */
    PLAIN_VALUE = 900, /* of a header line that is not folded: 998 at most, name included */
};

static bool is_plain(const char *value)
{
    for (const char *at = value; *at; at++)
        if (*at < 0x20 || *at > 0x7E)
            return false;
    return !strstr(value, "=?");
}

/* Whole characters only: a word stands for itself. */
static const char *add_word(struct buffer *out, const char *at, const char *end)
{
    unsigned char text[WORD_BYTES], coded[2 * WORD_BYTES];
    size_t length = 0;
    while (at < end) {
        const char *next = at;
        uint32_t code = text_next_char(&next, end);
        size_t size = (size_t)(next - at);
        if (length + size > WORD_BYTES)
            break;
        memcpy(text + length, at, size);
        if (code < 0x20 || code == 0x7F)
            text[length] = ' ';
        length += size;
        at = next;
    }
    EVP_EncodeBlock(coded, text, (int)length);
    buffer_printf(out, "=?utf-8?B?%s?=", (char *)coded);
    return at;
}

void mime_text_header(struct buffer *out, const char *name, const char *value)
{
    const char *at = value, *end = value + strlen(value);
    buffer_printf(out, "%s: ", name);
    if (is_plain(value) && strlen(name) + strlen(value) + 2 <= HEADER_LINE) {
        buffer_text_add(out, value);
    } else {
        while (at < end) {
            at = add_word(out, at, end);
            if (at < end)
                buffer_text_add(out, "\r\n ");
        }
    }
    buffer_text_add(out, "\r\n");
}

void mime_header(struct buffer *out, const char *name, const char *value)
{
    buffer_printf(out, "%s: ", name);
    for (size_t i = 0; value[i] && i < PLAIN_VALUE; i++)
        buffer_byte(out, value[i] < 0x20 || value[i] > 0x7E ? '-' : value[i]);
    buffer_text_add(out, "\r\n");
}

/* Not by strftime(): the names are English whatever the locale. */
void mime_date(struct buffer *out, int64_t seconds)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t time = (time_t)seconds;
    struct tm tm;
    if (!gmtime_r(&time, &tm))
        return;
    buffer_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday],
                  tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
                  tm.tm_sec);
}

/* A blank at the end of a line would be lost, a dot alone on one would end the mail, and "From " is changed by some. */
static bool stands_for_itself(const char *at, size_t column)
{
    bool last = at[1] == '\n' || at[1] == '\0';
    if (*at == ' ' || *at == '\t')
        return !last;
    if (column == 0 && (*at == '.' || *at == 'F'))
        return false;
    return *at > 0x20 && *at < 0x7F && *at != '=';
}

void mime_quoted_printable(struct buffer *out, const char *text)
{
    size_t column = 0;
    for (const char *at = text; *at; at++) {
        if (*at == '\n') {
            buffer_text_add(out, "\r\n");
            column = 0;
            continue;
        }
        bool plain = stands_for_itself(at, column);
        size_t size = plain ? 1 : 3;
        if (column + size > BODY_LINE - 1) {
            buffer_text_add(out, "=\r\n");
            column = 0;
            plain = stands_for_itself(at, column);
            size = plain ? 1 : 3;
        }
        if (plain)
            buffer_byte(out, *at);
        else
            buffer_printf(out, "=%02X", (unsigned char)*at);
        column += size;
    }
    buffer_text_add(out, "\r\n");
}
