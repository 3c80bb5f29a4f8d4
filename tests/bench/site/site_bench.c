/* What the keeper's part of the site costs, without anything around it.
 *
 *     site_bench fill CONFIG DATA < RESULTS
 *         makes the ledger that these results lead to; no series
 *     site_bench measure CONFIG DATA SITE AT [CHANGES]
 *         writes the site as it is AT (Unix time); then a service fails, and what that touches is written again, CHANGES times
 *         (20; 0 for a profile of the whole, or to compare two builds' sites). Prints {"all_s":…,"kernel_s":…,"change_ms":[…]},
 *         CPU of this process, and how much of it the kernel took
 */
#include "clock.h"
#include "config.h"
#include "ledger.h"
#include "lines.h"
#include "memory.h"
#include "page.h"
#include "pipeline.h"
#include "publisher.h"
#include "result_line.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { RESULTS_PER_COMMIT = 20000, STEP_MS = 2001 };
static const int64_t changes_begin_ms = (int64_t)1
                                        << 50; /* later than all that publisher_all() did */

static int fail(const struct fault *fault)
{
    fprintf(stderr, "site_bench: %s\n", fault->text);
    return 2;
}

/* Nothing is probed: HTTPS without options of its own is enough. */
static const struct schema *no_options(const char *scheme)
{
    static const struct schema none[] = {{.name = NULL}};
    return strcmp(scheme, "https") == 0 ? none : NULL;
}

static struct config *load(const char *file)
{
    static const char *const schemes[] = {"https", NULL};
    const struct config_probes probes = {
        .schemes = schemes, .options = no_options, .languages = page_languages()};
    struct fault_list faults = {0};
    struct config *config = NULL;
    if (config_load(file, NULL, &probes, &config, &faults))
        fprintf(stderr, "site_bench: %s\n", faults.count ? faults.texts[0] : file);
    fault_list_free(&faults);
    if (config) {
        setenv("TZ", config->collective.timezone, 1);
        tzset();
    }
    return config;
}

/* ---- fill ---- */

struct filling {
    struct pipeline *pipeline;
    size_t uncommitted;
    bool failed;
};

static void on_line(void *owner, const char *line, size_t length)
{
    struct filling *filling = owner;
    struct result result;
    struct fault fault;
    if (result_line_read(line, length, &result, &fault)) {
        fail(&fault);
        filling->failed = true;
        return;
    }
    pipeline_result(filling->pipeline, &result, clock_wall());
    filling->uncommitted++;
}

static void on_too_long(void *owner)
{
    ((struct filling *)owner)->failed = true;
}

static int commit(struct filling *filling, enum keep keep, struct fault *fault)
{
    filling->uncommitted = 0;
    return pipeline_commit(filling->pipeline, keep, fault);
}

static int fill(const struct config *config, struct ledger *ledger)
{
    static char piece[256 * 1024];
    struct filling filling = {.pipeline = pipeline_new(config, ledger, NULL)};
    struct fault fault = {""};
    struct lines lines;
    ssize_t count;
    int rc = 0;
    lines_init(&lines, RESULT_LINE_MAX, on_line, on_too_long, &filling);
    while (rc == 0 && (count = read(STDIN_FILENO, piece, sizeof piece)) > 0) {
        lines_feed(&lines, piece, (size_t)count);
        if (filling.uncommitted >= RESULTS_PER_COMMIT)
            rc = commit(&filling, KEEP_ALL, &fault);
    }
    if (rc == 0)
        rc = commit(&filling, KEEP_END, &fault);
    lines_fini(&lines);
    pipeline_free(filling.pipeline);
    return rc ? fail(&fault) : filling.failed;
}

/* ---- measure ---- */

static double cpu_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The part of it that the kernel took. */
static double kernel_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
}

struct stage {
    const struct config *config;
    struct pipeline *pipeline;
    struct publisher *publisher;
    struct memory memory;
    struct history history;
};

