#include "command.h"

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return EXIT_BAD;
}

const struct command command_render = {
    .name = "render",
    .summary = "to be written",
    .synopsis = "render",
    .help = "",
    .run = run,
};
