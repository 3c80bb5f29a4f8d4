/* What a visitor is told: from a request to status, headers and body, as any HTTP server can send them. Knows the site,
 * but no socket. Thread-safe. */
#ifndef VIBRISSE_ANSWER_H
#define VIBRISSE_ANSWER_H

#include "site.h"

#include <stdbool.h>
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
    char etag[SITE_ETAG_SIZE], location[ANSWER_PATH_MAX + 2], retry[24];
};

/* Content-Length, Date and Connection are left to whoever sends it. */
void answer_make(struct site *site, const struct answer_request *request, struct answer *ret);

/* A page of the site whose text between two marks is given way to another, for this visitor alone. */
struct answer_part {
    const char *begin, *end; /* the marks */
    const char *html;
    unsigned status;
    int64_t retry_s; /* when to come again; 0 = at will */
};
void answer_form(struct site *site, const struct answer_request *request,
                 const struct answer_part *part, struct answer *ret);

/* 405 where the method is neither GET nor HEAD, nor POST at a form; 411, 413 and 415 for what is sent to a form; 414 where the
 * path is longer than ANSWER_PATH_MAX. */
void answer_refuse(unsigned status, bool at_form, struct answer *ret);

#endif
