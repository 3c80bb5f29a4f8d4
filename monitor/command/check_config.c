#include "command.h"

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return EXIT_BAD;
}

const struct command command_check_config = {
    .name = "check-config",
    .summary = "to be written",
    .synopsis = "check-config",
    .help = "",
    .run = run,
};
