#include "register.h"

#include "macros.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const struct command *const self = &command_register;

static const struct option options[] = {
    {"json", no_argument, NULL, 'j'},
    {"class", required_argument, NULL, 'k'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const struct {
    const char *name;
    int (*run)(const struct register_wishes *wishes);
} actions[] = {{"lint", register_lint}};

static int take_class(struct register_wishes *wishes, const char *word)
{
    if (class_parse(word, &wishes->expected))
        return 0;
    const char *near = text_nearest(word, class_words + 1, CLASS_COUNT - 1);
    return command_usage(self, "there is no class '%s'%s%s%s", word, near ? "; did you mean '" : "",
                         near ? near : "", near ? "'?" : "");
}

static int check_arguments(const struct register_wishes *wishes)
{
    if (!wishes->arguments[0])
        return command_usage(self, "which files? Give them, or - for standard input");
    for (char **file = wishes->arguments; *file; file++)
        if (strstr(*file, "://"))
            return command_usage(
                self,
                "'%s' is an address: give its file, as in curl -fsSL ADDRESS | vibrisse "
                "register lint -",
                *file);
    return 0;
}

static int act(const char *action, struct register_wishes *wishes)
{
    struct ontology ontology;
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        if (strcmp(actions[i].name, action) != 0)
            continue;
        int status = check_arguments(wishes);
        if (status)
            return status;
        ontology_read(&ontology, ontology_builtin);
        wishes->ontology = &ontology;
        status = actions[i].run(wishes);
        ontology_fini(&ontology);
        return status;
    }
    return command_usage(self, "it takes lint, not '%s'", action);
}

static int run(int argc, char **argv)
{
    struct register_wishes wishes = {.folder = "."};
    int status = 0;
    for (int option; (option = command_option(self, argc, argv, "", options)) != -1;) {
        if (option == 'k')
            status = take_class(&wishes, optarg);
        wishes.json = wishes.json || option == 'j';
        if (status)
            return status;
    }
    wishes.arguments = optind < argc ? argv + optind + 1 : argv + optind;
    return act(optind < argc ? argv[optind] : "", &wishes);
}

const struct command command_register = {
    .name = "register",
    .summary = "check files of ChatonsInfos before they are published",
    .synopsis = "register lint [--json] [--class CLASS] FILE|-...",
    .help =
        "      --class CLASS  what belongs there: federation, organization, service, metrics\n"
        "      --json         what each file declares, and the findings, for programs\n"
        "  -h, --help         show this\n\n"
        "Every finding goes to standard output as FILE:LINE: SEVERITY: sentence, with what to do "
        "about it\n"
        "in brackets. An error: something of it cannot be used. A warning: against the format, "
        "though\n"
        "understood. A notice: what is recommended; a recommended key with an empty value is left "
        "in peace.\n"
        "A file that begins with { is read as librehost.json. At most 64 KiB are read, of metrics "
        "1 MiB.\n"
        "Exit status: 0 nothing worse than notices, 1 errors or warnings, 2 usage.\n\n"
        "Examples:\n"
        "  vibrisse register lint organization.properties\n"
        "  curl -fsSL https://example.org/.well-known/chatonsinfos/example.properties | vibrisse "
        "register lint -\n",
    .run = run,
};
