#include "command.h"

#include "log.h"
#include "prober.h"
#include "registry.h"
#include "sandbox.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct option options[] = {
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* Many sockets at once; the soft limit is 1024 nearly everywhere. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Ctrl-C at a terminal is the keeper's: it closes our pipe. */
static void settle_signals(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static int run(int argc, char **argv)
{
    static const struct catalogue catalogue = {registry_find, registry_schemes,
                                               registry_read_options};
    static const struct prober_setup setup = {&catalogue, STDIN_FILENO, STDOUT_FILENO,
                                              PROBER_QUEUE_MAX};
    struct fault fault;
    command_option(&command_prober, argc, argv, "", options);
    if (optind < argc)
        return command_usage(&command_prober, "it takes no argument '%s'", argv[optind]);
    log_set_name("prober");
    settle_signals();
    raise_descriptor_limit();
    sandbox_enter_as_child(SANDBOX_NETWORK, NULL);
    if (prober_run(&setup, &fault)) {
        fprintf(stderr, "vibrisse prober: %s\n", fault.text);
        return EXIT_BAD;
    }
    return EXIT_SUCCESS;
}

const struct command command_prober = {
    .name = "prober",
    .summary = "the part of the monitor that touches the network",
    .synopsis = "prober",
    .help = "Started by 'vibrisse run', which gives it orders on standard input and reads results "
            "from its\n"
            "standard output, one JSON object a line. To try a service by hand, use 'vibrisse "
            "probe'.\n",
    .run = run,
    .internal = true,
};
