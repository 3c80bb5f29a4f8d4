#include "calendar.h"
#include "command.h"
#include "editions.h"
#include "report_edition.h"
#include "settings.h"
#include "when.h"
#include "yearbook_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct command *const self = &command_report;

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},  {"data", required_argument, NULL, 'd'},
    {"out", required_argument, NULL, 'o'},     {"at", required_argument, NULL, 'a'},
    {"draft", no_argument, NULL, 'D'},         {"until", required_argument, NULL, 'u'},
    {"final", no_argument, NULL, 'f'},         {"correct", no_argument, NULL, 'C'},
    {"comment", required_argument, NULL, 'm'}, {"fr", required_argument, NULL, 'F'},
    {"en", required_argument, NULL, 'E'},      {"by", required_argument, NULL, 'B'},
    {"list", no_argument, NULL, 'n'},          {"check", required_argument, NULL, 'k'},
    {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
};

struct wishes {
    struct settings settings;
    struct wording_options wording;
    const char *year, *out, *at, *check, *until, *comment;
    bool draft, final, correct, list;
};

static int fail(const struct fault *fault)
{
    fprintf(stderr, "vibrisse report: %s\n", fault->text);
    return EXIT_BAD;
}

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
        return fail(&fault);
    if (differences == 0)
        printf("%s: every figure is what the tables give\n", folder);
    return differences ? EXIT_BAD : EXIT_SUCCESS;
}

