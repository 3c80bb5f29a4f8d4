#include "command.h"
#include "control.h"
#include "json.h"
#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"data", required_argument, NULL, 'd'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "-";
}

static const char *colour_of(const char *state, bool coloured)
{
    static const struct {
        const char *state, *colour;
    } colours[] = {{"up", "\033[32m"}, {"degraded", "\033[33m"}, {"down", "\033[31m"}};
    for (size_t i = 0; coloured && i < sizeof colours / sizeof colours[0]; i++)
        if (strcmp(colours[i].state, state) == 0)
            return colours[i].colour;
    return "";
}

static bool wants_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && !(no_colour && no_colour[0]);
}

static int width_of_services(const json_t *services)
{
    size_t width = strlen("SERVICE");
    for (size_t i = 0; i < json_array_size(services); i++) {
        size_t length = strlen(text_of(json_array_get(services, i), "service"));
        if (length > width)
            width = length;
    }
    return (int)width;
}

/* What we do not see well: the states above may then be older than usual, or unknown. */
static void print_senses(const json_t *senses)
{
    const char *sense;
    json_t *state;
    json_object_foreach((json_t *)(uintptr_t)senses, sense, state)
    {
        const char *condition = text_of(state, "condition");
        if (strcmp(condition, "impaired") == 0 || strcmp(condition, "blind") == 0)
            printf("We are %s on %s since %s: %s\n", condition, sense, text_of(state, "since"),
                   text_of(state, "why"));
    }
}

static void print_table(const json_t *status)
{
    const json_t *services = json_object_get(status, "services");
    int width = width_of_services(services);
    bool coloured = wants_colour();
    printf("%-*s  %-8s  %-20s  %-20s  %s\n", width, "SERVICE", "STATE", "SINCE", "MEASURED", "WHY");
    for (size_t i = 0; i < json_array_size(services); i++) {
        const json_t *service = json_array_get(services, i);
        const char *state = text_of(service, "state"), *colour = colour_of(state, coloured);
        printf("%-*s  %s%-8s%s  %-20s  %-20s  %s%s%s%s\n", width, text_of(service, "service"),
               colour, state, *colour ? "\033[0m" : "", text_of(service, "since"),
               text_of(service, "measured"),
               json_is_true(json_object_get(service, "unstable")) ? "unstable, " : "",
               text_of(service, "reason"), *text_of(service, "detail") ? ": " : "",
               text_of(service, "detail"));
    }
    print_senses(json_object_get(status, "senses"));
    const char *health = text_of(status, "health");
    if (strcmp(health, "ok") != 0)
        fprintf(stderr, "vibrisse status: the monitor says: %s\n", health);
}

static int print_status(const struct config *config, bool as_json)
{
    struct fault fault;
    char *text;
    size_t length;
    json_error_t error;
    if (control_ask(config->data, "status", &text, &length, &fault)) {
        fprintf(stderr, "vibrisse status: %s\n", fault.text);
        return EXIT_BAD;
    }
    json_t *status = json_loadb(text, length, 0, &error);
    if (as_json)
        fwrite(text, 1, length, stdout);
    else
        print_table(status);
    if (!status)
        fprintf(stderr, "vibrisse status: the answer was cut\n");
    json_decref(status);
    free(text);
    return status ? EXIT_SUCCESS : EXIT_BAD;
}

static int show(void *owner, const struct config *config)
{
    if (config->data)
        return print_status(config, *(const bool *)owner);
    fprintf(stderr, "vibrisse status: give `data` in %s, or --data DIR\n", config->file);
    return EXIT_BAD;
}

static int run(int argc, char **argv)
{
    struct settings settings = {0};
    bool as_json = false;
    for (int option; (option = command_option(&command_status, argc, argv, "c:", options)) != -1;) {
        if (!settings_take(&settings, option, optarg))
            as_json = true;
    }
    if (optind < argc)
        return command_usage(&command_status, "it takes no argument '%s'", argv[optind]);
    return settings_use(&command_status, &settings, show, &as_json);
}

const struct command command_status = {
    .name = "status",
    .summary = "show what the running monitor believes",
    .synopsis = "status -c FILE [--data DIR] [--json]",
    .help = "  -c, --config FILE  the configuration of the running monitor\n"
            "      --data DIR     its data folder (else `data` of the configuration)\n"
            "      --json         all of it, for programs\n"
            "  -h, --help         this text\n",
    .run = run,
};
