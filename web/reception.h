/* Where the forms of the site are taken in: one call is one request to a form's address, from its headers to the answer.
 * Says who may ask and how often, and lets the clerk carry it to the monitor. Knows no socket of visitors. Thread-safe; a call
 * is touched by one thread at a time. */
#ifndef VIBRISSE_RECEPTION_H
#define VIBRISSE_RECEPTION_H

#include "answer.h"
#include "clerk.h"
#include "clock.h"
#include "inquiry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reception;

struct reception_call {
    struct inquiry inquiry;
    bool is_post, is_heard; /* that it was begun; its body has come */
    char body[INQUIRY_BODY_MAX];
    size_t length;
    char *reply; /* of the monitor */
    size_t reply_length;
    void (*replied)(void *owner); /* by the clerk's thread */
    void *owner;
};

/* What the headers say of a POST; NULL = not sent. */
struct reception_headers {
    const char *content_type, *content_length;
};

/* `path` is the monitor's socket. -1 and a sentence. */
int reception_open(const char *path, struct reception **ret, struct fault *fault);
/* No call waits any longer when it returns, and none will. */
void reception_dismiss(struct reception *reception);
void reception_close(struct reception *reception); /* NULL is allowed */

/* NULL: there is no form at this path. */
struct reception_call *reception_welcome(const char *path);
void reception_leave(struct reception_call *call); /* NULL is allowed */

/* 0, or the status to refuse the body with before it comes: 411 without a length, 413 when it is too long, 415 when it is no
 * form. */
unsigned reception_refusal(const struct reception_headers *headers);
/* False: more came than was announced. */
bool reception_hear(struct reception_call *call, const char *bytes, size_t length);

/* All is there. True: the monitor was asked, and `replied` will be called once; false: it can be answered at once. */
bool reception_ask(struct reception *reception, struct reception_call *call, const char *query,
                   uint64_t origin, struct mono now);
/* The page. */
void reception_answer(struct site *site, const struct answer_request *request,
                      struct reception_call *call, struct answer *ret);

#endif
