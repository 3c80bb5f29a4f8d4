/* An alert as one channel sends it: an HTTP request, a mail with its envelope, a program with what it reads, a
 * conversation, or a message by XMPP. What is to be carried, and nothing of how. Texts live in the arena that it was
 * composed in. Pure. */
#ifndef VIBRISSE_DISPATCH_H
#define VIBRISSE_DISPATCH_H

#include "arena.h"
#include "buffer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum dispatch_kind { DISPATCH_HTTP, DISPATCH_MAIL, DISPATCH_COMMAND, DISPATCH_TALK, DISPATCH_XMPP };

enum { DISPATCH_HEADERS_MAX = 8, DISPATCH_RECIPIENTS_MAX = 16 };

/* One side of a conversation by lines. */
struct dispatch_partner {
    /* What is said to a line, without its end; NULL = the connection stands. 0 = go on, else what came of it. */
    int (*hear)(void *state, const char *line, struct buffer *out);
};

struct dispatch {
    enum dispatch_kind kind;
    const char *url; /* where: HTTP; smtp:// or smtps://; xmpp:// or xmpps:// */
    /* XMPP: what the URL's domain names servers for, see referral.h; NULL = its host is one. */
    const struct referral_services *services;
    const char *method;                            /* HTTP */
    const char *headers[DISPATCH_HEADERS_MAX + 1]; /* HTTP: "Name: value", ended by NULL */
    const char *body;                              /* request, mail, text, or standard input */
    size_t length;
    const char *from;                            /* MAIL: the envelope */
    const char *to[DISPATCH_RECIPIENTS_MAX + 1]; /* ended by NULL; XMPP: one, a person or a room */
    const char *username, *password;             /* MAIL: NULL = no login; XMPP: a JID */
    bool in_clear;          /* MAIL: smtp:// without STARTTLS; TALK: without TLS */
    const char *fallback;   /* MAIL: address of the relay if its name leads nowhere; NULL = none */
    char *const *arguments; /* COMMAND: ended by NULL */
    const struct dispatch_partner *partner; /* TALK */
    void *partner_state;
    const char *id, *thread; /* XMPP; thread "" = none */
    const char *nick;        /* XMPP: in the room; NULL = to a person */
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
