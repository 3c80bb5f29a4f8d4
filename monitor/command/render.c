#include "command.h"
#include "memory.h"
#include "publisher.h"
#include "settings.h"
#include "when.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'}, {"data", required_argument, NULL, 'd'},
    {"site", required_argument, NULL, 's'},   {"at", required_argument, NULL, 'a'},
    {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
};

static int render_all(const struct config *config, struct ledger *ledger, int64_t at,
                      struct fault *fault)
{
    struct publisher *publisher;
    if (publisher_open(config->site, config, &publisher, fault))
        return -1;
    struct pipeline *pipeline = pipeline_new(config, ledger, NULL);
    struct memory memory = {ledger, pipeline, at};
    struct history history = memory_history(&memory);
    ledger_hold(ledger, LEDGER_HOLD_ALL);
    int rc = publisher_all(publisher, &history, at, fault);
    ledger_let_go(ledger);
    if (rc == 0)
        rc = ledger_unanswered(ledger, fault);
    pipeline_free(pipeline);
    publisher_close(publisher);
    return rc;
}

static int render_with(const struct config *config, int64_t at)
{
    struct ledger *ledger = NULL;
    struct fault fault;
    int rc = -1;
    if (!config->data || !config->site)
        fault_set(&fault, "give `data` and `site` in %s, or --data DIR and --site DIR",
                  config->file);
    else if (ledger_open_to_read(config->data, &ledger, &fault) == 0)
        rc = render_all(config, ledger, at, &fault);
    if (rc)
        fprintf(stderr, "vibrisse render: %s\n", fault.text);
    ledger_close(ledger);
    return rc ? EXIT_BAD : EXIT_SUCCESS;
}

/* `owner`: the time as given; NULL = now. */
static int render_as_of(void *owner, const struct config *config)
{
    const char *at = owner;
    int64_t time = wall_seconds(clock_wall());
    struct fault fault;
    if (at && when_parse(at, "--at", &time, &fault))
        return command_usage(&command_render, "%s", fault.text);
    return render_with(config, time);
}

static int run(int argc, char **argv)
{
    struct settings settings = {0};
    char *at = NULL;
    for (int option; (option = command_option(&command_render, argc, argv, "c:", options)) != -1;) {
        if (settings_take(&settings, option, optarg))
            continue;
        at = optarg;
    }
    if (optind < argc)
        return command_usage(&command_render, "it takes no argument '%s'", argv[optind]);
    return settings_use(&command_render, &settings, render_as_of, at);
}

const struct command command_render = {
    .name = "render",
    .summary = "write the pages as they are, or were at a given time",
    .synopsis = "render -c FILE [--data DIR] [--site DIR] [--at TIME]",
    .help = "  -c, --config FILE  the configuration\n"
            "      --data DIR     the record (else `data` of the configuration)\n"
            "      --site DIR     where to write the pages (else `site`)\n"
            "      --at TIME      as of that time, as\n"
            "                     " WHEN_EXAMPLES ";\n"
            "                     default now\n"
            "  -h, --help         this text\n",
    .run = run,
};
