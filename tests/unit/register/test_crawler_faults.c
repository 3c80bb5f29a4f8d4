/* Each call beneath a crawl fails once, of the resolver, of libcurl, the poller and the kernel: it ends, each file is as it was
 * answered or could not be had through our own fault, and a crawl that cannot begin says why. */
#include "crawler.h"

#include "fake_dns_thread.h"
#include "faults.h"
#include "hostile.h"
#include "testing.h"
#include "text.h"

enum { GENEROUS_MS = 60000 };

static const struct wall now = {INT64_C(1768478400000)};
static const struct fake_dns_row rows[] = {
    {.name = "alpha.test", .addresses = {"127.0.0.1"}},
    {.name = "pad.test", .addresses = {"127.0.0.1"}},
    {.name = NULL},
};

/* A hoster with a service, whose file is the hoster's again. */
struct theatre {
    struct ontology ontology;
    struct fake_dns_thread names;
    struct hostile hostile;
    struct hostile_act hostile_act;
    char url[100], answer[400];
    struct crawl crawl;
    struct fault fault;
    int rc;
};

static void act(void *owner)
{
    static const char *const allow[] = {"127.0.0.0/8", NULL};
    struct theatre *theatre = owner;
    const char *const servers[] = {theatre->names.dns.server, NULL};
    const struct crawler_rules rules = {.allow = allow,
                                        .resolvers = servers,
                                        .user_agent = "test",
                                        .file_ms = GENEROUS_MS,
                                        .limit_ms = GENEROUS_MS};
    crawl_fini(&theatre->crawl);
    crawl_init(&theatre->crawl, &theatre->ontology, now);
    crawl_begin(&theatre->crawl, theatre->url);
    theatre->fault.text[0] = '\0';
    faults_begin();
    theatre->rc = crawler_run(&theatre->crawl, &rules, &theatre->fault);
    faults_end();
}

static void judge_page(const struct crawl_page *page, const char *failed)
{
    bool came = page->state == CRAWL_FRESH || page->reason == REASON_ok;
    if (!came && !(failed && page->state == CRAWL_LOST && page->reason == REASON_self))
        fail_msg("%s: %s is %s: %s \"%s\"", failed ? failed : "nothing", page->url,
                 crawl_state_words[page->state], reason_code(page->reason), page->detail);
}

static void judge(void *owner, const char *failed)
{
    const struct theatre *theatre = owner;
    const struct crawl *crawl = &theatre->crawl;
    if (theatre->rc) {
        assert_non_null(failed);
        assert_true(theatre->fault.text[0]);
        return;
    }
    assert_true(crawl_is_over(crawl));
    assert_true(failed || crawl->page_count == 2);
    for (size_t i = 0; i < crawl->page_count; i++)
        judge_page(crawl->pages[i], failed);
}

static void open_theatre(struct theatre *theatre)
{
    *theatre = (struct theatre){.rc = 0};
    ontology_read(&theatre->ontology, ontology_builtin);
    fake_dns_thread_open(&theatre->names, rows);
    hostile_open(&theatre->hostile, &theatre->hostile_act, NULL);
    char body[200];
    text_format(body, sizeof body,
                "file.class = organization\norganization.name = Alpha\n"
                "subs.pad = http://pad.test:%u/pad\n",
                theatre->hostile.port);
    text_format(theatre->answer, sizeof theatre->answer,
                "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                strlen(body), body);
    theatre->hostile_act.send = theatre->answer;
    text_format(theatre->url, sizeof theatre->url, "http://alpha.test:%u/a", theatre->hostile.port);
    crawl_init(&theatre->crawl, &theatre->ontology, now);
}

static void test_each_call_fails(void **state)
{
    (void)state;
    static const struct faults_scene scene = {act, judge};
    static struct theatre theatre;
    open_theatre(&theatre);
    assert_true(faults_each(&scene, &theatre) >= 8);
    crawl_fini(&theatre.crawl);
    hostile_close(&theatre.hostile);
    fake_dns_thread_close(&theatre.names);
    ontology_fini(&theatre.ontology);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_call_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
