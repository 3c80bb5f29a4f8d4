/* Matrix (specification 1.11), as its clients and as other servers come: the client API where the domain's well-known
 * document says, and federation by the whole of «Resolving server names». People can talk to each other on a server that is
 * cut off from the others, so that federation failing alone only degrades.
 *
 * A port in the check's address is that of the domain's own web server, where the well-known documents are. */
#include "matrix_document.h"

#include "macros.h"
#include "records.h"
#include "text.h"
#include "walk.h"

#include <string.h>

enum { DOCUMENT_MAX = 64 * 1024, FEDERATION_PORT = 8448, NOT_FOUND = 404 };

struct matrix_options {
    bool federation;
};

static const struct schema_row rows[] = {
    {.name = "federation",
     .type = SCHEMA_BOOL,
     .offset = offsetof(struct matrix_options, federation),
     .preset = "yes",
     .doc = "Whether other servers must reach it, too; no for a server that is closed to them.",
     .example = "no"},
};

struct target {
    char host[URL_HOST_SIZE];
    uint16_t port, priority;
};

struct matrix_state {
    struct walk walk;
    struct records_query records;
    void (*take)(struct matrix_state *state, const struct fetch_answer *answer);
    char versions[MATRIX_NAME_SIZE]; /* the last one of the client API */
    char server[URL_HOST_SIZE];      /* who speaks for the domain among servers */
    uint16_t server_port;            /* 0 = none was given */
    size_t service;                  /* of `services`: which one is asked for */
    struct target targets[RECORDS_MAX];
    size_t target, target_count;
};

static struct probe_run *run_of(const struct matrix_state *state)
{
    return state->walk.run;
}

static void ask(struct matrix_state *state, const char *url, int redirects,
                void (*take)(struct matrix_state *state, const struct fetch_answer *answer))
{
    const struct walk_stop stop = {.url = url, .body_max = DOCUMENT_MAX, .redirects = redirects};
    state->take = take;
    walk_get(&state->walk, &stop);
}

static void ask_domain(struct matrix_state *state, const char *path,
                       void (*take)(struct matrix_state *state, const struct fetch_answer *answer))
{
    char host[URL_HOST_SIZE + 10], url[WALK_URL_SIZE];
    url_authority(run_of(state)->url, 443, host, sizeof host);
    text_format(url, sizeof url, "https://%s%s", host, path);
    ask(state, url, FETCH_REDIRECTS_MAX, take);
}

static bool is_literal(const char *host)
{
    struct sockaddr_storage address;
    return address_parse(host, 0, &address) == 0;
}

/* ---- the end ---- */

static void end_well(struct matrix_state *state, const char *federation)
{
    char remark[RESULT_DETAIL_SIZE];
    text_format(remark, sizeof remark, "client API %s%s%s", state->versions,
                federation[0] ? "; federation: " : "", federation);
    walk_good(&state->walk, remark);
    probe_done(run_of(state));
}

static void end_ill(struct matrix_state *state, enum reason reason, const char *what,
                    const char *detail)
{
    result_set(&run_of(state)->result, reason, "%s: %s", what, detail);
    probe_done(run_of(state));
}

static void end_cut_off(struct matrix_state *state, enum reason reason, const char *detail)
{
    struct probe_run *run = run_of(state);
    if (reason == REASON_not_published) {
        end_well(state, "not on this family");
        return;
    }
    result_set(&run->result, reason, "clients are served, but federation: %s", detail);
    result_soften(&run->result);
    probe_done(run);
}

/* ---- federation ---- */

/* RFC 2782; the second one is the name that it had before (specification 1.8). */
static const char *const services[] = {"_matrix-fed._tcp.", "_matrix._tcp."};

static void ask_target(struct matrix_state *state);

/* Whether it never came to an answer, so that another target of the same name may have one. */
static bool may_go_on(const struct matrix_state *state, const struct fetch_answer *answer)
{
    return answer->reason != REASON_ok && answer->status == 0 &&
           state->target + 1 < state->target_count && !walk_is_over(&state->walk);
}

static void take_software(struct matrix_state *state, const struct fetch_answer *answer)
{
    char name[MATRIX_NAME_SIZE], detail[RESULT_DETAIL_SIZE];
    if (may_go_on(state, answer)) {
        state->target++;
        ask_target(state);
        return;
    }
    enum reason reason = walk_judge(answer, detail);
    if (reason != REASON_ok)
        end_cut_off(state, reason, detail);
    else if (matrix_document_software(answer->body, answer->body_length, name, detail))
        end_well(state, name);
    else
        end_cut_off(state, REASON_protocol_error, detail);
}

/* The certificate and the Host header are the server's, not the target's. */
static void ask_target(struct matrix_state *state)
{
    const struct target *target = &state->targets[state->target];
    char url[WALK_URL_SIZE], port[10] = "";
    bool wide = strchr(state->server, ':') != NULL;
    if (state->server_port)
        text_format(port, sizeof port, ":%u", state->server_port);
    text_format(url, sizeof url, "https://%s%s%s%s/_matrix/federation/v1/version", wide ? "[" : "",
                state->server, wide ? "]" : "", port);
    const struct walk_stop stop = {
        .url = url,
        .body_max = DOCUMENT_MAX,
        .via_host = target->host,
        .via_port = target->port,
    };
    state->take = take_software;
    walk_get(&state->walk, &stop);
}

