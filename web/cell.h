/* Cells of a CSV table (RFC 4180, UTF-8, comma, CRLF). Each begins with what parts it from the one before it in the line, so
 * that lines are written cell by cell; the first one of a line is not empty. Pure. */
#ifndef VIBRISSE_CELL_H
#define VIBRISSE_CELL_H

#include "buffer.h"

#include <stdint.h>

/* Tables have hundred thousands of numbers: hence inline. */

static inline void cell_empty(struct buffer *out)
{
    if (out->length && out->bytes[out->length - 1] != '\n')
        buffer_byte(out, ',');
}

static inline void cell_number(struct buffer *out, int64_t number) /* not negative */
{
    cell_empty(out);
    buffer_number(out, number);
}

void cell_share(struct buffer *out, int64_t e5);  /* hundred-thousandths, not negative */
void cell_time(struct buffer *out, int64_t time); /* s; RFC 3339, UTC */
/* Quoted; what a spreadsheet would take for a formula gets an apostrophe before it. */
void cell_text(struct buffer *out, const char *text);
void cell_word(struct buffer *out,
               const char *word); /* as it is: our own, without comma or quotation mark */
void cell_digits(struct buffer *out, int number,
                 int width);       /* more of the same cell, with leading zeros */
void cell_end(struct buffer *out); /* of the line */

#endif
