#include "courier.h"

#include "command.h"
#include "log.h"
#include "sandbox.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static const struct option options[] = {
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* Ctrl-C at a terminal is the keeper's: it closes our pipe, and what is under way comes to its end. */
static void settle_signals(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static int run(int argc, char **argv)
{
    static const struct courier_setup setup = {STDIN_FILENO, STDOUT_FILENO};
    struct fault fault;
    command_option(&command_courier, argc, argv, "", options);
    if (optind < argc)
        return command_usage(&command_courier, "it takes no argument '%s'", argv[optind]);
    log_set_name("courier");
    settle_signals();
    tzset(); /* times in messages are in the zone that the keeper has put into the environment */
    sandbox_enter_as_child(SANDBOX_NETWORK, NULL);
    if (courier_run(&setup, &fault)) {
        fprintf(stderr, "vibrisse courier: %s\n", fault.text);
        return EXIT_BAD;
    }
    return EXIT_SUCCESS;
}

const struct command command_courier = {
    .name = "courier",
    .summary = "the part of the monitor that sends alerts",
    .synopsis = "courier",
    .help =
        "Started by the monitor, which gives it alerts on standard input and reads what came of "
        "them\n"
        "from its standard output, one JSON object a line. To try a target by hand, use "
        "'vibrisse alert'.\n",
    .run = run,
    .internal = true,
};
