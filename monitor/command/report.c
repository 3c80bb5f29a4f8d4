#include "calendar.h"
#include "command.h"
#include "settings.h"
#include "when.h"
#include "yearbook.h"
#include "yearbook_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct command *const self = &command_report;

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"data", required_argument, NULL, 'd'},
    {"out", required_argument, NULL, 'o'},
    {"at", required_argument, NULL, 'a'},
    {"draft", no_argument, NULL, 'D'},
    {"until", required_argument, NULL, 'u'},
    {"check", required_argument, NULL, 'k'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct wishes {
    struct settings settings;
    const char *year, *out, *at, *check, *until;
    bool draft;
};

/* ---- checking ---- */

static void print_difference(void *owner, const char *sentence)
{
    (void)owner;
    puts(sentence);
}

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static int check_folder(const char *folder)
{
    struct fault fault;
    int differences = yearbook_check(folder, set_zone, print_difference, NULL, &fault);
    if (differences < 0)
        fprintf(stderr, "vibrisse report: %s\n", fault.text);
    else if (differences == 0)
        printf("%s: every figure is what the tables give\n", folder);
    return differences ? EXIT_BAD : EXIT_SUCCESS;
}

/* ---- the bar ---- */

struct bar {
    size_t tenths; /* shown so far; every service moves it by less */
};

static void show(void *owner, size_t done, size_t of)
{
    enum { WIDTH = 40 };
    struct bar *bar = owner;
    size_t full = done * WIDTH / of;
    if (full == bar->tenths && done < of)
        return;
    bar->tenths = full;
    fprintf(stderr, "\r[%.*s%*s] %zu of %zu services%s", (int)full,
            "########################################", (int)(WIDTH - full), "", done, of,
            done == of ? "\n" : "");
}

/* ---- writing ---- */

static int write_report(const struct config *config, struct yearbook *yearbook, const char *out,
                        struct fault *fault)
{
    struct bar bar = {0};
    if (!config->data)
        return fault_set(fault, "give `data` in %s, or --data DIR", config->file);
    if (ledger_open_to_read(config->data, &yearbook->ledger, fault))
        return -1;
    yearbook->progress = isatty(STDERR_FILENO) ? show : NULL;
    yearbook->owner = &bar;
    int rc = yearbook_write(yearbook, out, fault);
    ledger_close(yearbook->ledger);
    return rc;
}

/* 0 is none. */
static int read_year(const char *text)
{
    bool good = strlen(text) == 4 && strspn(text, "0123456789") == 4;
    int year = good ? atoi(text) : 0;
    return year >= 1971 ? year : 0;
}

/* 0, or the exit status after what is wrong was said. */
static int read_times(const struct wishes *wishes, struct yearbook *yearbook)
{
    struct fault fault;
    if ((wishes->at && when_parse(wishes->at, "--at", &yearbook->at, &fault)) ||
        (wishes->until && when_parse(wishes->until, "--until", &yearbook->comments_until, &fault)))
        return command_usage(self, "%s", fault.text);
    if (wishes->until && yearbook->comments_until <= yearbook->at)
        return command_usage(self, "--until %s: by then the draft is not made yet", wishes->until);
    return 0;
}

static int answer(void *owner, const struct config *config)
{
    const struct wishes *wishes = owner;
    struct yearbook yearbook = {
        .config = config, .year = read_year(wishes->year), .at = wall_seconds(clock_wall())};
    struct fault fault;
    int usage = read_times(wishes, &yearbook);
    if (usage)
        return usage;
    if (write_report(config, &yearbook, wishes->out, &fault) == 0)
        return EXIT_SUCCESS;
    fprintf(stderr, "vibrisse report: %s\n", fault.text);
    return EXIT_BAD;
}

/* 0, or the exit status after what is wrong was said. */
static int check_arguments(const struct wishes *wishes, int left)
{
    if (wishes->check)
        return command_usage(self, "--check DIR needs no YEAR: the folder says it");
    if (left != 1)
        return command_usage(self, "give one YEAR, as 2025");
    if (!read_year(wishes->year))
        return command_usage(self, "'%s' is no year; give one as 2025", wishes->year);
    if (wishes->draft != (wishes->until != NULL))
        return command_usage(self, "give --draft and --until DATE together");
    return wishes->out ? 0 : command_usage(self, "give --out DIR, where the files go");
}

static int run(int argc, char **argv)
{
    struct wishes wishes = {0};
    for (int option; (option = command_option(self, argc, argv, "c:", options)) != -1;) {
        if (settings_take(&wishes.settings, option, optarg))
            continue;
        if (option == 'o')
            wishes.out = optarg;
        else if (option == 'k')
            wishes.check = optarg;
        else if (option == 'D')
            wishes.draft = true;
        else if (option == 'u')
            wishes.until = optarg;
        else
            wishes.at = optarg;
    }
    if (wishes.check && optind == argc)
        return check_folder(wishes.check);
    wishes.year = argv[optind];
    int usage = check_arguments(&wishes, argc - optind);
    return usage ? usage : settings_use(self, &wishes.settings, answer, &wishes);
}

const struct command command_report = {
    .name = "report",
    .summary = "write the report of a year, and its data",
    .synopsis = "report YEAR -c FILE [--data DIR] --out DIR [--at TIME] [--draft --until DATE]\n"
                "       vibrisse report --check DIR",
    .help =
        "  -c, --config FILE  the configuration\n"
        "      --data DIR     the record (else `data` of the configuration)\n"
        "      --out DIR      where to write; the folder is made, its files are replaced. It works "
        "by\n"
        "                     itself, holds several years, and may be the folder of the site\n"
        "      --at TIME      as known at that time, as\n"
        "                     " WHEN_EXAMPLES ";\n"
        "                     default now\n"
        "      --draft        say that it is a draft, on which hosters are asked to comment\n"
        "      --until DATE   until that time\n"
        "      --check DIR    make every figure of a published report again from its tables\n"
        "                     alone, and tell what differs: exit status 1 when something does\n"
        "  -h, --help         this text\n\n"
        "Writes pages into LANGUAGE/report/YEAR/ and, into report/YEAR/, which is the folder to\n"
        "check, every figure as report-YEAR.json, the tables that they are made from as\n"
        "NAME-YEAR.csv, and datapackage.json, which says what is in each and has its sum.\n"
        "A year that is not over is told up to the last midnight, and says so. Hosters that\n"
        "were measured for less than half of it are listed, and are in no figure of the\n"
        "collective; nothing is sorted by availability.\n",
    .run = run,
};
