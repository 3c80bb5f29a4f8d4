/* What the forms share: one row each. */
#ifndef VIBRISSE_INQUIRY_INSIDE_H
#define VIBRISSE_INQUIRY_INSIDE_H

#include "inquiry.h"
#include "sheet.h"

#include <jansson.h>

struct inquiry_form {
    const char *path; /* below the language */
    struct turnstile_rules rules;
    void (*read)(struct inquiry *inquiry, const struct inquiry_data *data);
    /* `answer` is NULL unless one came. Returns the status. */
    unsigned (*draw)(struct inquiry *inquiry, const json_t *answer, struct sheet *sheet);
};

extern const struct inquiry_form inquiry_check, inquiry_consent;

/* What is said whatever the form: too often, no answer. The status; 0 = neither. */
unsigned inquiry_say_trouble(struct inquiry *inquiry, const json_t *answer, struct sheet *sheet);

#endif
