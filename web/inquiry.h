/* The forms of the site: what a visitor asks by one, as a line for the monitor (keeper/counter.h), and the monitor's answer
 * as a part of the page. The page itself is a file of the site like all others (page_check(), page_alerts()), with two marks
 * between which the part is put; where nobody puts one, it says that there is no form here.
 *
 * A GET never changes anything, since programs that look through mail follow links. There is no session, and so nothing that
 * another site could make a visitor's browser do in their name: who may decide on an address is who has its token, which
 * nobody else can send. Pure. */
#ifndef VIBRISSE_INQUIRY_H
#define VIBRISSE_INQUIRY_H

#include "buffer.h"
#include "turnstile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INQUIRY_BEGIN "<!--form-->"
#define INQUIRY_END   "<!--/form-->"

enum {
    INQUIRY_BODY_MAX = 4096, /* of a POST */
    INQUIRY_LINE_MAX = 2048,
    INQUIRY_URL_MAX = 1024,
    INQUIRY_TOKEN_MAX = 256,
    INQUIRY_FORMS = 2
};

struct inquiry_form;

enum inquiry_note {
    INQUIRY_BLANK,  /* nothing was asked */
    INQUIRY_ASKED,  /* there is a line for the monitor */
    INQUIRY_NO_URL, /* what was asked for is no address */
    INQUIRY_TOO_OFTEN,
    INQUIRY_NO_ANSWER /* the monitor does not answer */
};

struct inquiry {
    size_t form; /* below INQUIRY_FORMS */
    char language[8];
    enum inquiry_note note;
    int64_t wait_s;               /* until they may ask again; 0 = as they like */
    const char *const *languages; /* that the site speaks, lent while it is drawn; ended by NULL */
    char url[INQUIRY_URL_MAX];
    char token[INQUIRY_TOKEN_MAX];
    char line[INQUIRY_LINE_MAX];
};

/* What came with the request: the query of its address and, of a POST, its body. Not terminated. */
struct inquiry_data {
    const char *query, *body;
    size_t query_length, body_length;
    bool is_post;
};

/* Whether there is a form at this path ("/fr/check/"). */
bool inquiry_open(const char *path, struct inquiry *ret);
/* Sets the note, and the line. */
void inquiry_read(struct inquiry *inquiry, const struct inquiry_data *data);
/* How often the form may be used. */
const struct turnstile_rules *inquiry_rules(size_t form);

/* The part of the page. `answer` is the monitor's to an inquiry that was asked, not terminated; NULL = none came. Returns
 * the status; inquiry->wait_s is then when to ask again. */
unsigned inquiry_draw(struct inquiry *inquiry, const char *answer, size_t length,
                      struct buffer *out);

#endif
