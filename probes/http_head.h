/* The head of an HTTP/1.1 answer that comes over a connection of our own (RFC 9112), read as strictly as a browser that
 * is about to speak another protocol reads it. The bytes are a stranger's and stay the caller's. Pure. */
#ifndef VIBRISSE_HTTP_HEAD_H
#define VIBRISSE_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_HEAD_MAX = 16 * 1024 }; /* bytes, interim answers included */

struct http_head {
    int status;
    const char *bytes; /* status line and header lines */
    size_t length;     /* up to the empty line and with it */
};

enum http_head_verdict {
    HTTP_HEAD_WHOLE,
    HTTP_HEAD_CUT_OFF, /* more must come */
    HTTP_HEAD_TOO_LONG,
    HTTP_HEAD_NO_HTTP
};

/* Interim answers (100, 103) are passed over, 101 is none. */
enum http_head_verdict http_head_read(const char *bytes, size_t length, struct http_head *ret);

/* The value of the first header line of that name, without the spaces around it; NULL = there is none. */
const char *http_head_value(const struct http_head *head, const char *name, size_t *ret_length);

/* Whether one of the lines of that name has the word in its list, whatever its case. */
bool http_head_lists(const struct http_head *head, const char *name, const char *word);

#endif
