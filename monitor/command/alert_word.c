#include "alert_word.h"

#include "control.h"
#include "hand_over.h"
#include "herald.h"
#include "json.h"
#include "stamp.h"
#include "unit.h"
#include "when.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const self = &command_alert;

int alert_fail(const struct fault *fault)
{
    fprintf(stderr, "vibrisse alert: %s\n", fault->text);
    return EXIT_BAD;
}

/* ---- asking ---- */

static int take_here(const struct config *config, bool writes, const char *request,
                     struct buffer *answer, struct fault *fault)
{
    int64_t now = clock_wall().ms;
    struct ledger *ledger;
    if (writes ? ledger_open(config->data, &ledger, fault)
               : ledger_open_to_read(config->data, &ledger, fault))
        return -1;
    struct pipeline *pipeline = pipeline_new(config, ledger, NULL);
    struct herald *herald = herald_new(config, ledger, pipeline, now);
    int rc = ledger_unanswered(ledger, fault);
    if (rc == 0)
        herald_word(herald, request, now, answer);
    if (rc == 0 && writes && herald_is_urgent(herald))
        rc = pipeline_commit(pipeline, KEEP_CHANGES, fault);
    herald_free(herald);
    pipeline_free(pipeline);
    ledger_close(ledger);
    return rc;
}

/* The monitor first: it holds the ledger for as long as it runs. */
static int ask(const struct config *config, bool writes, const char *request, struct buffer *answer,
               struct fault *fault)
{
    int rc = hand_over_ask(config, CONTROL_ALERT, request, answer, fault);
    return rc == CONTROL_NOBODY ? take_here(config, writes, request, answer, fault) : rc;
}

static int read_answer(const struct buffer *answer, json_t **ret, struct fault *fault)
{
    json_error_t error;
    json_t *object = json_loadb(buffer_text(answer), answer->length, 0, &error);
    const char *refusal = json_string_value(json_object_get(object, "fault"));
    if (object && !refusal) {
        *ret = object;
        return 0;
    }
    fault_set(fault, "%s", refusal ? refusal : "the answer of the monitor was cut");
    json_decref(object);
    return -1;
}

int alert_converse(const struct config *config, bool writes, const struct buffer *request,
                   json_t **ret, struct fault *fault)
{
    struct buffer answer;
    if (!config->data)
        return fault_set(fault, "give `data` in %s, or --data DIR", config->file);
    if (request->overflow)
        return fault_set(fault, "the name is too long");
    buffer_init(&answer, HERALD_ANSWER_MAX);
    int rc = ask(config, writes, buffer_text(request), &answer, fault);
    if (rc == 0)
        rc = read_answer(&answer, ret, fault);
    buffer_fini(&answer);
    return rc;
}

/* ---- list ---- */

const char *alert_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static const char *name_of(const char *subject, const char *none)
{
    return subject[0] ? subject : none;
}

static void print_alert(const json_t *entry)
{
    const char *state = alert_text(entry, "state"), *told = alert_text(entry, "told");
    const char *held = alert_text(entry, "held"), *thread = alert_text(entry, "thread");
    printf("%s is %s, %s ", name_of(alert_text(entry, "service"), "the monitor"), state,
           alert_text(entry, "target"));
    if (strcmp(state, told) == 0)
        fputs("knows it", stdout);
    else
        printf("was told %s", strcmp(told, "fine") == 0 ? "nothing" : told);
    if (strcmp(held, "none") != 0)
        printf(", waits: %s", held);
    if (json_is_true(json_object_get(entry, "acknowledged")))
        fputs(", acknowledged", stdout);
    printf("%s%s\n", thread[0] ? ", thread " : "", thread);
}

static void print_message(const json_t *entry)
{
    const char *why = alert_text(entry, "why");
    printf("message %s to %s: %s since %s, due %s, %lld failed tries%s%s\n",
           alert_text(entry, "kind"), alert_text(entry, "target"), alert_text(entry, "state"),
           alert_text(entry, "told"), alert_text(entry, "due"),
           (long long)json_integer_value(json_object_get(entry, "tries")), why[0] ? ": " : "", why);
}

static void print_silence(const json_t *entry)
{
    printf("silence of %s until %s\n", name_of(alert_text(entry, "subject"), "everything"),
           alert_text(entry, "until"));
}

static size_t print_each(const json_t *answer, const char *key, void (*print)(const json_t *entry))
{
    const json_t *list = json_object_get(answer, key);
    for (size_t i = 0; i < json_array_size(list); i++)
        print(json_array_get(list, i));
    return json_array_size(list);
}

