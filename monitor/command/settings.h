/* What several commands take from the command line beside -c FILE, laid over the configuration. */
#ifndef VIBRISSE_SETTINGS_H
#define VIBRISSE_SETTINGS_H

#include "command.h"

struct settings {
    const char *file, *data, *site, *listen; /* NULL = not given */
};

/* Takes an option that is one of these: 'c' FILE, 'd' data, 's' site, 'l' listen. False: it is another. */
bool settings_take(struct settings *settings, int option, const char *value);

/* Loads, lays the settings over it and sets the process's time zone. NULL after every fault was said. */
struct config *settings_load(const struct settings *settings);

/* Does the work of a command that needs a configuration, and returns its exit status; without one, or with a faulty one,
 * what is wrong is said instead. */
typedef int settings_work(void *owner, const struct config *config);
int settings_use(const struct command *command, const struct settings *settings,
                 settings_work *work, void *owner);

#endif
