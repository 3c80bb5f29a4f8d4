#include "verify.h"

#include "command.h"
#include "settings.h"

#include <stdio.h>
#include <stdlib.h>

static const struct command *const self = &command_verify;

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"data", required_argument, NULL, 'd'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void on_difference(void *owner, const char *sentence)
{
    (void)owner;
    puts(sentence);
}

static int verify(void *owner, const struct config *config)
{
    (void)owner;
    static const struct verify_ears ears = {NULL, on_difference};
    struct verify_counts counts;
    struct fault fault;
    int rc = -1;
    if (config->data)
        rc = verify_all(config, &ears, &counts, &fault);
    else
        fault_set(&fault, "give `data` in %s, or --data DIR", config->file);
    if (rc) {
        fprintf(stderr, "vibrisse verify: %s\n", fault.text);
        return EXIT_BAD;
    }
    fprintf(stderr, "%lld services, %lld hours compared: %lld difference%s.\n",
            (long long)counts.services, (long long)counts.hours, (long long)counts.differences,
            counts.differences == 1 ? "" : "s");
    return counts.differences ? EXIT_BAD : EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    struct settings settings = {0};
    for (int option; (option = command_option(self, argc, argv, "c:", options)) != -1;)
        settings_take(&settings, option, optarg);
    if (optind < argc)
        return command_usage(self, "it takes no argument '%s'", argv[optind]);
    return settings_use(self, &settings, verify, NULL);
}

const struct command command_verify = {
    .name = "verify",
    .summary = "compare the series and final reports with the ledger, and the ledger with itself",
    .synopsis = "verify -c FILE [--data DIR]",
    .help =
        "  -c, --config FILE  the configuration\n"
        "      --data DIR     the record (else `data` of the configuration)\n"
        "  -h, --help         this text\n\n"
        "Every difference is a line; exit status 1 when there is one. It reads only, and the\n"
        "monitor may run. A series that differs is made anew by moving its file away, a report\n"
        "that is final by making it --final again.\n",
    .run = run,
};
