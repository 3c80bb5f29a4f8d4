#include "jot.h"

#include "calendar.h"
#include "digits.h"
#include "json.h"
#include "stamp.h"

#include <math.h>

/* Texts end with a quotation mark, so the last byte tells where we are. */
static void begin(struct buffer *out, const char *key)
{
    if (out->length && out->bytes[out->length - 1] != '{' && out->bytes[out->length - 1] != '[')
        buffer_text_add(out, ",\n");
    if (!key)
        return;
    buffer_byte(out, '"');
    buffer_text_add(out, key);
    buffer_text_add(out, "\":");
}

void jot_open(struct buffer *out, const char *key, char bracket)
{
    begin(out, key);
    buffer_byte(out, bracket);
}

void jot_close(struct buffer *out, char bracket)
{
    buffer_byte(out, bracket);
}

void jot_text(struct buffer *out, const char *key, const char *text)
{
    begin(out, key);
    if (text)
        json_add_text(out, text);
    else
        buffer_text_add(out, "null");
}

void jot_number(struct buffer *out, const char *key, int64_t number)
{
    begin(out, key);
    buffer_number(out, number);
}

void jot_bool(struct buffer *out, const char *key, bool value)
{
    begin(out, key);
    buffer_text_add(out, value ? "true" : "false");
}

void jot_null(struct buffer *out, const char *key)
{
    jot_text(out, key, NULL);
}

void jot_time(struct buffer *out, const char *key, int64_t time)
{
    char text[STAMP_SIZE];
    if (!time) {
        jot_null(out, key);
        return;
    }
    begin(out, key);
    buffer_byte(out, '"');
    buffer_text_add(out, stamp_seconds(time, text));
    buffer_byte(out, '"');
}

void jot_day(struct buffer *out, const char *key, int64_t time)
{
    struct calendar_time day = calendar_at(time);
    if (!time) {
        jot_null(out, key);
        return;
    }
    char text[4 * DIGITS_MAX], *at = text;
    *at++ = '"';
    at = digits_put(at, day.year, 4);
    *at++ = '-';
    at = digits_put(at, day.month, 2);
    *at++ = '-';
    at = digits_put(at, day.day, 2);
    *at++ = '"';
    begin(out, key);
    buffer_add(out, text, (size_t)(at - text));
}

void jot_seconds(struct buffer *out, const char *key, int64_t seconds)
{
    if (seconds < 0)
        jot_null(out, key);
    else
        jot_number(out, key, seconds);
}

void jot_share(struct buffer *out, const char *key, int64_t e5)
{
    if (e5 < 0) {
        jot_null(out, key);
        return;
    }
    char text[2 * DIGITS_MAX], *at = digits_put(text, e5 / 100000, 0);
    *at++ = '.';
    at = digits_put(at, e5 % 100000, 5);
    begin(out, key);
    buffer_add(out, text, (size_t)(at - text));
}

void jot_ms(struct buffer *out, const char *key, double ms)
{
    if (!isfinite(ms)) {
        jot_null(out, key);
        return;
    }
    begin(out, key);
    buffer_printf(out, "%.1f", ms);
}
