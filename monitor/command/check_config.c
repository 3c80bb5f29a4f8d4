#include "command.h"

#include <stdio.h>
#include <stdlib.h>

struct wishes {
    const char *file;
    bool print, manual;
};

static const struct command *const self = &command_check_config;

static void print_count(size_t count, const char *noun, const char *after)
{
    printf("%zu %s%s%s", count, noun, count == 1 ? "" : "s", after);
}

static void print_summary(const struct collective *collective)
{
    size_t checks = 0;
    for (size_t i = 0; i < collective->service_count; i++)
        checks += collective->services[i]->check_count;
    print_count(collective->hoster_count, "hoster", ", ");
    print_count(collective->service_count, "service", ", ");
    print_count(checks, "check", ": no fault.\n");
}

static void print_notes(const struct fault_list *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        fprintf(stderr, "note: %s\n", notes->texts[i]);
}

/* Without any, mass failures are all that is left to go by: a choice, and not a mistake. */
static void note_sentinels(const char *const *sentinels)
{
    size_t count = 0;
    while (sentinels && sentinels[count])
        count++;
    if (count == 1 || count == 2)
        fprintf(
            stderr,
            "note: %zu sentinel%s: three or more, of different operators, tell reliably whether "
            "it is our own network that fails\n",
            count, count == 1 ? "" : "s");
}

static int check(const struct wishes *wishes)
{
    struct config *config = command_config(wishes->file, NULL);
    if (!config)
        return EXIT_BAD;
    print_notes(&config->notes);
    note_sentinels(config->sentinels);
    if (wishes->print)
        config_print(config, stdout);
    else
        print_summary(&config->collective);
    config_free(config);
    return EXIT_SUCCESS;
}

static int print_manual(void)
{
    static const struct config_edition edition = {VIBRISSE_VERSION, VIBRISSE_RELEASED};
    struct config_probes probes = command_probes();
    config_manual(&probes, &edition, stdout);
    return EXIT_SUCCESS;
}

static struct wishes read_wishes(int argc, char **argv)
{
    static const struct option longs[] = {{"config", required_argument, NULL, 'c'},
                                          {"print", no_argument, NULL, 'p'},
                                          {"manual", no_argument, NULL, 'm'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    struct wishes wishes = {0};
    for (int option; (option = command_option(self, argc, argv, "c:", longs)) != -1;) {
        if (option == 'c')
            wishes.file = optarg;
        wishes.print = wishes.print || option == 'p';
        wishes.manual = wishes.manual || option == 'm';
    }
    return wishes;
}

static int run(int argc, char **argv)
{
    struct wishes wishes = read_wishes(argc, argv);
    if (optind < argc)
        return command_usage(self, "'%s' is one argument too many", argv[optind]);
    if (wishes.manual)
        return print_manual();
    return wishes.file ? check(&wishes) : command_usage(self, "-c FILE is missing");
}

const struct command command_check_config = {
    .name = "check-config",
    .summary = "say what is wrong with a configuration, or that nothing is",
    .synopsis = "check-config -c FILE [--print] [--manual]",
    .help =
        "  -c, --config FILE  the main file of the configuration\n"
        "      --print        show what is in force: every default filled in, every hoster in "
        "place\n"
        "      --manual       show the manual of all options instead, as man(7) source; needs "
        "no file\n"
        "  -h, --help         show this\n\n"
        "Faults go to standard error as file:line:column: message, all of them at once. So do "
        "notes,\n"
        "which are no faults: of a service whose software gives no better check than its page, of "
        "too\n"
        "few sentinels.\n"
        "Exit status: 0 no fault, 1 faults, 2 usage.\n\n"
        "Examples:\n"
        "  vibrisse check-config -c /etc/vibrisse/vibrisse.yaml\n"
        "  vibrisse check-config --manual | man -l -\n",
    .run = run,
};