static void ask_port(struct matrix_state *state, uint16_t port)
{
    state->target = 0;
    state->target_count = 1;
    text_copy(state->targets[0].host, sizeof state->targets[0].host, state->server);
    state->targets[0].port = port;
    ask_target(state);
}

static void add_target(struct matrix_state *state, const struct record *record)
{
    size_t at = state->target_count++;
    for (; at > 0 && state->targets[at - 1].priority > record->priority; at--)
        state->targets[at] = state->targets[at - 1];
    struct target *target = &state->targets[at];
    text_copy(target->host, sizeof target->host, record->target);
    target->port = record->port;
    target->priority = record->priority;
}

static void ask_service(struct matrix_state *state);

static void on_records(struct records_query *query, const struct records_answer *answer)
{
    struct matrix_state *state = container_of(query, struct matrix_state, records);
    if (answer->reason != REASON_ok && answer->reason != REASON_dns_nxdomain) {
        end_cut_off(state, answer->reason, answer->detail);
        return;
    }
    for (size_t i = 0; i < answer->count; i++)
        if (answer->records[i].target[0])
            add_target(state, &answer->records[i]);
    if (state->target_count)
        ask_target(state);
    else if (answer->count)
        end_cut_off(state, REASON_not_offered, "its SRV record says that there is none");
    else if (++state->service < ARRAY_LEN(services))
        ask_service(state);
    else
        ask_port(state, FEDERATION_PORT);
}

static void ask_service(struct matrix_state *state)
{
    char name[URL_HOST_SIZE + 20];
    text_format(name, sizeof name, "%s%s", services[state->service], state->server);
    state->records.done = on_records;
    records_start(run_of(state)->world->resolver, &state->records, name, DNS_SRV);
}

/* Whatever is wrong with the document, servers go on as if there were none. */
static void take_server(struct matrix_state *state, const struct fetch_answer *answer)
{
    char detail[RESULT_DETAIL_SIZE];
    bool delegated = walk_judge(answer, detail) == REASON_ok &&
                     matrix_document_delegate(answer->body, answer->body_length, state->server,
                                              &state->server_port, detail);
    if (!delegated) {
        text_copy(state->server, sizeof state->server, run_of(state)->host);
        state->server_port = 0;
    }
    if (state->server_port)
        ask_port(state, state->server_port);
    else if (is_literal(state->server))
        ask_port(state, FEDERATION_PORT);
    else
        ask_service(state);
}

static void ask_federation(struct matrix_state *state)
{
    const struct matrix_options *options = run_of(state)->options;
    if (!options->federation) {
        end_well(state, "");
    } else if (is_literal(run_of(state)->host)) {
        text_copy(state->server, sizeof state->server, run_of(state)->host);
        ask_port(state, FEDERATION_PORT);
    } else {
        ask_domain(state, "/.well-known/matrix/server", take_server);
    }
}

/* ---- the client API ---- */

static void take_versions(struct matrix_state *state, const struct fetch_answer *answer)
{
    char detail[RESULT_DETAIL_SIZE];
    enum reason reason = walk_judge(answer, detail);
    if (reason == REASON_ok &&
        !matrix_document_versions(answer->body, answer->body_length, state->versions, detail))
        reason = REASON_protocol_error;
    if (reason == REASON_ok)
        ask_federation(state);
    else
        end_ill(state, reason, "client API", detail);
}

static void take_client(struct matrix_state *state, const struct fetch_answer *answer)
{
    static const char path[] = "/_matrix/client/versions";
    char base[MATRIX_BASE_SIZE], url[WALK_URL_SIZE], detail[RESULT_DETAIL_SIZE];
    if (answer->reason == REASON_ok && answer->status == NOT_FOUND) {
        ask_domain(state, path, take_versions);
        return;
    }
    enum reason reason = walk_judge(answer, detail);
    if (reason == REASON_ok &&
        !matrix_document_base(answer->body, answer->body_length, base, detail))
        reason = REASON_protocol_error;
    if (reason != REASON_ok) {
        end_ill(state, reason, "/.well-known/matrix/client", detail);
        return;
    }
    text_format(url, sizeof url, "%s%s", base, path);
    ask(state, url, FETCH_REDIRECTS_MAX, take_versions);
}

/* ---- the probe ---- */

static void on_arrived(struct walk *walk, const struct fetch_answer *answer)
{
    struct matrix_state *state = container_of(walk, struct matrix_state, walk);
    state->take(state, answer);
}

static void start(struct probe_run *run)
{
    struct matrix_state *state = run->state;
    walk_begin(&state->walk, run, on_arrived);
    ask_domain(state, "/.well-known/matrix/client", take_client);
}

/* While records are asked for, a visit that is over before it begins brings the end. */
static void cancel(struct probe_run *run)
{
    struct matrix_state *state = run->state;
    walk_cancel(&state->walk);
    if (state->walk.fetch)
        return;
    records_cancel(&state->records);
    ask_port(state, FEDERATION_PORT);
}

static int check_url(const char *url, struct fault *fault)
{
    const char *tail = url_tail(url);
    if (*tail && strcmp(tail, "/") != 0)
        return fault_set(
            fault, "\"%.200s\": a Matrix server has no path, write matrix://example.org", url);
    return 0;
}

extern const struct probe_type probe_matrix;

const struct probe_type probe_matrix = {
    .name = "matrix",
    .port = 443,
    .options = {"matrix", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct matrix_options),
    .check_url = check_url,
    .run_size = sizeof(struct matrix_state),
    .start = start,
    .cancel = cancel,
};
