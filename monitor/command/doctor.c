#include "doctor.h"

#include "command.h"
#include "macros.h"
#include "settings.h"
#include "text.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 600 };

static const char *const grades[DOCTOR_GRADES] = {"well", "look", "bad"};

static const struct {
    const char *about;
    void (*look)(struct doctor *doctor);
    bool asks; /* somebody else */
} rows[] = {
    {"monitor", doctor_monitor, false},   {"folders", doctor_folders, false},
    {"ledger", doctor_ledger, false},     {"clock", doctor_clock, false},
    {"limits", doctor_limits, false},     {"port", doctor_port, false},
    {"secrets", doctor_secrets, false},   {"sandbox", doctor_sandbox, false},
    {"families", doctor_families, false}, {"ping", doctor_ping, false},
    {"names", doctor_names, true},        {"sentinels", doctor_sentinels, true},
    {"mail", doctor_mail, true},
};

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'}, {"data", required_argument, NULL, 'd'},
    {"site", required_argument, NULL, 's'},   {"listen", required_argument, NULL, 'l'},
    {"offline", no_argument, NULL, 'o'},      {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
};

void doctor_find(struct doctor *doctor, enum doctor_grade grade, const char *advice,
                 const char *format, ...)
{
    char text[TEXT_MAX], clean[TEXT_MAX];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    text_clean(clean, sizeof clean, text, strlen(text));
    json_array_append_new(doctor->found,
                          json_pack("{s:s, s:s, s:s, s:s?}", "about", doctor->about, "grade",
                                    grades[grade], "text", clean, "advice", advice));
}

/* ---- what was found ---- */

static const char *colour_of(const char *grade)
{
    const char *no_colour = getenv("NO_COLOR");
    if (!isatty(STDOUT_FILENO) || (no_colour && no_colour[0]))
        return "";
    return strcmp(grade, grades[DOCTOR_WELL]) == 0   ? "\033[32m"
           : strcmp(grade, grades[DOCTOR_LOOK]) == 0 ? "\033[33m"
                                                     : "\033[31m";
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void print_found(const json_t *found)
{
    for (size_t i = 0; i < json_array_size(found); i++) {
        const json_t *one = json_array_get(found, i);
        const char *colour = colour_of(text_of(one, "grade")), *advice = text_of(one, "advice");
        printf("%s%-4s%s  %-9s  %s\n", colour, text_of(one, "grade"), *colour ? "\033[0m" : "",
               text_of(one, "about"), text_of(one, "text"));
        if (advice)
            printf("                 %s\n", advice);
    }
}

static size_t count_grade(const json_t *found, enum doctor_grade grade)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(found); i++)
        count += strcmp(text_of(json_array_get(found, i), "grade"), grades[grade]) == 0;
    return count;
}

/* ---- looking ---- */

struct wishes {
    struct settings settings;
    bool json, offline;
};

static int examine(void *owner, const struct config *config)
{
    const struct wishes *wishes = owner;
    struct doctor doctor = {.config = config, .offline = wishes->offline, .found = json_array()};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        doctor.about = rows[i].about;
        if (!rows[i].asks || !wishes->offline)
            rows[i].look(&doctor);
    }
    if (wishes->json)
        json_dumpf(doctor.found, stdout, JSON_INDENT(1));
    else
        print_found(doctor.found);
    size_t bad = count_grade(doctor.found, DOCTOR_BAD),
           look = count_grade(doctor.found, DOCTOR_LOOK);
    if (!wishes->json)
        printf("\n%zu bad, %zu to look at, %zu well\n", bad, look,
               count_grade(doctor.found, DOCTOR_WELL));
    json_decref(doctor.found);
    return bad ? EXIT_BAD : EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    struct wishes wishes = {0};
    signal(SIGPIPE, SIG_IGN);
    for (int option; (option = command_option(&command_doctor, argc, argv, "c:", options)) != -1;) {
        if (settings_take(&wishes.settings, option, optarg))
            continue;
        if (option == 'o')
            wishes.offline = true;
        else
            wishes.json = true;
    }
    if (optind < argc)
        return command_usage(&command_doctor, "it takes no argument '%s'", argv[optind]);
    return settings_use(&command_doctor, &wishes.settings, examine, &wishes);
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = "find what is wrong with an installation, and say how to mend it",
    .synopsis =
        "doctor -c FILE [--data DIR] [--site DIR] [--listen ADDR:PORT] [--offline] [--json]",
    .help =
        "  -c, --config FILE       the configuration\n"
        "      --data DIR          the folder of the record (else `data` of the configuration)\n"
        "      --site DIR          the folder of the pages (else `site`)\n"
        "      --listen ADDR:PORT  where the pages are served (else `listen`)\n"
        "      --offline           send nothing: no name is looked up, no sentinel and no mail "
        "relay tried\n"
        "      --json              what was found, for programs\n"
        "  -h, --help              this text\n\n"
        "Looks at folders, ledger, clock, limits, port, secrets, sandbox, address families, "
        "ping, resolver,\n"
        "sentinels and mail relays. Run it as the user that the monitor runs as. Nothing is "
        "changed, and\n"
        "nothing is sent to those who are told of outages. Exit status: 1 when something is "
        "bad.\n",
    .run = run,
};
