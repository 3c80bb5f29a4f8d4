#include "command.h"

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return EXIT_BAD;
}

const struct command command_probe = {
    .name = "probe",
    .summary = "to be written",
    .synopsis = "probe",
    .help = "",
    .run = run,
};
