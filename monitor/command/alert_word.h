/* What `vibrisse alert` asks of who alerts: the running monitor, or when none runs, what the record says. */
#ifndef VIBRISSE_ALERT_WORD_H
#define VIBRISSE_ALERT_WORD_H

#include "buffer.h"
#include "settings.h"

#include <jansson.h>

struct alert_wishes {
    struct settings settings;
    const char *until, *length; /* NULL = not given */
    bool json, all, end;
    const char *action;
    char **arguments; /* after the action, ended by NULL */
};

/* Actions of the command; `owner` is the wishes. */
int alert_list(void *owner, const struct config *config);
int alert_acknowledge(void *owner, const struct config *config);
int alert_silence(void *owner, const struct config *config);
int alert_consent(void *owner, const struct config *config); /* alert_consent.c */

/* One request of herald_word() and its answer, the caller's. -1 and a sentence: that of the answer, too. */
int alert_converse(const struct config *config, bool writes, const struct buffer *request,
                   json_t **ret, struct fault *fault);
/* The text, "" where there is none. */
const char *alert_text(const json_t *object, const char *key);
int alert_fail(const struct fault *fault); /* says it; EXIT_BAD */

#endif
