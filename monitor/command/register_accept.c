#include "register.h"

#include "census.h"

#include <stdio.h>
#include <stdlib.h>

static int accept_in(void *owner, const struct config *config)
{
    struct fault fault;
    (void)owner;
    if (!config->data)
        return command_usage(&command_register, "give the data folder with --data DIR");
    if (census_accept(config->data, &fault)) {
        fprintf(stderr, "vibrisse register: %s\n", fault.text);
        return EXIT_BAD;
    }
    fprintf(stderr, "What the registers say next time is taken, whoever is gone.\n");
    return EXIT_SUCCESS;
}

int register_accept(const struct register_wishes *wishes)
{
    return settings_use(&command_register, &wishes->settings, accept_in, NULL);
}
