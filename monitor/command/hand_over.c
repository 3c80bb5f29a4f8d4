#include "hand_over.h"

#include "control.h"
#include "desk.h"
#include "json.h"
#include "stamp.h"

#include <stdlib.h>
#include <string.h>

static void write_request(const struct hand_over *word, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    buffer_printf(out, "{\"kind\":\"%s\"", word->kind);
    if (word->subject) {
        buffer_text_add(out, ",\"subject\":");
        json_add_text(out, word->subject);
    }
    if (word->at)
        buffer_printf(out, ",\"at\":\"%s\"", stamp_seconds(word->at, stamp));
    buffer_printf(out, ",\"facts\":%s}", word->facts);
}

static void take_here(const struct config *config, struct ledger *ledger, const char *request,
                      struct buffer *answer)
{
    struct wall now = clock_wall();
    struct arena arena = {0};
    struct event event;
    struct fault fault;
    struct pipeline *pipeline = pipeline_new(config, ledger, NULL);
    struct memory memory = {ledger, pipeline, wall_seconds(now)};
    struct desk desk = {config, ledger, &memory};
    if (ledger_unanswered(ledger, &fault) ||
        desk_take(&desk, request, now.ms, &arena, &event, &fault))
        desk_write_refusal(&fault, answer);
    else
        desk_write_answer(&event, answer);
    pipeline_free(pipeline);
    arena_free(&arena);
}

int hand_over_ask(const struct config *config, const char *kind, const char *request,
                  struct buffer *answer, struct fault *fault)
{
    struct arena arena = {0};
    char *text;
    size_t length;
    int rc = control_ask(config->data, arena_printf(&arena, "%s%s", kind, request), &text, &length,
                         fault);
    arena_free(&arena);
    if (rc == 0) {
        buffer_add(answer, text, length);
        free(text);
    }
    return rc;
}

/* Asks the monitor first: it holds the ledger for as long as it runs. */
static int ask(const struct config *config, const char *request, struct buffer *answer,
               struct fault *fault)
{
    struct ledger *ledger;
    int rc = hand_over_ask(config, CONTROL_WORD, request, answer, fault);
    if (rc == 0)
        return 0;
    if (rc != CONTROL_NOBODY || ledger_open(config->data, &ledger, fault))
        return -1;
    take_here(config, ledger, request, answer);
    ledger_close(ledger);
    return 0;
}

static int read_answer(const struct buffer *answer, json_t **ret, struct fault *fault)
{
    json_error_t error;
    json_t *object = json_loadb(buffer_text(answer), answer->length, 0, &error);
    const char *refusal = json_string_value(json_object_get(object, "fault"));
    if (refusal)
        fault_set(fault, "%s", refusal);
    else if (!json_is_integer(json_object_get(object, "seq")))
        fault_set(fault,
                  "the monitor's answer was cut; see what it has noted before you repeat it");
    else {
        *ret = object;
        return 0;
    }
    json_decref(object);
    return -1;
}

int hand_over(const struct config *config, const struct hand_over *word, json_t **ret,
              struct fault *fault)
{
    struct buffer request, answer;
    if (!config->data)
        return fault_set(fault, "give `data` in %s, or --data DIR", config->file);
    buffer_init(&request, DESK_REQUEST_MAX);
    buffer_init(&answer, 2 * DESK_REQUEST_MAX);
    write_request(word, &request);
    int rc = request.overflow ? fault_set(fault, "the texts are too long")
                              : ask(config, buffer_text(&request), &answer, fault);
    if (rc == 0)
        rc = read_answer(&answer, ret, fault);
    buffer_fini(&request);
    buffer_fini(&answer);
    return rc;
}

bool hand_over_take(struct wording_options *options, int option, const char *value)
{
    const char **field = option == 'F'   ? &options->fr
                         : option == 'E' ? &options->en
                         : option == 'B' ? &options->by
                         : option == 'L' ? &options->link
                                         : NULL;
    if (field)
        *field = value;
    return field;
}

int hand_over_read(const struct wording_options *options, struct statement *ret,
                   struct arena *arena, struct fault *fault)
{
    *ret = (struct statement){0};
    if (!options->fr && !options->en)
        return fault_set(fault, "say it with --fr TEXT, --en TEXT, or both");
    if (!options->by)
        return fault_set(fault, "say who says it with --by NAME");
    if ((options->fr && statement_add_text(ret, "fr", options->fr, arena, fault)) ||
        (options->en && statement_add_text(ret, "en", options->en, arena, fault)) ||
        statement_set_by(ret, options->by, arena, fault))
        return -1;
    return options->link ? statement_set_link(ret, options->link, arena, fault) : 0;
}

const char *hand_over_text(const struct statement *statement)
{
    return wording_in(&statement->text, "en");
}
