#include "crawler.h"

#include "address.h"
#include "fetch.h"
#include "macros.h"
#include "mem.h"
#include "resolver.h"
#include "text.h"
#include "trust.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

struct crawler {
    struct crawl *crawl;
    const struct crawler_rules *rules;
    uv_loop_t loop;
    uv_timer_t turn, limit;
    struct address_policy policy;
    struct trust *trust;
    struct resolver *resolver;
    struct fetcher *fetcher;
};

/* One file under way: by the addresses of one family, then of the other. */
struct errand {
    struct crawler *crawler;
    struct crawl_page *page;
    struct fetch *fetch; /* NULL = an address is awaited */
    struct resolver_query query;
    char host[FETCH_HOST_SIZE];
    uint16_t port;
    enum family family; /* that is asked for now */
    bool is_second;     /* family of two */
    enum reason reason; /* why the first one failed */
    char detail[RESULT_DETAIL_SIZE];
    char condition[CRAWL_ETAG_SIZE + 32];
};

static void go_on(struct crawler *crawler);

/* ---- answers ---- */

/* The value of a header field, or "". Of several the first one. */
static void find_field(const struct fetch_answer *answer, const char *name, char *to, size_t size)
{
    size_t length = strlen(name);
    const char *end = answer->head + answer->head_length;
    to[0] = '\0';
    for (const char *line = answer->head; line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t all = (size_t)((next ? next : end) - line);
        if (all > length && line[length] == ':' && strncasecmp(line, name, length) == 0) {
            const char *value = line + length + 1;
            size_t left = all - length - 1;
            while (left && (*value == ' ' || *value == '\t'))
                value++, left--;
            while (left && (value[left - 1] == '\r' || value[left - 1] == ' '))
                left--;
            if (left < size)
                text_format(to, size, "%.*s", (int)left, value);
            return;
        }
        line += all + 1;
    }
}

static void end_errand(struct errand *errand, const struct crawl_answer *answer)
{
    struct crawler *crawler = errand->crawler;
    crawl_take(crawler->crawl, errand->page, answer);
    free(errand);
    if (crawler->rules->told)
        crawler->rules->told(crawler->rules->owner, crawler->crawl);
    go_on(crawler);
}

static void fail(struct errand *errand, enum reason reason, const char *detail)
{
    const struct crawl_answer answer = {
        .reason = reason, .detail = detail, .body = "", .etag = "", .modified = ""};
    end_errand(errand, &answer);
}

static void resolve(struct errand *errand);

/* The other family; when that has failed, too, what failed first with an address counts. */
static void try_other(struct errand *errand, enum reason reason, const char *detail)
{
    if (!errand->is_second) {
        errand->is_second = true;
        errand->reason = reason;
        text_copy(errand->detail, sizeof errand->detail, detail);
        errand->family = errand->family == FAMILY_IPV4 ? FAMILY_IPV6 : FAMILY_IPV4;
        resolve(errand);
        return;
    }
    bool first_had_none = errand->reason == REASON_dns_no_address;
    if (first_had_none)
        fail(errand, reason, detail);
    else
        fail(errand, errand->reason, errand->detail);
}

static bool is_worth_another(const struct fetch_answer *answer)
{
    return answer->status == 0 && answer->reason != REASON_ok && answer->redirects == 0 &&
           answer->reason != REASON_timeout;
}

static void on_fetched(void *owner, const struct fetch_answer *answer)
{
    struct errand *errand = owner;
    char etag[CRAWL_ETAG_SIZE], modified[CRAWL_MODIFIED_SIZE], detail[RESULT_DETAIL_SIZE];
    errand->fetch = NULL;
    if (is_worth_another(answer)) {
        text_copy(detail, sizeof detail, answer->detail);
        try_other(errand, answer->reason, detail);
        return;
    }
    find_field(answer, "ETag", etag, sizeof etag);
    find_field(answer, "Last-Modified", modified, sizeof modified);
    end_errand(errand, &(struct crawl_answer){.reason = answer->reason,
                                              .detail = answer->detail,
                                              .status = answer->status,
                                              .body = answer->body,
                                              .length = answer->body_length,
                                              .etag = etag,
                                              .modified = modified});
}

/* ---- addresses ---- */

/* The first one that our rules allow; else the first one, which the socket refuses. */
static const struct sockaddr *pick(const struct errand *errand,
                                   const struct resolver_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        const struct sockaddr *address = (const struct sockaddr *)&answer->addresses[i];
        if (address_allowed(&errand->crawler->policy, address))
            return address;
    }
    return (const struct sockaddr *)&answer->addresses[0];
}

static void on_other_host(void *owner, struct fetch *fetch, const char *host, uint16_t port);

static void fetch(struct errand *errand, const struct sockaddr *address)
{
    struct crawler *crawler = errand->crawler;
    bool is_conditional =
        crawl_condition(errand->page, errand->condition, sizeof errand->condition);
    const struct fetch_request request = {
        .url = errand->page->url,
        .address = address,
        .user_agent = crawler->rules->user_agent,
        .header = is_conditional ? errand->condition : NULL,
        .body_max = crawl_limit(crawler->crawl, errand->page),
        .keep_body = true,
        .compressed = true,
        .redirects = FETCH_REDIRECTS_MAX,
        .timeout_ms = crawler->rules->file_ms,
        .resolve = on_other_host,
        .done = on_fetched,
        .owner = errand,
    };
    errand->fetch = fetch_start(crawler->fetcher, &request);
}

