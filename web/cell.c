#include "cell.h"

#include "stamp.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

void cell_digits(struct buffer *out, int number, int width)
{
    buffer_wrote(out, digits_put(buffer_room(out, DIGITS_MAX), number, width));
}

void cell_share(struct buffer *out, int64_t e5)
{
    enum { WHOLE = 100000 };
    assert(e5 >= 0);
    cell_empty(out);
    char *at = digits_put(buffer_room(out, 2 * DIGITS_MAX), e5 / WHOLE, 0);
    *at++ = '.';
    buffer_wrote(out, digits_put(at, e5 % WHOLE, 5));
}

void cell_time(struct buffer *out, int64_t time)
{
    char text[STAMP_SIZE];
    cell_empty(out);
    buffer_text_add(out, stamp_seconds(time, text));
}

/* A spreadsheet takes a cell that begins so for a formula, whatever it is quoted with. */
static bool is_formula(const char *text)
{
    return *text && strchr("=+-@\t\r", *text);
}

void cell_text(struct buffer *out, const char *text)
{
    cell_empty(out);
    buffer_byte(out, '"');
    if (is_formula(text))
        buffer_byte(out, '\'');
    for (const char *mark; (mark = strchr(text, '"')); text = mark + 1) {
        buffer_add(out, text, (size_t)(mark - text));
        buffer_text_add(out, "\"\"");
    }
    buffer_text_add(out, text);
    buffer_byte(out, '"');
}

void cell_word(struct buffer *out, const char *word)
{
    cell_empty(out);
    buffer_text_add(out, word);
}

void cell_end(struct buffer *out)
{
    buffer_text_add(out, "\r\n");
}
