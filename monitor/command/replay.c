#include "replay.h"

#include "command.h"
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command *const self = &command_replay;

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"data", required_argument, NULL, 'd'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int read_file(struct replay *replay, const char *name, struct fault *fault)
{
    if (strcmp(name, "-") == 0)
        return replay_file(replay, STDIN_FILENO, "standard input", fault);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fault_set(fault, "cannot open %s: %s", name, strerror(errno));
    int rc = replay_file(replay, file, name, fault);
    close(file);
    return rc;
}

static void say(int64_t count, const char *what)
{
    if (count)
        fprintf(stderr, "%10lld %s\n", (long long)count, what);
}

static void print_counts(const struct replay_counts *counts)
{
    const struct pipeline_counts *pipeline = &counts->pipeline;
    fprintf(stderr, "%10lld lines read\n%10lld results taken\n", (long long)counts->lines,
            (long long)pipeline->results);
    say(pipeline->events, "changes recorded");
    say(pipeline->stale, "refused: the record is already past them");
    say(pipeline->unknown_subject, "refused: no such service or check in the configuration");
    say(counts->foreign_vantage, "refused: from another vantage than the configuration's");
    say(pipeline->bad_time, "refused: their time is in the future or before 2000");
    say(counts->unreadable, "refused: no result lines");
    for (int64_t i = 0; i < counts->unreadable && i < REPLAY_SAMPLES; i++)
        fprintf(stderr, "           %s\n", counts->samples[i]);
}

static int complain(const struct fault *fault)
{
    fprintf(stderr, "vibrisse replay: %s\n", fault->text);
    return EXIT_BAD;
}

/* `owner`: the names of the files, ended by NULL. */
static int replay_all(void *owner, const struct config *config)
{
    struct replay *replay;
    struct replay_counts counts;
    struct fault fault, last;
    if (!config->data)
        fault_set(&fault, "give `data` in %s, or --data DIR", config->file);
    if (!config->data || replay_open(config, &replay, &fault))
        return complain(&fault);
    int rc = 0;
    for (char **names = owner; rc == 0 && *names; names++)
        rc = read_file(replay, *names, &fault);
    if (replay_close(replay, &counts, &last) && rc == 0) {
        rc = -1;
        fault = last;
    }
    print_counts(&counts);
    if (rc)
        complain(&fault);
    return rc || counts.unreadable ? EXIT_BAD : EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    static char standard_input[] = "-";
    static char *from_standard_input[] = {standard_input, NULL};
    struct settings settings = {0};
    for (int option; (option = command_option(self, argc, argv, "c:", options)) != -1;)
        settings_take(&settings, option, optarg);
    return settings_use(self, &settings, replay_all,
                        optind < argc ? argv + optind : from_standard_input);
}

const struct command command_replay = {
    .name = "replay",
    .summary = "make the record from result lines",
    .synopsis = "replay -c FILE [--data DIR] [RESULTS]...",
    .help =
        "  -c, --config FILE  the configuration that the results belong to\n"
        "      --data DIR     where to record (else `data` of the configuration)\n"
        "  -h, --help         this text\n\n"
        "RESULTS are files of result lines in order of time, `-` or none is standard input. They\n"
        "count as if they were found now, at their own time. Results that are already recorded\n"
        "change nothing, so that a replay may be repeated. What was refused is told; the exit\n"
        "status is 1 when a line could not be read. Another vibrisse must not be recording "
        "there.\n",
    .run = run,
};
