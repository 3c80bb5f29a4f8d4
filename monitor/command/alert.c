#include "alert.h"

#include "alert_word.h"
#include "buffer.h"
#include "clock.h"
#include "command.h"
#include "errand.h"
#include "mem.h"
#include "messenger.h"
#include "nonce.h"
#include "rehearsal.h"
#include "template.h"
#include "text.h"
#include "when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const self = &command_alert;

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"data", required_argument, NULL, 'd'},
    {"until", required_argument, NULL, 'u'},
    {"for", required_argument, NULL, 'f'},
    {"end", no_argument, NULL, 'e'},
    {"all", no_argument, NULL, 'a'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* ---- test ---- */

/* Each test is a message of its own: receivers drop what they have seen. */
static void choose_thread(char thread[ALERT_WORD_SIZE])
{
    unsigned char chance[8];
    char *at = thread;
    at += snprintf(at, 8, "test-");
    nonce_fill(chance, sizeof chance);
    for (size_t i = 0; i < sizeof chance; i++)
        at += snprintf(at, 3, "%02x", chance[i]);
}

static struct alert *test_alert(const struct config_target *target,
                                const struct collective *collective)
{
    struct alert *alert = mem_alloc(sizeof *alert);
    const char *language = target->who.language ? target->who.language : collective->languages[0];
    char thread[ALERT_WORD_SIZE];
    choose_thread(thread);
    rehearsal_alert(target->who.name, language, collective->address, thread,
                    wall_seconds(clock_wall()), alert);
    return alert;
}

static int send_test(const struct config *config, const struct config_target *target,
                     struct receipt *receipt, struct fault *fault)
{
    struct arena arena = {0};
    struct errand_target errand = {
        .name = target->who.name, .channel = target->channel, .option_count = target->option_count};
    struct alert *alert = test_alert(target, &config->collective);
    int rc = config_target_options(target, &arena, &errand.options, fault);
    if (rc == 0)
        rc = messenger_send(config, &errand, alert, receipt, fault);
    free(alert);
    arena_free(&arena);
    return rc;
}

static int say(const struct config_target *target, const struct receipt *receipt)
{
    const struct channel_verdict *verdict = &receipt->verdict;
    if (verdict->end == CHANNEL_DELIVERED) {
        printf("%s (%s): the receiver took the message\n", target->who.name, target->channel);
        return EXIT_SUCCESS;
    }
    printf("%s (%s): %s: %s\n", target->who.name, target->channel,
           verdict->end == CHANNEL_REFUSED ? "refused" : "not now", verdict->detail);
    return EXIT_BAD;
}

static int has_none(const struct config *config, const char *name)
{
    struct buffer names;
    buffer_init(&names, 1024);
    for (size_t i = 0; i < config->alerts.target_count; i++)
        buffer_printf(&names, "%s%s", i ? ", " : "", config->alerts.targets[i]->who.name);
    int rc = command_usage(self, "%s has no target '%s'; it has %s", config->file, name,
                           names.length ? buffer_text(&names) : "none");
    buffer_fini(&names);
    return rc;
}

static int test(void *owner, const struct config *config)
{
    const struct alert_wishes *wishes = owner;
    const char *name = wishes->arguments[0];
    struct receipt receipt;
    struct fault fault;
    if (!name || wishes->arguments[1])
        return command_usage(self, "name one target of the configuration");
    const struct config_target *target = config_target(config, name);
    if (!target)
        return has_none(config, name);
    if (send_test(config, target, &receipt, &fault)) {
        fprintf(stderr, "vibrisse alert: %s\n", fault.text);
        return EXIT_BAD;
    }
    return say(target, &receipt);
}

/* ---- templates ---- */

enum { FILE_NAME_SIZE = 64 };

static void name_file(enum alert_kind kind, const char *language, char name[FILE_NAME_SIZE])
{
    text_format(name, FILE_NAME_SIZE, "%s.%s.txt", alert_kind_words[kind], language);
}

/* True: `wanted` was among them, and is printed; NULL lists the names of all. */
static bool each_template(const char *wanted)
{
    const char *const *languages = words_languages();
    char name[FILE_NAME_SIZE];
    for (int kind = 0; kind < ALERT_KIND_COUNT; kind++) {
        for (size_t i = 0; languages[i]; i++) {
            name_file((enum alert_kind)kind, languages[i], name);
            if (!wanted) {
                printf("  %s\n", name);
            } else if (strcmp(name, wanted) == 0) {
                struct buffer text;
                buffer_init(&text, TEMPLATE_BYTES_MAX);
                template_builtin((enum alert_kind)kind, languages[i], &text);
                fputs(buffer_text(&text), stdout);
                buffer_fini(&text);
                return true;
            }
        }
    }
    return false;
}

static int templates(void *owner, const struct config *config)
{
    const struct alert_wishes *wishes = owner;
    const char *wanted = wishes->arguments[0];
    (void)config;
    if (wanted && wishes->arguments[1])
        return command_usage(self, "name one file");
    if (wanted)
        return each_template(wanted) ? EXIT_SUCCESS
                                     : command_usage(self, "there is no template '%s'", wanted);
    printf("Files; 'vibrisse alert templates FILE' prints what is built in:\n");
    each_template(NULL);
    printf(
        "\nWhat stands for something in them; a line that names what is not known is left out:\n");
    for (const struct template_name *at = template_names; at->name; at++)
        printf("  {%s}%*s %s%s\n", at->name, (int)(13 - strlen(at->name)), "", at->doc,
               at->alone ? " (alone on its line)" : "");
    return EXIT_SUCCESS;
}

/* ---- the command ---- */

static const struct command_action actions[] = {{"templates", templates},
                                                {"test", test},
                                                {"list", alert_list},
                                                {"ack", alert_acknowledge},
                                                {"silence", alert_silence},
                                                {"consent", alert_consent},
                                                {NULL, NULL}};

static int act(void *owner, const struct config *config)
{
    return command_act(self, actions, ((struct alert_wishes *)owner)->action, owner, config);
}

static void take_option(struct alert_wishes *wishes, int option)
{
    if (settings_take(&wishes->settings, option, optarg))
        return;
    if (option == 'u')
        wishes->until = optarg;
    else if (option == 'f')
        wishes->length = optarg;
    else
        *(option == 'e' ? &wishes->end : option == 'a' ? &wishes->all : &wishes->json) = true;
}

static int run(int argc, char **argv)
{
    struct alert_wishes wishes = {0};
    for (int option; (option = command_option(self, argc, argv, "c:", options)) != -1;)
        take_option(&wishes, option);
    wishes.action = optind < argc ? argv[optind] : "";
    wishes.arguments = optind < argc ? argv + optind + 1 : argv + optind;
    return settings_use(self, &wishes.settings, act, &wishes);
}

const struct command command_alert = {
    .name = "alert",
    .summary = "what alerts go on; acknowledge, silence, try or word them",
    .synopsis = "alert list -c FILE [--json]\n"
                "       vibrisse alert ack -c FILE THREAD|HOSTER/SERVICE|monitor\n"
                "       vibrisse alert silence -c FILE HOSTER[/SERVICE]|--all\n"
                "                                   --for DURATION|--until TIME|--end\n"
                "       vibrisse alert consent -c FILE list [--json]|confirm ADDRESS|stop ADDRESS\n"
                "       vibrisse alert test -c FILE TARGET\n"
                "       vibrisse alert templates -c FILE [TEMPLATE]",
    .help =
        "  list                 what is not fine, who knows of it, and why others do not yet; "
        "messages that\n"
        "                       have not arrived; silences\n"
        "  ack THREAD           somebody takes care: no reminders and no further ways until it "
        "is over.\n"
        "                       Messages name their thread; a service will do as well\n"
        "  silence              nothing new is told of these services for a while; what is over "
        "is. They\n"
        "                       are measured all the same\n"
        "  consent list         the contacts that registers name, what they were asked and "
        "answered\n"
        "  consent confirm A    the owner of the address A told you that it wants to be written "
        "to\n"
        "  consent stop A       nothing is sent to the address any more\n"
        "  test TARGET          send a message that says that it is a test, and tell what the "
        "receiver\n"
        "                       answered\n"
        "  templates [FILE]     print the built-in message as a file such as down.fr.txt, a "
        "start for one\n"
        "                       of your own; without FILE, which there are and what stands in "
        "braces\n"
        "\n"
        "Options:\n"
        "  -c, --config FILE    the configuration, whose alerts: targets: are meant\n"
        "      --data DIR       the record (else `data` of the configuration)\n"
        "      --for DURATION   so long from now: 30m, 2h, 3d\n"
        "      --until TIME     until then: " WHEN_EXAMPLES "\n"
        "      --end            the silence is taken back\n"
        "      --all            of all services, and of the monitor\n"
        "      --json           for programs\n"
        "\n"
        "list, ack, silence and consent work while the monitor runs, and while it does not.\n"
        "\n"
        "Exit status: 0 done, or the receiver took it; 1 not; 2 usage.\n",
    .run = run,
};
