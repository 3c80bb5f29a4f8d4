#include "crawler.h"

#include "census.h"
#include "command.h"
#include "copies.h"
#include "crawl_journal.h"
#include "crawl_report.h"
#include "json.h"
#include "log.h"
#include "robot.h"
#include "sandbox.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { OUT_MAX = 128 * 1024 * 1024, TEXTS_MAX = 256, SUMMARY_MAX = 1024 };

static const struct option options[] = {
    {"accept", no_argument, NULL, 'a'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct order {
    json_t *json; /* owns the texts */
    const char *registers[TEXTS_MAX], *allow[TEXTS_MAX], *resolvers[TEXTS_MAX];
    const char *ca_file;
    char user_agent[ROBOT_NAME_SIZE];
};

/* ---- orders ---- */

static void get_list(const json_t *order, const char *key, const char *ret[TEXTS_MAX])
{
    const json_t *list = json_object_get(order, key);
    size_t count = json_array_size(list) < TEXTS_MAX ? json_array_size(list) : TEXTS_MAX - 1;
    for (size_t i = 0; i < count; i++) {
        ret[i] = json_string_value(json_array_get(list, i));
        if (!ret[i])
            return;
    }
}

static bool read_order(struct order *order)
{
    *order = (struct order){.json = json_loadfd(CENSUS_ORDER, JSON_DISABLE_EOF_CHECK, NULL)};
    get_list(order->json, "registers", order->registers);
    get_list(order->json, "allow", order->allow);
    get_list(order->json, "resolvers", order->resolvers);
    order->ca_file = json_string_value(json_object_get(order->json, "ca_file"));
    robot_name(json_string_value(json_object_get(order->json, "user_agent_url")),
               order->user_agent);
    return order->registers[0];
}

/* ---- what is left behind ---- */

/* On the disk when it returns 0: who started us renames it then. */
static int finish_file(FILE *out)
{
    return fflush(out) || ferror(out) || fsync(fileno(out)) ? -1 : 0;
}

static int write_members(const struct members *members)
{
    FILE *out = fdopen(CENSUS_MEMBERS, "w");
    struct buffer line;
    buffer_init(&line, OUT_MAX);
    for (size_t i = 0; out && i < members->count; i++) {
        if (members->list[i].fate == FATE_OVER)
            continue;
        members_write(&members->list[i], &line);
        fwrite(buffer_text(&line), 1, line.length, out);
        buffer_clear(&line);
    }
    buffer_fini(&line);
    return out ? finish_file(out) : -1;
}

static int write_report(const struct crawl *crawl, const struct members *members)
{
    FILE *out = fdopen(CENSUS_REPORT, "w");
    struct buffer summary;
    if (out)
        crawl_report_json(crawl, members, out);
    buffer_init(&summary, SUMMARY_MAX);
    crawl_report_summary(crawl, members, &summary);
    log_event(LOG_LEVEL_INFO, "the registers were read", "found", buffer_text(&summary), NULL);
    buffer_fini(&summary);
    return out ? finish_file(out) : -1;
}

static int write_journal(const struct crawl *crawl)
{
    FILE *out = fdopen(CENSUS_JOURNAL, "w");
    if (out)
        crawl_journal_write(crawl, out);
    return out ? finish_file(out) : -1;
}

static int write_copies(const struct crawl *crawl, struct crawl_counts counts)
{
    struct fault fault;
    FILE *out = fdopen(CENSUS_COPIES, "w");
    return out && copies_write(out, crawl, counts, &fault) == 0 ? finish_file(out) : -1;
}

static int leave(struct crawl *crawl, const struct members *members, struct crawl_counts before,
                 bool may_shrink)
{
    struct crawl_counts now = crawl_count(members);
    if (write_report(crawl, members) || write_journal(crawl) || write_members(members) ||
        write_copies(crawl, now))
        return EXIT_BAD;
    if (crawl_is_lost(crawl))
        return CENSUS_LOST;
    return crawl_shrank(before, now) && !may_shrink ? CENSUS_HELD : CENSUS_DONE;
}

/* ---- the crawl ---- */

static void know_copies(struct crawl *crawl, struct crawl_counts *counts)
{
    struct fault fault;
    FILE *in = fdopen(CENSUS_OLD_COPIES, "r");
    if (in && copies_read(in, crawl, counts, &fault))
        log_event(LOG_LEVEL_WARNING, "not everything is known of the last crawl", "why", fault.text,
                  NULL);
    if (in)
        fclose(in);
}

static int crawl_all(const struct order *order, struct crawl *crawl, bool may_shrink)
{
    struct crawl_counts before = {0};
    struct members members;
    struct fault fault;
    const struct crawler_rules rules = {
        .ca_file = order->ca_file,
        .allow = order->allow,
        .resolvers = order->resolvers,
        .user_agent = order->user_agent,
        .file_ms = CRAWLER_FILE_MS,
        .limit_ms = CRAWLER_LIMIT_MS,
    };
    know_copies(crawl, &before);
    for (size_t i = 0; order->registers[i]; i++)
        crawl_begin(crawl, order->registers[i]);
    if (crawler_run(crawl, &rules, &fault)) {
        log_event(LOG_LEVEL_ERROR, "the registers cannot be read", "why", fault.text, NULL);
        return EXIT_BAD;
    }
    crawl_members(crawl, &members);
    int status = leave(crawl, &members, before, may_shrink);
    members_fini(&members);
    return status;
}

/* What it writes is bounded, come what may; Ctrl-C at a terminal is the keeper's. */
static void settle(void)
{
    const struct rlimit room = {OUT_MAX, OUT_MAX};
    setrlimit(RLIMIT_FSIZE, &room);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static int run(int argc, char **argv)
{
    struct order order;
    struct ontology ontology;
    struct crawl crawl;
    bool may_shrink = command_option(&command_crawler, argc, argv, "", options) == 'a';
    if (optind < argc)
        return command_usage(&command_crawler, "it takes no argument '%s'", argv[optind]);
    log_set_name("crawler");
    settle();
    sandbox_enter_as_child(SANDBOX_CRAWLER, NULL);
    if (!read_order(&order)) {
        json_decref(order.json);
        return command_usage(&command_crawler, "there are no orders on standard input");
    }
    ontology_read(&ontology, ontology_builtin);
    crawl_init(&crawl, &ontology, clock_wall());
    int status = crawl_all(&order, &crawl, may_shrink);
    crawl_fini(&crawl);
    ontology_fini(&ontology);
    json_decref(order.json);
    return status;
}

const struct command command_crawler = {
    .name = "crawler",
    .summary = "the part of the monitor that reads registers",
    .synopsis = "crawler [--accept]",
    .help = "Started by 'vibrisse run', which gives it orders and the copies of the last crawl, "
            "and files to "
            "write\n"
            "into. To read a register by hand, use 'vibrisse register fetch'.\n",
    .run = run,
    .internal = true,
};
