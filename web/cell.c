#include "cell.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

static void part(struct buffer *out)
{
    if (out->length && out->bytes[out->length - 1] != '\n')
        buffer_byte(out, ',');
}

void cell_number(struct buffer *out, int64_t number)
{
    assert(number >= 0);
    part(out);
    buffer_number(out, number);
}

void cell_digits(struct buffer *out, int number, int width)
{
    char digits[8];
    for (int i = width; i-- > 0; number /= 10)
        digits[i] = (char)('0' + number % 10);
    buffer_add(out, digits, (size_t)width);
}

void cell_share(struct buffer *out, int64_t e5)
{
    enum { WHOLE = 100000 };
    assert(e5 >= 0);
    part(out);
    buffer_number(out, e5 / WHOLE);
    buffer_byte(out, '.');
    cell_digits(out, (int)(e5 % WHOLE), 5);
}

void cell_time(struct buffer *out, int64_t time)
{
    struct tm at;
    time_t seconds = (time_t)time;
    char text[32];
    part(out);
    gmtime_r(&seconds, &at);
    buffer_add(out, text, strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &at));
}

/* A spreadsheet takes a cell that begins so for a formula, whatever it is quoted with. */
static bool is_formula(const char *text)
{
    return *text && strchr("=+-@\t\r", *text);
}

void cell_text(struct buffer *out, const char *text)
{
    part(out);
    buffer_byte(out, '"');
    if (is_formula(text))
        buffer_byte(out, '\'');
    for (; *text; text++) {
        if (*text == '"')
            buffer_byte(out, '"');
        buffer_byte(out, *text);
    }
    buffer_byte(out, '"');
}

void cell_word(struct buffer *out, const char *word)
{
    part(out);
    buffer_text_add(out, word);
}

void cell_empty(struct buffer *out)
{
    part(out);
}

void cell_end(struct buffer *out)
{
    buffer_text_add(out, "\r\n");
}
