/* Pages that nobody wrote for people: what a web server shows by itself when the program that should stand there does
 * not, or when a proxy finds nobody behind it and answers 200 all the same. Known by their exact titles (and, for errors,
 * by being short), so that a page about such pages is none of them. Pure. */
#ifndef VIBRISSE_DEFAULT_PAGE_H
#define VIBRISSE_DEFAULT_PAGE_H

#include <stddef.h>

enum { DEFAULT_PAGE_BYTES = 8 * 1024 }; /* of the beginning of a body that are enough */

/* What it is, in words of ours ("the default page of nginx"), or NULL when it is none of them. The body comes from a
 * stranger. */
const char *default_page_name(const char *body, size_t length);

/* The same by the address where the last redirect led, for an answer to `asked`. */
const char *default_page_at(const char *url, const char *asked);

#endif
