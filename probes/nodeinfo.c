/* NodeInfo (https://nodeinfo.diaspora.software): /.well-known/nodeinfo tells where the document is that names the software
 * and how many people use it. Both come from the program itself, and mostly from its database. */
#include "nodeinfo_document.h"

#include "expect.h"
#include "macros.h"
#include "text.h"
#include "walk.h"

#include <string.h>
#include <strings.h>

enum { INDEX_MAX = 64 * 1024, DOCUMENT_MAX = 1024 * 1024, URL_MAX = 800 };

struct nodeinfo_options {
    const char *software;
    bool figures;
    struct expect_options expect; /* json only */
};

#define AT(field) offsetof(struct nodeinfo_options, field)

static const struct schema_row rows[] = {
    {.name = "software",
     .type = SCHEMA_TEXT,
     .offset = AT(software),
     .min = 1,
     .max = 50,
     .doc = "The name of the software that must run there, as it calls itself; small and capital "
            "letters are the same.",
     .example = "mastodon"},
    {.name = "figures",
     .type = SCHEMA_BOOL,
     .offset = AT(figures),
     .preset = "no",
     .doc = "Whether it is looked at for the figures of use alone: whatever is wrong with it, is "
            "not held against the service, and nothing of it is measured.",
     .example = "yes"},
    {.name = "expect-json",
     .type = SCHEMA_TEXT,
     .offset = AT(expect.json),
     .min = 2,
     .max = 500,
     .doc = "A value that the document must have at a JSON pointer (RFC 6901).",
     .example = "/openRegistrations = true"},
};

struct nodeinfo_state {
    struct walk walk;
    bool found; /* the index was read; now the document is asked for */
};

static int check(const void *object, struct fault *fault)
{
    const struct nodeinfo_options *options = object;
    return expect_validate(&options->expect, "expect", fault);
}

static int check_url(const char *url, struct fault *fault)
{
    if (strchr(url, '?'))
        return fault_set(fault, "\"%.200s\": a path goes before /.well-known/nodeinfo, not a query",
                         url);
    return url_check_tail(url, URL_MAX, fault);
}

static void end(struct nodeinfo_state *state, enum reason reason, const char *what,
                const char *detail)
{
    struct probe_run *run = state->walk.run;
    result_set(&run->result, reason, "%s: %s", what, detail);
    probe_done(run);
}

static void ask(struct nodeinfo_state *state, const char *url, size_t body_max)
{
    const struct walk_stop stop = {
        .url = url, .body_max = body_max, .redirects = FETCH_REDIRECTS_MAX};
    walk_get(&state->walk, &stop);
}

/* The document may be where the check looks, or where the index was moved to. */
static void take_index(struct nodeinfo_state *state, const struct fetch_answer *answer)
{
    char url[NODEINFO_URL_SIZE], moved[URL_HOST_SIZE] = "", detail[RESULT_DETAIL_SIZE];
    uint16_t port;
    const char *hosts[] = {state->walk.run->host, moved, NULL};
    if (!url_place(answer->url, moved, &port))
        hosts[1] = NULL;
    state->found = nodeinfo_document_find(answer->body, answer->body_length, hosts, url, detail);
    if (state->found)
        ask(state, url, DOCUMENT_MAX);
    else
        end(state, REASON_protocol_error, "/.well-known/nodeinfo", detail);
}

/* Nobody who uses the service needs its figures. */
static bool is_courtesy(const void *options)
{
    return ((const struct nodeinfo_options *)options)->figures;
}

static bool is_wanted(const struct nodeinfo_options *options, const struct nodeinfo *nodeinfo)
{
    return !options->software || strcasecmp(options->software, nodeinfo->software) == 0;
}

static void take_document(struct nodeinfo_state *state, const struct fetch_answer *answer)
{
    struct probe_run *run = state->walk.run;
    const struct nodeinfo_options *options = run->options;
    struct nodeinfo nodeinfo;
    char detail[RESULT_DETAIL_SIZE];
    const struct expect_answer got = {
        .status = answer->status, .body = answer->body, .body_length = answer->body_length};
    if (!nodeinfo_document_read(answer->body, answer->body_length, &nodeinfo, detail)) {
        end(state, REASON_protocol_error, "nodeinfo", detail);
        return;
    }
    run->result.users = nodeinfo.users;
    if (options->figures && !users_are_known(&nodeinfo.users)) {
        end(state, REASON_no_figures, "nodeinfo", "the document has none");
        return;
    }
    if (!is_wanted(options, &nodeinfo)) {
        end(state, REASON_body_mismatch, "the software is", nodeinfo.software);
        return;
    }
    enum reason reason = expect_judge(&options->expect, &got, detail);
    if (reason != REASON_ok) {
        end(state, reason, "nodeinfo", detail);
        return;
    }
    nodeinfo_document_tell(&nodeinfo, detail, sizeof detail);
    walk_good(&state->walk, detail);
    probe_done(run);
}

static void on_arrived(struct walk *walk, const struct fetch_answer *answer)
{
    struct nodeinfo_state *state = container_of(walk, struct nodeinfo_state, walk);
    char detail[RESULT_DETAIL_SIZE];
    enum reason reason = walk_judge(answer, detail);
    if (reason != REASON_ok)
        end(state, reason, state->found ? "nodeinfo" : "/.well-known/nodeinfo", detail);
    else if (state->found)
        take_document(state, answer);
    else
        take_index(state, answer);
}

static void start(struct probe_run *run)
{
    struct nodeinfo_state *state = run->state;
    char host[URL_HOST_SIZE + 10], path[URL_MAX + 1], url[WALK_URL_SIZE];
    url_authority(run->url, 443, host, sizeof host);
    text_copy(path, sizeof path, url_tail(run->url));
    while (text_ends(path, "/"))
        path[strlen(path) - 1] = '\0';
    text_format(url, sizeof url, "https://%s%s/.well-known/nodeinfo", host, path);
    walk_begin(&state->walk, run, on_arrived);
    ask(state, url, INDEX_MAX);
}

static void cancel(struct probe_run *run)
{
    struct nodeinfo_state *state = run->state;
    walk_cancel(&state->walk);
}

extern const struct probe_type probe_nodeinfo;

const struct probe_type probe_nodeinfo = {
    .name = "nodeinfo",
    .port = 443,
    .options = {"nodeinfo", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct nodeinfo_options),
    .check = check,
    .check_url = check_url,
    .is_courtesy = is_courtesy,
    .run_size = sizeof(struct nodeinfo_state),
    .start = start,
    .cancel = cancel,
};
