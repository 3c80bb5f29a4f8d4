/* What a visitor is told: from a request to status, headers and body, as any HTTP server can send them. Knows the site,
 * but no socket. Thread-safe. */
#ifndef VIBRISSE_ANSWER_H
#define VIBRISSE_ANSWER_H

#include "site.h"

#include <stddef.h>
#include <stdint.h>

enum { ANSWER_HEADERS_MOST = 14, ANSWER_PATH_MAX = 1024 };

struct answer_request {
    const char *
        path; /* as sent, not decoded, without the query: what would need decoding names nothing of ours */
    /* Header values; NULL = not sent. */
    const char *accept, *accept_encoding, *accept_language, *if_none_match;
    struct site_now now;
};

struct answer {
    unsigned status;
    struct site_body *body; /* held, to be released; NULL = empty, or a file */
    int file;               /* open, to be closed; -1 = none */
    int64_t file_size;
    struct answer_header {
        const char *name, *value;
    } headers[ANSWER_HEADERS_MOST]; /* values live as long as the answer stays where it is */
    size_t header_count;
    char etag[SITE_ETAG_SIZE], location[ANSWER_PATH_MAX + 2];
};

/* Content-Length, Date and Connection are left to whoever sends it. */
void answer_make(struct site *site, const struct answer_request *request, struct answer *ret);

/* 405 where the method is neither GET nor HEAD, 414 where the path is longer than ANSWER_PATH_MAX. */
void answer_refuse(unsigned status, struct answer *ret);

#endif
