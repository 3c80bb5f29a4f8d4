#include "settings.h"

#include <stdlib.h>
#include <time.h>

bool settings_take(struct settings *settings, int option, const char *value)
{
    const char **field = option == 'c'   ? &settings->file
                         : option == 'd' ? &settings->data
                         : option == 's' ? &settings->site
                         : option == 'l' ? &settings->listen
                                         : NULL;
    if (field)
        *field = value;
    return field;
}

static void lay_over(struct config *config, const char **field, const char *value)
{
    if (value)
        *field = arena_text(&config->arena, value);
}

struct config *settings_load(const struct settings *settings)
{
    struct config *config = command_config(settings->file, settings->data);
    if (!config)
        return NULL;
    lay_over(config, &config->data, settings->data);
    lay_over(config, &config->site, settings->site);
    lay_over(config, &config->listen, settings->listen);
    /* Pages and days are in the collective's zone; the C library knows one zone a process. */
    setenv("TZ", config->collective.timezone, 1);
    tzset();
    return config;
}

int settings_use(const struct command *command, const struct settings *settings,
                 settings_work *work, void *owner)
{
    if (!settings->file)
        return command_usage(command, "give a configuration with -c FILE");
    struct config *config = settings_load(settings);
    if (!config)
        return EXIT_BAD;
    int rc = work(owner, config);
    config_free(config);
    return rc;
}
