#include "command.h"
#include "control.h"
#include "json.h"
#include "settings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'}, {"data", required_argument, NULL, 'd'},
    {"json", no_argument, NULL, 'j'},         {"watch", no_argument, NULL, 'w'},
    {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
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

static const char table_line[] = "%-*s  %s%-8s%s  %-20s  %-20s  ";
enum { COLUMNS_BEFORE_WHY = 8 + 20 + 20 + 4 * 2 };

/* How much of the table can be seen at once. */
struct room {
    size_t rows, columns;
    bool troubled_first; /* so that they are in it */
};

static void print_service(const json_t *service, int width, bool coloured, size_t columns)
{
    char why[1024];
    bool measured = json_is_string(json_object_get(service, "measured"));
    const char *state = text_of(service, "state"), *colour = colour_of(state, coloured);
    size_t before = (size_t)width + COLUMNS_BEFORE_WHY;
    printf(table_line, width, text_of(service, "service"), colour, state, *colour ? "\033[0m" : "",
           text_of(service, "since"), text_of(service, "measured"));
    snprintf(why, sizeof why, "%s%s%s%s",
             json_is_true(json_object_get(service, "unstable")) ? "unstable, " : "",
             measured ? text_of(service, "reason") : "not measured yet",
             *text_of(service, "detail") ? ": " : "", text_of(service, "detail"));
    printf("%.*s\n", columns > before ? (int)(columns - before) : 0, why);
}

static bool is_up(const json_t *service)
{
    return strcmp(text_of(service, "state"), "up") == 0;
}

static void print_services(const json_t *services, int width, const struct room *room)
{
    size_t count = json_array_size(services), printed = 0;
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < count && printed < room->rows; i++) {
            const json_t *service = json_array_get(services, i);
            bool now = room->troubled_first ? is_up(service) == (turn == 1) : turn == 0;
            if (now)
                print_service(service, width, wants_colour(), room->columns);
            printed += now;
        }
    }
    if (printed < count)
        printf("and %zu more\n", count - printed);
}

static void print_table(const json_t *status, const struct room *room)
{
    const json_t *services = json_object_get(status, "services");
    int width = width_of_services(services);
    printf(table_line, width, "SERVICE", "", "STATE", "", "SINCE", "MEASURED");
    puts("WHY");
    print_services(services, width, room);
    print_senses(json_object_get(status, "senses"));
    const char *health = text_of(status, "health");
    if (strcmp(health, "ok") != 0)
        fprintf(stderr, "vibrisse status: the monitor says: %s\n", health);
}

static int print_status(const struct config *config, bool as_json, const struct room *room)
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
        print_table(status, room);
    if (!status)
        fprintf(stderr, "vibrisse status: the answer was cut\n");
    json_decref(status);
    free(text);
    return status ? EXIT_SUCCESS : EXIT_BAD;
}

/* Until Ctrl-C. A monitor that is gone for a moment is waited for. */
static void watch(const struct config *config)
{
    enum { TURN_S = 2, HEADLINES = 6 };
    for (;;) {
        struct winsize size;
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
            size = (struct winsize){.ws_row = 24, .ws_col = 80};
        const struct room room = {size.ws_row > HEADLINES ? size.ws_row - HEADLINES : 1,
                                  size.ws_col, true};
        char now[32];
        time_t seconds = time(NULL);
        strftime(now, sizeof now, "%FT%TZ", gmtime(&seconds));
        printf("\033[H\033[2J%s, Ctrl-C ends\n\n", now);
        print_status(config, false, &room);
        fflush(stdout);
        sleep(TURN_S);
    }
}

struct wishes {
    struct settings settings;
    bool json, watch;
};

static int show(void *owner, const struct config *config)
{
    static const struct room all = {SIZE_MAX, INT_MAX, false};
    const struct wishes *wishes = owner;
    if (!config->data) {
        fprintf(stderr, "vibrisse status: give `data` in %s, or --data DIR\n", config->file);
        return EXIT_BAD;
    }
    if (wishes->watch)
        watch(config);
    return print_status(config, wishes->json, &all);
}

static int run(int argc, char **argv)
{
    struct wishes wishes = {0};
    for (int option;
         (option = command_option(&command_status, argc, argv, "c:w", options)) != -1;) {
        if (settings_take(&wishes.settings, option, optarg))
            continue;
        if (option == 'w')
            wishes.watch = true;
        else
            wishes.json = true;
    }
    if (optind < argc)
        return command_usage(&command_status, "it takes no argument '%s'", argv[optind]);
    if (wishes.watch && (wishes.json || !isatty(STDOUT_FILENO)))
        return command_usage(&command_status,
                             "--watch draws on a terminal; for programs ask again with --json");
    return settings_use(&command_status, &wishes.settings, show, &wishes);
}

const struct command command_status = {
    .name = "status",
    .summary = "show what the running monitor believes",
    .synopsis = "status -c FILE [--data DIR] [--json | --watch]",
    .help = "  -c, --config FILE  the configuration of the running monitor\n"
            "      --data DIR     its data folder (else `data` of the configuration)\n"
            "      --json         all of it, for programs\n"
            "  -w, --watch        draw it anew every two seconds, what is not up first\n"
            "  -h, --help         this text\n",
    .run = run,
};
