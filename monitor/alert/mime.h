/* The forms of mail: encoded words in headers (RFC 2047), quoted-printable bodies (RFC 2045, section 6.7), dates (RFC
 * 5322, section 3.3). Line ends are CR LF. Pure. */
#ifndef VIBRISSE_MIME_H
#define VIBRISSE_MIME_H

#include "buffer.h"

#include <stdint.h>

/* "Name: value", encoded and folded where need be. CR, LF and NUL cannot come out, whatever goes in. */
void mime_text_header(struct buffer *out, const char *name, const char *value);
/* The same for what has a form of its own and is ASCII: a character that has no place there becomes '-'. */
void mime_header(struct buffer *out, const char *name, const char *value);
void mime_date(struct buffer *out, int64_t seconds); /* the whole header, in UTC */
/* UTF-8 text with LF line ends; ends in a line end. */
void mime_quoted_printable(struct buffer *out, const char *text);

#endif