static void let_fail(struct stage *stage, size_t service)
{
    struct result result;
    for (int family = 0; family < FAMILY_COUNT; family++) {
        for (int attempt = 0; attempt < 3; attempt++) {
            result_init(&result);
            result.time = wall_from_seconds(stage->memory.now - 3 + attempt);
            result.family = (enum family)family;
            text_copy(result.vantage, sizeof result.vantage, stage->config->collective.vantage);
            text_copy(result.service, sizeof result.service,
                      stage->config->collective.services[service]->key);
            text_copy(result.check, sizeof result.check, "web");
            result_set(&result, REASON_connect_refused, "connection refused");
            pipeline_result(stage->pipeline, &result, clock_wall());
        }
    }
}

/* Makes all that shows the service. Milliseconds of CPU; -1 = it failed. */
static double show(struct stage *stage, size_t service, int64_t now_ms, struct fault *fault)
{
    double before = cpu_s();
    int rc;
    stage->memory.now += 3;
    publisher_service_changed(stage->publisher, service);
    while ((rc = publisher_step(stage->publisher, &stage->history, now_ms, stage->memory.now,
                                fault)) > 0)
        continue;
    return rc ? -1 : (cpu_s() - before) * 1000;
}

/* What is made once an hour is made before. */
static double measure_change(struct stage *stage, size_t service, int64_t now_ms,
                             struct fault *fault)
{
    if (show(stage, service, now_ms, fault) < 0)
        return -1;
    let_fail(stage, service);
    if (pipeline_commit(stage->pipeline, KEEP_CHANGES, fault))
        return -1;
    while (pipeline_next_changed(stage->pipeline) >= 0)
        continue;
    return show(stage, service, now_ms + STEP_MS, fault);
}

static int measure_changes(struct stage *stage, int changes, struct fault *fault)
{
    size_t count = stage->config->collective.service_count;
    printf("\"change_ms\":[");
    for (int i = 0; i < changes; i++) {
        double ms = measure_change(stage, ((size_t)i * 131 + 7) % count,
                                   changes_begin_ms + (int64_t)i * 2 * STEP_MS, fault);
        if (ms < 0)
            return -1;
        printf("%s%.3f", i ? "," : "", ms);
    }
    printf("]");
    return 0;
}

static int measure(const struct config *config, struct ledger *ledger, char **argv)
{
    const char *site = argv[4];
    int64_t at = strtoll(argv[5], NULL, 10);
    int changes = argv[6] ? atoi(argv[6]) : 20;
    struct stage stage = {.config = config};
    struct fault fault;
    stage.pipeline = pipeline_new(config, ledger, NULL);
    stage.memory = (struct memory){.ledger = ledger, .pipeline = stage.pipeline, .now = at};
    stage.history = memory_history(&stage.memory);
    double before = cpu_s(), kernel_before = kernel_s();
    int rc = publisher_open(site, config, &stage.publisher, &fault);
    ledger_hold(ledger, LEDGER_HOLD_ALL);
    if (rc == 0)
        rc = publisher_all(stage.publisher, &stage.history, at, &fault);
    ledger_let_go(ledger);
    printf("{\"all_s\":%.3f,\"kernel_s\":%.3f,", cpu_s() - before, kernel_s() - kernel_before);
    if (rc == 0)
        rc = measure_changes(&stage, changes, &fault);
    puts("}");
    publisher_close(stage.publisher);
    pipeline_free(stage.pipeline);
    return rc ? fail(&fault) : 0;
}

int main(int argc, char **argv)
{
    bool filling = argc == 4 && strcmp(argv[1], "fill") == 0;
    bool measuring = (argc == 6 || argc == 7) && strcmp(argv[1], "measure") == 0;
    struct config *config = filling || measuring ? load(argv[2]) : NULL;
    struct ledger *ledger;
    struct fault fault;
    if (!config)
        return 2;
    if (ledger_open(argv[3], &ledger, &fault)) {
        config_free(config);
        return fail(&fault);
    }
    int rc = filling ? fill(config, ledger) : measure(config, ledger, argv);
    ledger_close(ledger);
    config_free(config);
    return rc;
}
