#include "command.h"

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return EXIT_BAD;
}

const struct command command_serve = {
    .name = "serve",
    .summary = "to be written",
    .synopsis = "serve",
    .help = "",
    .run = run,
};
