/* A dialogue with a server of a line protocol, told as a table.
 *
 * A step is one exchange: what we say, how we know that the answer is whole, and which answers let us go on. The dialogue
 * walks the steps; it does no I/O and knows no clock. Bytes come in through dialogue_feed(), and dialogue_next() tells what
 * it wants. A whole answer is judged at once: a refusal is a refusal and nonsense is nonsense, never a time-out. Plaintext
 * that is left over where TLS begins is refused (RFC 3207 section 6; CVE-2011-0411). Who owns the socket, TLS and the
 * time is another's affair (dialogue_run.h).
 *
 * Patterns are alternatives split by '|'. Each is compared, without regard to case, with the beginning of a line; '%' in it
 * stands for any run of characters other than a space, '&' for any run at all. */
#ifndef VIBRISSE_DIALOGUE_H
#define VIBRISSE_DIALOGUE_H

#include "buffer.h"
#include "reason.h"
#include "result.h"
#include "trust.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    DIALOGUE_LINE_MAX = 4 * 1024, /* bytes of one line, or of one piece of another kind */
    DIALOGUE_ANSWER_MAX = 64 * 1024,
    DIALOGUE_SEND_MAX = 1024,
    DIALOGUE_QUOTE_SIZE = 121
};

/* How an answer ends, and which of its lines is judged. */
enum dialogue_await {
    AWAIT_LINE, /* it is one line */
    AWAIT_REPLY, /* "250-more", "250 last", one code throughout (RFC 5321 section 4.2.1); the first */
    AWAIT_LOOSE_REPLY, /* as before, with anything in between (RFC 959 section 4.2); the first */
    AWAIT_LISTING,     /* a good first line is followed by lines up to "."; the first */
    AWAIT_UNTIL,       /* it ends with a line that is good or refuses; the last */
    AWAIT_PIECES,      /* as the step's pieces say */
    AWAIT_NOTHING
};

enum dialogue_turn { TURN_MORE, TURN_GOOD, TURN_REFUSED, TURN_BLOCKED, TURN_NONSENSE };

struct dialogue;

/* For answers that are no lines. Pure. */
struct dialogue_pieces {
    /* Length of the first whole piece of what came; 0 = there is none yet, -1 = there never will be. */
    long (*measure)(const struct dialogue *dialogue, const char *bytes, size_t length);
    /* May quote and note. */
    enum dialogue_turn (*judge)(struct dialogue *dialogue, const char *piece, size_t length);
};

/* What is known of the other side: bits to be learnt and to be asked by `when`. */
enum {
    NOTE_OFFERS_TLS = 1, /* it says that it can upgrade; forgotten under TLS */
    NOTE_SECURE = 2,     /* under TLS */
    NOTE_UPGRADED = 4    /* under TLS since the middle of the dialogue */
};

struct dialogue_step {
    const char *
        name; /* what is answered, for people: "EHLO"; of a step without `say`: what is awaited, "greeting" */
    const char *say;   /* NULL = only listen; "{ehlo}" and "{host}" are filled in */
    size_t say_length; /* of bytes that are no text, where nothing is filled in; 0 = it is text */
    enum dialogue_await await;
    const struct dialogue_pieces *pieces;
    const char *blocked; /* it turns us away for what we are */
    const char *good;    /* goes before `refused` */
    const char *refused; /* it turns everybody away */
    const char *between; /* AWAIT_UNTIL: all other lines; NULL = anything */
    const char *offers;  /* a line that says so is noted as NOTE_OFFERS_TLS */
    unsigned when;       /* the step is skipped unless all these are noted */
    bool optional;       /* a refusal is as good */
    bool upgrade;        /* asks for TLS, which begins after the good answer */
    bool untold;         /* the upgrade is asked for although nothing offers it */
    bool parting;        /* everything is proved: any answer, or none, will do */
};

struct dialogue_script {
    const struct dialogue_step *steps;
    size_t count;
    bool tls_first;       /* the connection begins with TLS */
    const char *alpn;     /* then offered; NULL = none */
    enum trust_rule rule; /* for certificates, also after an upgrade */
};

enum dialogue_starttls { STARTTLS_ALWAYS, STARTTLS_OPTIONAL, STARTTLS_NEVER };

struct dialogue_values {
    const char *host, *ehlo; /* must stay; fit for the wire, see dialogue_is_fit() */
    enum dialogue_starttls starttls;
};

enum dialogue_wish {
    DIALOGUE_BYTES,  /* feed it */
    DIALOGUE_SEND,   /* send `out`, then dialogue_sent() */
    DIALOGUE_SECURE, /* begin TLS, then dialogue_secured() */
    DIALOGUE_OVER    /* see reason and detail */
};

struct dialogue {
    const struct dialogue_script *script;
    struct dialogue_values values;
    enum { DIALOGUE_SAYS, DIALOGUE_HEARS, DIALOGUE_SECURES, DIALOGUE_ENDED } stage;
    size_t step;
    unsigned notes;
    bool proved; /* only the parting is left: the service works */
    enum reason reason;
    char detail[RESULT_DETAIL_SIZE]; /* evidence, cleaned; "" when ok */
    struct buffer out;               /* to be sent */

    size_t pieces;              /* of the answer so far */
    size_t bytes;               /* of them */
    unsigned code;              /* of a reply */
    enum dialogue_turn verdict; /* of the answer's first line */
    unsigned depth, topic;      /* for dialogue_pieces; zero at each step */
    struct buffer in;
    char quote[DIALOGUE_QUOTE_SIZE]; /* the answer that decides, or its piece that does */
};

void dialogue_init(struct dialogue *dialogue, const struct dialogue_script *script,
                   const struct dialogue_values *values);
void dialogue_fini(struct dialogue *dialogue);

enum dialogue_wish dialogue_next(struct dialogue *dialogue);
void dialogue_feed(struct dialogue *dialogue, const char *bytes, size_t length);
void dialogue_sent(struct dialogue *dialogue);
void dialogue_secured(
    struct dialogue *dialogue); /* also before the first dialogue_next() of tls_first */
void dialogue_closed(struct dialogue *dialogue); /* nothing more will be fed */

/* What is waited for: "greeting", "answer to EHLO". */
void dialogue_awaited(const struct dialogue *dialogue, char *to, size_t size);

/* For `pieces`: the text that tells people why. */
void dialogue_quote(struct dialogue *dialogue, const char *bytes, size_t length);

/* Whether the text can be said within a line and within XML: letters, digits and ".-:_[]" only, not empty. */
bool dialogue_is_fit(const char *text);

#endif
