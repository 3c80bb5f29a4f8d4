/* HTML and SVG, escaped by construction: html_raw() takes string literals only, everything else is escaped on its
 * way out. What text can carry besides markup (invalid UTF-8, control and bidi characters) is dropped here too, so a
 * name that came from anywhere is harmless in text and in attribute values (always in double quotes). Pure. */
#ifndef VIBRISSE_WRITER_H
#define VIBRISSE_WRITER_H

#include "buffer.h"

#include <stdbool.h>
#include <stdint.h>

/* Markup of ours. The two empty literals make anything but a literal fail to compile. */
#define html_raw(out, literal) buffer_add((out), "" literal "", sizeof("" literal "") - 1)

/* Lines keep their width however a drawing is stretched. An attribute, since checkers of style sheets do not know it. */
#define SVG_EVEN_STROKE " vector-effect=\"non-scaling-stroke\""

/* Text, or the inside of an attribute value. */
void html_text(struct buffer *out, const char *text);
void html_text_part(struct buffer *out, const char *text, size_t length);
void html_number(struct buffer *out, int64_t number);
void html_real(struct buffer *out, double number,
               int decimals); /* without trailing zeros; not finite: 0 */

/* ` name="value"`, with the space before it. */
#define html_attr(out, name, value)                                                                \
    html_attr_write((out), " " name "=\"", sizeof(" " name "=\"") - 1, (value))
void html_attr_write(struct buffer *out, const char *opening, size_t length, const char *value);

/* Whether a stranger's address may become a link: http, https, mailto or relative, nothing that a browser could
 * read as another scheme. */
bool html_href_allowed(const char *url);
/* The same without relative ones, which only we may write. */
bool html_is_web_address(const char *url);
/* ` href="url"`, or nothing when it is not allowed: the element is then no link. */
void html_href(struct buffer *out, const char *url);

#endif
