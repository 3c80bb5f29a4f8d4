/* What `vibrisse alert` asks of who alerts: the running monitor, or when none runs, what the record says. */
#ifndef VIBRISSE_ALERT_WORD_H
#define VIBRISSE_ALERT_WORD_H

#include "settings.h"

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

#endif
