#include "dialogue_run.h"

#include "macros.h"
#include "text.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { PARTING_MS = 1000 };

const char *const dialogue_starttls_words[] = {"always", "optional", "never", NULL};

static struct dialogue_run *run_of(struct wire *wire)
{
    return container_of(wire, struct dialogue_run, wire);
}

static const struct dialogue_script *script_of(const struct dialogue_run *own)
{
    return own->run->type->protocol;
}

static void note_time(struct dialogue_run *own, enum phase phase, struct mono since)
{
    double *ms = own->run->result.phases.ms;
    if (isnan(ms[phase]))
        ms[phase] = (double)(clock_mono().ns - since.ns) / 1e6;
}

static void note_proof(struct dialogue_run *own)
{
    if (!own->dialogue.proved || !isnan(own->run->result.phases.ms[PHASE_TOTAL]))
        return;
    note_time(own, PHASE_TOTAL, own->started);
    wire_limit(&own->wire, PARTING_MS);
}

static void pump(struct dialogue_run *own)
{
    struct dialogue *dialogue = &own->dialogue;
    for (;;) {
        enum dialogue_wish wish = dialogue_next(dialogue);
        note_proof(own);
        switch (wish) {
        case DIALOGUE_SEND:
            wire_send(&own->wire, dialogue->out.bytes, dialogue->out.length);
            dialogue_sent(dialogue);
            break;
        case DIALOGUE_SECURE:
            wire_secure(&own->wire);
            return;
        case DIALOGUE_BYTES:
            return;
        case DIALOGUE_OVER:
            wire_close(&own->wire);
            return;
        }
    }
}

static void begin(struct dialogue_run *own)
{
    own->ready = clock_mono();
    pump(own);
}

static void on_opened(struct wire *wire)
{
    struct dialogue_run *own = run_of(wire);
    if (script_of(own)->tls_first)
        wire_secure(wire);
    else
        begin(own);
}

static void on_secured(struct wire *wire)
{
    struct dialogue_run *own = run_of(wire);
    dialogue_secured(&own->dialogue);
    if (script_of(own)->tls_first)
        begin(own);
    else
        pump(own);
}

static void on_received(struct wire *wire, const char *bytes, size_t length)
{
    struct dialogue_run *own = run_of(wire);
    note_time(own, PHASE_FIRST_BYTE, own->ready);
    dialogue_feed(&own->dialogue, bytes, length);
    pump(own);
}

static void on_hung_up(struct wire *wire)
{
    struct dialogue_run *own = run_of(wire);
    dialogue_closed(&own->dialogue);
    pump(own);
}

static void on_overdue(struct wire *wire)
{
    struct dialogue_run *own = run_of(wire);
    char awaited[64];
    dialogue_awaited(&own->dialogue, awaited, sizeof awaited);
    result_set(&own->run->result, REASON_timeout, "connected, but no %s within %lld ms", awaited,
               (long long)own->run->timeout_ms);
    wire_close(wire);
}

/* What was proved stays so, however the parting went. */
static void conclude(struct dialogue_run *own)
{
    struct probe_run *run = own->run;
    const struct dialogue *dialogue = &own->dialogue;
    const struct wire *wire = &own->wire;
    bool seen = wire->tls.certificate.sha256[0] != '\0';
    if (dialogue->proved)
        probe_good(run, seen ? &wire->tls : NULL);
    else if (dialogue->stage == DIALOGUE_ENDED)
        result_set(&run->result, dialogue->reason, "%s", dialogue->detail);
    else if (wire->reason != REASON_ok)
        result_set(&run->result, wire->reason, "%s", wire->detail);
}

static void on_gone(struct wire *wire)
{
    struct dialogue_run *own = run_of(wire);
    struct probe_run *run = own->run;
    run->result.phases.ms[PHASE_CONNECT] = wire->connect_ms;
    run->result.phases.ms[PHASE_TLS] = wire->tls_ms;
    run->result.certificate = wire->tls.certificate;
    note_time(own, PHASE_TOTAL, own->started);
    conclude(own);
    dialogue_fini(&own->dialogue);
    probe_done(run);
}

static const struct wire_owner owner = {
    .opened = on_opened,
    .secured = on_secured,
    .received = on_received,
    .hung_up = on_hung_up,
    .overdue = on_overdue,
    .gone = on_gone,
};

void dialogue_run_ehlo(const char *option, const char *user_agent, char ret[DIALOGUE_EHLO_SIZE])
{
    const char *mark = user_agent ? strstr(user_agent, "://") : NULL;
    char host[DIALOGUE_EHLO_SIZE] = "";
    if (mark)
        text_format(host, sizeof host, "%.*s", (int)strcspn(mark + 3, "/:?#) "), mark + 3);
    text_copy(ret, DIALOGUE_EHLO_SIZE,
              option                  ? option
              : dialogue_is_fit(host) ? host
                                      : "monitor.invalid");
}

void dialogue_run_start(struct probe_run *run)
{
    const struct dialogue_options *options = run->options;
    const struct dialogue_script *script = run->type->protocol;
    struct dialogue_run *own = run->state;
    const struct wire_wish wish = {
        .loop = run->world->loop,
        .trust = run->world->trust,
        .policy = run->world->policy,
        .address = (const struct sockaddr *)&run->address,
        .host = run->host,
        .alpn = script->alpn,
        .rule = script->rule,
        .dane = run->dane,
        .limit_ms = run->timeout_ms,
    };
    own->run = run;
    own->started = clock_mono();
    dialogue_run_ehlo(options->ehlo, run->world->user_agent, own->ehlo);
    const struct dialogue_values values = {
        .host = run->host,
        .ehlo = own->ehlo,
        .starttls = (enum dialogue_starttls)options->starttls,
    };
    dialogue_init(&own->dialogue, script, &values);
    wire_open(&own->wire, &owner, &wish);
}

void dialogue_run_cancel(struct probe_run *run)
{
    struct dialogue_run *own = run->state;
    wire_close(&own->wire);
}