static void print_list(const json_t *answer)
{
    size_t count = print_each(answer, "alerts", print_alert);
    count += print_each(answer, "messages", print_message);
    count += print_each(answer, "silences", print_silence);
    if (!count)
        puts("nothing goes on that anybody is alerted of");
}

int alert_list(void *owner, const struct config *config)
{
    const struct alert_wishes *wishes = owner;
    struct buffer request;
    struct fault fault;
    json_t *answer;
    if (wishes->arguments[0])
        return command_usage(self, "list takes no argument '%s'", wishes->arguments[0]);
    buffer_init(&request, HERALD_WORD_MAX);
    buffer_text_add(&request, "{\"action\":\"list\"}");
    int rc = alert_converse(config, false, &request, &answer, &fault);
    buffer_fini(&request);
    if (rc)
        return alert_fail(&fault);
    if (wishes->json) {
        json_dumpf(answer, stdout, JSON_COMPACT);
        puts("");
    } else {
        print_list(answer);
    }
    json_decref(answer);
    return EXIT_SUCCESS;
}

/* ---- acknowledge ---- */

int alert_acknowledge(void *owner, const struct config *config)
{
    const struct alert_wishes *wishes = owner;
    struct buffer request;
    struct fault fault;
    json_t *answer;
    const char *of = wishes->arguments[0];
    if (!of || wishes->arguments[1])
        return command_usage(self, "name one thread, as messages do, or HOSTER/SERVICE");
    buffer_init(&request, HERALD_WORD_MAX);
    buffer_text_add(&request, "{\"action\":\"acknowledge\",\"of\":");
    json_add_text(&request, of);
    buffer_byte(&request, '}');
    int rc = alert_converse(config, true, &request, &answer, &fault);
    buffer_fini(&request);
    if (rc)
        return alert_fail(&fault);
    const json_t *services = json_object_get(answer, "services");
    for (size_t i = 0; i < json_array_size(services); i++)
        printf("acknowledged: %s; nobody is reminded of it, and no further way is tried\n",
               name_of(json_string_value(json_array_get(services, i)), "the monitor"));
    json_decref(answer);
    return EXIT_SUCCESS;
}

/* ---- silence ---- */

static int read_end(const struct alert_wishes *wishes, int64_t *ret)
{
    struct fault fault;
    int64_t now = wall_seconds(clock_wall()), length_ms;
    int given = (wishes->until != NULL) + (wishes->length != NULL) + wishes->end;
    *ret = now;
    if (given != 1)
        return command_usage(self, "give one of --for DURATION, --until TIME and --end");
    if (wishes->until && when_parse(wishes->until, "--until", ret, &fault))
        return command_usage(self, "%s", fault.text);
    if (wishes->length && !unit_duration(wishes->length, &length_ms))
        return command_usage(self, "--for takes a duration such as 30m or 2h, not '%s'",
                             wishes->length);
    if (wishes->length)
        *ret = now + length_ms / 1000;
    if (!wishes->end && *ret <= now)
        return command_usage(self, "that is over already");
    return 0;
}

static int say_silence(const struct config *config, const char *subject, int64_t until, bool end)
{
    struct buffer request;
    struct fault fault;
    json_t *answer;
    char stamp[STAMP_SIZE];
    buffer_init(&request, HERALD_WORD_MAX);
    buffer_text_add(&request, "{\"action\":\"silence\",\"subject\":");
    json_add_text(&request, subject);
    buffer_printf(&request, ",\"until\":\"%s\"}", stamp_seconds(until, stamp));
    int rc = alert_converse(config, true, &request, &answer, &fault);
    buffer_fini(&request);
    if (rc)
        return alert_fail(&fault);
    json_decref(answer);
    if (end)
        printf("%s: silent no more\n", name_of(subject, "everything"));
    else
        printf("%s: nothing new is told until %s; it is measured all the same\n",
               name_of(subject, "everything"), stamp);
    return EXIT_SUCCESS;
}

int alert_silence(void *owner, const struct config *config)
{
    const struct alert_wishes *wishes = owner;
    const struct collective *collective = &config->collective;
    const char *name = wishes->arguments[0];
    int64_t until;
    if (!name == !wishes->all || (name && wishes->arguments[1]))
        return command_usage(self, "name one HOSTER or HOSTER/SERVICE, or give --all");
    if (name && !collective_hoster(collective, name) && !collective_service(collective, name))
        return command_usage(self, "%s has no hoster or service '%s'", wishes->settings.file, name);
    int rc = read_end(wishes, &until);
    return rc ? rc : say_silence(config, name ? name : "", until, wishes->end);
}
