#include "register.h"

#include "crawl_report.h"
#include "crawler.h"
#include "robot.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REPORT_MAX = 256 * 1024 * 1024 };

/* ---- the crawl ---- */

static void show_progress(void *owner, const struct crawl *crawl)
{
    (void)owner;
    size_t left = crawl->waiting + crawl->in_flight;
    fprintf(stderr, "\r%zu files read, %zu to go \033[K", crawl->page_count - left, left);
    if (crawl_is_over(crawl))
        fprintf(stderr, "\r\033[K");
}

int register_crawl(const struct register_wishes *wishes, struct crawl *crawl)
{
    char name[ROBOT_NAME_SIZE];
    struct fault fault;
    robot_name(wishes->robot_url, name);
    const struct crawler_rules rules = {
        .ca_file = wishes->ca_file,
        .allow = wishes->allow,
        .resolvers = wishes->resolvers,
        .user_agent = name,
        .file_ms = CRAWLER_FILE_MS,
        .limit_ms = CRAWLER_LIMIT_MS,
        .told = isatty(STDERR_FILENO) && !crawl->alone ? show_progress : NULL,
    };
    if (crawler_run(crawl, &rules, &fault) == 0)
        return EXIT_SUCCESS;
    fprintf(stderr, "vibrisse register: %s\n", fault.text);
    return EXIT_BAD;
}

/* ---- what came of it ---- */

static void print_report(const struct crawl *crawl, const struct members *members)
{
    struct buffer out;
    buffer_init(&out, REPORT_MAX);
    crawl_report_members(members, &out);
    for (size_t i = 0; i < crawl->page_count; i++)
        crawl_report_page(crawl->pages[i], &out);
    fputs(buffer_text(&out), stdout);
    fflush(stdout);
    buffer_clear(&out);
    crawl_report_summary(crawl, members, &out);
    fputs(buffer_text(&out), stderr);
    buffer_fini(&out);
}

static void print_json(const struct crawl *crawl, const struct members *members)
{
    crawl_report_json(crawl, members, stdout);
}

int register_fetch(const struct register_wishes *wishes)
{
    struct crawl crawl;
    struct members members;
    crawl_init(&crawl, wishes->ontology, clock_wall());
    for (char **url = wishes->arguments; *url; url++)
        crawl_begin(&crawl, *url);
    int status = register_crawl(wishes, &crawl);
    if (status == EXIT_SUCCESS) {
        crawl_members(&crawl, &members);
        (wishes->json ? print_json : print_report)(&crawl, &members);
        members_fini(&members);
        status = crawl_is_lost(&crawl) ? EXIT_BAD : EXIT_SUCCESS;
    }
    crawl_fini(&crawl);
    return status;
}
