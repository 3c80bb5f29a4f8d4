/* `vibrisse alert consent`: whom registers name, what they were asked and answered, and an operator's word for them. */
#include "alert_word.h"

#include "command.h"
#include "herald.h"
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const self = &command_alert;

/* ---- list ---- */

static const struct {
    const char *state, *sentence;
} sentences[] = {
    {"none", "not asked yet"},
    {"asked", "asked, no answer yet"},
    {"expired", "asked, did not answer; the link still works"},
    {"given", "wants to be told"},
    {"stopped", "wants nothing"},
    {NULL, NULL},
};

static const char *sentence_of(const char *state)
{
    for (size_t i = 0; sentences[i].state; i++)
        if (strcmp(sentences[i].state, state) == 0)
            return sentences[i].sentence;
    return state;
}

static void print_contact(const json_t *entry)
{
    const char *since = alert_text(entry, "since");
    printf("%s: %s: %s%s%s\n", alert_text(entry, "hoster"), alert_text(entry, "address"),
           sentence_of(alert_text(entry, "state")), since[0] ? ", since " : "", since);
}

static void print(const json_t *answer, bool json)
{
    const json_t *contacts = json_object_get(answer, "contacts");
    if (json) {
        json_dumpf(answer, stdout, JSON_COMPACT);
        puts("");
        return;
    }
    for (size_t i = 0; i < json_array_size(contacts); i++)
        print_contact(json_array_get(contacts, i));
    if (!json_array_size(contacts))
        puts("no contact is asked; see `contacts` of alerts in vibrisse.yaml(5)");
}

static int list(const struct alert_wishes *wishes, const struct config *config)
{
    struct buffer request;
    struct fault fault;
    json_t *answer;
    if (wishes->arguments[1])
        return command_usage(self, "consent list takes no argument '%s'", wishes->arguments[1]);
    buffer_init(&request, HERALD_WORD_MAX);
    buffer_text_add(&request, "{\"action\":\"consent\"}");
    int rc = alert_converse(config, false, &request, &answer, &fault);
    buffer_fini(&request);
    if (rc)
        return alert_fail(&fault);
    print(answer, wishes->json);
    json_decref(answer);
    return EXIT_SUCCESS;
}

/* ---- an operator's word ---- */

static int say(const struct alert_wishes *wishes, const struct config *config, const char *word,
               const char *what)
{
    const char *address = wishes->arguments[1];
    struct buffer request;
    struct fault fault;
    json_t *answer;
    if (!address || wishes->arguments[2])
        return command_usage(self, "consent %s takes the address of one contact", word);
    if (!strchr(address, '@'))
        return command_usage(self, "'%s' is no mail address", address);
    buffer_init(&request, HERALD_WORD_MAX);
    buffer_printf(&request, "{\"action\":\"consent\",\"word\":\"%s\",\"address\":", word);
    json_add_text(&request, address);
    buffer_byte(&request, '}');
    int rc = alert_converse(config, true, &request, &answer, &fault);
    buffer_fini(&request);
    if (rc)
        return alert_fail(&fault);
    json_decref(answer);
    printf("%s: %s\n", address, what);
    return EXIT_SUCCESS;
}

int alert_consent(void *owner, const struct config *config)
{
    const struct alert_wishes *wishes = owner;
    const char *word = wishes->arguments[0];
    if (!word)
        return command_usage(self, "consent takes list, confirm ADDRESS or stop ADDRESS");
    if (strcmp(word, "list") == 0)
        return list(wishes, config);
    if (strcmp(word, "confirm") == 0)
        return say(wishes, config, word, "is told of its services from now on");
    if (strcmp(word, "stop") == 0)
        return say(wishes, config, word, "gets nothing any more, until its owner says so");
    return command_usage(
        self, "consent has no '%s': it takes list, confirm ADDRESS or stop ADDRESS", word);
}
