/* An alert as one channel sends it: an HTTP request, a mail with its envelope, or a program with what it reads. What is to
 * be carried, and nothing of how. Texts live in the arena that it was composed in. Pure. */
#ifndef VIBRISSE_DISPATCH_H
#define VIBRISSE_DISPATCH_H

#include "arena.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum dispatch_kind { DISPATCH_HTTP, DISPATCH_MAIL, DISPATCH_COMMAND };

enum { DISPATCH_HEADERS_MAX = 8, DISPATCH_RECIPIENTS_MAX = 16 };

struct dispatch {
    enum dispatch_kind kind;
    const char *url;                               /* HTTP; MAIL: smtp:// or smtps:// */
    const char *method;                            /* HTTP */
    const char *headers[DISPATCH_HEADERS_MAX + 1]; /* HTTP: "Name: value", ended by NULL */
    const char *body;                              /* request, mail, or standard input */
    size_t length;
    const char *from;                            /* MAIL: the envelope */
    const char *to[DISPATCH_RECIPIENTS_MAX + 1]; /* ended by NULL */
    const char *username, *password;             /* MAIL: NULL = no login */
    bool in_clear;                               /* MAIL: smtp:// without STARTTLS */
    const char *fallback;   /* MAIL: address of the relay if its name leads nowhere; NULL = none */
    char *const *arguments; /* COMMAND: ended by NULL */
};

/* A further header. A value with a line end in it is a programming error: option rows let none pass. */
void dispatch_header(struct dispatch *dispatch, struct arena *arena, const char *name,
                     const char *value);
void dispatch_bearer(struct dispatch *dispatch, struct arena *arena, const char *token);
/* POST of a JSON value, which is given away. */
void dispatch_json(struct dispatch *dispatch, struct arena *arena, const char *url, json_t *value);
/* The base without a slash at its end, then what printf makes of the rest. */
__attribute__((format(printf, 3, 4))) const char *
dispatch_url(struct arena *arena, const char *base, const char *format, ...);

#endif
