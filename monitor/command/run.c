#include "command.h"

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return EXIT_BAD;
}

const struct command command_run = {
    .name = "run",
    .summary = "to be written",
    .synopsis = "run",
    .help = "",
    .run = run,
};
