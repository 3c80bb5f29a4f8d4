#include "walk.h"

#include "expect.h"
#include "macros.h"
#include "text.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void walk_begin(struct walk *walk, struct probe_run *run,
                void (*arrived)(struct walk *walk, const struct fetch_answer *answer))
{
    walk->run = run;
    walk->arrived = arrived;
    walk->started = clock_mono();
}

static int64_t left_ms(const struct walk *walk)
{
    int64_t left = walk->run->timeout_ms - mono_ms_between(walk->started, clock_mono());
    return left > 0 ? left : 0;
}

bool walk_is_over(const struct walk *walk)
{
    return walk->cancelled || left_ms(walk) == 0;
}

/* ---- answers ---- */

static void add_phases(struct walk *walk, const struct phases *phases)
{
    double *sum = walk->run->result.phases.ms;
    for (int phase = PHASE_CONNECT; phase < PHASE_TOTAL; phase++)
        if (!isnan(phases->ms[phase]))
            sum[phase] = (isnan(sum[phase]) ? 0 : sum[phase]) + phases->ms[phase];
    sum[PHASE_TOTAL] = (double)(clock_mono().ns - walk->started.ns) / 1e6;
}

static void add_certificate(struct walk *walk, const struct trust_answer *tls)
{
    bool worse = tls->outcome > walk->tls.outcome;
    if (!tls->certificate.sha256[0] || (walk->tls.certificate.sha256[0] && !worse))
        return;
    walk->tls = *tls;
    walk->run->result.certificate = tls->certificate;
}

static void arrive(struct walk *walk, const struct fetch_answer *answer)
{
    add_phases(walk, &answer->phases);
    add_certificate(walk, &answer->tls);
    walk->arrived(walk, answer);
}

/* Nobody was asked. */
static void arrive_without(struct walk *walk, enum reason reason, const char *detail)
{
    struct fetch_answer answer = {
        .reason = reason, .url = walk->url, .head = "", .body = "", .tls.reason = REASON_ok};
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        answer.phases.ms[phase] = NAN;
    text_format(answer.detail, sizeof answer.detail, "%.80s: %s", walk->host, detail);
    arrive(walk, &answer);
}

static void on_answer(void *owner, const struct fetch_answer *answer)
{
    struct walk *walk = owner;
    walk->fetch = NULL;
    if (walk->unasked)
        arrive_without(walk, left_ms(walk) ? REASON_self : REASON_timeout,
                       left_ms(walk) ? "given up by us" : "no time was left to ask it");
    else
        arrive(walk, answer);
}

/* ---- fetching ---- */

static void on_other_host(void *owner, struct fetch *fetch, const char *host, uint16_t port);

static void fetch(struct walk *walk, const struct sockaddr *address)
{
    const struct fetch_request request = {
        .url = walk->url,
        .address = address,
        .user_agent = walk->run->world->user_agent,
        .header = "Accept: application/json",
        .body_max = walk->body_max,
        .keep_body = true,
        .redirects = walk->redirects,
        .timeout_ms = left_ms(walk),
        .resolve = on_other_host,
        .done = on_answer,
        .owner = walk,
    };
    walk->fetch = fetch_start(walk->run->world->fetcher, &request);
}

/* A fetch that is over before it begins brings the end from the loop. */
static void end_unasked(struct walk *walk)
{
    walk->unasked = true;
    fetch(walk, (const struct sockaddr *)&walk->run->address);
    fetch_cancel(walk->fetch);
}

/* ---- addresses ---- */

/* What the name servers say of walk->host goes to the stop itself, or to a redirect of it. */
static void go_on(struct walk *walk, const struct sockaddr *address, enum reason reason,
                  const char *detail)
{
    if (walk->fetch)
        fetch_go_on(walk->fetch, address, reason, detail);
    else if (address)
        fetch(walk, address);
    else
        arrive_without(walk, reason, detail);
}

/* The first one that our rules allow; else the first one, which the socket refuses. */
static const struct sockaddr *pick(const struct walk *walk, const struct resolver_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        const struct sockaddr *address = (const struct sockaddr *)&answer->addresses[i];
        if (address_allowed(walk->run->world->policy, address))
            return address;
    }
    return answer->count ? (const struct sockaddr *)&answer->addresses[0] : NULL;
}

static void on_other_family(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct walk *walk = container_of(query, struct walk, query);
    bool published = answer->reason == REASON_ok;
    go_on(walk, NULL, published ? REASON_not_published : REASON_dns_no_address, walk->detail);
}

static void on_resolved(struct resolver_query *query, const struct resolver_answer *answer)
{
    struct walk *walk = container_of(query, struct walk, query);
    bool is_ipv4 = walk->run->result.family == FAMILY_IPV4;
    if (answer->reason != REASON_dns_no_address) {
        go_on(walk, pick(walk, answer), answer->reason, answer->detail);
        return;
    }
    walk->detail = answer->detail;
    walk->query.done = on_other_family;
    resolver_start(walk->run->world->resolver, &walk->query, walk->host,
                   is_ipv4 ? FAMILY_IPV6 : FAMILY_IPV4, walk->port);
}

static void resolve(struct walk *walk)
{
    walk->query.done = on_resolved;
    resolver_start(walk->run->world->resolver, &walk->query, walk->host, walk->run->result.family,
                   walk->port);
}

static void on_other_host(void *owner, struct fetch *fetch, const char *host, uint16_t port)
{
    struct walk *walk = owner;
    (void)fetch;
    text_copy(walk->host, sizeof walk->host, host);
    walk->port = port;
    resolve(walk);
}

/* ---- stops ---- */

static void plan(struct walk *walk, const struct walk_stop *stop)
{
    bool fits = text_copy(walk->url, sizeof walk->url, stop->url) &&
                url_place(stop->url, walk->host, &walk->port);
    assert(fits && !walk->fetch && !(stop->via_host && stop->redirects));
    walk->body_max = stop->body_max;
    walk->redirects = stop->redirects;
    if (!stop->via_host)
        return;
    text_copy(walk->host, sizeof walk->host, stop->via_host);
    walk->port = stop->via_port;
}

/* The run's own address serves for the host of the check, so that its option `address` holds on the whole way. */
void walk_get(struct walk *walk, const struct walk_stop *stop)
{
    struct sockaddr_storage own = walk->run->address;
    plan(walk, stop);
    address_set_port(&own, walk->port);
    if (walk_is_over(walk))
        end_unasked(walk);
    else if (strcmp(walk->host, walk->run->host) == 0)
        fetch(walk, (const struct sockaddr *)&own);
    else
        resolve(walk);
}

void walk_cancel(struct walk *walk)
{
    bool resolving = walk->query.lookup != NULL;
    walk->cancelled = true;
    resolver_cancel(&walk->query);
    if (walk->fetch)
        fetch_cancel(walk->fetch);
    else if (resolving)
        end_unasked(walk);
}

/* ---- judging ---- */

enum reason walk_judge(const struct fetch_answer *answer, char detail[RESULT_DETAIL_SIZE])
{
    static const struct expect_options wish = {.status = "200"};
    const struct expect_answer got = {
        .status = answer->status, .head = answer->head, .head_length = answer->head_length};
    if (answer->reason == REASON_ok)
        return expect_judge(&wish, &got, detail);
    text_copy(detail, RESULT_DETAIL_SIZE, answer->detail);
    return answer->reason;
}

void walk_good(struct walk *walk, const char *remark)
{
    probe_good(walk->run, &walk->tls);
    probe_remark(walk->run, remark);
}
