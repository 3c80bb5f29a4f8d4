/* vibrisse: feels from the outside whether the services of a collective work. */
#include "command.h"

#include "macros.h"
#include "allocation.h"
#include "channel.h"
#include "ledger.h"
#include "mem.h"
#include "page.h"
#include "registry.h"
#include "software.h"
#include "target.h"
#include "template.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_run,     &command_check_config, &command_probe,    &command_status,  &command_doctor,
    &command_render,  &command_availability, &command_replay,   &command_verify,  &command_backup,
    &command_restore, &command_maintenance,  &command_incident, &command_alert,   &command_register,
    &command_serve,   &command_prober,       &command_report,   &command_courier, &command_crawler,
};

int command_usage(const struct command *command, const char *format, ...)
{
    va_list list;
    fprintf(stderr, "vibrisse %s: ", command->name);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fprintf(stderr, "\nTry 'vibrisse %s --help'.\n", command->name);
    return EXIT_USAGE;
}

static void print_help(const struct command *command)
{
    printf("Usage: vibrisse %s\n\n%s.\n\n%s", command->synopsis, command->summary, command->help);
}

int command_option(const struct command *command, int argc, char **argv, const char *shorts,
                   const struct option *longs)
{
    char with_colon[64];
    opterr = 0;
    text_format(with_colon, sizeof with_colon, ":h%s", shorts);
    int option = getopt_long(argc, argv, with_colon, longs, NULL);
    if (option == 'h') {
        print_help(command);
        exit(EXIT_SUCCESS);
    }
    if (option == ':')
        exit(command_usage(command, "%s needs a value", argv[optind - 1]));
    if (option == '?')
        exit(command_usage(command, "unknown option %s", argv[optind - 1]));
    return option;
}

/* "add, list or cancel" */
static void name_actions(const struct command_action *actions, char *names, size_t size)
{
    size_t used = 0;
    names[0] = '\0';
    for (size_t i = 0; actions[i].name && used < size; i++) {
        const char *before = i == 0 ? "" : actions[i + 1].name ? ", " : " or ";
        used += (size_t)snprintf(names + used, size - used, "%s%s", before, actions[i].name);
    }
}

int command_act(const struct command *command, const struct command_action *actions,
                const char *word, void *owner, const struct config *config)
{
    char names[128];
    for (size_t i = 0; actions[i].name; i++)
        if (strcmp(actions[i].name, word) == 0)
            return actions[i].run(owner, config);
    name_actions(actions, names, sizeof names);
    if (!word[0])
        return command_usage(command, "say what to do: %s", names);
    return command_usage(command, "it takes %s, not '%s'", names, word);
}

static int check_options(const char *scheme, const struct probe_option *options, size_t count,
                         struct fault *fault)
{
    struct arena arena = {0};
    const void *read;
    int rc = registry_read_options(registry_find(scheme), options, count, &arena, &read, fault);
    arena_free(&arena);
    return rc;
}

static int check_url(const char *url, struct fault *fault)
{
    static const struct catalogue catalogue = {registry_find, registry_schemes,
                                               registry_read_options};
    return target_check_url(url, &catalogue, fault);
}

static const struct schema *channel_options(const char *name)
{
    const struct channel *channel = channel_find(name);
    return channel ? &channel->options : NULL;
}

static int check_channel(const char *name, const struct probe_option *options, size_t count,
                         struct fault *fault)
{
    struct arena arena = {0};
    const void *read;
    int rc = channel_read(channel_find(name), options, count, &arena, &read, fault);
    arena_free(&arena);
    return rc;
}

static int check_template(const char *file, const char *text, struct fault *fault)
{
    struct arena arena = {0};
    struct template *template = arena_alloc(&arena, sizeof *template);
    int rc = template_read(file, text, &arena, template, fault);
    arena_free(&arena);
    return rc;
}

struct config_probes command_probes(void)
{
    static const struct config_channels config_channels = {
        channel_names, channel_options, check_channel, check_template, alert_name};
    return (struct config_probes){registry_schemes(), registry_options, check_options,
                                  page_languages(),   check_url,        software_builtin,
                                  &config_channels};
}

struct config *command_config(const char *file, const char *data)
{
    struct config_probes probes = command_probes();
    struct fault_list faults = {0};
    struct config *config = NULL;
    if (config_load(file, data, &probes, &config, &faults))
        for (size_t i = 0; i < faults.count; i++)
            fprintf(stderr, "%s\n", faults.texts[i]);
    fault_list_free(&faults);
    return config;
}

static void print_overview(FILE *out)
{
    fputs("Usage: vibrisse COMMAND [OPTION]...\n\n"
          "Checks the services of a collective of hosters from the outside, keeps the record and\n"
          "publishes it.\n\nCommands:\n",
          out);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (!commands[i]->internal)
            fprintf(out, "  %-14s %s\n", commands[i]->name, commands[i]->summary);
    fputs(
        "\n'vibrisse COMMAND --help' tells more of each. 'vibrisse --version' tells the version.\n",
        out);
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *names[ARRAY_LEN(commands)];
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        names[i] = commands[i]->name;
    const char *nearest = text_nearest(name, names, ARRAY_LEN(commands));
    fprintf(stderr, "vibrisse: there is no command '%s'%s%s%s\nTry 'vibrisse --help'.\n", name,
            nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : ".");
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    mem_share();
    allocation_guard();
    if (argc < 2) {
        print_overview(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_overview(stdout);
        return EXIT_SUCCESS;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("vibrisse " VIBRISSE_VERSION "\nledger schema %d\n", ledger_schema());
        return EXIT_SUCCESS;
    }
    const struct command *command = find(argv[1]);
    return command ? command->run(argc - 1, argv + 1) : unknown_command(argv[1]);
}
