#include "command.h"
#include "keeper.h"
#include "log.h"
#include "sandbox_wish.h"
#include "settings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'}, {"data", required_argument, NULL, 'd'},
    {"site", required_argument, NULL, 's'},   {"listen", required_argument, NULL, 'l'},
    {"once", no_argument, NULL, '1'},         {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
};

static struct config *load(void *owner)
{
    struct config *config = settings_load(owner);
    if (config && !config->data) {
        fprintf(stderr, "%s: give `data: FOLDER` or --data DIR: the record needs a place\n",
                config->file);
        config_free(config);
        return NULL;
    }
    return config;
}

static struct config *reload(void *owner)
{
    struct fault fault;
    struct config *config = load(owner);
    if (config && sandbox_wish_allows(config, &fault)) {
        fprintf(stderr, "%s\n", fault.text);
        config_free(config);
        return NULL;
    }
    return config;
}

static int run_with(struct settings *settings, bool once)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0) {
        perror("vibrisse run: cannot find our own program in /proc");
        return EXIT_BAD;
    }
    program[length] = '\0';
    struct config *config = load(settings);
    if (!config)
        return EXIT_BAD;
    struct keeper_rules rules = {program, reload, settings, once};
    struct fault fault;
    log_set_name("keeper");
    if (sandbox_wish_enter(config, &fault)) {
        fprintf(stderr, "vibrisse run: %s\n", fault.text);
        config_free(config);
        return EXIT_BAD;
    }
    if (keeper_run(config, &rules, &fault)) {
        fprintf(stderr, "vibrisse run: %s\n", fault.text);
        return EXIT_BAD;
    }
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    struct settings settings = {0};
    bool once = false;
    for (int option; (option = command_option(&command_run, argc, argv, "c:v", options)) != -1;) {
        if (settings_take(&settings, option, optarg))
            continue;
        if (option == 'v')
            log_set_level(LOG_LEVEL_DEBUG);
        else
            once = true;
    }
    if (optind < argc)
        return command_usage(&command_run, "it takes no argument '%s'", argv[optind]);
    if (!settings.file)
        return command_usage(&command_run, "give a configuration with -c FILE");
    return run_with(&settings, once);
}

const struct command command_run = {
    .name = "run",
    .summary = "run the monitor: measure, record, publish",
    .synopsis = "run -c FILE [--data DIR] [--site DIR] [--listen ADDR:PORT] [--once]",
    .help =
        "  -c, --config FILE       the configuration\n"
        "      --data DIR          where the record is kept (else `data` of the configuration)\n"
        "      --site DIR          where the pages are written (else `site`)\n"
        "      --listen ADDR:PORT  serve the pages there (else `listen`)\n"
        "      --once              run every check once, write the pages and end\n"
        "  -v, --verbose           tell more on standard error\n"
        "  -h, --help              this text\n\n"
        "SIGHUP loads the configuration anew, as a whole or not at all. SIGTERM and Ctrl-C end "
        "it.\n",
    .run = run,
};
