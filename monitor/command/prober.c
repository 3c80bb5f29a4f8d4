#include "command.h"

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return EXIT_BAD;
}

const struct command command_prober = {
    .name = "prober",
    .summary = "to be written",
    .synopsis = "prober",
    .help = "",
    .run = run,
};