static int compare_with_ledger(const char *folder, const struct config *config)
{
    struct ledger *ledger;
    struct fault fault;
    if (ledger_open_to_read(config->data, &ledger, &fault))
        return fail(&fault);
    int differences = yearbook_check_edition(folder, ledger, print_difference, NULL, &fault);
    ledger_close(ledger);
    if (differences < 0)
        return fail(&fault);
    if (differences == 0)
        printf("%s: every file is what the ledger says\n", folder);
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

static bool is_final(const struct wishes *wishes)
{
    return wishes->final || wishes->correct;
}

/* What is published is kept with the record. */
static int write_into(const struct wishes *wishes, const struct yearbook *yearbook,
                      struct fault *fault)
{
    const char *folders[YEARBOOK_FOLDERS_MOST];
    struct arena arena = {0};
    size_t count = 0;
    if (is_final(wishes) || !wishes->out)
        folders[count++] = arena_printf(&arena, "%s/" YEARBOOK_KEPT, yearbook->config->data);
    if (wishes->out)
        folders[count++] = wishes->out;
    int rc = yearbook_write(yearbook, folders, count, fault);
    arena_free(&arena);
    return rc;
}

static int write_edition(const struct wishes *wishes, struct yearbook *yearbook,
                         struct fault *fault)
{
    struct report_edition edition = {.config = yearbook->config, .correcting = wishes->correct};
    int rc = report_edition_begin(&edition, &wishes->wording, wishes->at ? yearbook->at : 0,
                                  yearbook, fault);
    if (rc == 0)
        rc = write_into(wishes, yearbook, fault);
    arena_free(&edition.arena);
    return rc;
}

static int write_other(const struct wishes *wishes, struct yearbook *yearbook, struct fault *fault)
{
    struct arena arena = {0};
    int rc = wishes->out ? 0 : report_edition_refuse_draft(yearbook->ledger, yearbook->year, fault);
    if (rc == 0)
        rc = editions_read(yearbook->ledger, &arena, &yearbook->said, &yearbook->said_count, fault);
    if (rc == 0)
        rc = write_into(wishes, yearbook, fault);
    arena_free(&arena);
    return rc;
}

static int write_report(const struct wishes *wishes, struct yearbook *yearbook, struct fault *fault)
{
    struct bar bar = {0};
    if (ledger_open_to_read(yearbook->config->data, &yearbook->ledger, fault))
        return -1;
    yearbook->progress = isatty(STDERR_FILENO) ? show : NULL;
    yearbook->owner = &bar;
    int rc = (is_final(wishes) ? write_edition : write_other)(wishes, yearbook, fault);
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

static int answer_of_year(const struct wishes *wishes, const struct config *config)
{
    struct yearbook yearbook = {
        .config = config, .year = read_year(wishes->year), .at = wall_seconds(clock_wall())};
    struct fault fault;
    int usage = read_times(wishes, &yearbook);
    if (usage)
        return usage;
    int rc = wishes->comment ? report_edition_comment(config, yearbook.year, wishes->comment,
                                                      &wishes->wording, &fault)
                             : write_report(wishes, &yearbook, &fault);
    return rc ? fail(&fault) : EXIT_SUCCESS;
}

static int answer(void *owner, const struct config *config)
{
    const struct wishes *wishes = owner;
    struct fault fault;
    if (!config->data) {
        fault_set(&fault, "give `data` in %s, or --data DIR", config->file);
        return fail(&fault);
    }
    if (wishes->check)
        return compare_with_ledger(wishes->check, config);
    if (wishes->list)
        return report_edition_list(config, &fault) ? fail(&fault) : EXIT_SUCCESS;
    return answer_of_year(wishes, config);
}

/* ---- what was asked for ---- */

/* 0, or the exit status after what is wrong was said. */
static int check_wishes(const struct wishes *wishes)
{
    bool speaks = wishes->wording.fr || wishes->wording.en;
    if (wishes->draft != (wishes->until != NULL))
        return command_usage(self, "give --draft and --until DATE together");
    if (wishes->draft + wishes->final + wishes->correct + (wishes->comment != NULL) > 1)
        return command_usage(self, "it is one of --draft, --final, --correct and --comment HOSTER");
    if (speaks && !wishes->correct && !wishes->comment)
        return command_usage(self, "--fr and --en go with --correct and --comment");
    if (!speaks && (wishes->correct || wishes->comment))
        return command_usage(self, "say it with --fr TEXT, --en TEXT, or both");
    if (wishes->wording.by && !speaks && !wishes->final)
        return command_usage(self, "--by goes with --final, --correct and --comment");
    if (!wishes->out && !wishes->draft && !is_final(wishes) && !wishes->comment)
        return command_usage(self, "give --out DIR, where the files go");
    return 0;
}

/* 0, or the exit status after what is wrong was said. */
static int check_arguments(const struct wishes *wishes, int left)
{
    if (wishes->check || wishes->list)
        return command_usage(self, "--check DIR and --list need no YEAR");
    if (left != 1)
        return command_usage(self, "give one YEAR, as 2025");
    if (!read_year(wishes->year))
        return command_usage(self, "'%s' is no year; give one as 2025", wishes->year);
    return check_wishes(wishes);
}

static void take(struct wishes *wishes, int option, const char *value)
{
    if (option == 'o')
        wishes->out = value;
    else if (option == 'k')
        wishes->check = value;
    else if (option == 'D')
        wishes->draft = true;
    else if (option == 'u')
        wishes->until = value;
    else if (option == 'f')
        wishes->final = true;
    else if (option == 'C')
        wishes->correct = true;
    else if (option == 'm')
        wishes->comment = value;
    else if (option == 'n')
        wishes->list = true;
    else
        wishes->at = value;
}

static int run(int argc, char **argv)
{
    struct wishes wishes = {0};
    for (int option; (option = command_option(self, argc, argv, "c:", options)) != -1;)
        if (!settings_take(&wishes.settings, option, optarg) &&
            !hand_over_take(&wishes.wording, option, optarg))
            take(&wishes, option, optarg);
    if (wishes.check && optind == argc) {
        int status = check_folder(wishes.check);
        return status || !wishes.settings.file
                   ? status
                   : settings_use(self, &wishes.settings, answer, &wishes);
    }
    wishes.year = argv[optind];
    int usage = wishes.list && optind == argc ? 0 : check_arguments(&wishes, argc - optind);
    return usage ? usage : settings_use(self, &wishes.settings, answer, &wishes);
}

const struct command command_report = {
    .name = "report",
    .summary = "write the report of a year, and its data",
    .synopsis =
        "report YEAR -c FILE [--data DIR] --out DIR [--at TIME]\n"
        "       vibrisse report YEAR -c FILE --draft --until DATE [--out DIR] [--at TIME]\n"
        "       vibrisse report YEAR -c FILE --comment HOSTER --fr TEXT --en TEXT --by NAME\n"
        "       vibrisse report YEAR -c FILE --final [--by NAME] [--out DIR] [--at TIME]\n"
        "       vibrisse report YEAR -c FILE --correct --fr TEXT --en TEXT --by NAME\n"
        "       vibrisse report --list -c FILE\n"
        "       vibrisse report --check DIR [-c FILE]",
    .help =
        "  -c, --config FILE  the configuration\n"
        "      --data DIR     the record (else `data` of the configuration)\n"
        "      --out DIR      where to write; the folder is made, its files are replaced. It works "
        "by\n"
        "                     itself, and holds several years. Drafts without it, and what is\n"
        "                     final always, go into DATA/" YEARBOOK_KEPT ", which the site shows\n"
        "      --at TIME      as known at that time, as\n"
        "                     " WHEN_EXAMPLES ";\n"
        "                     default now\n"
        "      --draft        say that it is a draft, on which hosters are asked to comment\n"
        "      --until DATE   until that time\n"
        "      --comment HOSTER\n"
        "                     note what the hoster says of its year; the reports made from then "
        "on\n"
        "                     print it in quotation marks beside its figures\n"
        "      --final        it is final: the ledger keeps the sum of every file. Again, it is\n"
        "                     made as known at the same time; what would differ is refused\n"
        "      --correct      make another edition of a final report, which names what it "
        "corrects\n"
        "      --fr, --en TEXT\n"
        "                     the comment, or what was wrong; one of them at least\n"
        "      --by NAME      who says so\n"
        "      --list         print the final editions, the corrections and the comments\n"
        "      --check DIR    make every figure of a published report again from its tables\n"
        "                     alone, and tell what differs: exit status 1 when something does;\n"
        "                     with -c compare the files with what the ledger says, too\n"
        "  -h, --help         this text\n\n"
        "Writes pages into LANGUAGE/report/YEAR/ and, into report/YEAR/, which is the folder to\n"
        "check, every figure as report-YEAR.json, the tables that they are made from as\n"
        "NAME-YEAR.csv, and datapackage.json, which says what is in each and has its sum.\n"
        "A year that is not over is told up to the last midnight, and says so; it cannot be "
        "final.\n"
        "Hosters that were measured for less than half of it are listed, and are in no figure of\n"
        "the collective; nothing is sorted by availability.\n",
    .run = run,
};