static void on_resolved(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct errand *errand = container_of(query, struct errand, query);
    if (answer->count)
        fetch(errand, pick(errand, answer));
    else
        try_other(errand, answer->reason, answer->detail);
}

static void resolve(struct errand *errand)
{
    errand->query.done = on_resolved;
    resolver_start(errand->crawler->resolver, &errand->query, errand->host, errand->family,
                   errand->port);
}

/* A redirect: in the family of the way so far, else in the other. */
static void on_redirect_resolved(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct errand *errand = container_of(query, struct errand, query);
    if (answer->count) {
        fetch_go_on(errand->fetch, pick(errand, answer), REASON_ok, "");
        return;
    }
    if (errand->is_second) {
        fetch_go_on(errand->fetch, NULL, answer->reason, answer->detail);
        return;
    }
    errand->is_second = true;
    errand->query.done = on_redirect_resolved;
    resolver_start(errand->crawler->resolver, &errand->query, errand->host,
                   errand->family == FAMILY_IPV4 ? FAMILY_IPV6 : FAMILY_IPV4, errand->port);
}

static void on_other_host(void *owner, struct fetch *fetch, const char *host, uint16_t port)
{
    struct errand *errand = owner;
    (void)fetch;
    text_copy(errand->host, sizeof errand->host, host);
    errand->port = port;
    errand->is_second = false;
    errand->query.done = on_redirect_resolved;
    resolver_start(errand->crawler->resolver, &errand->query, errand->host, errand->family, port);
}

/* ---- the crawl ---- */

static void begin_errand(struct crawler *crawler, struct crawl_page *page)
{
    struct errand *errand = mem_zalloc(sizeof *errand);
    errand->crawler = crawler;
    errand->page = page;
    errand->family = FAMILY_IPV4;
    if (fetch_place(crawler->fetcher, page->url, errand->host, &errand->port))
        resolve(errand);
    else
        fail(errand, REASON_protocol_error, "this address cannot be asked for");
}

/* From the loop, so that many that fail at once do not pile up on the stack. */
static void on_turn(uv_timer_t *timer)
{
    struct crawler *crawler = timer->data;
    for (struct crawl_page *page; (page = crawl_next(crawler->crawl));)
        begin_errand(crawler, page);
    if (!crawl_is_over(crawler->crawl) || uv_is_closing((uv_handle_t *)&crawler->limit))
        return;
    uv_close((uv_handle_t *)&crawler->turn, NULL);
    uv_close((uv_handle_t *)&crawler->limit, NULL);
    fetcher_free(crawler->fetcher);
    resolver_free(crawler->resolver);
}

static void go_on(struct crawler *crawler)
{
    if (!uv_is_closing((uv_handle_t *)&crawler->turn))
        uv_timer_start(&crawler->turn, on_turn, 0, 0);
}

static void on_limit(uv_timer_t *timer)
{
    struct crawler *crawler = timer->data;
    crawl_give_up(crawler->crawl);
    go_on(crawler);
    uv_timer_start(timer, on_limit, 1000, 0); /* what is under way may list more */
}

static int open_parts(struct crawler *crawler, struct fault *fault)
{
    const struct crawler_rules *rules = crawler->rules;
    if (address_policy_init(&crawler->policy, rules->allow, fault))
        return -1;
    crawler->policy.web_ports = true;
    if (!(crawler->trust = trust_new(rules->ca_file, fault)))
        return -1;
    if (!(crawler->resolver = resolver_new(&crawler->loop, rules->resolvers, fault)))
        return -1;
    crawler->fetcher = fetcher_new(&crawler->loop, crawler->trust, &crawler->policy, fault);
    if (!crawler->fetcher)
        resolver_free(crawler->resolver);
    return crawler->fetcher ? 0 : -1;
}

static void begin(struct crawler *crawler)
{
    uv_timer_init(&crawler->loop, &crawler->limit);
    uv_timer_init(&crawler->loop, &crawler->turn);
    crawler->limit.data = crawler->turn.data = crawler;
    uv_timer_start(&crawler->limit, on_limit, (uint64_t)crawler->rules->limit_ms, 0);
    go_on(crawler);
}

int crawler_run(struct crawl *crawl, const struct crawler_rules *rules, struct fault *fault)
{
    struct crawler *crawler = mem_zalloc(sizeof *crawler);
    crawler->crawl = crawl;
    crawler->rules = rules;
    int rc = uv_loop_init(&crawler->loop);
    if (rc) {
        free(crawler);
        return fault_set(fault, "cannot set up the event loop: %s", uv_strerror(rc));
    }
    rc = open_parts(crawler, fault);
    if (rc == 0)
        begin(crawler);
    uv_run(&crawler->loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&crawler->loop);
    assert(left == 0);
    trust_free(crawler->trust);
    address_policy_fini(&crawler->policy);
    free(crawler);
    return rc;
}
