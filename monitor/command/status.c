#include "command.h"

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return EXIT_BAD;
}

const struct command command_status = {
    .name = "status",
    .summary = "to be written",
    .synopsis = "status",
    .help = "",
    .run = run,
};
