#include "register.h"

#include "address.h"
#include "macros.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const struct command *const self = &command_register;

static const struct option options[] = {
    {"json", no_argument, NULL, 'j'},
    {"brief", no_argument, NULL, 'b'},
    {"language", required_argument, NULL, 'l'},
    {"class", required_argument, NULL, 'k'},
    {"dir", required_argument, NULL, 'o'},
    {"config", required_argument, NULL, 'c'},
    {"data", required_argument, NULL, 'd'},
    {"ca-file", required_argument, NULL, 'f'},
    {"allow-net", required_argument, NULL, 'a'},
    {"resolver", required_argument, NULL, 'r'},
    {"robot-url", required_argument, NULL, 'u'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int take_class(struct register_wishes *wishes, const char *word)
{
    if (class_parse(word, &wishes->expected))
        return 0;
    const char *near = text_nearest(word, class_words + 1, CLASS_COUNT - 1);
    return command_usage(self, "there is no class '%s'%s%s%s", word, near ? "; did you mean '" : "",
                         near ? near : "", near ? "'?" : "");
}

static int add_net(struct register_wishes *wishes, const char *text)
{
    struct address_net net;
    struct fault fault;
    if (address_parse_net(text, &net, &fault))
        return command_usage(self, "--allow-net %s", fault.text);
    if (wishes->allow_count == REGISTER_ALLOW_MAX)
        return command_usage(self, "more than %d networks", REGISTER_ALLOW_MAX);
    wishes->allow[wishes->allow_count++] = text;
    return 0;
}

static int add_resolver(struct register_wishes *wishes, const char *text)
{
    struct sockaddr_storage address;
    if (address_parse_endpoint(text, 53, &address))
        return command_usage(self, "--resolver takes an address such as 192.0.2.53, not '%s'",
                             text);
    if (wishes->resolver_count == REGISTER_RESOLVERS_MAX)
        return command_usage(self, "more than %d resolvers", REGISTER_RESOLVERS_MAX);
    wishes->resolvers[wishes->resolver_count++] = text;
    return 0;
}

static const char *say(const void *owner, const char *message)
{
    return words_get(owner, message);
}

static int take_language(struct register_wishes *wishes, const char *language)
{
    if (!words_open(&wishes->words, language))
        return command_usage(self, "there are no texts in '%s'; there are some in %s and %s",
                             language, words_languages()[0], words_languages()[1]);
    wishes->tongue = (struct remark_tongue){say, &wishes->words};
    wishes->told_in = &wishes->tongue;
    return 0;
}

static int take_option(struct register_wishes *wishes, int option, const char *value)
{
    switch (option) {
    case 'k':
        return take_class(wishes, value);
    case 'o':
        wishes->folder = value;
        return 0;
    case 'f':
        wishes->ca_file = value;
        return 0;
    case 'a':
        return add_net(wishes, value);
    case 'r':
        return add_resolver(wishes, value);
    case 'j':
        wishes->json = true;
        return 0;
    case 'b':
        wishes->brief = true;
        return 0;
    case 'l':
        return take_language(wishes, value);
    case 'u':
        wishes->robot_url = value;
        return 0;
    default:
        settings_take(&wishes->settings, option, value);
        return 0;
    }
}

static int check_files(const struct register_wishes *wishes)
{
    if (!wishes->arguments[0])
        return command_usage(self,
                             "which files? Give them, their addresses, or - for standard input");
    return 0;
}

static int check_addresses(const struct register_wishes *wishes)
{
    if (!wishes->arguments[0])
        return command_usage(self, "which register? Give the address of a federation's file");
    for (char **address = wishes->arguments; *address; address++)
        if (!text_starts(*address, "https://") && !text_starts(*address, "http://"))
            return command_usage(self, "'%s' is no address of the web", *address);
    return 0;
}

static int check_none(const struct register_wishes *wishes)
{
    return wishes->arguments[0]
               ? command_usage(self, "'%s' is one argument too many", wishes->arguments[0])
               : 0;
}

static const struct {
    const char *name;
    int (*check)(const struct register_wishes *wishes); /* of its arguments */
    int (*run)(const struct register_wishes *wishes);
} actions[] = {{"lint", check_files, register_lint},
               {"init", check_none, register_init},
               {"fetch", check_addresses, register_fetch},
               {"list", check_none, register_list},
               {"accept", check_none, register_accept}};

static int act(const char *action, struct register_wishes *wishes)
{
    struct ontology ontology;
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        if (strcmp(actions[i].name, action) != 0)
            continue;
        int status = actions[i].check(wishes);
        if (status)
            return status;
        ontology_read(&ontology, ontology_builtin);
        wishes->ontology = &ontology;
        status = actions[i].run(wishes);
        ontology_fini(&ontology);
        return status;
    }
    return command_usage(self, "it takes fetch, list, accept, lint or init, not '%s'", action);
}

static int run(int argc, char **argv)
{
    struct register_wishes wishes = {.folder = "."};
    int status = 0;
    for (int option; (option = command_option(self, argc, argv, "c:", options)) != -1;) {
        status = take_option(&wishes, option, optarg);
        if (status)
            return status;
    }
    wishes.arguments = optind < argc ? argv + optind + 1 : argv + optind;
    return act(optind < argc ? argv[optind] : "", &wishes);
}

const struct command command_register = {
    .name = "register",
    .summary = "read who is a member and what is offered; check such files, or make them",
    .synopsis = "register fetch [--json] [NETWORK] URL...\n"
                "       vibrisse register list|accept [--json] -c FILE [--data DIR]\n"
                "       vibrisse register lint [--json [--brief]] [--class CLASS] [--language fr] "
                "[NETWORK] "
                "FILE|URL|-...\n"
                "       vibrisse register init [--dir DIR]",
    .help =
        "  -c, --config FILE     the configuration of a monitor\n"
        "      --data DIR        its data folder (else `data` of the configuration)\n"
        "      --json            for programs: what is declared, and the findings\n"
        "      --brief           with --json: only the class, and of each file the first 100 "
        "findings\n"
        "      --language fr     what is found is told in French\n"
        "      --class CLASS     what belongs there: federation, organization, service, metrics\n"
        "      --dir DIR         where init puts the files (else here)\n"
        "NETWORK:\n"
        "      --ca-file FILE    authorities to trust instead of the system's, in PEM\n"
        "      --allow-net CIDR  a private network that may be asked, at any port; may be given "
        "again\n"
        "      --resolver ADDR   a name server to ask instead of the system's; may be given again\n"
        "      --robot-url URL   the page about our robot, named in its requests\n"
        "  -h, --help            show this\n\n"
        "fetch: reads the file of a federation, of its organizations, of their services, and tells "
        "who is a\n"
        "member, what would be measured, and what is wrong in which file. Nothing is kept.\n"
        "list: the same, as the monitor found it when it read its registers last.\n"
        "accept: when half of the members or services are gone from the registers at once, the "
        "monitor keeps\n"
        "them; this tells it that they are gone indeed. It takes effect with the next reading, or "
        "with SIGHUP.\n"
        "lint: every finding goes to standard output as FILE:LINE: SEVERITY: sentence, with what "
        "to do\n"
        "about it in brackets. An error: something cannot be used. A warning: against the format, "
        "though\n"
        "understood. A notice: recommended; a recommended key with an empty value is left in "
        "peace. A file\n"
        "that begins with { is read as librehost.json. At most 64 KiB are read, of metrics 1 MiB.\n"
        "init: asks some questions about you and your services, on the terminal or answered line "
        "by line on\n"
        "standard input, and writes a file for each. It never writes over anything.\n"
        "Exit status: 0 nothing worse than notices, or written; 1 errors or warnings, or not "
        "written; 2 usage;\n"
        "of fetch: 0 every register could be read, 1 one could not.\n\n"
        "Examples:\n"
        "  vibrisse register lint organization.properties\n"
        "  vibrisse register lint https://example.org/.well-known/chatonsinfos/example.properties\n"
        "  vibrisse register fetch https://example.org/federation.properties\n",
    .run = run,
};
