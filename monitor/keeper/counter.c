#include "counter.h"

#include "buffer.h"
#include "herald.h"
#include "json.h"
#include "macros.h"
#include "mem.h"
#include "text.h"
#include "words.h"

#include <string.h>

enum { ASKERS_MOST = 32 };

static const struct control_rules rules = {COUNTER_NAME, COUNTER_REQUEST_MAX, ASKERS_MOST};

static void answer(struct control_asker *asker, const char *outcome, const char *report)
{
    struct buffer text;
    size_t length;
    buffer_init(&text, COUNTER_ANSWER_MAX);
    buffer_printf(&text, "{\"outcome\":\"%s\"", outcome);
    if (report) {
        buffer_text_add(&text, ",\"report\":");
        buffer_text_add(&text, report);
    }
    buffer_text_add(&text, "}\n");
    char *bytes = buffer_take(&text, &length);
    control_answer(asker, bytes, length);
}

/* ---- the file checker ---- */

static void on_proof(void *owner, void *ticket, enum proof_outcome outcome, const char *report)
{
    static const char *const words[PROOF_OUTCOME_COUNT] = {
        [PROOF_READ] = "read", [PROOF_LATE] = "late", [PROOF_FAILED] = "failed"};
    (void)owner;
    answer(ticket, words[outcome], outcome == PROOF_READ ? report : NULL);
}

static bool is_language(const char *language)
{
    for (const char *const *known = words_languages(); *known; known++)
        if (strcmp(*known, language) == 0)
            return true;
    return false;
}

/* What did not come whole is another address. */
static bool take_url(const json_t *request, char url[COUNTER_URL_MAX])
{
    return json_string_length(json_object_get(request, "url")) < COUNTER_URL_MAX &&
           json_get_text(request, "url", url, COUNTER_URL_MAX) &&
           (text_starts(url, "https://") || text_starts(url, "http://"));
}

static const char *take_register(struct counter *counter, struct control_asker *asker,
                                 const json_t *request)
{
    char url[COUNTER_URL_MAX], language[8];
    if (!take_url(request, url) || !json_get_text(request, "language", language, sizeof language) ||
        !is_language(language))
        return "refused";
    return proofreader_ask(&counter->proofreader, url, language, asker) ? NULL : "busy";
}

/* ---- consent ---- */

static void add(const json_t *request, const char *key, struct buffer *out)
{
    const char *text = json_string_value(json_object_get(request, key));
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, text ? text : "");
}

static const char *take_consent(struct counter *counter, struct control_asker *asker,
                                const json_t *request)
{
    struct buffer handed;
    buffer_init(&handed, HERALD_WORD_MAX - 1);
    buffer_text_add(&handed, "{\"action\":\"consent\"");
    add(request, "word", &handed);
    add(request, "token", &handed);
    add(request, "language", &handed);
    buffer_byte(&handed, '}');
    const char *refused = handed.overflow ? "refused" : NULL;
    if (!refused)
        counter->consent(counter->owner, asker, buffer_text(&handed));
    buffer_fini(&handed);
    return refused;
}

/* ---- which form ---- */

static const struct {
    const char *name;
    /* NULL: it will be answered; else the outcome. */
    const char *(*take)(struct counter *counter, struct control_asker *asker,
                        const json_t *request);
} forms[] = {{"register", take_register}, {"consent", take_consent}};

static const char *take(struct counter *counter, struct control_asker *asker, const json_t *request)
{
    const char *name = json_string_value(json_object_get(request, "form"));
    for (size_t i = 0; name && i < ARRAY_LEN(forms); i++)
        if (strcmp(forms[i].name, name) == 0)
            return forms[i].take(counter, asker, request);
    return "refused";
}

static void on_asked(void *owner, struct control_asker *asker, const char *line)
{
    json_error_t error;
    json_t *request = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    const char *outcome = take(owner, asker, request);
    json_decref(request);
    if (outcome)
        answer(asker, outcome, NULL);
}

/* ---- beginning and end ---- */

int counter_open(struct counter *counter, uv_loop_t *loop, const char *data, const char *program,
                 struct fault *fault)
{
    counter->proofreader.program = program;
    counter->proofreader.loop = loop;
    counter->proofreader.done = on_proof;
    return control_open(loop, data, &rules, on_asked, counter, &counter->control, fault);
}

void counter_order(struct counter *counter, const struct config *config)
{
    proofreader_order(&counter->proofreader, config);
}

void counter_stop(struct counter *counter)
{
    proofreader_stop(&counter->proofreader);
}

void counter_close(struct counter *counter)
{
    control_close(counter->control);
    counter->control = NULL;
}

void counter_fini(struct counter *counter)
{
    proofreader_fini(&counter->proofreader);
}
